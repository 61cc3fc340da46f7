'use client'

import { Ban, RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { Button } from '@/components/ui/button'
import { EmailInput, Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

/** Sends an email again that did not arrive. */
export function ResendMenu({ id, subject }: { id: string; subject: string }) {
  const t = useTranslations('common.delivery')
  const { run, isPending } = useAction(api.mail.resend, { success: t('resending') })
  return <RowMenu of={subject} isPending={isPending} actions={[{ name: t('resend'), icon: RotateCcw, onUse: () => run({ id }) }]} />
}

const textIn = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

export function AddSuppression() {
  const t = useTranslations('settings.suppressions')
  const { run, error, isPending } = useAction(api.mail.addSuppression, {
    isForm: true,
    success: t('added'),
    undo: ({ email }) => api.mail.removeSuppression({ email }),
  })
  return (
    <FormDialog
      icon={Ban}
      trigger={t('add')}
      triggerVariant="primary"
      title={t('add')}
      says={t('addSays')}
      submit={t('add')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => run({ email: textIn(form, 'email'), detail: textIn(form, 'detail') })}
    >
      <Field label={t('email')} errors={error?.fields.email}>
        {(control) => <EmailInput {...control} name="email" required />}
      </Field>
      <Field label={t('note')} errors={error?.fields.detail}>
        {(control) => <Input {...control} name="detail" maxLength={500} />}
      </Field>
    </FormDialog>
  )
}

function useRemove(email: string) {
  const t = useTranslations('settings.suppressions')
  const removed = useRef<Parameters<typeof api.mail.addSuppression>[0]>({ email })
  const remove = async () => {
    removed.current = (await api.mail.removeSuppression({ email })).removed
  }
  return useAction(remove, { success: t('removed'), undo: () => api.mail.addSuppression(removed.current) })
}

export function RemoveSuppression({ email }: { email: string }) {
  const t = useTranslations('settings.suppressions')
  const { run, isPending } = useRemove(email)
  return (
    <Button size="small" isPending={isPending} onClick={() => void run(undefined)} aria-label={t('removeNamed', { address: email })}>
      {t('remove')}
    </Button>
  )
}

export function SuppressionMenu({ email }: { email: string }) {
  const { run, isPending } = useRemove(email)
  return <RowMenu of={email} isPending={isPending} actions={[{ verb: 'remove', onUse: () => run(undefined) }]} />
}
