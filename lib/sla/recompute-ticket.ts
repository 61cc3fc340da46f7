import { addBusinessTime } from '../calendar/walk'
import { newId } from '../core/id'
import type { Metric } from '../tickets/ticket/schema'
import { type ClockTarget, historyOf, overrunOf, pausesOf, type Rest, type Run, type SlaStatus, slaStatusOf } from './clock'
import type { Changes, Clock, ClockData, ClockWork } from './clock-changes'
import type { Concerned } from './conditions'
import { always, type Policy, readEditions, type Step, storedTargetOf, type Target } from './targets'
import type { Assignment, Timeline } from './timeline'
import { assignedAt, momentsOf } from './timeline'

/** Noticed so long after it passed, a deadline is said to have been noticed late. */
const lateMs = 120_000

/** The targets of clocks as they were stored, where their policy may say otherwise by now or be gone. */
export type StoredTargets = Map<string, ClockTarget>

/** The stored targets of clocks that run under a policy which is no longer active, and of those that are over and judged again. */
export async function loadStoredTargets(
  { tx, tenant }: ClockWork,
  policies: readonly Policy[],
  clocks: readonly Clock[],
  rejudged: ReadonlySet<string | null>,
): Promise<StoredTargets> {
  const left = clocks.filter(({ stoppedAt, policyId, ticketId }) =>
    stoppedAt ? rejudged.has(ticketId) : !policies.some(({ id }) => id === policyId),
  )
  if (left.length === 0) return new Map()
  const editions = await readEditions(tx, tenant.ref.id, left)
  return new Map(left.map((clock) => [clock.id, storedTargetOf(clock, editions)]))
}

/** Something that came to pass on a ticket; of several the earliest is told first. */
interface Passed {
  at: Date
  tell: () => void
}

interface Rules {
  policies: readonly Policy[]
  storedTargets: StoredTargets
  isByRecompute: boolean
  /** What happened is known to have been otherwise, so what is over is worked out again, by what it was judged by. */
  isRejudged: boolean
}

/** Works the clocks of one ticket out again, from what happened to it. */
export function recomputeTicket(
  { tenant, now, emit }: ClockWork,
  ticket: Concerned,
  { policies, storedTargets, isByRecompute, isRejudged }: Rules,
  timeline: Timeline,
  stored: readonly Clock[],
  changes: Changes,
) {
  const { runs, rests } = historyOf(momentsOf(ticket, timeline))
  // What is over stays under the targets it ended under.
  const isOver = !timeline.isUnverified && runs.every(({ stoppedAt }) => stoppedAt)
  const policy = isOver ? (policies.find(({ id }) => id === ticket.slaPolicyId) ?? null) : ticket.policy
  const isSame = isOver || (policy?.id ?? null) === ticket.slaPolicyId
  const matchedAt = isSame ? ticket.slaMatchedAt : policy ? now : null
  const due: (Date | null)[] = []
  const passed: Passed[] = []
  for (const run of runs) {
    const clock = stored.find((each) => isOf(run, each))
    // What is over stays as it was judged, and what was over before a policy applied never had a target.
    if (run.stoppedAt && (clock?.stoppedAt ? !isRejudged : !clock && run.stoppedAt < now)) continue
    const target = policy?.target(run.metric, ticket.priority)
    const wasOver = run.stoppedAt && clock?.stoppedAt
    const terms: Terms | null = wasOver
      ? termsOf(clock, storedTargets)
      : policy && target
        ? { policy, target, clockTarget: clockTargetOf(policy, target, matchedAt), steps: policy.steps }
        : run.stoppedAt && clock
          ? ownTerms(clock, storedTargets, policies)
          : null
    if (!terms) continue
    const asJudged = wasOver ? { ...ticket, priority: clock.priority } : ticket
    const slaStatus = slaStatusOf(run, rests, terms.clockTarget, now)
    if (!run.stoppedAt) due.push(slaStatus.dueAt)
    const state = { terms, run, rests, slaStatus, assignments: timeline.assignments, isRejudged }
    passed.push(...store({ tenant, now, emit }, asJudged, state, clock, changes))
  }
  for (const clock of stored)
    if (
      (isRejudged ? !clock.droppedAt : !clock.stoppedAt) &&
      !runs.some((run) => isOf(run, clock) && (run.stoppedAt || policy?.target(run.metric, ticket.priority)))
    )
      drop(clock, runs, rests, ownTerms(clock, storedTargets, policies), now, changes)
  for (const { tell } of passed.sort((a, b) => a.at.getTime() - b.at.getTime())) changes.told.push(tell)
  const slaDueAt = due.reduce<Date | null>((first, at) => (at && (!first || at < first) ? at : first), null)
  if (isSame && sameTime(slaDueAt, ticket.slaDueAt)) return
  const { id, slaPolicyId: before } = ticket
  const after = policy?.id ?? null
  changes.tickets.push({ id, policyId: after, matchedAt, dueAt: slaDueAt })
  if (isSame) return
  if (before) changes.left.push(before)
  changes.told.push((nameOf) =>
    emit('ticket.policy_applied', { before: nameOf(before), after: nameOf(after), policyId: after, isByRecompute }, { subjectId: id }),
  )
}

