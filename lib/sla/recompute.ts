import { addWorkingTime } from '../calendar/walk'
import { isError } from '../core/errors'
import { newId } from '../core/id'
import { Prisma } from '../db/generated/tenant/client'
import type { TenantTx } from '../db/scope'
import type { Priority } from '../directory/schema'
import type { EventPayload, EventType } from '../events/event-types'
import type { Happened } from '../events/follower'
import type { Emit } from '../events/work'
import type { ResolvedTenant } from '../tenancy/resolve'
import { compileFilter } from '../tickets/ticket/filter'
import type { Metric, TicketStatus } from '../tickets/ticket/schema'
import { isDone, isReopening } from '../tickets/ticket/workflow'
import { historyOf, type Moment, type Promised, pausesOf, type Rest, type Run, type Standing, standingOf } from './clock'
import { always, type Policy, promiseOf, readEditions, readPolicies, type Step, type Target } from './targets'

/** What keeping clocks needs of a unit of work. */
export interface Keeping {
  tenant: ResolvedTenant
  tx: TenantTx
  now: Date
  emit: Emit
}

/** What begins, ends or holds up a clock. */
const moving = ['ticket.created', 'ticket.replied', 'ticket.status_changed'] as const satisfies EventType[]
/** Who has a ticket, and where it is: told of a deadline that passes meanwhile. */
const handing = ['ticket.assigned', 'ticket.department_changed'] as const satisfies EventType[]
/** What may bring a ticket under another policy or another target. */
const sorting: readonly EventType[] = [
  'ticket.priority_changed',
  'ticket.department_changed',
  'ticket.archived',
  'ticket.tagged',
  'ticket.details_changed',
  'ticket.deleted',
  'ticket.restored',
]

/** Noticed so long after it passed, a deadline is said to have been noticed late. */
const lateMs = 120_000

/** Types of events after which a ticket's clocks are worked out again. */
export const movesClocks: readonly EventType[] = [...moving, ...sorting]

/**
 * Works the clocks of tickets out again: in the unit of work that moves them and before it ends, so that a ticket and its
 * deadlines are never seen apart, or because policies or calendars changed, or time went by. In the first case the row is
 * locked by then, for it was changed; two of these on one ticket wait for each other.
 * @param pending what has happened in this unit of work and is not written yet
 */
export async function recomputeClocks(work: Keeping, ids: readonly string[], pending: readonly Happened[] = []) {
  const policies = await readPolicies(work.tx, work.tenant.ref.id)
  const tickets = await matched(work, ids, policies)
  // A desk without policies has no clocks, but for those that run still.
  const concerned = tickets.filter(({ policy, slaPolicyId, hasClocks }) => policy || slaPolicyId || hasClocks)
  if (concerned.length === 0) return
  const timelines = await readTimelines(
    work,
    concerned.map(({ id }) => id),
    pending,
  )
  const clocks = await work.tx.slaClock.findMany({
    where: { tenantId: work.tenant.ref.id, ticketId: { in: concerned.map(({ id }) => id) } },
    include: withFirings,
  })
  const promises = await ownPromises(work, policies, clocks)
  const changes: Changes = { dropped: [], added: [], changed: [], taken: [], tickets: [], left: [], told: [] }
  for (const ticket of concerned) {
    const timeline = timelines.get(ticket.id) ?? { moments: [], hands: [] }
    const stored = clocks.filter(({ ticketId }) => ticketId === ticket.id)
    keep(work, ticket, { policies, promises }, timeline, stored, changes)
  }
  await write(work, policies, changes)
}

/** What is to be written of some tickets: one statement for each kind, however many there are. */
interface Changes {
  dropped: string[]
  added: Prisma.SlaClockCreateManyInput[]
  changed: (ClockData & { id: string })[]
  taken: Prisma.SlaFiringCreateManyInput[]
  tickets: { id: string; policyId: string | null; matchedAt: Date | null; dueAt: Date | null }[]
  /** Policies that tickets came out of. */
  left: string[]
  /** In the order in which it is told. */
  told: ((nameOf: (policyId: string | null) => string | null) => void)[]
}

