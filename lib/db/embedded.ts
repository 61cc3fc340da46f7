import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { citext } from '@electric-sql/pglite/contrib/citext'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { unaccent } from '@electric-sql/pglite/contrib/unaccent'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import { vector } from '@electric-sql/pglite-pgvector'
import pg from 'pg'

const extensions = { vector, pg_trgm, unaccent, citext }

export class DatabaseInUseError extends Error {}

/**
 * Opens the embedded database in `folder`, or in memory from a prepared copy.
 * @throws {DatabaseInUseError} when another living process holds the folder
 */
export async function openEmbedded(source: { folder: string } | { template?: Blob }) {
  const release = 'folder' in source ? lock(source.folder) : () => {}
  const lite =
    'folder' in source
      ? await PGlite.create(path.join(source.folder, 'db'), { extensions })
      : await PGlite.create({ extensions, loadDataDir: source.template })
  const pool = poolOver(lite)
  return {
    lite,
    pool,
    async close() {
      await pool.end()
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
function poolOver(lite: PGlite): pg.Pool {
  class EmbeddedClient extends pg.Client {
    constructor(options?: pg.ClientConfig) {
      const config = createPgConfig(lite) as unknown as { connection: EmbeddedConnection } & pg.ClientConfig
      const connection = config.connection
      const parse = connection.parse.bind(connection)
      const end = connection.end.bind(connection)
      // pg hands its type overrides along, which the shim would take for parameter types.
      connection.parse = (query) => parse({ name: query.name, text: query.text })
      connection.end = () => {
        connection.query('ROLLBACK')
        connection.query('DISCARD ALL')
        end()
      }
      super({ ...options, ...config } as pg.ClientConfig)
    }
  }
  const pool = new pg.Pool({ Client: EmbeddedClient as never, max: 1, idleTimeoutMillis: 0 })
  pool.setMaxListeners(0)
  return pool
}

interface EmbeddedConnection {
  parse(query: { name?: string; text: string }): void
  query(text: string): void
  end(): void
}
