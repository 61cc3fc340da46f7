import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import chromium from '@sparticuz/chromium'
import { startPostgres } from '../lib/testing/postgres-server'
import { addressesOn, bin, built, environment, root } from './server'

/** A data folder with the demo, made once; every server starts from its own copy. With `E2E_DATABASE=postgres` its database is a real PostgreSQL. */
export default async function setup() {
  await chromium.executablePath() // unpacked before several workers would do so at once
  process.env.NODE_COMPILE_CACHE = path.join(tmpdir(), 'compiled') // what one process compiled, the next begins with
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-e2e-template-'))
  const postgres = process.env.E2E_DATABASE === 'postgres' ? await startPostgres() : undefined
  if (postgres) process.env.E2E_POSTGRES = postgres.url()
  const env = environment({ DATA_DIR: folder, ...(postgres && (await addressesOn(postgres.url(), folder, { isNew: true }))) })
  const args = [built('lib/cli/main.mjs'), 'demo', '--tickets', '24']
  const { status, stderr } = spawnSync(bin('node'), args, { cwd: root, env, encoding: 'utf8' })
  // Whoever starts the product for the first time reads what is said here.
  if (status !== 0 || stderr.includes('Warning')) throw new Error(`the demo was not made as it should:\n${stderr}`)
  process.env.E2E_TEMPLATE = folder // the workers inherit it
  return postgres?.stop
}
