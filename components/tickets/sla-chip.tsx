'use client'

import { AlarmClock, CirclePause } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { useCountdown, useDuration } from '@/components/ui/duration'
import { useExactTime } from '@/components/ui/time'
import { type ClockState, clockState } from './clock-state'
import { foremost, type ListedClock } from './listed'

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

/** "Due in 12m", "Breached by 3h 5m", "Paused": what stands beside the name of the target. */
export function useClockWords() {
  const t = useTranslations('common.clock')
  const countdown = useCountdown()
  const duration = useDuration()
  return (state: ClockState): string => {
    if (state.is === 'paused') return t('paused')
    if (state.is === 'due') return t('dueIn', { duration: countdown(state.ms) })
    if (state.minutes < 1) return t('breachedByUnder', { duration: duration(1) })
    return t(state.isPaused ? 'breachedByPaused' : 'breachedBy', { duration: duration(state.minutes) })
  }
}

export const clockTone = (state: ClockState) =>
  state.is === 'breached' ? 'text-danger' : state.is === 'due' && state.isSoon ? 'text-warning' : 'text-muted'

interface Props {
  clocks: ListedClock[]
  timeZone: string
  /** Where the name of the target stands: before the words, below them, or for screen readers alone. */
  name?: 'before' | 'below' | 'hidden'
}

/** The clock that is due first: how long still or since when, in words, with a ring that empties. */
export function SlaChip({ clocks, timeZone, name = 'before' }: Props) {
  const t = useTranslations('tickets.sla')
  const common = useTranslations('common')
  const exact = useExactTime(timeZone)
  const words = useClockWords()
  const [clock] = foremost(clocks)
  const due = clock?.dueAt?.getTime() ?? null
  const now = useNow((at) => due !== null && Math.abs(due - at) < 2 * minuteMs)
  if (!clock) return null
  const metric = common(`metric.${clock.metric}`)
  // Before the page lives in a browser there is no time to count from.
  const state = now === null ? null : clockState(clock, now)
  const isBreached = state?.is === 'breached'
  const title = due === null ? t('pausedOf', { metric }) : t('due', { metric, exact: exact(new Date(due)) })
  return (
    <span className={`clock ${state ? clockTone(state) : 'text-muted'}`} title={title}>
      {state && <ClockIcon state={state} />}
      {name === 'below' ? (
        <span>
          {state && <span className={isBreached ? 'font-medium' : undefined}>{words(state)}</span>}
          <small>{metric}</small>
        </span>
      ) : (
        <span className={cn('truncate', isBreached && 'font-medium')}>
          <span className={cn(name === 'hidden' && 'sr-only')}>{state ? t('named', { metric }) : metric}</span> {state && words(state)}
        </span>
      )}
    </span>
  )
}

function ClockIcon({ state }: { state: ClockState }) {
  if (state.is === 'due') return <Ring share={state.share} />
  const Icon = state.is === 'breached' && !state.isPaused ? AlarmClock : CirclePause
  return <Icon aria-hidden className="size-3.5 shrink-0" />
}

const around = 2 * Math.PI * 5

function Ring({ share }: { share: number }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 14 14" fill="none" className="size-3.5 shrink-0 -rotate-90">
      <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.25" />
      <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray={`${around * share} ${around}`} />
    </svg>
  )
}
