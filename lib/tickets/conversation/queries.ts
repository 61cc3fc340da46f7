import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { isStaff } from '../../actor/actor'
import { isId } from '../../core/id'
import { decodeCursor, pageInput, pageOf, toPage } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import type { EventType } from '../../events/event-types'
import { agentProcedure, customerProcedure } from '../../procedure/builders'
import { fieldOutput } from '../fields/schema'
import { type LinkOutput, linkOutput } from '../links/schema'
import { mayEditNote } from '../ticket/policy'
import { actorId, loadTicket, present, type Reading } from '../ticket/queries'
import { ticketOutput, ticketRef } from '../ticket/schema'
import { activityOutput, type DraftOutput, draftOutput, type MessageOutput, messageOutput } from './schema'

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
  'ticket.policy_applied',
  'ticket.sla_breached',
  'ticket.escalated',
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