async function write({ tx, tenant }: Keeping, policies: readonly Policy[], changes: Changes) {
  const tenantId = tenant.ref.id
  const { dropped, added, changed, taken, tickets, told } = changes
  if (dropped.length > 0) await tx.slaClock.deleteMany({ where: { tenantId, id: { in: dropped } } })
  if (added.length > 0) await tx.slaClock.createMany({ data: added })
  if (changed.length > 0)
    await tx.$executeRaw`
      UPDATE sla_clock k SET policy_id = v."policyId", priority = v.priority, calendar_id = v."calendarId", target_minutes = v."targetMinutes",
        calendar_version = v."calendarVersion", pauses_on_hold = v."pausesOnHold", pauses_on_waiting = v."pausesOnWaiting",
        counts_from = v."countsFrom", started_at = v."startedAt", stopped_at = v."stoppedAt", dropped_at = v."droppedAt", due_at = v."dueAt", paused_at = v."pausedAt", next_at = v."nextAt",
        consumed_ms = v."consumedMs", breached_at = v."breachedAt", holder_id = v."holderId", department_id = v."departmentId"
      FROM jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) AS v (id uuid, "policyId" uuid, priority "Priority", "calendarId" uuid,
        "calendarVersion" int, "pausesOnHold" boolean, "pausesOnWaiting" boolean, "countsFrom" timestamptz, "targetMinutes" int,
        "startedAt" timestamptz, "stoppedAt" timestamptz, "droppedAt" timestamptz, "dueAt" timestamptz, "pausedAt" timestamptz,
        "nextAt" timestamptz, "consumedMs" float, "breachedAt" timestamptz, "holderId" uuid, "departmentId" uuid)
      WHERE k.tenant_id = ${tenantId}::uuid AND k.id = v.id`
  if (taken.length > 0) await tx.slaFiring.createMany({ data: taken })
  if (tickets.length > 0)
    await tx.$executeRaw`
      UPDATE ticket t SET sla_policy_id = v."policyId", sla_matched_at = v."matchedAt", sla_due_at = v."dueAt"
      FROM jsonb_to_recordset(${JSON.stringify(tickets)}::jsonb) AS v (id uuid, "policyId" uuid, "matchedAt" timestamptz, "dueAt" timestamptz)
      WHERE t.tenant_id = ${tenantId}::uuid AND t.id = v.id`
  if (told.length === 0) return
  const names = new Map(policies.map(({ id, name }) => [id, name]))
  const gone = changes.left.filter((id) => !names.has(id))
  if (gone.length > 0)
    for (const { id, name } of await tx.slaPolicy.findMany({ where: { tenantId, id: { in: gone } }, select: { id: true, name: true } }))
      names.set(id, name)
  for (const tell of told) tell((policyId) => (policyId && names.get(policyId)) || null)
}

/** What happened to a ticket, as far as it concerns its clocks. */
export interface Timeline {
  moments: Moment[]
  hands: Hand[]
}

/** It went from one person or department to another. */
interface Hand {
  at: Date
  of: 'holderId' | 'departmentId'
  before: string | null
  after: string | null
}

/** A ticket that was written without a word of it in the log began when its row says. */
export const momentsOf = ({ createdAt }: { createdAt: Date }, { moments } = { moments: [] as Moment[] }): Moment[] =>
  moments.some(({ what }) => what === 'created') ? moments : [{ what: 'created', isAnswer: false, at: createdAt, by: null }, ...moments]

/** Who had it, or where it was, at a time. */
function inHands(hands: readonly Hand[], of: Hand['of'], at: Date, today: string | null): string | null {
  const own = hands.filter((hand) => hand.of === of)
  const before = own.findLast((hand) => hand.at <= at)
  const after = own.find((hand) => hand.at > at)
  return before ? before.after : after ? after.before : today
}

export interface Concerned {
  id: string
  priority: Priority
  createdAt: Date
  assigneeId: string | null
  departmentId: string | null
  /** Removed or archived: nothing runs on it. */
  isAway: boolean
  hasClocks: boolean
  slaPolicyId: string | null
  slaMatchedAt: Date | null
  slaDueAt: Date | null
  policy: Policy | null
}

const withFirings = { firings: { select: { escalationId: true } } } as const
type Clock = Prisma.SlaClockGetPayload<{ include: typeof withFirings }>

/** What of a clock is worked out. */
type ClockData = Omit<Clock, 'tenantId' | 'id' | 'ticketId' | 'metric' | 'cycle' | 'firings'>

/** A clock as it was promised, where its policy may say otherwise by now or be gone. */
type Promises = Map<string, Promised>

/** What was promised on clocks that run under a policy which is no longer in force. */
async function ownPromises({ tx, tenant }: Keeping, policies: readonly Policy[], clocks: readonly Clock[]): Promise<Promises> {
  const left = clocks.filter(({ stoppedAt, policyId }) => !stoppedAt && !policies.some(({ id }) => id === policyId))
  if (left.length === 0) return new Map()
  const editions = await readEditions(tx, tenant.ref.id, left)
  return new Map(left.map((clock) => [clock.id, promiseOf(clock, editions)]))
}

