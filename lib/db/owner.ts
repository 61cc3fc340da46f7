import type pg from 'pg'
import { env } from '../env'
import { connection } from './connection'
import { openPostgres } from './postgres'

/** Works as the owner of the tables, where the application itself is not. */
export async function withOwner<T>(work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const owner = env().DATABASE_MIGRATION_URL
  if (!owner) return work((await connection()).pool)
  const pool = openPostgres(owner, 1)
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}
