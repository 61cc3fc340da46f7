import { z } from 'zod'
import type { Actor } from '../actor/actor'
import { newId, newIdAt } from '../core/id'
import { Prisma } from '../db/generated/tenant/client'
import { beginningWith } from '../db/insertion'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import { afterCommit, settled, type TenantTx, withoutWaiting } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type Hold, longestRunSeconds, wakeWhenDue } from './act'
import type { EventType } from './event-types'
import type { Happened } from './follower'
import { events as registered, subscribersOf } from './registry'
import { wakeSealer } from './seal'
import { priorities } from './subscriber'
import { wakeRelay } from './wake'
import type { Emit } from './work'

/** The event that caused what is emitted now; effects keep its ordering key. */
export interface Causation {
  id: string
  depth: number
  orderingKey?: string
}

/** An event that causes an event that causes an event: past this it is a loop. */
export const maxDepth = 12

/** A tenant's locks on subjects are as many at most, so that a unit of work about thousands has room for them. */
const lockMask = 0x3ff

/** Rounds of followers that emit for each other in one unit of work: past this they go in a circle. */
const maxRounds = 10

export interface Origin {
  tenant: ResolvedTenant
  actor: Actor
  requestId: string
  address: string | null
  now: Date
  tx: TenantTx
  causation?: Causation
  /** True for the past that the demo writes: it is recorded, and nobody is told. */
  isHistory?: boolean
  /** Whether the act can be undone, and for how long what it sends out waits for that. */
  hold?: Hold
  /** It undoes an act: screens follow, people are told nothing. */
  isUndo?: boolean
}

const waiting = z.object({ seconds: z.number() })

/** Until when what leaves waits, as SQL. One for each kind of hold, so that a plan for all values costs no more than one for these. */
function leavesAt(hold: Hold | undefined, tenantId: string): Prisma.Sql {
  if (hold === undefined || hold instanceof Date) return Prisma.sql`v."leavesAt"`
  if (hold === 'bulk') return Prisma.sql`t.at + make_interval(secs => ${longestRunSeconds}::float)`
  return Prisma.sql`t.at + make_interval(secs => coalesce((SELECT undo_seconds FROM workspace WHERE tenant_id = ${tenantId}::uuid), 0))`
}

/**
 * Collects what a unit of work emits and writes it in one statement before it commits. Its place in the tenant's history it gets
 * after that. Of one subject, or one ordering key, events stand in the order in which they were committed: each is numbered under
 * a lock on both, which lasts until the commit. Units of work about different things wait for nothing here.
 */
export function eventBuffer(origin: Origin) {
  const depth = origin.causation ? origin.causation.depth + 1 : 0
  const events: { id: string; type: EventType; subjectId: string | null; reason?: string; orderingKey: string; payload: unknown }[] = []
  const emit: Emit = (type, payload, options = {}) => {
    if (depth > maxDepth) throw new Error(`${type} would be the ${depth}th event in a row to cause the next: a loop`)
    const id = origin.isHistory ? newIdAt(origin.now) : newId()
    events.push({
      id,
      type,
      subjectId: options.subjectId ?? null,
      reason: options.reason,
      orderingKey: options.orderingKey ?? origin.causation?.orderingKey ?? options.subjectId ?? id,
      payload: registered().types[type].parse(payload),
    })
  }
  const { tx, now, tenant, actor } = origin
  const actorId = actor.kind === 'person' || actor.kind === 'platform' ? actor.id : null
  let followed = 0

  async function flush() {
    for (let round = 0; followed < events.length; round++) {
      if (round > maxRounds) throw new Error(`followers emit for each other without an end: ${events.at(-1)?.type}`)
      const pending = events.map(({ type, subjectId, payload }) => ({ type, subjectId, payload, actorId, occurredAt: now }) as Happened)
      const fresh = pending.slice(followed)
      followed = events.length
      for (const follower of registered().followers) {
        const own = fresh.filter(({ type }) => follower.types.includes(type))
        if (own.length > 0) await follower.follow({ tenant, actor, tx, now, emit }, own, pending)
      }
    }
  }

  /** What each of its events has to be numbered under. */
  const lockNames = () => [...new Set(events.flatMap(({ subjectId, orderingKey }) => (subjectId ? [subjectId, orderingKey] : orderingKey)))]

  /** What is written of them. */
  function rows() {
    const { requestId, address, causation } = origin
    const common = { actorKind: actor.kind, actorId, requestId, address, causationId: causation?.id, depth, at: now }
    return events.map(({ id, type, subjectId, reason, payload }) => ({ id, type, subjectId, reason, payload, ...common }))
  }

  /** Who is told of them. */
  function deliveries() {
    const { hold, isHistory, isUndo, requestId } = origin
    if (isHistory) return []
    // What people do is one act for those who are told of it, also where it is done too late to be undone.
    const actId = hold !== undefined || actor.kind === 'person' ? requestId : null
    const untilThen = hold instanceof Date ? hold : null
    return events.flatMap(({ id, type, orderingKey }) =>
      subscribersOf(type)
        .filter(({ leaves }) => !(isUndo && leaves.includes(type)))
        .map(({ name, leaves, priority }) => ({
          eventId: id,
          subscriber: name,
          orderingKey,
          priority: priorities[priority],
          isLeaving: leaves.includes(type),
          actId,
          leavesAt: untilThen,
        })),
    )
  }

  const buffer = {
    origin,
    emit,
    flush,
    isEmpty: () => events.length === 0,
    lockNames,
    rows,
    deliveries,
    write: (last?: Prisma.Sql): Promise<void> => writeEvents([buffer], last),
  }
  return buffer
}
type EventBuffer = ReturnType<typeof eventBuffer>

