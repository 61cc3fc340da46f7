import { ORPCError, os, ValidationError } from '@orpc/server'
import { z } from 'zod'
import { type Actor, isStaff, type TenantActor } from '../actor/actor'
import { conflict, errorCatalogue, type FieldErrors, forbidden, invalid, notFound, unauthenticated, unavailable } from '../core/errors'
import { issueText } from '../core/issues'
import type { ErrorText } from '../core/message'
import { hasUnstorable } from '../core/text'
import type { Prisma } from '../db/generated/tenant/client'
import { isCollision, outageOf } from '../db/outage'
import { type TenantTx, withoutWaiting, withPlatform, withTenant } from '../db/scope'
import { env } from '../env'
import { eventBuffer } from '../events/emit'
import type { Work } from '../events/work'
import { log } from '../log/log'
import { isRootHost } from '../tenancy/host'
import { limitsInEffect } from '../tenancy/rate-limits'
import { type ResolvedTenant, resolveHost } from '../tenancy/resolve'
import { sayError } from '../text/say'
import { authenticate, authenticatePlatform } from './authenticate'
import { consumeOwnToken, consumeRateLimitToken } from './consume'
import type { CallContext, Caller, PiecesContext, PlatformContext, ProcedureMeta, RequestContext, TenantContext } from './context'
import { answerOf, type Claim, claimKey, claimOf, keepingResponse } from './idempotency'
import { actorOfPage, isPageRead, readForPage } from './page-unit'
import { refuseReadingToken, refuseUnpermitted } from './permit'
import { wordsFor } from './words'

z.config({ localeError: issueText })

const base = os.$context<CallContext>().$meta<ProcedureMeta>({}).errors(errorCatalogue)

/** Turns what validation found into our own error, and puts every error into the caller's language; defects pass. */
const translated = base.middleware(async ({ context, next }, input) => {
  try {
    if (hasUnstorable(input)) throw invalid({ '': ['input.unicode'] })
    return await next()
  } catch (thrown) {
    if (!(thrown instanceof ORPCError)) throw await knownAs(thrown, context.caller)
    const error = thrown.code === 'BAD_REQUEST' && thrown.cause instanceof ValidationError ? invalid(fieldsOf(thrown.cause)) : thrown
    // What called from inside may keep the error as it is; whoever shows it says it in the reader's language.
    if (context.caller.kind !== 'inside') sayError(error, await wordsFor(context.caller))
    throw error
  }
})

/**
 * A full disk or an absent database is no defect of ours, nor that somebody else was quicker by a moment: whoever asked may come
 * back. What called from inside has its own retries.
 */
async function knownAs(thrown: unknown, caller: Caller): Promise<unknown> {
  const outage = outageOf(thrown)
  const isSecond = !outage && isCollision(thrown)
  if ((!outage && !isSecond) || caller.kind === 'inside') return thrown
  if (outage) log().error({ err: thrown, requestId: caller.requestId, outage }, 'a request was put off')
  else log().warn({ err: thrown, requestId: caller.requestId }, 'a request came second')
  const error = outage ? unavailable() : conflict()
  sayError(error, await wordsFor(caller))
  return error
}

function fieldsOf({ issues }: ValidationError): FieldErrors {
  const fields: FieldErrors = {}
  for (const issue of issues) {
    const path = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part)).join('.')
    // A key that `msg` or issueText put there.
    fields[path] = [...(fields[path] ?? []), issue.message as ErrorText]
  }
  return fields
}

const timed = base.$context<CallContext>().middleware(({ next }) => next({ context: { now: new Date() } }))

async function tenantOf(caller: Caller): Promise<ResolvedTenant> {
  const tenant = caller.as ? caller.as.tenant : caller.host && (await resolveHost(caller.host))
  if (!tenant) throw notFound('workspaceOnHost')
  caller.workspaceLocale = tenant.locale
  if (tenant.status === 'suspended' && !caller.as) throw forbidden('workspace.suspended')
  if (tenant.status === 'preparing' && !caller.as) throw unavailable('workspace.preparing')
  return tenant
}

const refusals = new WeakSet<object>()

/**
 * Marks an error as one whose unit of work is kept: a failed sign-in must be
 * counted although it is refused. What was written before it commits.
 */
export function commitDespite<E extends object>(error: E): E {
  refusals.add(error)
  return error
}

type Attempt<T> = { value: T } | { refusal: unknown }

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    if (error instanceof ORPCError && refusals.has(error)) return { refusal: error }
    throw error
  }
}

function unwrap<T>(attempted: Attempt<T>): T {
  if ('refusal' in attempted) throw attempted.refusal
  return attempted.value
}

