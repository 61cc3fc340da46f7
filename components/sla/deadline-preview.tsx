'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
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

type Found = { name: string; minutes: number } & CalculateOutput['items'][number]

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
        return items.map((item) => ({ ...item, name, minutes }))
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
      <div aria-live="polite" className="grid gap-4 empty:-mt-4 lg:grid-cols-2">
        {found.map((item) => (
          <Answer key={item.name} {...item} timezone={timezone} />
        ))}
      </div>
    </section>
  )
}

const mostShown = 30

/** When one target is due, and the way there as a time line. In the zone the time was given in, whatever that of the hours is. */
function Answer({ name, deadline, explanation, minutes, timezone }: Found & { timezone: string }) {
  const t = useTranslations('slaSettings.preview')
  const format = useFormatter()
  const shown = explanation.slice(0, mostShown)
  const ends = shown.map((_, at) => shown.slice(0, at + 1).reduce((sum, { countedMinutes }) => sum + countedMinutes, 0))
  return (
    <article className="grid content-start gap-3 rounded-md border p-4">
      <h3 className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1 font-medium">
        <bdi>{name}</bdi>
        <span className={cn('text-sm', deadline ? 'text-link' : 'text-danger')}>
          {deadline ? t('dueAt', { at: format.dateTime(deadline, 'moment', { timeZone: timezone }) }) : t('neverDue')}
        </span>
      </h3>
      <ol className="grid text-sm">
        {shown.map((stretch, at) => (
          <Stretch key={stretch.from.toISOString()} {...stretch} sum={ends[at] ?? 0} of={minutes} timezone={timezone} />
        ))}
        {explanation.length > mostShown ? (
          <Point>{t('more')}</Point>
        ) : (
          deadline && (
            <Point isEnd>
              <span className="font-medium">{t('isDue')}</span>
              <Clock at={deadline} timezone={timezone} />
            </Point>
          )
        )}
      </ol>
    </article>
  )
}

type StretchProps = Found['explanation'][number] & {
  /** Counted up to its end. */
  sum: number
  of: number
  timezone: string
}

function Stretch({ from, to, reason, countedMinutes, name, sum, of, timezone }: StretchProps) {
  const t = useTranslations('slaSettings.preview')
  const duration = useDuration()
  const isCounted = countedMinutes > 0 || reason === 'open hours' // not-words: a code of the API
  return (
    <Point isCounted={isCounted}>
      <span className={isCounted ? 'font-medium' : 'text-muted'}>
        {isCounted ? t('counted', { duration: duration(countedMinutes) }) : <bdi>{name ?? t(`reasons.${reason}`)}</bdi>}
      </span>
      <Clock at={from} to={to} timezone={timezone} />
      {isCounted && (
        <span className="basis-full">
          <span aria-hidden className="block h-1 max-w-56 overflow-hidden rounded-full bg-line">
            <span className="block h-full rounded-full bg-accent" style={{ width: `${Math.min(100, (100 * sum) / of)}%` }} />
          </span>
          <span className="text-xs text-muted">{t('soFar', { counted: duration(sum), target: duration(of) })}</span>
        </span>
      )}
    </Point>
  )
}

function Clock({ at, to, timezone }: { at: Date; to?: Date | null; timezone: string }) {
  const format = useFormatter()
  return (
    <time className="text-muted tabular-nums">
      {to ? format.dateTimeRange(at, to, 'moment', { timeZone: timezone }) : format.dateTime(at, 'moment', { timeZone: timezone })}
    </time>
  )
}

/** A place on the time line: filled where time counts. */
function Point({ isCounted, isEnd, children }: { isCounted?: boolean; isEnd?: boolean; children: ReactNode }) {
  return (
    <li className="group relative flex flex-wrap items-baseline justify-between gap-x-3 gap-y-0.5 pb-3 ps-6 last:pb-0">
      <span
        aria-hidden
        className={cn(
          'absolute start-[5px] top-2 -bottom-2 w-0.5 group-last:hidden',
          isCounted ? 'bg-accent' : 'border-s-2 border-dashed border-line',
        )}
      />
      <span
        aria-hidden
        className={cn(
          'absolute start-0 top-1 size-3 rounded-full border-2',
          isEnd ? 'border-danger bg-danger' : isCounted ? 'border-accent bg-accent' : 'border-line bg-raised',
        )}
      />
      {children}
    </li>
  )
}
