import { type TenantTx, withTenant } from '../db/scope'
import type { EventOf, EventType } from '../events/event-types'
import { type Delivery, defineSubscriber, forEach } from '../events/subscriber'
import type { ResolvedTenant } from '../tenancy/resolve'
import { pusher } from './access'
import { numberMessages } from './number'
import { type Change, changed, channels } from './schema'

/** What changes a ticket that a browser may be showing. */
const published = [
  'ticket.created',
  'message.edited',
  'message.marked',
  'draft.failed',
  'ticket.linked',
  'ticket.merged',
  'ticket.unmerged',
  'ticket.split',
  'ticket.details_changed',
  'ticket.archived',
  'ticket.deleted',
  'ticket.restored',
  'ticket.replied',
  'ticket.noted',
  'ticket.assigned',
  'ticket.status_changed',
  'ticket.priority_changed',
  'ticket.tagged',
  'ticket.watched',
  'ticket.department_changed',
  'ticket.requester_changed',
  'ticket.policy_applied',
  'ticket.sla_breached',
] as const satisfies EventType[]

/**
 * Tells browsers that something changed. It goes out before the delivery is
 * marked as done and may go out twice: with the same numbers, so that a browser
 * that knows the first leaves the second alone.
 */
export const publishChange = defineSubscriber(
  'realtime.publish',
  forEach(published, async () => {}),
  async (delivery) => {
    const client = await pusher()
    const messages = client ? await withTenant(delivery.tenant.ref, (tx) => compose(tx, delivery)) : []
    for (let at = 0; at < messages.length; at += 10) await client?.triggerBatch(messages.slice(at, at + 10))
  },
)

async function compose(tx: TenantTx, { tenant, event }: Delivery) {
  const { names, version } = await whoHears(tx, tenant, event)
  const seqs = await numberMessages(tx, tenant.ref.id, event.id, names)
  return [...new Set(names)].map((channel) => {
    const data: Change = { seq: seqs.get(channel) as number, type: event.type, subjectId: event.subjectId, version }
    return { channel, name: changed, data }
  })
}

async function whoHears(tx: TenantTx, { ref }: ResolvedTenant, { type, subjectId, payload }: EventOf<EventType>) {
  // Whatever is told here is about a ticket.
  if (!subjectId) return { names: [] }
  const ticket = await tx.ticket.findUnique({
    where: { tenantId_id: { tenantId: ref.id, id: subjectId } },
    select: { version: true, departmentId: true },
  })
  const moved = type === 'ticket.department_changed' ? payload : undefined
  const departments = [ticket?.departmentId, moved?.before].filter((id) => typeof id === 'string')
  const names = [channels.ticket(subjectId), channels.desk(ref.id), ...departments.map(channels.department)]
  return { names, version: ticket?.version }
}
