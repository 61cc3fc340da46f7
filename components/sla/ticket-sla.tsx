'use client'

import { cn } from '@/components/ui/cn'
import { type ClockOutput, metrics } from '@/lib/tickets/ticket/schema'
import { metricNames } from '../tickets/labels'
import { sayDuration, useNow } from '../tickets/sla-chip'
import { Ledger } from './ledger'

/** The clocks of a ticket that run or stand still, and behind a button every minute of all of them. */
export function TicketSla({ ticketId, clocks, timeZone }: { ticketId: string; clocks: ClockOutput[]; timeZone: string }) {
  const now = useNow(() => false)
  const inOrder = [...clocks].sort((a, b) => metrics.indexOf(a.metric) - metrics.indexOf(b.metric))
  return (
    <section aria-labelledby="sla" className="grid gap-3">
      <div className="flex items-center justify-between gap-2">
        <h2 id="sla" className="text-sm font-semibold">
          SLA
        </h2>
        <Ledger ticketId={ticketId} timeZone={timeZone}>
          Every minute
        </Ledger>
      </div>
      {inOrder.length === 0 && <p className="text-sm text-muted">No clock runs.</p>}
      {inOrder.map((clock) => (
        <ClockRow key={clock.metric} clock={clock} now={now} timeZone={timeZone} />
      ))}
    </section>
  )
}

function ClockRow({ clock, now, timeZone }: { clock: ClockOutput; now: number | null; timeZone: string }) {
  const { metric, dueAt, pausedAt, startedAt } = clock
  const left = dueAt && now !== null ? dueAt.getTime() - now : null
  const isLate = left !== null && left < 0
  const share = dueAt && left !== null ? Math.min(1, Math.max(0, 1 - left / Math.max(1, dueAt.getTime() - startedAt.getTime()))) : 0
  const say = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
  return (
    <div className="grid gap-1 text-sm">
      <div className="flex justify-between gap-2">
        <span>{metricNames[metric]}</span>
        <span className={cn('tabular-nums', isLate ? 'font-medium text-danger' : 'text-muted')}>
          {pausedAt ? 'Paused' : left === null ? '' : isLate ? `${sayDuration(left)} late` : `${sayDuration(left)} left`}
        </span>
      </div>
      {dueAt && (
        <>
          <span aria-hidden className="h-1 overflow-hidden rounded-full bg-line">
            <span
              className={cn('block h-full', isLate ? 'bg-danger' : share > 0.75 ? 'bg-warning' : 'bg-accent')}
              style={{ width: `${share * 100}%` }}
            />
          </span>
          <span className="text-xs text-muted">due {say.format(dueAt)}</span>
        </>
      )}
    </div>
  )
}
