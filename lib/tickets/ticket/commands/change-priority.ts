import { z } from 'zod'
import { forbidden } from '../../../core/errors'
import { versionInput } from '../../../core/schema'
import { priorityInput } from '../../../directory/schema'
import { agentProcedure } from '../../../procedure/builders'
import { lockAtVersion, reload } from '../lock'
import { canUpdate } from '../policy'
import { factsOf, toStaffView } from '../queries'
import { changeTicket } from '../record'
import { ticketOutput, ticketRef } from '../schema'

export const changePriority = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/priority', tags: ['Tickets'], summary: 'Change the priority' })
  .input(z.strictObject({ ...ticketRef.shape, priority: priorityInput, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!canUpdate(context.actor, factsOf(ticket))) throw forbidden()
    if (input.priority === ticket.priority) return toStaffView(context.actor, ticket)
    await changeTicket(context, ticket.id, { priority: input.priority })
    context.emit('ticket.priority_changed', { before: ticket.priority, after: input.priority }, { subjectId: ticket.id })
    return reload(context, ticket.id)
  })
