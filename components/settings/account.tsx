'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, FormError, Input, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { type Permission, permissions } from '@/lib/actor/permissions'
import { api } from '@/lib/wiring/client'
import { CopyButton } from '../ui/copy-button'

interface Profile {
  version: number
  name: string
  phone: string | null
  timeZone: string
  locale: string
  availability: 'online' | 'away' | 'do_not_assign'
}

export function ProfileForm({ profile, isStaff }: { profile: Profile; isStaff: boolean }) {
  const { run, error, isPending } = useAction(api.account.updateProfile, { isForm: true, success: 'Saved.' })
  const fields = error?.fields ?? {}
  return (
    <Card className="p-5">
      <GuardedForm
        className="grid max-w-xl gap-5"
        onSubmit={(form) => {
          const text = (name: string) => String(form.get(name) ?? '')
          return run({
            version: profile.version,
            name: text('name'),
            phone: text('phone') || null,
            timeZone: text('timeZone'),
            locale: text('locale'),
            ...(isStaff ? { availability: text('availability') as Profile['availability'] } : {}),
          })
        }}
      >
        <FormError>{error?.message}</FormError>
        <Field label="Name" errors={fields.name}>
          {(control) => <Input {...control} name="name" autoComplete="name" defaultValue={profile.name} required />}
        </Field>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Phone" errors={fields.phone}>
            {(control) => <Input {...control} name="phone" type="tel" autoComplete="tel" defaultValue={profile.phone ?? ''} />}
          </Field>
          <Field label="Time zone" hint="Times are shown in it." errors={fields.timeZone}>
            {(control) => (
              <Select {...control} name="timeZone" defaultValue={profile.timeZone}>
                {[...new Set([profile.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => (
                  <option key={zone}>{zone}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Language" hint="Such as en or pt-BR." errors={fields.locale}>
            {(control) => <Input {...control} name="locale" defaultValue={profile.locale} />}
          </Field>
          {isStaff && (
            <Field label="Availability">
              {(control) => (
                <Select {...control} name="availability" defaultValue={profile.availability}>
                  <option value="online">Online</option>
                  <option value="away">Away</option>
                  <option value="do_not_assign">Do not assign</option>
                </Select>
              )}
            </Field>
          )}
        </div>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          Save
        </Button>
      </GuardedForm>
    </Card>
  )
}

export function PasswordForm() {
  const { run, error, isPending } = useAction(api.account.changePassword, {
    isForm: true,
    success: 'The password was changed; other sessions are ended.',
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
        <Field label="Current password" hint="Leave empty if you have none yet." errors={error?.fields.currentPassword}>
          {(control) => <Input {...control} name="currentPassword" type="password" autoComplete="current-password" />}
        </Field>
        <Field label="New password" hint="At least 10 characters." errors={error?.fields.password}>
          {(control) => <Input {...control} name="password" type="password" autoComplete="new-password" required />}
        </Field>
        <Button type="submit" isPending={isPending} className="justify-self-start">
          Change password
        </Button>
      </form>
    </Card>
  )
}

export function EndSession({ id, says }: { id: string; says: string }) {
  const { run, isPending } = useAction(api.account.revokeSession, { success: 'The session was ended.' })
  return <ConfirmButton action="End" title="End this session" says={says} isPending={isPending} onConfirm={() => run({ id })} />
}

export function SignOutEverywhere() {
  const { run, isPending } = useAction(api.account.signOutEverywhere, { onDone: () => window.location.assign('/sign-in') })
  return (
    <ConfirmButton
      action="Sign out everywhere"
      title="End all sessions"
      says="Every browser and every API sign-in, this one too. API tokens keep working."
      isPending={isPending}
      onConfirm={() => run(undefined)}
    />
  )
}

export function CreateToken({ mine }: { mine: Permission[] }) {
  const [token, setToken] = useState<string | null>(null)
  const { run, error, isPending } = useAction(api.account.createToken, { isForm: true, onDone: (made) => setToken(made.token) })
  return (
    <>
      {token && (
        <div role="status" className="w-full rounded-md border border-success/40 bg-success/10 p-3 text-sm">
          <p className="font-medium">Copy the token now; it is not shown again.</p>
          <p className="mt-1 flex items-center gap-2 font-mono text-xs break-all">
            {token} <CopyButton value={token} />
          </p>
        </div>
      )}
      <FormDialog
        trigger="New token"
        triggerVariant="primary"
        title="New API token"
        says="It may do what you may, and only what you choose here."
        submit="Make token"
        error={error}
        isPending={isPending}
        onSubmit={(form) => {
          const days = Number(form.get('expiresInDays'))
          return run({
            name: String(form.get('name')),
            scopes: form.getAll('scopes') as Permission[],
            ...(days ? { expiresInDays: days } : {}),
          })
        }}
      >
        <Field label="What is it for?" errors={error?.fields.name}>
          {(control) => <Input {...control} name="name" required />}
        </Field>
        <Field label="Expires">
          {(control) => (
            <Select {...control} name="expiresInDays" defaultValue="90">
              <option value="30">in 30 days</option>
              <option value="90">in 90 days</option>
              <option value="365">in a year</option>
              <option value="">never</option>
            </Select>
          )}
        </Field>
        <fieldset className="grid gap-2">
          <legend className="mb-1.5 text-sm font-medium">May</legend>
          {error?.fields.scopes && <p className="text-sm text-danger">{error.fields.scopes.join(' ')}</p>}
          {mine.map((name) => (
            <Checkbox key={name} name="scopes" value={name} label={permissions[name]} />
          ))}
        </fieldset>
      </FormDialog>
    </>
  )
}

export function RevokeToken({ id, name }: { id: string; name: string }) {
  const { run, isPending } = useAction(api.account.revokeToken, { success: 'The token was revoked.' })
  return (
    <ConfirmButton
      action="Revoke"
      title={`Revoke ${name}`}
      says="Whatever uses it stops working at once."
      isPending={isPending}
      onConfirm={() => run({ id })}
    />
  )
}
