import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { unaccent } from '@electric-sql/pglite/contrib/unaccent'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import { vector } from '@electric-sql/pglite-pgvector'
import pg from 'pg'
import { letLoopTurn } from '../core/event-loop'
import { inTurns } from './turns'

const options = {
  extensions: { vector, pg_trgm, unaccent, citext },
  // 128 MB by default, all of which it takes at the start. What is read again comes from the system's own cache.
  startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'],
}

/** In memory, files of the log need no room that was written before. */
const inMemory = { ...options, startParams: [...options.startParams, '-c', 'wal_init_zero=off'] }

export class DatabaseInUseError extends Error {}

/**
 * Opens the embedded database in `folder`, or in memory from a prepared copy.
 * @throws {DatabaseInUseError} when another living process holds the folder
 */
export async function openEmbedded(source: { folder: string } | { template?: Blob }) {
  const release = 'folder' in source ? lock(source.folder) : () => {}
  const lite =
    'folder' in source
      ? await PGlite.create(path.join(source.folder, 'db'), options)
      : await PGlite.create({ ...inMemory, loadDataDir: source.template })
  const { pool, parted } = poolOver(lite)
  return {
    lite,
    pool,
    async close() {
      await pool.end()
      await parted() // the pool does not wait for what its clients still say
      await lite.close()
      release()
    },
  }
}

/** PGlite has no lock of its own; two processes in one folder would destroy it. */
function lock(folder: string) {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'db.pid')
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = Number(readFileSync(file, 'utf8'))
    if (holder !== process.pid && isAlive(holder))
      throw new DatabaseInUseError(
        `The embedded database in ${folder} is in use by process ${holder}. Stop it, or point DATA_DIR elsewhere.`,
      )
    rmSync(file, { force: true })
  }
}

function isAlive(pid: number) {
  if (!pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * A `pg.Pool` of one over PGlite, so that one driver adapter serves both databases.
 * Ending a socket aborts its transaction on a server; here it is done by hand.
 */
function poolOver(lite: PGlite): { pool: pg.Pool; parted: () => Promise<unknown> } {
  const partings = new Set<Promise<void>>()
  class EmbeddedClient extends pg.Client {
    constructor(options?: pg.ClientConfig) {
      const config = createPgConfig(gentle(lite) as never) as unknown as { connection: EmbeddedConnection } & pg.ClientConfig
      const connection = config.connection
      const parse = connection.parse.bind(connection)
      const end = connection.end.bind(connection)
      // pg hands its type overrides along, which the shim would take for parameter types.
      connection.parse = (query) => parse({ name: query.name, text: query.text })
      connection.end = () => {
        connection.query('ROLLBACK')
        connection.query('DISCARD ALL')
        end()
        const parting = new Promise<void>((resolve) => connection.once('end', resolve)).finally(() => partings.delete(parting))
        partings.add(parting)
      }
      super({ ...options, ...config } as pg.ClientConfig)
    }
  }
  const pool = new pg.Pool({ Client: EmbeddedClient as never, max: 1, idleTimeoutMillis: 0 })
  pool.setMaxListeners(0)
  return { pool: inTurns(pool, 1), parted: () => Promise.all(partings) }
}

/** What is read only together with what follows: Parse, Bind, Describe, Execute, Close. */
const heldMessages = 'PBDEC'

/**
 * What `pg` takes in place of the database. PGlite answers in microtasks, so statements that follow each other would keep
 * the event loop from turning for as long as they come. What makes one statement is handed over in one piece.
 */
function gentle(lite: PGlite) {
  let held: Uint8Array[] = []
  return {
    waitReady: lite.waitReady,
    async execProtocolStream(bytes: Uint8Array) {
      held.push(bytes)
      if (heldMessages.includes(String.fromCharCode(bytes[0] as number))) return []
      const statement = held.length === 1 ? bytes : Buffer.concat(held)
      held = []
      const messages = await lite.execProtocolStream(statement, { throwOnError: false })
      await letLoopTurn()
      return messages
    },
  }
}

interface EmbeddedConnection {
  parse(query: { name?: string; text: string }): void
  query(text: string): void
  end(): void
  once(event: 'end', listener: () => void): void
}
