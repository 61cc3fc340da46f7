'use client'

import { signIn } from 'next-auth/react'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { EmailInput, Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { Link } from '@/components/ui/link'

interface Props {
  next: string
  /** Where the help for a lost password is; the platform has none. */
  forgotHref?: string
}

export function SignInForm({ next, forgotHref }: Props) {
  const t = useTranslations('signIn')
  const [error, setError] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)

  // Our own errors come in words; next-auth has a code of its own.
  const sayRefusal = (said: string | null | undefined) => (!said || said === 'CredentialsSignin' ? t('refused') : said)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setPending(true)
    setError(null)
    const answer = await signIn('credentials', { email: form.get('email'), password: form.get('password'), redirect: false }).catch(
      () => null,
    )
    if (answer?.ok) return window.location.assign(next)
    setPending(false)
    setError(answer ? sayRefusal(answer.error) : t('unreachable'))
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      <FormError>{error}</FormError>
      <Field label={t('email')}>{(control) => <EmailInput {...control} name="email" autoComplete="username" required autoFocus />}</Field>
      <Field label={t('password')}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        {isPending ? t('signingIn') : t('submit')}
      </Button>
      {forgotHref && (
        <Link href={forgotHref} className="text-sm text-link underline-offset-4 hover:underline">
          {t('forgotPassword')}
        </Link>
      )}
    </form>
  )
}
