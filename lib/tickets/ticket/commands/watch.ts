import { z } from 'zod'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { refuseNonStaff, refuseUnless } from '../lock'
import { canUpdate } from '../policy'
import { loadTicket } from '../queries'
import { ticketRef } from '../schema'

const watcherRef = z.strictObject({ ...ticketRef.shape, personId: z.uuid() })

const named = z.array(z.object({ id: z.uuid(), name: z.string() }))

/** Who watches a ticket sees it and is told of it. One may do so oneself; who may change it may ask others. */
export const watchTicket = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'PUT', path: '/ticket/{id}/watchers/{personId}', tags: ['Tickets'], summary: 'Add a watcher' })
  .input(watcherRef)
  .output(z.object({ watchers: named }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, emit } = context
    const tenantId = tenant.ref.id
    const ticket = await loadTicket(context, input.id)
    const isSelf = actor.kind === 'person' && actor.id === input.personId
    if (!isSelf) refuseUnless(canUpdate, context, ticket)
    await refuseNonStaff(context, input.personId, 'personId')
    const { count } = await tx.watcher.createMany({
      data: [{ tenantId, ticketId: ticket.id, personId: input.personId }],
      skipDuplicates: true,
    })
    if (count > 0) emit('ticket.watched', { personId: input.personId, isWatching: true }, { subjectId: ticket.id })
    return { watchers: await watchersOf(context, ticket.id) }
  })

export const unwatchTicket = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'DELETE',
    path: '/ticket/{id}/watchers/{personId}',
    tags: ['Tickets'],
    summary: 'Remove a watcher',
  })
  .input(watcherRef)
  .output(z.object({ watchers: named }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, emit } = context
    const ticket = await loadTicket(context, input.id)
    const isSelf = actor.kind === 'person' && actor.id === input.personId
    if (!isSelf) refuseUnless(canUpdate, context, ticket)
    const { count } = await tx.watcher.deleteMany({ where: { tenantId: tenant.ref.id, ticketId: ticket.id, personId: input.personId } })
    if (count > 0) emit('ticket.watched', { personId: input.personId, isWatching: false }, { subjectId: ticket.id })
    return { watchers: await watchersOf(context, ticket.id) }
  })

async function watchersOf({ tx, tenant }: Work, ticketId: string) {
  const where = { tenantId: tenant.ref.id, ticketId, person: { deletedAt: null } }
  const rows = await tx.watcher.findMany({ where, select: { person: { select: { id: true, name: true } } }, take: 100 })
  return rows.map(({ person }) => person)
}
