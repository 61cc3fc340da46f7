import { z } from 'zod'
import { suppressedOutput } from '../../mail/schema'
import { suppressedOf } from '../../mail/suppression'
import { agentProcedure } from '../../procedure/builders'
import { usualAddressees } from '../conversation/addressee'
import { readParticipants } from '../conversation/participant'
import { readDrafts, readMessages } from '../conversation/queries'
import { addressees, draftOutput, messageOutput, participantOutput } from '../conversation/schema'
import { fieldOutput } from '../fields/schema'
import { readLinks } from '../links/queries'
import { linkOutput } from '../links/schema'
import { readActivity } from '../ticket/activity'
import { loadTicket, toStaffView } from '../ticket/queries'
import { activityOutput, ticketOutput, ticketRef } from '../ticket/schema'

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
      /** Whether there is an organisation whose people could see it as well. */
      isShareable: z.boolean(),
      watchers: named,
      participants: z.array(participantOutput),
      /** Whom a reply goes to unless its writer says otherwise. */
      addressees,
      /** Those of them that no email is sent to. */
      suppressed: z.array(suppressedOutput),
      people: named,
      departments: named,
      /** Of the ticket's department. */
      categories: named,
      activity: z.array(activityOutput),
      /** Custom fields that are asked of it. */
      fields: z.array(fieldOutput),
      /** What the caller is writing on it. */
      drafts: z.array(draftOutput),
      /** How long a change can be undone. */
      undoSeconds: z.number().int(),
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
      ? await tx.category.findMany({ where: { ...living, isActive: true, departmentId: ticket.departmentId }, orderBy, select, take: 500 })
      : []
    const usual = await usualAddressees(context, input.id)
    const { undoSeconds } = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id }, select: { undoSeconds: true } })
    return {
      ticket: toStaffView(actor, ticket),
      isShareable: ticket.organisationId !== null,
      undoSeconds,
      activity,
      fields: z.array(fieldOutput).parse(fields),
      drafts,
      messages: items,
      links,
      categories,
      participants: await readParticipants(context, input.id),
      addressees: usual,
      suppressed: await suppressedOf(
        tx,
        tenant.ref.id,
        [...usual.to, ...usual.cc].map(({ email }) => email),
      ),
      watchers: watchers.map(({ person }) => person),
      people,
      departments,
    }
  })
