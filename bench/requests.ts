// npm run bench -- --only requests [--tickets 50000 --seconds 4]
// Lists, single tickets, creating and replying by REST at one and at eight connections, beside the statements they can't do without
// and a route that does nothing, in turns of the same run; then eight writers in one workspace beside eight in eight.
import { parseArgs } from 'node:util'
import pg from 'pg'
import { newId } from '../lib/core/id'
import { sayGoal } from './goal'
import { closedLoop, type Figures } from './load'
import { ask, nextTurn, openLoaded, serve } from './product'

const { values } = parseArgs({ options: { tickets: { type: 'string', default: '50000' }, seconds: { type: 'string', default: '4' } } })
const seconds = Number(values.seconds)
const { loaded, stop } = await openLoaded(Number(values.tickets))
const { full, others } = loaded
const { tenantId, ids } = full
const pool = new pg.Pool({ connectionString: loaded.url, max: 8, options: '-c search_path=desk,public' })
const served = await serve(loaded.url)

const anyTicket = () => ids[nextTurn() % ids.length] as (typeof ids)[number]
const anyone = () => full.people[nextTurn() % full.people.length] as (typeof full.people)[number]
const rest = (method: string, url: string, body?: object) => ask({ slug: full.slug, by: { token: anyone().token }, method, url, body })

const listSql = `
  SELECT t.id, w.ticket_prefix || '-' || t.number AS number, t.version, t.title, t.status, t.priority, t.source, d.name AS department,
    c.name AS requester, (SELECT a.email FROM contact_address a WHERE a.tenant_id = t.tenant_id AND a.contact_id = t.requester_id LIMIT 1) AS email,
    p.name AS assignee, t.snippet, t.message_count, t.has_new_reply, t.created_at, t.updated_at
  FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
  JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
  LEFT JOIN department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id
  LEFT JOIN person p ON p.tenant_id = t.tenant_id AND p.id = t.assignee_id
  WHERE t.tenant_id = $1 AND t.deleted_at IS NULL`

const insertMessage = (client: pg.PoolClient, ticket: { id: string; requesterId: string }) => {
  const id = newId()
  return client.query({
    name: 'message',
    text: `INSERT INTO ticket_message (tenant_id, id, ticket_id, kind, author_kind, contact_id, body_text, message_id, source)
     VALUES ($1, $2, $3, 'reply', 'contact', $4, 'Text', $5, 'api')`,
    values: [tenantId, id, ticket.id, ticket.requesterId, id],
  })
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
  limit: number
  rest: () => Promise<unknown>
  sql: () => Promise<unknown>
}

const created = { title: 'Bench', description: 'Text', requester: { name: 'B', email: 'bench@example.com' } }
const cases: Case[] = [
  {
    name: 'list 50',
    limit: 1.7,
    rest: () => rest('GET', '/api/v1/ticket'),
    sql: () => pool.query({ name: 'list', text: `${listSql} ORDER BY t.updated_at DESC, t.id DESC LIMIT 51`, values: [tenantId] }),
  },
  {
    name: 'detail',
    limit: 1.7,
    rest: () => rest('GET', `/api/v1/ticket/${anyTicket().id}`),
    sql: async () => {
      const { id } = anyTicket()
      await pool.query({ name: 'detail', text: `${listSql} AND t.id = $2`, values: [tenantId, id] })
      const text = 'SELECT * FROM ticket_message WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY created_at, id LIMIT 200'
      await pool.query({ name: 'messages', text, values: [tenantId, id] })
    },
  },
  {
    name: 'create',
    limit: 3,
    rest: () => rest('POST', '/api/v1/ticket', created),
    sql: () =>
      inTransaction(async (client) => {
        const ticket = { id: newId(), requesterId: anyTicket().requesterId }
        const { rows } = await client.query({
          name: 'number',
          text: 'UPDATE workspace SET last_ticket_number = last_ticket_number + 1 WHERE tenant_id = $1 RETURNING last_ticket_number AS number',
          values: [tenantId],
        })
        await client.query({
          name: 'create',
          text: `INSERT INTO ticket (tenant_id, id, number, title, source, requester_id, updated_at) VALUES ($1, $2, $3, 'Bench', 'api', $4, now())`,
          values: [tenantId, ticket.id, rows[0].number, ticket.requesterId],
        })
        await insertMessage(client, ticket)
      }),
  },
  {
    name: 'reply',
    limit: 3,
    rest: () => rest('POST', `/api/v1/ticket/${anyTicket().id}/comments`, { body: 'Text' }),
    sql: () =>
      inTransaction(async (client) => {
        const ticket = anyTicket()
        const values = [tenantId, ticket.id]
        await client.query({ name: 'lock', text: 'SELECT id FROM ticket WHERE tenant_id = $1 AND id = $2 FOR UPDATE', values })
        await insertMessage(client, ticket)
        const text = 'UPDATE ticket SET version = version + 1, updated_at = now() WHERE tenant_id = $1 AND id = $2'
        await client.query({ name: 'touch', text, values })
      }),
  },
]

