import { AsyncResource } from 'node:async_hooks'
import { isStopping } from '../core/background'
import { databaseKind } from '../db/connection'
import type { DeliveryStatus, Prisma } from '../db/generated/tenant/client'
import { type TenantRef, unsafeAllTenants, withTenant } from '../db/scope'
import { forEachIsolated } from '../log/for-each-isolated'
import { findTenant, keptTenant, listSchemas, type ResolvedTenant } from '../tenancy/resolve'
import { type Claim, claimDue, longestRun } from './claim'
import { deliverOutside, type Limits, limitsOf, type Started, TogetherTooLongError, takeUp } from './delivery'
import { recordFailure } from './mark'
import { pacer } from './pace'
import { findSubscriber } from './registry'
import { hearWakes, relayLooks, wakeRelay } from './wake'

/** Units of work under way at once for one tenant in one process, so that a slow receiver does not hold up the rest. */
const atOnce = 4
/** A unit of work that lasts longer, in milliseconds, is one that others do not wait for. */
const tooLongMs = 500
/** One turn in so many begins with what is to be delivered last, so that it is slow and never still. */
const lastEvery = 8
/** Of how many ordering keys a loop takes something up at once: few to begin with, and more while it finds as many. */
const [fewest, most] = [4, 64]
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
 * that one waits for a slow receiver or a slow handler; once it has its answer, one of them is enough. However much there is, it keeps
 * one connection busy, so that people keep the others.
 */
export async function deliverAll(ref: TenantRef, find = findSubscriber, given: Partial<Limits> = {}) {
  const limits = { ...limitsOf(databaseKind()), ...given }
  const tenant = await keptTenant(ref.id)
  if (!tenant || tenant.status === 'suspended') return // kept until the workspace is resumed
  const loops = new Set<Promise<void>>()
  const failures: unknown[] = []
  let [going, waiting] = [0, 0]
  // What one loop has found the next one goes by.
  let hasMore = false
  let wanted = fewest
  let isLeft = false
  let turn = 0
  const begin = () => {
    if (going === atOnce || isStopping()) return
    const loop = deliverDue()
      .catch((error) => {
        failures.push(error)
        // Whoever ended because this one went on is gone.
        if (isLeft && going === waiting) begin()
      })
      .finally(() => loops.delete(loop))
    loops.add(loop)
  }
  const onWait = (isWaiting: boolean) => {
    waiting += isWaiting ? 1 : -1
    if (isWaiting) begin()
  }
  const deliverDue = async () => {
    going++
    try {
      while (!isStopping()) {
        await paced(ref.id, hasMore ? 0 : limits.paceMs)
        if (isStopping()) return
        isLeft = false
        turn++
        const asked = wanted // others change it meanwhile
        const found = await deliverNext(tenant, find, limits, { isReversed: turn % lastEvery === 0, most: asked, onWait })
        if (found.heads === 0 && isLeft) continue
        if (found.heads === 0) return
        const isFull = found.heads === asked
        hasMore = isFull || found.isLeft
        // To look for more than there is can take long, where much waits behind little.
        wanted = isFull ? Math.max(wanted, Math.min(2 * asked, most)) : Math.max(found.heads, fewest)
        if (going - waiting === 1) continue
        // Another one went on while this one waited, as fast as this one would. It looks once more: what this one delivered stood in the way.
        isLeft = true
        return
      }
    } finally {
      going-- // at once, so that of two that end together one goes on
    }
  }
  // As part of this, whoever's unit of work it was that has something new.
  const onWake = AsyncResource.bind(() => {
    if (going > 0 && waiting === going) begin()
    else isLeft = true
  })
  await hearWakes(ref, onWake, async () => {
    begin()
    while (loops.size > 0) await Promise.all(loops)
  })
  if (failures.length > 0) throw failures[0]
}

/** What follows closely is taken up together. */
const paced = pacer()

interface Turn {
  isReversed: boolean
  most: number
  /** True when it begins to wait for something slow, so that another loop can go on, and false when that is over. */
  onWait: (isWaiting: boolean) => void
}

interface Found {
  /** Of how many ordering keys there was some. */
  heads: number
  /** More of these is due. */
  isLeft: boolean
}

/** As much as is due and one unit of work takes up. */
async function deliverNext(
  tenant: ResolvedTenant,
  find: typeof findSubscriber,
  limits: Limits,
  { isReversed, most, onWait }: Turn,
): Promise<Found> {
  let claim: Claim | undefined
  let found: Found = { heads: 0, isLeft: false }
  let leased: Started[] = []
  const onEach = (each: Claim) => {
    claim = each
  }
  relayLooks(tenant.ref)
  try {
    const unit = withTenant(tenant.ref, async (tx) => {
      const { heads, due, isLeft } = await claimDue(tx, tenant.ref.id, isReversed, most)
      found = { heads, isLeft: true }
      const taken = await takeUp(tx, tenant, { due, find, limits, onEach })
      found.isLeft = isLeft || due.length >= longestRun || taken.count < due.length
      return taken.leased
    })
    leased = await notingWaits(onWait, tooLongMs, unit)
  } catch (error) {
    if (!claim) throw error
    if (error instanceof TogetherTooLongError) return deliverNext(tenant, find, { ...limits, acts: 1 }, { isReversed, most, onWait })
    const failed = claim
    await withTenant(tenant.ref, (tx) => recordFailure(tx, tenant, failed, error as Error))
  }
  if (leased.length > 0) await notingWaits(onWait, limits.slowMs, deliverOutside(tenant, leased, limits))
  return found
}

async function notingWaits<T>(onWait: Turn['onWait'], slowMs: number, work: Promise<T>): Promise<T> {
  let isWaiting = false
  const timer = setTimeout(() => {
    isWaiting = true
    onWait(true)
  }, slowMs)
  return work.finally(() => {
    clearTimeout(timer)
    if (isWaiting) onWait(false)
  })
}
