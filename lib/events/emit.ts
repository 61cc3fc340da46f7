import type { Actor } from '../actor/actor'
import { newId, newIdAt } from '../core/id'
import type { Prisma } from '../db/generated/tenant/client'
import { afterCommit, type TenantTx } from '../db/scope'
import { keepClocks } from '../sla/recompute'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type EventPayload, type EventType, eventCatalogue } from './catalogue'
import { subscribersOf } from './subscriptions'
import { wakeRelay } from './wake'

export interface EmitOptions {
  /** What the event happened to. */
  subjectId?: string
  /** Why, in the words of whoever did it. */
  reason?: string
  /** What must be delivered in order with it; what it happened to unless said otherwise. */
  lane?: string
}

export type Emit = <T extends EventType>(type: T, payload: EventPayload<T>, options?: EmitOptions) => void

/** The event that caused what is emitted now; effects stay in its lane. */
export interface Causation {
  id: string
  depth: number
  lane?: string
}

/** An event that causes an event that causes an event: past this it is a loop. */
export const deepest = 12

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
  const events: { id: string; type: EventType; subjectId: string | null; reason?: string; lane: string; payload: unknown }[] = []
  const emit: Emit = (type, payload, options = {}) => {
    if (depth > deepest) throw new Error(`${type} would be the ${depth}th event in a row to cause the next: a loop`)
    const id = origin.isHistory ? newIdAt(origin.now) : newId()
    events.push({
      id,
      type,
      subjectId: options.subjectId ?? null,
      reason: options.reason,
      lane: options.lane ?? origin.causation?.lane ?? options.subjectId ?? id,
      payload: eventCatalogue[type].parse(payload),
    })
  }
  const { tx, now, tenant, actor } = origin
  const tenantId = tenant.ref.id
  const actorId = actor.kind === 'person' || actor.kind === 'platform' ? actor.id : null
  let settled = 0
  /** The one consumer that does not wait for the commit: a ticket and its deadlines change together. */
  async function flush() {
    const happened = events.map(({ type, subjectId, payload }) => ({ type, subjectId, payload, actorId, occurredAt: now }))
    const fresh = happened.slice(settled)
    settled = events.length
    if (fresh.length > 0) await keepClocks({ tenant, tx, now, emit }, fresh, happened)
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
    const deliveries = events.flatMap(({ id, type, lane }) =>
      subscribersOf(type).map((subscriber) => ({ tenantId, eventId: id, subscriber, lane, seq: seqs.get(id) as bigint })),
    )
    if (deliveries.length === 0) return
    await tx.eventDelivery.createMany({ data: deliveries })
    afterCommit(() => wakeRelay(tenant.ref))
  }
  return { emit, flush, write }
}
