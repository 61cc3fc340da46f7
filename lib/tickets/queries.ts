import { z } from 'zod'
import { notFound } from '../core/errors'
import { decodeCursor, pageInput, pageOf, toPage } from '../core/page'
import { Prisma } from '../db/generated/tenant/client'
import { type Actor, isStaff, type PersonActor } from '../identity/actor'
import { agentProcedure, customerProcedure } from '../procedure/builders'
import type { Work } from '../procedure/work'
import { abilitiesOn, canView, type TicketFacts } from './policy'
import {
  type LinkOutput,
  linkOutput,
  type MessageOutput,
  maxSearchLength,
  messageOutput,
  priorities,
  priorityInput,
  sources,
  statusInput,
  type TicketOutput,
  tagInput,
  ticketOutput,
  ticketPage,
  ticketRef,
  ticketStatuses,
  type ViewName,
  viewNames,
} from './schema'
import { isPastReopening, nextTurn } from './workflow'

const ticketRow = z.object({
  id: z.string(),
  number: z.string(),
  version: z.number(),
  title: z.string(),
  status: z.enum(ticketStatuses),
  priority: z.enum(priorities),
  source: z.enum(sources),
  departmentId: z.string().nullable(),
  departmentName: z.string().nullable(),
  requesterId: z.string(),
  requesterName: z.string(),
  requesterEmail: z.string().nullable(),
  assigneeId: z.string().nullable(),
  assigneeName: z.string().nullable(),
  isWatchedByActor: z.boolean(),
  snippet: z.string(),
  messageCount: z.number(),
  hasNewReply: z.boolean(),
  createdAt: z.date(),
  updatedAt: z.date(),
  firstResponseAt: z.date().nullable(),
  resolvedAt: z.date().nullable(),
  closedAt: z.date().nullable(),
  statusReason: z.string().nullable(),
  heldAt: z.date().nullable(),
  holdUntil: z.date().nullable(),
  remindedAt: z.date().nullable(),
  reopenCount: z.number(),
  tags: z.array(z.string()),
  rules: z.object({ closeAfterDays: z.number(), reopenDays: z.number() }),
})
export type TicketRow = z.infer<typeof ticketRow>

const actorId = (actor: Actor) => (actor.kind === 'person' ? actor.id : null)

const selectTicket = (work: Pick<Work, 'tenant' | 'actor'>) => Prisma.sql`
  SELECT t.id::text, w.ticket_prefix || '-' || t.number AS number, t.version, t.title,
    t.status::text, t.priority::text, t.source::text,
    t.department_id::text AS "departmentId", d.name AS "departmentName",
    t.requester_id::text AS "requesterId", c.name AS "requesterName",
    (SELECT a.email FROM contact_address a
     WHERE a.tenant_id = t.tenant_id AND a.contact_id = t.requester_id ORDER BY a.is_primary DESC, a.email LIMIT 1) AS "requesterEmail",
    t.assignee_id::text AS "assigneeId", p.name AS "assigneeName",
    EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id
            AND x.person_id = ${actorId(work.actor)}::uuid) AS "isWatchedByActor",
    t.snippet, t.message_count AS "messageCount", t.has_new_reply AS "hasNewReply",
    t.created_at AS "createdAt", t.updated_at AS "updatedAt",
    t.first_response_at AS "firstResponseAt", t.resolved_at AS "resolvedAt", t.closed_at AS "closedAt",
    t.status_reason AS "statusReason", t.held_at AS "heldAt", t.hold_until AS "holdUntil", t.reminded_at AS "remindedAt",
    t.reopen_count AS "reopenCount", t.tags, json_build_object('closeAfterDays', w.close_after_days, 'reopenDays', w.reopen_days) AS rules
  FROM ticket t
  JOIN workspace w ON w.tenant_id = t.tenant_id
  JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
  LEFT JOIN department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id
  LEFT JOIN person p ON p.tenant_id = t.tenant_id AND p.id = t.assignee_id
  WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL`

