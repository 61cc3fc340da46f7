import { z } from 'zod'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import { type TenantRef, type TenantTx, withTenant } from '../db/scope'
import type { EventOf, EventType } from '../events/event-types'
import { defineSubscriber } from '../events/subscriber'
import { realtimeAccess, sendMessages } from './access'
import { type Numbers, numberMessages, numberVersions, type Versioned } from './number'
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
  'ticket.rated',
  'ticket.sender_confirmed',
  'ticket.archived',
  'ticket.deleted',
  'ticket.restored',
  'ticket.replied',
  'ticket.noted',
  'ticket.assigned',
  'ticket.status_changed',
  'ticket.hold_changed',
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
 * that knows the first leaves the second alone. Only agents' lists may hear twice that they changed.
 */
export const publishChange = defineSubscriber('realtime.publish', published, ({ tenant, event }) => publish(tenant.ref, [event]), {
  outsideTogether: ({ tenant, events }) => publish(tenant.ref, events),
})

async function publish(ref: TenantRef, events: readonly EventOf<EventType>[]) {
  if (!realtimeAccess()) return
  await sendMessages(await withTenant(ref, (tx) => compose(tx, ref, events)))
}

const ticketRow = z.object({ id: z.string(), version: z.int(), publicVersion: z.int(), departmentId: z.string().nullable() })

/** An event about a ticket, and what is told of it. */
interface Told {
  event: EventOf<EventType>
  ticketId: string
  ticket: z.output<typeof ticketRow> | undefined
  names: string[]
}

async function compose(tx: TenantTx, ref: TenantRef, events: readonly EventOf<EventType>[]) {
  const ids = [...new Set(events.flatMap(({ subjectId }) => subjectId ?? []))]
  const query = tx.$queryRaw`
    SELECT ${plannedOnce} id::text, version, public_version AS "publicVersion", department_id::text AS "departmentId"
    FROM ticket WHERE tenant_id = ${ref.id}::uuid AND id = ANY(${ids}::uuid[])`
  const tickets = new Map((await rowsOf(ticketRow, query)).map((row) => [row.id, row]))
  const told = events.flatMap((event): Told[] => {
    const { subjectId: ticketId } = event
    // Whatever is told here is about a ticket.
    if (!ticketId) return []
    const ticket = tickets.get(ticketId)
    return [{ event, ticketId, ticket, names: [...new Set(channelsOf(event, ticketId, ticket?.departmentId))] }]
  })
  // That lists may have changed is said once, however much did.
  told.findLast(({ event }) => isListed(event))?.names.push(channels.desk(ref.id))
  const seqs = await numberMessages(
    tx,
    ref.id,
    told.map(({ event, names }) => ({ eventId: event.id, names })),
  )
  const versions = await toldToCustomers(tx, ref.id, told, seqs)
  return told.flatMap(({ event, ticketId, ticket, names }) => {
    const messages = names.map((channel) => {
      const seq = seqs.get(event.id)?.get(channel) as number
      const what: Omit<Change, 'seq'> = { type: event.type, subjectId: ticketId, version: ticket?.version }
      // All agents listen to the workspace's channel, also those who may not see the ticket: only that their lists may have changed.
      const data: Change = channel === channels.desk(ref.id) ? { seq, type: 'tickets.changed', subjectId: null } : { seq, ...what }
      return { channel, name: changed, data }
    })
    const seq = ticket && versions.get(event.id)
    if (seq === undefined) return messages
    const data: Change = { seq, type: 'request.changed', subjectId: ticketId, version: seq }
    return [...messages, { channel: channels.request(ticketId), name: changed, data }]
  })
}

/** Whether a list shows what it changed. */
const isListed = ({ type }: EventOf<EventType>) => type !== 'mail.status_changed' && type !== 'mail.undelivered'

function channelsOf(event: EventOf<EventType>, ticketId: string, departmentId: string | null | undefined) {
  if (!isListed(event)) return [channels.ticket(ticketId)]
  const moved = event.type === 'ticket.department_changed' ? event.payload : undefined
  const departments = [departmentId, moved?.before].filter((name) => typeof name === 'string')
  return [channels.ticket(ticketId), ...departments.map(channels.department)]
}

/**
 * Customers hear that what they see changed, never what happened; of what staff do among themselves they hear nothing.
 * @returns the number of the message about it, by event
 */
async function toldToCustomers(tx: TenantTx, tenantId: string, told: readonly Told[], seqs: Numbers): Promise<Map<string, number>> {
  const asked = new Map<string, Versioned>()
  const before = new Map<string, number>()
  for (const { event, ticketId, ticket } of told) {
    const channel = channels.request(ticketId)
    const known = seqs.get(event.id)?.get(channel)
    if (known !== undefined) before.set(event.id, known)
    else if (ticket && !asked.has(channel)) asked.set(channel, { eventId: event.id, channel, version: ticket.publicVersion })
  }
  return new Map([...before, ...(await numberVersions(tx, tenantId, [...asked.values()]))])
}
