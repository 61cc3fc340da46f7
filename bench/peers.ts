// npm run bench:peers [-- --tickets 50000 --seconds 3]
// The built product beside Debian's request-tracker5: the same tickets in databases of one PostgreSQL server, the two asked by
// turns, never at once. Fails when one of ours takes a greater share of the other's time than its goal.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startPostgres } from '../lib/testing/postgres-server'
import { type Asked, timed } from './asked'
import { type Copied, isInstalled, openRequestTracker } from './request-tracker'

const { values } = parseArgs({ options: { tickets: { type: 'string', default: '50000' }, seconds: { type: 'string', default: '3' } } })
const goals = { 'list page': 0.1, 'ticket page': 0.1, reply: 0.1, create: 0.1, 'list JSON': 0.1, 'search page': 0.075 }
type Case = keyof typeof goals
const fewestPairs = 10
const warmUp = 6
const port = 4600
const people = 40

if (!isInstalled()) {
  console.log('Request Tracker is not installed (apt-get install request-tracker5 rt5-db-postgresql starman): nothing is compared')
  process.exit(0)
}
const server = await startPostgres({ isDurable: true })
process.env.DATABASE_URL = server.url()
process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-bench-'))
process.env.PORT = String(port)
process.env.LOG_LEVEL = 'error'
const { bringUpToDate } = await import('../lib/wiring/boot')
const { closeConnection } = await import('../lib/db/connection')
const { withTenant } = await import('../lib/db/scope')
const { documentOf, weights, wordsOf, isMemorable } = await import('../lib/core/words')
const { seedDemo } = await import('../lib/demo/seed')
const { addManyTickets } = await import('../lib/demo/many')
const { stories } = await import('../lib/demo/stories')
const { newId } = await import('../lib/core/id')
const { sealSession, sessionCookieName } = await import('../lib/actor/cookies')
const { hashSecret, newSecret } = await import('../lib/actor/hash')
const { permissionNames } = await import('../lib/actor/permissions')
const { apiTokenPrefix } = await import('../lib/procedure/authenticate')
const { findTenant } = await import('../lib/tenancy/resolve')
const { markOf } = await import('../lib/tickets/ticket/filter')

console.log(`loading ${values.tickets} tickets`)
await bringUpToDate()
await seedDemo({ tickets: 60 })
await addManyTickets('acme', Number(values.tickets), () => {})
const tenant = await findTenant({ slug: 'acme' })
if (!tenant) throw new Error('the demo was not seeded')
const tenantId = tenant.ref.id

// Many people, so that nobody's rate limit is what is measured.
const agents = await withTenant(tenant.ref, async (tx) => {
  const made: { token: string; cookie: string }[] = []
  for (let n = 0; n < people; n++) {
    const personId = newId()
    const sid = newId()
    const token = apiTokenPrefix + newSecret()
    await tx.person.create({ data: { tenantId, id: personId, email: `bench${n}@acme.test`, name: `Bench ${n}`, role: 'moderator' } })
    const common = { tenantId, id: newId(), personId, name: 'bench', prefix: 'bench', scopes: [...permissionNames] }
    await tx.apiToken.create({ data: { ...common, hash: hashSecret(token) } })
    await tx.session.create({ data: { tenantId, id: sid, personId, kind: 'browser', expiresAt: new Date(Date.now() + 24 * 3600_000) } })
    made.push({ token, cookie: `${sessionCookieName('acme', false)}=${await sealSession({ sid, tid: tenantId })}` })
  }
  return made
})
await closeConnection()
const pool = new pg.Pool({ connectionString: server.url(), max: 2, options: '-c search_path=desk,public' })
await indexWords()
await pool.query('VACUUM ANALYZE')
const { rows: found } = await pool.query(
  `SELECT id, title FROM ticket WHERE tenant_id = $1 AND deleted_at IS NULL AND status <> 'closed' ORDER BY updated_at DESC LIMIT 500`,
  [tenantId],
)

/** What a ticket is found by, as the subscriber writes it, once for all tickets of a story. */
async function indexWords() {
  const mark = markOf(tenantId)
  const documents = stories.map(({ title, turns }) =>
    documentOf(mark, [
      { weight: weights.title, text: title },
      { weight: weights.said, text: turns.join('\n') },
    ]),
  )
  await pool.query(
    `INSERT INTO ticket_search (tenant_id, ticket_id, document, updated_at, version)
     SELECT t.tenant_id, t.id, (s.document || ' ''' || $4 || ':@' || t.department_id || '''')::tsvector, now(),
       (SELECT coalesce(max(version), 1) FROM ticket_search)
     FROM ticket t JOIN unnest($2::text[], $3::text[]) AS s(title, document) ON s.title = t.title
     WHERE t.tenant_id = $1 AND t.department_id IS NOT NULL ON CONFLICT DO NOTHING`,
    [tenantId, stories.map(({ title }) => title), documents, mark],
  )
  const words = [...new Set(stories.flatMap(({ title, turns }) => wordsOf([title, ...turns].join('\n'))))].filter(isMemorable)
  await pool.query(
    `INSERT INTO search_word (tenant_id, word, ending) SELECT $1, w, reverse(w) FROM unnest($2::text[]) w ON CONFLICT DO NOTHING`,
    [tenantId, words],
  )
}