/** The tickets an actor may see, as a condition; `policy.canView` says the same of one ticket. */
export function visibleTo(actor: Actor): Prisma.Sql {
  if (actor.kind === 'system') return Prisma.sql`TRUE`
  if (actor.kind !== 'person') return Prisma.sql`FALSE`
  const conditions = actor.permissions.has('ticket.view') ? [nearby(actor)] : []
  for (const [type, column] of [
    ['department', 'department_id'],
    ['ticket', 'id'],
  ] as const) {
    const ids = actor.grants.filter((g) => g.permission === 'ticket.view' && g.objectType === type).map((g) => g.objectId)
    if (ids.length > 0) conditions.push(Prisma.sql`t.${Prisma.raw(column)} = ANY(${ids}::uuid[])`)
  }
  return conditions.length > 0 ? Prisma.sql`(${Prisma.join(conditions, ' OR ')})` : Prisma.sql`FALSE`
}

function nearby(actor: PersonActor): Prisma.Sql {
  if (actor.role === 'customer') return Prisma.sql`t.requester_id = ${actor.contactId}::uuid`
  if (actor.role !== 'agent') return Prisma.sql`TRUE`
  return Prisma.sql`(t.department_id = ANY(${[...actor.departmentIds]}::uuid[]) OR t.assignee_id = ${actor.id}::uuid
    OR EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id AND x.person_id = ${actor.id}::uuid))`
}

export const factsOf = (row: TicketRow): TicketFacts & { isTooLate: boolean } => ({
  ...row,
  isTooLate: isPastReopening(row, row.rules, new Date()),
})

/** What the caller gets to see of a ticket. A customer sees hold as work in progress. */
export function present(actor: Actor, row: TicketRow): TicketOutput {
  const { departmentId, departmentName, requesterId, requesterName, requesterEmail, assigneeId, assigneeName, rules, ...rest } = row
  const turn = nextTurn(row, rules)
  // Why the team waits is its own affair; why a request was turned down is not.
  const isInner = !isStaff(actor) && row.status !== 'rejected'
  return {
    ...rest,
    statusReason: isInner ? null : row.statusReason,
    holdUntil: isStaff(actor) ? row.holdUntil : null,
    tags: isStaff(actor) ? row.tags : [],
    closesAt: turn?.what === 'close' ? turn.at : null,
    status: row.status === 'hold' && !isStaff(actor) ? 'in_progress' : row.status,
    department: departmentId ? { id: departmentId, name: departmentName ?? '' } : null,
    requester: { id: requesterId, name: requesterName, email: requesterEmail },
    assignee: assigneeId ? { id: assigneeId, name: assigneeName ?? '' } : null,
    abilities: abilitiesOn(actor, factsOf(row)),
  }
}

/**
 * One ticket as stored, for a command or a page. With `lock` the row is held
 * until the unit of work ends.
 * @throws NOT_FOUND also for a ticket the actor may not see
 */
export async function loadTicket(work: Pick<Work, 'tenant' | 'actor' | 'tx'>, id: string, lock?: 'lock'): Promise<TicketRow> {
  const rows = await work.tx.$queryRaw`${selectTicket(work)} AND t.id = ${id}::uuid
    ${lock ? Prisma.sql`FOR UPDATE OF t` : Prisma.empty}`
  const row = z.array(ticketRow).parse(rows)[0]
  if (!row || !canView(work.actor, factsOf(row))) throw notFound('The ticket')
  return row
}

const views = {
  all: Prisma.sql`TRUE`,
  open: Prisma.sql`t.status NOT IN ('resolved', 'closed', 'rejected', 'draft')`,
  unassigned: Prisma.sql`t.assignee_id IS NULL AND t.status NOT IN ('resolved', 'closed', 'rejected', 'draft')`,
  hold: Prisma.sql`t.status = 'hold'`,
  done: Prisma.sql`t.status IN ('resolved', 'closed', 'rejected')`,
} as const

const viewCondition = (view: ViewName, actor: Actor) =>
  view === 'mine' ? Prisma.sql`t.assignee_id = ${actorId(actor)}::uuid AND t.status NOT IN ('resolved', 'closed', 'rejected')` : views[view]

