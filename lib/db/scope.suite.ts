import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { newId } from '../core/id'
import type { ResolvedTenant } from '../tenancy/resolve'
import { makeTenant, makeTicket } from '../testing/factories'
import { connection } from './connection'
import { Prisma } from './generated/tenant/client'
import { afterCommit, isolated, type TenantTx, unsafeAllTenants, withoutWaiting, withPlatform, withTenant } from './scope'

/** What the database itself guarantees; run on both databases. */
export function describeIsolation() {
  let one: ResolvedTenant
  let two: ResolvedTenant
  beforeAll(async () => {
    one = await makeTenant('one')
    two = await makeTenant('two')
    await makeTicket(one)
    await makeTicket(two)
  })

  const addContact = (tx: TenantTx, id: string) =>
    tx.$executeRaw`INSERT INTO contact (tenant_id, id, name, updated_at) VALUES (${one.ref.id}::uuid, ${id}::uuid, 'Twice', now())`

  describe('a unit of work', () => {
    it('sees and changes only its own tenant, also without a where', async () => {
      expect(await withTenant(one.ref, (tx) => tx.ticket.count())).toBe(1)
      await withTenant(one.ref, (tx) => tx.ticket.updateMany({ data: { title: 'changed' } }))
      const titles = await withTenant(two.ref, (tx) => tx.ticket.findMany({ select: { title: true } }))
      expect(titles.map(({ title }) => title)).not.toContain('changed')
    })

    it('sees its own tenant through a statement that other tenants prepared', async () => {
      const seen = async (tenant: ResolvedTenant) =>
        withTenant(tenant.ref, async (tx) => ({
          tenants: (await tx.ticket.findMany({ select: { tenantId: true } })).map(({ tenantId }) => tenantId),
          count: (await tx.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM ticket`)[0]?.n,
          prepared: (
            await tx.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM pg_prepared_statements WHERE statement LIKE '%ticket%'`
          )[0]?.n,
        }))
      const known: number[] = []
      for (let round = 0; round < 12; round++)
        for (const tenant of [one, two]) {
          const { tenants, count, prepared } = await seen(tenant)
          expect({ tenants, count }).toEqual({ tenants: [tenant.ref.id], count: 1 })
          known.push(prepared ?? 0)
        }
      // Each connection has its own, and the pool may give a new one.
      expect(Math.max(...known)).toBeGreaterThanOrEqual(2)
    })

    it('fails with what went wrong first, and not with a statement that nobody came to wait for', async () => {
      const unhandled: unknown[] = []
      const note = (error: unknown) => void unhandled.push(error)
      process.on('unhandledRejection', note)
      const work = withTenant(one.ref, async (tx) => {
        void tx.$queryRaw`SELECT n FROM nowhere`
        throw new Error('it was this')
      })
      await expect(work).rejects.toThrow('it was this')
      await new Promise((resolve) => setTimeout(resolve, 20)) // Node tells of one when the turn is over
      process.off('unhandledRejection', note)
      expect(unhandled).toEqual([])
    })

    it('cannot write a row of another tenant, nor move one there', async () => {
      const contact = { tenantId: two.ref.id, id: newId(), name: 'Planted' }
      await expect(withTenant(one.ref, (tx) => tx.contact.create({ data: contact }))).rejects.toThrow('row-level security')
      await expect(withTenant(one.ref, (tx) => tx.contact.updateMany({ data: { tenantId: two.ref.id } }))).rejects.toThrow()
    })

    it('cannot point a row at another tenant', async () => {
      const foreign = await withTenant(two.ref, (tx) => tx.contact.findFirstOrThrow())
      const address = { tenantId: one.ref.id, email: 'x@example.com', contactId: foreign.id }
      await expect(withTenant(one.ref, (tx) => tx.contactAddress.create({ data: address }))).rejects.toThrow(/[Ff]oreign key/)
    })

    it("cannot reach the platform's tables, nor the platform a tenant's", async () => {
      await expect(withTenant(one.ref, (tx) => tx.$queryRaw`SELECT * FROM platform.tenant`)).rejects.toThrow('permission denied')
      await expect(withTenant(one.ref, (tx) => tx.$queryRaw`SELECT * FROM platform.platform_admin`)).rejects.toThrow('permission denied')
      await expect(withPlatform((tx) => tx.$queryRaw`SELECT * FROM desk.ticket`)).rejects.toThrow('permission denied')
    })

    it("sees only its own of the platform's domains", async () => {
      await withPlatform((tx) => tx.domain.create({ data: { id: newId(), tenantId: two.ref.id, hostname: 'two.example', token: 't' } }))
      expect(await withTenant(one.ref, (tx) => tx.$queryRaw`SELECT hostname FROM platform.domain`)).toEqual([])
      expect(await withTenant(two.ref, (tx) => tx.$queryRaw`SELECT hostname FROM platform.domain`)).toEqual([{ hostname: 'two.example' }])
    })

    it('cannot leave its role', async () => {
      const { kind } = await connection()
      if (kind === 'embedded') return // one connection of a superuser; the application sends no SQL of anyone else's
      await expect(withTenant(one.ref, (tx) => tx.$executeRawUnsafe('SET ROLE owner'))).rejects.toThrow('permission denied')
    })

    it('cannot change or remove what happened', async () => {
      await expect(withTenant(one.ref, (tx) => tx.event.updateMany({ data: { type: 'nothing' } }))).rejects.toThrow('permission denied')
      await expect(withTenant(one.ref, (tx) => tx.event.deleteMany({}))).rejects.toThrow('permission denied')
    })

    it('refuses to reach into another one while it is open, and joins itself', async () => {
      await expect(withTenant(one.ref, () => withTenant(two.ref, (tx) => tx.ticket.count()))).rejects.toThrow('while it is open')
      await expect(withTenant(one.ref, () => withPlatform((tx) => tx.tenant.count()))).rejects.toThrow('while it is open')
      expect(await withTenant(one.ref, () => withTenant(one.ref, (tx) => tx.ticket.count()))).toBe(1)
    })

    it('leaves nothing of itself when it fails, and wakes nobody', async () => {
      let woken = 0
      const failing = withTenant(one.ref, async (tx) => {
        await tx.contact.create({ data: { tenantId: one.ref.id, id: newId(), name: 'Ghost' } })
        afterCommit(() => woken++)
        throw new Error('stop')
      })
      await expect(failing).rejects.toThrow('stop')
      expect(await withTenant(one.ref, (tx) => tx.contact.count({ where: { name: 'Ghost' } }))).toBe(0)
      expect(woken).toBe(0)
      await withTenant(one.ref, async () => afterCommit(() => woken++))
      expect(woken).toBe(1)
      const waking = withTenant(one.ref, async () =>
        afterCommit(() => {
          throw new Error('woken')
        }),
      )
      await expect(waking).rejects.toThrow('woken')
    })

    it('fails with a statement that it did not wait for, in its part alone if it had one, and leaves nothing', async () => {
      const [twice, once] = [newId(), newId()]
      const failing = withTenant(one.ref, async (tx) => {
        await addContact(tx, twice)
        withoutWaiting(addContact(tx, twice))
      })
      await expect(failing).rejects.toMatchObject({ code: '23505' })
      const inPart = await withTenant(one.ref, async (tx) => {
        await addContact(tx, once)
        return isolated(async () => withoutWaiting(addContact(tx, once))).catch((error) => error.code)
      })
      expect(inPart).toBe('23505')
      expect(
        await withTenant(one.ref, (tx) => tx.contact.findMany({ where: { id: { in: [twice, once] } }, select: { id: true } })),
      ).toEqual([{ id: once }])
    })

    it('commits nothing where a statement failed that it did not wait for, whatever its parts take back', async () => {
      const [id, other] = [newId(), newId()]
      const failing = withTenant(one.ref, async (tx) => {
        await isolated(() => addContact(tx, id))
        withoutWaiting(addContact(tx, id))
        await isolated(() => addContact(tx, other)).catch(() => {})
      })
      await expect(failing).rejects.toMatchObject({ code: '23505' })
      expect(await withTenant(one.ref, (tx) => tx.contact.count({ where: { id: { in: [id, other] } } }))).toBe(0)
    })

    it('has no part that ends well after one of its statements failed', async () => {
      const part = () => isolated(() => withTenant(one.ref, (tx) => tx.$queryRaw`SELECT 1 / 0`.catch(() => 'passed over')))
      expect(await withTenant(one.ref, () => part().catch(({ code }) => code))).toBe('22012')
    })

    it('takes nothing back on its connection once that is somebody else’s', async () => {
      const [id, begun, ended] = [newId(), Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      let part: Promise<unknown> = Promise.resolve()
      const failing = withTenant(one.ref, async (tx) => {
        part = isolated(async () => {
          await addContact(tx, newId())
          begun.resolve()
          await ended.promise
          throw new Error('late')
        })
        await Promise.all([part, begun.promise.then(() => Promise.reject(new Error('first')))])
      })
      await expect(failing).rejects.toThrow('first')
      await withTenant(one.ref, async (tx) => {
        await isolated(() => addContact(tx, id))
        ended.resolve()
        await expect(part).rejects.toThrow('late')
      })
      expect(await withTenant(one.ref, (tx) => tx.contact.count({ where: { id } }))).toBe(1)
    })

    it('says what failed first, and not that the rest was refused for it', async () => {
      const id = newId()
      const failing = withTenant(one.ref, async (tx) => {
        await addContact(tx, id)
        addContact(tx, id).catch(() => {})
        await tx.contact.count()
      })
      await expect(failing).rejects.toMatchObject({ code: '23505' })
    })

    it('that takes too long holds nothing any more, whatever it waits for', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const hanging = withTenant(one.ref, async (tx) => {
        await tx.$queryRaw`SELECT id::text FROM contact FOR UPDATE`
        begun.resolve()
        await ended.promise
      })
      hanging.catch(() => {})
      await begun.promise
      vi.advanceTimersByTime(60_001)
      vi.useRealTimers()
      const take = () => withTenant(one.ref, (tx) => tx.$queryRaw`SELECT id::text FROM contact FOR UPDATE NOWAIT`)
      // What lets go was sent on a connection of its own.
      await expect
        .poll(() =>
          take().then(
            () => 'free',
            () => 'held',
          ),
        )
        .toBe('free')
      ended.resolve()
      await expect(hanging).rejects.toThrow('took longer')
    })

    it('does not end well where a failure was passed over and the database took everything back', async () => {
      const passing = withTenant(one.ref, (tx) => tx.$queryRaw`SELECT 1 / 0`.catch(() => 'passed over'))
      await expect(passing).rejects.toThrow('nothing was committed')
    })

    it('reads and writes the same by raw statements as by models, and no more once it is over', async () => {
      const id = newId()
      const moment = new Date('2026-07-01T10:20:30.456Z')
      const late = await withTenant(one.ref, async (tx) => {
        const made =
          await tx.$executeRaw`INSERT INTO contact (tenant_id, id, name, updated_at) VALUES (${one.ref.id}::uuid, ${id}::uuid, ${'A "b", {c}'}, ${moment})`
        expect(made).toBe(1)
        const contact = await tx.contact.findFirstOrThrow({ where: { id }, select: { name: true, updatedAt: true } })
        const listed = Prisma.sql`id = ANY(${[id, newId()]}::uuid[])`
        expect(await tx.$queryRaw`SELECT name, updated_at AS "updatedAt" FROM contact WHERE ${listed}`).toEqual([contact])
        const [row] = await tx.$queryRaw<object[]>`
          SELECT ${moment}::timestamptz AS at, 9007199254740993::bigint AS big, 1.50::numeric AS exact, 1.5::float8 AS float, ARRAY['a','b,"c"'] AS list,
            ${JSON.stringify({ a: [1] })}::jsonb AS json, '\\x00ff'::bytea AS bytes, NULL::text AS none, true AS yes, DATE '2026-02-03' AS day,
            ${['x', null]}::text[] AS "given", 7::int2 AS small, ARRAY[1, 2]::int4[] AS numbers`
        expect(row).toEqual({
          at: moment, big: 9007199254740993n, exact: new Prisma.Decimal('1.5'), float: 1.5, list: ['a', 'b,"c"'],
          json: { a: [1] }, bytes: Buffer.from([0, 255]), none: null, yes: true, day: new Date('2026-02-03'),
          given: ['x', null], small: 7, numbers: [1, 2],
        }) // biome-ignore format: as they are asked for
        await tx.contact.delete({ where: { tenantId_id: { tenantId: one.ref.id, id } } })
        return () => tx.$queryRaw`SELECT 1`
      })
      await expect(late()).rejects.toThrow('the unit of work is over')
    })

    it('leaves neither role nor tenant on the connection', async () => {
      await withTenant(one.ref, (tx) => tx.ticket.count())
      const { pool } = await connection()
      const { rows } = await pool.query(
        `SELECT current_setting('app.tenant_id', true) AS tenant, current_user = session_user AS "isItself"`,
      )
      expect(rows[0]).toEqual({ tenant: '', isItself: true })
    })
  })

  describe('the relay', () => {
    it('sees across tenants that something waits, and nothing else', async () => {
      const count = await unsafeAllTenants('test', 'desk', (tx) => tx.eventDelivery.count())
      expect(count).toBeGreaterThanOrEqual(2)
      await expect(unsafeAllTenants('test', 'desk', (tx) => tx.ticket.count())).rejects.toThrow('permission denied')
      await expect(unsafeAllTenants('test', 'desk', (tx) => tx.person.count())).rejects.toThrow('permission denied')
      await expect(unsafeAllTenants('test', 'desk', (tx) => tx.eventDelivery.deleteMany())).rejects.toThrow('permission denied')
    })

    it('is the only one that may look', () => {
      const users = walk('lib')
        .filter((file) => !/\.(test|suite)\.ts$/.test(file) && /unsafeAllTenants\(\s*'/.test(readFileSync(file, 'utf8')))
        .map((file) => file.replaceAll(path.sep, '/'))
      expect(users.sort()).toEqual([
        'lib/events/backlog.ts',
        'lib/events/relay.ts',
        'lib/events/seal.ts',
        'lib/notifications/jobs.ts',
        'lib/platform/jobs.ts',
        'lib/sla/sweep.ts',
      ])
    })
  })

  describe('every tenant table', () => {
    interface Table {
      name: string
      hasTenant: boolean
      isForced: boolean
      policies: number
    }

    it('is under forced row-level security with a policy', async () => {
      const { pool } = await connection()
      const { rows } = await pool.query<Table>(`
        SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS "isForced",
          (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
          EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS "hasTenant"
        FROM pg_class c WHERE c.relnamespace = 'desk'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'`)
      expect(rows.length).toBeGreaterThanOrEqual(20)
      for (const table of rows) expect(table, table.name).toMatchObject({ hasTenant: true, isForced: true })
      for (const table of rows) expect(table.policies, table.name).toBeGreaterThan(0)
    })

    it('is reached by a function of the owner under its own names, never under those of its caller', async () => {
      const { pool } = await connection()
      const { rows } = await pool.query<{ name: string; settings: string[] | null }>(`
        SELECT proname AS name, proconfig AS settings FROM pg_proc
        WHERE prosecdef AND pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pgboss')`)
      expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['seal_events', 'search_tickets', 'domain_is_taken']))
      for (const { name, settings } of rows)
        expect(
          settings?.find((setting) => setting.startsWith('search_path=')),
          name,
        ).toMatch(/^search_path=\w+, public, pg_temp$/)
    })

    it('refers to others by tenant and id', async () => {
      const { pool } = await connection()
      const { rows } = await pool.query<{ name: string; columns: string[] }>(`
        SELECT c.conname AS name, array_agg(a.attname::text) AS columns
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
        WHERE c.contype = 'f' AND c.connamespace = 'desk'::regnamespace GROUP BY 1`)
      expect(rows.length).toBeGreaterThan(20)
      for (const { name, columns } of rows) expect(columns, name).toContain('tenant_id')
    })
  })
}

const walk = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
  )
