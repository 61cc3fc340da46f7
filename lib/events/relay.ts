import { isStopping } from '../core/background'
import { errorText } from '../core/text'
import { TimeoutError, withTimeout } from '../core/with-timeout'
import { type DeliveryStatus, Prisma } from '../db/generated/tenant/client'
import { isTransient, type TenantRef, type TenantTx, unsafeAllTenants, withTenant } from '../db/scope'
import { forEachIsolated } from '../log/for-each-isolated'
import { log } from '../log/log'
import { findTenant, listSchemas, type ResolvedTenant } from '../tenancy/resolve'
import { sayDead } from './dead'
import { eventBuffer } from './emit'
import type { EventOf, EventType } from './event-types'
import { findSubscriber } from './registry'
import { RetryLaterError, type Subscriber } from './subscriber'
import { wakeRelay } from './wake'

/** Seconds until the next try; after the last the delivery is dead and kept. */
const backoffSeconds = [10, 60, 300]
/** How long a delivery that went outside is left alone before another process may take it up. */
const leaseSeconds = 120
const defaultLimits = { outsideMs: 60_000, handleMs: 20_000 }
type Limits = typeof defaultLimits
/** Deliveries under way at once for one tenant in one process, so that a slow receiver does not hold up the rest. */
const atOnce = 4
const unfinished: DeliveryStatus[] = ['pending', 'running']

/** Takes up what a crash left behind and what is due for another try. */
export async function sweepDeliveries(now = new Date()) {
  for (const tenant of await tenantsWith({ status: { in: unfinished }, dueAt: { lte: now } })) wakeRelay(tenant.ref)
}

/** Called at start by the only process on its database: whoever was running a delivery is gone. */
export async function releaseDeliveries() {
  for (const tenant of await tenantsWith({ status: 'running' }))
    await withTenant(
      tenant.ref,
      (tx) => tx.$executeRaw`UPDATE event_delivery SET status = 'pending', due_at = now()
        WHERE tenant_id = ${tenant.ref.id}::uuid AND status = 'running'`,
    )
}

async function tenantsWith(where: Prisma.EventDeliveryWhereInput): Promise<ResolvedTenant[]> {
  const found: ResolvedTenant[] = []
  await forEachIsolated(await listSchemas(), 'schema', async (schema) => {
    const rows = await unsafeAllTenants('the sweep must find which tenants have deliveries due', schema, (tx) =>
      tx.eventDelivery.groupBy({ by: ['tenantId'], where }),
    )
    for (const { tenantId } of rows) {
      const tenant = await findTenant({ id: tenantId })
      if (tenant && tenant.status !== 'suspended') found.push(tenant)
    }
  })
  return found
}

/** Delivers until nothing is due: in order within an ordering key, a few keys at once. */
export async function deliverAll(ref: TenantRef, find = findSubscriber, limits = defaultLimits) {
  const tenant = await findTenant({ id: ref.id })
  if (!tenant || tenant.status === 'suspended') return // kept until the workspace is resumed
  // One of them looks for what goes first before each of its turns, so that it waits for no more than the one at hand.
  const deliverDue = async (isFirst: boolean) => {
    while (
      !isStopping() &&
      ((isFirst && (await deliverNext(tenant, find, limits, isFirst))) || (await deliverNext(tenant, find, limits)))
    ) {}
  }
  await Promise.all(Array.from({ length: atOnce }, (_, n) => deliverDue(n === 0)))
}

type Claim = {
  eventId: string
  subscriber: string
  orderingKey: string
  attempts: number
  actId: string | null
  /** Until when what it causes waits as well. */
  heldUntil: Date | null
}

async function deliverNext(tenant: ResolvedTenant, find: typeof findSubscriber, limits: Limits, isFirst = false): Promise<boolean> {
  let claim: Claim | undefined
  try {
    const leased = await withTenant(tenant.ref, async (tx) => {
      claim = await claimNext(tx, tenant.ref.id, isFirst)
      if (!claim) return
      const subscriber = find(claim.subscriber)
      if (!subscriber) return recordFailure(tx, tenant, claim, new UnknownSubscriberError(claim.subscriber))
      const started = { claim, subscriber, event: await loadEvent(tx, tenant.ref.id, claim.eventId) }
      if (!subscriber.outside) return finish(tx, tenant, started, undefined, limits)
      await lease(tx, tenant.ref.id, claim)
      return started
    })
    if (leased) {
      const { subscriber, event } = leased
      const found = await withTimeout(
        limits.outsideMs,
        leased.claim.subscriber,
        subscriber.outside?.({ tenant, event }) ?? Promise.resolve(),
      )
      await withTenant(tenant.ref, (tx) => finish(tx, tenant, leased, found, limits))
    }
  } catch (error) {
    if (!claim) throw error
    const failed = claim
    await withTenant(tenant.ref, (tx) => recordFailure(tx, tenant, failed, error as Error))
  }
  return claim !== undefined
}

interface Started {
  claim: Claim
  subscriber: Subscriber
  event: EventOf<EventType>
}

/** A delivery to a consumer this version does not have; kept, to be replayed under its new name. */
class UnknownSubscriberError extends Error {
  constructor(name: string) {
    super(`this version has no subscriber called ${name}`) // not-words: for the operator, kept with the delivery
  }
}

