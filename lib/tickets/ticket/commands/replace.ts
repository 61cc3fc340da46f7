import { z } from 'zod'
import { versionInput } from '../../../core/schema'
import { priorityInput } from '../../../directory/schema'
import { agentProcedure } from '../../../procedure/builders'
import { fieldValues } from '../../fields/schema'
import { lockAtVersion, refuseUnless } from '../lock'
import { canAssign, canUpdate } from '../policy'
import { readHeld, type TicketRow, toStaffView } from '../queries'
import { statusInput, tagsInput, ticketOutput, ticketRef, wholeDetailInputs } from '../schema'
import { assign } from './assign'
import { setDepartment } from './change-department'
import { setDetails } from './change-details'
import { setFields } from './change-fields'
import { setPriority } from './change-priority'
import { setStatus } from './change-status'
import { setTags } from './change-tags'

/**
 * Everything that is edited of a ticket, at once: what is left out is emptied, but for the status, which moves by the workflow.
 * What the caller may do is asked of the ticket as it was before the first change.
 */
export const replaceTicket = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'PUT',
    path: '/ticket/{id}',
    tags: ['Tickets'],
    summary: 'Replace all that can be edited of a ticket; what is left out is emptied, the status alone stays',
  })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      ...wholeDetailInputs,
      priority: priorityInput,
      departmentId: z.uuid(),
      assigneeId: z.uuid().nullable().default(null),
      tags: tagsInput.default([]),
      fields: fieldValues.default({}),
      status: statusInput.optional(),
      reason: z.string().trim().max(1000).optional(),
      holdUntil: z.iso.datetime({ offset: true }).optional(),
      version: versionInput,
    }),
  )
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const { id, version, priority, departmentId, assigneeId, tags, fields, status, reason, holdUntil, ...wanted } = input
    const began = await lockAtVersion(context, { id, version })
    refuseUnless(canUpdate, context, began)
    if (assigneeId !== began.assigneeId) refuseUnless(canAssign, context, began)
    const changes: ((ticket: TicketRow) => Promise<unknown>)[] = [
      (ticket) => setDepartment(context, ticket, departmentId),
      (ticket) => setDetails(context, ticket, wanted),
      (ticket) => setPriority(context, ticket, priority),
      (ticket) => setTags(context, ticket, tags),
      (ticket) => setFields(context, ticket, fields, 'whole'),
      (ticket) => assign(context, ticket, assigneeId),
    ]
    if (status) changes.push((ticket) => setStatus(context, ticket, status, { reason, holdUntil: holdUntil ? new Date(holdUntil) : null }))
    for (const change of changes) await change(await readHeld(context, id))
    await context.flush()
    // Whoever made the change sees what became of it, also where it goes out of their sight.
    return toStaffView(context.actor, await readHeld(context, id))
  })
