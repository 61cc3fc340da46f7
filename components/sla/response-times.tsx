'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Badge, Skeleton } from '@/components/ui/layout'
import { useZone, ZoneNote } from '@/components/ui/time'
import { useAction } from '@/components/ui/use-action'
import type { LedgerOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'

type LedgerClock = LedgerOutput['clocks'][number]
const pausing = ['waiting', 'paused', 'done'] as const
type Pausing = (typeof pausing)[number]
const isPausing = (reason: string): reason is Pausing => (pausing as readonly string[]).includes(reason)

/** What a customer is promised and how it went, behind a button: the sum of what staff see minute by minute. */
export function ResponseTimes({ ticketId, timeZone }: { ticketId: string; timeZone: string }) {
  const t = useTranslations('sla.times')
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
        {t('title')}
      </Button>
      <Dialog title={t('title')} says={t('says')} isOpen={isOpen} onOpenChange={setOpen}>
        {!found && <Skeleton className="h-40" />}
        {found?.clocks.length === 0 && <p className="text-sm text-muted">{t('none')}</p>}
        <div className="grid gap-5 text-sm">
          {found?.clocks.map((clock) => (
            <Promised key={`${clock.metric} ${clock.cycle}`} clock={clock} timeZone={timeZone} />
          ))}
          {found?.clocks.some(({ calendar }) => calendar !== null) && <p className="text-muted">{t('businessHours')}</p>}
          <ZoneNote className="text-muted" />
        </div>
      </Dialog>
    </>
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

function Promised({ clock, timeZone }: { clock: LedgerClock; timeZone: string }) {
  const t = useTranslations('sla.times')
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
        {t('metric', { metric })}
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
