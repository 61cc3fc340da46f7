import { z } from 'zod'
import { versionInput } from '../../../core/schema'
import { type Priority, priorityInput } from '../../../directory/schema'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { lockAtVersion, refuseUnless, reload } from '../lock'
import { canUpdate } from '../policy'
import { type TicketRow, toStaffView } from '../queries'
import { changeTicket } from '../record'
import { ticketOutput, ticketRef } from '../schema'

export const changePriority = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/priority', tags: ['Tickets'], summary: 'Change the priority' })
  .input(z.strictObject({ ...ticketRef.shape, priority: priorityInput, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canUpdate, context, ticket)
    const isChanged = await setPriority(context, ticket, input.priority)
    return isChanged ? reload(context, ticket.id) : toStaffView(context.actor, ticket)
  })

export async function setPriority(work: Work, ticket: TicketRow, priority: Priority): Promise<boolean> {
  if (priority === ticket.priority) return false
  await changeTicket(work, ticket, { priority })
  work.emit('ticket.priority_changed', { before: ticket.priority, after: priority }, { subjectId: ticket.id })
  return true
}
