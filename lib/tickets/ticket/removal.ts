import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { has } from '../../actor/actor'
import { forbidden, notFound } from '../../core/errors'
import { instant } from '../../core/page'
import { ok, versionInput } from '../../core/schema'
import { type TenantRef, withTenant } from '../../db/scope'
import type { Work } from '../../events/work'
import { removeFilesJob } from '../../files/attachments'
import { defineJob } from '../../jobs/define'
import { enqueueJob } from '../../jobs/enqueue'
import { forEachIsolated } from '../../log/for-each-isolated'
import { agentProcedure } from '../../procedure/builders'
import { listTenants } from '../../tenancy/resolve'
import { lockAtVersion, reload } from './lock'
import { canUpdate } from './policy'
import { factsOf, loadTicket, type TicketRow, toStaffView } from './queries'
import { changeTicket, hideTicket } from './record'
import { ticketOutput, ticketRef } from './schema'

export const archiveTicket = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/archive', tags: ['Tickets'], summary: 'Take a ticket out of the lists, or back in' })
  .input(z.strictObject({ ...ticketRef.shape, isArchived: z.boolean(), version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!canUpdate(context.actor, factsOf(ticket))) throw forbidden()
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
  .route({ method: 'DELETE', path: '/ticket/{id}', tags: ['Tickets'], summary: `Remove a ticket; it can be restored for 30 days` })
  .input(z.strictObject({ ...ticketRef.shape, version: versionInput }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!has(context.actor, 'ticket.delete')) throw forbidden()
    await markDeleted(context, ticket)
    return { ok: true as const }
  })

export async function markDeleted(work: Work, ticket: TicketRow): Promise<void> {
  await hideTicket(work, ticket.id, work.now)
  work.emit('ticket.deleted', { number: numberOf(ticket.number) }, { subjectId: ticket.id })
}

const numberOf = (number: string) => Number(/\d+$/.exec(number)?.[0])

export const restoreTicket = agentProcedure
  .meta({ permission: 'ticket.delete' })
  .route({ method: 'POST', path: '/ticket/{id}/restore', tags: ['Tickets'], summary: 'Bring a removed ticket back' })
  .input(ticketRef)
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    await restore(context, input.id)
    return toStaffView(context.actor, await loadTicket(context, input.id))
  })

/** @throws NOT_FOUND unless it is a deleted ticket that the actor may see */
export async function restore(work: Work, id: string): Promise<void> {
  const { tx, tenant, actor, emit } = work
  const [row] = await tx.$queryRaw<{ number: number }[]>`
    SELECT t.number FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ${id}::uuid AND t.deleted_at IS NOT NULL
      AND ${visibleTo(actor)} FOR UPDATE`
  if (!row) throw notFound('deletedTicket')
  if (!has(actor, 'ticket.delete')) throw forbidden()
  await hideTicket(work, id, null)
  emit('ticket.restored', { number: row.number }, { subjectId: id })
}

const removed = z.object({ id: z.uuid(), number: z.string(), title: z.string(), deletedAt: instant })

export const listDeletedTickets = agentProcedure
  .meta({ permission: 'ticket.delete' })
  .route({ method: 'GET', path: '/ticket/deleted', tags: ['Tickets'], summary: 'List removed tickets, the last removed first' })
  .output(z.object({ items: z.array(removed) }))
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const rows = await tx.$queryRaw`
      SELECT t.id::text, w.ticket_prefix || '-' || t.number AS number, t.title, t.deleted_at AS "deletedAt"
      FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
      WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.deleted_at IS NOT NULL AND ${visibleTo(actor)}
      ORDER BY t.deleted_at DESC, t.id LIMIT 200`
    return { items: z.array(removed).parse(rows) }
  })

/** Days after which a removed ticket is gone for good. */
const keptDays = 30

/** Deletes for good what was removed long ago: the conversation goes with it, what happened stays in the audit trail. */
export const purgeTicketsJob = defineJob({
  id: 'tickets.purge',
  title: 'purgeTickets',
  input: z.object({}),
  schedule: '23 4 * * *',
  priority: 'low',
  timeoutSeconds: 1800,
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', (tenant) => purgeRemoved(tenant, new Date(Date.now() - keptDays * 86_400_000)))
  },
})

const atOnce = 100

export async function purgeRemoved(tenant: TenantRef, before: Date): Promise<void> {
  for (;;) {
    const purged = await withTenant(tenant, async (tx) => {
      const where = { tenantId: tenant.id }
      // Held, so that none is restored under its purge.
      const rows = await tx.$queryRaw<{ id: string }[]>`
        SELECT id::text FROM ticket WHERE tenant_id = ${tenant.id}::uuid AND deleted_at < ${before} ORDER BY id LIMIT ${atOnce} FOR UPDATE`
      const ids = rows.map(({ id }) => id)
      if (ids.length === 0) return 0
      await tx.ticket.updateMany({ where: { ...where, mergedIntoId: { in: ids } }, data: { mergedIntoId: null } })
      await tx.ticketLink.deleteMany({ where: { ...where, OR: [{ fromId: { in: ids } }, { toId: { in: ids } }] } })
      await tx.watcher.deleteMany({ where: { ...where, ticketId: { in: ids } } })
      await tx.slaClock.deleteMany({ where: { ...where, ticketId: { in: ids } } })
      await tx.notification.deleteMany({ where: { ...where, ticketId: { in: ids } } })
      await tx.inboundMail.deleteMany({ where: { ...where, ticketId: { in: ids } } })
      await tx.outboundMail.deleteMany({ where: { ...where, ticketId: { in: ids } } })
      await tx.grant.deleteMany({ where: { ...where, objectType: 'ticket', objectId: { in: ids } } })
      const attached = { ...where, OR: [{ message: { ticketId: { in: ids } } }, { draft: { ticketId: { in: ids } } }] }
      const found = await tx.attachment.findMany({ where: attached, select: { id: true } })
      const files = found.map(({ id }) => id)
      if (files.length > 0) await enqueueJob({ tx, tenantId: tenant.id }, removeFilesJob, { fileIds: files })
      await tx.attachment.deleteMany({ where: { ...where, id: { in: files } } })
      await tx.ticketMessage.deleteMany({ where: { ...where, ticketId: { in: ids } } })
      await tx.ticket.deleteMany({ where: { ...where, id: { in: ids } } })
      return ids.length
    })
    if (purged < atOnce) return
  }
}
