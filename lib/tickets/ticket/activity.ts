import { z } from 'zod'
import { isId } from '../../core/id'
import { reference } from '../../core/schema'
import { rowsOf } from '../../db/rows'
import type { EventType } from '../../events/event-types'
import { suppressedOf } from '../../mail/suppression'
import { ticketEvents } from './events'
import { redactPayload } from './personal-data'
import type { Reading } from './queries'
import { keepsReason } from './record'
import { activityOutput, isConsequence } from './schema'
import type { TicketStatus } from './workflow'

const shownTypes: EventType[] = [
  'ticket.assigned',
  'ticket.status_changed',
  'ticket.priority_changed',
  'ticket.department_changed',
  'ticket.requester_changed',
  'ticket.details_changed',
  'ticket.tagged',
  'ticket.watched',
  'ticket.participants_changed',
  'ticket.policy_applied',
  'ticket.sla_breached',
  'ticket.escalated',
  'ticket.rated',
  'ticket.sender_confirmed',
  'message.unreached',
  'message.reached',
  'mail.undelivered',
  'ticket.archived',
  'ticket.restored',
  'ticket.linked',
  'ticket.merged',
  'ticket.unmerged',
  'ticket.split',
  'ticket.redacted',
]

/** What happened to a ticket beside what was said, oldest first; names of those who have left too. */
export async function readActivity({ tx, tenant }: Reading, ticketId: string) {
  const rows = await tx.$queryRaw`
    SELECT e.id::text, e.type, e.payload, e.occurred_at AS at, e.actor_id::text AS "actorId", e.actor_kind AS "actorKind"
    FROM event e WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ${ticketId}::uuid AND e.type = ANY(${shownTypes})
      AND (e.payload->>'isByRecompute')::boolean IS NOT TRUE
    ORDER BY e.n DESC LIMIT 200`
  const events = await withSuppressible({ tx, tenant }, withoutErased(z.array(eventRow).parse(rows).reverse()))
  const within = (value: unknown) => (typeof value === 'object' && value !== null ? Object.values(value) : [value])
  const inPayload = ({ payload: { before, after, personId, added, removed } }: z.output<typeof eventRow>) =>
    [personId, before, after, added, removed].flatMap(within)
  const ids = [...new Set(events.flatMap((event) => [event.actorId, ...inPayload(event)]))].filter(
    (id): id is string => typeof id === 'string' && isId(id),
  )
  const named =
    ids.length === 0
      ? []
      : await rowsOf(
          reference,
          tx.$queryRaw`
          SELECT id::text, name FROM person WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ANY(${ids}::uuid[])
          UNION ALL SELECT id::text, name FROM department WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ANY(${ids}::uuid[])
          UNION ALL SELECT id::text, name FROM contact WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ANY(${ids}::uuid[])
          UNION ALL SELECT id::text, name FROM category WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ANY(${ids}::uuid[])`,
        )
  const names = new Map(named.map(({ id, name }) => [id, name]))
  return events.map(({ actorId, actorKind, ...event }) => ({
    ...event,
    actor: isConsequence(event.type) ? 'Baraza' : ((actorId && names.get(actorId)) ?? (actorKind === 'system' ? 'Baraza' : '')),
    names: Object.fromEntries(
      inPayload({ ...event, actorId, actorKind }).flatMap((id) =>
        typeof id === 'string' && names.has(id) ? [[id, names.get(id) as string]] : [],
      ),
    ),
  }))
}

/** Addresses that do not work, and to which mail is sent still: whoever reads it may say that none is. */
async function withSuppressible({ tx, tenant }: Pick<Reading, 'tx' | 'tenant'>, events: z.output<typeof eventRow>[]) {
  const recipientsOf = ({ type, payload: { recipients, reason } }: z.output<typeof eventRow>) =>
    type === 'mail.undelivered' && (reason === 'hard_bounce' || reason === 'complaint')
      ? z.array(z.string()).catch([]).parse(recipients)
      : []
  const all = events.flatMap(recipientsOf)
  if (all.length === 0) return events
  const suppressed = new Set((await suppressedOf(tx, tenant.ref.id, all)).map(({ email }) => email))
  return events.map((event) => {
    const suppressible = recipientsOf(event).filter((email) => !suppressed.has(email))
    return suppressible.length > 0 ? { ...event, payload: { ...event.payload, suppressible } } : event
  })
}

/** What was said when a ticket came to a status that it is put back to. */
export async function statusReasonBefore({ tx, tenant }: Reading, ticketId: string, status: TicketStatus): Promise<string | null> {
  const query = tx.$queryRaw`
    SELECT e.payload FROM event e WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ${ticketId}::uuid
      AND e.type = 'ticket.status_changed' AND e.payload->>'after' = ${status} ORDER BY e.n DESC LIMIT 1`
  const [row] = await rowsOf(z.object({ payload: ticketEvents['ticket.status_changed'] }), query)
  if (!row) return null
  const { before, reason, cause } = row.payload
  return keepsReason(before as TicketStatus, status, cause) ? reason : null
}

/** The trail keeps what people wrote who were erased since; a ticket's history does not show it. */
function withoutErased(events: z.output<typeof eventRow>[]) {
  const redactions = events.flatMap(({ type, payload }, at) =>
    type === 'ticket.redacted' ? [{ at, ...ticketEvents['ticket.redacted'].parse(payload) }] : [],
  )
  const isErased = (actorId: string | null, at: number) =>
    redactions.some((redaction) => at < redaction.at && (redaction.isWhole || (actorId !== null && redaction.personIds.includes(actorId))))
  return events.flatMap((event, at) => {
    if (event.type === 'ticket.redacted') return []
    // Whose address it was is not looked at.
    const isAddressed = event.type === 'mail.undelivered' && redactions.some((redaction) => at < redaction.at)
    if (isAddressed) return [{ ...event, payload: { ...event.payload, recipients: [] } }]
    return [isErased(event.actorId, at) ? { ...event, payload: redactPayload(event.payload) } : event]
  })
}

const eventRow = activityOutput.omit({ actor: true, names: true }).extend({ actorId: z.string().nullable(), actorKind: z.string() })
