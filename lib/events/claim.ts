import { type Event, Prisma } from '../db/generated/tenant/client'
import { plannedOnce } from '../db/prepared'
import type { TenantTx } from '../db/scope'
import type { EventOf, EventType } from './event-types'

/** A delivery that is held by the unit of work that takes it up. */
export type Claim = {
  eventId: string
  subscriber: string
  orderingKey: string
  attempts: number
  actId: string | null
  /** Until when what it causes waits as well. */
  heldUntil: Date | null
}

/** What the same act has to say now to the same subscriber under the same ordering key: nobody else can take it up before this one. */
export const claimRest = (tx: TenantTx, tenantId: string, { eventId, subscriber, orderingKey, actId }: Claim) =>
  tx.$queryRaw<{ eventId: string }[]>`
    SELECT event_id::text AS "eventId" FROM event_delivery
    WHERE tenant_id = ${tenantId}::uuid AND act_id = ${actId} AND ordering_key = ${orderingKey} AND subscriber = ${subscriber}
      AND status = 'pending' AND due_at <= statement_timestamp() AND event_id <> ${eventId}::uuid ORDER BY n FOR UPDATE`

export const loadEvent = async (tx: TenantTx, tenantId: string, id: string) =>
  (await tx.event.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } })) as EventOf<EventType>

/**
 * What waits to be undone stands in the way of what else waits for that, and of nothing else: a customer's answer to a ticket
 * overtakes what was done to it a moment before.
 * The oldest is looked up row by row, by its index: as NOT EXISTS the planner joins all that waits with itself.
 */
const isOldest = Prisma.sql`d.status IN ('pending', 'running') AND d.due_at <= statement_timestamp()
  AND d.n = (SELECT min(e.n) FROM event_delivery e WHERE e.tenant_id = d.tenant_id AND e.subscriber = d.subscriber
    AND e.ordering_key = d.ordering_key AND e.status IN ('pending', 'running')
    AND (e.leaves_at IS NULL OR e.leaves_at <= statement_timestamp() OR e.due_at <> e.leaves_at OR d.leaves_at IS NOT NULL))`

const claimed = Prisma.sql`d.event_id::text AS "eventId", d.subscriber, d.ordering_key AS "orderingKey", d.attempts, d.act_id AS "actId",
  CASE WHEN d.leaves_at > statement_timestamp() THEN d.leaves_at END AS "heldUntil"`

/**
 * The first that is due and is the oldest unfinished of its ordering key. Due by the database's clock, which all share. The lower
 * bound lets one index serve what is due and not the lookup of the oldest (bench/relay.ts).
 */
export async function claimNext(tx: TenantTx, tenantId: string, isFirst: boolean): Promise<Claim | undefined> {
  const next = (only: Prisma.Sql) => Prisma.sql`
    SELECT ${plannedOnce} ${claimed} FROM event_delivery d
    WHERE d.tenant_id = ${tenantId}::uuid AND d.due_at >= '1970-01-01 00:00+00' ${only} AND ${isOldest}
    ORDER BY d.due_at, d.n, d.subscriber LIMIT 1 FOR UPDATE OF d SKIP LOCKED`
  const anything = next(Prisma.empty)
  const goesFirst = next(Prisma.sql`AND d.goes_first`)
  const rows = await tx.$queryRaw<Claim[]>(
    isFirst ? Prisma.sql`SELECT * FROM (${goesFirst}) f UNION ALL SELECT * FROM (${anything}) a LIMIT 1` : anything,
  )
  return rows[0]
}

/** The event of a delivery that was claimed, and what else is due of it: for other subscribers, and taken up by nobody. */
export async function loadDue(tx: TenantTx, tenantId: string, first: Claim): Promise<{ event: EventOf<EventType>; claims: Claim[] }> {
  const rows = await tx.$queryRaw<(Claim & Omit<Event, 'id'>)[]>`
    SELECT ${claimed}, v.tenant_id::text AS "tenantId", v.type, v.subject_id::text AS "subjectId", v.actor_kind AS "actorKind",
      v.actor_id::text AS "actorId", v.payload, v.request_id AS "requestId", v.address, v.causation_id::text AS "causationId", v.depth,
      v.occurred_at AS "occurredAt", v.reason, v.n, v.seq, v.hash
    FROM event_delivery d JOIN event v ON v.tenant_id = d.tenant_id AND v.id = d.event_id
    WHERE d.tenant_id = ${tenantId}::uuid AND d.event_id = ${first.eventId}::uuid AND (d.subscriber = ${first.subscriber} OR ${isOldest})
    FOR UPDATE OF d SKIP LOCKED`
  const [row] = rows
  if (!row) throw new Error('a delivery that is held is gone') // not-words: of a fault
  const { eventId: id, subscriber: _, orderingKey: _key, attempts: _attempts, actId: _act, heldUntil: _until, ...event } = row
  const others = rows.filter(({ subscriber }) => subscriber !== first.subscriber)
  return { event: { ...event, id } as EventOf<EventType>, claims: [first, ...others] }
}
