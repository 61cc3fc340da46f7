import type { ClockOutput } from '@/lib/tickets/ticket/schema'

export type ClockState =
  | { is: 'paused' }
  /** Until the deadline, as the clock on the wall runs, and the share of the time that is left. */
  | { is: 'due'; ms: number; share: number; isSoon: boolean }
  /** Since the deadline, in business time, as the SLA calculation counts it. */
  | { is: 'breached'; minutes: number; isPaused: boolean }

const minuteMs = 60_000
/** From the last quarter on a deadline is said to be near. */
const soonShare = 0.25

/** How a clock stands at a moment: due and breached are never told alike. Null where it has no deadline. */
export function clockState(
  { startedAt, dueAt, pausedAt, overrun }: Pick<ClockOutput, 'startedAt' | 'dueAt' | 'pausedAt' | 'overrun'>,
  now: number,
): ClockState | null {
  if (!dueAt) return pausedAt ? { is: 'paused' } : null
  const ms = dueAt.getTime() - now
  // A deadline that passes while one looks passes in business hours.
  if (ms < 0)
    return { is: 'breached', minutes: overrun ? overrunMinutes(overrun, now) : -ms / minuteMs, isPaused: overrun?.isPaused ?? false }
  const share = Math.min(1, ms / Math.max(1, dueAt.getTime() - startedAt.getTime()))
  return { is: 'due', ms, share, isSoon: share < soonShare }
}

/** Business time past a deadline at a moment, in minutes: it grows until closing time. */
const overrunMinutes = (overrun: NonNullable<ClockOutput['overrun']>, now: number): number =>
  overrun.minutes + Math.max(0, Math.min(now, overrun.growsUntil?.getTime() ?? 0) - overrun.at.getTime()) / minuteMs
