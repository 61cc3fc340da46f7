import { type Event, Prisma } from '../db/generated/tenant/client'
import { plannedEachTime } from '../db/prepared'
import type { TenantTx } from '../db/scope'
import type { EventOf, EventType } from './event-types'
import { priorities } from './subscriber'

/** A delivery that is held by the unit of work that takes it up. */
export type Claim = {
  eventId: string
  subscriber: string
  orderingKey: string
  attempts: number
  actId: string | null
  /** Until when what it causes waits as well. */
  heldUntil: Date | null
  /** As in `priorities`. */
  priority: number
}

export interface Due {
  claim: Claim
  event: EventOf<EventType>
  /** Something before it in its ordering key is not due yet: it is delivered with an earlier part of its act, or not at all. */
  isBehind: boolean
}

/** What is delivered one after the other. */
export const laneOf = ({ subscriber, orderingKey }: Claim) => `${subscriber} ${orderingKey}`

/** How much of one ordering key is taken up at once. */
export const longestRun = 100

/**
 * What waits to be undone stands in the way of what else waits for that, and of nothing else: a customer's answer to a ticket
 * overtakes what was done to it a moment before.
 */
const standsInTheWay = Prisma.sql`e.tenant_id = d.tenant_id AND e.subscriber = d.subscriber AND e.ordering_key = d.ordering_key
  AND e.status IN ('pending', 'running')
  AND (e.leaves_at IS NULL OR e.leaves_at <= statement_timestamp() OR e.due_at <> e.leaves_at OR d.leaves_at IS NOT NULL)`

const isDue = Prisma.sql`d.status IN ('pending', 'running') AND d.due_at <= statement_timestamp()`

/*
 * What is claimed is planned each time: a plan that was made while little waited takes any index for as good as another, and
 * with 10,000 deliveries the wrong one takes longer than a statement may.
 */

/** The oldest is looked up row by row, by its index: as NOT EXISTS the planner joins all that waits with itself. */
const isOldest = Prisma.sql`${isDue} AND d.n = (SELECT min(e.n) FROM event_delivery e WHERE ${standsInTheWay})`

const head = Prisma.sql`d.event_id::text AS "eventId", d.subscriber, d.ordering_key AS "orderingKey", d.n::text AS n`
interface Head {
  eventId: string
  subscriber: string
  orderingKey: string
  n: string
}

/**
 * So many that are due and are each the oldest unfinished of their ordering key: by priority, and then those first that have waited
 * longest. Due by the database's clock, which all share. The lower bound lets one index serve what is due and not the lookup of the
 * oldest (bench/relay.ts).
 * @param isReversed the last before the first, so that those get on as well where the first never end
 */
function claimHeads(tx: TenantTx, tenantId: string, isReversed: boolean, limit: number): Promise<Head[]> {
  const order = Object.values(priorities)
  const next = (priority: number) => Prisma.sql`
    SELECT * FROM (SELECT ${head} FROM event_delivery d
    WHERE d.tenant_id = ${tenantId}::uuid AND d.priority = ${priority} AND d.due_at >= '1970-01-01 00:00+00' AND ${isOldest}
    ORDER BY d.due_at, d.n, d.subscriber LIMIT ${limit} FOR UPDATE OF d SKIP LOCKED) AS due`
  const each = Prisma.join((isReversed ? order.reverse() : order).map(next), ' UNION ALL ') // not-words: SQL
  return tx.$queryRaw<Head[]>`${each} LIMIT ${limit} ${plannedEachTime}`
}

/** What else is due of the same events: for other subscribers, and taken up by nobody. */
const claimBeside = (tx: TenantTx, tenantId: string, heads: readonly Head[]) => tx.$queryRaw<Head[]>`
  SELECT ${plannedEachTime} ${head} FROM event_delivery d
  WHERE d.tenant_id = ${tenantId}::uuid AND d.event_id = ANY(${[...new Set(heads.map(({ eventId }) => eventId))]}::uuid[]) AND ${isOldest}
  FOR UPDATE OF d SKIP LOCKED`

