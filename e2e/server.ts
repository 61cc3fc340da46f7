import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openPostgres } from '../lib/db/postgres'
import { freePort } from '../lib/testing/free-port'

export const root = path.resolve(import.meta.dirname, '..')
export const bin = (name: string) => path.join(root, 'node_modules', '.bin', name)

export interface TestServer extends Process {
  port: number
  dataDir: string
  /** Address of a workspace, or of the platform for ''. */
  origin(slug: string): string
  run(...args: string[]): string
}

interface Process {
  pid: number
  output(): string
  /** Sends the signal, waits for the end and answers with the exit code, null when the signal ended it. */
  kill(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts a command and waits until it says that it is ready. */
export async function launch(
  command: string,
  args: string[],
  ready: string,
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Process> {
  const child: ChildProcess = spawn(command, args, options)
  let output = ''
  process.on('exit', () => child.kill('SIGKILL'))
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const deadline = Date.now() + 60_000
  while (!output.includes(ready)) {
    if (child.exitCode !== null) throw new Error(`${command} ${args.join(' ')} stopped:\n${output}`)
    if (Date.now() > deadline) throw new Error(`${command} ${args.join(' ')} did not start:\n${output}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    pid: child.pid as number,
    output: () => output,
    async kill(signal) {
      child.kill(signal)
      return exited
    },
  }
}

/** What `npm run build` made of an entry. */
export const built = (entry: string) => path.join(root, '.next/own', entry)

/** One of the product's processes, as it was built. */
const startProcess = (entry: string, ready: string, env: NodeJS.ProcessEnv) =>
  launch(bin('node'), [built(entry)], ready, { cwd: root, env })

export const environment = (given: Record<string, string>): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_ENV: 'production',
  NEXT_MANUAL_SIG_HANDLE: 'true',
  LOG_LEVEL: 'error',
  UNDO_SEND_SECONDS: '4',
  WEB_PROCESSES: '1',
  MAIL_DNS: 'off',
  PSEUDO_LANGUAGES: 'on',
  ...given,
})

/**
 * Addresses of a data folder's own database on a real PostgreSQL: as in production the product signs in as a role that owns nothing.
 * A new one begins empty, or as a copy of another folder's.
 */
export async function addressesOn(server: string, dataDir: string, { isNew = false, copyOf = '' } = {}) {
  const nameOf = (folder: string) => path.basename(folder).replaceAll('-', '_').toLowerCase()
  const pool = openPostgres(server, 1)
  if (isNew) {
    for (const role of ['tenant', 'platform', 'relay', 'jobs']) await pool.query(createRole(`baraza_${role}`, 'NOLOGIN'))
    await pool.query(createRole('app', `LOGIN PASSWORD 'owner' NOINHERIT`))
    await pool.query('GRANT baraza_tenant, baraza_platform, baraza_relay, baraza_jobs TO app')
    await pool.query(`CREATE DATABASE ${nameOf(dataDir)}${copyOf && ` TEMPLATE ${nameOf(copyOf)}`}`)
  }
  await pool.end()
  const owner = Object.assign(new URL(server), { pathname: nameOf(dataDir) })
  const app = Object.assign(new URL(owner), { username: 'app' })
  return { DATABASE_URL: app.href, DATABASE_MIGRATION_URL: owner.href }
}

const createRole = (name: string, what: string) => `DO $$ BEGIN CREATE ROLE ${name} ${what}; EXCEPTION WHEN duplicate_object THEN END $$`

/** The built product with a small demo, in a data folder of its own. */
export async function startServer(
  options: { dataDir?: string; port?: number; env?: Record<string, string>; tickets?: number } = {},
): Promise<TestServer> {
  const port = options.port ?? (await freePort())
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'baraza-e2e-'))
  const server = options.env?.DATABASE_URL ? undefined : process.env.E2E_POSTGRES
  const copy = { isNew: !options.dataDir, copyOf: process.env.E2E_TEMPLATE }
  const database = server ? await addressesOn(server, dataDir, copy) : {}
  const env = environment({ PORT: String(port), DATA_DIR: dataDir, ...database, ...options.env })
  const run = (...args: string[]) => execFileSync(bin('node'), [built('lib/cli/main.mjs'), ...args], { cwd: root, env, encoding: 'utf8' })
  // A real PostgreSQL is empty when it comes; the embedded one begins as a copy.
  const template = options.env?.DATABASE_URL ? undefined : env.E2E_TEMPLATE
  if (!options.dataDir && template) cpSync(template, dataDir, { recursive: true })
  else if (!options.dataDir) run('demo', '--tickets', String(options.tickets ?? 24))
  const started = await startProcess('server.mjs', 'Baraza is ready', env)
  return { ...started, port, dataDir, run, origin: (slug) => `http://${slug ? `${slug}.` : ''}localhost:${port}` }
}

/** A worker beside web processes that leave events and jobs to it. */
export const startWorker = (options: { dataDir: string; env: Record<string, string> }) =>
  startProcess('worker.mjs', 'Baraza worker is ready', environment({ DATA_DIR: options.dataDir, ...options.env }))

/** Waits until `read` gives something; fails with what it waited for. */
export async function until<T>(what: string, read: () => Promise<T | null | undefined | false>, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await read()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
