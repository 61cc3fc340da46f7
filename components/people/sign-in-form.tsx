'use client'

import Link from 'next/link'
import { signIn } from 'next-auth/react'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FormError, Input } from '@/components/ui/field'

interface Props {
  next: string
  /** Where the help for a lost password is; the platform has none. */
  forgotHref?: string
}

export function SignInForm({ next, forgotHref }: Props) {
  const [error, setError] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)

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
    setError(answer ? sayRefusal(answer.error) : 'The server cannot be reached. Try again.')
  }

  return (
    <form onSubmit={submit} className="grid gap-4">
      <FormError>{error}</FormError>
      <Field label="Email">
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" required autoFocus />}
      </Field>
      <Field label="Password">
        {(control) => <Input {...control} name="password" type="password" autoComplete="current-password" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        {isPending ? 'Signing in…' : 'Sign in'}
      </Button>
      {forgotHref && (
        <Link href={forgotHref} className="text-sm text-link underline-offset-4 hover:underline">
          Forgot your password?
        </Link>
      )}
    </form>
  )
}

const sayRefusal = (error: string | null | undefined) =>
  !error || error === 'CredentialsSignin' ? 'The address or the password is not right.' : error
