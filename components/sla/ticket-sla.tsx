'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { cn } from '@/components/ui/cn'
import { overrunMinutes, useCountdown, useDuration } from '@/components/ui/duration'
import { type ClockOutput, metrics } from '@/lib/tickets/ticket/schema'
import { useNow } from '../tickets/sla-chip'
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
  const countdown = useCountdown()
  const duration = useDuration()
  const { metric, dueAt, pausedAt, startedAt, overrun } = clock
  const left = dueAt && now !== null ? dueAt.getTime() - now : null
  const isBreached = left !== null && left < 0
  const inWords = (ms: number) => {
    if (ms >= 0) return t('left', { duration: countdown(ms) })
    // As the SLA calculation says it, in business time.
    const over = overrun ? overrunMinutes(overrun, now ?? 0) : -ms / 60_000
    if (over < 1) return t('calculation.breachedByUnder', { duration: duration(1) })
    return t(overrun?.isPaused ? 'breachedByPaused' : 'calculation.breachedBy', { duration: duration(over) })
  }
  const share = dueAt && left !== null ? Math.min(1, Math.max(0, 1 - left / Math.max(1, dueAt.getTime() - startedAt.getTime()))) : 0
  return (
    <div className="grid gap-1 text-sm">
      <div className="flex justify-between gap-2">
        <span>{common(`metric.${metric}`)}</span>
        <span className={cn('tabular-nums', isBreached ? 'font-medium text-danger' : 'text-muted')}>
          {pausedAt ? t('paused') : left === null ? '' : inWords(left)}
        </span>
      </div>
      {dueAt && (
        <>
          <span aria-hidden className="h-1 overflow-hidden rounded-full bg-line">
            <span
              className={cn('block h-full', isBreached ? 'bg-danger' : share > 0.75 ? 'bg-warning' : 'bg-accent')}
              style={{ width: `${share * 100}%` }}
            />
          </span>
          <span className="text-xs text-muted">{t('dueAt', { at: format.dateTime(dueAt, 'moment', { timeZone }) })}</span>
        </>
      )}
    </div>
  )
}
