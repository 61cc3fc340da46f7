'use client'

import { BellOff, BellRing } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { useExact } from '@/components/ui/exact'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import type { PreferencesOutput } from '@/lib/notifications/schema'
import { type Digest, digests } from '@/lib/notifications/values'
import { api } from '@/lib/wiring/client'
import { ChoiceMatrix, matrixFrom } from './matrix'

export function PreferencesForm({ preferences }: { preferences: PreferencesOutput }) {
  const common = useTranslations('common')
  const t = useTranslations('notifications')
  const { run, error, isPending } = useAction(api.notifications.updatePreferences, { isForm: true, success: common('saved') })
  const [isQuiet, setQuiet] = useState(preferences.quietFrom !== null)
  const fields = error?.fields ?? {}
  return (
    <Card className="p-5">
      <GuardedForm
        className="grid gap-6"
        onSubmit={(form) =>
          run({
            version: preferences.version,
            matrix: matrixFrom(form, preferences.types),
            digest: String(form.get('digest')) as Digest,
            quietFrom: isQuiet ? String(form.get('quietFrom')) : null,
            quietTo: isQuiet ? String(form.get('quietTo')) : null,
          })
        }
      >
        <FormError>{error?.message}</FormError>
        <ChoiceMatrix types={preferences.types} />
        <div className="grid max-w-xl gap-5">
          <Field label={t('mail')} hint={t('mailHint')} errors={fields.digest}>
            {(control) => (
              <ChoiceField
                {...control}
                name="digest"
                defaultValue={preferences.digest}
                label={t('mail')}
                options={digests.map((digest) => ({ value: digest, name: t(`digest.${digest}`) }))}
              />
            )}
          </Field>
          <div className="grid gap-3">
            <Checkbox label={t('quiet')} checked={isQuiet} onChange={(event) => setQuiet(event.target.checked)} />
            {isQuiet && (
              <div className="grid grid-cols-2 gap-4">
                <Field label={t('from')} errors={fields.quietFrom}>
                  {(control) => (
                    <Input {...control} name="quietFrom" type="time" defaultValue={preferences.quietFrom ?? '20:00'} required />
                  )}
                </Field>
                <Field label={t('to')} errors={fields.quietTo} hint={preferences.timeZone}>
                  {(control) => <Input {...control} name="quietTo" type="time" defaultValue={preferences.quietTo ?? '08:00'} required />}
                </Field>
              </div>
            )}
          </div>
        </div>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {common('save')}
        </Button>
      </GuardedForm>
    </Card>
  )
}

const hourMs = 3600_000
const pauses = [
  { name: 'hour', ms: hourMs },
  { name: 'eightHours', ms: 8 * hourMs },
  { name: 'day', ms: 24 * hourMs },
  { name: 'week', ms: 7 * 24 * hourMs },
] as const

/** Pauses email and browser notifications for a while; the bell goes on. */
export function Mute({ preferences: { version, mutedUntil, timeZone } }: { preferences: PreferencesOutput }) {
  const t = useTranslations('notifications')
  const exact = useExact()
  const { run, isPending } = useAction(api.notifications.updatePreferences)
  const isMuted = mutedUntil !== null && new Date(mutedUntil) > new Date()
  if (isMuted) {
    const at = exact(new Date(mutedUntil), timeZone)
    return (
      <Card className="flex flex-wrap items-center gap-3 p-4">
        <BellOff aria-hidden className="size-5 text-warning" />
        <p className="me-auto">{t('mutedUntil', { at })}</p>
        <Button isPending={isPending} onClick={() => void run({ version, mutedUntil: null })}>
          {t('resume')}
        </Button>
      </Card>
    )
  }
  return (
    <Card className="flex flex-wrap items-center gap-3 p-4">
      <BellRing aria-hidden className="size-5 text-muted" />
      <p className="me-auto">{t('pauseFor')}</p>
      <div className="flex flex-wrap gap-2">
        {pauses.map(({ name, ms }) => (
          <Button
            key={name}
            size="small"
            isPending={isPending}
            onClick={() => void run({ version, mutedUntil: new Date(Date.now() + ms).toISOString() })}
          >
            {t(`pauses.${name}`)}
          </Button>
        ))}
      </div>
    </Card>
  )
}
