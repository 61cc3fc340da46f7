import { z } from 'zod'
import { versionInput } from '../../../core/schema'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { knownDepartment, lockAtVersion, refuseUnless } from '../lock'
import { canUpdate } from '../policy'
import { findTicket, type TicketRow, toStaffView } from '../queries'
import { changeTicket } from '../record'
import { ticketOutput, ticketRef } from '../schema'

export const changeDepartment = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/department', tags: ['Tickets'], summary: 'Change the department' })
  .input(z.strictObject({ ...ticketRef.shape, departmentId: z.uuid(), version: versionInput }))
  .output(z.object({ ticket: ticketOutput.nullable() }))
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canUpdate, context, ticket)
    await setDepartment(context, ticket, input.departmentId)
    await context.flush()
    // The caller may have handed it out of their own sight.
    const after = await findTicket(context, ticket.id)
    return { ticket: after && toStaffView(context.actor, after) }
  })

/** @throws NOT_FOUND for a department that is not there */
export async function setDepartment(work: Work, ticket: TicketRow, departmentId: string): Promise<boolean> {
  await knownDepartment(work, departmentId)
  if (departmentId === ticket.departmentId) return false
  // A category is its department's own.
  await changeTicket(work, ticket, { departmentId, categoryId: null })
  work.emit(
    'ticket.department_changed',
    { before: ticket.departmentId, after: departmentId, categoryBefore: ticket.categoryId },
    { subjectId: ticket.id },
  )
  return true
}