export const listTickets = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket', tags: ['Tickets'], summary: 'List tickets, last changed first' })
  .input(
    z.strictObject({
      ...pageInput,
      view: z.enum(viewNames).default('all'),
      status: statusInput.optional(),
      priority: priorityInput.optional(),
      departmentId: z.uuid().optional(),
      assigneeId: z.uuid().optional(),
      requesterId: z.uuid().optional(),
      tag: tagInput.optional(),
      q: z.string().trim().max(maxSearchLength).optional(),
    }),
  )
  .output(ticketPage)
  .handler(async ({ context, input }) => {
    const conditions = [viewCondition(input.view, context.actor)]
    if (input.status) conditions.push(Prisma.sql`t.status = ${input.status}::"TicketStatus"`)
    if (input.priority) conditions.push(Prisma.sql`t.priority = ${input.priority}::"Priority"`)
    if (input.departmentId) conditions.push(Prisma.sql`t.department_id = ${input.departmentId}::uuid`)
    if (input.assigneeId) conditions.push(Prisma.sql`t.assignee_id = ${input.assigneeId}::uuid`)
    if (input.requesterId) conditions.push(Prisma.sql`t.requester_id = ${input.requesterId}::uuid`)
    // Tags are the team's own words about a request.
    if (input.tag) conditions.push(isStaff(context.actor) ? Prisma.sql`t.tags @> ARRAY[${input.tag}]` : Prisma.sql`FALSE`)
    if (input.q) conditions.push(matches(input.q))
    return readPage(context, input, conditions)
  })

/** What the signed-in person asked themselves: the portal's list, for staff too. */
export const listOwnTickets = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/mine', tags: ['Tickets'], summary: 'List the requests you made yourself' })
  .input(z.strictObject(pageInput))
  .output(ticketPage)
  .handler(async ({ context, input }) => {
    const contactId = context.actor.kind === 'person' ? context.actor.contactId : null
    if (!contactId) return { items: [], nextCursor: null }
    return readPage(context, input, [Prisma.sql`t.requester_id = ${contactId}::uuid`])
  })

async function readPage(work: Pick<Work, 'tenant' | 'actor' | 'tx'>, input: { limit: number; cursor?: string }, conditions: Prisma.Sql[]) {
  const after = decodeCursor(input.cursor)
  const all = [visibleTo(work.actor), ...conditions]
  if (after) all.push(Prisma.sql`(t.updated_at, t.id) < (${after.at}, ${after.id}::uuid)`)
  const rows = await work.tx.$queryRaw`${selectTicket(work)} AND ${Prisma.join(all, ' AND ')}
    ORDER BY t.updated_at DESC, t.id DESC LIMIT ${input.limit + 1}`
  const page = toPage(z.array(ticketRow).parse(rows), input.limit, (row) => row.updatedAt)
  return { items: page.items.map((row) => present(work.actor, row)), nextCursor: page.nextCursor }
}

/** A number finds its ticket; other words are looked for in titles, requesters and their addresses. */
function matches(q: string): Prisma.Sql {
  const number = /^(?:[A-Za-z]+-)?(\d{1,9})$/.exec(q)?.[1]
  if (number) return Prisma.sql`t.number = ${Number(number)}`
  const like = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  const byAddress = Prisma.sql`EXISTS (SELECT 1 FROM contact_address a
    WHERE a.tenant_id = t.tenant_id AND a.contact_id = t.requester_id AND a.email LIKE ${like.toLowerCase()})`
  return Prisma.sql`(t.title ILIKE ${like} OR c.name ILIKE ${like} OR ${byAddress})`
}

export const getTicket = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}', tags: ['Tickets'], summary: 'Read one ticket' })
  .input(ticketRef)
  .output(ticketOutput)
  .handler(async ({ context, input }) => present(context.actor, await loadTicket(context, input.id)))

export const countTickets = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/counts', tags: ['Tickets'], summary: 'Count the tickets in each view' })
  .output(z.object({ mine: z.number(), unassigned: z.number(), open: z.number(), hold: z.number() }))
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const count = (view: ViewName) => Prisma.sql`count(*) FILTER (WHERE ${viewCondition(view, actor)})::int`
    const rows = await tx.$queryRaw<{ mine: number; unassigned: number; open: number; hold: number }[]>`
      SELECT ${count('mine')} AS mine, ${count('unassigned')} AS unassigned, ${count('open')} AS open, ${count('hold')} AS hold
      FROM ticket t
      WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.deleted_at IS NULL
        AND t.status IN ('created', 'assigned', 'in_progress', 'hold') AND ${visibleTo(actor)}`
    return rows[0] ?? { mine: 0, unassigned: 0, open: 0, hold: 0 }
  })

