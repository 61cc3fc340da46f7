import { expect, it } from 'vitest'
import { newId } from '../core/id'
import { openTestDatabase } from '../testing/database'
import { inWork, makeTenant } from '../testing/factories'
import { connection } from './connection'
import { refreshStatistics } from './statistics'

openTestDatabase()

it('tells the planner of a table that has grown, and of none that has not', async () => {
  const tenant = await makeTenant()
  const { pool } = await connection()
  const rowsOfContacts = async () =>
    Number((await pool.query("SELECT reltuples FROM pg_class WHERE oid = 'desk.contact'::regclass")).rows[0].reltuples)
  const add = (count: number) =>
    inWork(tenant, ({ tx }) =>
      tx.contact.createMany({
        data: Array.from({ length: count }, (_, n) => ({ tenantId: tenant.ref.id, id: newId(), name: `Known ${n}` })),
      }),
    )
  // What was counted is told by the database a second later at most.
  const counted = () => pool.query('SELECT pg_stat_force_next_flush()')
  await add(1000)
  await counted()
  expect(await refreshStatistics()).toContain('desk.contact')
  expect(await rowsOfContacts()).toBe(1000)
  await add(100)
  await counted()
  expect(await refreshStatistics()).not.toContain('desk.contact')
  await add(100)
  await counted()
  expect(await refreshStatistics()).toContain('desk.contact')
  expect(await rowsOfContacts()).toBe(1200)
})
