import { z } from 'zod'
import { Prisma } from '../db/generated/tenant/client'
import { type TenantRef, withPlatform, withTenant } from '../db/scope'
import { defineJob } from '../jobs/define'
import { forEachIsolated } from '../log/for-each-isolated'
import { listTenants } from '../tenancy/resolve'

const day = 86400_000

const atOnce = 500

/** What there may be millions of goes in pieces, each in a unit of work of its own. */
async function purge(tenant: TenantRef, rows: Prisma.Sql) {
  const piece = Prisma.sql`DELETE FROM ${rows} AND ctid IN (SELECT ctid FROM ${rows} LIMIT ${atOnce})`
  while ((await withTenant(tenant, (tx) => tx.$executeRaw(piece))) === atOnce) {}
}

/** Removes what has served: expired keys, links and sessions, and the marks of finished work. What happened stays. */
export const purgeRecordsJob = defineJob({
  id: 'records.purge',
  title: 'removeExpired',
  input: z.object({}),
  schedule: '41 3 * * *',
  priority: 'low',
  timeoutSeconds: 1800,
  async run() {
    const now = Date.now()
    const before = (days: number) => new Date(now - days * day)
    await forEachIsolated(await listTenants(), 'tenant', async (tenant) => {
      await withTenant(tenant, async (tx) => {
        const tenantId = tenant.id
        await tx.idempotencyKey.deleteMany({ where: { tenantId, createdAt: { lt: before(1) } } })
        await tx.oneTimeToken.deleteMany({ where: { tenantId, expiresAt: { lt: before(7) } } })
        await tx.refreshToken.deleteMany({ where: { tenantId, expiresAt: { lt: before(30) } } })
        await tx.session.deleteMany({ where: { tenantId, expiresAt: { lt: before(30) }, refreshTokens: { none: {} } } })
      })
      await purge(tenant, Prisma.sql`channel_message WHERE tenant_id = ${tenant.id}::uuid AND created_at < ${before(1)}`)
      await purge(tenant, Prisma.sql`notification WHERE tenant_id = ${tenant.id}::uuid AND updated_at < ${before(90)}`)
      await purge(tenant, Prisma.sql`inbound_mail WHERE tenant_id = ${tenant.id}::uuid AND status = 'spam' AND received_at < ${before(30)}`)
      await purge(tenant, Prisma.sql`event_delivery WHERE tenant_id = ${tenant.id}::uuid AND status = 'done' AND done_at < ${before(30)}`)
    })
    await withPlatform((tx) => tx.job.deleteMany({ where: { status: { in: ['done', 'cancelled'] }, createdAt: { lt: before(30) } } }))
    await withPlatform((tx) => tx.signInFailure.deleteMany({ where: { lastAt: { lt: before(2) } } }))
    await withPlatform((tx) => tx.job.deleteMany({ where: { status: 'dead', createdAt: { lt: before(90) } } }))
  },
})
