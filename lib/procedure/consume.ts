import type { Actor } from '../actor/actor'
import { rateLimited } from '../core/errors'
import { addressKey } from '../core/ip-address'
import { type RateLimits, rateLimitCeiling } from '../tenancy/rate-limits'
import type { Caller, ProcedureMeta } from './context'
import { type Cost, costsOf, takeToken } from './rate-limit'

/** Pages whose request was counted, and whether it may go on: whatever a page reads while it is rendered, it is one request. */
const countedPages = new WeakMap<Caller, Promise<void>>()

/** Takes a token of each; the answer tells of the one that has least left. */
async function pay(caller: Caller, costs: Cost[], now: Date) {
  const verdicts = await Promise.all(costs.map(({ key, limit, windowMs }) => takeToken(key, limit, now.getTime(), windowMs)))
  const tightest = verdicts.sort((a, b) => Number(a.allowed) - Number(b.allowed) || a.remaining - b.remaining)[0]
  if (!tightest) return
  const isTold = Number(caller.responseHeaders?.get('X-RateLimit-Remaining') ?? Number.POSITIVE_INFINITY) < tightest.remaining
  if (!isTold || !tightest.allowed) {
    caller.responseHeaders?.set('X-RateLimit-Limit', String(tightest.limit))
    caller.responseHeaders?.set('X-RateLimit-Remaining', String(tightest.remaining))
    caller.responseHeaders?.set('X-RateLimit-Reset', String(tightest.resetSeconds))
  }
  if (!tightest.allowed) throw rateLimited(tightest.resetSeconds)
}

export async function consumeRateLimitToken(
  caller: Caller,
  actor: Actor,
  limits: RateLimits,
  scope: string,
  path: readonly string[],
  now: Date,
) {
  if (caller.kind === 'inside') return
  const at = (route: string) => ({ scope, address: addressKey(caller.address), route })
  if (caller.kind !== 'page') return pay(caller, costsOf(actor, limits, at(path.join('.'))), now)
  // One that was refused is refused at each of its reads.
  const counted = countedPages.get(caller) ?? pay(caller, costsOf(actor, limits, at('page')), now)
  countedPages.set(caller, counted)
  await counted
}

/** A tighter limit of what a procedure does, per address: sign-in, public forms. */
export async function consumeOwnToken(
  caller: Caller,
  meta: ProcedureMeta,
  limits: RateLimits,
  path: readonly string[],
  scope: string,
  now: Date,
) {
  const limit = meta.limit ? limits[meta.limit] : meta.perMinute
  if (!limit || caller.kind === 'inside') return
  const key = `own:${meta.limitedAs ?? path.join('.')}:${scope}:${addressKey(caller.address)}`
  await pay(caller, [{ key, limit: Math.min(limit, rateLimitCeiling()), windowMs: 60_000 }], now)
}
