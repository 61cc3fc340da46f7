import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { versionInput } from '../../../core/schema'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { lockAtVersion, refuseUnless, reload } from '../lock'
import { canUpdate } from '../policy'
import { toStaffView } from '../queries'
import { changeTicket } from '../record'
import { ticketOutput, ticketRef } from '../schema'

export const confirmSender = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'PUT',
    path: '/ticket/{id}/sender',
    tags: ['Tickets'],
    summary: 'Say that who sent a ticket is genuine, or take that back',
    description: 'For tickets whose sender failed authentication. SLA clocks start at the time the email came in.',
  })
  .input(z.strictObject({ ...ticketRef.shape, isConfirmed: z.boolean(), version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input: { isConfirmed, ...input } }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canUpdate, context, ticket)
    if (ticket.isUnverified !== isConfirmed) return toStaffView(context.actor, ticket)
    // Otherwise whoever wants to could stop the clocks of any ticket.
    if (!isConfirmed && !(await cameUnverified(context, ticket.id))) throw invalid({ isConfirmed: ['tickets.senderNotInDoubt'] })
    await changeTicket(context, ticket, { isUnverified: !isConfirmed })
    context.emit('ticket.sender_confirmed', { isConfirmed }, { subjectId: ticket.id })
    return reload(context, ticket.id)
  })

async function cameUnverified({ tx, tenant }: Work, subjectId: string): Promise<boolean> {
  const payload = { path: ['isUnverified'], equals: true }
  return (await tx.event.count({ where: { tenantId: tenant.ref.id, subjectId, type: 'ticket.created', payload } })) > 0
}
