import { setTimeout as pause } from 'node:timers/promises'
import { TimeoutError, withTimeout } from '../core/with-timeout'
import { isolated, isTransient, type TenantTx, withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type Claim, type Due, isOfAct, laneOf } from './claim'
import { eventBuffer, writeEvents } from './emit'
import type { EventOf, EventType } from './event-types'
import { mark, recordFailure, UnknownSubscriberError } from './mark'
import { paceMs } from './pace'
import type { Subscriber } from './subscriber'
import type { Work } from './work'

/** What ends outside within so many milliseconds is marked together. */
const markedWithinMs = 5
export const defaultLimits = {
  outsideMs: 60_000,
  handleMs: 20_000,
  /** How long a receiver takes before another loop goes on with the rest. */
  slowMs: 5,
  /** After how long one unit of work begins nothing more. */
  unitMs: 250,
  /** How many acts one consumer handles at once. */
  acts: 64,
  /** How long after a look that found all there was comes the next one. */
  paceMs: paceMs('postgres'),
}
export type Limits = typeof defaultLimits

/** The embedded database has one connection, for which people wait. */
export const limitsOf = (kind: 'embedded' | 'postgres' | 'vercel'): Limits =>
  kind === 'embedded' ? { ...defaultLimits, unitMs: 50, acts: 8, paceMs: paceMs(kind) } : defaultLimits

export interface Started extends Due {
  subscriber: Subscriber
}

interface Taking {
  due: readonly Due[]
  find: (name: string) => Subscriber | undefined
  limits: Limits
  onEach: (claim: Claim) => void
}

/**
 * What is due is one unit of work, in which each fails alone, and what comes after it in its ordering key waits. What they emit is
 * written at its end, for that takes locks which others want.
 * @returns what must go outside first, leased, and how much was taken up, that included
 */
export async function takeUp(
  tx: TenantTx,
  tenant: ResolvedTenant,
  { due, find, limits, onEach }: Taking,
): Promise<{ leased: Started[]; count: number }> {
  const leased: Started[] = []
  const handled: Handled[] = []
  /** Ordering keys of which nothing more is taken up, and what was delivered with something before it. */
  const [held, done] = [new Set<string>(), new Set<Due>()]
  const until = performance.now() + limits.unitMs
  for (const each of due) {
    const { claim } = each
    const lane = laneOf(claim)
    if (each.isBehind || held.has(lane) || done.has(each)) continue
    if (handled.length > 0 && performance.now() > until) break // others have waited long enough
    onEach(claim)
    const subscriber = find(claim.subscriber)
    if (!subscriber) await recordFailure(tx, tenant, claim, new UnknownSubscriberError(claim.subscriber))
    else if (subscriber.outside) {
      leased.push({ ...each, subscriber })
      if (!subscriber.outsideTogether) held.add(lane)
      continue
    } else {
      const acts = actsOf(each, subscriber, due, { held, done, limits })
      const results = await handle(tx, tenant, subscriber, acts, { limits, onEach })
      handled.push(...results)
      if (results.length === acts.length) continue
      for (const [{ claim: failed }] of acts) if (!results.some((result) => result.claims.includes(failed))) held.add(laneOf(failed))
      continue
    }
    held.add(lane)
  }
  await writeEvents(handled.map(({ events }) => events))
  const delivered = handled.flatMap(({ claims }) => claims)
  await mark(tx, tenant.ref.id, { done: delivered, leased: leased.map(({ claim }) => claim) })
  return { leased, count: delivered.length + leased.length }
}

