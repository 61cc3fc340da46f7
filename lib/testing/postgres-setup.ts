import { tmpdir } from 'node:os'
import path from 'node:path'
import { migrate } from '../db/migrate'
import { openPostgres } from '../db/postgres'
import { installJobRunner } from '../jobs/embedded'
import { startPostgres } from './postgres-server'

/**
 * One server for the run, with a migrated database that every test file copies.
 * The application signs in as a role that owns nothing and can only take the
 * four roles, as in production.
 */
export default async function setup() {
  process.env.NODE_COMPILE_CACHE = path.join(tmpdir(), 'compiled') // for the processes that tests start
  const server = await startPostgres()
  const owner = openPostgres(server.url(), 2)
  await owner.query('CREATE DATABASE migrated')
  const template = openPostgres(server.url('migrated'), 2)
  await migrate(template)
  await installJobRunner(template)
  await template.end()
  await owner.query(
    `CREATE ROLE app LOGIN PASSWORD 'owner' NOINHERIT; GRANT baraza_tenant, baraza_platform, baraza_relay, baraza_jobs TO app`,
  )
  await owner.end()
  process.env.TEST_POSTGRES = server.url() // the workers inherit it
  return server.stop
}
