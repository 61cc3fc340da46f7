import { z } from 'zod'
import { forbidden } from '../../../core/errors'
import { versionInput } from '../../../core/schema'
import { agentProcedure } from '../../../procedure/builders'
import { lockAtVersion, refuseNonStaff, reload } from '../lock'
import { canAssign } from '../policy'
import { factsOf, toStaffView } from '../queries'
import { changeTicket, emitStatus, standingAfter } from '../record'
import { ticketOutput, ticketRef } from '../schema'
import { afterAssignment } from '../workflow'

export const assignTicket = agentProcedure
  .meta({ permission: 'ticket.assign' })
  .route({ method: 'POST', path: '/ticket/{id}/assign', tags: ['Tickets'], summary: 'Assign, or unassign with null' })
  .input(z.strictObject({ ...ticketRef.shape, assigneeId: z.uuid().nullable(), version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!canAssign(context.actor, factsOf(ticket))) throw forbidden()
    if (input.assigneeId) await refuseNonStaff(context, input.assigneeId)
    if (input.assigneeId === ticket.assigneeId) return toStaffView(context.actor, ticket)
    const status = afterAssignment({ status: ticket.status, isAssigned: ticket.assigneeId !== null }, input.assigneeId !== null)
    await changeTicket(context, ticket.id, { ...standingAfter(context, ticket, status), assigneeId: input.assigneeId })
    context.emit('ticket.assigned', { before: ticket.assigneeId, after: input.assigneeId }, { subjectId: ticket.id })
    emitStatus(context, ticket, status, 'assignment', true)
    return reload(context, ticket.id)
  })
