'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { EmailInput, Field } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

/** Says the same whether any workspace knows the address. */
export function FindWorkspaceForm() {
  const t = useTranslations('platform.find')
  const [sentTo, setSentTo] = useState<string | null>(null)
  const { run, error, isPending } = useAction(api.platform.findWorkspaces, { isForm: true })
  if (sentTo) return <p role="status">{t('sent', { email: sentTo })}</p>
  return (
    <form
      className="grid gap-4"
      onSubmit={async (event) => {
        event.preventDefault()
        const email = String(new FormData(event.currentTarget).get('email') ?? '')
        if (await run({ email })) setSentTo(email)
      }}
    >
      <FormError>{error?.message}</FormError>
      <Field label={t('email')} errors={error?.fields.email}>
        {(control) => <EmailInput {...control} name="email" autoComplete="email" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        {t('send')}
      </Button>
    </form>
  )
}
