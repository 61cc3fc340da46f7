import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startPostgres } from '../testing/postgres-server'
import { createTenantSchema, migrate } from './migrate'
import { openPostgres } from './postgres'

let server: Awaited<ReturnType<typeof startPostgres>>
let pool: pg.Pool
let folder: string
let counter = 0

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(async () => {
  await pool?.end()
  await server?.stop()
})
beforeEach(async () => {
  const admin = openPostgres(server.url(), 1)
  const name = `m${++counter}`
  await admin.query(`CREATE DATABASE ${name}`)
  await admin.end()
  await pool?.end()
  pool = openPostgres(server.url(name), 4)
  folder = mkdtempSync(path.join(tmpdir(), 'baraza-prisma-'))
  cpSync('prisma', folder, { recursive: true })
})

function addMigration(name: string, sql: string) {
  const at = path.join(folder, 'tenant', 'migrations', name)
  mkdirSync(at, { recursive: true })
  writeFileSync(path.join(at, 'migration.sql'), sql)
}

const tables = async (schema: string) =>
  (await pool.query('SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1', [schema])).rows.map((row) => row.tablename)

describe('migrate', () => {
  it('brings an empty database up to date once, and then has nothing to do', async () => {
    const steps = (await migrate(pool, { folder })).map(({ schema }) => schema)
    expect([...new Set(steps)]).toEqual(['platform', 'desk'])
    expect(await migrate(pool, { folder })).toEqual([])
  })

  it('says what it would do without doing it', async () => {
    expect(await migrate(pool, { folder, dryRun: true })).toEqual(await migrate(pool, { folder: 'prisma', dryRun: true }))
    expect(await migrate(pool, { folder, dryRun: true })).not.toEqual([])
    expect(await tables('desk')).toEqual([])
  })

  it('lets two starters in one after the other', async () => {
    const [one, two] = await Promise.all([migrate(pool, { folder }), migrate(pool, { folder })])
    expect([one.length, two.length]).toContain(0)
    expect(one.length + two.length).toBeGreaterThanOrEqual(2)
  })

  it('leaves nothing of a migration that stops in the middle, and goes on from there once it is mended', async () => {
    await migrate(pool, { folder })
    addMigration('29990101000000_first', 'CREATE TABLE first_new (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id));')
    addMigration('29990102000000_second', 'CREATE TABLE second_new (tenant_id uuid, id uuid); SELECT no_such_function();')
    await expect(migrate(pool, { folder })).rejects.toThrow('29990102000000_second failed on schema desk')
    expect(await tables('desk')).toContain('first_new')
    expect(await tables('desk')).not.toContain('second_new')
    addMigration('29990102000000_second', 'CREATE TABLE second_new (tenant_id uuid, id uuid);')
    expect(await migrate(pool, { folder })).toEqual([{ schema: 'desk', migration: '29990102000000_second' }])
    const { rows } = await pool.query(`SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname = 'second_new'`)
    expect(rows).toEqual([{ forced: true }])
  })

  it('goes on after its connection was killed in the middle', async () => {
    await migrate(pool, { folder })
    addMigration('29990101000000_slow', 'CREATE TABLE slow_new (tenant_id uuid); SELECT pg_sleep(20);')
    const running = migrate(pool, { folder }).catch((error) => error as Error)
    const killer = openPostgres(server.url(), 1)
    for (let killed = 0; killed === 0; ) {
      const { rowCount } = await killer.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()`,
      )
      killed = rowCount ?? 0
    }
    await killer.end()
    expect(await running).toBeInstanceOf(Error)
    addMigration('29990101000000_slow', 'CREATE TABLE slow_new (tenant_id uuid);')
    expect(await migrate(pool, { folder })).toHaveLength(1)
  })

  it('refuses a file that was edited after it was applied', async () => {
    await migrate(pool, { folder })
    addMigration('29990101000000_first', 'SELECT 1;')
    await migrate(pool, { folder })
    addMigration('29990101000000_first', 'SELECT 2;')
    await expect(migrate(pool, { folder })).rejects.toThrow('was edited after it was applied')
  })

  it('keeps dedicated schemas at the same version as the pooled one', async () => {
    await migrate(pool, { folder })
    await createTenantSchema(pool, 'desk_big', folder)
    await pool.query(
      `INSERT INTO platform.tenant (id, slug, name, schema_name, updated_at) VALUES (gen_random_uuid(), 'big', 'Big', 'desk_big', now())`,
    )
    expect(await tables('desk_big')).toEqual(await tables('desk'))
    addMigration('29990101000000_first', 'CREATE TABLE first_new (tenant_id uuid, id uuid);')
    expect((await migrate(pool, { folder })).map(({ schema }) => schema)).toEqual(['desk', 'desk_big'])
    const { rows } = await pool.query(`SELECT count(*)::int AS forced FROM pg_class WHERE relname = 'first_new' AND relforcerowsecurity`)
    expect(rows).toEqual([{ forced: 2 }])
  })

  it('numbers the later of two that have the same name, beside names that have that number', async () => {
    const own = readdirSync(path.join(folder, 'tenant', 'migrations')).find((name) => name.endsWith('_names_of_settings')) as string
    const sql = readFileSync(path.join(folder, 'tenant', 'migrations', own, 'migration.sql'), 'utf8')
    rmSync(path.join(folder, 'tenant', 'migrations', own), { recursive: true })
    await migrate(pool, { folder })
    const [one, two] = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002']
    const add = (tenantId: string, name: string, minute: number, isDeleted = false) =>
      pool.query(
        `INSERT INTO desk.calendar (tenant_id, id, name, time_zone, schedule, created_at, updated_at, deleted_at)
        VALUES ($1, gen_random_uuid(), $2, 'UTC', '{}', now() + $3 * interval '1 minute', now(), CASE WHEN $4 THEN now() END)`,
        [tenantId, name, minute, isDeleted],
      )
    for (const [n, name] of ['Office', 'office', 'Office (2)', 'OFFICE', 'Night'].entries()) await add(one, name, n)
    await add(one, 'Night', 9, true)
    await add(two, 'Office', 0)
    addMigration(own, sql)
    await migrate(pool, { folder })
    const { rows } = await pool.query('SELECT name FROM desk.calendar ORDER BY tenant_id, created_at')
    expect(rows.map(({ name }) => name)).toEqual(['Office', 'office (3)', 'Office (2)', 'OFFICE (4)', 'Night', 'Night', 'Office'])
    await expect(add(one, 'NIGHT', 10)).rejects.toThrow('calendar_name_living')
  })

  it('seals the history that a workspace already has, as an owner who is no superuser', async () => {
    const admin = openPostgres(server.url(), 1)
    await admin.query(`CREATE ROLE plain LOGIN CREATEROLE PASSWORD 'owner'`)
    await admin.query('CREATE DATABASE plain OWNER plain')
    for (const role of ['baraza_tenant', 'baraza_platform', 'baraza_relay', 'baraza_jobs'])
      await admin.query(`GRANT ${role} TO plain WITH ADMIN OPTION`).catch(() => {})
    await admin.end()
    await pool.end()
    pool = openPostgres(server.url('plain', 'plain'), 2)
    const [, ...later] = readdirSync(path.join(folder, 'tenant', 'migrations')).filter((name) => /^\d/.test(name))
    for (const name of later) rmSync(path.join(folder, 'tenant', 'migrations', name), { recursive: true })
    await migrate(pool, { folder })
    const one = '00000000-0000-7000-8000-000000000001'
    const two = '00000000-0000-7000-8000-000000000002'
    const insert = (tenant: string) =>
      `BEGIN; SET LOCAL ROLE baraza_tenant; SELECT set_config('app.tenant_id', '${tenant}', true);
       INSERT INTO desk.event (tenant_id, id, type, actor_kind, payload, request_id, occurred_at)
       VALUES ('${tenant}', gen_random_uuid(), 'x', 'system', '{}', 'r', now()); COMMIT`
    for (const tenant of [one, two, one, two, one]) await pool.query(insert(tenant))
    for (const name of later)
      cpSync(path.join('prisma/tenant/migrations', name), path.join(folder, 'tenant/migrations', name), { recursive: true })
    await migrate(pool, { folder })
    await pool.query(insert(two))
    await pool.query(insert(one))
    const client = await pool.connect()
    const chains = []
    for (const tenant of [one, two]) {
      await client.query(`BEGIN; SET LOCAL ROLE baraza_tenant; SELECT set_config('app.tenant_id', '${tenant}', true)`)
      await client.query('SELECT desk.seal_events(10)')
      const { rows } = await client.query(
        `SELECT e.n::int >= e.seq AS placed, e.seq::int, e.hash = desk.event_seal(lag(e.hash, 1, '\\x'::bytea) OVER (ORDER BY e.seq), e) AS sealed FROM desk.event e ORDER BY e.n`,
      )
      chains.push(rows)
      await client.query('COMMIT')
    }
    client.release()
    const sealed = (count: number) => Array.from({ length: count }, (_, n) => ({ placed: true, seq: n + 1, sealed: true }))
    expect(chains).toEqual([sealed(4), sealed(3)])
  })
})
