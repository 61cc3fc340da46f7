import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { platformSchema, pooledSchema } from './names'

// The key Prisma's own engine locks on, so that the two never run at once.
const lockKey = 72707369
const oldestServer = 15

export class MigrationError extends Error {}

export interface MigrationStep {
  schema: string
  migration: string
}

export interface MigrateOptions {
  folder?: string
  dryRun?: boolean
  /** Called before each migration is applied. */
  onStep?: (step: MigrationStep, index: number, total: number) => void
}

/**
 * Brings the platform's schema, the pooled schema and every dedicated one up to
 * date, one starter at a time. Each migration commits together with its record,
 * so an interrupted run continues where it stopped.
 * @returns the steps applied, or with `dryRun` those that would be
 * @throws {MigrationError} when the server is too old or an applied file was edited
 */
export async function migrate(pool: pg.Pool, options: MigrateOptions = {}): Promise<MigrationStep[]> {
  const folder = options.folder ?? path.resolve('prisma')
  return locked(pool, async (client) => {
    await refuseOldServer(client)
    if (!options.dryRun) await client.query(await readFile(path.join(folder, 'roles.sql'), 'utf8'))
    const platform = await plan(client, folder, 'platform', platformSchema)
    const steps = [...platform]
    for (const schema of await tenantSchemas(client)) steps.push(...(await plan(client, folder, 'tenant', schema)))
    if (options.dryRun) return steps.map(({ schema, migration }) => ({ schema, migration }))
    for (const [index, step] of steps.entries()) {
      options.onStep?.(step, index, steps.length)
      await apply(client, step)
    }
    await secure(client, folder, 'platform', platformSchema)
    for (const schema of await tenantSchemas(client)) {
      await secure(client, folder, 'tenant', schema)
      await addVectors(client, folder, schema)
    }
    return steps.map(({ schema, migration }) => ({ schema, migration }))
  })
}

/** Makes one tenant's own schema; also what `migrate` does for it afterwards. */
export const createTenantSchema = (pool: pg.Pool, schema: string, folder = path.resolve('prisma')) =>
  locked(pool, async (client) => {
    for (const step of await plan(client, folder, 'tenant', schema)) await apply(client, step)
    await secure(client, folder, 'tenant', schema)
    await addVectors(client, folder, schema)
  })

/**
 * All tables of one tenant's own schema at once, unless it is not being purged any more: another process may have been quicker, and
 * somebody else have the name by now.
 */
export const dropTenantSchema = (pool: pg.Pool, schema: string, tenantId: string) =>
  locked(pool, async (client) => {
    if (!schema.startsWith(`${pooledSchema}_`)) throw new Error(`not a schema of one tenant: ${schema}`) // not-words: nobody sees it
    await client.query('BEGIN')
    try {
      const { rows } = await client.query(
        `SELECT FROM ${platformSchema}.tenant WHERE id = $1 AND schema_name = $2 AND purging_at IS NOT NULL FOR UPDATE`,
        [tenantId, schema],
      )
      if (rows.length > 0) await client.query(`DROP SCHEMA IF EXISTS ${client.escapeIdentifier(schema)} CASCADE`)
      await client.query('COMMIT')
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    }
  })

/** One starter at a time; the lock ends with the connection, however that ends. */
async function locked<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  client.on('error', (error) => {
    broken = error // the query under way fails by itself; the connection must not go back into the pool
  })
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey])
    return await work(client)
  } finally {
    await client.query('RESET search_path; SELECT pg_advisory_unlock_all()').catch(() => {})
    client.release(broken)
  }
}

async function refuseOldServer(client: pg.PoolClient) {
  const { rows } = await client.query('SHOW server_version_num')
  const major = Math.floor(Number(rows[0].server_version_num) / 10_000)
  if (major < oldestServer) throw new MigrationError(`PostgreSQL ${major} is too old. Baraza needs ${oldestServer} or newer.`)
}

interface Planned extends MigrationStep {
  sql: string
  checksum: string
}

async function plan(client: pg.PoolClient, folder: string, kind: 'platform' | 'tenant', schema: string) {
  const root = path.join(folder, kind, 'migrations')
  const entries = await readdir(root, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  const applied = await recorded(client, schema)
  const steps: Planned[] = []
  for (const migration of names) {
    const sql = await readFile(path.join(root, migration, 'migration.sql'), 'utf8')
    const checksum = sha256(sql)
    const before = applied.get(migration)
    if (before === undefined) steps.push({ schema, migration, sql, checksum })
    else if (before !== checksum)
      throw new MigrationError(
        `Migration ${migration} was edited after it was applied to schema ${schema}. Restore the file and add a new migration instead.`,
      )
  }
  return steps
}

async function recorded(client: pg.PoolClient, schema: string): Promise<Map<string, string>> {
  const { rows: exists } = await client.query('SELECT to_regclass($1) AS found', [`"${schema}"._prisma_migrations`])
  if (!exists[0].found) return new Map()
  const { rows } = await client.query(
    `SELECT migration_name, checksum FROM "${schema}"._prisma_migrations WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL`,
  )
  return new Map(rows.map((row) => [row.migration_name, row.checksum]))
}

async function tenantSchemas(client: pg.PoolClient): Promise<string[]> {
  const { rows: exists } = await client.query('SELECT to_regclass($1) AS found', [`${platformSchema}.tenant`])
  if (!exists[0].found) return [pooledSchema]
  const { rows } = await client.query(`SELECT DISTINCT schema_name FROM ${platformSchema}.tenant WHERE schema_name <> $1 ORDER BY 1`, [
    pooledSchema,
  ])
  return [pooledSchema, ...rows.map((row) => row.schema_name)]
}

async function apply(client: pg.PoolClient, { schema, migration, sql, checksum }: Planned) {
  try {
    await client.query('BEGIN')
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`)
    await client.query(`SET LOCAL search_path TO "${schema}", public`)
    await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz,
      migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
      started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`)
    await client.query(sql)
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, migration],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw new MigrationError(`Migration ${migration} failed on schema ${schema}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** Policies and grants for every table; skipped while neither they nor the tables changed. */
async function secure(client: pg.PoolClient, folder: string, kind: 'platform' | 'tenant', schema: string) {
  const sql = await readFile(path.join(folder, kind, 'secure.sql'), 'utf8')
  const state = sha256(sql + [...(await recorded(client, schema)).values()].sort().join())
  const { rows } = await client.query(`SELECT obj_description('"${schema}"._prisma_migrations'::regclass) AS state`)
  if (rows[0].state === state) return
  await client.query('BEGIN')
  try {
    await client.query(`SET LOCAL search_path TO "${schema}", public`)
    await client.query(sql)
    await client.query(`COMMENT ON TABLE _prisma_migrations IS '${state}'`)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/** Columns of vectors, as soon as the server has pgvector: no migration, which would have run before. */
async function addVectors(client: pg.PoolClient, folder: string, schema: string) {
  const sql = await readFile(path.join(folder, 'tenant', 'vectors.sql'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (sql === null) return
  await client.query('BEGIN')
  try {
    await client.query(`SET LOCAL search_path TO "${schema}", public`)
    await client.query(sql)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
