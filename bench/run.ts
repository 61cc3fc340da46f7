// npm run bench [-- --tickets 10000 --seconds 5]
// Real PostgreSQL, the built product, and two baselines measured in the same run: the bare SQL through `pg`, and a
// route handler of the same Next server that does nothing.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startPostgres } from '../lib/testing/postgres-server'

const { values } = parseArgs({ options: { tickets: { type: 'string', default: '10000' }, seconds: { type: 'string', default: '5' } } })
const tickets = Number(values.tickets)
const seconds = Number(values.seconds)
const root = path.resolve(import.meta.dirname, '..')
const port = 3999
const agents = 40

const server = await startPostgres({ isDurable: true })
process.env.DATABASE_URL = server.url()
process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-bench-'))
process.env.PORT = String(port)
process.env.LOG_LEVEL = 'error'
await import('../lib/wiring/wire')
const { bringUpToDate } = await import('../lib/wiring/up-to-date')
const { closeConnection } = await import('../lib/db/connection')
const { withTenant } = await import('../lib/db/scope')
const { seedDemo } = await import('../lib/demo/seed')
const { addManyTickets } = await import('../lib/demo/many')
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
const tenantId = tenant.ref.id

// Many people, so that nobody's rate limit is what is measured.
const tokens = await withTenant(tenant.ref, async (tx) => {
  const made: string[] = []
  for (let n = 0; n < agents; n++) {
    const personId = newId()
    const token = apiTokenPrefix + newSecret()
    await tx.person.create({ data: { tenantId, id: personId, email: `bench${n}@acme.test`, name: `Bench ${n}`, role: 'moderator' } })
    const common = { tenantId, id: newId(), personId, name: 'bench', prefix: 'bench', scopes: [...permissionNames] }
    await tx.apiToken.create({ data: { ...common, hash: hashSecret(token) } })
    made.push(token)
  }
  return made
})
const ids = (
  await withTenant(tenant.ref, (tx) => tx.ticket.findMany({ where: { tenantId }, take: 2000, orderBy: { number: 'desc' } }))
).map(({ id, requesterId }) => ({ id, requesterId }))
await closeConnection()
const pool = new pg.Pool({ connectionString: server.url(), max: 8 })
await pool.query('ANALYZE')

