import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { versionInput } from '../../../core/schema'
import { agentProcedure } from '../../../procedure/builders'
import { applyValues } from '../../fields/field-rules'
import { loadFields } from '../../fields/fields'
import { type FieldValue, fieldValues } from '../../fields/schema'
import { lockAtVersion, refuseUnless, reload } from '../lock'
import { canUpdate } from '../policy'
import { toStaffView } from '../queries'
import { changeTicket } from '../record'
import { ticketOutput, ticketRef } from '../schema'

export const changeFields = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'PUT',
    path: '/ticket/{id}/fields',
    tags: ['Tickets'],
    summary: 'Change custom fields; fields that are left out keep their values',
  })
  .input(z.strictObject({ ...ticketRef.shape, fields: fieldValues, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canUpdate, context, ticket)
    const { departmentId, fields: before } = ticket
    const result = applyValues(await loadFields(context), { before, given: input.fields, departmentId, isWhole: false })
    if ('errors' in result) throw invalid(result.errors)
    const changed = Object.keys(input.fields).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(result.values[key]))
    if (changed.length === 0) return toStaffView(context.actor, ticket)
    await changeTicket(context, ticket, { fields: result.values })
    const pick = (from: Record<string, FieldValue>) => Object.fromEntries(changed.map((key) => [key, from[key] ?? null]))
    context.emit('ticket.details_changed', { before: pick(before), after: pick(result.values) }, { subjectId: ticket.id })
    return reload(context, ticket.id)
  })
