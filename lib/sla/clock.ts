import type { Calendar } from '../calendar/compile'
import { dayMs, minuteMs } from '../calendar/time'
import { addWorkingTime, type Pause, workingTimeBetween } from '../calendar/walk'
import type { Metric } from '../tickets/schema'

/** What moves a ticket's clocks, in the order it happened. */
export type Moment = { at: Date; by: string | null } & (
  | { what: 'created'; isAnswer: boolean }
  /** The requester wrote, or the team answered them. */
  | { what: 'asked' | 'answered' }
  | { what: 'hold'; reason: string | null }
  | { what: 'resumed' | 'done' | 'reopened' }
)

export type PauseReason = 'hold' | 'waiting' | 'done' | 'policy'

/** Time in which a clock may stand still; which of these do is the policy's to say. */
export interface Rest extends Pause {
  reason: PauseReason
  /** Who brought it about. */
  by: string | null
  /** Why, in their words. */
  says: string | null
}

/** One promise from its start to its end, as the history of the ticket tells it. */
export interface Run {
  metric: Metric
  /** 1, and one more for each time it started anew. */
  cycle: number
  startedAt: Date
  stoppedAt: Date | null
}

export interface History {
  runs: Run[]
  /** Holds, waiting for the customer, and time between done and reopened; only the last may still last. */
  rests: Rest[]
}

/** Machines whose clocks differ may tell an end that lies before its beginning. */
const later = (at: Date, than: Date) => (at < than ? than : at)

/**
 * What a ticket's history makes of its clocks.
 *
 * - First response runs from creation to the first answer, or to the end without one. It does not run for what the team wrote first.
 * - Next response runs from the first thing a customer writes after an answer to the next answer, or to the end.
 * - Resolution runs from creation until all is done. It goes on when the ticket is reopened, as does a first response that
 *   never came; the time between does not count.
 */
export function historyOf(moments: readonly Moment[]): History {
  const runs: Run[] = []
  const rests: Rest[] = []
  const open = (metric: Metric) => runs.find((run) => run.metric === metric && !run.stoppedAt)
  const start = (metric: Metric, startedAt: Date) =>
    runs.push({ metric, cycle: runs.filter((run) => run.metric === metric).length + 1, startedAt, stoppedAt: null })
  const stop = (metric: Metric, at: Date) => {
    const run = open(metric)
    if (run) run.stoppedAt = later(at, run.startedAt)
  }
  const rest = (reason: PauseReason, { at, by }: Moment, says: string | null = null) => {
    if (!rests.some((each) => each.reason === reason && !each.to)) rests.push({ from: at, to: null, reason, by, says })
  }
  const go = (reason: PauseReason, at: Date) => {
    const last = rests.find((each) => each.reason === reason && !each.to)
    if (last) last.to = later(at, last.from)
  }
  let isAnswered = false
  let isDone = false
  /** Since when a customer waits for an answer. */
  let askedAt: Date | null = null
  for (const moment of moments) {
    const { at } = moment
    switch (moment.what) {
      case 'created':
        start('resolution', at)
        isAnswered = moment.isAnswer
        if (isAnswered) rest('waiting', moment)
        else start('first_response', at)
        break
      case 'asked':
        go('waiting', at)
        askedAt ??= at
        // What comes when all is done waits for the reopening that follows it.
        if (isAnswered && !isDone && !open('next_response')) start('next_response', askedAt)
        break
      case 'answered':
        stop('first_response', at)
        stop('next_response', at)
        isAnswered = true
        askedAt = null
        if (!isDone) rest('waiting', moment)
        break
      case 'hold':
        rest('hold', moment, moment.reason)
        break
      case 'resumed':
        go('hold', at)
        break
      case 'done':
        if (isDone) break
        isDone = true
        askedAt = null
        for (const metric of ['first_response', 'next_response', 'resolution'] as const) stop(metric, at)
        go('hold', at)
        go('waiting', at)
        rest('done', moment)
        break
      case 'reopened':
        if (!isDone) break
        isDone = false
        go('done', at)
        for (const run of runs) if (run.metric === 'resolution' || (run.metric === 'first_response' && !isAnswered)) run.stoppedAt = null
        if (isAnswered && askedAt) start('next_response', askedAt)
        break
    }
  }
  return { runs, rests: rests.sort((a, b) => a.from.getTime() - b.from.getTime()) }
}

/** What a policy promises for one metric, ready to be counted. */
export interface Promised {
  calendar: Calendar
  targetMinutes: number
  pausesOnHold: boolean
  pausesOnWaiting: boolean
  /** Time before it does not count: since when the conditions are met. */
  countsFrom: Date | null
}

/** In which of its rests a run stands still under a policy. */
export function pausesOf(
  { metric, startedAt, stoppedAt }: Run,
  rests: readonly Rest[],
  promised: Omit<Promised, 'calendar' | 'targetMinutes'>,
): Rest[] {
  const { pausesOnHold, pausesOnWaiting, countsFrom } = promised
  const pauses = rests.filter(
    ({ reason, from, to }) =>
      (to === null || to > startedAt) &&
      (stoppedAt === null || from < stoppedAt) &&
      (reason === 'done' || (reason === 'hold' && pausesOnHold) || (reason === 'waiting' && pausesOnWaiting && metric === 'resolution')),
  )
  if (countsFrom && countsFrom > startedAt) pauses.unshift({ from: startedAt, to: countsFrom, reason: 'policy', by: null, says: null })
  return pauses
}

/** How a run stands under a promise. */
export interface Standing {
  /** When the time is up; null while it stands still, or where that is more than 400 days of running away. */
  dueAt: Date | null
  pausedAt: Date | null
  /** Working time it took, where it has ended; in milliseconds. */
  consumedMs: number | null
  /** The deadline that had passed by its end, or by now. */
  breachedAt: Date | null
}

/** Pure: the same history gives the same deadline whenever it is worked out. */
export function standingOf(run: Run, rests: readonly Rest[], promised: Promised, now: Date): Standing {
  const pauses = pausesOf(run, rests, promised)
  const { startedAt, stoppedAt } = run
  const end = stoppedAt ?? now
  const deadline = deadlineOf(promised.calendar, startedAt, promised.targetMinutes, pauses)
  const lasting = stoppedAt ? undefined : pauses.find(({ to }) => to === null)
  return {
    dueAt: deadline,
    pausedAt: lasting && !deadline ? lasting.from : null,
    consumedMs: stoppedAt ? Math.round(workingTimeBetween(promised.calendar, startedAt, stoppedAt, pauses) * minuteMs) : null,
    breachedAt: deadline && deadline < end ? deadline : null,
  }
}

/** A hold of more than a year does not bring the deadline out of sight: it is looked for from where the clock went on. */
function deadlineOf(calendar: Calendar, startedAt: Date, minutes: number, pauses: readonly Pause[]): Date | null {
  const near = addWorkingTime(calendar, startedAt, minutes, pauses)
  if (near || pauses.some(({ to }) => to === null)) return near
  const resumedAt = pauses.reduce((latest, { to }) => (to && to > latest ? to : latest), startedAt)
  if (resumedAt.getTime() - startedAt.getTime() < 30 * dayMs) return null
  const left = minutes - workingTimeBetween(calendar, startedAt, resumedAt, pauses)
  return left > 0 ? addWorkingTime(calendar, resumedAt, left) : null
}