/** The subscriber's effects, what they emit, and the mark: all or nothing. */
async function finish(tx: TenantTx, tenant: ResolvedTenant, { claim, subscriber, event }: Started, found: unknown, limits: Limits) {
  const now = new Date()
  const actor = { kind: 'system', name: claim.subscriber } as const
  const causation = { id: event.id, depth: event.depth, orderingKey: claim.orderingKey }
  const hold = claim.heldUntil ?? undefined
  const events = eventBuffer({ tx, tenant, actor, now, requestId: event.requestId, address: null, causation, hold })
  const others = subscriber.handleAct && claim.actId ? await claimRest(tx, tenant.ref.id, claim) : []
  await tx.$executeRaw`SAVEPOINT effects`
  try {
    const work = { tenant, actor, tx, now, emit: events.emit, flush: events.flush }
    const handled =
      subscriber.handleAct && others.length > 0
        ? subscriber.handleAct(work, [event, ...(await Promise.all(others.map(({ eventId }) => loadEvent(tx, tenant.ref.id, eventId))))])
        : subscriber.handle(work, event, found)
    await withTimeout(limits.handleMs, claim.subscriber, handled)
    await events.write()
  } catch (error) {
    if (error instanceof TimeoutError) throw error // it may still be writing; only the end of the transaction stops it
    if (isTransient(error)) throw error // the whole unit of work is done again, which costs no try
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT effects`
    return recordFailure(tx, tenant, claim, error as Error)
  }
  await tx.eventDelivery.updateMany({
    where: { tenantId: tenant.ref.id, subscriber: claim.subscriber, eventId: { in: [claim, ...others].map(({ eventId }) => eventId) } },
    data: { status: 'done', doneAt: now, attempts: claim.attempts + 1, lastError: null },
  })
}

/** What the same act has to say now to the same subscriber under the same ordering key: nobody else can take it up before this one. */
const claimRest = (tx: TenantTx, tenantId: string, { eventId, subscriber, orderingKey, actId }: Claim) =>
  tx.$queryRaw<{ eventId: string }[]>`
    SELECT event_id::text AS "eventId" FROM event_delivery
    WHERE tenant_id = ${tenantId}::uuid AND act_id = ${actId} AND ordering_key = ${orderingKey} AND subscriber = ${subscriber}
      AND status = 'pending' AND due_at <= statement_timestamp() AND event_id <> ${eventId}::uuid ORDER BY seq FOR UPDATE`

const loadEvent = async (tx: TenantTx, tenantId: string, id: string) =>
  (await tx.event.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } })) as EventOf<EventType>

/**
 * The first that is due and is the oldest unfinished of its ordering key. Due by the database's clock, which all share.
 * What waits to be undone stands in the way of what else waits for that, and of nothing else: a customer's answer to a ticket
 * overtakes what was done to it a moment before.
 * The oldest is looked up row by row, by its index: as NOT EXISTS the planner joins all that waits with itself. The lower
 * bound lets one index serve what is due and not that lookup (bench/relay.ts).
 */
async function claimNext(tx: TenantTx, tenantId: string, isFirst: boolean): Promise<Claim | undefined> {
  const rows = await tx.$queryRaw<Claim[]>`
    SELECT event_id::text AS "eventId", subscriber, ordering_key AS "orderingKey", attempts, act_id AS "actId",
      CASE WHEN leaves_at > statement_timestamp() THEN leaves_at END AS "heldUntil" FROM event_delivery d
    WHERE tenant_id = ${tenantId}::uuid AND status IN ('pending', 'running') AND due_at <= statement_timestamp() AND due_at >= '1970-01-01 00:00+00'
      ${isFirst ? Prisma.sql`AND goes_first` : Prisma.empty}
      AND seq = (SELECT e.seq FROM event_delivery e WHERE e.tenant_id = d.tenant_id AND e.subscriber = d.subscriber
        AND e.ordering_key = d.ordering_key AND e.status IN ('pending', 'running')
        AND (e.leaves_at IS NULL OR e.leaves_at <= statement_timestamp() OR e.due_at <> e.leaves_at OR d.leaves_at IS NOT NULL) ORDER BY e.seq LIMIT 1)
    ORDER BY due_at, seq, subscriber LIMIT 1 FOR UPDATE OF d SKIP LOCKED`
  return rows[0]
}

const lease = (tx: TenantTx, tenantId: string, { eventId, subscriber }: Claim) => tx.$executeRaw`
  UPDATE event_delivery SET status = 'running', due_at = clock_timestamp() + make_interval(secs => ${leaseSeconds}::float)
  WHERE tenant_id = ${tenantId}::uuid AND event_id = ${eventId}::uuid AND subscriber = ${subscriber}`

/** Seconds until the next try; undefined when there is none. */
function waitAfter(error: Error, attempts: number): number | undefined {
  if (error instanceof UnknownSubscriberError || attempts >= backoffSeconds.length) return undefined
  return error instanceof RetryLaterError ? error.afterSeconds : backoffSeconds[attempts]
}

/** Counted in the unit of work that holds the delivery, so that no other process takes it up in between. */
async function recordFailure(tx: TenantTx, tenant: ResolvedTenant, claim: Claim, error: Error) {
  const wait = waitAfter(error, claim.attempts)
  log().error({ err: error, tenantId: tenant.ref.id, ...claim, dead: wait === undefined }, 'a subscriber failed')
  await tx.$executeRaw`
    UPDATE event_delivery SET attempts = attempts + 1, last_error = ${errorText(error)},
      status = ${wait === undefined ? 'dead' : 'pending'}::"DeliveryStatus",
      due_at = clock_timestamp() + make_interval(secs => ${wait ?? 0}::float)
    WHERE tenant_id = ${tenant.ref.id}::uuid AND event_id = ${claim.eventId}::uuid AND subscriber = ${claim.subscriber}
      AND status <> 'done' AND attempts = ${claim.attempts}`
  if (wait === undefined) await sayDead(tx, tenant, 'delivery.died', { subscriber: claim.subscriber }, claim.eventId)
  else setTimeout(() => wakeRelay(tenant.ref), wait * 1000 + 50).unref()
}
