import { z } from 'zod'
import { eachAlone } from '../core/each-alone'
import { withPlatform, withTenant } from '../db/scope'
import { defineJob } from '../jobs/define'
import { listTenants } from '../tenancy/resolve'

const day = 86400_000

/** Removes what has served: expired keys, links and sessions, and the marks of finished work. What happened stays. */
export const purgeRecordsJob = defineJob({
  id: 'records.purge',
  title: 'Remove expired records',
  input: z.object({}),
  schedule: '41 3 * * *',
  priority: 'low',
  timeoutSeconds: 1800,
  async run() {
    const now = Date.now()
    const before = (days: number) => new Date(now - days * day)
    await eachAlone(await listTenants(), 'tenant', (tenant) =>
      withTenant(tenant, async (tx) => {
        const tenantId = tenant.id
        await tx.idempotencyKey.deleteMany({ where: { tenantId, createdAt: { lt: before(1) } } })
        await tx.channelMessage.deleteMany({ where: { tenantId, createdAt: { lt: before(1) } } })
        await tx.notification.deleteMany({ where: { tenantId, updatedAt: { lt: before(90) } } })
        await tx.oneTimeToken.deleteMany({ where: { tenantId, expiresAt: { lt: before(7) } } })
        await tx.refreshToken.deleteMany({ where: { tenantId, expiresAt: { lt: before(30) } } })
        await tx.session.deleteMany({ where: { tenantId, expiresAt: { lt: before(30) }, refreshTokens: { none: {} } } })
        await tx.eventDelivery.deleteMany({ where: { tenantId, status: 'done', doneAt: { lt: before(30) } } })
      }),
    )
    await withPlatform((tx) => tx.job.deleteMany({ where: { status: { in: ['done', 'cancelled'] }, createdAt: { lt: before(30) } } }))
  },
})
