import { ORPCError, os, ValidationError } from '@orpc/server'
import { errorCatalogue, type FieldErrors, forbidden, invalid, notFound, rateLimited, unauthenticated, unavailable } from '../core/errors'
import { hasUnstorable } from '../core/text'
import { withPlatform, withTenant } from '../db/scope'
import { env } from '../env'
import { eventBuffer } from '../events/emit'
import { type Actor, hasAnywhere, isStaff, type TenantActor } from '../identity/actor'
import { isRootHost } from '../tenancy/host'
import { type ResolvedTenant, resolveHost } from '../tenancy/resolve'
import { authenticate, authenticatePlatform } from './authenticate'
import type { CallContext, Door, PlatformContext, ProcedureMeta, RequestContext, TenantContext } from './context'
import { claimKey, hashInput, keepResponse, keyPattern } from './idempotency'
import { bucketOf, takeToken } from './rate-limit'

const base = os.$context<CallContext>().$meta<ProcedureMeta>({}).errors(errorCatalogue)

/** Turns what validation found into our own error; everything else passes. */
const translated = base.middleware(async ({ next }, input) => {
  if (hasUnstorable(input)) throw invalid({ '': ['Text must be whole Unicode characters, without NUL.'] })
  try {
    return await next()
  } catch (error) {
    if (error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError)
      throw invalid(fieldsOf(error.cause))
    throw error
  }
})

function fieldsOf({ issues }: ValidationError): FieldErrors {
  const fields: FieldErrors = {}
  for (const issue of issues) {
    const path = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part)).join('.')
    fields[path] = [...(fields[path] ?? []), issue.message]
  }
  return fields
}

const timed = base.$context<CallContext>().middleware(({ next }) => next({ context: { now: new Date() } }))

function charge(door: Door, actor: Actor, scope: string, now: Date) {
  const bucket = door.kind === 'inside' ? null : bucketOf(actor, scope, door.address)
  if (!bucket) return
  const verdict = takeToken(bucket.key, bucket.limit, now.getTime())
  door.responseHeaders?.set('X-RateLimit-Limit', String(verdict.limit))
  door.responseHeaders?.set('X-RateLimit-Remaining', String(verdict.remaining))
  door.responseHeaders?.set('X-RateLimit-Reset', String(verdict.resetSeconds))
  if (!verdict.allowed) throw rateLimited(verdict.resetSeconds)
}

/** A tighter limit that a procedure sets for itself, per address: sign-in, public forms. */
function chargeOwn(door: Door, meta: ProcedureMeta, path: readonly string[], scope: string, now: Date) {
  if (!meta.perMinute || door.kind === 'inside') return
  const key = `own:${path.join('.')}:${scope}:${door.address ?? 'unknown'}`
  const verdict = takeToken(key, meta.perMinute, now.getTime())
  if (!verdict.allowed) throw rateLimited(verdict.resetSeconds)
}

async function tenantOf(door: Door): Promise<ResolvedTenant> {
  const tenant = door.as ? door.as.tenant : door.host && (await resolveHost(door.host))
  if (!tenant) throw notFound('A desk on this host')
  if (tenant.status === 'suspended' && !door.as) throw forbidden('This desk is suspended.')
  if (tenant.status === 'preparing' && !door.as) throw unavailable('This desk is being set up. It is ready in a moment.')
  return tenant
}

const refusals = new WeakSet<object>()

/**
 * Marks an error as one whose unit of work is kept: a failed sign-in must be
 * counted although it is refused. What was written before it commits.
 */
export function keepWork<E extends object>(error: E): E {
  refusals.add(error)
  return error
}

type Settled<T> = { value: T } | { refusal: unknown }

async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    if (error instanceof ORPCError && refusals.has(error)) return { refusal: error }
    throw error
  }
}

function unwrap<T>(settled: Settled<T>): T {
  if ('refusal' in settled) throw settled.refusal
  return settled.value
}

