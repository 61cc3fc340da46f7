import { call } from '@orpc/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { purgeRecordsJob } from '../audit/jobs'
import { receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withOwner } from '../db/owner'
import { withPlatform, withTenant } from '../db/scope'
import { sweepDeliveries } from '../events/relay'
import { dispatchJobs } from '../jobs/dispatch'
import { installJobRunner } from '../jobs/embedded'
import { enqueueJob } from '../jobs/enqueue'
import { runJob } from '../jobs/run'
import { provisionTenantJob, verifyDomainsJob } from '../platform/jobs'
import { resumeTenant, suspendTenant } from '../platform/tenants'
import { internalCaller } from '../procedure/caller'
import { openTestDatabase } from '../testing/database'
import { inWork, makeTenant, system } from '../testing/factories'
import type { ResolvedTenant } from './resolve'

openTestDatabase()

let tenant: ResolvedTenant
beforeAll(async () => {
  await withOwner(installJobRunner)
  tenant = await makeTenant('paused')
})

const context = { caller: internalCaller({ tenant: null, actor: system }) }
const version = async () => (await withPlatform((tx) => tx.tenant.findUniqueOrThrow({ where: { id: tenant.ref.id } }))).version
const run = { input: {}, tenant: null, progress: async () => {} }

describe('a suspended workspace', () => {
  it('does nothing, keeps what comes in, and does it all once it is resumed', async () => {
    const { id } = tenant.ref
    await call(suspendTenant, { id, version: await version(), reason: 'unpaid' }, { context })
    await withPlatform((tx) => tx.domain.create({ data: { id: newId(), tenantId: id, hostname: 'paused.example.com', token: 'x' } }))
    const raw = Buffer.from('From: a@example.com\r\nSubject: While you slept\r\n\r\nHello')
    await receiveMail(tenant, { recipient: 'support@paused.localhost', provider: 'test', raw }, 'test')
    const jobId = await withTenant(tenant.ref, (tx) => enqueueJob({ tx, tenantId: id }, provisionTenantJob, {}))
    await sweepDeliveries()
    await dispatchJobs()
    await runJob(jobId)
    await verifyDomainsJob.run(run)
    await drainBackground()
    const job = () => withPlatform((tx) => tx.job.findUniqueOrThrow({ where: { id: jobId } }))
    expect(await inWork(tenant, ({ tx }) => tx.ticket.count())).toBe(0)
    expect(await inWork(tenant, ({ tx }) => tx.event.count({ where: { type: 'domain.check_requested' } }))).toBe(0)
    expect(await job()).toMatchObject({ status: 'queued', dispatchedAt: null, attempts: 0 })

    await call(resumeTenant, { id, version: await version() }, { context })
    await drainBackground()
    const tickets = await inWork(tenant, ({ tx }) => tx.ticket.findMany())
    expect(tickets.map(({ title }) => title)).toEqual(['While you slept'])
    expect((await job()).dispatchedAt).not.toBeNull()
    await runJob(jobId)
    expect(await job()).toMatchObject({ status: 'done', attempts: 1 })
  })
})

describe('a workspace whose tables are missing', () => {
  it('keeps no other workspace from its work', async () => {
    const lost = { id: newId(), slug: 'lost', name: 'Lost', schemaName: 'tenant_lost' }
    await withPlatform((tx) => tx.tenant.create({ data: lost }))
    const [expired, at] = [newId(), new Date(Date.now() - 40 * 86400_000)]
    await inWork(tenant, async ({ tx, emit }) => {
      emit('mail.ignored', { reason: 'x' })
      await tx.idempotencyKey.create({
        data: { tenantId: tenant.ref.id, actorId: 'a', key: expired, procedure: 'p', requestHash: 'h', createdAt: at },
      })
    })
    await sweepDeliveries()
    await purgeRecordsJob.run(run)
    await drainBackground()
    expect(await inWork(tenant, ({ tx }) => tx.idempotencyKey.count({ where: { key: expired } }))).toBe(0)
    expect(await inWork(tenant, ({ tx }) => tx.eventDelivery.count({ where: { status: { in: ['pending', 'running'] } } }))).toBe(0)
  })
})
