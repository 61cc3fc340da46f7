import { z } from 'zod'
import { Prisma } from '../../db/generated/tenant/client'
import { beginningWith, changeOf, stepIn } from '../../db/insertion'
import { plannedOnce } from '../../db/prepared'
import { idsOf, rowsOf } from '../../db/rows'
import { withoutWaiting } from '../../db/scope'
import type { FollowerWork } from '../../events/follower'
import type { Work } from '../../events/work'
import { type TicketRow, toCustomerView } from './queries'
import type { StatusCause, TicketStatus } from './workflow'
import { isAutomatic, isDone, isReopening } from './workflow'

/**
 * Where a ticket goes: into the wanted department while there is one, else into the default one. It is held, so that it is
 * not deleted before the unit of work ends.
 */
export async function livingDepartment({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, wanted?: string | null): Promise<string | null> {
  const [id] = await idsOf(tx.$queryRaw`
    SELECT ${plannedOnce} id::text FROM department WHERE tenant_id = ${tenant.ref.id}::uuid AND deleted_at IS NULL
    ORDER BY (id = ${wanted ?? null}::uuid) IS TRUE DESC, is_default DESC, id LIMIT 1 FOR SHARE`)
  return id ?? null
}

/** Makes tags known and finds the ticket by them. In order, so that two at once do not wait for each other in a circle. */
export async function recordTags({ tx, tenant, now }: Work, ticketId: string, tags: readonly string[]) {
  const names = [...tags].sort()
  await tx.$executeRaw`
    INSERT INTO tag (tenant_id, name, used_at) SELECT ${tenant.ref.id}::uuid, name, ${now} FROM unnest(${names}::text[]) AS name
    ON CONFLICT (tenant_id, name) DO UPDATE SET used_at = EXCLUDED.used_at`
  await tx.ticketTag.createMany({ data: names.map((name) => ({ tenantId: tenant.ref.id, name, ticketId })), skipDuplicates: true })
}

/** The ticket that a conversation goes on in: the one itself, or where it went by merging. Null for one that was removed. */
export async function livingTicket({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, id: string): Promise<string | null> {
  const [living] = await idsOf(tx.$queryRaw`
    WITH RECURSIVE way AS (
      SELECT id, merged_into_id, deleted_at, 1 AS step FROM ticket WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ${id}::uuid
      UNION ALL
      SELECT t.id, t.merged_into_id, t.deleted_at, w.step + 1 FROM ticket t JOIN way w ON t.tenant_id = ${tenant.ref.id}::uuid AND t.id = w.merged_into_id
      WHERE w.step < 50
    ) SELECT id::text FROM way WHERE merged_into_id IS NULL AND deleted_at IS NULL`)
  return living ?? null
}

interface Move {
  /** Why, in the words of whoever did it. */
  reason?: string | null
  holdUntil?: Date | null
  cause?: StatusCause
}

/** Moves the workflow; every caller that sets a status ends here. */
export async function moveTicket(work: FollowerWork, ticket: TicketRow, status: TicketStatus, move: Move = {}) {
  await changeTicket(work, ticket, statusChange(work, ticket, status, move))
  emitStatus(work, ticket, status, move)
}

/** What a status brings with it: since when and why, and until when. */
export function statusChange(
  { now }: FollowerWork,
  ticket: TicketRow,
  status: TicketStatus,
  { reason = null, holdUntil = null, cause }: Move = {},
) {
  if (status === ticket.status) return {}
  const isOver = isDone(status)
  const isReopened = isReopening(ticket.status, status)
  return {
    status,
    statusReason: keepsReason(ticket.status, status, cause) ? reason : null,
    heldAt: status === 'hold' ? now : null,
    holdUntil: status === 'hold' ? holdUntil : null,
    remindedAt: null,
    resolvedAt: isOver ? (ticket.resolvedAt ?? now) : null,
    closedAt: status === 'closed' ? now : null,
    ...(isReopened ? { reopenCount: { increment: 1 } } : {}),
  }
}

/** Whether the reason of a move stays with the ticket, for whoever works on it next. */
export const keepsReason = (before: TicketStatus, after: TicketStatus, cause: StatusCause | undefined): boolean =>
  after === 'hold' || after === 'rejected' || (isReopening(before, after) && !isAutomatic(cause))

export function emitStatus(work: FollowerWork, ticket: TicketRow, after: TicketStatus, { reason = null, cause }: Move) {
  if (after === ticket.status) return
  const iso = (at: Date | null) => at?.toISOString() ?? null
  const { heldAt, holdUntil, resolvedAt, closedAt, reopenCount } = ticket
  const was = { heldAt: iso(heldAt), holdUntil: iso(holdUntil), resolvedAt: iso(resolvedAt), closedAt: iso(closedAt), reopenCount }
  const payload = { before: ticket.status, after, reason, cause, isAutomatic: isAutomatic(cause), was }
  work.emit('ticket.status_changed', payload, { subjectId: ticket.id })
}

/**
 * Holds a ticket that is on hold until another time, or with no end. It has been on hold since the same time, and no clock moves.
 * @param reason one that is left out stays
 */
export async function changeHold(
  work: FollowerWork,
  ticket: TicketRow,
  holdUntil: Date | null,
  { reason, cause }: Omit<Move, 'holdUntil'> = {},
) {
  const statusReason = reason === undefined ? ticket.statusReason : reason
  await changeTicket(work, ticket, { holdUntil, statusReason })
  const [before, after] = [ticket.holdUntil, holdUntil].map((at) => at?.toISOString() ?? null) as [string | null, string | null]
  work.emit(
    'ticket.hold_changed',
    { before, after, reason: statusReason, reasonBefore: ticket.statusReason, cause },
    { subjectId: ticket.id },
  )
}

type TicketData = Prisma.TicketUncheckedUpdateInput

/**
 * Every change of a ticket's row goes through here: it takes a new version and a new time. What customers know as the
 * version and the time moves only where their view differs.
 * @param ticket as it is before the change, held by this unit of work
 * @param beside a statement that comes with the change
 */
export async function changeTicket(work: FollowerWork, ticket: TicketRow, data: TicketData, beside?: Prisma.Sql) {
  const moved = await leaveDeletedDepartment(work, ticket, data)
  const whole = { ...moved, ...data }
  writeTicket(work, ticket.id, whole, (await isSeenByCustomers(work, ticket, whole)) ? 'public' : 'internal', beside)
}

/** A finished ticket stays in a department that is deleted; there nobody would find it once it is open again. */
async function leaveDeletedDepartment(
  work: FollowerWork,
  { id, status, departmentId: before }: TicketRow,
  data: TicketData,
): Promise<TicketData> {
  const isOpened = typeof data.status === 'string' && isReopening(status, data.status)
  if (!isOpened || before === null || data.departmentId !== undefined) return {}
  const after = await livingDepartment(work, before)
  if (after === before) return {}
  work.emit('ticket.department_changed', { before, after }, { subjectId: id })
  return { departmentId: after, categoryId: null }
}

/** Takes a ticket away from everybody, or gives it back. Customers hear of it; when it is back, what they see is as old as it was. */
export const hideTicket = (work: FollowerWork, id: string, deletedAt: Date | null): void =>
  writeTicket(work, id, { deletedAt, publicVersion: { increment: 1 } }, 'internal')

function writeTicket(work: FollowerWork, id: string, data: TicketData, audience: 'public' | 'internal', beside?: Prisma.Sql) {
  const { set, source } = changeOf('ticket', {
    ...data,
    version: { increment: 1 },
    updatedAt: work.now,
    ...(audience === 'public' ? { publicVersion: { increment: 1 }, publicUpdatedAt: work.now } : {}),
  })
  withoutWaiting(
    work.tx.$executeRaw`
      ${beginningWith(beside)}
      UPDATE ticket t SET ${set} FROM ${source} WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.id = ${id}::uuid`,
  )
}

/** Whether a change shows in the customer's view. The view itself decides: what is added to it counts from then on. */
async function isSeenByCustomers(work: FollowerWork, before: TicketRow, data: TicketData): Promise<boolean> {
  const after = { ...before, ...valuesAfter(before, data) }
  if (data.fields !== undefined) after.publicFields = await publicOf(work, after.fields)
  const [was, is]: Record<string, unknown>[] = [before, after].map((row) => toCustomerView({ kind: 'anonymous' }, row))
  const differs = (name: string) => was?.[name] !== is?.[name] && JSON.stringify(was?.[name]) !== JSON.stringify(is?.[name])
  return Object.keys(is ?? {}).some(differs)
}

function valuesAfter(before: TicketRow, data: TicketData): Partial<TicketRow> {
  const known: Record<string, unknown> = before
  const after = Object.entries(data).flatMap(([name, given]) => {
    if (given === undefined) return []
    const by = stepIn(given)
    return [[name, by === null ? given : Number(known[name]) + by]]
  })
  return Object.fromEntries(after)
}

async function publicOf({ tx, tenant }: FollowerWork, values: TicketRow['fields']): Promise<TicketRow['fields']> {
  const where = { tenantId: tenant.ref.id, deletedAt: null, isPublic: true }
  const keys = (await tx.customField.findMany({ where, select: { key: true } })).map(({ key }) => key)
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)))
}

