import { afterAll, beforeAll } from 'vitest'
import { newId } from '../core/id'
import { setConnection } from '../db/connection'
import { openPostgres } from '../db/postgres'
import { env } from '../env'
import { closeTestDatabase, forgetEverything } from './database'

/** Gives the test file a migrated database of its own on the run's PostgreSQL. */
export function openTestPostgres() {
  const name = `t${newId().replaceAll('-', '')}`
  const server = process.env.TEST_POSTGRES as string
  const ownerUrl = () => Object.assign(new URL(server), { pathname: name }).href
  const url = () => Object.assign(new URL(ownerUrl()), { username: 'app' }).href
  const asOwner = async (sql: string) => {
    const pool = openPostgres(server, 1)
    await pool.query(sql)
    await pool.end()
  }
  beforeAll(async () => {
    await asOwner(`CREATE DATABASE ${name} TEMPLATE migrated`)
    env().DATABASE_MIGRATION_URL = ownerUrl()
    const pool = openPostgres(url(), 10)
    setConnection({ kind: 'postgres', pool, close: () => pool.end() })
    forgetEverything()
  })
  afterAll(async () => {
    await closeTestDatabase()
    await asOwner(`DROP DATABASE ${name} WITH (FORCE)`)
  })
  /** Addresses for other processes: as the application, and as the owner who may do anything. */
  return { url, ownerUrl }
}