/** Something that came to pass on a ticket; of several the earliest is told first. */
interface Passed {
  at: Date
  tell: () => void
}

/** The tickets with the first policy that each meets, in one query. */
export async function matched(
  { tx, tenant, now }: Pick<Keeping, 'tx' | 'tenant' | 'now'>,
  ids: readonly string[],
  policies: readonly Policy[],
): Promise<Concerned[]> {
  const reading = { tx, tenant, now, actor: { kind: 'system', name: 'sla' } as const }
  const cases: Prisma.Sql[] = []
  for (const [index, { filter }] of policies.entries()) {
    const condition = await conditionOf(reading, filter)
    if (condition) cases.push(Prisma.sql`WHEN ${condition} THEN ${index}::int`)
  }
  const first = cases.length > 0 ? Prisma.sql`CASE ${Prisma.join(cases, ' ')} END` : Prisma.sql`NULL::int`
  const rows = await tx.$queryRaw<(Omit<Concerned, 'policy'> & { first: number | null })[]>`
    SELECT t.id::text, t.priority::text, t.created_at AS "createdAt", t.assignee_id::text AS "assigneeId", t.department_id::text AS "departmentId",
      (t.deleted_at IS NOT NULL OR t.archived_at IS NOT NULL) AS "isAway", t.sla_policy_id::text AS "slaPolicyId", t.sla_matched_at AS "slaMatchedAt", t.sla_due_at AS "slaDueAt",
      EXISTS (SELECT 1 FROM sla_clock c WHERE c.tenant_id = t.tenant_id AND c.ticket_id = t.id AND c.stopped_at IS NULL) AS "hasClocks", ${first} AS first
    FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[])`
  return rows.map(({ first: index, ...row }) => ({
    ...row,
    policy: index === null || row.isAway ? null : (policies[index] ?? null),
  }))
}

/** Null for conditions that mean nothing any more: their policy applies to nothing, and the settings say so. */
async function conditionOf(reading: Parameters<typeof compileFilter>[0], filter: string): Promise<Prisma.Sql | null> {
  try {
    return (await compileFilter(reading, filter, 'filter', { corrects: false })).condition
  } catch (error) {
    if (isError(error, 'INVALID')) return null
    throw error
  }
}

/** What moved the clocks of some tickets, in order. */
export async function readTimelines(
  { tx, tenant }: Pick<Keeping, 'tx' | 'tenant'>,
  ids: readonly string[],
  pending: readonly Happened[] = [],
) {
  const stored = await tx.$queryRaw<Happened[]>`
    SELECT e.type, e.subject_id::text AS "subjectId", e.payload, e.occurred_at AS "occurredAt", e.actor_id::text AS "actorId" FROM event e
    WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ANY(${ids}::uuid[]) AND e.type = ANY(${[...moving, ...handing] as string[]}::text[])
    ORDER BY e.seq`
  const timelines = new Map<string, Timeline>()
  for (const id of ids) timelines.set(id, { moments: [], hands: [] })
  for (const event of [...stored, ...pending]) {
    const timeline = timelines.get(event.subjectId ?? '')
    timeline?.moments.push(...momentsIn(event))
    timeline?.hands.push(...handsIn(event))
  }
  return timelines
}

function handsIn({ type, payload, occurredAt }: Happened): Hand[] {
  if (!(handing as readonly EventType[]).includes(type)) return []
  const { before, after } = payload as EventPayload<(typeof handing)[number]>
  return [{ at: occurredAt, of: type === 'ticket.assigned' ? 'holderId' : 'departmentId', before, after }]
}

/** What an event is to the clocks; nothing for most. What was taken back may be opened and held in one. */
function momentsIn({ type, payload, occurredAt, actorId }: Happened): Moment[] {
  const about = { at: occurredAt, by: actorId }
  if (type === 'ticket.created') return [{ ...about, what: 'created', isAnswer: (payload as { isAnswer?: boolean }).isAnswer ?? false }]
  if (type === 'ticket.replied') return [{ ...about, what: (payload as { by: string }).by === 'agent' ? 'answered' : 'asked' }]
  if (type !== 'ticket.status_changed') return []
  const { reason, isMerge, ...moved } = payload as EventPayload<'ticket.status_changed'>
  const { before, after } = moved as { before: TicketStatus; after: TicketStatus }
  if (isDone(after)) return [{ ...about, what: 'done', isMoot: after === 'rejected' || isMerge === true }]
  const moments: Moment[] = []
  if (isReopening(before, after)) moments.push({ ...about, what: 'reopened' })
  if (after === 'hold') moments.push({ ...about, what: 'hold', reason })
  else if (before === 'hold') moments.push({ ...about, what: 'resumed' })
  return moments
}