type Reading = Pick<Work, 'tenant' | 'actor' | 'tx'>

async function readMessages({ tx, tenant, actor }: Reading, ticketId: string, { limit, cursor }: { limit: number; cursor?: string }) {
  const after = decodeCursor(cursor)
  const rows = await tx.ticketMessage.findMany({
    where: {
      tenantId: tenant.ref.id,
      ticketId,
      ...(isStaff(actor) ? {} : { kind: { not: 'note' } }),
      ...(after ? { OR: [{ createdAt: { gt: after.at } }, { createdAt: after.at, id: { gt: after.id } }] } : {}),
    },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: limit + 1,
    include: { person: { select: { name: true } }, contact: { select: { name: true } } },
  })
  const page = toPage(rows, limit, (row) => row.createdAt)
  const items = page.items.map((row): MessageOutput => {
    const { id, kind, bodyText, bodyHtml, quotedText, isStranger, source, createdAt } = row
    const name = row.person?.name ?? row.contact?.name ?? tenant.name
    const author = { kind: row.authorKind, id: row.personId ?? row.contactId, name }
    return { id, kind, author, bodyText, bodyHtml, quotedText, isStranger, source, createdAt }
  })
  return { items, nextCursor: page.nextCursor }
}

export const listMessages = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}/comments', tags: ['Tickets'], summary: 'Read the conversation, oldest first' })
  .input(z.strictObject({ ...ticketRef.shape, ...pageInput, limit: pageInput.limit.default(200) }))
  .output(pageOf(messageOutput))
  .handler(async ({ context, input }) => {
    await loadTicket(context, input.id)
    return readMessages(context, input.id, input)
  })

/** The tickets that are linked with one, as far as the caller may see them. */
async function readLinks(work: Reading, ticketId: string): Promise<LinkOutput[]> {
  const rows = await work.tx.$queryRaw`
    SELECT k.kind::text, k.direction, t.id::text, w.ticket_prefix || '-' || t.number AS number, t.title, t.status::text
    FROM (
      SELECT kind, 'to' AS direction, to_id AS id FROM ticket_link WHERE tenant_id = ${work.tenant.ref.id}::uuid AND from_id = ${ticketId}::uuid
      UNION ALL
      SELECT kind, 'from', from_id FROM ticket_link WHERE tenant_id = ${work.tenant.ref.id}::uuid AND to_id = ${ticketId}::uuid
    ) k JOIN ticket t ON t.tenant_id = ${work.tenant.ref.id}::uuid AND t.id = k.id JOIN workspace w ON w.tenant_id = t.tenant_id
    WHERE t.deleted_at IS NULL AND ${visibleTo(work.actor)} ORDER BY t.created_at LIMIT 50`
  return z.array(linkOutput).parse(rows)
}

const named = z.array(z.object({ id: z.uuid(), name: z.string() }))
const wholeConversation = { limit: 1000 }

/** Everything the agent's ticket page shows, in one unit of work. */
export const readTicketPage = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/ticket/{id}/page',
    tags: ['Tickets'],
    summary: 'Read a ticket with its conversation and the choices for its properties',
  })
  .input(ticketRef)
  .output(
    z.object({
      ticket: ticketOutput,
      messages: z.array(messageOutput),
      links: z.array(linkOutput),
      watchers: named,
      people: named,
      departments: named,
    }),
  )
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor } = context
    const living = { tenantId: tenant.ref.id, deletedAt: null }
    const ticket = await loadTicket(context, input.id)
    const { items } = await readMessages(context, input.id, wholeConversation)
    const links = await readLinks(context, input.id)
    const watchers = await tx.watcher.findMany({
      where: { tenantId: tenant.ref.id, ticketId: input.id, person: { deletedAt: null } },
      select: { person: { select: { id: true, name: true } } },
      take: 100,
    })
    const select = { id: true, name: true }
    const orderBy = { name: 'asc' } as const
    const people = await tx.person.findMany({
      where: { ...living, status: 'active', role: { not: 'customer' } },
      orderBy,
      select,
      take: 1000,
    })
    const departments = await tx.department.findMany({ where: living, orderBy, select, take: 500 })
    return { ticket: present(actor, ticket), messages: items, links, watchers: watchers.map(({ person }) => person), people, departments }
  })

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