/** What a consumer takes up with this one: what else its act has to say, and other acts where it handles several at once. */
function actsOf(
  first: Due,
  subscriber: Subscriber,
  due: readonly Due[],
  { held, done, limits }: { held: ReadonlySet<string>; done: Set<Due>; limits: Limits },
): [Due, ...Due[]][] {
  const acts: [Due, ...Due[]][] = []
  const begin = (each: Due) => {
    done.add(each)
    const isTogether = subscriber.handleAct || subscriber.handleActs
    const others = isTogether ? due.filter((other) => !done.has(other) && isOfAct(other.claim, each.claim)) : []
    for (const other of others) done.add(other)
    acts.push([each, ...others])
  }
  begin(first)
  if (!subscriber.handleActs || first.claim.attempts > 0) return acts
  /** Ordering keys in which something failed before: that is tried alone, and before the rest. */
  const passed = new Set<string>()
  for (const each of due) {
    if (acts.length === limits.acts) break
    const { claim, isBehind } = each
    if (claim.subscriber !== first.claim.subscriber || isBehind || done.has(each)) continue
    const lane = laneOf(claim)
    if (claim.attempts > 0) passed.add(lane)
    if (!passed.has(lane) && !held.has(lane)) begin(each)
  }
  return acts
}

/** Subscribers that reach the network do so without a unit of work, and then have one of their own. */
export const deliverOutside = (tenant: ResolvedTenant, leased: readonly Started[], limits: Limits) =>
  Promise.all([...Map.groupBy(leased, ({ subscriber }) => subscriber.name)].map(([, group]) => deliverGroup(tenant, group, limits)))

async function deliverGroup(tenant: ResolvedTenant, group: readonly Started[], limits: Limits) {
  const [first] = group
  const { outsideTogether, isOutsideOnly } = (first as Started).subscriber
  if (!outsideTogether && isOutsideOnly) return deliverApart(tenant, group, limits)
  if (!outsideTogether || group.length === 1) return void (await Promise.all(group.map((each) => deliverOne(tenant, each, limits))))
  const events = group.map(({ event }) => event)
  const isDone = await withTimeout(limits.outsideMs, (first as Started).claim.subscriber, outsideTogether({ tenant, events })).then(
    () => true,
    () => false,
  )
  if (isDone && isOutsideOnly) return withTenant(tenant.ref, (tx) => mark(tx, tenant.ref.id, { done: group.map(({ claim }) => claim) }))
  // Each by itself, so that those fail alone that do.
  const held = new Set<string>()
  for (const each of group) {
    const lane = laneOf(each.claim)
    if (held.has(lane)) await withTenant(tenant.ref, (tx) => mark(tx, tenant.ref.id, { given: [each.claim] }))
    else if (!(await deliverOne(tenant, each, limits))) held.add(lane)
  }
}

/** Each by itself. Those that end within a moment are marked together. */
async function deliverApart(tenant: ResolvedTenant, group: readonly Started[], limits: Limits) {
  let done: Claim[] = []
  let marking: Promise<void> | undefined
  const markSoon = async () => {
    await pause(markedWithinMs)
    const claims = done
    done = []
    marking = undefined
    await withTenant(tenant.ref, (tx) => mark(tx, tenant.ref.id, { done: claims }))
  }
  await Promise.all(
    group.map(async ({ claim, subscriber, event }) => {
      try {
        await withTimeout(limits.outsideMs, claim.subscriber, subscriber.outside?.({ tenant, event }) ?? Promise.resolve())
      } catch (error) {
        return withTenant(tenant.ref, (tx) => recordFailure(tx, tenant, claim, error as Error))
      }
      done.push(claim)
      marking ??= markSoon()
      await marking
    }),
  )
}

/** @returns whether it was delivered */
async function deliverOne(tenant: ResolvedTenant, started: Started, limits: Limits): Promise<boolean> {
  const { claim, subscriber, event } = started
  try {
    const found = await withTimeout(limits.outsideMs, claim.subscriber, subscriber.outside?.({ tenant, event }) ?? Promise.resolve())
    return await withTenant(tenant.ref, async (tx) => {
      const [handled] = await handle(tx, tenant, subscriber, [[started]], { found, limits, onEach: () => {} })
      if (!handled) return false
      await handled.events.write()
      await mark(tx, tenant.ref.id, { done: handled.claims })
      return true
    })
  } catch (error) {
    await withTenant(tenant.ref, (tx) => recordFailure(tx, tenant, claim, error as Error))
    return false
  }
}

