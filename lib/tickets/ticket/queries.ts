import { z } from 'zod'
import { type Actor, isStaff } from '../../actor/actor'
import { notFound } from '../../core/errors'
import { Prisma } from '../../db/generated/tenant/client'
import { priorities } from '../../directory/schema'
import type { Work } from '../../events/work'
import { agentProcedure, customerProcedure } from '../../procedure/builders'
import { fieldValue } from '../fields/schema'
import { abilitiesOn, canView, type TicketFacts } from './policy'
import { clockOutput, sources, type TicketOutput, ticketOutput, ticketRef, ticketStatuses, ticketTypes } from './schema'
import { isPastReopening, nextTurn } from './workflow'

/** What reading needs of a unit of work. */
export type Reading = Pick<Work, 'tenant' | 'actor' | 'tx' | 'now'>

export const ticketRow = z.object({
  id: z.string(),
  number: z.string(),
  version: z.number(),
  publicVersion: z.number(),
  title: z.string(),
  status: z.enum(ticketStatuses),
  priority: z.enum(priorities),
  source: z.enum(sources),
  departmentId: z.string().nullable(),
  departmentName: z.string().nullable(),
  requesterId: z.string(),
  requesterName: z.string(),
  organisationId: z.string().nullable(),
  requesterEmail: z.string().nullable(),
  type: z.enum(ticketTypes).nullable(),
  categoryId: z.string().nullable(),
  categoryName: z.string().nullable(),
  dueAt: z.date().nullable(),
  archivedAt: z.date().nullable(),
  fields: z.record(z.string(), fieldValue),
  /** Of these, the ones that customers may see. */
  publicFields: z.record(z.string(), fieldValue),
  assigneeId: z.string().nullable(),
  assigneeName: z.string().nullable(),
  isWatchedByActor: z.boolean(),
  snippet: z.string(),
  messageCount: z.number(),
  publicMessageCount: z.number(),
  hasNewReply: z.boolean(),
  createdAt: z.date(),
  updatedAt: z.date(),
  publicUpdatedAt: z.date(),
  firstResponseAt: z.date().nullable(),
  resolvedAt: z.date().nullable(),
  closedAt: z.date().nullable(),
  statusReason: z.string().nullable(),
  heldAt: z.date().nullable(),
  holdUntil: z.date().nullable(),
  remindedAt: z.date().nullable(),
  reopenCount: z.number(),
  tags: z.array(z.string()),
  clocks: z.array(
    z.object({
      metric: clockOutput.shape.metric,
      startedAt: z.coerce.date(),
      dueAt: z.coerce.date().nullable(),
      pausedAt: z.coerce.date().nullable(),
      breachedAt: z.coerce.date().nullable(),
      targetMinutes: z.number(),
    }),
  ),
  rules: z.object({ closeAfterDays: z.number(), reopenDays: z.number() }),
})
export type TicketRow = z.infer<typeof ticketRow>

export const actorId = (actor: Actor) => (actor.kind === 'person' ? actor.id : null)

/** Clocks that run or are paused; three at most. */
const openClocks = Prisma.sql`(SELECT coalesce(json_agg(json_build_object('metric', k.metric, 'startedAt', k.started_at, 'dueAt', k.due_at,
    'pausedAt', k.paused_at, 'breachedAt', k.breached_at, 'targetMinutes', k.target_minutes)), '[]')
  FROM sla_clock k WHERE k.tenant_id = t.tenant_id AND k.ticket_id = t.id AND k.stopped_at IS NULL)`

/** Of the custom fields, those that customers may see. */
const publicFields = Prisma.sql`(SELECT coalesce(jsonb_object_agg(v.key, v.value), '{}') FROM jsonb_each(t.fields) v
  JOIN custom_field f ON f.tenant_id = t.tenant_id AND f.key = v.key AND f.is_public AND f.deleted_at IS NULL)`

