import { expect, it } from 'vitest'
import { type TenantTx, withTenant } from '../db/scope'
import { makeTenant } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { claimDue } from './claim'

openTestPostgres()

const namesOf = (tx: TenantTx) =>
  tx.$queryRaw<object[]>`SELECT name FROM pg_prepared_statements WHERE statement LIKE '%FROM event_delivery d%'`

/** What this transaction has read of the tables so far. */
async function readBy(tx: TenantTx): Promise<number> {
  const [row] = await tx.$queryRaw<{ read: number }[]>`
    SELECT sum(seq_tup_read + idx_tup_fetch)::int AS read FROM pg_stat_xact_user_tables WHERE relname IN ('event', 'event_delivery')`
  return row?.read ?? 0
}

it('is planned once, while nothing waits, and reads little of much nevertheless', async () => {
  const { ref } = await makeTenant('claims')
  await withTenant(ref, async (tx) => {
    const claim = () => claimDue(tx, ref.id, false, 4)
    await tx.eventDelivery.deleteMany({ where: { tenantId: ref.id } })
    const wait = (count: number) => tx.$executeRaw`
      WITH e AS (
        INSERT INTO event (tenant_id, id, type, subject_id, actor_kind, payload, request_id, occurred_at)
        SELECT ${ref.id}::uuid, gen_random_uuid(), 'ticket.tagged', gen_random_uuid(), 'system', '{}', 'test', now()
        FROM generate_series(1, ${count}::int) RETURNING tenant_id, id, subject_id, n)
      INSERT INTO event_delivery (tenant_id, event_id, subscriber, ordering_key, n)
      SELECT tenant_id, id, s, subject_id::text, n FROM e CROSS JOIN unnest(ARRAY['search.index', 'realtime.publish']) s`
    await wait(4)
    for (let n = 0; n < 6; n++) await claim()
    expect(await namesOf(tx)).toHaveLength(3)
    await wait(3000)
    const before = await readBy(tx)
    const { due } = await claimDue(tx, ref.id, false, 64)
    expect(due.length).toBeGreaterThanOrEqual(64)
    expect((await readBy(tx)) - before).toBeLessThan(2000)
  })
})
