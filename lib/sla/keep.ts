import { addWorkingTime } from '../calendar/walk'
import { isError } from '../core/errors'
import { newId } from '../core/id'
import { Prisma } from '../db/generated/tenant/client'
import type { TenantTx } from '../db/scope'
import type { EventType } from '../events/catalogue'
import type { Emit } from '../events/emit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { compileFilter } from '../tickets/filter'
import type { Metric, Priority, TicketStatus } from '../tickets/schema'
import { isDone, isReopening } from '../tickets/workflow'
import { historyOf, type Moment, type Promised, pausesOf, type Rest, type Run, type Standing, standingOf } from './clock'
import { type Policy, readPolicies, type Target } from './promises'

/** What happened to a ticket, as the event log or the unit of work at hand has it. */
export interface Happened {
  type: EventType
  subjectId: string | null
  payload: unknown
  occurredAt: Date
  actorId: string | null
}

/** What keeping clocks needs of a unit of work. */
export interface Keeping {
  tenant: ResolvedTenant
  tx: TenantTx
  now: Date
  emit: Emit
}

/** What begins, ends or holds up a clock. */
const moving = ['ticket.created', 'ticket.replied', 'ticket.status_changed'] as const satisfies EventType[]
/** What may bring a ticket under another policy or another target. */
const sorting: readonly EventType[] = [
  'ticket.priority_changed',
  'ticket.department_changed',
  'ticket.tagged',
  'ticket.details_changed',
  'ticket.deleted',
  'ticket.restored',
]

/** Noticed so long after it passed, a deadline is said to have been noticed late. */
const lateMs = 120_000

/**
 * Works the clocks of tickets out again, in the unit of work that moves them and
 * before it ends: so a ticket and its deadlines are never seen apart. Its row is
 * locked by then, for it was changed; two of these on one ticket wait for each
 * other.
 * @param pending all that has happened in this unit of work and is not written yet; `events` are the last of it
 */
export async function keepClocks(work: Keeping, events: readonly Happened[], pending: readonly Happened[] = events) {
  const ids = new Set<string>()
  for (const { type, subjectId } of events)
    if (subjectId && ((moving as readonly EventType[]).includes(type) || sorting.includes(type))) ids.add(subjectId)
  if (ids.size > 0) await recomputeClocks(work, [...ids], pending)
}

/**
 * The same for any tickets: policies or calendars changed, or time went by.
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
  const changes: Changes = { dropped: [], added: [], changed: [], taken: [], tickets: [], left: [], told: [] }
  for (const ticket of concerned) {
    const moments = timelineOf(ticket, timelines.get(ticket.id) ?? [])
    const stored = clocks.filter(({ ticketId }) => ticketId === ticket.id)
    keep(work, ticket, policies, moments, stored, changes)
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
        started_at = v."startedAt", stopped_at = v."stoppedAt", due_at = v."dueAt", paused_at = v."pausedAt", next_at = v."nextAt",
        consumed_ms = v."consumedMs", breached_at = v."breachedAt", holder_id = v."holderId", department_id = v."departmentId"
      FROM jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) AS v (id uuid, "policyId" uuid, priority "Priority", "calendarId" uuid,
        "targetMinutes" int, "startedAt" timestamptz, "stoppedAt" timestamptz, "dueAt" timestamptz, "pausedAt" timestamptz,
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

/** A ticket that was written without a word of it in the log began when its row says. */
export const timelineOf = ({ createdAt }: { createdAt: Date }, moments: Moment[]): Moment[] =>
  moments.some(({ what }) => what === 'created') ? moments : [{ what: 'created', isAnswer: false, at: createdAt, by: null }, ...moments]

export interface Concerned {
  id: string
  priority: Priority
  createdAt: Date
  assigneeId: string | null
  departmentId: string | null
  isDeleted: boolean
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
      t.deleted_at IS NOT NULL AS "isDeleted", t.sla_policy_id::text AS "slaPolicyId", t.sla_matched_at AS "slaMatchedAt", t.sla_due_at AS "slaDueAt",
      EXISTS (SELECT 1 FROM sla_clock c WHERE c.tenant_id = t.tenant_id AND c.ticket_id = t.id AND c.stopped_at IS NULL) AS "hasClocks", ${first} AS first
    FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[])`
  return rows.map(({ first: index, ...row }) => ({
    ...row,
    policy: index === null || row.isDeleted ? null : (policies[index] ?? null),
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
    WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ANY(${ids}::uuid[]) AND e.type = ANY(${moving as readonly string[]}::text[])
    ORDER BY e.seq`
  const timelines = new Map<string, Moment[]>()
  for (const id of ids) timelines.set(id, [])
  for (const event of [...stored, ...pending]) timelines.get(event.subjectId ?? '')?.push(...momentsOf(event))
  return timelines
}

/** What an event is to the clocks; nothing for most. What was taken back may be opened and held in one. */
function momentsOf({ type, payload, occurredAt, actorId }: Happened): Moment[] {
  const about = { at: occurredAt, by: actorId }
  if (type === 'ticket.created') return [{ ...about, what: 'created', isAnswer: (payload as { isAnswer?: boolean }).isAnswer ?? false }]
  if (type === 'ticket.replied') return [{ ...about, what: (payload as { by: string }).by === 'agent' ? 'answered' : 'asked' }]
  if (type !== 'ticket.status_changed') return []
  const { before, after, reason } = payload as { before: TicketStatus; after: TicketStatus; reason: string | null }
  if (isDone(after)) return [{ ...about, what: 'done' }]
  const moments: Moment[] = []
  if (isReopening(before, after)) moments.push({ ...about, what: 'reopened' })
  if (after === 'hold') moments.push({ ...about, what: 'hold', reason })
  else if (before === 'hold') moments.push({ ...about, what: 'resumed' })
  return moments
}

