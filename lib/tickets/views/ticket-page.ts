import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { afterResolve } from '../../accounts/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedOnce } from '../../db/prepared'
import { asList, rowsOf } from '../../db/rows'
import { suppressedOutput } from '../../mail/schema'
import { agentProcedure } from '../../procedure/builders'
import { channels } from '../../realtime/schema'
import { usualAmong } from '../conversation/addressee'
import { selectParticipants } from '../conversation/participant'
import { readDrafts, readMessages } from '../conversation/queries'
import { addressees, draftOutput, messageOutput, participantOutput } from '../conversation/schema'
import { fieldOutput } from '../fields/schema'
import { selectLinks } from '../links/queries'
import { linkOutput } from '../links/schema'
import { readActivity } from '../ticket/activity'
import { isOpen } from '../ticket/attribute-question'
import { loadTicket, type Reading, toStaffView } from '../ticket/queries'
import { activityOutput, ticketOutput, ticketRef } from '../ticket/schema'

const named = z.array(z.object({ id: z.uuid(), name: z.string() }))

const around = {
  watchers: named,
  /** Of the ticket's department. */
  categories: named,
  /** Other open tickets of its requester that the caller sees, changed last first. */
  others: z.array(linkOutput.pick({ id: true, number: true, title: true, status: true })),
  links: z.array(linkOutput),
  participants: z.array(participantOutput),
  /** Custom fields that are asked of it. */
  fields: z.array(fieldOutput),
  /** Of the usual addressees those that no email is sent to. */
  suppressed: z.array(suppressedOutput),
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
  /** Whether there is an organisation whose people could see it as well. */
  isShareable: z.boolean(),
  ...around,
  /** Whom a reply goes to unless its writer says otherwise. */
  addressees,
  activity: z.array(activityOutput),
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
    summary: 'Read a ticket with its conversation and what stands around it',
  })
  .input(ticketRef)
  .output(ticketPage)
  .handler(async ({ context, input }) => {
    const { hasDrafts, ...around } = await readAround(context, input.id)
    const ticket = await loadTicket(context, input.id)
    const { items } = await readMessages(context, input.id, wholeConversation)
    const addressees = usualAmong({ name: ticket.requesterName, email: ticket.requesterEmail }, around.participants)
    const isUsual = ({ email }: { email: string }) => [...addressees.to, ...addressees.cc].some((each) => each.email === email)
    return {
      ...around,
      ticket: toStaffView(context.actor, ticket),
      isShareable: ticket.organisationId !== null,
      activity: await readActivity(context, input.id),
      drafts: hasDrafts ? await readDrafts(context, input.id) : [],
      messages: items,
      addressees,
      suppressed: around.suppressed.filter(isUsual),
    }
  })

const choices = z.object({ people: named, departments: named })

/** Whom a ticket can be assigned to and where it can go: the same for all tickets, so that no page carries it. */
export const listTicketChoices = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/choices', tags: ['Tickets'], summary: 'List the people and departments that tickets can go to' })
  .output(choices)
  .handler(async ({ context: { tx, tenant } }) => {
    const tenantId = Prisma.sql`${tenant.ref.id}::uuid`
    const rows = tx.$queryRaw`
      SELECT ${plannedOnce} ${asList(Prisma.sql`SELECT p.id, p.name FROM person p
        WHERE p.tenant_id = ${tenantId} AND p.deleted_at IS NULL AND p.status = 'active' AND p.role <> 'customer'
        ORDER BY p.name LIMIT 1000`)} AS people,
      ${asList(Prisma.sql`SELECT d.id, d.name FROM department d
        WHERE d.tenant_id = ${tenantId} AND d.deleted_at IS NULL ORDER BY d.name LIMIT 500`)} AS departments`
    return (await rowsOf(choices, rows))[0] as z.output<typeof choices>
  })

const aroundRow = z.object({
  ...around,
  /** Most tickets have none, so that these are asked for only where there are some. */
  hasDrafts: z.boolean(),
})

