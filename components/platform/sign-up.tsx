'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { EmailInput, Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

const suggest = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-$/g, '')
    .slice(0, 40)

export function SignUpForm({ rootDomain }: { rootDomain: string }) {
  const common = useTranslations('common')
  const t = useTranslations('platform.signUp')
  const router = useRouter()
  const [business, setBusiness] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const slug = chosen ?? suggest(business)
  const problem = useAddressProblem(slug)
  const { run, error, isPending } = useAction(api.platform.signUp, {
    isForm: true,
    onDone: ({ tenantId, secret }) => router.push(`/setup/${tenantId}#${secret}`),
  })
  const fields = error?.fields ?? {}
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const text = (name: string) => String(form.get(name) ?? '')
        const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
        void run({ business, slug, name: text('name'), email: text('email'), password: text('password'), timeZone })
      }}
    >
      <FormError>{error?.message}</FormError>
      <Field label={t('business')} errors={fields.business}>
        {(control) => (
          <Input
            {...control}
            name="business"
            value={business}
            onChange={(event) => setBusiness(event.target.value)}
            required
            maxLength={120}
          />
        )}
      </Field>
      <Field
        label={t('slug')}
        hint={slug ? t('slugPreview', { host: `${slug}.${rootDomain}` }) : t('slugHint')}
        errors={fields.slug ?? (problem ? [problem] : undefined)}
      >
        {(control) => (
          <Input {...control} name="slug" value={slug} onChange={(event) => setChosen(event.target.value.toLowerCase())} required />
        )}
      </Field>
      <Field label={t('name')} errors={fields.name}>
        {(control) => <Input {...control} name="name" autoComplete="name" required />}
      </Field>
      <Field label={common('email')} errors={fields.email}>
        {(control) => <EmailInput {...control} name="email" autoComplete="username" required />}
      </Field>
      <Field label={t('password')} hint={t('passwordHint')} errors={fields.password}>
        {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" required />}
      </Field>
      <Button type="submit" variant="primary" isPending={isPending}>
        {t('submit')}
      </Button>
    </form>
  )
}

/** Asks while one types whether the address can be had. */
function useAddressProblem(slug: string): string | null {
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    setProblem(null)
    if (!slug) return
    let isOver = false
    const timer = setTimeout(() => {
      api.platform.checkSlug({ slug }).then(
        (answer) => !isOver && setProblem(answer.problem),
        () => {}, // sending the form tells
      )
    }, 300)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [slug])
  return problem
}
