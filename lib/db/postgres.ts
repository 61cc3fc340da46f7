import pg from 'pg'
import { env } from '../env'
import { inTurns } from './turns'

const tls = { off: undefined, require: { rejectUnauthorized: false }, verify: { rejectUnauthorized: true } } as const

/**
 * A pool on a PostgreSQL server. Nothing is set on the session: role, tenant,
 * search path and statement timeout travel with each transaction, so a
 * transaction-pooling proxy may stand in between.
 */
export function openPostgres(connectionString: string, size: number): pg.Pool {
  const pool = new pg.Pool({ ...settings(connectionString), max: size, pipeline: true })
  pool.setMaxListeners(0)
  pool.on('error', () => {}) // an idle client lost its server; the pool has already dropped it
  return inTurns(pool, size)
}

/** A connection of its own for LISTEN, which no transaction-pooling proxy can carry: the sweep covers for it there. */
export const openListener = (connectionString: string) => new pg.Client({ ...settings(connectionString), keepAlive: true })

const settings = (connectionString: string) => ({
  connectionString,
  ssl: tls[env().DATABASE_TLS],
  connectionTimeoutMillis: 10_000,
  application_name: 'baraza',
})