/** Tenant, actor, limits, permission and idempotency, all in one unit of work. */
const inTenant = base.$context<RequestContext>().middleware(async ({ context, next, path, procedure }, input, output) => {
  const { caller, now } = context
  const meta: ProcedureMeta = procedure['~orpc'].meta
  const tenant = await tenantOf(caller)
  await consumeOwnToken(caller, meta, tenant.limits, path, tenant.ref.id, now)
  const isRead = isPageRead(caller, meta, procedure['~orpc'].route.method)
  const inUnit = <T>(work: (tx: TenantTx) => Promise<T>) => (isRead ? readForPage(caller, tenant.ref, work) : withTenant(tenant.ref, work))
  const attempted = await inUnit(async (tx) => {
    const whoCalls = () => authenticate(caller, tenant, tx, now)
    const actor = caller.as ? caller.as.actor : await (isRead ? actorOfPage(caller, whoCalls) : whoCalls())
    if (actor.kind === 'person') caller.reader = actor
    const { requestId, address, causation } = caller
    const hold = isUndoable(caller, actor) ? ('window' as const) : undefined
    const events = eventBuffer({ tx, tenant, actor, now, requestId, address, causation, hold, isUndo: meta.isUndo })
    let last: Prisma.Sql | undefined
    const result = await attempt(async () => {
      await consumeRateLimitToken(caller, actor, tenant.limits, tenant.ref.id, path, now)
      refuseUnpermitted(actor, meta)
      refuseReadingToken(actor, meta, procedure['~orpc'].route.method)
      const extended: TenantContext = { caller, now, tenant, actor, tx, emit: events.emit, flush: events.flush }
      const claim = claimOf(caller, meta, path, input, tenant.ref.id, actor)
      const run = async () => next({ context: extended })
      if (!claim) return run()
      const replay = await replayOf(tx, claim, caller)
      if (replay) return output(replay.response as never) as unknown as Awaited<ReturnType<typeof run>>
      const answer = await run()
      last = keepingResponse(claim, answer.output)
      return answer
    })
    await events.write(last)
    return result
  })
  return unwrap(attempted)
})

async function replayOf(tx: TenantTx, claim: Claim, { responseHeaders }: Caller) {
  const replay = await claimKey(tx, claim)
  if (replay) responseHeaders?.set('Idempotency-Replayed', 'true')
  return replay
}

/** The answer is that of the first request with the key. */
class Replayed extends Error {
  constructor(readonly response: unknown) {
    super('replayed') // not-words: nobody sees it
  }
}

/** As `inTenant`, in several units of work: one to know who calls and whether they may, then those that the handler asks for. */
const inPieces = base.$context<RequestContext>().middleware(async ({ context, next, path, procedure }, input, output) => {
  const { caller, now } = context
  const meta: ProcedureMeta = procedure['~orpc'].meta
  const tenant = await tenantOf(caller)
  await consumeOwnToken(caller, meta, tenant.limits, path, tenant.ref.id, now)
  // Whoever was removed, signed out or lost the permission between two pieces stops there.
  const admitted = (found: Actor) => {
    refuseUnpermitted(found, meta)
    refuseReadingToken(found, meta, procedure['~orpc'].route.method)
    return found
  }
  const actorNow = async (tx: TenantTx) => (caller.as ? caller.as.actor : authenticate(caller, tenant, tx, new Date()))
  const { actor, claim, answered } = await withTenant(tenant.ref, async (tx) => {
    const found = await actorNow(tx)
    if (found.kind === 'person') caller.reader = found
    await consumeRateLimitToken(caller, found, tenant.limits, tenant.ref.id, path, now)
    const claimed = claimOf(caller, meta, path, input, tenant.ref.id, admitted(found))
    return { actor: found, claim: claimed, answered: claimed && (await answerOf(tx, claimed)) }
  })
  const { requestId, address, causation } = caller
  const hold = isUndoable(caller, actor) ? ('window' as const) : undefined
  const unit = <T>(work: (work: Work) => Promise<T>): Promise<T> =>
    withTenant(tenant.ref, async (tx) => {
      const by = admitted(await actorNow(tx))
      const events = eventBuffer({ tx, tenant, actor: by, now, requestId, address, causation, hold, isUndo: meta.isUndo })
      const result = await work({ tenant, actor: by, tx, now, emit: events.emit, flush: events.flush })
      await events.write()
      return result
    })
  const conclude = <T>(work: (work: Work) => Promise<T>): Promise<T> =>
    unit(async (open) => {
      const replay = claim && (await claimKey(open.tx, claim))
      if (replay) throw new Replayed(replay.response)
      const answer = await work(open)
      if (claim) withoutWaiting(open.tx.$executeRaw`${keepingResponse(claim, answer)}`)
      return answer
    })
  const run = async () => next({ context: { caller, now, tenant, actor, piece: unit, conclude } satisfies PiecesContext })
  try {
    // What was done already is not begun again.
    if (answered) throw new Replayed(answered.response)
    return await run()
  } catch (error) {
    if (!(error instanceof Replayed)) throw error
    caller.responseHeaders?.set('Idempotency-Replayed', 'true')
    return output(error.response as never) as unknown as Awaited<ReturnType<typeof run>>
  }
})

