import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { versionInput } from '../../../core/schema'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { applyValues } from '../../fields/field-rules'
import { loadFields } from '../../fields/fields'
import { type FieldValue, type FieldValues, fieldValues } from '../../fields/schema'
import { lockAtVersion, refuseUnless, reload } from '../lock'
import { canUpdate } from '../policy'
import { type TicketRow, toStaffView } from '../queries'
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
    const isChanged = await setFields(context, ticket, input.fields, 'some')
    return isChanged ? reload(context, ticket.id) : toStaffView(context.actor, ticket)
  })

/**
 * @param extent with `whole`, fields that are left out are emptied and those that are required must be there
 * @throws INVALID for what a field does not take
 */
export async function setFields(work: Work, ticket: TicketRow, given: FieldValues, extent: 'some' | 'whole'): Promise<boolean> {
  const { departmentId, fields: before } = ticket
  const known = await loadFields(work)
  const isWhole = extent === 'whole'
  const left = isWhole ? known.map(({ key }) => [key, null]) : []
  const result = applyValues(known, { before, given: { ...Object.fromEntries(left), ...given }, departmentId, isWhole })
  if ('errors' in result) throw invalid(result.errors)
  const keys = new Set([...Object.keys(before), ...Object.keys(result.values)])
  const changed = [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(result.values[key]))
  if (changed.length === 0) return false
  await changeTicket(work, ticket, { fields: result.values })
  const pick = (from: Record<string, FieldValue>) => Object.fromEntries(changed.map((key) => [key, from[key] ?? null]))
  work.emit('ticket.details_changed', { before: pick(before), after: pick(result.values) }, { subjectId: ticket.id })
  return true
}
