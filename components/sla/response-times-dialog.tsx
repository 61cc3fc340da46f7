'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { Badge } from '@/components/ui/layout'
import { useZone, ZoneNote } from '@/components/ui/time'
import { ClocksDialog, type LedgerClock } from './clocks-dialog'

const pausing = ['waiting', 'paused', 'done'] as const
type Pausing = (typeof pausing)[number]
const isPausing = (reason: string): reason is Pausing => (pausing as readonly string[]).includes(reason)

/** By when a customer is to be answered and how it went: the sum of what staff see minute by minute. */
export function ResponseTimesDialog({ ticketId, timeZone, onClose }: { ticketId: string; timeZone: string; onClose: () => void }) {
  const t = useTranslations('sla.times')
  return (
    <ClocksDialog
      ticketId={ticketId}
      title={t('title')}
      says={t('says')}
      none={t('none')}
      clock={(clock) => <Target clock={clock} timeZone={timeZone} />}
      after={(clocks) => (
        <div className="grid gap-2 text-sm text-muted">
          {clocks.some(({ calendar }) => calendar !== null) && <p>{t('businessHours')}</p>}
          <ZoneNote />
        </div>
      )}
      onClose={onClose}
    />
  )
}

const stateOf = ({ breachedAt, stoppedAt, pausedAt, isDropped }: LedgerClock) => {
  if (isDropped && !breachedAt) return 'ended'
  if (breachedAt) return stoppedAt ? 'late' : 'overdue'
  return stoppedAt ? 'met' : pausedAt ? 'paused' : 'open'
}

const tones = {
  met: 'text-success',
  late: 'text-danger',
  overdue: 'text-danger',
  paused: 'text-muted',
  open: 'text-muted',
  ended: 'text-muted',
}

function Target({ clock, timeZone }: { clock: LedgerClock; timeZone: string }) {
  const t = useTranslations('sla.times')
  const common = useTranslations('common')
  const format = useFormatter()
  const zone = useZone(timeZone)
  const say = (at: Date) => format.dateTime(at, 'moment', { timeZone: zone })
  const { metric, cycle, dueAt, stoppedAt, stretches } = clock
  const state = stateOf(clock)
  const pauses = stretches.filter(({ reason }) => isPausing(reason))
  // One that still lasts is told as such; those before it with both their ends.
  const lasting = state === 'paused' ? pauses.at(-1) : undefined
  return (
    <section className="grid gap-1">
      <h3 className="flex flex-wrap items-center gap-2 font-medium">
        {common(`metric.${metric}`)}
        {cycle > 1 && ` ${cycle}`}
        <Badge className={tones[state]}>{t(`state.${state}`)}</Badge>
      </h3>
      {dueAt && <p>{t('due', { at: say(dueAt) })}</p>}
      {state === 'overdue' && <p>{t('overdue', { metric })}</p>}
      {stoppedAt && (state === 'met' || state === 'late') && <p>{t(state, { metric, at: say(stoppedAt) })}</p>}
      {stoppedAt && state === 'ended' && <p>{t('ended', { at: say(stoppedAt) })}</p>}
      {lasting && <p>{t(lasting.reason === 'waiting' ? 'pausedNow.waiting' : 'pausedNow.paused')}</p>}
      {pauses.map(({ from, to, reason }) =>
        from === lasting?.from || !isPausing(reason) ? null : (
          <p key={from.toISOString()} className="text-muted">
            {t(`paused.${reason}`, { from: say(from), to: say(to) })}
          </p>
        ),
      )}
    </section>
  )
}
