import { z } from 'zod'
import { idsOf, rowsOf } from '../db/rows'
import { asSystem } from '../events/as-system'
import type { Work } from '../events/work'
import { defineJob } from '../jobs/define'
import { enqueueJob } from '../jobs/enqueue'
import { isOpen } from '../tickets/ticket/attribute-question'
import { recomputeClocks } from './recompute'
import { policiesChanged } from './targets'

/** Each unit of work holds a connection, and the embedded database has one: it is short. */
const atOnce = 20

/**
 * Policies or calendars changed: their new version counts from here on, and the
 * clocks that run are worked out again behind this unit of work.
 */
export async function recomputeAll({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>) {
  const tenantId = tenant.ref.id
  await policiesChanged(tx, tenantId)
  const { slaVersion } = await tx.workspace.findUniqueOrThrow({ where: { tenantId }, select: { slaVersion: true } })
  await enqueueJob({ tx, tenantId }, recomputeJob, { slaVersion }, { uniqueKey: `${slaVersion}` })
}

/** Goes through the open tickets in order, some to a unit of work; begun anew it does no harm. */
export const recomputeJob = defineJob({
  id: 'sla.recompute',
  title: 'recalculateSla',
  input: z.object({ slaVersion: z.number() }),
  timeoutSeconds: 3600,
  async run({ tenant, input, progress }) {
    if (!tenant) return
    const tenantId = tenant.ref.id
    let after = '00000000-0000-0000-0000-000000000000'
    let done = 0
    for (let isOver = false, total = 0; !isOver; ) {
      const step = await asSystem(tenant, 'sla.recompute', async (work) => {
        const { tx } = work
        const now = await tx.workspace.findUnique({ where: { tenantId }, select: { slaVersion: true } })
        // A later change has its own job, which goes through all of them again.
        if (!now || now.slaVersion > input.slaVersion) return null
        if (done === 0) total = await countOpen(work)
        // Locked in the order of their ids, and as whoever changes one locks it.
        const ids = await idsOf(tx.$queryRaw`
          SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenantId}::uuid AND t.id > ${after}::uuid AND t.deleted_at IS NULL
            AND (${isOpen} OR least(t.sla_due_at, 'infinity') < 'infinity')
          ORDER BY t.id LIMIT ${atOnce} FOR NO KEY UPDATE`)
        if (ids.length > 0) await recomputeClocks(work, ids)
        return ids
      })
      isOver = step === null || step.length < atOnce
      if (!step) return
      done += step.length
      after = step.at(-1) ?? after
      await progress(done, Math.max(total, done), 'recalculating')
    }
  },
})

const counted = z.object({ n: z.int() })

async function countOpen({ tx, tenant }: Work): Promise<number> {
  const query = tx.$queryRaw`
    SELECT count(*)::int AS n FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.deleted_at IS NULL
      AND (${isOpen} OR least(t.sla_due_at, 'infinity') < 'infinity')`
  return (await rowsOf(counted, query))[0]?.n ?? 0
}