/** There is no target any more. A breach stays recorded, and steps that were taken stay taken if there is a target again. */
function drop(clock: Clock, runs: readonly Run[], rests: readonly Rest[], { clockTarget }: Terms, now: Date, changes: Changes) {
  if (!clock.breachedAt && clock.firings.length === 0) return void changes.dropped.push(clock.id)
  const { id, tenantId: _, ticketId: __, metric: ___, cycle: ____, firings: _____, ...data } = clock
  const run = runs.find((each) => isOf(each, clock))
  const { consumedMs } = run ? slaStatusOf({ ...run, stoppedAt: now }, rests, clockTarget, now) : { consumedMs: 0 }
  changes.changed.push({
    ...data,
    id,
    stoppedAt: clock.stoppedAt ?? now,
    droppedAt: now,
    pausedAt: null,
    nextAt: null,
    overrunFrom: null,
    overrunUntil: null,
    consumedMs,
  })
}

/** What a clock is judged by. */
interface Terms {
  policy: { id: string; name: string }
  target: Omit<Target, 'calendar'>
  clockTarget: ClockTarget
  steps: readonly Step[]
}

/** The target of its policy today if that is active, else the stored one. */
function ownTerms(clock: Clock, storedTargets: StoredTargets, policies: readonly Policy[]): Terms {
  const policy = policies.find(({ id }) => id === clock.policyId)
  const target = policy?.target(clock.metric, clock.priority)
  if (policy && target) return { policy, target, clockTarget: clockTargetOf(policy, target, clock.countsFrom), steps: policy.steps }
  return termsOf(clock, storedTargets)
}

/** What a clock was judged by; nothing more is done on it. */
function termsOf(clock: Clock, storedTargets: StoredTargets): Terms {
  const { policyId, targetMinutes, calendarId, calendarVersion } = clock
  const clockTarget = storedTargets.get(clock.id) ?? { calendar: always, ...clock }
  return { policy: { id: policyId, name: '' }, target: { targetMinutes, calendarId, calendarVersion }, clockTarget, steps: [] }
}

/** How a policy counts on a ticket. */
export const clockTargetOf = (policy: Policy, target: Target, matchedAt: Date | null): ClockTarget => ({
  calendar: target.calendar,
  targetMinutes: target.targetMinutes,
  pausesOnHold: policy.pausesOnHold,
  pausesOnWaiting: policy.pausesOnWaiting,
  countsFrom: policy.countsFromMatch ? matchedAt : null,
})

interface ClockState {
  terms: Terms
  run: Run
  rests: readonly Rest[]
  slaStatus: SlaStatus
  assignments: readonly Assignment[]
  isRejudged: boolean
}

