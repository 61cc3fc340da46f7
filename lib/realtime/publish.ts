import { type TenantRef, type TenantTx, withTenant } from '../db/scope'
import type { EventOf, EventType } from '../events/event-types'
import { type Delivery, defineSubscriber } from '../events/subscriber'
import { pusher } from './access'
import { numberMessages, numberVersion } from './number'
import { type Change, changed, channels } from './schema'

/** What changes a ticket that a browser may be showing. */
const published = [
  'ticket.created',
  'message.edited',
  'message.marked',
  'ticket.files_accepted',
  'draft.failed',
  'ticket.linked',
  'ticket.merged',
  'ticket.unmerged',
  'ticket.split',
  'ticket.details_changed',
  'ticket.sender_confirmed',
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
  'ticket.participants_changed',
  'ticket.department_changed',
  'ticket.requester_changed',
  'ticket.redacted',
  'ticket.policy_applied',
  'ticket.sla_breached',
  'message.unreached',
  'message.reached',
  'mail.undelivered',
  'mail.status_changed',
] as const satisfies EventType[]

/**
 * Tells browsers that something changed. It goes out before the delivery is
 * marked as done and may go out twice: with the same numbers, so that a browser
 * that knows the first leaves the second alone.
 */
export const publishChange = defineSubscriber('realtime.publish', published, async (delivery) => {
  const client = await pusher()
  const messages = client ? await withTenant(delivery.tenant.ref, (tx) => compose(tx, delivery)) : []
  for (let at = 0; at < messages.length; at += 10) await client?.triggerBatch(messages.slice(at, at + 10))
})

async function compose(tx: TenantTx, { tenant: { ref }, event }: Delivery) {
  // Whatever is told here is about a ticket.
  if (!event.subjectId) return []
  const ticket = await tx.ticket.findUnique({
    where: { tenantId_id: { tenantId: ref.id, id: event.subjectId } },
    select: { version: true, publicVersion: true, departmentId: true },
  })
  const names = channelsOf(ref, event, event.subjectId, ticket?.departmentId)
  const seqs = await numberMessages(tx, ref.id, event.id, names)
  const messages = [...new Set(names)].map((channel) => {
    const seq = seqs.get(channel) as number
    const what: Omit<Change, 'seq'> = { type: event.type, subjectId: event.subjectId, version: ticket?.version }
    // All agents listen to the workspace's channel, also those who may not see the ticket: only that their lists may have changed.
    const data: Change = channel === channels.desk(ref.id) ? { seq, type: 'tickets.changed', subjectId: null } : { seq, ...what }
    return { channel, name: changed, data }
  })
  const told = ticket && (await toldToCustomers(tx, ref.id, event as { id: string; subjectId: string }, ticket.publicVersion, seqs))
  return told ? [...messages, told] : messages
}

function channelsOf({ id }: TenantRef, { type, payload }: EventOf<EventType>, ticketId: string, departmentId: string | null | undefined) {
  // No list shows it.
  if (type === 'mail.status_changed' || type === 'mail.undelivered') return [channels.ticket(ticketId)]
  const moved = type === 'ticket.department_changed' ? payload : undefined
  const departments = [departmentId, moved?.before].filter((name) => typeof name === 'string')
  return [channels.ticket(ticketId), channels.desk(id), ...departments.map(channels.department)]
}

/** Customers hear that what they see changed, never what happened; of what staff do among themselves they hear nothing. */
async function toldToCustomers(
  tx: TenantTx,
  tenantId: string,
  { id: eventId, subjectId: ticketId }: { id: string; subjectId: string },
  publicVersion: number,
  known: ReadonlyMap<string, number>,
) {
  const channel = channels.request(ticketId)
  const seq = await numberVersion(tx, tenantId, eventId, { channel, version: publicVersion, known })
  if (seq === null) return null
  const data: Change = { seq, type: 'request.changed', subjectId: ticketId, version: seq }
  return { channel, name: changed, data }
}
