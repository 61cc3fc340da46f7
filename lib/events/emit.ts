import type { Actor } from '../actor/actor'
import { newId, newIdAt } from '../core/id'
import type { Prisma } from '../db/generated/tenant/client'
import { afterCommit, type TenantTx } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import type { EventType } from './event-types'
import type { Happened } from './follower'
import { events as registered, subscribersOf } from './registry'
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

/** Rounds of followers that emit for each other in one unit of work: past this they go in a circle. */
const maxRounds = 10

interface Origin {
  tenant: ResolvedTenant
  actor: Actor
  requestId: string
  address: string | null
  now: Date
  tx: TenantTx
  causation?: Causation
  /** True for the past that the demo writes: it is recorded, and nobody is told. */
  isHistory?: boolean
}

/**
 * Collects what a unit of work emits and writes it in two statements before it commits.
 * The database gives each event its place in the tenant's history and seals it there.
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
  const tenantId = tenant.ref.id
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

  async function write() {
    if (events.length === 0) return
    await flush()
    const placed = await tx.event.createManyAndReturn({
      select: { id: true, seq: true },
      data: events.map((event) => ({
        tenantId,
        id: event.id,
        type: event.type,
        subjectId: event.subjectId,
        reason: event.reason,
        payload: event.payload as Prisma.InputJsonValue,
        actorKind: actor.kind,
        actorId,
        requestId: origin.requestId,
        address: origin.address,
        causationId: origin.causation?.id,
        depth,
        occurredAt: now,
      })),
    })
    if (origin.isHistory) return
    const seqs = new Map(placed.map(({ id, seq }) => [id, seq]))
    const deliveries = events.flatMap(({ id, type, orderingKey }) =>
      subscribersOf(type).map(({ name }) => ({
        tenantId,
        eventId: id,
        subscriber: name,
        orderingKey,
        seq: seqs.get(id) as bigint,
      })),
    )
    if (deliveries.length === 0) return
    await tx.eventDelivery.createMany({ data: deliveries })
    afterCommit(() => wakeRelay(tenant.ref))
  }
  return { emit, flush, write }
}
