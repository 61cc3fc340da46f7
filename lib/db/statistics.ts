import { z } from 'zod'
import { inBackground } from '../core/background'
import { log } from '../log/log'
import { connection } from './connection'
import { rowsOf } from './rows'

const everyMs = 10_000
const table = z.object({ name: z.string() })

/**
 * What a database server does by itself: tells the planner of tables that have grown or changed much. The one session of the
 * embedded database keeps the plans of its foreign keys from its first rows, until it is told; in a table of thousands each row
 * that refers to it then costs milliseconds.
 * @returns the tables that were looked at
 */
export async function refreshStatistics(): Promise<string[]> {
  const { pool } = await connection()
  const changed = pool.query(`SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables
    WHERE n_mod_since_analyze > 50 + n_live_tup / 10 ORDER BY n_mod_since_analyze DESC`)
  const names = (
    await rowsOf(
      table,
      changed.then(({ rows }) => rows),
    )
  ).map(({ name }) => name)
  // A small sample of one table at a time: requests wait for some milliseconds at most. The nightly tidying takes large ones.
  for (const name of names) await pool.query(`BEGIN; SET LOCAL default_statistics_target = 10; ANALYZE ${name}; COMMIT`)
  return names
}

/** @returns what ends it */
export function keepStatistics(): () => void {
  const failed = (error: unknown) => log().error({ err: error }, 'what the planner knows was not refreshed; it is tried again')
  const timer = setInterval(() => inBackground('statistics', async () => void (await refreshStatistics()), failed), everyMs).unref()
  return () => clearInterval(timer)
}
