import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { forbidden, notFound } from '../../core/errors'
import { instant } from '../../core/page'
import { ok, versionInput } from '../../core/schema'
import { idsOf } from '../../db/rows'
import type { TenantTx } from '../../db/scope'
import { endDeletion, noteDeletion } from '../../deletion/record'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import { lockAtVersion, refuseUnless, reload } from './lock'
import { canDelete, canUpdate } from './policy'
import { actorId, loadTicket, type TicketRow, toStaffView } from './queries'
import { changeTicket, hideTicket } from './record'
import { ticketOutput, ticketRef } from './schema'

export const archiveTicket = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/archive', tags: ['Tickets'], summary: 'Archive or unarchive a ticket' })
  .input(z.strictObject({ ...ticketRef.shape, isArchived: z.boolean(), version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canUpdate, context, ticket)
    const isChanged = await setArchived(context, ticket, input.isArchived)
    return isChanged ? reload(context, ticket.id) : toStaffView(context.actor, ticket)
  })

export async function setArchived(work: Work, ticket: TicketRow, isArchived: boolean): Promise<boolean> {
  if (isArchived === (ticket.archivedAt !== null)) return false
  await changeTicket(work, ticket, { archivedAt: isArchived ? work.now : null })
  work.emit('ticket.archived', { isArchived }, { subjectId: ticket.id })
  return true
}

export const deleteTicket = agentProcedure
  .meta({ permission: 'ticket.delete' })
  .route({ method: 'DELETE', path: '/ticket/{id}', tags: ['Tickets'], summary: 'Delete a ticket; it can be restored' })
  .input(z.strictObject({ ...ticketRef.shape, version: versionInput }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canDelete, context, ticket)
    await removeTicket(context, ticket)
    return { ok: true as const }
  })

export async function removeTicket(work: Work, ticket: TicketRow): Promise<void> {
  await hideTicket(work, ticket.id, work.now)
  await noteDeletion(work, 'ticket', ticket.id)
  work.emit('ticket.deleted', { number: numberOf(ticket.number) }, { subjectId: ticket.id })
}

const numberOf = (number: string) => Number(/\d+$/.exec(number)?.[0])

export const restoreTicket = agentProcedure
  .meta({ permission: 'ticket.delete' })
  .route({ method: 'POST', path: '/ticket/{id}/restore', tags: ['Tickets'], summary: 'Restore a deleted ticket' })
  .input(ticketRef)
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    await restore(context, input.id)
    return toStaffView(context.actor, await loadTicket(context, input.id))
  })

const deletedFacts = z.object({
  id: z.string(),
  number: z.number(),
  departmentId: z.string().nullable(),
  requesterId: z.string(),
  organisationId: z.string().nullable(),
  assigneeId: z.string().nullable(),
  isPublic: z.boolean(),
  isWatchedByActor: z.boolean(),
})

/** @throws NOT_FOUND unless it is a deleted ticket that the actor may see */
export async function restore(work: Work, id: string): Promise<void> {
  const { tx, tenant, actor, emit } = work
  const rows = await tx.$queryRaw`
    SELECT t.id::text, t.number, t.department_id::text AS "departmentId", t.requester_id::text AS "requesterId",
      c.organisation_id::text AS "organisationId", t.assignee_id::text AS "assigneeId", t.is_public AS "isPublic",
      EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id
              AND x.person_id = ${actorId(actor)}::uuid) AS "isWatchedByActor"
    FROM ticket t JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
    WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ${id}::uuid AND t.deleted_at IS NOT NULL AND ${visibleTo(actor)} FOR UPDATE OF t`
  const ticket = z.array(deletedFacts).parse(rows)[0]
  if (!ticket) throw notFound('deletedTicket')
  if (!canDelete(actor, ticket)) throw forbidden()
  await endDeletion(work, 'ticket', id)
  await hideTicket(work, id, null)
  emit('ticket.restored', { number: ticket.number }, { subjectId: id })
}

const removed = z.object({ id: z.uuid(), number: z.string(), title: z.string(), deletedAt: instant })

export const listDeletedTickets = agentProcedure
  .meta({ permission: 'ticket.delete' })
  .route({ method: 'GET', path: '/ticket/deleted', tags: ['Tickets'], summary: 'List deleted tickets, the last deleted first' })
  .output(z.object({ items: z.array(removed) }))
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const rows = await tx.$queryRaw`
      SELECT t.id::text, w.ticket_prefix || '-' || t.number AS number, t.title, t.deleted_at AS "deletedAt"
      FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
      WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.deleted_at IS NOT NULL AND ${visibleTo(actor)}
      ORDER BY t.deleted_at DESC, t.id LIMIT 200`
    return { items: z.array(removed).parse(rows) }
  })

/** Tickets that were removed before a time, the oldest ids first; held, so that none is restored under its purge. */
export async function lockDeletedTickets(tx: TenantTx, tenantId: string, before: Date, atMost: number): Promise<string[]> {
  return idsOf(tx.$queryRaw`
    SELECT id::text FROM ticket WHERE tenant_id = ${tenantId}::uuid AND deleted_at < ${before} ORDER BY id LIMIT ${atMost} FOR UPDATE`)
}
