import { z } from 'zod'
import { agentProcedure } from '../../../procedure/builders'
import { loadTicket } from '../queries'
import { ticketRef } from '../schema'

/** Opening a ticket tells the list that its new reply was seen. */
export const markTicketRead = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'POST', path: '/ticket/{id}/read', tags: ['Tickets'], summary: 'Mark the newest reply as read' })
  .input(ticketRef)
  .output(z.object({ ok: z.literal(true) }))
  .handler(async ({ context, input }) => {
    const ticket = await loadTicket(context, input.id)
    const tenantId = context.tenant.ref.id
    await context.tx.ticket.updateMany({ where: { tenantId, id: ticket.id, hasNewReply: true }, data: { hasNewReply: false } })
    return { ok: true as const }
  })
