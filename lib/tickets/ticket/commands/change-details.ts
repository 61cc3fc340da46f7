import { z } from 'zod'
import { forbidden } from '../../../core/errors'
import { versionInput } from '../../../core/schema'
import { agentProcedure } from '../../../procedure/builders'
import { readDetails } from '../attribute-changes'
import { lockAtVersion, reload } from '../lock'
import { canUpdate } from '../policy'
import { factsOf, toStaffView } from '../queries'
import { changeTicket } from '../record'
import { detailInputs, ticketOutput, ticketRef } from '../schema'

export const changeDetails = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PATCH', path: '/ticket/{id}', tags: ['Tickets'], summary: 'Change title, type, category or due date' })
  .input(z.strictObject({ ...ticketRef.shape, ...detailInputs, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input: { id, version, ...wanted } }) => {
    const ticket = await lockAtVersion(context, { id, version })
    if (!canUpdate(context.actor, factsOf(ticket))) throw forbidden()
    const given = await readDetails(context, wanted, ticket.departmentId)
    const stored: Record<string, unknown> = ticket
    const changed = Object.keys(given).filter((name) => String(given[name]) !== String(stored[name]))
    if (changed.length === 0) return toStaffView(context.actor, ticket)
    const pick = (from: Record<string, unknown>) => Object.fromEntries(changed.map((name) => [name, from[name]]))
    await changeTicket(context, ticket, pick(given))
    context.emit('ticket.details_changed', { before: pick(stored), after: pick(given) }, { subjectId: id })
    return reload(context, id)
  })
