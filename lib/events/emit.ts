import { newId, newIdAt } from '../core/id'
import type { Prisma } from '../db/generated/tenant/client'
import { afterCommit, type TenantTx } from '../db/scope'
import type { Actor } from '../identity/actor'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type EventPayload, type EventType, eventCatalogue } from './catalogue'
import { subscribersOf } from './subscriptions'
import { wakeRelay } from './wake'

export interface EmitOptions {
  /** What the event happened to. */
  subjectId?: string
}

export type Emit = <T extends EventType>(type: T, payload: EventPayload<T>, options?: EmitOptions) => void

interface Origin {
  tenant: ResolvedTenant
  actor: Actor
  requestId: string
  address: string | null
  now: Date
  causation?: { id: string; depth: number }
  /** True for the past that the demo writes: it is recorded, and nobody is told. */
  isHistory?: boolean
}

/** Collects what a unit of work emits and writes it in two statements before it commits. */
export function eventBuffer(origin: Origin) {
  const events: { id: string; type: EventType; subjectId: string | null; payload: unknown }[] = []
  const emit: Emit = (type, payload, options = {}) => {
    events.push({
      id: origin.isHistory ? newIdAt(origin.now) : newId(),
      type,
      subjectId: options.subjectId ?? null,
      payload: eventCatalogue[type].parse(payload),
    })
  }
  async function flush(tx: TenantTx) {
    if (events.length === 0) return
    const tenantId = origin.tenant.ref.id
    const { actor } = origin
    await tx.event.createMany({
      data: events.map((event) => ({
        tenantId,
        id: event.id,
        type: event.type,
        subjectId: event.subjectId,
        payload: event.payload as Prisma.InputJsonValue,
        actorKind: actor.kind,
        actorId: actor.kind === 'person' || actor.kind === 'platform' ? actor.id : null,
        requestId: origin.requestId,
        address: origin.address,
        causationId: origin.causation?.id,
        depth: origin.causation ? origin.causation.depth + 1 : 0,
        occurredAt: origin.now,
      })),
    })
    if (origin.isHistory) return
    const deliveries = events.flatMap((event) =>
      subscribersOf(event.type).map((subscriber) => ({ tenantId, eventId: event.id, subscriber })),
    )
    if (deliveries.length === 0) return
    await tx.eventDelivery.createMany({ data: deliveries })
    afterCommit(() => wakeRelay(origin.tenant.ref))
  }
  return { emit, flush }
}
