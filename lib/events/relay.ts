import type { DeliveryStatus, Event, Prisma } from '../db/generated/tenant/client'
import { pooledSchema } from '../db/names'
import { type TenantRef, type TenantTx, unsafeAllTenants, withPlatform, withTenant } from '../db/scope'
import { log } from '../log'
import type { Work } from '../procedure/work'
import { findTenant, type ResolvedTenant } from '../tenancy/resolve'
import { eventBuffer } from './emit'
import type { SubscriberName } from './subscriptions'
import { wakeRelay } from './wake'

export interface Delivery {
  tenant: ResolvedTenant
  event: Event
}

/**
 * Consumes an event. `handle` runs in a unit of work and its effects commit
 * together with the mark that it is done. What must reach the network is done
 * in `outside` before that, without a transaction open; it may be repeated
 * after a crash, so it must be harmless to repeat.
 */
export interface Subscriber<Found = unknown> {
  outside?(delivery: Delivery): Promise<Found>
  handle(work: Work, event: Event, found: Found): Promise<void>
}

/** Seconds until the next try; after the last the delivery is dead and kept. */
const backoffSeconds = [10, 60, 300]
/** How long a delivery that went outside is left alone before another process may take it up. */
const leaseMs = 120_000
const unfinished: DeliveryStatus[] = ['pending', 'running']

/** Takes up what a crash left behind and what is due for another try. */
export async function sweepDeliveries(now = new Date()) {
  for (const tenant of await tenantsWith({ status: { in: unfinished }, dueAt: { lte: now } })) wakeRelay(tenant.ref)
}

/** Called at start by the only process on its database: whoever was running a delivery is gone. */
export async function releaseDeliveries(now = new Date()) {
  for (const tenant of await tenantsWith({ status: 'running' }))
    await withTenant(tenant.ref, (tx) =>
      tx.eventDelivery.updateMany({ where: { tenantId: tenant.ref.id, status: 'running' }, data: { status: 'pending', dueAt: now } }),
    )
}

async function tenantsWith(where: Prisma.EventDeliveryWhereInput): Promise<ResolvedTenant[]> {
  const schemas = await withPlatform((tx) =>
    tx.tenant.findMany({ where: { deletedAt: null }, distinct: ['schemaName'], select: { schemaName: true } }),
  )
  const found: ResolvedTenant[] = []
  for (const schema of new Set([pooledSchema, ...schemas.map((row) => row.schemaName)])) {
    const rows = await unsafeAllTenants('the sweep must find which tenants have deliveries due', schema, (tx) =>
      tx.eventDelivery.groupBy({ by: ['tenantId'], where }),
    )
    for (const { tenantId } of rows) {
      const tenant = await findTenant({ id: tenantId })
      if (tenant) found.push(tenant)
    }
  }
  return found
}

/** Delivers one after another until nothing is due. */
export async function deliverAll(ref: TenantRef) {
  const tenant = await findTenant({ id: ref.id })
  if (!tenant) return
  while (await deliverNext(tenant)) {}
}

type Claim = { eventId: string; subscriber: SubscriberName; attempts: number }

async function deliverNext(tenant: ResolvedTenant): Promise<boolean> {
  const now = new Date()
  const { subscribers } = await import('./subscribers')
  let claim: Claim | undefined
  try {
    const leased = await withTenant(tenant.ref, async (tx) => {
      claim = await claimNext(tx, tenant.ref.id, now)
      if (!claim) return
      const event = await loadEvent(tx, tenant.ref.id, claim.eventId)
      const subscriber: Subscriber = subscribers[claim.subscriber]
      if (!subscriber.outside) return finish(tx, tenant, claim, event, undefined, now)
      await mark(tx, tenant.ref.id, claim, { status: 'running', dueAt: new Date(now.getTime() + leaseMs) })
      return { claim, event, outside: subscriber.outside.bind(subscriber) }
    })
    if (leased) {
      const found = await leased.outside({ tenant, event: leased.event })
      await withTenant(tenant.ref, (tx) => finish(tx, tenant, leased.claim, leased.event, found, now))
    }
  } catch (error) {
    if (!claim) throw error
    await recordFailure(tenant, claim, error as Error, now)
  }
  return claim !== undefined
}

/** The subscriber's effects, what they emit, and the mark: all or nothing. */
async function finish(tx: TenantTx, tenant: ResolvedTenant, claim: Claim, event: Event, found: unknown, now: Date) {
  const { subscribers } = await import('./subscribers')
  const actor = { kind: 'system', name: claim.subscriber } as const
  const causation = { id: event.id, depth: event.depth }
  const events = eventBuffer({ tenant, actor, now, requestId: event.requestId, address: null, causation })
  const subscriber: Subscriber = subscribers[claim.subscriber]
  await subscriber.handle({ tenant, actor, tx, now, emit: events.emit }, event, found)
  await events.flush(tx)
  await mark(tx, tenant.ref.id, claim, { status: 'done', doneAt: now, attempts: claim.attempts + 1, lastError: null })
}

const loadEvent = (tx: TenantTx, tenantId: string, id: string) => tx.event.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } })

async function claimNext(tx: TenantTx, tenantId: string, now: Date): Promise<Claim | undefined> {
  const rows = await tx.$queryRaw<Claim[]>`
    SELECT event_id::text AS "eventId", subscriber, attempts FROM event_delivery
    WHERE tenant_id = ${tenantId}::uuid AND status IN ('pending', 'running') AND due_at <= ${now}
    ORDER BY event_id, subscriber LIMIT 1 FOR UPDATE SKIP LOCKED`
  return rows[0]
}

async function recordFailure(tenant: ResolvedTenant, claim: Claim, error: Error, now: Date) {
  const wait = backoffSeconds[claim.attempts]
  log().error({ err: error, tenantId: tenant.ref.id, ...claim, dead: wait === undefined }, 'a subscriber failed')
  await withTenant(tenant.ref, (tx) =>
    mark(tx, tenant.ref.id, claim, {
      attempts: claim.attempts + 1,
      lastError: error.message.slice(0, 2000),
      ...(wait === undefined ? { status: 'dead' } : { status: 'pending', dueAt: new Date(now.getTime() + wait * 1000) }),
    }),
  )
}

const mark = (tx: TenantTx, tenantId: string, claim: Claim, data: Prisma.EventDeliveryUpdateInput) =>
  tx.eventDelivery.update({
    where: {
      tenantId_eventId_subscriber: { tenantId, eventId: claim.eventId, subscriber: claim.subscriber },
    },
    data,
  })
