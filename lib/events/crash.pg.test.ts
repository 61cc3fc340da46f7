import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyChain } from '../audit/chain'
import { setConnection } from '../db/connection'
import { outageOf } from '../db/outage'
import { openPostgres } from '../db/postgres'
import { withTenant } from '../db/scope'
import { env } from '../env'
import { closeTestDatabase, forgetEverything } from '../testing/database'
import { inWork, makeTenant } from '../testing/factories'
import { startPostgres } from '../testing/postgres-server'
import { bringUpToDate } from '../wiring/up-to-date'
import { sealEvents } from './seal'

/** A server of its own, whose end nobody else notices, and which forgets nothing that it has acknowledged. */
let server: Awaited<ReturnType<typeof startPostgres>>
beforeAll(async () => {
  server = await startPostgres({ isDurable: true })
  env().DATABASE_MIGRATION_URL = server.url()
  const pool = openPostgres(server.url(), 10)
  setConnection({ kind: 'postgres', pool, close: () => pool.end() })
  forgetEverything()
  await bringUpToDate()
})
afterAll(async () => {
  await closeTestDatabase()
  await server.stop()
})

it('a database server that is killed while many write and one seals comes back with all that it acknowledged, without a gap', async () => {
  const tenant = await makeTenant('crash')
  const acknowledged: string[] = []
  const failures: unknown[] = []
  let isOver = false
  const until = async (work: () => Promise<unknown>) => {
    const fail = (error: unknown) => {
      failures.push(error)
      isOver = true
    }
    while (!isOver) await work().catch(fail)
  }
  const write = (writer: number) => {
    let turn = 0
    return until(async () => {
      const reason = `${writer} ${turn++}`
      await inWork(tenant, async ({ emit }) => emit('mail.ignored', { reason }))
      acknowledged.push(reason)
      if (acknowledged.length === 60) process.kill(await anybody(), 'SIGKILL')
    })
  }
  // One process of the server that dies takes all others with it.
  const anybody = () =>
    withTenant(tenant.ref, async (tx) => (await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`)[0]?.pid ?? 0)
  await Promise.all([...Array.from({ length: 8 }, (_, writer) => write(writer)), until(() => sealEvents(tenant.ref))])
  expect(failures.map(outageOf)).toContain('database')

  await expect.poll(() => sealEvents(tenant.ref).then(() => 'sealed', outageOf), { timeout: 20_000 }).toBe('sealed')
  const rows = await withTenant(tenant.ref, (tx) => tx.event.findMany({ where: { type: 'mail.ignored' }, orderBy: { seq: 'asc' } }))
  const kept = new Set(rows.map(({ payload }) => (payload as { reason: string }).reason))
  expect(acknowledged.length).toBeGreaterThanOrEqual(60)
  expect(acknowledged.filter((reason) => !kept.has(reason))).toEqual([])
  // Of each writer at most the one is there besides that was under way.
  expect(rows.length - acknowledged.length).toBeLessThanOrEqual(8)
  expect(await verifyChain(tenant.ref)).toMatchObject({ unsealed: 0, problem: null })
})
