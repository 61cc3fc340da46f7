import { z } from 'zod'
import { invalid, isError, notFound } from '../core/errors'
import { writeFilter } from '../core/filter'
import { isId } from '../core/id'
import { decodeCursor, decodePlace, encodePlace, pageInput, pageOf, toPage } from '../core/page'
import { cut } from '../core/text'
import { Prisma } from '../db/generated/tenant/client'
import type { EventType } from '../events/catalogue'
import { type Actor, isStaff, seesAll } from '../identity/actor'
import { agentProcedure, customerProcedure } from '../procedure/builders'
import type { Work } from '../procedure/work'
import { type CompiledFilter, compileFilter, throughIndex } from './filter'
import { abilitiesOn, canView, mayEditNote, type TicketFacts } from './policy'
import {
  activityOutput,
  type DraftOutput,
  deskViews,
  draftOutput,
  fieldOutput,
  fieldValue,
  type LinkOutput,
  linkOutput,
  type MessageOutput,
  maxSearchLength,
  messageOutput,
  mostCounted,
  priorities,
  priorityInput,
  sorts,
  sources,
  statusInput,
  type TicketOutput,
  type TicketSort,
  tagInput,
  ticketOutput,
  ticketPage,
  ticketRef,
  ticketStatuses,
  ticketTypes,
  type ViewName,
  viewNames,
} from './schema'
import { visibleTo } from './visible'
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
  organisationId: z.string().nullable(),
  requesterEmail: z.string().nullable(),
  type: z.enum(ticketTypes).nullable(),
  categoryId: z.string().nullable(),
  categoryName: z.string().nullable(),
  dueAt: z.date().nullable(),
  archivedAt: z.date().nullable(),
  fields: z.record(z.string(), fieldValue),
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

/** Of the custom fields, those that customers may see. */
const publicFields = Prisma.sql`(SELECT coalesce(jsonb_object_agg(v.key, v.value), '{}') FROM jsonb_each(t.fields) v
  JOIN custom_field f ON f.tenant_id = t.tenant_id AND f.key = v.key AND f.is_public AND f.deleted_at IS NULL)`

const selectTicket = (work: Pick<Work, 'tenant' | 'actor'>) => Prisma.sql`
  SELECT t.id::text, w.ticket_prefix || '-' || t.number AS number, t.version, t.title,
    t.status::text, t.priority::text, t.source::text,
    t.department_id::text AS "departmentId", d.name AS "departmentName",
    t.requester_id::text AS "requesterId", c.name AS "requesterName", c.organisation_id::text AS "organisationId",
    (SELECT a.email FROM contact_address a
     WHERE a.tenant_id = t.tenant_id AND a.contact_id = t.requester_id ORDER BY a.is_primary DESC, a.email LIMIT 1) AS "requesterEmail",
    t.type::text, t.category_id::text AS "categoryId", g.name AS "categoryName", t.due_at AS "dueAt", t.archived_at AS "archivedAt",
    ${isStaff(work.actor) ? Prisma.sql`t.fields` : publicFields} AS fields,
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
  LEFT JOIN category g ON g.tenant_id = t.tenant_id AND g.id = t.category_id
  LEFT JOIN person p ON p.tenant_id = t.tenant_id AND p.id = t.assignee_id
  WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL`

export const factsOf = (row: TicketRow): TicketFacts & { isTooLate: boolean } => ({
  ...row,
  isTooLate: isPastReopening(row, row.rules, new Date()),
})

