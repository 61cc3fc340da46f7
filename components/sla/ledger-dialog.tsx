'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { useClockWords } from '@/components/tickets/sla-chip'
import { cn } from '@/components/ui/cn'
import { useDuration } from '@/components/ui/duration'
import { Badge } from '@/components/ui/layout'
import { ClocksDialog, type LedgerClock } from './clocks-dialog'

/** Every minute of a ticket's clocks. */
export function LedgerDialog({ ticketId, timeZone, onClose }: { ticketId: string; timeZone: string; onClose: () => void }) {
  const t = useTranslations('sla.calculation')
  return (
    <ClocksDialog
      ticketId={ticketId}
      title={t('title')}
      says={t('says', { timeZone })}
      none={t('none')}
      clock={(clock) => <ClockLedger clock={clock} timeZone={timeZone} />}
      after={(clocks) =>
        clocks.length > 0 && (
          <a href={`/api/v1/ticket/${ticketId}/sla/export`} download className="justify-self-start text-sm text-link underline">
            {t('download')}
          </a>
        )
      }
      onClose={onClose}
    />
  )
}

function ClockLedger({ clock, timeZone }: { clock: LedgerClock; timeZone: string }) {
  const common = useTranslations('common')
  const sla = useTranslations('sla')
  const t = useTranslations('sla.calculation')
  const format = useFormatter()
  const duration = useDuration()
  const words = useClockWords()
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
    ? words({ is: 'breached', minutes: overrunMinutes, isPaused: false })
    : stoppedAt
      ? isDropped
        ? t('ended')
        : t('met')
      : pausedAt
        ? words({ is: 'paused' })
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
        <thead className="text-muted">
          <tr>
            <th className="py-1 pe-2 font-medium">{t('from')}</th>
            <th className="hidden py-1 pe-2 font-medium sm:table-cell">{t('to')}</th>
            <th className="py-1 pe-2 text-end font-medium">{t('counted')}</th>
            <th className="py-1 font-medium">{t('reason')}</th>
          </tr>
        </thead>
        <tbody>
          {stretches.map(({ from, to, countedMinutes, pausedMinutes, reason, name, by }) => (
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
                {pausedMinutes > 0 && <span className="block">{t('paused', { time: duration(pausedMinutes) })}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