export const selectTicket = (work: Pick<Work, 'tenant' | 'actor'>) => Prisma.sql`
  SELECT t.id::text, w.ticket_prefix || '-' || t.number AS number, t.version, t.public_version AS "publicVersion", t.title,
    t.status::text, t.priority::text, t.source::text,
    t.department_id::text AS "departmentId", d.name AS "departmentName",
    t.requester_id::text AS "requesterId", c.name AS "requesterName", c.organisation_id::text AS "organisationId",
    (SELECT coalesce(min(a.email) FILTER (WHERE a.is_primary), min(a.email)) FROM contact_address a
     WHERE a.tenant_id = t.tenant_id AND a.contact_id = t.requester_id) AS "requesterEmail",
    t.type::text, t.category_id::text AS "categoryId", g.name AS "categoryName", t.due_at AS "dueAt", t.archived_at AS "archivedAt",
    t.fields, ${publicFields} AS "publicFields",
    ${openClocks} AS clocks,
    t.assignee_id::text AS "assigneeId", p.name AS "assigneeName",
    EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id
            AND x.person_id = ${actorId(work.actor)}::uuid) AS "isWatchedByActor",
    t.snippet, t.message_count AS "messageCount", t.public_message_count AS "publicMessageCount", t.has_new_reply AS "hasNewReply",
    t.created_at AS "createdAt", t.updated_at AS "updatedAt", t.public_updated_at AS "publicUpdatedAt",
    t.first_response_at AS "firstResponseAt", t.resolved_at AS "resolvedAt", t.closed_at AS "closedAt",
    t.status_reason AS "statusReason", t.held_at AS "heldAt", t.hold_until AS "holdUntil", t.reminded_at AS "remindedAt",
    t.reopen_count AS "reopenCount", t.tags, json_build_object('closeAfterDays', w.close_after_days, 'reopenDays', w.reopen_days) AS rules
  FROM ticket t
  JOIN workspace w ON w.tenant_id = t.tenant_id
  JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
  LEFT JOIN department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id
  LEFT JOIN category g ON g.tenant_id = t.tenant_id AND g.id = t.category_id
  LEFT JOIN person p ON p.tenant_id = t.tenant_id AND p.id = t.assignee_id
  WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL`

export const factsOf = (row: TicketRow): TicketFacts & { isTooLate: boolean } => ({
  ...row,
  isTooLate: isPastReopening(row, row.rules, new Date()),
})

const reference = (id: string | null, name: string | null) => (id ? { id, name: name ?? '' } : null)

/** By when a first answer is promised, while that lies ahead. */
function answerBy({ clocks }: TicketRow): Date | null {
  const dueAt = clocks.find(({ metric }) => metric === 'first_response')?.dueAt ?? null
  return dueAt && dueAt > new Date() ? dueAt : null
}

function closesAt(row: TicketRow): Date | null {
  const turn = nextTurn(row, row.rules)
  return turn?.what === 'close' ? turn.at : null
}

/** What staff see of a ticket. */
export const toStaffView = (actor: Actor, row: TicketRow): TicketOutput => ({
  id: row.id,
  number: row.number,
  version: row.version,
  title: row.title,
  status: row.status,
  priority: row.priority,
  source: row.source,
  type: row.type,
  department: reference(row.departmentId, row.departmentName),
  category: reference(row.categoryId, row.categoryName),
  dueAt: row.dueAt,
  archivedAt: row.archivedAt,
  fields: row.fields,
  requester: { id: row.requesterId, name: row.requesterName, email: row.requesterEmail },
  assignee: reference(row.assigneeId, row.assigneeName),
  snippet: row.snippet,
  messageCount: row.messageCount,
  hasNewReply: row.hasNewReply,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  firstResponseAt: row.firstResponseAt,
  resolvedAt: row.resolvedAt,
  closedAt: row.closedAt,
  statusReason: row.statusReason,
  tags: row.tags,
  holdUntil: row.holdUntil,
  closesAt: closesAt(row),
  reopenCount: row.reopenCount,
  answerBy: answerBy(row),
  clocks: row.clocks,
  abilities: abilitiesOn(actor, factsOf(row)),
})