/**
 * Writes what several buffers of one unit of work have collected, in one statement, which takes the locks of all in order: two units of
 * work that took the same ones buffer by buffer could wait for each other in a circle. What is due is so by the database's clock, which
 * all processes share.
 * @param buffers one, or several that hold back what leaves until a time that is known, or not at all
 * @param last a statement that the unit of work ends with; it is made part of the one that writes the events
 */
export async function writeEvents(buffers: readonly EventBuffer[], last?: Prisma.Sql): Promise<void> {
  for (const { flush } of buffers) await flush()
  const filled = buffers.filter(({ isEmpty }) => !isEmpty())
  const [first] = filled
  if (!first) {
    const [empty] = buffers
    if (last && empty) withoutWaiting(empty.origin.tx.$executeRaw`${last}`)
    return
  }
  await settled() // a follower may have asked for what completes a payload
  const { tx, tenant, hold, isHistory } = first.origin
  const tenantId = tenant.ref.id
  const names = isHistory ? [] : [...new Set(filled.flatMap(({ lockNames }) => lockNames()))]
  const leaves = leavesAt(hold, tenantId)
  const query = tx.$queryRaw`
    ${last ? Prisma.sql`${beginningWith(last)}, ` : Prisma.sql`WITH `}${plannedOnce} written AS (
      INSERT INTO event (tenant_id, id, type, subject_id, reason, payload, actor_kind, actor_id, request_id, address, causation_id, depth, occurred_at)
      SELECT ${tenantId}::uuid, e.id, e.type, e."subjectId", e.reason, e.payload, e."actorKind", e."actorId", e."requestId", e.address,
        e."causationId", e.depth, e.at
      FROM (SELECT count(pg_advisory_xact_lock(hashtext(${tenantId}), key)) FROM (
          SELECT DISTINCT hashtext(name) & ${lockMask}::int AS key FROM unnest(${names}::text[]) AS name ORDER BY 1) ordered) locked,
        jsonb_to_recordset(${JSON.stringify(filled.flatMap(({ rows }) => rows()))}::jsonb) AS e (id uuid, type text, "subjectId" uuid, reason text,
          payload jsonb, "actorKind" text, "actorId" uuid, "requestId" text, address text, "causationId" uuid, depth int, at timestamptz)
      RETURNING id, n)
    INSERT INTO event_delivery AS d (tenant_id, event_id, subscriber, ordering_key, n, priority, act_id, leaves_at, due_at)
    SELECT ${tenantId}::uuid, p.id, v.subscriber, v."orderingKey", p.n, v.priority,
      v."actId", ${leaves}, CASE WHEN v."isLeaving" THEN coalesce(${leaves}, t.at) ELSE t.at END
    FROM written p JOIN jsonb_to_recordset(${JSON.stringify(filled.flatMap(({ deliveries }) => deliveries()))}::jsonb)
      AS v ("eventId" uuid, subscriber text, "orderingKey" text, priority smallint, "isLeaving" boolean, "actId" text, "leavesAt" timestamptz)
      ON v."eventId" = p.id,
      (SELECT clock_timestamp() AS at) t
    RETURNING greatest(0, extract(epoch FROM d.due_at - clock_timestamp()))::float AS seconds`
  let waits: number[] = []
  withoutWaiting(
    rowsOf(waiting, query).then((due) => {
      waits = due.map(({ seconds }) => seconds)
    }),
  )
  afterCommit(() => {
    if (waits.length === 0) return wakeSealer(tenant.ref)
    if (hold !== 'bulk' && Math.max(...waits) > 0) wakeWhenDue(tenant, Math.max(...waits))
    wakeRelay(tenant.ref)
  })
}
