'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { useDuration } from '@/components/ui/duration'
import { Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { useAction } from '@/components/ui/use-action'
import { weekdays } from '@/lib/calendar/values'
import type { CalendarOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'
import { DeadlinePreview } from './deadline-preview'
import { daysOf, Holidays, holidaysOf } from './holidays'
import { readHours } from './hours'
import { type Draft, Simulate } from './simulate'
import { WeekPainter, weekOf } from './week'

/** A calendar, new or not: its hours, its holidays, and the deadlines they lead to. */
export function CalendarForm({ calendar, timeZone }: { calendar: CalendarOutput | null; timeZone: string }) {
  const common = useTranslations('common')
  const settings = useTranslations('slaSettings')
  const t = useTranslations('slaSettings.calendar')
  const duration = useDuration()
  const router = useRouter()
  const leave = () => {
    router.push('/settings/hours')
    return false
  }
  const create = useAction(api.calendars.create, { isForm: true, success: t('created'), onDone: leave })
  const update = useAction(api.calendars.update, { isForm: true, success: settings('saved') })
  const remove = useAction(api.calendars.delete, { success: t('deleted'), onDone: leave, undo: ({ id }) => api.calendars.restore({ id }) })
  const { error, isPending } = calendar ? update : create
  const [zone, setZone] = useState(calendar?.timezone ?? timeZone)
  const [week, setWeek] = useState(() => weekOf(calendar?.schedule ?? { mon: [['09:00', '17:00']], tue: [['09:00', '17:00']], wed: [['09:00', '17:00']], thu: [['09:00', '17:00']], fri: [['09:00', '17:00']] })) // biome-ignore format: one value
  const [days, setDays] = useState(() => daysOf(calendar?.holidays ?? []))
  const hours = weekdays.map((day) => [day, readHours(week[day])] as const)
  const holidays = holidaysOf(days)
  const isReadable = holidays !== null && hours.every(([, windows]) => windows)
  const schedule = Object.fromEntries(hours) as CalendarOutput['schedule']
  const spec = isReadable ? { timezone: zone, schedule, holidays } : null
  return (
    <div className="grid gap-6">
      <GuardedForm
        className="grid gap-6 rounded-lg border bg-raised p-5"
        onSubmit={async (form) => {
          if (!spec) return false
          const given = { name: String(form.get('name') ?? ''), ...spec } as Parameters<typeof api.calendars.create>[0]
          return calendar ? update.run({ ...given, id: calendar.id, version: calendar.version }) : create.run(given)
        }}
      >
        <FormError>{error?.message}</FormError>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={common('name')} errors={error?.fields.name}>
            {(control) => <Input {...control} name="name" dir="auto" maxLength={100} defaultValue={calendar?.name} required />}
          </Field>
          <Field label={common('timeZone')} errors={error?.fields.timezone}>
            {(control) => (
              <ChoiceField
                {...control}
                label={common('timeZone')}
                value={zone}
                options={[...new Set([zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((name) => ({ value: name, name }))}
                onChange={setZone}
              />
            )}
          </Field>
        </div>
        <WeekPainter week={week} onChange={setWeek} />
        <Holidays days={days} onChange={setDays} />
        <div className="flex flex-wrap gap-3">
          <Button type="submit" variant="primary" isPending={isPending} disabled={!spec}>
            {calendar ? common('save') : t('create')}
          </Button>
          {calendar && (
            <ConfirmButton
              action={common('delete')}
              title={t('deleteTitle', { name: calendar.name })}
              says={calendar.policies.length > 0 ? t('inUse', { policies: calendar.policies.join(', ') }) : t('unused')}
              isPending={remove.isPending}
              onConfirm={() => remove.run({ id: calendar.id })}
            />
          )}
        </div>
      </GuardedForm>
      <DeadlinePreview
        timezone={zone}
        targets={spec && [60, 240, 480].map((minutes) => ({ name: t('target', { duration: duration(minutes) }), minutes, calendar: spec }))}
      />
      {calendar && <Simulate draft={spec && ({ calendar: { id: calendar.id, ...spec } } as Draft)} />}
    </div>
  )
}
