'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Dialog } from '@/components/ui/dialog'
import { useDuration } from '@/components/ui/duration'
import { Badge, Skeleton } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import type { LedgerOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'

/** A button, and behind it every minute of a ticket's clocks. */
export function Ledger({ ticketId, timeZone, children }: { ticketId: string; timeZone: string; children: ReactNode }) {
  const t = useTranslations('sla.calculation')
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
    void run({ id: ticketId })
  }
  return (
    <>
      <Button size="small" variant="ghost" onClick={open}>
        {children}
      </Button>
      <Dialog title={t('title')} says={t('says', { timeZone })} isOpen={isOpen} onOpenChange={setOpen}>
        {!found && <Skeleton className="h-40" />}
        {found?.clocks.length === 0 && <p className="text-sm text-muted">{t('none')}</p>}
        <div className="grid gap-6">
          {found?.clocks.map((clock) => (
            <ClockLedger key={`${clock.metric} ${clock.cycle}`} clock={clock} timeZone={timeZone} />
          ))}
          {found && found.clocks.length > 0 && (
            <a href={`/api/v1/ticket/${ticketId}/sla/export`} download className="justify-self-start text-sm text-link underline">
              {t('download')}
            </a>
          )}
        </div>
      </Dialog>
    </>
  )
}

type LedgerClock = LedgerOutput['clocks'][number]

function ClockLedger({ clock, timeZone }: { clock: LedgerClock; timeZone: string }) {
  const common = useTranslations('common')
  const sla = useTranslations('sla')
  const t = useTranslations('sla.calculation')
  const format = useFormatter()
  const duration = useDuration()
  const say = (at: Date) => format.dateTime(at, 'moment', { timeZone })
  const {
    metric,
    cycle,
    policy,
    calendar,
    targetMinutes,
    dueAt,
    stoppedAt,
    breachedAt,
    isBreachRecomputed,
    steps,
    pausedAt,
    consumedMinutes,
    overrunMinutes,
    isDropped,
    moved,
    stretches,
  } = clock
  const state = breachedAt
    ? overrunMinutes < 1
      ? t('breachedByUnder', { duration: duration(1) })
      : t('breachedBy', { duration: duration(overrunMinutes) })
    : stoppedAt
      ? isDropped
        ? t('ended')
        : t('met')
      : pausedAt
        ? sla('paused')
        : t('running')
  return (
    <section className="grid gap-1.5 text-sm">
      <h3 className="flex flex-wrap items-center gap-2 font-medium">
        {common(`metric.${metric}`)}
        {cycle > 1 && ` ${cycle}`}
        <Badge className={breachedAt ? 'text-danger' : stoppedAt && !isDropped ? 'text-success' : 'text-muted'}>{state}</Badge>
      </h3>
      <p className="text-muted">
        {t('progress', { consumed: duration(consumedMinutes), target: duration(targetMinutes) })}
        {policy && (
          <>
            {' · '}
            <bdi>{policy}</bdi>
          </>
        )}
        {' · '}
        {calendar ? <bdi>{calendar}</bdi> : sla('aroundTheClock')}
        {dueAt && ` · ${sla('dueAt', { at: say(dueAt) })}`}
      </p>
      {isBreachRecomputed && <p className="text-muted">{t('breachRecomputed')}</p>}
      {steps.length > 0 && (
        <ul className="text-muted">
          {steps.map(({ kind, plannedAt, isSkipped }) => (
            <li key={`${kind}${plannedAt.toISOString()}`}>{t(isSkipped ? 'stepSkipped' : 'stepTaken', { kind, at: say(plannedAt) })}</li>
          ))}
        </ul>
      )}
      {moved && <p className="text-muted">{t('moved', { number: moved.number, at: say(moved.at) })}</p>}
      <table className="w-full text-xs tabular-nums">
        <thead className="sr-only">
          <tr>
            <th>{t('from')}</th>
            <th className="hidden sm:table-cell">{t('to')}</th>
            <th>{t('counted')}</th>
            <th>{t('reason')}</th>
          </tr>
        </thead>
        <tbody>
          {stretches.map(({ from, to, countedMinutes, reason, name, by }) => (
            <tr key={from.toISOString()} className={cn('border-t align-top', countedMinutes === 0 && 'text-muted')}>
              <td className="py-1 pe-2 whitespace-nowrap">{say(from)}</td>
              <td className="hidden py-1 pe-2 whitespace-nowrap sm:table-cell">{say(to)}</td>
              <td className="py-1 pe-2 text-end whitespace-nowrap">{countedMinutes > 0 ? duration(countedMinutes) : '–'}</td>
              <td className="py-1">
                {t(`reasons.${reason}`)}
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
