'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Dialog } from '@/components/ui/dialog'
import { Badge, Skeleton } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/client'
import type { LedgerOutput } from '@/lib/sla/schema'
import { type ClockOutput, metrics } from '@/lib/tickets/schema'
import { metricNames } from '../tickets/labels'
import { sayDuration, useNow } from '../tickets/sla-chip'
import { sayMinutes } from './say'

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
        <Ledger ticketId={ticketId} timeZone={timeZone} />
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

function Ledger({ ticketId, timeZone }: { ticketId: string; timeZone: string }) {
  const [isOpen, setOpen] = useState(false)
  const [found, setFound] = useState<LedgerOutput | null>(null)
  const { run } = useAction(api.sla.ledger, {
    onDone: (ledger) => {
      setFound(ledger)
      return false
    },
  })
  function open() {
    setFound(null)
    setOpen(true)
    run({ id: ticketId })
  }
  return (
    <>
      <Button size="small" variant="ghost" onClick={open}>
        Every minute
      </Button>
      <Dialog
        title="SLA ledger"
        says={`What counted and what did not, and why. Times in ${timeZone}.`}
        isOpen={isOpen}
        onOpenChange={setOpen}
      >
        {!found && <Skeleton className="h-40" />}
        {found?.clocks.length === 0 && <p className="text-sm text-muted">No policy has promised anything for this ticket.</p>}
        <div className="grid gap-6">
          {found?.clocks.map((clock) => (
            <ClockLedger key={`${clock.metric} ${clock.cycle}`} clock={clock} timeZone={timeZone} />
          ))}
        </div>
      </Dialog>
    </>
  )
}

type LedgerClock = LedgerOutput['clocks'][number]

const reasons: Record<LedgerClock['stretches'][number]['reason'], string> = {
  open: 'open hours',
  closed: 'closed',
  holiday: 'holiday',
  hold: 'on hold',
  waiting: 'waiting for the customer',
  done: 'done, before it was reopened',
  policy: 'before its policy applied',
}

function ClockLedger({ clock, timeZone }: { clock: LedgerClock; timeZone: string }) {
  const say = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
  const {
    metric,
    cycle,
    policy,
    calendar,
    targetMinutes,
    dueAt,
    stoppedAt,
    breachedAt,
    pausedAt,
    consumedMinutes,
    overrunMinutes,
    stretches,
  } = clock
  const standing = breachedAt ? `Late by ${sayMinutes(overrunMinutes)}` : stoppedAt ? 'Met' : pausedAt ? 'Paused' : 'Running'
  return (
    <section className="grid gap-1.5 text-sm">
      <h3 className="flex flex-wrap items-center gap-2 font-medium">
        {metricNames[metric]}
        {cycle > 1 && ` ${cycle}`}
        <Badge className={breachedAt ? 'text-danger' : stoppedAt ? 'text-success' : 'text-muted'}>{standing}</Badge>
      </h3>
      <p className="text-muted">
        {sayMinutes(consumedMinutes)} of {sayMinutes(targetMinutes)} by <bdi>{policy}</bdi>,{' '}
        {calendar ? <bdi>{calendar}</bdi> : 'around the clock'}
        {dueAt && `, due ${say.format(dueAt)}`}
      </p>
      <table className="w-full text-left text-xs tabular-nums">
        <thead className="sr-only">
          <tr>
            <th>From</th>
            <th>To</th>
            <th>Counted</th>
            <th>Why</th>
          </tr>
        </thead>
        <tbody>
          {stretches.map(({ from, to, countedMinutes, reason, name, by }) => (
            <tr key={from.toISOString()} className={cn('border-t align-top', countedMinutes === 0 && 'text-muted')}>
              <td className="py-1 pr-2 whitespace-nowrap">{say.format(from)}</td>
              <td className="py-1 pr-2 whitespace-nowrap">{say.format(to)}</td>
              <td className="py-1 pr-2 text-right whitespace-nowrap">{countedMinutes > 0 ? sayMinutes(countedMinutes) : '–'}</td>
              <td className="py-1">
                {reasons[reason]}
                {name && (
                  <>
                    : <bdi>{name}</bdi>
                  </>
                )}
                {by && (
                  <>
                    {' '}
                    (<bdi>{by}</bdi>)
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
