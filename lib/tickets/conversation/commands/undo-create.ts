import { z } from 'zod'
import { conflict, forbidden, notFound } from '../../../core/errors'
import { newIdAt } from '../../../core/id'
import { ok } from '../../../core/schema'
import { rowsOf } from '../../../db/rows'
import { hasLeft, withdraw } from '../../../events/act'
import { giveBackFiles } from '../../../files/attachments'
import { agentProcedure } from '../../../procedure/builders'
import type { TenantContext } from '../../../procedure/context'
import { loadTicket } from '../../ticket/queries'
import { removeTicket } from '../../ticket/removal'
import { ticketRef } from '../../ticket/schema'

/** Takes a new ticket back while nothing of it has been sent: what waited to leave is withdrawn, and the ticket is deleted. */
export const undoCreation = agentProcedure
  .meta({ permission: 'ticket.create', isUndo: true })
  .route({
    method: 'POST',
    path: '/ticket/{id}/undo-creation',
    tags: ['Tickets'],
    summary: 'Take back a ticket that you created, within the undo window',
  })
  .input(ticketRef)
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    // Whoever created it may take it back, also where they may not look further. What is written on it meanwhile waits for the lock.
    const ticket = await loadTicket({ ...context, actor: { kind: 'system', name: 'undone' } }, id, 'lock')
    const act = await loadCreation(context, id)
    if (act.hasMore) throw conflict('tickets.changed')
    await withdraw(context, act.id, id)
    if (await hasLeft(context, act.eventIds)) throw notFound('changeToUndo')
    await giveBackFiles(context, id)
    await removeTicket(context, ticket)
    return { ok: true as const }
  })

/** Longer than the window and what a request takes. */
const longestActMs = 3_600_000

const creationRow = z.object({ id: z.string(), eventIds: z.array(z.string()), hasMore: z.boolean() })

/** All that was done when one of the actor's own tickets was created, not from what somebody else had written, and whether somebody did something to it since, or wrote on it by mail. */
async function loadCreation(work: TenantContext, ticketId: string) {
  const { tx, tenant, actor } = work
  if (actor.kind !== 'person') throw forbidden('actions.personOnly')
  const tenantId = tenant.ref.id
  // Ids sort by when they were made, and no index knows the act of an event: what is older than any window is not read.
  const recent = newIdAt(new Date(Date.now() - longestActMs))
  const [act] = await rowsOf(
    creationRow,
    tx.$queryRaw`
      SELECT c.request_id AS id,
        ARRAY(SELECT e.id::text FROM event e WHERE e.tenant_id = c.tenant_id AND e.id > ${recent}::uuid AND e.request_id = c.request_id) AS "eventIds",
        EXISTS (SELECT FROM event e WHERE e.tenant_id = c.tenant_id AND e.subject_id = c.subject_id
          AND e.request_id <> c.request_id AND (e.depth = 0 AND e.actor_kind <> 'system' OR e.type IN ('ticket.replied', 'ticket.noted'))) AS "hasMore"
      FROM event c WHERE c.tenant_id = ${tenantId}::uuid AND c.subject_id = ${ticketId}::uuid AND c.type = 'ticket.created'
        AND c.actor_id = ${actor.id}::uuid AND c.depth = 0
        AND NOT EXISTS (SELECT FROM event e WHERE e.tenant_id = c.tenant_id AND e.id > ${recent}::uuid AND e.request_id = c.request_id
          AND e.type IN ('mail.recovered', 'ticket.split'))
        AND c.occurred_at > now() - make_interval(secs => (SELECT undo_seconds FROM workspace WHERE tenant_id = ${tenantId}::uuid))`,
  )
  if (act) return act
  await loadTicket(work, ticketId) // one that is hidden is not found
  throw notFound('changeToUndo')
}
