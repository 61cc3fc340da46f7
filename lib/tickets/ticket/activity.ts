import { z } from 'zod'
import { reference } from '../../core/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedOnce } from '../../db/prepared'
import { asList, rowsOf } from '../../db/rows'
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
  'ticket.hold_changed',
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

/** What of an event names people, departments, contacts or categories by their ids. */
const naming = ['personId', 'before', 'after', 'added', 'removed'] as const
const anyId = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'

/** What happened to a ticket beside what was said, oldest first; names of those who have left too. */
export async function readActivity({ tx, tenant }: Reading, ticketId: string) {
  const tenantId = Prisma.sql`${tenant.ref.id}::uuid`
  const named = (table: string) =>
    Prisma.sql`SELECT n.id, n.name FROM ${Prisma.raw(table)} n WHERE n.tenant_id = ${tenantId} AND n.id = ANY(ARRAY(SELECT ids.id FROM ids))`
  const query = tx.$queryRaw`
    WITH e AS MATERIALIZED (
      SELECT ${plannedOnce} e.id::text, e.type, e.payload, e.occurred_at AS at, e.actor_id AS "actorId", e.actor_kind AS "actorKind", e.n
      FROM event e WHERE e.tenant_id = ${tenantId} AND e.subject_id = ${ticketId}::uuid AND e.type = ANY(${shownTypes})
        AND (e.payload->>'isByRecompute')::boolean IS NOT TRUE
      ORDER BY e.n DESC LIMIT 200),
    ids AS MATERIALIZED (SELECT e."actorId" AS id FROM e UNION
      SELECT found[1]::uuid FROM e, regexp_matches(concat_ws(' ', ${Prisma.join(naming.map((field) => Prisma.sql`e.payload->>${Prisma.raw(`'${field}'`)}`))}), ${anyId}, 'g') AS found)
    SELECT ${asList(Prisma.sql`SELECT e.id, e.type, e.payload, e.at, e."actorId", e."actorKind" FROM e ORDER BY e.n`)} AS events,
      ${asList(Prisma.join(['person', 'department', 'contact', 'category'].map(named), ' UNION ALL '))} AS named`
  const [read = { events: [], named: [] }] = await rowsOf(activityRow, query)
  const events = await withSuppressible({ tx, tenant }, withoutErased(read.events))
  const within = (value: unknown) => (typeof value === 'object' && value !== null ? Object.values(value) : [value])
  const inPayload = ({ payload }: z.output<typeof eventRow>) => naming.flatMap((field) => within(payload[field]))
  const names = new Map(read.named.map(({ id, name }) => [id, name]))
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

const cameTo = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ticket.status_changed'), payload: ticketEvents['ticket.status_changed'] }),
  z.object({ type: z.literal('ticket.hold_changed'), payload: ticketEvents['ticket.hold_changed'] }),
])

/** What was said when a ticket came to a status that it is put back to. */
export async function statusReasonBefore({ tx, tenant }: Reading, ticketId: string, status: TicketStatus): Promise<string | null> {
  const query = tx.$queryRaw`
    SELECT e.type, e.payload FROM event e WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ${ticketId}::uuid
      AND ((e.type = 'ticket.status_changed' AND e.payload->>'after' = ${status}) OR (e.type = 'ticket.hold_changed' AND ${status} = 'hold'))
    ORDER BY e.n DESC LIMIT 1`
  const [row] = await rowsOf(cameTo, query)
  if (!row) return null
  if (row.type === 'ticket.hold_changed') return row.payload.reason
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
const activityRow = z.object({ events: z.array(eventRow), named: z.array(reference) })
