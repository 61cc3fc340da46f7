import { z } from 'zod'
import { withPlatform } from '../db/scope'
import { asSystem } from '../events/as-system'
import { defineJob } from '../jobs/define'
import { provision } from './provision'
import { findTenant } from './resolve'

/** Sets up a new desk, step by step; each step is safe to repeat. */
export const provisionTenantJob = defineJob({
  id: 'tenant.provision',
  title: 'Set up a desk',
  /** `entryHash`: of the secret with which whoever signed up follows the setup. */
  input: z.object({ entryHash: z.string().optional() }),
  priority: 'high',
  retryDelaySeconds: 5,
  async run({ tenant, progress }) {
    if (tenant) await provision(tenant, progress)
  },
})

/** Asks the DNS again about domains that are not proven yet: often at first, then more rarely; proven ones once a day. */
export const verifyDomainsJob = defineJob({
  id: 'domains.verify',
  title: 'Check custom domains',
  input: z.object({}),
  schedule: '*/15 * * * *',
  async run() {
    const due = await withPlatform(
      (tx) => tx.$queryRaw<{ id: string; tenantId: string; hostname: string; token: string }[]>`
        SELECT id::text, tenant_id::text AS "tenantId", hostname, token FROM domain
        WHERE checked_at IS NULL OR checked_at < now() - CASE
          WHEN status = 'verified' OR created_at < now() - interval '7 days' THEN interval '1 day'
          WHEN created_at < now() - interval '1 day' THEN interval '2 hours'
          ELSE interval '14 minutes' END
        ORDER BY checked_at NULLS FIRST LIMIT 500`,
    )
    for (const { id, tenantId, hostname, token } of due) {
      const tenant = await findTenant({ id: tenantId })
      if (tenant)
        await asSystem(tenant, 'domains.verify', async ({ emit }) => emit('domain.check_requested', { hostname, token }, { subjectId: id }))
    }
  },
})
