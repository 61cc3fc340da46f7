import { z } from 'zod'
import { forbidden, invalid } from '../../../core/errors'
import { versionInput } from '../../../core/schema'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { lockAtVersion, reload } from '../lock'
import { canUpdate } from '../policy'
import { factsOf, type TicketRow, toStaffView } from '../queries'
import { changeTicket } from '../record'
import { ticketOutput, ticketRef, ticketTitle, ticketTypes } from '../schema'

const farthestDueMs = 5 * 366 * 86_400_000

export const changeDetails = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PATCH', path: '/ticket/{id}', tags: ['Tickets'], summary: 'Change title, type, category or due date' })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      title: ticketTitle.optional(),
      type: z.enum(ticketTypes).nullable().optional(),
      /** One of the ticket's department. */
      categoryId: z.uuid().nullable().optional(),
      dueAt: z.iso.datetime({ offset: true }).nullable().optional(),
      version: versionInput,
    }),
  )
  .output(ticketOutput)
  .handler(async ({ context, input: { id, version, ...wanted } }) => {
    const ticket = await lockAtVersion(context, { id, version })
    if (!canUpdate(context.actor, factsOf(ticket))) throw forbidden()
    if (wanted.categoryId) await refuseForeignCategory(context, wanted.categoryId, ticket.departmentId)
    const dueAt = wanted.dueAt == null ? wanted.dueAt : new Date(wanted.dueAt)
    if (dueAt && Math.abs(dueAt.getTime() - context.now.getTime()) > farthestDueMs)
      throw invalid({ dueAt: ['Choose a time within five years.'] })
    const { before, after } = differences(ticket, { ...wanted, dueAt })
    if (Object.keys(after).length === 0) return toStaffView(context.actor, ticket)
    await changeTicket(context, ticket, after)
    context.emit('ticket.details_changed', { before, after }, { subjectId: id })
    return reload(context, id)
  })

interface Details {
  title?: string
  type?: TicketRow['type']
  categoryId?: string | null
  dueAt?: Date | null
}

function differences(ticket: TicketRow, wanted: Details) {
  const changed = (Object.keys(wanted) as (keyof Details)[]).filter(
    (name) => wanted[name] !== undefined && String(wanted[name]) !== String(ticket[name]),
  )
  const pick = (from: Details) => Object.fromEntries(changed.map((name) => [name, from[name]])) as Details
  return { before: { ...pick(ticket) }, after: { ...pick(wanted) } }
}

/** A category belongs to a department, and so do its tickets. */
export async function refuseForeignCategory({ tx, tenant }: Work, id: string, departmentId: string | null) {
  const row = await tx.category.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null }, select: { departmentId: true } })
  if (!row) throw invalid({ categoryId: ['There is no such category.'] })
  if (row.departmentId !== departmentId) throw invalid({ categoryId: ['This category belongs to another department.'] })
}
