import type { Calendar } from '../calendar/compile'
import { minuteMs } from '../calendar/time'
import { addBusinessTime, businessTimeBetween, type Pause } from '../calendar/walk'
import type { Metric } from '../tickets/ticket/schema'

/** What moves a ticket's clocks, in the order it happened. */
export type Moment = { at: Date; by: string | null } & (
  | { what: 'created'; isAnswer: boolean }
  /** The requester wrote; also on a ticket that was merged into this one later. */
  | { what: 'asked'; moved?: Moved }
  /** The team answered them. */
  | { what: 'answered' }
  | { what: 'hold'; reason: string | null }
  /** `isMoot`: it was rejected, or went into another ticket. */
  | { what: 'done'; isMoot: boolean }
  | { what: 'resumed' | 'reopened' }
)

/** The ticket that a question came from, and when it was merged. */
export interface Moved {
  number: string
  at: Date
}

export type PauseReason = 'hold' | 'waiting' | 'done' | 'policy'

/** Time in which a clock may be paused; which of these pause it is the policy's to say. */
export interface Rest extends Pause {
  reason: PauseReason
  /** Who brought it about. */
  by: string | null
  /** Why, in their words. */
  says: string | null
}

/** One clock from its start to its end, as the history of the ticket tells it. */
export interface Run {
  metric: Metric
  /** 1, and one more for each time it started anew. */
  cycle: number
  startedAt: Date
  stoppedAt: Date | null
  /** It ended without what its target asks for: resolved without an answer, rejected, merged. */
  isMoot: boolean
  /** It runs from a question that came with another ticket. */
  moved: Moved | null
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
 * - A question that came with a merged ticket counts from when it was asked.
 * - Next response runs from the first thing a customer writes after an answer to the next answer, or to the end.
 * - Resolution runs from creation until all is done.
 * - Whatever ran or waited when all was done goes on when the ticket is reopened; the time between does not count.
 */
export function historyOf(moments: readonly Moment[]): History {
  const runs: Run[] = []
  const rests: Rest[] = []
  const open = (metric: Metric) => runs.find((run) => run.metric === metric && !run.stoppedAt)
  const start = (metric: Metric, startedAt: Date) =>
    runs.push({
      metric,
      cycle: runs.filter((run) => run.metric === metric).length + 1,
      startedAt,
      stoppedAt: null,
      isMoot: false,
      moved: null,
    })
  const stop = (metric: Metric, at: Date, isMoot = false) => {
    const run = open(metric)
    if (run) Object.assign(run, { stoppedAt: later(at, run.startedAt), isMoot })
  }
  const rest = (reason: PauseReason, { at, by }: Moment, says: string | null = null) => {
    if (!rests.some((each) => each.reason === reason && !each.to)) rests.push({ from: at, to: null, reason, by, says })
  }
  const go = (reason: PauseReason, at: Date) => {
    const last = rests.find((each) => each.reason === reason && !each.to)
    if (last) last.to = later(at, last.from)
  }
  /** Whoever asked first waits longest: a question that comes with another ticket brings its time. */
  const begin = (at: Date, moved: Moved) => {
    const run = open('next_response') ?? open('first_response')
    if (run && at <= run.startedAt) Object.assign(run, { startedAt: at, moved })
  }
  let isAnswered = false
  let isDone = false
  /** Since when a customer waits for an answer. */
  let askedAt: Date | null = null
  /** What goes on if the ticket is reopened. */
  let toResume: Run[] = []
  let wasWaiting = false
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
        wasWaiting = false
        if (!askedAt || (moment.moved && at < askedAt)) askedAt = at
        // What comes when all is done waits for the reopening that follows it.
        if (isAnswered && !isDone && !open('next_response')) start('next_response', askedAt)
        if (moment.moved) begin(at, moment.moved)
        break
      case 'answered':
        stop('first_response', at)
        stop('next_response', at)
        isAnswered = true
        askedAt = null
        wasWaiting = true
        toResume = toResume.filter(({ metric }) => metric === 'resolution')
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
        toResume = runs.filter(({ stoppedAt }) => !stoppedAt)
        wasWaiting = rests.some(({ reason, to }) => reason === 'waiting' && !to)
        stop('first_response', at, true)
        stop('next_response', at, true)
        stop('resolution', at, moment.isMoot)
        go('hold', at)
        go('waiting', at)
        rest('done', moment)
        break
      case 'reopened':
        if (!isDone) break
        isDone = false
        go('done', at)
        for (const run of toResume) Object.assign(run, { stoppedAt: null, isMoot: false })
        if (wasWaiting) rest('waiting', moment)
        if (isAnswered && askedAt && !open('next_response')) start('next_response', askedAt)
        break
    }
  }
  return { runs, rests: rests.sort((a, b) => a.from.getTime() - b.from.getTime()) }
}