/**
 * The same change of all tickets that meet a condition, in one statement; of something that customers see. Held in the
 * order of their ids, so that two at once do not wait for each other in a circle.
 * @param which a condition on `ticket t`
 * @param atMost how many of them, the first by their ids; all unless given
 * @returns the ids of those that changed
 */
export async function changeTickets(
  { tx, tenant, now }: Pick<Work, 'tx' | 'tenant' | 'now'>,
  which: Prisma.Sql,
  set: Prisma.Sql,
  atMost?: number,
): Promise<string[]> {
  const tenantId = tenant.ref.id
  // Held first, on its own: within the update's condition the limited list could be made anew for each row.
  return idsOf(tx.$queryRaw`
    WITH held AS MATERIALIZED (
      SELECT t.id FROM ticket t WHERE t.tenant_id = ${tenantId}::uuid AND ${which} ORDER BY t.id
      ${atMost === undefined ? Prisma.empty : Prisma.sql`LIMIT ${atMost}`} FOR NO KEY UPDATE)
    UPDATE ticket SET ${set}, version = version + 1, updated_at = ${now},
      public_version = public_version + 1, public_updated_at = ${now}
    WHERE tenant_id = ${tenantId}::uuid AND id IN (SELECT h.id FROM held h)
    RETURNING id::text`)
}

