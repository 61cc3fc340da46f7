import { connection } from '../db/connection'
import { pooledSchema } from '../db/names'

/** Whether tables have columns for vectors. */
export async function hasPgvector(): Promise<boolean> {
  const { pool } = await connection()
  const { rows } = await pool.query(
    `SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'v1536') AS is_there`,
    [`${pooledSchema}.kb_embedding`],
  )
  return rows[0]?.is_there === true
}

export const noPgvector =
  // not-words: operators read it
  'The database has no pgvector 0.8 or newer: articles are found by words alone. Install it, then run "npm run baraza -- pgvector".'