/** Tenant, actor, limits, permission and idempotency, all in one unit of work. */
const inTenant = base.$context<RequestContext>().middleware(async ({ context, next, path, procedure }, input, output) => {
  const { door, now } = context
  const meta: ProcedureMeta = procedure['~orpc'].meta
  const tenant = await tenantOf(door)
  chargeOwn(door, meta, path, tenant.ref.id, now)
  const settled = await withTenant(tenant.ref, async (tx) => {
    const actor = door.as ? door.as.actor : await authenticate(door, tenant, tx, now)
    const { requestId, address, causation } = door
    const events = eventBuffer({ tx, tenant, actor, now, requestId, address, causation })
    const result = await settle(async () => {
      charge(door, actor, tenant.ref.id, now)
      refuseUnpermitted(actor, meta)
      const extended: TenantContext = { door, now, tenant, actor, tx, emit: events.emit, settle: events.settle }
      const claim = claimOf(door, meta, path, input, tenant.ref.id, actor)
      const run = async () => next({ context: extended })
      if (!claim) return run()
      const replay = await claimKey(tx, claim)
      if (replay) {
        door.responseHeaders?.set('Idempotency-Replayed', 'true')
        return output(replay.response as never) as unknown as Awaited<ReturnType<typeof run>>
      }
      const answer = await run()
      await keepResponse(tx, claim, answer.output)
      return answer
    })
    await events.flush()
    return result
  })
  return unwrap(settled)
})

function refuseUnpermitted(actor: Actor, { permission, audience }: ProcedureMeta) {
  if (!permission || !audience) throw new Error('the procedure states no permission')
  if (audience === 'public') return
  if (actor.kind === 'anonymous') throw unauthenticated()
  const belongs = audience === 'customer' || isStaff(actor)
  if (!belongs) throw forbidden()
  if (permission === 'public') return
  if (permission === 'signed-in') {
    if (actor.kind === 'person' && actor.onlyTicketId) throw forbidden('The link from the mail opens one request. Sign in for the rest.')
    return
  }
  if (permission === 'platform' || !hasAnywhere(actor, permission)) throw forbidden()
}

function claimOf(door: Door, meta: ProcedureMeta, path: readonly string[], input: unknown, tenantId: string, actor: Actor) {
  const key = door.method === 'POST' ? door.headers.get('idempotency-key') : null
  if (key === null || door.kind === 'inside' || meta.showsSecret) return null
  if (!keyPattern.test(key)) throw invalid({ 'Idempotency-Key': ['Use 1 to 200 visible ASCII characters.'] })
  // The key of a form is our own, made of what it says: it may come again from another network.
  const stranger = door.kind === 'action' ? 'anonymous' : `anonymous:${door.address ?? ''}`
  const actorId = actor.kind === 'person' ? actor.id : stranger
  return { tenantId, actorId, key, procedure: path.join('.'), requestHash: hashInput(input) }
}

const requireTenantActor = base.$context<TenantContext>().middleware(({ context, next }) => {
  const { actor } = context
  if (actor.kind !== 'person' && actor.kind !== 'system') throw unauthenticated()
  return next({ context: { actor: actor as TenantActor } })
})

const inPlatform = base.$context<RequestContext>().middleware(async ({ context, next, path, procedure }) => {
  const { door, now } = context
  const meta: ProcedureMeta = procedure['~orpc'].meta
  // A tenant's host has no platform: nothing there hints at one.
  if (door.kind !== 'inside' && !(door.host && isRootHost(door.host, env().ROOT_DOMAIN))) throw notFound('This page')
  chargeOwn(door, meta, path, 'platform', now)
  const settled = await withPlatform(async (tx) => {
    const known = door.as?.actor.kind === 'system' ? door.as.actor : await authenticatePlatform(door, tx, now)
    if (!known && meta.audience !== 'public') throw unauthenticated()
    const actor = known ?? ({ kind: 'anonymous' } as const)
    charge(door, actor, 'platform', now)
    const extended: PlatformContext = { door, now, tx, actor }
    return settle(async () => next({ context: extended }))
  })
  return unwrap(settled)
})

const inRequest = base.use(translated).use(timed)

/** Anyone on a tenant's host, signed in or not. */
export const publicProcedure = inRequest.meta({ audience: 'public' }).use(inTenant)
/** Anyone signed in on a tenant's host. */
export const customerProcedure = inRequest.meta({ audience: 'customer' }).use(inTenant).use(requireTenantActor)
/** A tenant's staff: agents and above. */
export const agentProcedure = inRequest.meta({ audience: 'agent' }).use(inTenant).use(requireTenantActor)
/** Admins and owners, and staff whose custom role holds the permission. */
export const adminProcedure = inRequest.meta({ audience: 'admin' }).use(inTenant).use(requireTenantActor)
/** The operator's people, on the root host only. */
export const platformProcedure = inRequest.meta({ audience: 'platform', permission: 'platform' }).use(inPlatform)
/** Anyone on the root host: sign-up. */
export const publicPlatformProcedure = inRequest.meta({ audience: 'public', permission: 'public' }).use(inPlatform)
