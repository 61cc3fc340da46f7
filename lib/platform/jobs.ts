import { z } from 'zod'
import { idsOf, rowsOf } from '../db/rows'
import { unsafeAllTenants, withPlatform } from '../db/scope'
import { asSystem } from '../events/as-system'
import type { Work } from '../events/work'
import { defineJob } from '../jobs/define'
import { forEachIsolated } from '../log/for-each-isolated'
import { findTenant, listSchemas } from '../tenancy/resolve'
import { provision } from './provisioning'
import { overdueTenants, purgeTenant } from './purge'

/** Sets up a new workspace, step by step; each step is safe to repeat. */
export const provisionTenantJob = defineJob({
  id: 'tenant.provision',
  title: 'setUpWorkspace',
  /** `entryHash`: of the secret with which whoever signed up follows the setup. */
  input: z.object({ entryHash: z.string().optional() }),
  priority: 'high',
  retryDelaySeconds: 5,
  async run({ tenant, progress }) {
    if (tenant) await provision(tenant, progress)
  },
})

/** Has each workspace in which somebody has an account send them a sign-in link. */
export const findWorkspacesJob = defineJob({
  id: 'workspaces.find',
  title: 'findWorkspaces',
  input: z.object({ email: z.string(), source: z.string() }),
  priority: 'high',
  async run({ input: { email, source } }) {
    await forEachIsolated(await listSchemas(), 'schema', async (schema) => {
      const ids = await unsafeAllTenants('an address is asked for in all workspaces at once', schema, (tx) =>
        idsOf(tx.$queryRaw`SELECT id::text FROM tenants_with_account(${email})`),
      )
      await forEachIsolated(ids, 'tenant', async (id) => {
        const tenant = await findTenant({ id })
        if (tenant?.status === 'active') await asSystem(tenant, 'workspaces.find', (work) => sendLinkTo(work, email, source))
      })
    })
  },
})

async function sendLinkTo({ tx, tenant, emit }: Work, email: string, source: string) {
  const where = { tenantId: tenant.ref.id, email, status: 'active' as const, deletedAt: null }
  const person = await tx.person.findFirst({ where, select: { id: true } })
  if (person) emit('person.link_requested', { purpose: 'magic_link', source }, { subjectId: person.id })
}

const dueDomain = z.object({ id: z.string(), tenantId: z.string(), hostname: z.string(), token: z.string() })

/** Asks the DNS again about domains that are not proven yet: often at first, then more rarely; proven ones once a day. */
export const verifyDomainsJob = defineJob({
  id: 'domains.verify',
  title: 'checkDomains',
  input: z.object({}),
  schedule: '*/15 * * * *',
  async run() {
    const due = await withPlatform((tx) =>
      rowsOf(
        dueDomain,
        tx.$queryRaw`
        SELECT d.id::text, d.tenant_id::text AS "tenantId", d.hostname, d.token FROM domain d
        JOIN tenant t ON t.id = d.tenant_id AND t.status = 'active' AND t.setup IS NULL AND t.deleted_at IS NULL
        WHERE d.checked_at IS NULL OR d.checked_at < now() - CASE
          WHEN d.status = 'verified' OR d.created_at < now() - interval '7 days' THEN interval '1 day'
          WHEN d.created_at < now() - interval '1 day' THEN interval '2 hours'
          ELSE interval '14 minutes' END
        ORDER BY d.checked_at NULLS FIRST LIMIT 500`,
      ),
    )
    await forEachIsolated(due, 'domain', async ({ id, tenantId, hostname, token }) => {
      const tenant = await findTenant({ id: tenantId })
      if (tenant)
        await asSystem(tenant, 'domains.verify', async ({ emit }) => emit('domain.check_requested', { hostname, token }, { subjectId: id }))
    })
  },
})

/** Deletes for good the workspaces that were deleted longer ago than they can be restored. */
export const purgeTenantsJob = defineJob({
  id: 'tenants.purge',
  title: 'purgeWorkspaces',
  input: z.object({}),
  schedule: '37 2 * * *',
  priority: 'low',
  timeoutSeconds: 3600,
  async run() {
    await forEachIsolated(await overdueTenants(), 'tenant', purgeTenant)
  },
})
