import { LRUCache } from 'lru-cache'
import type { Actor } from '../actor/actor'
import { type RateLimits, rateLimitCeiling } from '../tenancy/rate-limits'
import { RateLedger, type RateVerdict } from './rate-ledger'
import type { Settle } from './shared-buckets'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

interface Bucket {
  tokens: number
  at: number
}

const store = globalThis as typeof globalThis & { __barazaBuckets?: LRUCache<string, Bucket>; __barazaLedger?: RateLedger }
const buckets = () => {
  store.__barazaBuckets ??= new LRUCache<string, Bucket>({ max: 100_000, ttl: hourMs })
  return store.__barazaBuckets
}

/**
 * Takes one token from the bucket `key`, which holds `limit` and fills evenly in a minute, or in `windowMs`.
 * @param nowMs milliseconds since the epoch
 */
export function takeHere(key: string, limit: number, nowMs: number, windowMs = minuteMs): RateVerdict {
  const perMs = limit / windowMs
  const before = buckets().get(key)
  const elapsed = before ? Math.max(0, nowMs - before.at) : 0
  const tokens = before ? Math.min(limit, before.tokens + elapsed * perMs) : limit
  const allowed = tokens >= 1
  const left = allowed ? tokens - 1 : tokens
  buckets().set(key, { tokens: left, at: nowMs })
  const waitMs = allowed ? (limit - left) / perMs : (1 - left) / perMs
  return { allowed, limit, remaining: Math.floor(left), resetSeconds: Math.ceil(waitMs / 1000) }
}

/** The same, from the bucket that all processes share where there are several. */
export const takeToken = async (key: string, limit: number, nowMs: number, windowMs = minuteMs): Promise<RateVerdict> =>
  store.__barazaLedger?.take(key, limit, nowMs, windowMs) ?? takeHere(key, limit, nowMs, windowMs)

/** From now on this process shares its buckets with all that settle in the same place. */
export function shareRateLimits(settle: Settle) {
  store.__barazaLedger = new RateLedger(settle)
}

/** Tells the others what is left to tell, and shares no longer. */
export async function stopSharingRateLimits() {
  const ledger = store.__barazaLedger
  store.__barazaLedger = undefined
  await ledger?.close()
}

/** Whether a token is there, without taking it; by what this process knows. */
export function hasToken(key: string, limit: number, nowMs: number): boolean {
  if (store.__barazaLedger) return store.__barazaLedger.has(key, limit, nowMs)
  const before = buckets().get(key)
  return !before || before.tokens + (Math.max(0, nowMs - before.at) * limit) / 60_000 >= 1
}

/** What pays for a request: each of these buckets gives a token, or it is refused. */
export interface Cost {
  key: string
  limit: number
  windowMs: number
}

/** Whose request it is, as its buckets are called; null for calls from inside. */
function callerKey(actor: Actor, scope: string, address: string): string | null {
  if (actor.kind === 'system') return null
  if (actor.kind === 'platform') return `platform:${actor.id}`
  return actor.kind === 'person' ? `person:${scope}:${actor.id}` : `address:${scope}:${address}`
}

const perMinuteOf = (actor: Actor, limits: RateLimits): number => {
  if (actor.kind !== 'person') return actor.kind === 'platform' ? rateLimitCeiling() : limits.signedOut
  return actor.role === 'customer' || actor.role === 'agent' ? limits[actor.role] : limits.admin
}

/** What a request costs its caller, by the limits of the workspace it goes to. */
export function costsOf(actor: Actor, limits: RateLimits, at: { scope: string; address: string; route: string }): Cost[] {
  const key = callerKey(actor, at.scope, at.address)
  if (!key) return []
  const costs = [{ key, limit: perMinuteOf(actor, limits), windowMs: minuteMs }]
  if (actor.kind === 'anonymous' && limits.signedOutPerHour)
    costs.push({ key: `hour:${key}`, limit: limits.signedOutPerHour, windowMs: hourMs })
  if (actor.kind !== 'platform' && limits.route) costs.push({ key: `route:${at.route}:${key}`, limit: limits.route, windowMs: minuteMs })
  return costs
}

/** For tests, which share a process. To clear the cache would go through all of its places, taken or not. */
export function forgetRateLimits() {
  for (const key of [...buckets().keys()]) buckets().delete(key)
}
