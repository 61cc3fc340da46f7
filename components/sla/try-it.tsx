'use client'

import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, FormError, Input } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import { instantAt, wallClock } from '@/lib/core/zoned'
import type { CalculateOutput, CalendarOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'
import { sayMinutes } from './say'

export type TriedCalendar = Pick<CalendarOutput, 'timezone' | 'schedule' | 'holidays'>

export interface Promised {
  name: string
  minutes: number
  calendar: TriedCalendar
}

type Found = { name: string } & CalculateOutput['items'][number]

const words: Record<CalculateOutput['items'][number]['explanation'][number]['reason'], string> = {
  'open hours': 'counts',
  closed: 'closed',
  holiday: 'holiday',
  paused: 'paused',
  more: 'and so on',
}

/** When would it be due: every promise for a ticket that comes in at a time, and why. */
export function TryIt({ promises, timezone, children }: { promises: Promised[] | null; timezone: string; children?: ReactNode }) {
  const [found, setFound] = useState<Found[]>([])
  const [at, setAt] = useState(() => wallClock(new Date(), timezone))
  const { run, error, isPending } = useAction(async (start: string) => {
    const answers = await Promise.all(
      (promises ?? []).map(async ({ name, minutes, calendar }) => {
        const { items } = await api.sla.calculate({ ...calendar, items: [{ id: name, start, minutes }] })
        return items.map((item) => ({ ...item, name }))
      }),
    )
    return answers.flat()
  }, { isForm: true, onDone: (answers) => { setFound(answers); return false } }) // biome-ignore format: one call
  return (
    <section aria-labelledby="try-it" className="grid gap-4 rounded-lg border bg-raised p-5">
      <div>
        <h2 id="try-it" className="font-semibold">
          Try it
        </h2>
        <p className="text-sm text-muted">With what stands above, saved or not.</p>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        {children}
        <Field label={`A ticket comes in (${timezone})`}>
          {(control) => (
            <Input {...control} type="datetime-local" value={at} onChange={(event) => setAt(event.target.value)} className="w-56" />
          )}
        </Field>
        <Button disabled={!promises || !at} isPending={isPending} onClick={() => run(instantAt(at, timezone).toISOString())}>
          When is it due?
        </Button>
      </div>
      <FormError>{error?.message}</FormError>
      <div aria-live="polite" className="grid gap-4">
        {found.map((item) => (
          <Answer key={item.name} {...item} timezone={timezone} />
        ))}
      </div>
    </section>
  )
}

/** In the zone the time was given in, whatever that of the hours is. */
function Answer({ name, deadline, explanation, timezone }: Found & { timezone: string }) {
  const say = (date: Date) =>
    new Intl.DateTimeFormat('en-GB', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: timezone,
    }).format(date)
  return (
    <div>
      <h3 className="text-sm font-medium">
        {name}: {deadline ? `due ${say(deadline)}` : 'never due within 400 days'}
      </h3>
      <ol className="mt-1 grid gap-0.5 text-sm tabular-nums">
        {explanation.slice(0, 30).map(({ from, to, reason, countedMinutes, name: called }) => (
          <li key={from.toISOString()} className={countedMinutes > 0 ? '' : 'text-muted'}>
            {say(from)} – {to ? say(to) : ''}:{' '}
            {countedMinutes > 0 ? `${sayMinutes(countedMinutes)} ${words[reason]}` : (called ?? words[reason])}
          </li>
        ))}
        {explanation.length > 30 && <li className="text-muted">and so on</li>}
      </ol>
    </div>
  )
}
