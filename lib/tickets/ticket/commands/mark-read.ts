import { z } from 'zod'
import { agentProcedure } from '../../../procedure/builders'
import { loadTicket } from '../queries'
import { ticketRef } from '../schema'

/** Opening a ticket tells the list that its new reply and the notes that mention the reader were seen, and the ticket when it was first looked at. */
export const markTicketRead = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/read',
    tags: ['Tickets'],
    summary: 'Mark the ticket as opened, and its newest reply and what mentions you as read',
  })
  .input(ticketRef)
  .output(z.object({ ok: z.literal(true) }))
  .handler(async ({ context, input }) => {
    const ticket = await loadTicket(context, input.id)
    const tenantId = context.tenant.ref.id
    const { tx, now, actor } = context
    await tx.ticket.updateMany({ where: { tenantId, id: ticket.id, hasNewReply: true }, data: { hasNewReply: false } })
    // Nobody is told: whoever shows the ticket would open it again.
    await tx.ticket.updateMany({ where: { tenantId, id: ticket.id, firstOpenedAt: null }, data: { firstOpenedAt: now } })
    if (actor.kind === 'person')
      await tx.unreadMention.deleteMany({ where: { tenantId, personId: actor.id, message: { ticketId: ticket.id } } })
    return { ok: true as const }
  })
