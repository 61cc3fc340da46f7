import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
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
    expect((await migrate(pool, { folder })).map(({ schema }) => schema)).toEqual(['platform', 'desk'])
    expect(await migrate(pool, { folder })).toEqual([])
  })

  it('says what it would do without doing it', async () => {
    expect(await migrate(pool, { folder, dryRun: true })).toHaveLength(2)
    expect(await tables('desk')).toEqual([])
  })

  it('lets two starters in one after the other', async () => {
    const [one, two] = await Promise.all([migrate(pool, { folder }), migrate(pool, { folder })])
    expect([one.length, two.length].sort()).toEqual([0, 2])
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
})
