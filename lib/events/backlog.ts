import { z } from 'zod'
import { rowsOf } from '../db/rows'
import { unsafeAllTenants, withPlatform } from '../db/scope'
import { findTenant, listSchemas } from '../tenancy/resolve'

/** What of a tenant is due and was not begun. */
export interface Backlog {
  /** Null for the platform's own jobs. */
  tenant: string | null
  jobs: number
  deliveries: number
  oldestDueAt: Date
}

const waitingJobs = z.object({ id: z.string().nullable(), tenant: z.string().nullable(), jobs: z.int(), oldestDueAt: z.date() })

/** Whose background work waits, who waits longest first. A suspended or deleted workspace's waits on purpose. */
export async function readBacklog(now = new Date()): Promise<Backlog[]> {
  const jobs = await withPlatform((tx) =>
    rowsOf(
      waitingJobs,
      tx.$queryRaw`
        SELECT j.tenant_id::text AS id, t.name AS tenant, count(*)::int AS jobs, min(j.due_at) AS "oldestDueAt"
        FROM platform.job j LEFT JOIN platform.tenant t ON t.id = j.tenant_id
        WHERE j.status IN ('queued', 'failed') AND j.due_at <= ${now} AND (j.tenant_id IS NULL OR (t.status = 'active' AND t.deleted_at IS NULL))
        GROUP BY j.tenant_id, t.name`,
    ),
  )
  const found = new Map<string | null, Backlog>(jobs.map(({ id, ...row }) => [id, { ...row, deliveries: 0 }]))
  for (const schema of await listSchemas()) {
    const rows = await unsafeAllTenants('operators must see whose deliveries wait', schema, (tx) =>
      tx.eventDelivery.groupBy({
        by: ['tenantId'],
        where: { status: { in: ['pending', 'running'] }, dueAt: { lte: now } },
        _count: true,
        _min: { dueAt: true },
      }),
    )
    for (const { tenantId, _count: deliveries, _min } of rows) {
      const tenant = await findTenant({ id: tenantId })
      if (!tenant || tenant.status === 'suspended') continue
      const before = found.get(tenantId)
      const at = _min.dueAt ?? now
      const oldestDueAt = before && before.oldestDueAt < at ? before.oldestDueAt : at
      found.set(tenantId, { tenant: tenant.name, jobs: before?.jobs ?? 0, deliveries, oldestDueAt })
    }
  }
  return [...found.values()].sort((a, b) => a.oldestDueAt.getTime() - b.oldestDueAt.getTime())
}