function keep(
  { tenant, now, emit }: Keeping,
  ticket: Concerned,
  { policies, promises }: { policies: readonly Policy[]; promises: Promises },
  timeline: Timeline,
  stored: readonly Clock[],
  changes: Changes,
) {
  const { runs, rests } = historyOf(momentsOf(ticket, timeline))
  // What is over stays under the promises it ended under.
  const isOver = runs.every(({ stoppedAt }) => stoppedAt)
  const policy = isOver ? (policies.find(({ id }) => id === ticket.slaPolicyId) ?? null) : ticket.policy
  const isSame = isOver || (policy?.id ?? null) === ticket.slaPolicyId
  const matchedAt = isSame ? ticket.slaMatchedAt : policy ? now : null
  const due: (Date | null)[] = []
  const passed: Passed[] = []
  for (const run of runs) {
    const clock = stored.find((each) => isOf(run, each))
    // What is over stays as it was judged, and what was over before the promise was never promised.
    if (run.stoppedAt && (clock?.stoppedAt || (!clock && run.stoppedAt < now))) continue
    const target = policy?.target(run.metric, ticket.priority)
    const terms: Terms | null =
      policy && target
        ? { policy, target, promised: promisedBy(policy, target, matchedAt), steps: policy.steps }
        : run.stoppedAt && clock
          ? ownTerms(clock, promises, policies)
          : null
    if (!terms) continue
    const standing = standingOf(run, rests, terms.promised, now)
    if (!run.stoppedAt) due.push(standing.dueAt)
    passed.push(...store({ tenant, now, emit }, ticket, { terms, run, rests, standing, hands: timeline.hands }, clock, changes))
  }
  for (const clock of stored)
    if (!clock.stoppedAt && !runs.some((run) => isOf(run, clock) && (run.stoppedAt || policy?.target(run.metric, ticket.priority))))
      drop(clock, runs, rests, ownTerms(clock, promises, policies), now, changes)
  for (const { tell } of passed.sort((a, b) => a.at.getTime() - b.at.getTime())) changes.told.push(tell)
  const slaDueAt = due.reduce<Date | null>((first, at) => (at && (!first || at < first) ? at : first), null)
  if (isSame && sameTime(slaDueAt, ticket.slaDueAt)) return
  const { id, slaPolicyId: before } = ticket
  const after = policy?.id ?? null
  changes.tickets.push({ id, policyId: after, matchedAt, dueAt: slaDueAt })
  if (isSame) return
  if (before) changes.left.push(before)
  changes.told.push((nameOf) =>
    emit('ticket.policy_applied', { before: nameOf(before), after: nameOf(after), policyId: after }, { subjectId: id }),
  )
}

/** Nothing is promised any more. What was broken stays recorded, and what was done stays done if it is promised again. */
function drop(clock: Clock, runs: readonly Run[], rests: readonly Rest[], { promised }: Terms, now: Date, changes: Changes) {
  if (!clock.breachedAt && clock.firings.length === 0) return void changes.dropped.push(clock.id)
  const { id, tenantId: _, ticketId: __, metric: ___, cycle: ____, firings: _____, ...data } = clock
  const run = runs.find((each) => isOf(each, clock))
  const { consumedMs } = run ? standingOf({ ...run, stoppedAt: now }, rests, promised, now) : { consumedMs: 0 }
  changes.changed.push({ ...data, id, stoppedAt: now, droppedAt: now, pausedAt: null, nextAt: null, consumedMs })
}

/** What a clock is judged by. */
interface Terms {
  policy: { id: string; name: string }
  target: Omit<Target, 'calendar'>
  promised: Promised
  steps: readonly Step[]
}

/** As its policy promises today if it is in force, else as it was promised. */
function ownTerms(clock: Clock, promises: Promises, policies: readonly Policy[]): Terms {
  const { policyId, targetMinutes, calendarId, calendarVersion } = clock
  const policy = policies.find(({ id }) => id === policyId)
  const target = policy?.target(clock.metric, clock.priority)
  if (policy && target) return { policy, target, promised: promisedBy(policy, target, clock.countsFrom), steps: policy.steps }
  const promised = promises.get(clock.id) ?? { calendar: always, ...clock }
  return { policy: { id: policyId, name: '' }, target: { targetMinutes, calendarId, calendarVersion }, promised, steps: [] }
}

