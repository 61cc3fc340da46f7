'use client'

import { AlarmClock, CirclePause } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { overrunMinutes, useCountdown, useDuration } from '@/components/ui/duration'
import { useExactTime } from '@/components/ui/time'
import type { ClockOutput } from '@/lib/tickets/ticket/schema'

/** The clock that matters most: the first that is due, else one that is paused. */
const foremost = (clocks: ClockOutput[]) =>
  [...clocks].sort((a, b) => (a.dueAt?.getTime() ?? Number.POSITIVE_INFINITY) - (b.dueAt?.getTime() ?? Number.POSITIVE_INFINITY))[0]

const minuteMs = 60_000

/** The time now, every minute, and every second where seconds matter. */
export function useNow(isClose: (now: number) => boolean): number | null {
  const [now, setNow] = useState<number | null>(null)
  const every = now !== null && isClose(now) ? 1000 : 15_000
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}

/** The clock that is due first: its metric, how long still or since when, and a ring that empties. `isCompact`: only a screen reader is told the metric. */
export function SlaChip({ clocks, timeZone, isCompact }: { clocks: ClockOutput[]; timeZone: string; isCompact?: boolean }) {
  const t = useTranslations('tickets.sla')
  const common = useTranslations('common')
  const exact = useExactTime(timeZone)
  const countdown = useCountdown()
  const duration = useDuration()
  const clock = foremost(clocks)
  const due = clock?.dueAt?.getTime() ?? null
  const now = useNow((at) => due !== null && Math.abs(due - at) < 2 * minuteMs)
  if (!clock) return null
  const name = common(`metric.${clock.metric}`)
  if (due === null)
    return clock.pausedAt ? (
      <span className="flex items-center gap-1 text-xs text-muted" title={t('pausedOf', { metric: name })}>
        <CirclePause aria-hidden className="size-3.5 shrink-0" /> {t('paused')}
      </span>
    ) : null
  // Before the page lives in a browser there is no time to count from.
  const left = now === null ? null : due - now
  const whole = Math.max(1, due - clock.startedAt.getTime())
  const share = left === null ? 1 : Math.min(1, Math.max(0, left / whole))
  const isBreached = left !== null && left < 0
  const { overrun } = clock
  // As the SLA calculation says it; a deadline that passes while one looks passes in business hours.
  const over = isBreached ? Math.max(1, overrun ? overrunMinutes(overrun, now ?? 0) : -left / minuteMs) : 0
  const tone = isBreached ? 'text-danger' : share < 0.25 ? 'text-warning' : 'text-muted'
  return (
    <span
      className={cn('flex min-w-0 items-center gap-1 text-xs tabular-nums', tone)}
      title={t('due', { metric: name, exact: exact(new Date(due)) })}
    >
      {!isBreached ? (
        <Ring share={share} />
      ) : overrun?.isPaused ? (
        <CirclePause aria-hidden className="size-3.5 shrink-0" />
      ) : (
        <AlarmClock aria-hidden className="size-3.5 shrink-0" />
      )}
      <span className={isCompact ? 'sr-only' : 'truncate'}>{name} </span>
      {left !== null && <span className="shrink-0">{isBreached ? `−${duration(over)}` : countdown(left)}</span>}
      {isBreached && <span className="sr-only">{overrun?.isPaused ? t('breachedPaused') : t('breached')}</span>}
    </span>
  )
}

const around = 2 * Math.PI * 5

function Ring({ share }: { share: number }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 14 14" className="size-3.5 shrink-0 -rotate-90">
      <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.25" />
      <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray={`${around * share} ${around}`} />
    </svg>
  )
}