const web = spawn(path.join(root, 'node_modules/.bin/node'), ['--import', 'tsx', 'server.ts'], {
  cwd: root,
  env: { ...process.env, NODE_ENV: 'production', NEXT_MANUAL_SIG_HANDLE: 'true' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
process.on('exit', () => web.kill('SIGKILL'))
await new Promise<void>((resolve) => web.stdout.on('data', (chunk) => String(chunk).includes('Baraza is ready') && resolve()))

const keepAlive = new Agent({ keepAlive: true, maxSockets: 64 })
let turn = 0
function ask(method: string, url: string, body?: object): Promise<void> {
  const token = tokens[turn++ % tokens.length]
  return new Promise((resolve, reject) => {
    const headers = { host: `acme.localhost:${port}`, authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const outgoing = request({ agent: keepAlive, port, method, path: url, headers }, (incoming) => {
      incoming.resume()
      incoming.on('end', () =>
        (incoming.statusCode ?? 500) < 300 ? resolve() : reject(new Error(`${method} ${url}: ${incoming.statusCode}`)),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body && JSON.stringify(body))
  })
}
const anyTicket = () => ids[turn % ids.length] as (typeof ids)[number]

const listSql = `
  SELECT t.id, w.ticket_prefix || '-' || t.number AS number, t.version, t.title, t.status, t.priority, t.source, d.name AS department,
    c.name AS requester, (SELECT a.email FROM desk.contact_address a WHERE a.tenant_id = t.tenant_id AND a.contact_id = t.requester_id LIMIT 1) AS email,
    p.name AS assignee, t.snippet, t.message_count, t.has_new_reply, t.created_at, t.updated_at
  FROM desk.ticket t JOIN desk.workspace w ON w.tenant_id = t.tenant_id
  JOIN desk.contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
  LEFT JOIN desk.department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id
  LEFT JOIN desk.person p ON p.tenant_id = t.tenant_id AND p.id = t.assignee_id
  WHERE t.tenant_id = $1 AND t.deleted_at IS NULL`

async function insertMessage(client: pg.PoolClient, ticket: { id: string; requesterId: string }) {
  const id = newId()
  await client.query(
    `INSERT INTO desk.ticket_message (tenant_id, id, ticket_id, kind, author_kind, contact_id, body_text, message_id, source)
     VALUES ($1, $2, $3, 'reply', 'contact', $4, 'Text', $5, 'api')`,
    [tenantId, id, ticket.id, ticket.requesterId, id],
  )
}

async function inTransaction(work: (client: pg.PoolClient) => Promise<void>) {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await work(client)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

interface Case {
  name: string
  rest: () => Promise<void>
  sql: () => Promise<unknown>
}

const cases: Case[] = [
  {
    name: 'list 50',
    rest: () => ask('GET', '/api/v1/ticket'),
    sql: () => pool.query(`${listSql} ORDER BY t.updated_at DESC, t.id DESC LIMIT 51`, [tenantId]),
  },
  {
    name: 'detail',
    rest: () => ask('GET', `/api/v1/ticket/${anyTicket().id}`),
    sql: async () => {
      turn++
      const { id } = anyTicket()
      await pool.query(`${listSql} AND t.id = $2`, [tenantId, id])
      await pool.query('SELECT * FROM desk.ticket_message WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY created_at, id LIMIT 200', [
        tenantId,
        id,
      ])
    },
  },
  {
    name: 'create',
    rest: () =>
      ask('POST', '/api/v1/ticket', { title: 'Bench', description: 'Text', requester: { name: 'B', email: 'bench@example.com' } }),
    sql: () =>
      inTransaction(async (client) => {
        const ticket = { id: newId(), requesterId: anyTicket().requesterId }
        const { rows } = await client.query(
          'UPDATE desk.workspace SET last_ticket_number = last_ticket_number + 1 WHERE tenant_id = $1 RETURNING last_ticket_number AS number',
          [tenantId],
        )
        await client.query(
          `INSERT INTO desk.ticket (tenant_id, id, number, title, source, requester_id, updated_at) VALUES ($1, $2, $3, 'Bench', 'api', $4, now())`,
          [tenantId, ticket.id, rows[0].number, ticket.requesterId],
        )
        await insertMessage(client, ticket)
      }),
  },
  {
    name: 'reply',
    rest: () => ask('POST', `/api/v1/ticket/${anyTicket().id}/comments`, { body: 'Text' }),
    sql: () =>
      inTransaction(async (client) => {
        turn++
        const ticket = anyTicket()
        await client.query('SELECT id FROM desk.ticket WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [tenantId, ticket.id])
        await insertMessage(client, ticket)
        await client.query('UPDATE desk.ticket SET version = version + 1, updated_at = now() WHERE tenant_id = $1 AND id = $2', [
          tenantId,
          ticket.id,
        ])
      }),
  },
]

interface Figures {
  p50: number
  p95: number
  p99: number
  perSecond: number
}

async function measure(work: () => Promise<unknown>, connections: number, forSeconds: number): Promise<Figures> {
  const times: number[] = []
  const end = performance.now() + forSeconds * 1000
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const start = performance.now()
        await work()
        times.push(performance.now() - start)
      }
    }),
  )
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), perSecond: times.length / forSeconds }
}

const ms = (value: number) => value.toFixed(1)
const bare = () => ask('GET', '/api/health/live')
console.log(
  `\n| case | connections | p50 | p95 | p99 | req/s | bare SQL p50 | bare route p50 | ratio |\n|---|---|---|---|---|---|---|---|---|`,
)
for (const { name, rest, sql } of cases)
  for (const connections of [1, 8]) {
    for (const warm of [rest, sql, bare]) await measure(warm, connections, 0.5)
    const figures = await measure(rest, connections, seconds)
    const bySql = await measure(sql, connections, seconds / 2)
    const byRoute = await measure(bare, connections, seconds / 2)
    const ratio = figures.p50 / (bySql.p50 + byRoute.p50)
    const cells = [
      name,
      connections,
      ms(figures.p50),
      ms(figures.p95),
      ms(figures.p99),
      figures.perSecond.toFixed(0),
      ms(bySql.p50),
      ms(byRoute.p50),
      ratio.toFixed(1),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }

const { rows: plan } = await pool.query(`EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) ${listSql} ORDER BY t.updated_at DESC, t.id DESC LIMIT 51`, [
  tenantId,
])
console.log(`\nThe list's plan:\n${plan.map((row) => row['QUERY PLAN']).join('\n')}`)
web.kill('SIGTERM')
await new Promise((resolve) => web.once('exit', resolve))
await pool.end()
await server.stop()
process.exit(0)