/** Several acts took too long together: which of them does so by itself is not known. */
export class TogetherTooLongError extends TimeoutError {}

interface Handled {
  claim: Claim
  /** What was delivered: its own, and what else the same act had to say. */
  claims: Claim[]
  events: ReturnType<typeof eventBuffer>
}

interface Handling extends Pick<Taking, 'limits' | 'onEach'> {
  /** What its outside found. */
  found?: unknown
}

/**
 * The subscriber's effects, all or nothing; what they emit is still to be written. Where several acts fail together each is tried
 * alone, and what fails alone is recorded.
 */
async function handle(
  tx: TenantTx,
  tenant: ResolvedTenant,
  subscriber: Subscriber,
  acts: readonly [Due, ...Due[]][],
  { found, limits, onEach }: Handling,
): Promise<Handled[]> {
  const now = new Date()
  const prepared = acts.map((act) => prepare(tx, tenant, act, now))
  // Nothing to do in the database, and nothing to take back.
  if (subscriber.isOutsideOnly) return prepared.map(({ handled }) => handled)
  const { claim } = (acts[0] as [Due])[0]
  try {
    await isolated(async () => {
      await withTimeout(limits.handleMs, claim.subscriber, doing(subscriber, prepared, found))
      for (const { work } of prepared) await work.flush()
    })
  } catch (error) {
    // It may still be writing; only the end of the transaction stops it.
    if (error instanceof TimeoutError) throw acts.length > 1 ? new TogetherTooLongError(error.message) : error
    if (isTransient(error)) throw error // the whole unit of work is done again, which costs no try
    if (acts.length === 1) {
      await recordFailure(tx, tenant, claim, error as Error)
      return []
    }
    return eachAlone(tx, tenant, subscriber, acts, { limits, onEach })
  }
  return prepared.map(({ handled }) => handled)
}

function doing(subscriber: Subscriber, prepared: readonly Prepared[], found: unknown): Promise<unknown> {
  const [{ work, events }] = prepared as [Prepared]
  if (subscriber.handleActs) return subscriber.handleActs(prepared)
  return subscriber.handleAct && events.length > 1 ? subscriber.handleAct(work, events) : subscriber.handle(work, events[0], found)
}

/** What comes after a failed one in its ordering key waits. */
async function eachAlone(...[tx, tenant, subscriber, acts, handling]: Parameters<typeof handle>) {
  const handled: Handled[] = []
  const failed = new Set<string>()
  for (const act of acts) {
    const lane = laneOf(act[0].claim)
    if (failed.has(lane)) continue
    handling.onEach(act[0].claim)
    const results = await handle(tx, tenant, subscriber, [act], handling)
    handled.push(...results)
    if (results.length === 0) failed.add(lane)
  }
  return handled
}

interface Prepared {
  handled: Handled
  work: Work
  events: [EventOf<EventType>, ...EventOf<EventType>[]]
}

function prepare(tx: TenantTx, tenant: ResolvedTenant, [first, ...others]: [Due, ...Due[]], now: Date): Prepared {
  const { claim, event } = first
  const actor = { kind: 'system', name: claim.subscriber } as const
  const causation = { id: event.id, depth: event.depth, orderingKey: claim.orderingKey }
  const hold = claim.heldUntil ?? undefined
  const buffer = eventBuffer({ tx, tenant, actor, now, requestId: event.requestId, address: null, causation, hold })
  const handled: Handled = { claim, claims: [claim, ...others.map((other) => other.claim)], events: buffer }
  const work = { tenant, actor, tx, now, emit: buffer.emit, flush: buffer.flush }
  return { handled, work, events: [event, ...others.map((other) => other.event)] }
}