/** All that the workspace holds, some at a time. */
async function* copied(): AsyncGenerator<Copied[]> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await pool.query(
      `SELECT t.id, t.title, t.status, t.assignee_id IS NOT NULL AS "isAssigned", t.requester_id || '@example.com' AS "from",
         t.created_at AS "createdAt", t.updated_at AS "updatedAt", m.said
       FROM ticket t CROSS JOIN LATERAL (
         SELECT coalesce(json_agg(json_build_object('text', body_text, 'isAgent', author_kind = 'person', 'at', created_at) ORDER BY created_at), '[]') AS said
         FROM ticket_message n WHERE n.tenant_id = t.tenant_id AND n.ticket_id = t.id
       ) m
       WHERE t.tenant_id = $1 AND t.deleted_at IS NULL AND t.id > $2 ORDER BY t.id LIMIT 2000`,
      [tenantId, after],
    )
    if (rows.length === 0) return
    yield rows
    after = rows.at(-1).id
  }
}
const { rows: customers } = await pool.query(`SELECT DISTINCT requester_id || '@example.com' AS address FROM ticket WHERE tenant_id = $1`, [
  tenantId,
])
const peer = await openRequestTracker(server.url(), port + 10)
const { rows: staff } = await pool.query(
  `SELECT count(*)::int AS number FROM person WHERE tenant_id = $1 AND role <> 'customer' AND deleted_at IS NULL`,
  [tenantId],
)
// As many may own a ticket there as here: each page offers them.
await peer.load(
  copied(),
  customers.map(({ address }) => address),
  staff[0].number,
)
await pool.end()
process.on('exit', () => peer.kill())
await peer.serve()

const root = path.resolve(import.meta.dirname, '..')
const web = spawn(path.join(root, 'node_modules/.bin/node'), ['--import', 'tsx', 'server.ts'], {
  cwd: root,
  env: { ...process.env, NODE_ENV: 'production', NEXT_MANUAL_SIG_HANDLE: 'true' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
process.on('exit', () => web.kill('SIGKILL'))
await new Promise<void>((resolve) => web.stdout.on('data', (chunk) => String(chunk).includes('Baraza is ready') && resolve()))

const host = `acme.localhost:${port}`
const ticketAt = (turn: number) => found[turn % found.length] as { id: string; title: string }
function page(turn: number, where: string, isRight: Asked['isRight']): Asked {
  const headers = { host, cookie: agents[turn % people]?.cookie ?? '', 'accept-encoding': 'gzip', accept: 'text/html' }
  return { port, method: 'GET', path: where, headers, status: 200, isRight }
}
function rest(turn: number, method: string, where: string, status: number, isRight: Asked['isRight'], body?: object): Asked {
  const headers = { host, authorization: `Bearer ${agents[turn % people]?.token}`, 'content-type': 'application/json' }
  if (body) Object.assign(headers, { 'idempotency-key': newId() })
  return { port, method, path: `/api/v1${where}`, headers, status, isRight, body }
}
const links = (text: string) => new Set(text.match(/\/agent\/tickets\/[0-9a-f-]{36}/g)).size >= 50
const hasId = (text: string) => typeof JSON.parse(text).id === 'string'
const ours: Record<Case, (turn: number, word: string) => Asked> = {
  'list page': (turn) => page(turn, '/agent?view=open', links),
  'ticket page': (turn) => page(turn, `/agent/tickets/${ticketAt(turn).id}`, (text) => text.includes(ticketAt(turn).title)),
  reply: (turn) => rest(turn, 'POST', `/ticket/${ticketAt(turn).id}/comments`, 201, hasId, { body: 'Text' }),
  create: (turn) =>
    rest(turn, 'POST', '/ticket', 201, hasId, {
      title: 'Bench',
      description: 'Text',
      requester: { name: 'B', email: 'bench@example.com' },
    }),
  'list JSON': (turn) => rest(turn, 'GET', '/ticket?view=open&limit=50', 200, (text) => JSON.parse(text).items.length === 50),
  'search page': (turn, word) => page(turn, `/agent?q=${word}`, (text) => links(text) && text.toLowerCase().includes(word)),
}
const words = ['invoice', 'export', 'printer', 'password', 'charged']

const at = (sorted: number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
const ms = (value: number) => value.toFixed(value < 100 ? 1 : 0)
console.log(`\n| case | Baraza p50 | p95 | RT p50 | p95 | pairs | ratio | goal | |\n|---|---|---|---|---|---|---|---|---|`)
let turn = 0
let isMissed = false
for (const name of Object.keys(goals) as Case[]) {
  const times: [number, number][] = []
  const both = async () => {
    const word = words[++turn % words.length] as string
    const mine = await timed(ours[name](turn, word))
    const theirs = await timed(peer.cases[name](turn, word))
    times.push([mine.ms, theirs.ms])
  }
  for (let n = 0; n < warmUp; n++) await both()
  times.length = 0
  for (const end = performance.now() + Number(values.seconds) * 1000; performance.now() < end || times.length < fewestPairs; ) await both()
  const mine = times.map(([time]) => time).sort((a, b) => a - b)
  const theirs = times.map(([, time]) => time).sort((a, b) => a - b)
  const ratio = at(mine, 0.5) / at(theirs, 0.5)
  const isMet = ratio <= goals[name]
  isMissed ||= !isMet
  const figures = [mine, theirs].flatMap((sorted) => [ms(at(sorted, 0.5)), ms(at(sorted, 0.95))])
  console.log(`| ${[name, ...figures, times.length, ratio.toFixed(3), goals[name], isMet ? 'met' : 'missed'].join(' | ')} |`)
}
peer.kill()
web.kill('SIGTERM')
await new Promise((resolve) => web.once('exit', resolve))
await server.stop()
process.exit(isMissed ? 1 : 0)
