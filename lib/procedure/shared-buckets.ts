import { createHash } from 'node:crypto'
import type pg from 'pg'
import { platformRole, platformSchema } from '../db/names'

/** What one process tells of a bucket, and asks of it. */
export interface Account {
  /** As `bucketId` gives it. */
  id: string
  limit: number
  windowMs: number
  /** Tokens given away since it was last told. */
  given: number
  /** Tokens wanted now; as many as are left are granted. */
  wanted: number
}

/** What is left in a bucket after that; below zero when several gave away too many. */
export interface Balance {
  id: string
  tokens: number
  granted: number
}

export type Settle = (accounts: Account[]) => Promise<Balance[]>

/** What is limited is an address or a person, and the database need not know which. */
export const bucketId = (key: string): string =>
  createHash('sha256')
    .update(key)
    .digest('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

const keptHours = 2
const sweepEveryMs = 10 * 60_000

/** Settles accounts in the database: one statement, in a transaction of its own, whatever becomes of the requests. */
export function settleOn(pool: pg.Pool): Settle {
  let sweptAt = Date.now()
  const take = `SELECT set_config('role', '${platformRole}', true)`
  return async (accounts) => {
    const given = JSON.stringify(accounts.map(({ windowMs, ...account }) => ({ ...account, rate: (account.limit / windowMs) * 1000 })))
    const isSweep = Date.now() - sweptAt > sweepEveryMs
    if (isSweep) sweptAt = Date.now()
    // One message is one transaction: the role is taken for no longer.
    const sweep = isSweep ? `; DELETE FROM ${platformSchema}.rate_bucket WHERE at < now() - interval '${keptHours} hours'` : ''
    const results = (await pool.query(`${take}; ${settleSql(literal(given))}${sweep}`)) as unknown as pg.QueryResult<Balance>[]
    return results[1]?.rows ?? []
  }
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** In order of their ids, so that two processes never wait for each other. */
const settleSql = (given: string) => `
  INSERT INTO ${platformSchema}.rate_bucket AS b (key, tokens, at, size, per_second, given, wanted, granted)
  SELECT r.id, r."limit" - r.given - g.granted, statement_timestamp(), r."limit", r.rate, r.given, r.wanted, g.granted
  FROM json_to_recordset(${given}) AS r (id uuid, "limit" float8, rate float8, given float8, wanted float8)
  CROSS JOIN LATERAL (SELECT least(r.wanted, greatest(0, floor(r."limit" - r.given))) AS granted) g
  ORDER BY r.id
  ON CONFLICT (key) DO UPDATE SET
    at = greatest(b.at, excluded.at), size = excluded.size, per_second = excluded.per_second, given = excluded.given, wanted = excluded.wanted,
    (tokens, granted) = (
      SELECT l.n - g.granted, g.granted
      FROM (SELECT least(excluded.size,
        b.tokens + greatest(0, extract(epoch FROM excluded.at - b.at)::float8) * excluded.per_second) - excluded.given AS n) l
      CROSS JOIN LATERAL (SELECT least(excluded.wanted, greatest(0, floor(l.n))) AS granted) g)
  RETURNING key AS id, tokens, granted`
