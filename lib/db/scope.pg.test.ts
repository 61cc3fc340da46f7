import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { asBackground } from '../core/background'
import { newId } from '../core/id'
import { makeTenant } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { connection, setConnection } from './connection'
import { onlyReads } from './only-reads'
import { openPostgres } from './postgres'
import { plannedOnce } from './prepared'
import { isolated, type TenantTx, withTenant } from './scope'
import { describeIsolation } from './scope.suite'

const { url } = openTestPostgres()
describeIsolation()

it('plans once in the background what says so, and all else as the database thinks best, also after a part was taken back', async () => {
  const tenant = await makeTenant('planned')
  const once = (tx: TenantTx) => tx.$queryRaw`SELECT ${plannedOnce} name AS planned FROM contact WHERE id = ANY(${[newId()]}::uuid[])`
  const each = (tx: TenantTx) => tx.$queryRaw`SELECT name AS planned FROM contact WHERE id = ANY(${[newId()]}::uuid[])`
  const failing = (tx: TenantTx) =>
    isolated(async () => {
      await once(tx)
      throw new Error('taken back')
    }).catch(() => {})
  const plans = await asBackground(() =>
    withTenant(tenant.ref, async (tx) => {
      for (const ask of [once, once, each, each, each, failing, once, each]) await ask(tx)
      return tx.$queryRaw`SELECT statement LIKE ${`%${plannedOnce.sql}%`} AS "isOnce", generic_plans::int AS generic, custom_plans::int AS custom
        FROM pg_prepared_statements WHERE statement LIKE '%AS planned FROM%' ORDER BY 1`
    }),
  )
  expect(plans).toEqual([
    { isOnce: false, generic: 0, custom: 2 },
    { isOnce: true, generic: 2, custom: 0 },
  ])
})

it('waits for the end of what wrote, and answers before the end of what only read', async () => {
  const tenant = await makeTenant('ending')
  const order: string[] = []
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown
  const late = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const asked = query.apply(this, args)
    return args[0] === 'COMMIT' ? (asked as Promise<unknown>).finally(() => order.push('committed')) : asked
  } as never)
  const ids = [newId(), newId()]
  const read = (tx: TenantTx) => tx.$queryRaw`SELECT name FROM contact WHERE id = ANY(${ids}::uuid[])`
  await withTenant(tenant.ref, read).then(() => order.push('read'))
  await expect.poll(() => order).toEqual(['read', 'committed'])
  await withTenant(tenant.ref, async (tx) => {
    await read(tx)
    await tx.contact.create({ data: { tenantId: tenant.ref.id, id: ids[0] as string, name: 'Somebody' } })
  }).then(() => order.push('written'))
  late.mockRestore()
  expect(order.slice(2)).toEqual(['committed', 'written'])
})

it('knows each function of the database that may write', async () => {
  const tenant = await makeTenant('functions')
  const functions = (await withTenant(
    tenant.ref,
    (tx) => tx.$queryRaw`SELECT p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname IN ('desk', 'platform') AND p.provolatile = 'v' AND p.prorettype <> 'trigger'::regtype`,
  )) as { name: string }[]
  expect(functions.map(({ name }) => name)).toContain('seal_events')
  expect(functions.filter(({ name }) => onlyReads(`SELECT ${name}(1)`)).map(({ name }) => name)).toEqual([])
})

it.each(['Asia/Kathmandu', 'America/New_York'])(
  'means the same moment whoever writes and whoever reads it, where the server is in %s',
  async (zone) => {
    const tenant = await makeTenant(`in-${zone.slice(-4).toLowerCase().replace('_', '')}`)
    const moment = new Date('2026-07-01T10:20:30.456Z')
    const before = await connection()
    const elsewhere = openPostgres(`${url()}?options=${encodeURIComponent(`-c TimeZone=${zone} -c DateStyle=SQL,DMY`)}`, 2)
    setConnection({ kind: 'postgres', pool: elsewhere, close: () => elsewhere.end() })
    try {
      const found = await withTenant(tenant.ref, async (tx) => {
        const [byModel, byText] = [newId(), newId()]
        await tx.contact.create({ data: { tenantId: tenant.ref.id, id: byModel, name: 'A', createdAt: moment } })
        await tx.$executeRaw`INSERT INTO contact (tenant_id, id, name, created_at, updated_at)
        VALUES (${tenant.ref.id}::uuid, ${byText}::uuid, 'B', ${moment}, ${moment})`
        return Promise.all([
          tx.contact.findMany({ select: { createdAt: true } }),
          tx.$queryRaw`SELECT created_at AS "createdAt" FROM contact WHERE created_at = ${moment}`,
        ])
      })
      expect(found).toEqual([
        [{ createdAt: moment }, { createdAt: moment }],
        [{ createdAt: moment }, { createdAt: moment }],
      ])
    } finally {
      setConnection(before)
      await elsewhere.end()
    }
  },
)
