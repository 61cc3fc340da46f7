import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { afterResolve } from '../../accounts/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedOnce } from '../../db/prepared'
import { rowsOf } from '../../db/rows'
import { suppressedOutput } from '../../mail/schema'
import { suppressedOf } from '../../mail/suppression'
import { agentProcedure } from '../../procedure/builders'
import { channels } from '../../realtime/schema'
import { usualAddressees } from '../conversation/addressee'
import { readParticipants } from '../conversation/participant'
import { readDrafts, readMessages } from '../conversation/queries'
import { addressees, draftOutput, messageOutput, participantOutput } from '../conversation/schema'
import { fieldOutput } from '../fields/schema'
import { readLinks } from '../links/queries'
import { linkOutput } from '../links/schema'
import { readActivity } from '../ticket/activity'
import { isOpen } from '../ticket/attribute-question'
import { loadTicket, type Reading, toStaffView } from '../ticket/queries'
import { activityOutput, ticketOutput, ticketRef } from '../ticket/schema'

const named = z.array(z.object({ id: z.uuid(), name: z.string() }))

const around = {
  watchers: named,
  people: named,
  departments: named,
  /** Of the ticket's department. */
  categories: named,
  /** Other open tickets of its requester that the caller sees, changed last first. */
  others: z.array(linkOutput.pick({ id: true, number: true, title: true, status: true })),
  /** How long a change can be undone. */
  undoSeconds: z.number().int(),
  /** What the caller wants to see once the ticket was resolved. */
  afterResolve,
  /** Whether a note of it mentions the caller, who has not read it. */
  isMentioned: z.boolean(),
  /** The newest message of the ticket's channel that this is as new as. */
  since: z.number(),
}

const mostOthers = 3
const wholeConversation = { limit: 1000 }

const ticketPage = z.object({
  ticket: ticketOutput,
  messages: z.array(messageOutput),
  links: z.array(linkOutput),
  /** Whether there is an organisation whose people could see it as well. */
  isShareable: z.boolean(),
  ...around,
  participants: z.array(participantOutput),
  /** Whom a reply goes to unless its writer says otherwise. */
  addressees,
  /** Those of them that no email is sent to. */
  suppressed: z.array(suppressedOutput),
  activity: z.array(activityOutput),
  /** Custom fields that are asked of it. */
  fields: z.array(fieldOutput),
  /** What the caller is writing on it. */
  drafts: z.array(draftOutput),
})

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
  .output(ticketPage)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor } = context
    const { has, ...around } = await readAround(context, input.id)
    const ticket = await loadTicket(context, input.id)
    const { items } = await readMessages(context, input.id, wholeConversation)
    const links = await readLinks(context, input.id)
    const activity = await readActivity(context, input.id)
    const drafts = has.drafts ? await readDrafts(context, input.id) : []
    const fields = has.fields
      ? await tx.customField.findMany({
          where: { tenantId: tenant.ref.id, deletedAt: null, OR: [{ departmentId: null }, { departmentId: ticket.departmentId }] },
          orderBy: [{ position: 'asc' }, { name: 'asc' }],
          take: 200,
        })
      : []
    const usual = await usualAddressees(context, input.id)
    return {
      ...around,
      ticket: toStaffView(actor, ticket),
      isShareable: ticket.organisationId !== null,
      activity,
      fields: z.array(fieldOutput).parse(fields),
      drafts,
      messages: items,
      links,
      participants: await readParticipants(context, input.id),
      addressees: usual,
      suppressed: await suppressedOf(tx, tenant.ref.id, has.suppressed ? [...usual.to, ...usual.cc].map(({ email }) => email) : []),
    }
  })

const namesOf = (from: Prisma.Sql) =>
  Prisma.sql`(SELECT coalesce(json_agg(json_build_object('id', n.id, 'name', n.name) ORDER BY n.name), '[]') FROM (${from}) n)`