/** What the caller gets to see of a ticket. A customer sees hold as work in progress. */
export function present(actor: Actor, row: TicketRow): TicketOutput {
  const {
    departmentId,
    departmentName,
    requesterId,
    requesterName,
    requesterEmail,
    assigneeId,
    assigneeName,
    categoryId,
    categoryName,
    rules,
    ...rest
  } = row
  const turn = nextTurn(row, rules)
  // Why the team waits is its own affair; why a request was turned down is not.
  const isInner = !isStaff(actor) && row.status !== 'rejected'
  return {
    ...rest,
    statusReason: isInner ? null : row.statusReason,
    holdUntil: isStaff(actor) ? row.holdUntil : null,
    dueAt: isStaff(actor) ? row.dueAt : null,
    type: isStaff(actor) ? row.type : null,
    archivedAt: isStaff(actor) ? row.archivedAt : null,
    tags: isStaff(actor) ? row.tags : [],
    closesAt: turn?.what === 'close' ? turn.at : null,
    status: row.status === 'hold' && !isStaff(actor) ? 'in_progress' : row.status,
    department: departmentId ? { id: departmentId, name: departmentName ?? '' } : null,
    category: categoryId ? { id: categoryId, name: categoryName ?? '' } : null,
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

interface Order {
  by: Prisma.Sql
  type: Prisma.Sql
  keyOf: (row: TicketRow) => string
  isValue: (value: string) => boolean
}
const isInstant = (value: string) => z.iso.datetime().safeParse(value).success
const timeOrder = (by: Prisma.Sql, keyOf: (row: TicketRow) => string): Order => ({
  by,
  type: Prisma.sql`timestamptz`,
  keyOf,
  isValue: (value) => value === 'infinity' || isInstant(value),
})
const orders: Record<string, Order> = {
  updated: timeOrder(Prisma.sql`t.updated_at`, (row) => row.updatedAt.toISOString()),
  created: timeOrder(Prisma.sql`t.created_at`, (row) => row.createdAt.toISOString()),
  due: timeOrder(Prisma.sql`coalesce(t.due_at, 'infinity')`, (row) => row.dueAt?.toISOString() ?? 'infinity'),
  priority: {
    by: Prisma.sql`t.priority`,
    type: Prisma.sql`"Priority"`,
    keyOf: (row) => row.priority,
    isValue: (value) => (priorities as readonly string[]).includes(value),
  },
}

export const listInput = {
  view: z.union([z.enum(viewNames), z.uuid()]).default('all'),
  /** The filter language; free words are looked for everywhere. */
  q: z.string().trim().max(maxSearchLength, `Keep a search within ${maxSearchLength} characters.`).optional(),
}

export const listTickets = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket', tags: ['Tickets'], summary: 'List or search tickets, last changed first' })
  .input(
    z.strictObject({
      ...pageInput,
      ...listInput,
      /** Rows to leave out, for callers that count pages; a cursor is faster. */
      offset: z.coerce.number().int().min(0).max(10_000).optional(),
      sort: z.enum(sorts).optional(),
      status: statusInput.optional(),
      priority: priorityInput.optional(),
      departmentId: z.uuid().optional(),
      assigneeId: z.uuid().optional(),
      requesterId: z.uuid().optional(),
      tag: tagInput.optional(),
    }),
  )
  .output(ticketPage)
  .handler(async ({ context, input }) => {
    const { q, view, status, priority, departmentId, assigneeId, requesterId, tag, sort, ...page } = input
    const given = { status, priority, department: departmentId, assignee: assigneeId, requester: requesterId, tag }
    const filters = Object.entries(given).flatMap(([name, value]) =>
      value ? [writeFilter({ kind: 'field', name, comparison: '=', values: [value], at: 0 })] : [],
    )
    if (sort?.endsWith('due') && !isStaff(context.actor)) throw invalid({ sort: ['Requests are not sorted by this.'] })
    // What customers may not filter by finds nothing, instead of telling what there is to find.
    if (!isStaff(context.actor) && (tag || departmentId || assigneeId || requesterId)) return { items: [], nextCursor: null }
    return listFound(context, { ...page, view, q, sort }, filters)
  })

interface Wanted {
  view: string
  q?: string
  sort?: TicketSort
  limit: number
  cursor?: string
  offset?: number
}

/** A page of what a view and a search find, with `filters` besides. */
export async function listFound(work: Reading, { view, q, sort, ...page }: Wanted, filters: readonly string[] = []) {
  const shown = await readView(work, view)
  const filter = await compileFilter(work, [shown.filter && `(${shown.filter})`, ...filters].filter(Boolean).join(' '), 'view', {
    corrects: false,
  })
  const asked = q ? await compileFilter(work, q) : null
  const conditions = [filter.condition]
  const words = asked?.texts ?? []
  if (words.length === 0 && !namesArchive(`${shown.filter} ${q ?? ''}`)) conditions.push(Prisma.sql`t.archived_at IS NULL`)
  const result = await readPage(work, { ...page, sort: sort ?? shown.sort }, conditions, asked)
  if (words.length === 0 || result.items.length === 0) return { ...result, corrections: asked?.corrections }
  return { ...result, corrections: asked?.corrections, excerpts: await findExcerpts(work, result.items, words) }
}

const namesArchive = (filter: string) => /\bis:\S*archived/.test(filter)

/** The filter and order of a view: one that every desk has, or one that was saved and the caller may see. */
export async function readView({ tx, tenant, actor }: Reading, view: string): Promise<{ filter: string; sort: TicketSort }> {
  if (Object.hasOwn(deskViews, view)) return { filter: deskViews[view as ViewName], sort: '-updated' }
  const row = await tx.view.findFirst({
    where: { tenantId: tenant.ref.id, id: view, deletedAt: null, ...seenBy(actor) },
    select: { filter: true, sort: true },
  })
  if (!row) throw notFound('The view')
  return row as { filter: string; sort: TicketSort }
}

/** Which saved views somebody sees: their own, their departments', the desk's. */
export function seenBy(actor: Actor): Prisma.ViewWhereInput {
  if (!isStaff(actor)) return { id: { in: [] } }
  if (actor.kind !== 'person') return {}
  const ofDepartments = seesAll(actor) ? {} : { departmentId: { in: [...actor.departmentIds] } }
  return { OR: [{ scope: 'desk' }, { scope: 'department', ...ofDepartments }, { scope: 'personal', ownerId: actor.id }] }
}

const excerptLength = 160

/** Where in the messages the words stand. */
async function findExcerpts(work: Reading, tickets: TicketOutput[], words: string[]): Promise<Record<string, string>> {
  const likes = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  const ids = tickets.map(({ id }) => id)
  const rows = await work.tx.$queryRaw<{ id: string; text: string }[]>`
    SELECT DISTINCT ON (m.ticket_id) m.ticket_id::text AS id, m.body_text AS text FROM ticket_message m
    WHERE m.tenant_id = ${work.tenant.ref.id}::uuid AND m.ticket_id = ANY(${ids}::uuid[]) AND m.body_text ILIKE ANY(${likes}::text[])
      ${isStaff(work.actor) ? Prisma.empty : Prisma.sql`AND m.kind <> 'note'`}
    ORDER BY m.ticket_id, m.created_at DESC`
  return Object.fromEntries(rows.map(({ id, text }) => [id, excerptOf(text, words)]))
}

function excerptOf(text: string, words: string[]): string {
  const lower = text.toLowerCase()
  const places = words.map((word) => lower.indexOf(word.toLowerCase())).filter((place) => place >= 0)
  const at = places.length > 0 ? Math.min(...places) : 0
  const start = at > 40 ? Math.max(0, text.lastIndexOf(' ', at - 30)) : 0
  return (
    (start > 0 ? '… ' : '') +
    cut(
      text
        .slice(start, start + 1000)
        .replace(/\s+/g, ' ')
        .trim(),
      excerptLength,
    )
  )
}

/** The tickets of a contact, or of everybody at an organisation, as far as the caller may see them. */
export const readTicketsOf = (
  work: Reading,
  of: { contactId: string } | { organisationId: string },
  page: { limit: number; cursor?: string },
) =>
  readPage(work, page, [
    'contactId' in of
      ? Prisma.sql`t.requester_id = ${of.contactId}::uuid`
      : Prisma.sql`t.requester_id IN (SELECT m.id FROM contact m WHERE m.tenant_id = t.tenant_id AND m.organisation_id = ${of.organisationId}::uuid)`,
  ])

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

async function readPage(
  work: Reading,
  input: { limit: number; cursor?: string; offset?: number; sort?: TicketSort },
  conditions: Prisma.Sql[],
  asked: CompiledFilter | null = null,
) {
  const { sort = '-updated', cursor, limit, offset } = input
  const isDown = sort.startsWith('-')
  const order = orders[sort.replace('-', '')] as Order
  const after = decodePlace(cursor, sort, order.isValue)
  const all = [visibleTo(work.actor), ...conditions]
  if (after)
    all.push(Prisma.sql`(${order.by}, t.id) ${isDown ? Prisma.sql`<` : Prisma.sql`>`} (${after.value}::${order.type}, ${after.id}::uuid)`)
  const way = isDown ? Prisma.sql`DESC` : Prisma.sql`ASC`
  if (asked) all.push(await findWords())
  const rows = await work.tx.$queryRaw`${selectTicket(work)} AND ${Prisma.join(all, ' AND ')}
    ORDER BY ${order.by} ${way}, t.id ${way} LIMIT ${limit + 1} ${offset ? Prisma.sql`OFFSET ${offset}` : Prisma.empty}`
  const found = z.array(ticketRow).parse(rows)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const nextCursor = found.length > limit && last ? encodePlace(sort, order.keyOf(last), last.id) : null
  return { items: items.map((row) => present(work.actor, row)), nextCursor }

  /** Words that are common fill the page from its first tickets; the index is asked for those that do not. */
  async function findWords(): Promise<Prisma.Sql> {
    const { condition, words } = asked as CompiledFilter
    if (!words) return condition
    const wanted = limit + (offset ?? 0)
    for (let most = lookedAtFirst, isFirst = true; ; isFirst = false) {
      const [first] = await work.tx.$queryRaw<{ looked: number; ids: string[] }[]>`
        WITH first AS MATERIALIZED (SELECT t.tenant_id, t.id, t.number FROM ticket t
          WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL AND ${Prisma.join([...all, ...words.others], ' AND ')}
          ORDER BY ${order.by} ${way}, t.id ${way} LIMIT ${most})
        SELECT count(*)::int AS looked, coalesce(array_agg(t.id::text) FILTER (WHERE ${words.condition}), '{}') AS ids FROM first t`
      const { looked, ids } = first as { looked: number; ids: string[] }
      if (looked < most || ids.length > wanted) return Prisma.sql`t.id = ANY(${ids}::uuid[])`
      // Looked at once more, if at this rate ten times as many fill the page.
      if (!isFirst || ids.length * 10 <= wanted) return throughIndex(work, asked as CompiledFilter)
      most = Math.ceil((1.5 * most * wanted) / ids.length)
    }
  }
}

const lookedAtFirst = 1000

export const getTicket = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}', tags: ['Tickets'], summary: 'Read one ticket' })
  .input(ticketRef)
  .output(ticketOutput)
  .handler(async ({ context, input }) => present(context.actor, await loadTicket(context, input.id)))

const counted = ['mine', 'unassigned', 'open', 'unread', 'hold'] as const

export const countTickets = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/counts', tags: ['Tickets'], summary: `Count the tickets in each view, up to ${mostCounted}` })
  .output(
    z.object({
      mine: z.number(),
      unassigned: z.number(),
      open: z.number(),
      unread: z.number(),
      hold: z.number(),
      /** Of saved views, by id; null where a filter no longer says anything. */
      views: z.record(z.string(), z.number().nullable()),
    }),
  )
  .handler(async ({ context }) => {
    const { tx, tenant, actor } = context
    const saved = await tx.view.findMany({
      where: { tenantId: tenant.ref.id, deletedAt: null, ...seenBy(actor) },
      orderBy: [{ position: 'asc' }, { name: 'asc' }],
      select: { id: true, filter: true },
      take: 30,
    })
    const filters: string[] = [...counted.map((name) => deskViews[name]), ...saved.map(({ filter }) => filter)]
    const conditions: (Prisma.Sql | null)[] = []
    for (const filter of filters) {
      const compiled = await compileFilter(context, filter, 'filter', { corrects: false }).catch((error) => {
        if (isError(error, 'INVALID')) return null
        throw error
      })
      conditions.push(compiled && (await throughIndex(context, compiled)))
    }
    // In the order of the list, so that the indexes of the lists are those of the counts.
    const columns = conditions.map((condition, n) =>
      condition
        ? Prisma.sql`(SELECT count(*)::int FROM (SELECT 1 FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.deleted_at IS NULL
            AND t.archived_at IS NULL AND ${visibleTo(actor)} AND ${condition}
            ORDER BY t.updated_at DESC, t.id DESC LIMIT ${mostCounted}) x) AS ${Prisma.raw(`n${n}`)}`
        : Prisma.sql`NULL::int AS ${Prisma.raw(`n${n}`)}`,
    )
    const [row] = await tx.$queryRaw<Record<string, number | null>[]>`SELECT ${Prisma.join(columns)}`
    const [mine, unassigned, open, unread, hold] = counted.map((_, n) => row?.[`n${n}`] ?? 0) as [number, number, number, number, number]
    const views = Object.fromEntries(saved.map(({ id }, n) => [id, row?.[`n${counted.length + n}`] ?? null]))
    return { mine, unassigned, open, unread, hold, views }
  })

type Reading = Pick<Work, 'tenant' | 'actor' | 'tx' | 'now'>

const messageRow = messageOutput.omit({ author: true, mayEdit: true }).extend({
  authorKind: messageOutput.shape.author.shape.kind,
  personId: z.string().nullable(),
  contactId: z.string().nullable(),
  name: z.string().nullable(),
})

/** A page of a conversation, oldest first, with its files and marks, in one statement. */
async function readMessages(work: Reading, ticketId: string, { limit, cursor }: { limit: number; cursor?: string }) {
  const { tx, tenant, actor, now } = work
  const after = decodeCursor(cursor)
  const forStaff = isStaff(actor)
  const rows = await tx.$queryRaw`
    SELECT m.id::text, m.kind::text, m.author_kind::text AS "authorKind", m.person_id::text AS "personId", m.contact_id::text AS "contactId",
      coalesce(p.name, c.name) AS name, m.body_text AS "bodyText", m.body_html AS "bodyHtml", m.quoted_text AS "quotedText",
      m.is_stranger AS "isStranger", m.is_solution AS "isSolution", m.is_flagged AS "isFlagged", m.edited_at AS "editedAt",
      m.source::text, m.created_at AS "createdAt",
      coalesce((SELECT json_agg(json_build_object('id', a.id, 'name', a.name, 'contentType', a.content_type, 'size', a.size,
          'hasThumbnail', a.has_thumbnail) ORDER BY a.created_at, a.id)
        FROM attachment a WHERE a.tenant_id = m.tenant_id AND a.message_id = m.id), '[]') AS attachments,
      (SELECT count(*)::int FROM message_like l WHERE l.tenant_id = m.tenant_id AND l.message_id = m.id) AS likes,
      EXISTS (SELECT 1 FROM message_like l WHERE l.tenant_id = m.tenant_id AND l.message_id = m.id AND l.person_id = ${actorId(actor)}::uuid) AS "isLiked"
    FROM ticket_message m
    LEFT JOIN person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id
    LEFT JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
    WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.ticket_id = ${ticketId}::uuid
      ${forStaff ? Prisma.empty : Prisma.sql`AND m.kind <> 'note'`}
      ${after ? Prisma.sql`AND (m.created_at, m.id) > (${after.at}, ${after.id}::uuid)` : Prisma.empty}
    ORDER BY m.created_at, m.id LIMIT ${limit + 1}`
  const page = toPage(z.array(messageRow).parse(rows), limit, (row) => row.createdAt)
  const items = page.items.map(({ authorKind, personId, contactId, name, ...row }): MessageOutput => {
    const author = { kind: authorKind, id: personId ?? contactId, name: name ?? tenant.name }
    const said = { ...row, author, mayEdit: mayEditNote(actor, { ...row, personId }, now) }
    return forStaff ? said : { ...said, isFlagged: false, likes: 0, isLiked: false, editedAt: null }
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

const shownTypes: EventType[] = [
  'ticket.assigned',
  'ticket.status_changed',
  'ticket.priority_changed',
  'ticket.department_changed',
  'ticket.details_changed',
  'ticket.tagged',
  'ticket.watched',
  'ticket.archived',
  'ticket.restored',
  'ticket.linked',
  'ticket.merged',
  'ticket.unmerged',
  'ticket.split',
]

/** What happened to a ticket beside what was said, oldest first; names of those who have left too. */
async function readActivity({ tx, tenant }: Reading, ticketId: string) {
  const rows = await tx.$queryRaw`
    SELECT e.id::text, e.type, e.payload, e.occurred_at AS at, e.actor_id::text AS "actorId", e.actor_kind AS "actorKind"
    FROM event e WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ${ticketId}::uuid AND e.type = ANY(${shownTypes})
    ORDER BY e.seq DESC LIMIT 200`
  const events = z.array(eventRow).parse(rows).reverse()
  const inPayload = ({ payload: { before, after, personId } }: z.output<typeof eventRow>) => [
    before,
    after,
    personId,
    (before as { categoryId?: unknown } | null | undefined)?.categoryId,
    (after as { categoryId?: unknown } | null | undefined)?.categoryId,
  ]
  const ids = [...new Set(events.flatMap((event) => [event.actorId, ...inPayload(event)]))].filter(
    (id): id is string => typeof id === 'string' && isId(id),
  )
  const named =
    ids.length === 0
      ? []
      : await tx.$queryRaw<{ id: string; name: string }[]>`
          SELECT id::text, name FROM person WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ANY(${ids}::uuid[])
          UNION ALL SELECT id::text, name FROM department WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ANY(${ids}::uuid[])
          UNION ALL SELECT id::text, name FROM category WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ANY(${ids}::uuid[])`
  const names = new Map(named.map(({ id, name }) => [id, name]))
  return events.map(({ actorId, actorKind, ...event }) => ({
    ...event,
    actor: (actorId && names.get(actorId)) ?? (actorKind === 'system' ? 'Baraza' : ''),
    names: Object.fromEntries(
      inPayload({ ...event, actorId, actorKind }).flatMap((id) =>
        typeof id === 'string' && names.has(id) ? [[id, names.get(id) as string]] : [],
      ),
    ),
  }))
}

const eventRow = activityOutput.omit({ actor: true, names: true }).extend({ actorId: z.string().nullable(), actorKind: z.string() })

export const draftInclude = { attachments: { orderBy: { createdAt: 'asc' } } } as const

/** What somebody is writing on a ticket, both kinds. */
async function readDrafts({ tx, tenant, actor }: Reading, ticketId: string): Promise<DraftOutput[]> {
  if (actor.kind !== 'person') return []
  const rows = await tx.draft.findMany({ where: { tenantId: tenant.ref.id, ticketId, personId: actor.id }, include: draftInclude })
  return rows.map((row) => draftOutput.parse(row))
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
      /** Of the ticket's department. */
      categories: named,
      activity: z.array(activityOutput),
      /** Custom fields that are asked of it. */
      fields: z.array(fieldOutput),
      /** What the caller is writing on it. */
      drafts: z.array(draftOutput),
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
    const activity = await readActivity(context, input.id)
    const drafts = await readDrafts(context, input.id)
    const fields = await tx.customField.findMany({
      where: { ...living, OR: [{ departmentId: null }, { departmentId: ticket.departmentId }] },
      orderBy: [{ position: 'asc' }, orderBy],
      take: 200,
    })
    const categories = ticket.departmentId
      ? await tx.category.findMany({ where: { ...living, departmentId: ticket.departmentId }, orderBy, select, take: 500 })
      : []
    return {
      ticket: present(actor, ticket),
      activity,
      fields: z.array(fieldOutput).parse(fields),
      drafts,
      messages: items,
      links,
      categories,
      watchers: watchers.map(({ person }) => person),
      people,
      departments,
    }
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