/** The target of one clock and what pauses it, ready to be counted. */
export interface ClockTarget {
  calendar: Calendar
  targetMinutes: number
  pausesOnHold: boolean
  pausesOnWaiting: boolean
  /** Time before it does not count: since when the conditions are met. */
  countsFrom: Date | null
}

/** In which of its rests a run is paused under a policy. */
export function pausesOf(
  { metric, startedAt, stoppedAt, moved }: Run,
  rests: readonly Rest[],
  clockTarget: Omit<ClockTarget, 'calendar' | 'targetMinutes'>,
): Rest[] {
  const { pausesOnHold, pausesOnWaiting, countsFrom } = clockTarget
  const pauses = rests.filter(
    ({ reason, from, to }) =>
      (to === null || to > startedAt) &&
      (stoppedAt === null || from < stoppedAt) &&
      // What held up the ticket that it came to did not hold up the question.
      !(moved && to !== null && to <= moved.at) &&
      (reason === 'done' || (reason === 'hold' && pausesOnHold) || (reason === 'waiting' && pausesOnWaiting && metric === 'resolution')),
  )
  if (countsFrom && countsFrom > startedAt) pauses.unshift({ from: startedAt, to: countsFrom, reason: 'policy', by: null, says: null })
  return pauses
}

/** How a clock stands against its target. */
export interface SlaStatus {
  /** When the time is up; null while it is paused, or where that is more than 400 days of running away. */
  dueAt: Date | null
  pausedAt: Date | null
  /** business time it took, where it has ended; in milliseconds. */
  consumedMs: number | null
  /** The deadline that had passed by its end, or by now. */
  breachedAt: Date | null
}

/** Pure: the same history gives the same deadline whenever it is worked out. */
export function slaStatusOf(run: Run, rests: readonly Rest[], clockTarget: ClockTarget, now: Date): SlaStatus {
  const pauses = pausesOf(run, rests, clockTarget)
  const { startedAt, stoppedAt } = run
  const end = stoppedAt ?? now
  const deadline = deadlineOf(clockTarget.calendar, startedAt, clockTarget.targetMinutes, pauses)
  const lasting = stoppedAt ? undefined : pauses.find(({ to }) => to === null)
  return {
    dueAt: deadline,
    pausedAt: lasting && !deadline ? lasting.from : null,
    consumedMs: stoppedAt ? Math.round(businessTimeBetween(clockTarget.calendar, startedAt, stoppedAt, pauses) * minuteMs) : null,
    breachedAt: deadline && deadline < end ? deadline : null,
  }
}

/**
 * What the business time past a deadline is counted from: an instant before which nothing counts and after which everything does
 * while work is done. `overrunUntil`: it is paused since then.
 */
export function overrunOf(run: Run, rests: readonly Rest[], clockTarget: ClockTarget, breachedAt: Date) {
  const { calendar } = clockTarget
  const pauses = pausesOf(run, rests, clockTarget).filter(({ to }) => to === null || to > breachedAt)
  const ended = pauses.reduce((last, { to }) => (to && to > last ? to : last), breachedAt)
  const counted = businessTimeBetween(calendar, breachedAt, ended, pauses)
  const lasting = pauses.find(({ to }) => to === null)
  return {
    overrunFrom: addBusinessTime(calendar, ended, -counted) ?? breachedAt,
    overrunUntil: lasting ? later(lasting.from, ended) : null,
  }
}

/** The 400 days within which a deadline is looked for begin anew with every pause that ends: a hold may last longer. */
function deadlineOf(calendar: Calendar, startedAt: Date, minutes: number, pauses: readonly Pause[]): Date | null {
  const near = addBusinessTime(calendar, startedAt, minutes, pauses)
  if (near) return near
  let from = startedAt
  let left = minutes
  for (const pause of [...pauses].sort((a, b) => a.from.getTime() - b.from.getTime())) {
    if (!pause.to || pause.to <= from) continue
    const counted = pause.from > from ? businessTimeBetween(calendar, from, pause.from, pauses) : 0
    if (counted >= left) break
    left -= counted
    from = pause.to
  }
  return addBusinessTime(calendar, from, left, pauses)
}
