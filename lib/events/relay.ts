import { AsyncResource } from 'node:async_hooks'
import { isStopping } from '../core/background'
import { errorText } from '../core/text'
import { TimeoutError, withTimeout } from '../core/with-timeout'
import type { DeliveryStatus, Prisma } from '../db/generated/tenant/client'
import { isTransient, type TenantRef, type TenantTx, unsafeAllTenants, withTenant } from '../db/scope'
import { forEachIsolated } from '../log/for-each-isolated'
import { log } from '../log/log'
import { findTenant, keptTenant, listSchemas, type ResolvedTenant } from '../tenancy/resolve'
import { type Claim, claimNext, claimRest, loadDue, loadEvent } from './claim'
import { sayDead } from './dead'
import { eventBuffer } from './emit'
import type { EventOf, EventType } from './event-types'
import { findSubscriber } from './registry'
import { RetryLaterError, type Subscriber } from './subscriber'
import { hearWakes, relayLooks, wakeRelay } from './wake'

/** Seconds until the next try; after the last the delivery is dead and kept. */
const backoffSeconds = [10, 60, 300]
/** How long a delivery that went outside is left alone before another process may take it up. */
const leaseSeconds = 120
const defaultLimits = {
  outsideMs: 60_000,
  handleMs: 20_000,
  /** How long a receiver takes before another loop goes on with the rest. */
  slowMs: 5,
  /** After how long one unit of work begins nothing more: the embedded database has one connection. */
  unitMs: 50,
}
type Limits = typeof defaultLimits
/** Deliveries under way at once for one tenant in one process, so that a slow receiver does not hold up the rest. */
const atOnce = 4
/** How many turns a loop does alone: one that is begun for nothing has asked for nothing. */
const alone = 5
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

/**
 * Delivers until nothing is due: in order within an ordering key. One loop does it, and others beside it, a few at most, while
 * that one waits for a slow receiver, or finds much to do.
 */
export async function deliverAll(ref: TenantRef, find = findSubscriber, given: Partial<Limits> = {}) {
  const limits = { ...defaultLimits, ...given }
  const tenant = await keptTenant(ref.id)
  if (!tenant || tenant.status === 'suspended') return // kept until the workspace is resumed
  const loops = new Set<Promise<void>>()
  const failures: unknown[] = []
  /** Which looks for what goes first before each of its turns, so that it waits for no more than the one at hand. */
  let first: symbol | null = null
  let waiting = 0
  const begin = () => {
    if (loops.size === atOnce || isStopping()) return
    const loop = deliverDue(Symbol('loop'))
      .catch((error) => void failures.push(error))
      .finally(() => loops.delete(loop))
    loops.add(loop)
  }
  const deliverDue = async (own: symbol) => {
    const leaveFirst = () => {
      if (first === own) first = null
    }
    const onWait = (isWaiting: boolean) => {
      waiting += isWaiting ? 1 : -1
      if (!isWaiting) return
      leaveFirst()
      begin()
    }
    const next = () => {
      first ??= own
      return deliverNext(tenant, find, limits, { isFirst: first === own, onWait })
    }
    try {
      for (let turns = 1; !isStopping() && (await next()); turns++) if (turns % alone === 0) begin()
    } finally {
      leaveFirst()
    }
  }
  // As part of this, whoever's unit of work it was that has something new.
  const onWake = AsyncResource.bind(() => {
    if (loops.size > 0 && waiting === loops.size) begin()
  })
  await hearWakes(ref, onWake, async () => {
    begin()
    while (loops.size > 0) await Promise.all(loops)
  })
  if (failures.length > 0) throw failures[0]
}

interface Turn {
  isFirst: boolean
  /** True when it begins to wait for a slow receiver, so that another loop can go on, and false when that is over. */
  onWait: (isWaiting: boolean) => void
}

/** The deliveries of one event that are due, as far as one unit of work takes them up. @returns whether there were any */
async function deliverNext(
  tenant: ResolvedTenant,
  find: typeof findSubscriber,
  limits: Limits,
  { isFirst, onWait }: Turn,
): Promise<boolean> {
  let claim: Claim | undefined
  let leased: Started[] = []
  const onEach = (each: Claim) => {
    claim = each
  }
  relayLooks(tenant.ref)
  try {
    leased = await withTenant(tenant.ref, async (tx) => {
      claim = await claimNext(tx, tenant.ref.id, isFirst)
      if (!claim) return []
      const { event, claims } = await loadDue(tx, tenant.ref.id, claim)
      return takeUp(tx, tenant, { event, claims, find, limits, onEach })
    })
  } catch (error) {
    if (!claim) throw error
    const failed = claim
    await withTenant(tenant.ref, (tx) => recordFailure(tx, tenant, failed, error as Error))
  }
  if (leased.length > 0) await notingWaits(onWait, limits.slowMs, Promise.all(leased.map((each) => deliverOutside(tenant, each, limits))))
  return claim !== undefined
}

async function notingWaits(onWait: Turn['onWait'], slowMs: number, receivers: Promise<unknown>) {
  let isWaiting = false
  const timer = setTimeout(() => {
    isWaiting = true
    onWait(true)
  }, slowMs)
  await receivers.finally(() => {
    clearTimeout(timer)
    if (isWaiting) onWait(false)
  })
}

interface Started {
  claim: Claim
  subscriber: Subscriber
  event: EventOf<EventType>
}

interface Due {
  event: EventOf<EventType>
  claims: Claim[]
  find: typeof findSubscriber
  limits: Limits
  onEach: (claim: Claim) => void
}

