'use client'

import { useSearchParams } from 'next/navigation'
import { signIn } from 'next-auth/react'
import { useTranslations } from 'next-intl'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { EmailInput, Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { Skeleton } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { useAction } from '@/components/ui/use-action'
import { localPath } from '@/lib/core/local-path'
import { api } from '@/lib/wiring/client'

const valuesOf = (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault()
  return Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>
}

/** The secret of the link this page was opened with; it stays behind '#' and never reaches a log. */
const secretOfLink = () => window.location.hash.slice(1)

type Purpose = 'invitation' | 'password_reset' | 'magic_link'
type LinkOwner = { name: string; email: string }

/** Where the reader of a dead link gets a new one; an invitation is for others to send. */
const newLinkAt: Record<Purpose, string | null> = { invitation: null, password_reset: '/forgot-password', magic_link: '/magic-link' }

/** Asks whether the link still works before anybody fills in a form for nothing. */
function WithLink({ purpose, children }: { purpose: Purpose; children: (owner: LinkOwner) => ReactNode }) {
  const t = useTranslations('signIn')
  const [owner, setOwner] = useState<LinkOwner | 'dead' | null>(null)
  useEffect(() => {
    const token = secretOfLink()
    if (token.length < 20) return setOwner('dead')
    api.auth.checkLink({ token, purpose }).then(
      ({ person }) => setOwner(person ?? 'dead'),
      // Whether it works shows when it is used.
      () => setOwner({ name: '', email: '' }),
    )
  }, [purpose])
  if (owner === null) return <Skeleton className="h-32" />
  if (owner !== 'dead') return children(owner)
  const newLink = newLinkAt[purpose]
  return (
    <div className="grid gap-4">
      <FormError>{t(newLink ? 'deadLink' : 'invitation.dead')}</FormError>
      <Button asChild>
        <Link href={newLink ?? '/sign-in'}>{t(newLink ? 'newLink' : 'submit')}</Link>
      </Button>
    </div>
  )
}

const Done = ({ children }: { children: ReactNode }) => (
  <p role="status" className="rounded-md border border-success/40 bg-success/10 px-3 py-2 text-sm">
    {children}
  </p>
)

/** Asks for a link by mail: to sign in, or to set a new password. */
export function LinkRequestForm({ purpose }: { purpose: 'magic-link' | 'password-reset' }) {
  const t = useTranslations('signIn')
  const [sentTo, setSentTo] = useState<string | null>(null)
  const next = useSearchParams().get('next') ?? undefined
  const { run, error, isPending } = useAction(purpose === 'magic-link' ? api.auth.requestMagicLink : api.auth.requestPasswordReset, {
    isForm: true,
  })
  if (sentTo) return <Done>{t('linkSentIfKnown', { email: sentTo })}</Done>
  return (
    <form
      className="grid gap-4"
      onSubmit={async (event) => {
        const { email = '' } = valuesOf(event)
        if (await run({ email, ...(purpose === 'magic-link' ? { next } : {}) })) setSentTo(email)
      }}
    >
      <FormError>{error?.message}</FormError>
      <Field label={t('email')} errors={error?.fields.email}>
        {(control) => <EmailInput {...control} name="email" autoComplete="email" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        {t('sendLink')}
      </Button>
    </form>
  )
}

/** For whoever was sent a link without a key: asks for one of their own. */
export function RequestLinkForm({ requestId }: { requestId: string }) {
  const t = useTranslations('signIn')
  const [sentTo, setSentTo] = useState<string | null>(null)
  const { run, error, isPending } = useAction(api.tickets.linkByMail, { isForm: true })
  return (
    <section className="grid gap-3" aria-labelledby="link-by-mail">
      <h2 id="link-by-mail" className="font-semibold">
        {t('linkByMail.title')}
      </h2>
      {sentTo ? (
        <Done>{t('linkByMail.sent', { email: sentTo })}</Done>
      ) : (
        <form
          className="grid gap-4"
          onSubmit={async (event) => {
            const { email = '' } = valuesOf(event)
            if (await run({ ticketId: requestId, email })) setSentTo(email)
          }}
        >
          <p className="text-sm text-muted">{t('linkByMail.says')}</p>
          <FormError>{error?.message}</FormError>
          <Field label={t('email')} errors={error?.fields.email}>
            {(control) => <EmailInput {...control} name="email" autoComplete="email" required />}
          </Field>
          <Button type="submit" isPending={isPending}>
            {t('linkByMail.submit')}
          </Button>
        </form>
      )}
    </section>
  )
}

export function SignUpForm() {
  const t = useTranslations('signIn')
  const [sentTo, setSentTo] = useState<string | null>(null)
  const { run, error, isPending } = useAction(api.auth.register, { isForm: true })
  if (sentTo) return <Done>{t('signUp.sent', { email: sentTo })}</Done>
  return (
    <form
      className="grid gap-4"
      onSubmit={async (event) => {
        const { email = '', name = '' } = valuesOf(event)
        if (await run({ email, name })) setSentTo(email)
      }}
    >
      <FormError>{error?.message}</FormError>
      <Field label={t('yourName')} errors={error?.fields.name}>
        {(control) => <Input {...control} name="name" autoComplete="name" required />}
      </Field>
      <Field label={t('email')} errors={error?.fields.email}>
        {(control) => <EmailInput {...control} name="email" autoComplete="email" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        {t('signUp.submit')}
      </Button>
    </form>
  )
}

/** Signs in with the link's secret, on a press: a mail scanner that opens links uses nothing up. */
export const MagicLinkForm = () => <WithLink purpose="magic_link">{({ email }) => <EnterByLink email={email} />}</WithLink>

function EnterByLink({ email }: { email: string }) {
  const t = useTranslations('signIn')
  const next = useSearchParams().get('next') ?? undefined
  const [error, setError] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)
  async function enter() {
    setPending(true)
    const answer = await signIn('credentials', { magicToken: secretOfLink(), redirect: false }).catch(() => null)
    if (answer?.ok) return window.location.assign(localPath(next, '/requests'))
    setPending(false)
    setError(t('deadLinkAskAgain'))
  }
  return (
    <div className="grid gap-4">
      <FormError>{error}</FormError>
      {email && <p className="text-sm text-muted">{t('signInAs', { email })}</p>}
      <Button variant="primary" onClick={enter} isPending={isPending}>
        {t('submit')}
      </Button>
    </div>
  )
}

export const ResetPasswordForm = () => <WithLink purpose="password_reset">{({ email }) => <ResetPassword email={email} />}</WithLink>

function ResetPassword({ email }: { email: string }) {
  const t = useTranslations('signIn')
  const [isDone, setDone] = useState(false)
  const { run, error, isPending } = useAction(api.auth.confirmPasswordReset, { isForm: true })
  if (isDone)
    return (
      <Done>
        {t.rich('reset.done', {
          link: (chunks) => (
            <a href="/sign-in" className="underline">
              {chunks}
            </a>
          ),
        })}
      </Done>
    )
  return (
    <form
      className="grid gap-4"
      onSubmit={async (event) => {
        const { password = '' } = valuesOf(event)
        if (await run({ token: secretOfLink(), password })) setDone(true)
      }}
    >
      <FormError>{error?.message}</FormError>
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <Field label={t('newPassword')} hint={t('passwordHint')} errors={error?.fields.password}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        {t('reset.submit')}
      </Button>
    </form>
  )
}

export const InvitationForm = () => <WithLink purpose="invitation">{(owner) => <AcceptInvitation owner={owner} />}</WithLink>

function AcceptInvitation({ owner }: { owner: LinkOwner }) {
  const t = useTranslations('signIn')
  const { run, error, isPending } = useAction(joinAndSignIn, { isForm: true })
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        const { name = '', password = '' } = valuesOf(event)
        void run({ name, password })
      }}
    >
      <FormError>{error?.message}</FormError>
      <Field label={t('yourName')} errors={error?.fields.name}>
        {(control) => <Input {...control} name="name" autoComplete="name" defaultValue={owner.name} required />}
      </Field>
      <input type="hidden" autoComplete="username" value={owner.email} readOnly />
      <Field label={t('password')} hint={t('passwordHint')} errors={error?.fields.password}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        {t('invitation.submit')}
      </Button>
    </form>
  )
}

async function joinAndSignIn({ name, password }: { name: string; password: string }) {
  const { email } = await api.auth.acceptInvitation({ token: secretOfLink(), name, password })
  await signIn('credentials', { email, password, redirect: false })
  window.location.assign('/agent')
}
