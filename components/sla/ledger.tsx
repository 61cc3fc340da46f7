'use client'

import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Dialog } from '@/components/ui/dialog'
import { Badge, Skeleton } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import type { LedgerOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'
import { metricNames } from '../tickets/labels'
import { sayMinutes } from './say'

/** A button, and behind it every minute of a ticket's clocks. */
export function Ledger({ ticketId, timeZone, children }: { ticketId: string; timeZone: string; children: ReactNode }) {
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
        {children}
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
          {found && found.clocks.length > 0 && (
            <a href={`/api/v1/ticket/${ticketId}/sla/export`} download className="justify-self-start text-sm text-link underline">
              Download as a table
            </a>
          )}
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
  paused: 'standing still',
  more: 'the rest',
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
        {sayMinutes(consumedMinutes)} of {sayMinutes(targetMinutes)}{' '}
        {policy && (
          <>
            by <bdi>{policy}</bdi>,{' '}
          </>
        )}
        {calendar ? <bdi>{calendar}</bdi> : 'around the clock'}
        {dueAt && `, due ${say.format(dueAt)}`}
      </p>
      <table className="w-full text-left text-xs tabular-nums">
        <thead className="sr-only">
          <tr>
            <th>From</th>
            <th className="hidden sm:table-cell">To</th>
            <th>Counted</th>
            <th>Why</th>
          </tr>
        </thead>
        <tbody>
          {stretches.map(({ from, to, countedMinutes, reason, name, by }) => (
            <tr key={from.toISOString()} className={cn('border-t align-top', countedMinutes === 0 && 'text-muted')}>
              <td className="py-1 pr-2 whitespace-nowrap">{say.format(from)}</td>
              <td className="hidden py-1 pr-2 whitespace-nowrap sm:table-cell">{say.format(to)}</td>
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