const bare = () => rest('GET', '/api/health/live')
const rounds = 3

/** The three by turns, so that what the machine does meanwhile falls on each of them. @returns of each the middle round */
async function interleaved(works: (() => Promise<unknown>)[], connections: number): Promise<Figures[]> {
  const found: Figures[][] = works.map(() => [])
  for (const work of works) await closedLoop(work, connections, 0.5)
  for (let round = 0; round < rounds; round++)
    for (const [n, work] of works.entries()) found[n]?.push(await closedLoop(work, connections, seconds / rounds))
  return found.map((each) => each.toSorted((a, b) => a.p50 - b.p50)[Math.floor(rounds / 2)] as Figures)
}

const ms = (value: number) => value.toFixed(1)
console.log(
  '\n| case | connections | p50 ms | p95 ms | p99 ms | req/s | bare SQL p50 | bare route p50 | ratio |\n|---|---|---|---|---|---|---|---|---|',
)
for (const { name, limit, rest: work, sql } of cases)
  for (const connections of [1, 8]) {
    const [ours, bySql, byRoute] = (await interleaved([work, sql, bare], connections)) as [Figures, Figures, Figures]
    const ratio = ours.p50 / (bySql.p50 + byRoute.p50)
    const cells = [ms(ours.p50), ms(ours.p95), ms(ours.p99), ours.perSecond.toFixed(0), ms(bySql.p50), ms(byRoute.p50), ratio.toFixed(1)]
    console.log(`| ${[name, connections, ...cells].join(' | ')} |`)
    sayGoal({ what: `${name}, ${connections} at once, ÷ (bare SQL + bare route)`, figure: ratio, limit })
  }

const write = (slug: string, token: string) => ask({ slug, by: { token }, method: 'POST', url: '/api/v1/ticket', body: created })
const inOne = (client: number) => write(others[0]?.slug as string, others[0]?.people[client]?.token as string)
const inEight = (client: number) => write(others[client]?.slug as string, others[client]?.people[0]?.token as string)
const rates = { one: 0, eight: 0 }
await closedLoop(inEight, 8, 1)
for (let round = 0; round < rounds; round++) {
  rates.eight += (await closedLoop(inEight, 8, seconds / rounds)).perSecond / rounds
  rates.one += (await closedLoop(inOne, 8, seconds / rounds)).perSecond / rounds
}
console.log(`\neight writers: ${rates.one.toFixed(0)} tickets a second in one workspace, ${rates.eight.toFixed(0)} in eight`)
sayGoal({ what: '8 writers in one workspace ÷ 8 in eight', figure: rates.one / rates.eight, limit: 0.8, isLeast: true })

await served.stop()
await pool.end()
await stop()
process.exit(0)