const aroundRow = z.object({
  ...around,
  /** What most tickets have none of is asked for only where there is some. */
  has: z.object({ drafts: z.boolean(), fields: z.boolean(), suppressed: z.boolean() }),
})

/** What stands around a ticket, and how far its channel was before any of the ticket was read. */
async function readAround({ tx, tenant, actor }: Reading, ticketId: string) {
  const tenantId = Prisma.sql`${tenant.ref.id}::uuid`
  const id = Prisma.sql`${ticketId}::uuid`
  const writer = actor.kind === 'person' ? actor.id : null
  const rows = tx.$queryRaw`
    SELECT ${plannedOnce} w.undo_seconds AS "undoSeconds",
      coalesce((SELECT p.after_resolve::text FROM person p WHERE p.tenant_id = ${tenantId} AND p.id = ${writer}::uuid), 'next') AS "afterResolve", json_build_object(
        'drafts', EXISTS (SELECT 1 FROM draft d WHERE d.tenant_id = ${tenantId} AND d.ticket_id = ${id} AND d.person_id = ${writer}::uuid),
        'fields', EXISTS (SELECT 1 FROM custom_field f WHERE f.tenant_id = ${tenantId} AND f.deleted_at IS NULL),
        'suppressed', EXISTS (SELECT 1 FROM suppressed_address a WHERE a.tenant_id = ${tenantId})) AS has,
      EXISTS (SELECT 1 FROM unread_mention u JOIN ticket_message m ON m.tenant_id = u.tenant_id AND m.id = u.message_id
        WHERE u.tenant_id = ${tenantId} AND u.person_id = ${writer}::uuid AND m.ticket_id = ${id}) AS "isMentioned",
      coalesce((SELECT h.seq FROM channel_head h WHERE h.tenant_id = ${tenantId} AND h.channel = ${channels.ticket(ticketId)}), 0)::float8 AS since,
      ${namesOf(Prisma.sql`SELECT p.id, p.name FROM watcher x JOIN person p ON p.tenant_id = x.tenant_id AND p.id = x.person_id
        WHERE x.tenant_id = ${tenantId} AND x.ticket_id = ${id} AND p.deleted_at IS NULL LIMIT 100`)} AS watchers,
      ${namesOf(Prisma.sql`SELECT p.id, p.name FROM person p
        WHERE p.tenant_id = ${tenantId} AND p.deleted_at IS NULL AND p.status = 'active' AND p.role <> 'customer'
        ORDER BY p.name LIMIT 1000`)} AS people,
      ${namesOf(Prisma.sql`SELECT d.id, d.name FROM department d
        WHERE d.tenant_id = ${tenantId} AND d.deleted_at IS NULL ORDER BY d.name LIMIT 500`)} AS departments,
      ${namesOf(Prisma.sql`SELECT c.id, c.name FROM ticket t
        JOIN category c ON c.tenant_id = t.tenant_id AND c.department_id = t.department_id AND c.deleted_at IS NULL AND c.is_active
        WHERE t.tenant_id = ${tenantId} AND t.id = ${id} ORDER BY c.name LIMIT 500`)} AS categories,
      (SELECT coalesce(json_agg(json_build_object('id', o.id, 'number', w.ticket_prefix || '-' || o.number, 'title', o.title, 'status', o.status)), '[]')
        FROM (SELECT t.id, t.number, t.title, t.status FROM ticket t
          WHERE t.tenant_id = ${tenantId} AND t.id <> ${id} AND ${isOpen} AND ${visibleTo(actor)} AND t.requester_id =
            (SELECT s.requester_id FROM ticket s WHERE s.tenant_id = ${tenantId} AND s.id = ${id})
          ORDER BY t.updated_at DESC LIMIT ${mostOthers}) o) AS others
    FROM workspace w WHERE w.tenant_id = ${tenantId}`
  return (await rowsOf(aroundRow, rows))[0] as z.output<typeof aroundRow>
}
