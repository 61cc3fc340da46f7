// The built product on a real PostgreSQL with a workspace full of tickets, and the statements that its requests can't do without.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startPostgres } from '../lib/testing/postgres-server'
import { indexWords } from './search-words'

const root = path.resolve(import.meta.dirname, '..')
const agents = 40
export const port = Number(process.env.BENCH_PORT ?? 3999)

interface Person {
  token: string
  cookie: string
}
interface Workspace {
  slug: string
  people: Person[]
}
/** What the benchmark's parts share: the server of the database, and who is in it. */
export interface Loaded {
  url: string
  full: Workspace & { tenantId: string; ids: { id: string; requesterId: string }[] }
  others: Workspace[]
}

/** Starts a database and fills it; eight more workspaces are empty. Many people, so that nobody's rate limit is what is measured. */
export async function load(tickets: number): Promise<{ loaded: Loaded; stop: () => Promise<void> }> {
  const server = await startPostgres({ isDurable: true })
  process.env.DATABASE_URL = server.url()
  process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-bench-'))
  process.env.LOG_LEVEL = 'error'
  process.env.JOBS = 'off'
  await import('../lib/wiring/wire')
  const { bringUpToDate } = await import('../lib/wiring/up-to-date')
  const { closeConnection } = await import('../lib/db/connection')
  const { withTenant } = await import('../lib/db/scope')
  const { seedDemo } = await import('../lib/demo/seed')
  const { addManyTickets } = await import('../lib/demo/many')
  const { makePerson, makeTenant } = await import('../lib/testing/factories')
  const { newId } = await import('../lib/core/id')
  const { hashSecret, newSecret } = await import('../lib/actor/hash')
  const { permissionNames } = await import('../lib/actor/permissions')
  const { apiTokenPrefix } = await import('../lib/procedure/authenticate')
  const { findTenant } = await import('../lib/tenancy/resolve')
  await bringUpToDate()
  console.log(`loading ${tickets} tickets`)
  await seedDemo({ tickets: 60 })
  await addManyTickets('acme', tickets, () => {})
  const tenant = await findTenant({ slug: 'acme' })
  if (!tenant) throw new Error('the demo was not seeded')
  const join = async (ref: typeof tenant, count: number): Promise<Person[]> => {
    const people: Person[] = []
    for (let n = 0; n < count; n++) {
      const person = await makePerson(ref, 'moderator')
      const token = apiTokenPrefix + newSecret()
      const common = {
        tenantId: ref.ref.id,
        id: newId(),
        personId: person.id,
        name: 'bench',
        prefix: 'bench',
        scopes: [...permissionNames],
      }
      await withTenant(ref.ref, (tx) => tx.apiToken.create({ data: { ...common, hash: hashSecret(token) } }))
      people.push({ token, cookie: person.cookie })
    }
    return people
  }
  const tenantId = tenant.ref.id
  const people = await join(tenant, agents)
  const others: Workspace[] = []
  for (let n = 0; n < 8; n++) {
    const other = await makeTenant(`writers${n}`)
    others.push({ slug: other.ref.slug, people: await join(other, 8) })
  }
  const rows = await withTenant(tenant.ref, (tx) => tx.ticket.findMany({ where: { tenantId }, take: 2000, orderBy: { number: 'desc' } }))
  const ids = rows.map(({ id, requesterId }) => ({ id, requesterId }))
  await closeConnection()
  const pool = new pg.Pool({ connectionString: server.url(), max: 1 })
  await indexWords(pool, tenantId)
  await pool.query('VACUUM ANALYZE')
  await pool.end()
  return { loaded: { url: server.url(), full: { slug: 'acme', people, tenantId, ids }, others }, stop: () => server.stop() }
}

const keepAlive = new Agent({ keepAlive: true, maxSockets: 256 })
let turn = 0
export const nextTurn = () => turn++

export interface Asked {
  slug: string
  by: { token: string } | { cookie: string }
  method?: string
  url: string
  body?: object
}

/** What was answered, as text. A change is sent with a key of its own, as a careful client does. */
export function ask({ slug, by, method = 'GET', url, body }: Asked): Promise<string> {
  const identity = 'token' in by ? { authorization: `Bearer ${by.token}` } : { cookie: by.cookie }
  const change = method === 'GET' ? {} : { 'content-type': 'application/json', 'idempotency-key': `bench-${process.pid}-${nextTurn()}` }
  return new Promise((resolve, reject) => {
    const headers = { host: `${slug}.localhost:${port}`, ...identity, ...change }
    const outgoing = request({ agent: keepAlive, port, method, path: url, headers }, (incoming) => {
      const parts: Buffer[] = []
      incoming.on('data', (part) => parts.push(part))
      incoming.on('end', () => {
        const text = Buffer.concat(parts).toString()
        const status = incoming.statusCode ?? 0
        return status >= 200 && status < 300 ? resolve(text) : reject(new Error(`${method} ${url}: ${status} ${text.slice(0, 300)}`))
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body && JSON.stringify(body))
  })
}

export interface Served {
  web: ChildProcess
  stop: () => Promise<void>
}

/** Serves the built product, as `npm start` does, and waits until it answers. */
export async function serve(url: string, more: Record<string, string> = {}): Promise<Served> {
  const { JOBS: _, ...own } = process.env
  const env = {
    ...own,
    DATABASE_URL: url,
    PORT: String(port),
    LOG_LEVEL: 'error',
    NODE_ENV: 'production',
    NEXT_MANUAL_SIG_HANDLE: 'true',
    ...more,
  }
  const web = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const end = () => web.pid && process.kill(-web.pid, 'SIGKILL')
  process.on('exit', end)
  await new Promise<void>((resolve, reject) => {
    web.stdout?.on('data', (chunk) => String(chunk).includes('Baraza is ready') && resolve())
    web.once('exit', () => reject(new Error('the product ended before it was ready')))
  })
  return {
    web,
    async stop() {
      process.off('exit', end)
      const gone = new Promise((resolve) => web.once('exit', resolve))
      process.kill(-(web.pid as number), 'SIGTERM')
      await gone
    },
  }
}

/** Where a part finds what was loaded: told by `npm run bench`, or loaded for it alone. */
export async function openLoaded(tickets: number): Promise<{ loaded: Loaded; stop: () => Promise<void> }> {
  const told = process.env.BENCH_LOADED
  return told ? { loaded: JSON.parse(readFileSync(told, 'utf8')) as Loaded, stop: async () => {} } : load(tickets)
}

/** Deliveries that are due and not done, of all workspaces. */
export const backlog = async (pool: pg.Pool) =>
  Number((await pool.query(`SELECT count(*) AS n FROM desk.event_delivery WHERE status = 'pending' AND due_at < now()`)).rows[0].n)

/** Waits until the background has done what is due, so that a measurement begins with nothing but its own. */
export async function drained(pool: pg.Pool) {
  while ((await backlog(pool)) > 0) await new Promise((resolve) => setTimeout(resolve, 200))
}