/**
 * What several subscribers do with an event is one unit of work, in which each fails alone: all are about the same, so that they want
 * the same locks. What they emit is written at its end, under locks on what it is about.
 * @returns what must go outside first, leased
 */
async function takeUp(tx: TenantTx, tenant: ResolvedTenant, { event, claims, find, limits, onEach }: Due): Promise<Started[]> {
  const leased: Started[] = []
  const handled: Handled[] = []
  const until = performance.now() + limits.unitMs
  for (const claim of claims) {
    onEach(claim)
    const subscriber = find(claim.subscriber)
    if (!subscriber) await recordFailure(tx, tenant, claim, new UnknownSubscriberError(claim.subscriber))
    else if (subscriber.outside) leased.push({ claim, subscriber, event })
    else if (handled.length > 0 && performance.now() > until)
      break // others have waited long enough
    else handled.push(...(await handle(tx, tenant, { claim, subscriber, event }, undefined, limits)))
  }
  for (const { claim, events } of handled) {
    onEach(claim)
    await events.write()
  }
  await mark(tx, tenant.ref.id, handled, leased)
  return leased
}

/** A subscriber that reaches the network does so without a unit of work, and then has one of its own. */
async function deliverOutside(tenant: ResolvedTenant, started: Started, limits: Limits) {
  const { claim, subscriber, event } = started
  try {
    const found = await withTimeout(limits.outsideMs, claim.subscriber, subscriber.outside?.({ tenant, event }) ?? Promise.resolve())
    await withTenant(tenant.ref, async (tx) => {
      const handled = await handle(tx, tenant, started, found, limits)
      for (const { events } of handled) await events.write()
      await mark(tx, tenant.ref.id, handled, [])
    })
  } catch (error) {
    await withTenant(tenant.ref, (tx) => recordFailure(tx, tenant, claim, error as Error))
  }
}

/** A delivery to a consumer this version does not have; kept, to be replayed under its new name. */
class UnknownSubscriberError extends Error {
  constructor(name: string) {
    super(`this version has no subscriber called ${name}`) // not-words: for the operator, kept with the delivery
  }
}

interface Handled {
  claim: Claim
  /** What was delivered: its event, and what else the same act had to say. */
  eventIds: string[]
  events: ReturnType<typeof eventBuffer>
}

/** The subscriber's effects, all or nothing; what they emit is still to be written. Empty where it failed, which is recorded. */
async function handle(tx: TenantTx, tenant: ResolvedTenant, { claim, subscriber, event }: Started, found: unknown, limits: Limits) {
  const now = new Date()
  const actor = { kind: 'system', name: claim.subscriber } as const
  const causation = { id: event.id, depth: event.depth, orderingKey: claim.orderingKey }
  const hold = claim.heldUntil ?? undefined
  const events = eventBuffer({ tx, tenant, actor, now, requestId: event.requestId, address: null, causation, hold })
  const others = subscriber.handleAct && claim.actId ? await claimRest(tx, tenant.ref.id, claim) : []
  const handled: Handled = { claim, eventIds: [claim, ...others].map(({ eventId }) => eventId), events }
  // Nothing to do in the database, and nothing to take back.
  if (subscriber.isOutsideOnly) return [handled]
  await tx.$executeRaw`SAVEPOINT effects`
  try {
    const work = { tenant, actor, tx, now, emit: events.emit, flush: events.flush }
    const doing =
      subscriber.handleAct && others.length > 0
        ? subscriber.handleAct(work, [event, ...(await Promise.all(others.map(({ eventId }) => loadEvent(tx, tenant.ref.id, eventId))))])
        : subscriber.handle(work, event, found)
    await withTimeout(limits.handleMs, claim.subscriber, doing)
    await events.flush()
  } catch (error) {
    if (error instanceof TimeoutError) throw error // it may still be writing; only the end of the transaction stops it
    if (isTransient(error)) throw error // the whole unit of work is done again, which costs no try
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT effects`
    await recordFailure(tx, tenant, claim, error as Error)
    return []
  }
  return [handled]
}

/** By the database's clock, which all share. */
async function mark(tx: TenantTx, tenantId: string, handled: readonly Handled[], leased: readonly Started[]) {
  const rows = [
    ...handled.flatMap(({ claim, eventIds }) => eventIds.map((eventId) => ({ ...claim, eventId, isDone: true }))),
    ...leased.map(({ claim }) => ({ ...claim, isDone: false })),
  ].map(({ eventId, subscriber, attempts, isDone }) => ({ eventId, subscriber, attempts, isDone }))
  if (rows.length === 0) return
  await tx.$executeRaw`
    UPDATE event_delivery d SET
      status = CASE WHEN v."isDone" THEN 'done' ELSE 'running' END::"DeliveryStatus",
      done_at = CASE WHEN v."isDone" THEN clock_timestamp() END,
      attempts = CASE WHEN v."isDone" THEN v.attempts + 1 ELSE d.attempts END,
      last_error = CASE WHEN NOT v."isDone" THEN d.last_error END,
      due_at = CASE WHEN v."isDone" THEN d.due_at ELSE clock_timestamp() + make_interval(secs => ${leaseSeconds}::float) END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v ("eventId" uuid, subscriber text, attempts int, "isDone" boolean)
    WHERE d.tenant_id = ${tenantId}::uuid AND d.event_id = v."eventId" AND d.subscriber = v.subscriber`
}

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
