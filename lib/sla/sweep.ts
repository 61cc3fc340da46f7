import { z } from 'zod'
import { idsOf, rowsOf } from '../db/rows'
import { unsafeAllTenants } from '../db/scope'
import { asSystem } from '../events/as-system'
import { defineJob } from '../jobs/define'
import { forEachIsolated } from '../log/for-each-isolated'
import { findTenant, listSchemas, type ResolvedTenant } from '../tenancy/resolve'
import { recomputeClocks } from './recompute'

const atOnce = 20

const passed = z.object({ id: z.string(), now: z.date() })

/** Finds steps and deadlines whose time has come. What it costs depends on how many there are, not on how many clocks run. */
export const sweepSlaJob = defineJob({
  id: 'sla.sweep',
  title: 'runSla',
  input: z.object({}),
  schedule: '* * * * *',
  async run() {
    await forEachIsolated(await listSchemas(), 'schema', async (schema) => {
      const tenantIds = await unsafeAllTenants('the sweep must find which tenants have deadlines due', schema, (tx) =>
        idsOf(tx.$queryRaw`SELECT DISTINCT tenant_id::text AS id FROM sla_clock WHERE next_at < statement_timestamp()`),
      )
      await forEachIsolated(tenantIds, 'desk', async (id) => {
        const tenant = await findTenant({ id })
        if (tenant?.status === 'active') await sweepDesk(tenant)
      })
    })
  },
})

/**
 * Marks what has passed on one workspace, some tickets to a unit of work, the
 * longest past first. A ticket that someone else is changing is left to them:
 * they see to its clocks, and the next sweep looks again. Several sweeps at once
 * share the work. What has passed is told by the database's clock: those of the
 * machines that sweep may differ.
 * @returns how many tickets it looked at
 */
export async function sweepDesk(tenant: ResolvedTenant): Promise<number> {
  const seen = new Set<string>()
  for (;;) {
    const ids = await asSystem(tenant, 'sla.sweep', async (work) => {
      const query = work.tx.$queryRaw`
        SELECT t.id::text, statement_timestamp() AS now FROM sla_clock k JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id
        WHERE k.tenant_id = ${tenant.ref.id}::uuid AND k.next_at < statement_timestamp()
        ORDER BY k.next_at LIMIT ${atOnce} FOR NO KEY UPDATE OF t SKIP LOCKED`
      const rows = await rowsOf(passed, query)
      const found = [...new Set(rows.map(({ id }) => id))].filter((id) => !seen.has(id))
      if (rows[0] && found.length > 0) await recomputeClocks({ ...work, now: rows[0].now }, found)
      return found
    })
    for (const id of ids) seen.add(id)
    if (ids.length === 0) return seen.size
  }
}

/** What a sweep would mark now. */
export async function listPassed(tenant: ResolvedTenant) {
  return asSystem(tenant, 'sla.sweep', ({ tx, now }) =>
    tx.slaClock.findMany({
      where: { tenantId: tenant.ref.id, nextAt: { lt: now } },
      orderBy: { nextAt: 'asc' },
      select: { ticketId: true, metric: true, dueAt: true, ticket: { select: { number: true } }, policy: { select: { name: true } } },
    }),
  )
}