/**
 * What a customer sees of a ticket: the fields named here and nothing else. What is for staff has the same value on
 * every ticket, so that nothing staff do among themselves can be read from it.
 */
export const toCustomerView = (actor: Actor, row: TicketRow): TicketOutput => ({
  id: row.id,
  number: row.number,
  version: row.publicVersion,
  title: row.title,
  // Hold looks like work in progress.
  status: row.status === 'hold' ? 'in_progress' : row.status,
  priority: row.priority,
  source: row.source,
  department: reference(row.departmentId, row.departmentName),
  category: reference(row.categoryId, row.categoryName),
  fields: row.publicFields,
  requester: { id: row.requesterId, name: row.requesterName, email: row.requesterEmail },
  assignee: reference(row.assigneeId, row.assigneeName),
  snippet: row.snippet,
  messageCount: row.publicMessageCount,
  createdAt: row.createdAt,
  updatedAt: row.publicUpdatedAt,
  firstResponseAt: row.firstResponseAt,
  resolvedAt: row.resolvedAt,
  closedAt: row.closedAt,
  // Why the team waits is its own affair; why a request was turned down is not.
  statusReason: row.status === 'rejected' ? row.statusReason : null,
  closesAt: closesAt(row),
  reopenCount: row.reopenCount,
  // A hold stops the clock, so from there on nothing is said that would tell it from work in progress.
  answerBy: row.status === 'created' || row.status === 'assigned' ? answerBy(row) : null,
  abilities: abilitiesOn(actor, factsOf(row)),
  type: null,
  dueAt: null,
  archivedAt: null,
  hasNewReply: false,
  tags: [],
  holdUntil: null,
  clocks: [],
})

/** A ticket as the caller sees it. */
export const toView = (actor: Actor, row: TicketRow): TicketOutput =>
  isStaff(actor) ? toStaffView(actor, row) : toCustomerView(actor, row)

/** The version that the caller knows. */
export const versionFor = (actor: Actor, row: TicketRow): number => (isStaff(actor) ? row.version : row.publicVersion)

/**
 * One ticket as stored, for a command or a page. With `lock` the row is held
 * until the unit of work ends.
 * @throws NOT_FOUND also for a ticket the actor may not see
 */
export async function loadTicket(work: Pick<Work, 'tenant' | 'actor' | 'tx'>, id: string, lock?: 'lock'): Promise<TicketRow> {
  const rows = await work.tx.$queryRaw`${selectTicket(work)} AND t.id = ${id}::uuid
    ${lock ? Prisma.sql`FOR UPDATE OF t` : Prisma.empty}`
  const row = z.array(ticketRow).parse(rows)[0]
  if (!row || !canView(work.actor, factsOf(row))) throw notFound('ticket')
  return row
}

export const getTicket = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}', tags: ['Tickets'], summary: 'Read one ticket' })
  .input(ticketRef)
  .output(ticketOutput)
  .handler(async ({ context, input }) => toView(context.actor, await loadTicket(context, input.id)))

export const listTags = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/tags', tags: ['Tickets'], summary: 'List tags that were used, the latest first' })
  .input(z.strictObject({ q: z.string().trim().max(40).optional(), limit: z.coerce.number().int().min(1).max(100).default(20) }))
  .output(z.object({ items: z.array(z.string()) }))
  .handler(async ({ context: { tx, tenant }, input }) => {
    const begins = input.q ? { name: { startsWith: input.q.toLowerCase() } } : {}
    const where = { tenantId: tenant.ref.id, ...begins }
    const rows = await tx.tag.findMany({ where, orderBy: { usedAt: 'desc' }, take: input.limit })
    return { items: rows.map(({ name }) => name) }
  })
