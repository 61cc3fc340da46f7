import { z } from 'zod'
import { versionInput } from '../../../core/schema'
import type { FollowerWork } from '../../../events/follower'
import { agentProcedure } from '../../../procedure/builders'
import { lockAtVersion, refuseNonStaff, refuseUnless, reload } from '../lock'
import { canAssign } from '../policy'
import { type TicketRow, toStaffView } from '../queries'
import { changeTicket, emitStatus, statusChange } from '../record'
import { ticketOutput, ticketRef } from '../schema'
import { afterAssignment } from '../workflow'

export const assignTicket = agentProcedure
  .meta({ permission: 'ticket.assign' })
  .route({ method: 'POST', path: '/ticket/{id}/assign', tags: ['Tickets'], summary: 'Change the assignee; null unassigns the ticket' })
  .input(z.strictObject({ ...ticketRef.shape, assigneeId: z.uuid().nullable(), version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canAssign, context, ticket)
    const isChanged = await assign(context, ticket, input.assigneeId)
    return isChanged ? reload(context, ticket.id) : toStaffView(context.actor, ticket)
  })

/**
 * Writes the assignee and moves the workflow as that makes it move. Who may is the caller's to ask.
 * @param ticket held by the caller
 * @returns false where nothing changed
 * @throws INVALID for someone who is not active staff
 */
export async function assign(
  work: FollowerWork,
  ticket: TicketRow,
  assigneeId: string | null,
  why: { isReleased?: true } = {},
): Promise<boolean> {
  if (assigneeId) await refuseNonStaff(work, assigneeId)
  if (assigneeId === ticket.assigneeId) return false
  const status = afterAssignment({ status: ticket.status, isAssigned: ticket.assigneeId !== null }, assigneeId !== null)
  await changeTicket(work, ticket, { ...statusChange(work, ticket, status), assigneeId })
  work.emit('ticket.assigned', { before: ticket.assigneeId, after: assigneeId, ...why }, { subjectId: ticket.id })
  emitStatus(work, ticket, status, { cause: 'assignment' })
  return true
}
