import { z } from 'zod'
import { type TenantRef, withTenant } from '../db/scope'
import { defineJob } from '../jobs/define'
import { forEachIsolated } from '../log/for-each-isolated'
import { listTenants } from '../tenancy/resolve'
import { lockDeletedTickets } from '../tickets/ticket/removal'
import { purgeTickets } from './personal-data'

/** Days after which a removed ticket is gone for good. */
const keptDays = 30

/** Deletes for good what was removed long ago: the conversation goes with it, what happened stays in the audit trail. */
export const purgeTicketsJob = defineJob({
  id: 'tickets.purge',
  title: 'purgeTickets',
  input: z.object({}),
  schedule: '23 4 * * *',
  priority: 'low',
  timeoutSeconds: 1800,
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', (tenant) => purgeRemoved(tenant, new Date(Date.now() - keptDays * 86_400_000)))
  },
})

const atOnce = 10

export async function purgeRemoved(tenant: TenantRef, before: Date): Promise<void> {
  for (let purged = atOnce; purged === atOnce; )
    purged = await withTenant(tenant, async (tx) => {
      const ids = await lockDeletedTickets(tx, tenant.id, before, atOnce)
      if (ids.length > 0) await purgeTickets({ tx, tenantId: tenant.id, now: new Date() }, ids)
      return ids.length
    })
}