export interface SlaState {
  id: string
  policyId: string | null
  matchedAt: Date | null
  dueAt: Date | null
}

/** How new tickets stand under their SLA policy, by their unit of work, and a statement beside it, until `numberTickets` writes both. */
const unwritten = new WeakMap<Work['tx'], { states: SlaState[]; beside?: Prisma.Sql }>()

/**
 * How tickets stand under their SLA policy. It follows from what else they say: neither version nor time changes.
 * @param made of those that were just made it is written with their numbers
 * @param beside a statement that comes with it
 */
export function setSlaState(
  { tx, tenant }: Pick<Work, 'tx' | 'tenant'>,
  all: readonly SlaState[],
  made: ReadonlySet<string>,
  beside?: Prisma.Sql,
) {
  const states = all.filter(({ id }) => made.has(id))
  const tickets = all.filter(({ id }) => !made.has(id))
  if (states.length > 0) unwritten.set(tx, { states, beside: tickets.length > 0 ? undefined : beside })
  else if (tickets.length === 0 && beside) withoutWaiting(tx.$executeRaw`${beside}`)
  if (tickets.length === 0) return
  const change = tx.$executeRaw`
    ${beginningWith(beside)}
    UPDATE ticket t SET sla_policy_id = v."policyId", sla_matched_at = v."matchedAt", sla_due_at = v."dueAt"
    FROM jsonb_to_recordset(${JSON.stringify(tickets)}::jsonb) AS v (id uuid, "policyId" uuid, "matchedAt" timestamptz, "dueAt" timestamptz)
    WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = v.id`
  withoutWaiting(change)
}

const numbered = z.object({ id: z.string(), number: z.int() })

/**
 * Gives new tickets the next numbers of the workspace, and writes how they stand under their SLA policy, as each version of a row costs
 * an entry in all its indexes. The counter's row is locked from here to the commit.
 * @returns the numbers by the tickets' ids
 */
export async function numberTickets({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, ids: readonly string[]): Promise<Map<string, number>> {
  const { states = [], beside } = unwritten.get(tx) ?? {}
  unwritten.delete(tx)
  const stateOf = new Map(states.map((state) => [state.id, state]))
  const tickets = ids.map((id, index) => ({ ...stateOf.get(id), id, place: index + 1 }))
  const query = tx.$queryRaw`
    ${beside ? Prisma.sql`${beginningWith(beside)}, ` : Prisma.sql`WITH `}counted AS (
      UPDATE workspace SET last_ticket_number = last_ticket_number + ${ids.length}::int WHERE tenant_id = ${tenant.ref.id}::uuid
      RETURNING last_ticket_number - ${ids.length}::int AS before)
    UPDATE ticket t SET number = counted.before + v.place, sla_policy_id = v."policyId", sla_matched_at = v."matchedAt", sla_due_at = v."dueAt"
    FROM counted, jsonb_to_recordset(${JSON.stringify(tickets)}::jsonb)
      AS v (id uuid, place int, "policyId" uuid, "matchedAt" timestamptz, "dueAt" timestamptz)
    WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = v.id RETURNING t.id::text, t.number`
  return new Map((await rowsOf(numbered, query)).map(({ id, number }) => [id, number]))
}
