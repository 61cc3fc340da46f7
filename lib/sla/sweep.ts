import { z } from 'zod'
import { unsafeAllTenants } from '../db/scope'
import { asSystem } from '../events/as-system'
import { defineJob } from '../jobs/define'
import { forEachIsolated } from '../log/for-each-isolated'
import { findTenant, listSchemas, type ResolvedTenant } from '../tenancy/resolve'
import { recomputeClocks } from './recompute'

const atOnce = 100

/** Finds steps and deadlines whose time has come. What it costs depends on how many there are, not on how many clocks run. */
export const sweepSlaJob = defineJob({
  id: 'sla.sweep',
  title: 'runSla',
  input: z.object({}),
  schedule: '* * * * *',
  async run() {
    await forEachIsolated(await listSchemas(), 'schema', async (schema) => {
      const rows = await unsafeAllTenants(
        'the sweep must find which tenants have deadlines due',
        schema,
        (tx) =>
          tx.$queryRaw<{ tenantId: string }[]>`
          SELECT DISTINCT tenant_id::text AS "tenantId" FROM sla_clock WHERE next_at < statement_timestamp()`,
      )
      await forEachIsolated(rows, 'desk', async ({ tenantId }) => {
        const tenant = await findTenant({ id: tenantId })
        if (tenant?.status === 'active') await sweepDesk(tenant)
      })
    })
  },
})

/**
 * Marks what has passed on one desk, a hundred tickets to a unit of work, the
 * longest past first. A ticket that somebody else is changing is left to them:
 * they see to its clocks, and the next sweep looks again. Several sweeps at once
 * share the work. What has passed is told by the database's clock: those of the
 * machines that sweep may differ.
 * @returns how many tickets it looked at
 */
export async function sweepDesk(tenant: ResolvedTenant): Promise<number> {
  const seen = new Set<string>()
  for (;;) {
    const ids = await asSystem(tenant, 'sla.sweep', async (work) => {
      const rows = await work.tx.$queryRaw<{ id: string; now: Date }[]>`
        SELECT t.id::text, statement_timestamp() AS now FROM sla_clock k JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id
        WHERE k.tenant_id = ${tenant.ref.id}::uuid AND k.next_at < statement_timestamp()
        ORDER BY k.next_at LIMIT ${atOnce} FOR NO KEY UPDATE OF t SKIP LOCKED`
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
