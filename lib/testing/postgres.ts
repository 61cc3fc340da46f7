import { afterAll, beforeAll } from 'vitest'
import { drainBackground } from '../core/background'
import { closeConnection, setConnection } from '../db/connection'
import { migrate } from '../db/migrate'
import { stopListening } from '../db/notify'
import { openPostgres } from '../db/postgres'
import { env } from '../env'
import { installJobRunner } from '../jobs/embedded'
import { forgetRateLimits } from '../procedure/rate-limit'
import { stopRealtime } from '../realtime/node'
import { forgetAllHosts } from '../tenancy/resolve'
import { startPostgres } from './postgres-server'

/**
 * Gives the test file a migrated PostgreSQL. The application signs in as a role
 * that owns nothing and can only take the three roles, as in production.
 */
export function openTestPostgres() {
  let stop: () => Promise<void>
  let urls = { app: '', owner: '' }
  beforeAll(async () => {
    const server = await startPostgres()
    const owner = openPostgres(server.url(), 2)
    await migrate(owner)
    await installJobRunner(owner)
    await owner.query(
      `CREATE ROLE app LOGIN PASSWORD 'owner' NOINHERIT; GRANT baraza_tenant, baraza_platform, baraza_relay, baraza_jobs TO app`,
    )
    await owner.end()
    urls = { app: server.url('postgres', 'app'), owner: server.url() }
    env().DATABASE_MIGRATION_URL = urls.owner
    const pool = openPostgres(urls.app, 10)
    setConnection({ kind: 'postgres', pool, close: () => pool.end() })
    forgetAllHosts()
    forgetRateLimits()
    stop = server.stop
  })
  afterAll(async () => {
    await drainBackground()
    await stopRealtime()
    await stopListening()
    await closeConnection()
    await stop?.()
  })
  /** Addresses for other processes: as the application, and as the owner who may do anything. */
  return { url: () => urls.app, ownerUrl: () => urls.owner }
}
