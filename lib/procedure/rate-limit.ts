import { LRUCache } from 'lru-cache'
import type { Actor } from '../actor/actor'

/** Requests a minute (PRODUCT 15). Staff above agents are bounded only to protect the server. */
const perMinute = { customer: 150, agent: 250, moderator: 6000, admin: 6000, owner: 6000 } as const
const anonymousPerMinute = 150

interface Bucket {
  tokens: number
  at: number
}

const store = globalThis as typeof globalThis & { __barazaBuckets?: LRUCache<string, Bucket> }
const buckets = () => {
  store.__barazaBuckets ??= new LRUCache<string, Bucket>({ max: 100_000, ttl: 10 * 60_000 })
  return store.__barazaBuckets
}

export interface RateVerdict {
  allowed: boolean
  limit: number
  remaining: number
  /** Seconds until a token is there (refused) or until the bucket is full again (allowed). */
  resetSeconds: number
}

/**
 * Takes one token from the bucket `key`, which holds `limit` and fills evenly in a minute, or in `windowMs`.
 * @param nowMs milliseconds since the epoch
 */
export function takeToken(key: string, limit: number, nowMs: number, windowMs = 60_000): RateVerdict {
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

/** Whether a token is there, without taking it. */
export function hasToken(key: string, limit: number, nowMs: number): boolean {
  const before = buckets().get(key)
  return !before || before.tokens + (Math.max(0, nowMs - before.at) * limit) / 60_000 >= 1
}

/** The bucket that pays for a request of this actor; null for calls from inside. */
export function bucketOf(actor: Actor, scope: string, address: string): { key: string; limit: number } | null {
  if (actor.kind === 'system') return null
  if (actor.kind === 'platform') return { key: `platform:${actor.id}`, limit: perMinute.admin }
  if (actor.kind === 'person') return { key: `person:${scope}:${actor.id}`, limit: perMinute[actor.role] }
  return { key: `address:${scope}:${address}`, limit: anonymousPerMinute }
}

export const forgetRateLimits = () => buckets().clear()