/** What stands around a ticket, and how far its channel was before any of the ticket was read. */
async function readAround(work: Reading, ticketId: string) {
  const { tx, tenant, actor } = work
  const tenantId = Prisma.sql`${tenant.ref.id}::uuid`
  const id = Prisma.sql`${ticketId}::uuid`
  const writer = actor.kind === 'person' ? actor.id : null
  const ofTicket = (column: 'requester_id' | 'department_id') =>
    Prisma.sql`(SELECT s.${Prisma.raw(column)} FROM ticket s WHERE s.tenant_id = ${tenantId} AND s.id = ${id})`
  const [requesterId, departmentId] = [ofTicket('requester_id'), ofTicket('department_id')]
  const rows = tx.$queryRaw`
    SELECT ${plannedOnce} w.undo_seconds AS "undoSeconds",
      coalesce((SELECT p.after_resolve::text FROM person p WHERE p.tenant_id = ${tenantId} AND p.id = ${writer}::uuid), 'next') AS "afterResolve",
      EXISTS (SELECT 1 FROM draft d WHERE d.tenant_id = ${tenantId} AND d.ticket_id = ${id} AND d.person_id = ${writer}::uuid) AS "hasDrafts",
      EXISTS (SELECT 1 FROM unread_mention u JOIN ticket_message m ON m.tenant_id = u.tenant_id AND m.id = u.message_id
        WHERE u.tenant_id = ${tenantId} AND u.person_id = ${writer}::uuid AND m.ticket_id = ${id}) AS "isMentioned",
      coalesce((SELECT h.seq FROM channel_head h WHERE h.tenant_id = ${tenantId} AND h.channel = ${channels.ticket(ticketId)}), 0)::float8 AS since,
      ${asList(Prisma.sql`SELECT p.id, p.name FROM watcher x JOIN person p ON p.tenant_id = x.tenant_id AND p.id = x.person_id
        WHERE x.tenant_id = ${tenantId} AND x.ticket_id = ${id} AND p.deleted_at IS NULL ORDER BY p.name LIMIT 100`)} AS watchers,
      ${asList(Prisma.sql`SELECT c.id, c.name FROM category c
        WHERE c.tenant_id = ${tenantId} AND c.department_id = ${departmentId} AND c.deleted_at IS NULL AND c.is_active ORDER BY c.name LIMIT 500`)} AS categories,
      ${asList(Prisma.sql`SELECT t.id, w.ticket_prefix || '-' || t.number AS number, t.title, t.status FROM ticket t
        WHERE t.tenant_id = ${tenantId} AND t.id <> ${id} AND ${isOpen} AND ${visibleTo(actor)} AND t.requester_id = ${requesterId}
        ORDER BY t.updated_at DESC LIMIT ${mostOthers}`)} AS others,
      ${asList(selectLinks(work, ticketId))} AS links,
      ${asList(selectParticipants(work, ticketId))} AS participants,
      ${asList(Prisma.sql`SELECT f.id, f.version, f.created_at AS "createdAt", f.updated_at AS "updatedAt", f.key, f.name, f.hint, f.kind, coalesce(f.options, '{}') AS options,
        f.is_required AS "isRequired", f.is_public AS "isPublic", f.department_id AS "departmentId", f.show_when AS "showWhen", f.position
        FROM custom_field f WHERE f.tenant_id = ${tenantId} AND f.deleted_at IS NULL AND (f.department_id IS NULL OR f.department_id = ${departmentId})
        ORDER BY f.position, f.name LIMIT 200`)} AS fields,
      ${asList(Prisma.sql`SELECT s.email, s.reason, s.created_at AS since FROM suppressed_address s WHERE s.tenant_id = ${tenantId} AND s.email IN (
        SELECT a.email FROM contact_address a WHERE a.tenant_id = ${tenantId} AND (a.contact_id = ${requesterId} OR a.contact_id IN (
          SELECT p.contact_id FROM ticket_participant p WHERE p.tenant_id = ${tenantId} AND p.ticket_id = ${id} AND p.removed_at IS NULL)))
        ORDER BY s.email`)} AS suppressed
    FROM workspace w WHERE w.tenant_id = ${tenantId}`
  return (await rowsOf(aroundRow, rows))[0] as z.output<typeof aroundRow>
}
