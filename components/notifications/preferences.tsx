'use client'

import { BellOff, BellRing } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox, Field, FormError, Input, Select } from '@/components/ui/field'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import type { Digest, PreferencesOutput } from '@/lib/notifications/schema'
import { api } from '@/lib/wiring/client'
import { ChoiceMatrix, matrixFrom } from './matrix'

const digestNames: Record<Digest, string> = {
  off: 'As it happens',
  daily: 'Once a day, at 8 in the morning',
  weekly: 'Once a week, on Monday at 8',
}

export function PreferencesForm({ preferences }: { preferences: PreferencesOutput }) {
  const { run, error, isPending } = useAction(api.notifications.updatePreferences, { isForm: true, success: 'Saved.' })
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
          <Field label="Mail" hint="What is urgent never waits." errors={fields.digest}>
            {(control) => (
              <Select {...control} name="digest" defaultValue={preferences.digest}>
                {Object.entries(digestNames).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <div className="grid gap-3">
            <Checkbox
              label="Quiet hours: mail and the browser wait for their end, unless it is urgent."
              checked={isQuiet}
              onChange={(event) => setQuiet(event.target.checked)}
            />
            {isQuiet && (
              <div className="grid grid-cols-2 gap-4">
                <Field label="From" errors={fields.quietFrom}>
                  {(control) => (
                    <Input {...control} name="quietFrom" type="time" defaultValue={preferences.quietFrom ?? '20:00'} required />
                  )}
                </Field>
                <Field label="To" errors={fields.quietTo} hint={preferences.timeZone}>
                  {(control) => <Input {...control} name="quietTo" type="time" defaultValue={preferences.quietTo ?? '08:00'} required />}
                </Field>
              </div>
            )}
          </div>
        </div>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          Save
        </Button>
      </GuardedForm>
    </Card>
  )
}

const hourMs = 3600_000
const pauses = [
  { name: '1 hour', ms: hourMs },
  { name: '8 hours', ms: 8 * hourMs },
  { name: '1 day', ms: 24 * hourMs },
  { name: '1 week', ms: 7 * 24 * hourMs },
]

/** Stops mail and the browser for a while; the bell goes on. */
export function Mute({ preferences: { version, mutedUntil, timeZone } }: { preferences: PreferencesOutput }) {
  const { run, isPending } = useAction(api.notifications.updatePreferences)
  const isMuted = mutedUntil !== null && new Date(mutedUntil) > new Date()
  if (isMuted) {
    const until = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(mutedUntil))
    return (
      <Card className="flex flex-wrap items-center gap-3 p-4">
        <BellOff aria-hidden className="size-5 text-warning" />
        <p className="mr-auto">No mail and no browser messages until {until}.</p>
        <Button isPending={isPending} onClick={() => void run({ version, mutedUntil: null })}>
          Resume now
        </Button>
      </Card>
    )
  }
  return (
    <Card className="flex flex-wrap items-center gap-3 p-4">
      <BellRing aria-hidden className="size-5 text-muted" />
      <p className="mr-auto">Pause mail and browser messages for</p>
      <div className="flex flex-wrap gap-2">
        {pauses.map(({ name, ms }) => (
          <Button
            key={name}
            size="small"
            isPending={isPending}
            onClick={() => void run({ version, mutedUntil: new Date(Date.now() + ms).toISOString() })}
          >
            {name}
          </Button>
        ))}
      </div>
    </Card>
  )
}
