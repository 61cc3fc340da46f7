'use client'

import { LogOut } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { AfterResolve } from '@/lib/accounts/schema'
import { api } from '@/lib/wiring/client'

interface Profile {
  version: number
  name: string
  username: string | null
  phone: string | null
  timeZone: string
  locale: string | null
  availability: 'online' | 'away' | 'do_not_assign'
  afterResolve: AfterResolve
}

/** What accounts once began with, and nobody chose. */
const unchosen = 'en'

/** @param languages what can be chosen; English as `en-GB`, which is a choice */
export function ProfileForm({ profile, isStaff, languages }: { profile: Profile; isStaff: boolean; languages: readonly string[] }) {
  const common = useTranslations('common')
  const t = useTranslations('settings.account')
  const { run, error, isPending } = useAction(api.account.updateProfile, { isForm: true, success: common('saved') })
  const fields = error?.fields ?? {}
  const chosen = profile.locale === unchosen ? null : profile.locale
  return (
    <Card className="p-5">
      <GuardedForm
        className="grid max-w-xl gap-5"
        onSubmit={(form) => {
          const text = (name: string) => String(form.get(name) ?? '')
          return run({
            version: profile.version,
            name: text('name'),
            username: text('username') || null,
            phone: text('phone') || null,
            timeZone: text('timeZone'),
            locale: text('locale') || null,
            ...(isStaff
              ? { availability: text('availability') as Profile['availability'], afterResolve: text('afterResolve') as AfterResolve }
              : {}),
          })
        }}
      >
        <FormError>{error?.message}</FormError>
        <Field label={common('name')} errors={fields.name}>
          {(control) => <Input {...control} name="name" autoComplete="name" defaultValue={profile.name} required />}
        </Field>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('username')} hint={t('usernameHint')} errors={fields.username}>
            {(control) => <Input {...control} name="username" dir="ltr" autoComplete="username" defaultValue={profile.username ?? ''} />}
          </Field>
          <Field label={t('phone')} errors={fields.phone}>
            {(control) => <Input {...control} name="phone" type="tel" autoComplete="tel" defaultValue={profile.phone ?? ''} />}
          </Field>
          <Field label={common('timeZone')} hint={t('timeZoneHint')} errors={fields.timeZone}>
            {(control) => (
              <ChoiceField
                {...control}
                name="timeZone"
                defaultValue={profile.timeZone}
                label={common('timeZone')}
                options={[...new Set([profile.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({
                  value: zone,
                  name: zone,
                }))}
              />
            )}
          </Field>
          <Field label={t('language')} hint={t('languageHint')} errors={fields.locale}>
            {(control) => (
              <ChoiceField
                {...control}
                name="locale"
                defaultValue={chosen ?? ''}
                label={t('language')}
                options={[
                  { value: '', name: t('browserLanguage') },
                  ...[...new Set([...(chosen ? [chosen] : []), ...languages])].map((language) => ({
                    value: language,
                    name: new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language,
                  })),
                ]}
              />
            )}
          </Field>
          {isStaff && (
            <Field label={t('availability')}>
              {(control) => (
                <ChoiceField
                  {...control}
                  name="availability"
                  defaultValue={profile.availability}
                  label={t('availability')}
                  options={(['online', 'away', 'do_not_assign'] as const).map((each) => ({
                    value: each,
                    name: t(`availabilities.${each}`),
                  }))}
                />
              )}
            </Field>
          )}
          {isStaff && (
            <Field label={t('afterResolve')} hint={t('afterResolveHint')}>
              {(control) => (
                <ChoiceField
                  {...control}
                  name="afterResolve"
                  defaultValue={profile.afterResolve}
                  label={t('afterResolve')}
                  options={(['next', 'stay', 'list'] as const).map((each) => ({ value: each, name: t(`afterResolves.${each}`) }))}
                />
              )}
            </Field>
          )}
        </div>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {common('save')}
        </Button>
      </GuardedForm>
    </Card>
  )
}

export function PasswordForm() {
  const t = useTranslations('settings.account')
  const { run, error, isPending } = useAction(api.account.changePassword, {
    isForm: true,
    success: t('passwordChanged'),
  })
  return (
    <Card className="p-5">
      <form
        className="grid max-w-xl gap-5"
        onSubmit={async (event) => {
          event.preventDefault()
          const form = event.currentTarget
          const data = new FormData(form)
          if (await run({ currentPassword: String(data.get('currentPassword')), password: String(data.get('password')) })) form.reset()
        }}
      >
        <FormError>{error?.message}</FormError>
        <Field label={t('currentPassword')} hint={t('currentPasswordHint')} errors={error?.fields.currentPassword}>
          {(control) => <Input {...control} name="currentPassword" type="password" autoComplete="current-password" />}
        </Field>
        <Field label={t('newPassword')} hint={t('newPasswordHint')} errors={error?.fields.password}>
          {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" required />}
        </Field>
        <Button type="submit" isPending={isPending} className="justify-self-start">
          {t('changePassword')}
        </Button>
      </form>
    </Card>
  )
}

export function SessionMenu({ id, name, says }: { id: string; name: string; says: string }) {
  const t = useTranslations('settings.sessions')
  const { run, isPending } = useAction(api.account.revokeSession, { success: t('ended') })
  const question = { action: t('end'), title: t('endTitle'), says, isPending, onConfirm: () => run({ id }) }
  return (
    <RowMenu
      of={name}
      actions={[
        { name: t('end'), icon: LogOut, isDangerous: true, dialog: (onClose) => <ConfirmButton {...question} onClose={onClose} /> },
      ]}
    />
  )
}

export function SignOutEverywhere() {
  const t = useTranslations('settings.sessions')
  const { run, isPending } = useAction(api.account.signOutEverywhere, { onDone: () => window.location.assign('/sign-in') })
  return (
    <ConfirmButton
      action={t('everywhere')}
      title={t('everywhereTitle')}
      says={t('everywhereSays')}
      isPending={isPending}
      onConfirm={() => run(undefined)}
    />
  )
}