/** How a clock stands from now on, and what has come to pass on it. */
function store(
  { tenant, now, emit }: Omit<ClockWork, 'tx'>,
  ticket: Concerned,
  state: ClockState,
  clock: Clock | undefined,
  changes: Changes,
): Passed[] {
  const { terms, run, slaStatus, assignments } = state
  const { policy, target, clockTarget } = terms
  const { dueAt, pausedAt, consumedMs } = slaStatus
  // A deadline that has passed has passed, also for a machine whose clock is behind that of the one that saw it.
  const stands = !run.stoppedAt && sameTime(dueAt, clock?.breachedAt ?? null)
  const breachedAt = stands ? dueAt : slaStatus.breachedAt
  const tenantId = tenant.ref.id
  const isNew = breachedAt !== null && !clock?.breachedAt
  const plans = plansOf(state, clock)
  const wasPast = pastBefore(state, clock, now)
  const isBreachRecomputed = isNew ? !wasPast(0) : (clock?.isBreachRecomputed ?? false)
  const until = run.stoppedAt ?? now
  const toCome = [...plans.filter(({ at }) => at > now).map(({ at }) => at), ...(dueAt && !breachedAt ? [dueAt] : [])]
  const next: ClockData = {
    policyId: policy.id,
    priority: ticket.priority,
    calendarId: target.calendarId,
    calendarVersion: target.calendarVersion,
    targetMinutes: target.targetMinutes,
    pausesOnHold: clockTarget.pausesOnHold,
    pausesOnWaiting: clockTarget.pausesOnWaiting,
    countsFrom: clockTarget.countsFrom,
    startedAt: run.startedAt,
    stoppedAt: run.stoppedAt,
    droppedAt: run.isMoot && !breachedAt ? run.stoppedAt : null,
    dueAt,
    pausedAt,
    nextAt: run.stoppedAt ? null : toCome.reduce<Date | null>((first, at) => (!first || at < first ? at : first), null),
    consumedMs,
    // A deadline that moved away from one that had passed takes the breach with it.
    breachedAt,
    ...(breachedAt && !run.stoppedAt ? overrunOf(run, state.rests, clockTarget, breachedAt) : { overrunFrom: null, overrunUntil: null }),
    isBreachRecomputed: breachedAt !== null && isBreachRecomputed,
    holderId: breachedAt && (isNew ? assignedAt(assignments, 'holderId', breachedAt, ticket.assigneeId) : (clock?.holderId ?? null)),
    departmentId:
      breachedAt && (isNew ? assignedAt(assignments, 'departmentId', breachedAt, ticket.departmentId) : (clock?.departmentId ?? null)),
  }
  const id = clock?.id ?? newId()
  if (!clock) changes.added.push({ ...next, tenantId, id, ticketId: ticket.id, metric: run.metric, cycle: run.cycle })
  else if (!isUnchanged(clock, next)) changes.changed.push({ ...next, id })
  const taken = plans.filter(({ at }) => at <= until)
  for (const { step, at } of taken)
    changes.taken.push({ tenantId, clockId: id, escalationId: step.id, plannedAt: at, firedAt: now, isSkipped: !wasPast(step.minutes) })
  const isLate = (at: Date) => now.getTime() - at.getTime() > lateMs
  const about = { clockId: id, metric: run.metric, policy: policy.name }
  const fired = taken.filter(({ step }) => wasPast(step.minutes))
  const told = fired.map(({ step, at }) => ({
    at,
    tell: () =>
      emit(
        'ticket.escalated',
        {
          ...about,
          escalationId: step.id,
          kind: step.kind,
          dueAt: (dueAt as Date).toISOString(),
          plannedAt: at.toISOString(),
          isLate: isLate(at),
        },
        { subjectId: ticket.id },
      ),
  }))
  if (!isNew) return told
  const tell = () =>
    emit(
      'ticket.sla_breached',
      {
        ...about,
        dueAt: breachedAt.toISOString(),
        targetMinutes: target.targetMinutes,
        isLate: isLate(breachedAt),
        isByRecompute: isBreachRecomputed,
      },
      { subjectId: ticket.id },
    )
  return [{ at: breachedAt, tell }, ...told]
}

/**
 * Whether something so many minutes after the deadline came to pass by itself: not where other terms, or none before, moved it
 * from the future into the past, or where what happened turned out to have been otherwise. That alerts nobody.
 */
function pastBefore({ terms, run, rests, isRejudged }: ClockState, clock: Clock | undefined, now: Date): (minutes: number) => boolean {
  const { policy, target, clockTarget } = terms
  if (isRejudged && clock?.stoppedAt) return () => false
  const isSame = clock
    ? !isRejudged &&
      clock.droppedAt === null &&
      clock.policyId === policy.id &&
      clock.targetMinutes === target.targetMinutes &&
      clock.calendarId === target.calendarId &&
      clock.calendarVersion === target.calendarVersion &&
      clock.pausesOnHold === clockTarget.pausesOnHold &&
      clock.pausesOnWaiting === clockTarget.pausesOnWaiting &&
      sameTime(clock.countsFrom, clockTarget.countsFrom)
    : run.startedAt >= now
  if (isSame) return () => true
  const due = clock?.droppedAt === null ? clock.dueAt : null
  if (!due) return () => false
  const pauses = pausesOf({ ...run, stoppedAt: null }, rests, clockTarget)
  return (minutes) => {
    const at = addBusinessTime(clockTarget.calendar, due, minutes, pauses)
    return at !== null && at <= now
  }
}

/**
 * The steps of a clock that were not taken yet, with their times. What would come before its start never comes, nor what
 * would have come before the step was thought of. Also of one that has just stopped: what was due until then is made up for.
 */
function plansOf({ terms: { clockTarget, steps }, run, rests, slaStatus: { dueAt } }: ClockState, clock: Clock | undefined) {
  if (!dueAt) return []
  const pauses = pausesOf({ ...run, stoppedAt: null }, rests, clockTarget)
  return steps
    .filter(({ id, metric }) => metric === run.metric && !clock?.firings.some(({ escalationId }) => escalationId === id))
    .flatMap((step) => {
      const at = addBusinessTime(clockTarget.calendar, dueAt, step.minutes, pauses)
      return at && at > run.startedAt && at >= step.createdAt ? [{ step, at }] : []
    })
}

const isOf = (run: Run, clock: { metric: Metric; cycle: number }) => run.metric === clock.metric && run.cycle === clock.cycle

const sameTime = (a: Date | null, b: Date | null) => a?.getTime() === b?.getTime()

function isUnchanged(clock: Clock, next: ClockData): boolean {
  return (Object.entries(next) as [keyof Clock, unknown][]).every(([key, value]) =>
    value instanceof Date ? sameTime(value, clock[key] as Date | null) : value === clock[key],
  )
}
