'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { DateField } from '@/components/ui/date-field'
import { useDuration } from '@/components/ui/duration'
import { Field } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import type { CalculateOutput } from '@/lib/calendar/calculation'
import { instantAt, wallClock } from '@/lib/core/zoned'
import type { CalendarOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'

export type TriedCalendar = Pick<CalendarOutput, 'timezone' | 'schedule' | 'holidays'>

export interface PreviewTarget {
  name: string
  minutes: number
  calendar: TriedCalendar
}

type Found = { name: string } & CalculateOutput['items'][number]

/** When would it be due: every target for a ticket created at a time, and why. */
export function DeadlinePreview({
  targets,
  timezone,
  children,
}: {
  targets: PreviewTarget[] | null
  timezone: string
  children?: ReactNode
}) {
  const t = useTranslations('slaSettings.preview')
  const [found, setFound] = useState<Found[]>([])
  const [at, setAt] = useState(() => wallClock(new Date(), timezone))
  const { run, error, isPending } = useAction(async (start: string) => {
    const answers = await Promise.all(
      (targets ?? []).map(async ({ name, minutes, calendar }) => {
        const { items } = await api.sla.calculate({ ...calendar, items: [{ id: name, start, minutes }] })
        return items.map((item) => ({ ...item, name }))
      }),
    )
    return answers.flat()
  }, { isForm: true, onDone: (answers) => { setFound(answers); return false } }) // biome-ignore format: one call
  return (
    <section aria-labelledby="deadline-preview" className="grid gap-4 rounded-lg border bg-raised p-5">
      <div>
        <h2 id="deadline-preview" className="font-semibold">
          {t('title')}
        </h2>
        <p className="text-sm text-muted">{t('says')}</p>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        {children}
        <Field label={t('createdAt', { timeZone: timezone })}>
          {(control) => (
            <DateField
              {...control}
              label={t('createdAt', { timeZone: timezone })}
              required
              className="w-60"
              timeZone={timezone}
              value={at}
              onChange={setAt}
            />
          )}
        </Field>
        <Button disabled={!targets || !at} isPending={isPending} onClick={() => run(instantAt(at, timezone).toISOString())}>
          {t('calculate')}
        </Button>
      </div>
      <FormError>{error?.message}</FormError>
      <div aria-live="polite" className="grid gap-4 empty:-mt-4">
        {found.map((item) => (
          <Answer key={item.name} {...item} timezone={timezone} />
        ))}
      </div>
    </section>
  )
}

/** In the zone the time was given in, whatever that of the hours is. */
function Answer({ name, deadline, explanation, timezone }: Found & { timezone: string }) {
  const t = useTranslations('slaSettings.preview')
  const format = useFormatter()
  const duration = useDuration()
  const say = (date: Date) => format.dateTime(date, 'moment', { timeZone: timezone })
  return (
    <div>
      <h3 className="text-sm font-medium">{deadline ? t('due', { name, at: say(deadline) }) : t('never', { name })}</h3>
      <ol className="mt-1 grid gap-0.5 text-sm tabular-nums">
        {explanation.slice(0, 30).map(({ from, to, reason, countedMinutes, name: called }) => (
          <li key={from.toISOString()} className={countedMinutes > 0 ? '' : 'text-muted'}>
            {t('stretch', {
              from: say(from),
              to: to ? say(to) : '',
              what:
                countedMinutes > 0 || reason === 'open hours' // not-words: a code of the API
                  ? t('counted', { duration: duration(countedMinutes) })
                  : (called ?? t(`reasons.${reason}`)),
            })}
          </li>
        ))}
        {explanation.length > 30 && <li className="text-muted">{t('more')}</li>}
      </ol>
    </div>
  )
}