function keep(
  { tenant, now, emit }: Keeping,
  ticket: Concerned,
  policies: readonly Policy[],
  moments: readonly Moment[],
  stored: readonly Clock[],
  changes: Changes,
) {
  const { runs, rests } = historyOf(moments)
  // What is over stays under the promises it ended under.
  const isOver = runs.every(({ stoppedAt }) => stoppedAt)
  const policy = isOver ? (policies.find(({ id }) => id === ticket.slaPolicyId) ?? null) : ticket.policy
  const isSame = isOver || (policy?.id ?? null) === ticket.slaPolicyId
  const matchedAt = isSame ? ticket.slaMatchedAt : policy ? now : null
  const due: (Date | null)[] = []
  const passed: Passed[] = []
  for (const clock of stored)
    if (!clock.stoppedAt && !runs.some((run) => isOf(run, clock) && policy?.target(run.metric, ticket.priority)))
      changes.dropped.push(clock.id)
  for (const run of runs) {
    const clock = stored.find((each) => isOf(run, each))
    // What is over stays as it was judged, and what was over before the promise was never promised.
    if (run.stoppedAt && (clock?.stoppedAt || (!clock && run.stoppedAt < now))) continue
    const target = policy?.target(run.metric, ticket.priority)
    if (!policy || !target) continue
    const standing = standingOf(run, rests, promisedBy(policy, target, matchedAt), now)
    if (!run.stoppedAt) due.push(standing.dueAt)
    passed.push(...store({ tenant, now, emit }, ticket, { policy, target, run, rests, standing, matchedAt }, clock, changes))
  }
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

/** How a policy counts on a ticket. */
export const promisedBy = (policy: Policy, target: Target, matchedAt: Date | null): Promised => ({
  calendar: target.calendar,
  targetMinutes: target.targetMinutes,
  pausesOnHold: policy.pausesOnHold,
  pausesOnWaiting: policy.pausesOnWaiting,
  countsFrom: policy.countsFromMatch ? matchedAt : null,
})

interface Kept {
  policy: Policy
  target: Target
  run: Run
  rests: readonly Rest[]
  standing: Standing
  matchedAt: Date | null
}

/** How a clock stands from now on, and what has come to pass on it. */
function store(
  { tenant, now, emit }: Omit<Keeping, 'tx'>,
  ticket: Concerned,
  kept: Kept,
  clock: Clock | undefined,
  changes: Changes,
): Passed[] {
  const { policy, target, run, standing } = kept
  const { dueAt, pausedAt, consumedMs } = standing
  // A deadline that has passed has passed, also for a machine whose clock is behind that of the one that saw it.
  const stands = !run.stoppedAt && sameTime(dueAt, clock?.breachedAt ?? null)
  const breachedAt = stands ? dueAt : standing.breachedAt
  const tenantId = tenant.ref.id
  const isNew = breachedAt !== null && !clock?.breachedAt
  const plans = plansOf(kept, clock)
  const toCome = [...plans.filter(({ at }) => at > now).map(({ at }) => at), ...(dueAt && !breachedAt ? [dueAt] : [])]
  const next: ClockData = {
    policyId: policy.id,
    priority: ticket.priority,
    calendarId: target.calendarId,
    targetMinutes: target.targetMinutes,
    startedAt: run.startedAt,
    stoppedAt: run.stoppedAt,
    dueAt,
    pausedAt,
    nextAt: run.stoppedAt ? null : toCome.reduce<Date | null>((first, at) => (!first || at < first ? at : first), null),
    consumedMs,
    // A deadline that moved away from one that had passed takes the breach with it.
    breachedAt,
    holderId: breachedAt ? (isNew ? ticket.assigneeId : (clock?.holderId ?? null)) : null,
    departmentId: breachedAt ? (isNew ? ticket.departmentId : (clock?.departmentId ?? null)) : null,
  }
  const id = clock?.id ?? newId()
  if (!clock) changes.added.push({ ...next, tenantId, id, ticketId: ticket.id, metric: run.metric, cycle: run.cycle })
  else if (!isUnchanged(clock, next)) changes.changed.push({ ...next, id })
  const taken = plans.filter(({ at }) => at <= now)
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

/** The steps of a clock that were not taken yet, with their times; none once it has stopped. What would come before its start never comes. */
function plansOf({ policy, target, run, rests, standing: { dueAt }, matchedAt }: Kept, clock: Clock | undefined) {
  if (!dueAt || run.stoppedAt) return []
  const pauses = pausesOf(run, rests, promisedBy(policy, target, matchedAt))
  return policy.steps
    .filter(({ id, metric }) => metric === run.metric && !clock?.firings.some(({ escalationId }) => escalationId === id))
    .flatMap((step) => {
      const at = addWorkingTime(target.calendar, dueAt, step.minutes, step.minutes < 0 ? pauses : [])
      return at && at > run.startedAt ? [{ step, at }] : []
    })
}

const isOf = (run: Run, clock: { metric: Metric; cycle: number }) => run.metric === clock.metric && run.cycle === clock.cycle

const sameTime = (a: Date | null, b: Date | null) => a?.getTime() === b?.getTime()

function isUnchanged(clock: Clock, next: ClockData): boolean {
  return (Object.entries(next) as [keyof Clock, unknown][]).every(([key, value]) =>
    value instanceof Date ? sameTime(value, clock[key] as Date | null) : value === clock[key],
  )
}
