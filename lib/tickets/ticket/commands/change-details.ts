import { z } from 'zod'
import { versionInput } from '../../../core/schema'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { readDetails } from '../attribute-changes'
import { lockAtVersion, refuseUnless, reload } from '../lock'
import { canUpdate } from '../policy'
import { type TicketRow, toStaffView } from '../queries'
import { changeTicket } from '../record'
import { detailInputs, ticketOutput, ticketRef } from '../schema'

export const changeDetails = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PATCH', path: '/ticket/{id}', tags: ['Tickets'], summary: 'Change title, type, category or due date' })
  .input(z.strictObject({ ...ticketRef.shape, ...detailInputs, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input: { id, version, ...wanted } }) => {
    const ticket = await lockAtVersion(context, { id, version })
    refuseUnless(canUpdate, context, ticket)
    const isChanged = await setDetails(context, ticket, wanted)
    return isChanged ? reload(context, id) : toStaffView(context.actor, ticket)
  })

/** @throws INVALID for a value that the attribute refuses, such as a category of another department */
export async function setDetails(work: Work, ticket: TicketRow, wanted: Parameters<typeof readDetails>[1]): Promise<boolean> {
  const stored: Record<string, unknown> = ticket
  const given = await readDetails(work, wanted, ticket.departmentId, stored)
  const changed = Object.keys(given).filter((name) => String(given[name]) !== String(stored[name]))
  if (changed.length === 0) return false
  const pick = (from: Record<string, unknown>) => Object.fromEntries(changed.map((name) => [name, from[name]]))
  await changeTicket(work, ticket, pick(given))
  work.emit('ticket.details_changed', { before: pick(stored), after: pick(given) }, { subjectId: ticket.id })
  return true
}