/** What staff do at a screen can be undone there for some seconds; a program that calls has no second thoughts. */
const isUndoable = ({ kind }: Caller, actor: Actor) =>
  kind !== 'inside' && actor.kind === 'person' && isStaff(actor) && actor.via === 'cookie'

/** What `ask` finds is `before` in the context. Nobody waits for it with a unit of work in hand. */
const asking = <C>(ask: (tenant: ResolvedTenant, caller: Caller, input: unknown) => Promise<C>) =>
  base
    .$context<RequestContext>()
    .middleware(async ({ context, next }, input) =>
      next({ context: { before: await ask(await tenantOf(context.caller), context.caller, input) } }),
    )

const requireTenantActor = base.$context<TenantContext>().middleware(({ context, next }) => {
  const { actor } = context
  if (actor.kind !== 'person' && actor.kind !== 'system') throw unauthenticated()
  return next({ context: { actor: actor as TenantActor } })
})

const requireTenantActorOfPieces = base.$context<PiecesContext>().middleware(({ context, next }) => {
  const { actor, piece, conclude } = context
  if (actor.kind !== 'person' && actor.kind !== 'system') throw unauthenticated()
  return next({ context: { actor, piece, conclude } as unknown as Pick<PiecesContext<TenantActor>, 'actor' | 'piece' | 'conclude'> })
})

const inPlatform = base.$context<RequestContext>().middleware(async ({ context, next, path, procedure }) => {
  const { caller, now } = context
  const meta: ProcedureMeta = procedure['~orpc'].meta
  // A tenant's host has no platform: nothing there hints at one.
  if (caller.kind !== 'inside' && !(caller.host && isRootHost(caller.host, env().ROOT_DOMAIN))) throw notFound('page')
  const limits = limitsInEffect({})
  await consumeOwnToken(caller, meta, limits, path, 'platform', now)
  const attempted = await withPlatform(async (tx) => {
    const known = caller.as?.actor.kind === 'system' ? caller.as.actor : await authenticatePlatform(caller, tx, now)
    if (!known && meta.audience !== 'public') throw unauthenticated()
    const actor = known ?? ({ kind: 'anonymous' } as const)
    await consumeRateLimitToken(caller, actor, limits, 'platform', path, now)
    const extended: PlatformContext = { caller, now, tx, actor }
    return attempt(async () => next({ context: extended }))
  })
  return unwrap(attempted)
})

const inRequest = base.use(translated).use(timed)

/** Anyone on a tenant's host, signed in or not. */
export const publicProcedure = inRequest.meta({ audience: 'public' }).use(inTenant)
/** The same, where something must be asked of others before: it has the input as it came, and a caller that nobody looked at yet. */
export const publicAfter = <C>(ask: (tenant: ResolvedTenant, caller: Caller, input: unknown) => Promise<C>) =>
  inRequest.meta({ audience: 'public' }).use(asking(ask)).use(inTenant)
/** Anyone signed in on a tenant's host. */
export const customerProcedure = inRequest.meta({ audience: 'customer' }).use(inTenant).use(requireTenantActor)
/** A tenant's staff: agents and above. */
export const agentProcedure = inRequest.meta({ audience: 'agent' }).use(inTenant).use(requireTenantActor)
export const agentAfter = <C>(ask: (tenant: ResolvedTenant, caller: Caller, input: unknown) => Promise<C>) =>
  inRequest.meta({ audience: 'agent' }).use(asking(ask)).use(inTenant).use(requireTenantActor)
/** The same, for what reads or writes so much that others must have their turn in between. */
export const agentInPieces = inRequest.meta({ audience: 'agent' }).use(inPieces).use(requireTenantActorOfPieces)
export const customerInPieces = inRequest.meta({ audience: 'customer' }).use(inPieces).use(requireTenantActorOfPieces)
export const adminInPieces = inRequest.meta({ audience: 'admin' }).use(inPieces).use(requireTenantActorOfPieces)
/** Admins and owners, and staff whose custom role holds the permission. */
export const adminProcedure = inRequest.meta({ audience: 'admin' }).use(inTenant).use(requireTenantActor)
/** The operator's people, on the root host only. */
export const platformProcedure = inRequest.meta({ audience: 'platform', permission: 'platform' }).use(inPlatform)
/** Anyone on the root host: sign-up. */
export const publicPlatformProcedure = inRequest.meta({ audience: 'public', permission: 'public' }).use(inPlatform)
