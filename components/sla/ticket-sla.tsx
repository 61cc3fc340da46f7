'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { cn } from '@/components/ui/cn'
import type { ClockOutput } from '@/lib/tickets/ticket/schema'
import { metrics } from '@/lib/tickets/ticket/values'
import { clockState } from '../tickets/clock-state'
import { clockTone, useClockWords, useNow } from '../tickets/sla-chip'
import { Ledger } from './ledger'

/** The clocks of a ticket that run or are paused, and behind a button how they were calculated. */
export function TicketSla({ ticketId, clocks, timeZone }: { ticketId: string; clocks: ClockOutput[]; timeZone: string }) {
  const t = useTranslations('sla')
  const now = useNow(() => false)
  const inOrder = [...clocks].sort((a, b) => metrics.indexOf(a.metric) - metrics.indexOf(b.metric))
  return (
    <section aria-labelledby="sla" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="sla" className="text-sm font-semibold">
          {t('title')}
        </h2>
        <Ledger ticketId={ticketId} timeZone={timeZone}>
          {t('show')}
        </Ledger>
      </div>
      {inOrder.length === 0 && <p className="text-sm text-muted">{t('noClock')}</p>}
      {inOrder.map((clock) => (
        <ClockRow key={clock.metric} clock={clock} now={now} timeZone={timeZone} />
      ))}
    </section>
  )
}

function ClockRow({ clock, now, timeZone }: { clock: ClockOutput; now: number | null; timeZone: string }) {
  const common = useTranslations('common')
  const t = useTranslations('sla')
  const format = useFormatter()
  const words = useClockWords()
  const { metric, dueAt } = clock
  const state = now === null ? null : clockState(clock, now)
  const isBreached = state?.is === 'breached'
  const gone = state?.is === 'due' ? 1 - state.share : isBreached ? 1 : 0
  return (
    <div className="grid gap-1 text-sm">
      <div className="flex justify-between gap-2">
        <span>{common(`metric.${metric}`)}</span>
        {state && <span className={cn('text-end tabular-nums', clockTone(state), isBreached && 'font-medium')}>{words(state)}</span>}
      </div>
      {dueAt && (
        <>
          <span aria-hidden className="h-1 overflow-hidden rounded-full bg-line">
            <span
              className={cn('block h-full', isBreached ? 'bg-danger' : state?.is === 'due' && state.isSoon ? 'bg-warning' : 'bg-accent')}
              style={{ width: `${gone * 100}%` }}
            />
          </span>
          <span className="text-xs text-muted">{t('dueAt', { at: format.dateTime(dueAt, 'moment', { timeZone }) })}</span>
        </>
      )}
    </div>
  )
}