/** How a policy counts on a ticket. */
export const promisedBy = (policy: Policy, target: Target, matchedAt: Date | null): Promised => ({
  calendar: target.calendar,
  targetMinutes: target.targetMinutes,
  pausesOnHold: policy.pausesOnHold,
  pausesOnWaiting: policy.pausesOnWaiting,
  countsFrom: policy.countsFromMatch ? matchedAt : null,
})

interface Kept {
  terms: Terms
  run: Run
  rests: readonly Rest[]
  standing: Standing
  hands: readonly Hand[]
}

/** How a clock stands from now on, and what has come to pass on it. */
function store(
  { tenant, now, emit }: Omit<Keeping, 'tx'>,
  ticket: Concerned,
  kept: Kept,
  clock: Clock | undefined,
  changes: Changes,
): Passed[] {
  const { terms, run, standing, hands } = kept
  const { policy, target, promised } = terms
  const { dueAt, pausedAt, consumedMs } = standing
  // A deadline that has passed has passed, also for a machine whose clock is behind that of the one that saw it.
  const stands = !run.stoppedAt && sameTime(dueAt, clock?.breachedAt ?? null)
  const breachedAt = stands ? dueAt : standing.breachedAt
  const tenantId = tenant.ref.id
  const isNew = breachedAt !== null && !clock?.breachedAt
  const plans = plansOf(kept, clock)
  const until = run.stoppedAt ?? now
  const toCome = [...plans.filter(({ at }) => at > now).map(({ at }) => at), ...(dueAt && !breachedAt ? [dueAt] : [])]
  const next: ClockData = {
    policyId: policy.id,
    priority: ticket.priority,
    calendarId: target.calendarId,
    calendarVersion: target.calendarVersion,
    targetMinutes: target.targetMinutes,
    pausesOnHold: promised.pausesOnHold,
    pausesOnWaiting: promised.pausesOnWaiting,
    countsFrom: promised.countsFrom,
    startedAt: run.startedAt,
    stoppedAt: run.stoppedAt,
    droppedAt: run.isMoot && !breachedAt ? run.stoppedAt : null,
    dueAt,
    pausedAt,
    nextAt: run.stoppedAt ? null : toCome.reduce<Date | null>((first, at) => (!first || at < first ? at : first), null),
    consumedMs,
    // A deadline that moved away from one that had passed takes the breach with it.
    breachedAt,
    holderId: breachedAt && (isNew ? inHands(hands, 'holderId', breachedAt, ticket.assigneeId) : (clock?.holderId ?? null)),
    departmentId: breachedAt && (isNew ? inHands(hands, 'departmentId', breachedAt, ticket.departmentId) : (clock?.departmentId ?? null)),
  }
  const id = clock?.id ?? newId()
  if (!clock) changes.added.push({ ...next, tenantId, id, ticketId: ticket.id, metric: run.metric, cycle: run.cycle })
  else if (!isUnchanged(clock, next)) changes.changed.push({ ...next, id })
  const taken = plans.filter(({ at }) => at <= until)
  for (const { step, at } of taken) changes.taken.push({ tenantId, clockId: id, escalationId: step.id, plannedAt: at, firedAt: now })
  const isLate = (at: Date) => now.getTime() - at.getTime() > lateMs
  const about = { clockId: id, metric: run.metric, policy: policy.name }
  const told = taken.map(({ step, at }) => ({
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
      { ...about, dueAt: breachedAt.toISOString(), targetMinutes: target.targetMinutes, isLate: isLate(breachedAt) },
      { subjectId: ticket.id },
    )
  return [{ at: breachedAt, tell }, ...told]
}

/**
 * The steps of a clock that were not taken yet, with their times. What would come before its start never comes, nor what
 * would have come before the step was thought of. Also of one that has just stopped: what was due until then is made up for.
 */
function plansOf({ terms: { promised, steps }, run, rests, standing: { dueAt } }: Kept, clock: Clock | undefined) {
  if (!dueAt) return []
  const pauses = pausesOf({ ...run, stoppedAt: null }, rests, promised)
  return steps
    .filter(({ id, metric }) => metric === run.metric && !clock?.firings.some(({ escalationId }) => escalationId === id))
    .flatMap((step) => {
      const at = addWorkingTime(promised.calendar, dueAt, step.minutes, pauses)
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
