import { beforeEach, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../core/background'
import { withPlatform, withTenant } from '../db/scope'
import { env } from '../env'
import { readBacklog } from '../events/backlog'
import { sealEvents } from '../events/seal'
import { enqueueJob } from '../jobs/enqueue'
import { tidyDatabaseJob } from '../jobs/jobs'
import type { ResolvedTenant } from '../tenancy/resolve'
import { forgetAllHosts } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makeTenant, makeTicket } from '../testing/factories'
import { checkHealth } from './health'

openTestDatabase()

let tenant: ResolvedTenant
beforeEach(async () => {
  Reflect.deleteProperty(globalThis, '__barazaBacklog')
  await withPlatform((tx) => tx.job.deleteMany())
  tenant = await makeTenant()
  await drainBackground()
})

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
const wait = (dueAt: Date) => withTenant(tenant.ref, (tx) => enqueueJob({ tx, tenantId: tenant.ref.id }, tidyDatabaseJob, {}, { dueAt }))
const health = async () => {
  const response = await checkHealth()
  return [response.status, await response.json()]
}

describe('the health of an installation', () => {
  it('is good while work is begun in time', async () => {
    await wait(minutesAgo(1))
    await wait(minutesAgo(-60))
    expect(await health()).toMatchObject([200, { status: 'ok', checks: { backlog: { status: 'ok' } } }])
  })

  it('is degraded, and no failure, when a job has waited long', async () => {
    await wait(minutesAgo(11))
    const [status, said] = await health()
    expect([status, said]).toMatchObject([200, { status: 'degraded', checks: { database: { status: 'ok' } } }])
    expect(said.checks.backlog.oldestSeconds).toBeGreaterThanOrEqual(660)
  })

  it('says how much of what happened is not sealed yet, and is degraded when that is old', async () => {
    env().JOBS = 'off' // nobody seals
    await inWork(tenant, async ({ emit }) => emit('mail.ignored', { reason: 'x' }))
    const sealing = { status: 'ok', unsealed: 1, oldestSeconds: expect.any(Number) }
    expect(await health()).toMatchObject([200, { status: 'ok', checks: { sealing } }])
    Reflect.deleteProperty(globalThis, '__barazaBacklog')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 })
    try {
      const [, said] = await health()
      expect(said).toMatchObject({ status: 'degraded', checks: { sealing: { status: 'degraded', unsealed: 1 } } })
      expect(said.checks.sealing.oldestSeconds).toBeGreaterThanOrEqual(660)
    } finally {
      vi.useRealTimers()
    }
    env().JOBS = 'on'
    await sealEvents(tenant.ref)
  })

  it('is degraded when a delivery has waited long; operators see whose it is', async () => {
    await makeTicket(tenant)
    await drainBackground()
    await inWork(tenant, ({ tx }) =>
      tx.eventDelivery.updateMany({ where: { subscriber: 'search.index' }, data: { status: 'pending', dueAt: minutesAgo(30) } }),
    )
    await wait(minutesAgo(5))
    const [, said] = await health()
    expect(said).toMatchObject({ status: 'degraded' })
    const [first] = await readBacklog()
    expect(first).toMatchObject({ tenant: tenant.name, jobs: 1, deliveries: 1 })
    expect(Math.round((Date.now() - (first?.oldestDueAt.getTime() ?? 0)) / 60_000)).toBe(30)
    await inWork(tenant, ({ tx }) => tx.eventDelivery.updateMany({ data: { status: 'done' } }))
  })

  it.each([{ status: 'suspended' as const }, { deletedAt: new Date() }])(
    'does not suffer from what a workspace has waiting with %j',
    async (data) => {
      await wait(minutesAgo(60))
      await withPlatform((tx) => tx.tenant.update({ where: { id: tenant.ref.id }, data }))
      forgetAllHosts()
      expect(await health()).toMatchObject([200, { status: 'ok' }])
    },
  )
})
