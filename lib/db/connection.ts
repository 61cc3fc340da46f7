import type pg from 'pg'
import { dataPath, env } from '../env'
import { requireRoom } from './disk-space'

/** The one place that chooses the database; everything else sees a `pg.Pool`. */
export interface Connection {
  kind: 'embedded' | 'postgres' | 'vercel'
  pool: pg.Pool
  close(): Promise<void>
  /** Before a unit of work begins. @throws ENOSPC where the embedded database has no room left */
  requireRoom?(): void
}

// Next's bundles and the server's own modules are separate copies; the database is one.
const store = globalThis as typeof globalThis & { __barazaConnection?: Promise<Connection> }

export function connection(): Promise<Connection> {
  store.__barazaConnection ??= open().catch((error) => {
    store.__barazaConnection = undefined
    throw error
  })
  return store.__barazaConnection
}

/** For tests and tools that bring their own database. */
export function setConnection(given: Connection) {
  store.__barazaConnection = Promise.resolve(given)
}

export async function closeConnection() {
  const open = store.__barazaConnection
  store.__barazaConnection = undefined
  await (await open)?.close()
}

export const databaseKind = (): Connection['kind'] =>
  env().DATABASE_URL ? 'postgres' : env().VERCEL && env().POSTGRES_URL ? 'vercel' : 'embedded'

async function open(): Promise<Connection> {
  const kind = databaseKind()
  if (kind === 'vercel') {
    const { createPool } = await import('@vercel/postgres')
    const pool = createPool({ connectionString: env().POSTGRES_URL, max: env().DATABASE_POOL_SIZE })
    return { kind, pool: pool as unknown as pg.Pool, close: () => pool.end() }
  }
  if (kind === 'postgres') {
    const { openPostgres } = await import('./postgres')
    const pool = openPostgres(env().DATABASE_URL as string, env().DATABASE_POOL_SIZE)
    return { kind, pool, close: () => pool.end() }
  }
  const { openEmbedded } = await import('./embedded')
  const folder = dataPath()
  const { pool, close } = await openEmbedded({ folder })
  return { kind, pool, close, requireRoom: () => requireRoom(folder) }
}

/**
 * Refreshes the planner's statistics and reclaims dead rows. A database server
 * does it by itself; the embedded one has nobody but us.
 */
export async function tidyDatabase() {
  await (await connection()).pool.query('VACUUM (ANALYZE)')
}
