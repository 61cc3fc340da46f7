import type { Actor } from '../actor/actor'
import { rateLimited } from '../core/errors'
import { addressKey } from '../core/ip-address'
import { type RateLimits, rateLimitCeiling } from '../tenancy/rate-limits'
import type { Caller, ProcedureMeta } from './context'
import { type Cost, costsOf, takeToken } from './rate-limit'

/** Pages whose request was counted: whatever a page reads while it is rendered, it is one request. */
const countedPages = new WeakSet<Caller>()

/** Takes a token of each; the answer tells of the one that has least left. */
function pay(caller: Caller, costs: Cost[], now: Date) {
  const verdicts = costs.map(({ key, limit, windowMs }) => takeToken(key, limit, now.getTime(), windowMs))
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

export function consumeRateLimitToken(caller: Caller, actor: Actor, limits: RateLimits, scope: string, path: readonly string[], now: Date) {
  if (countedPages.has(caller) || caller.kind === 'inside') return
  const route = caller.kind === 'page' ? 'page' : path.join('.')
  pay(caller, costsOf(actor, limits, { scope, address: addressKey(caller.address), route }), now)
  // One that was refused is refused at each of its reads.
  if (caller.kind === 'page') countedPages.add(caller)
}

/** A tighter limit of what a procedure does, per address: sign-in, public forms. */
export function consumeOwnToken(
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
  pay(caller, [{ key, limit: Math.min(limit, rateLimitCeiling()), windowMs: 60_000 }], now)
}