type DueRow = Claim & Omit<Event, 'id'> & { isFree: boolean }

/** With their events, and with what is due after each of them in its ordering key: nobody else can take that up before. */
const loadRuns = (tx: TenantTx, tenantId: string, heads: readonly Head[]) => tx.$queryRaw<DueRow[]>`
  SELECT ${plannedEachTime} d.event_id::text AS "eventId", d.subscriber, d.ordering_key AS "orderingKey", d.attempts, d.act_id AS "actId", d.priority,
    CASE WHEN d.leaves_at > statement_timestamp() THEN d.leaves_at END AS "heldUntil", d."isFree",
    v.tenant_id::text AS "tenantId", v.type, v.subject_id::text AS "subjectId", v.actor_kind AS "actorKind",
    v.actor_id::text AS "actorId", v.payload, v.request_id AS "requestId", v.address, v.causation_id::text AS "causationId", v.depth,
    v.occurred_at AS "occurredAt", v.reason, v.n, v.seq, v.hash
  FROM (SELECT * FROM jsonb_to_recordset(${JSON.stringify(heads)}::jsonb) AS h (subscriber text, "orderingKey" text, n bigint)
    LIMIT ${heads.length}) h
  CROSS JOIN LATERAL (
    SELECT d.*, NOT EXISTS (SELECT 1 FROM event_delivery e WHERE ${standsInTheWay} AND e.n < d.n AND e.due_at > statement_timestamp()) AS "isFree"
    FROM event_delivery d WHERE d.tenant_id = ${tenantId}::uuid AND d.subscriber = h.subscriber AND d.ordering_key = h."orderingKey"
      AND d.n >= h.n AND ${isDue}
    ORDER BY d.n LIMIT ${longestRun} FOR UPDATE OF d) d
  CROSS JOIN LATERAL (SELECT * FROM event v WHERE v.tenant_id = ${tenantId}::uuid AND v.id = d.event_id OFFSET 0) v`

interface Claimed {
  /** Of how many ordering keys there was some. */
  heads: number
  due: Due[]
  /** More was found than is taken up now. */
  isLeft: boolean
}

/**
 * What is to be delivered next, by priority and in the order in which it happened: the oldest of so many
 * ordering keys, with all that is due after it in the same, and what is due of its event elsewhere. What failed before is tried
 * by itself, so that it holds up nothing else.
 */
export async function claimDue(tx: TenantTx, tenantId: string, isReversed: boolean, limit: number): Promise<Claimed> {
  const found = await claimHeads(tx, tenantId, isReversed, limit)
  if (found.length === 0) return { heads: 0, due: [], isLeft: false }
  const heads = [...found, ...(await claimBeside(tx, tenantId, found))]
  const lanes = new Map(heads.map((each) => [`${each.subscriber} ${each.orderingKey}`, each]))
  const rows = await loadRuns(tx, tenantId, [...lanes.values()])
  rows.sort((a, b) => a.priority - b.priority || Number(a.n - b.n))
  const [begun, cut] = [new Set<string>(), new Set<string>()]
  const due: Due[] = []
  let again: Due | undefined
  for (const { eventId, subscriber, orderingKey, attempts, actId, heldUntil, priority, isFree, ...event } of rows) {
    const claim: Claim = { eventId, subscriber, orderingKey, attempts, actId, heldUntil, priority }
    const lane = laneOf(claim)
    if (!isFree) cut.add(lane)
    due.push({ claim, event: { ...event, id: eventId } as EventOf<EventType>, isBehind: cut.has(lane) })
    if (attempts > 0 && !begun.has(lane) && priority === due[0]?.claim.priority) again ??= due.at(-1)
    begun.add(lane)
  }
  const taken = again ? due.filter((each) => each === again || isOfAct(each.claim, (again as Due).claim)) : due
  return { heads: found.length, due: taken, isLeft: taken.length < due.length }
}

/** Whether one act has to say both to the same subscriber under the same ordering key. */
export const isOfAct = (a: Claim, b: Claim) => a.actId !== null && a.actId === b.actId && laneOf(a) === laneOf(b)
