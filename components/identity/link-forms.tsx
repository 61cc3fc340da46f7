'use client'

import { signIn } from 'next-auth/react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FormError, Input } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/client'

const valuesOf = (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault()
  return Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>
}

/** The secret of the link this page was opened with; it stays behind '#' and never reaches a log. */
const secretOfLink = () => window.location.hash.slice(1)

const Done = ({ children }: { children: ReactNode }) => (
  <p role="status" className="rounded-md border border-success/40 bg-success/10 px-3 py-2 text-sm">
    {children}
  </p>
)

/** Asks for a link by mail: to sign in, or to set a new password. */
export function LinkRequestForm({ purpose }: { purpose: 'magic-link' | 'password-reset' }) {
  const [sentTo, setSentTo] = useState<string | null>(null)
  const { run, error, isPending } = useAction(purpose === 'magic-link' ? api.auth.requestMagicLink : api.auth.requestPasswordReset)
  if (sentTo) return <Done>If {sentTo} is known here, a mail with a link is on its way. It works for an hour.</Done>
  return (
    <form
      className="grid gap-4"
      onSubmit={async (event) => {
        const { email = '' } = valuesOf(event)
        if (await run({ email })) setSentTo(email)
      }}
    >
      <Field label="Email" errors={error?.fields.email}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="email" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        Send me a link
      </Button>
    </form>
  )
}

export function SignUpForm() {
  const [sentTo, setSentTo] = useState<string | null>(null)
  const { run, error, isPending } = useAction(api.auth.register)
  if (sentTo) return <Done>We sent a link to {sentTo}. Open it to sign in; it works for an hour.</Done>
  return (
    <form
      className="grid gap-4"
      onSubmit={async (event) => {
        const { email = '', name = '' } = valuesOf(event)
        if (await run({ email, name })) setSentTo(email)
      }}
    >
      <FormError>{error && Object.keys(error.fields).length === 0 ? error.message : null}</FormError>
      <Field label="Your name" errors={error?.fields.name}>
        {(control) => <Input {...control} name="name" autoComplete="name" required />}
      </Field>
      <Field label="Email" errors={error?.fields.email}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="email" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        Sign up
      </Button>
    </form>
  )
}

/** Signs in with the link's secret, on a press: a mail scanner that opens links uses nothing up. */
export function MagicLinkForm() {
  const [error, setError] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)
  async function enter() {
    setPending(true)
    const answer = await signIn('credentials', { magicToken: secretOfLink(), redirect: false }).catch(() => null)
    if (answer?.ok) return window.location.assign('/requests')
    setPending(false)
    setError('This link was used already or has expired. Ask for a new one.')
  }
  return (
    <div className="grid gap-4">
      <FormError>{error}</FormError>
      <Button variant="primary" onClick={enter} isPending={isPending}>
        Sign in
      </Button>
    </div>
  )
}

export function ResetPasswordForm() {
  const [isDone, setDone] = useState(false)
  const { run, error, isPending } = useAction(api.auth.confirmPasswordReset)
  if (isDone)
    return (
      <Done>
        Your password is set and all other sessions are ended.{' '}
        <a href="/sign-in" className="underline">
          Sign in
        </a>
      </Done>
    )
  return (
    <form
      className="grid gap-4"
      onSubmit={async (event) => {
        const { password = '' } = valuesOf(event)
        if (await run({ token: secretOfLink() || 'missing-missing-missing', password })) setDone(true)
      }}
    >
      <FormError>{error?.fields.token?.join(' ')}</FormError>
      <Field label="New password" hint="At least 10 characters." errors={error?.fields.password}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        Set password
      </Button>
    </form>
  )
}

export function InvitationForm() {
  const { run, error, isPending } = useAction(joinAndSignIn)
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        const { name = '', password = '' } = valuesOf(event)
        void run({ name, password })
      }}
    >
      <FormError>{error?.fields.token?.join(' ')}</FormError>
      <Field label="Your name" errors={error?.fields.name}>
        {(control) => <Input {...control} name="name" autoComplete="name" required />}
      </Field>
      <Field label="Password" hint="At least 10 characters." errors={error?.fields.password}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        Join
      </Button>
    </form>
  )
}

async function joinAndSignIn({ name, password }: { name: string; password: string }) {
  const { email } = await api.auth.acceptInvitation({ token: secretOfLink() || 'missing-missing-missing', name, password })
  await signIn('credentials', { email, password, redirect: false })
  window.location.assign('/agent')
}
