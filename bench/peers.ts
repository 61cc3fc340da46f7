// npm run bench:peers [-- --tickets 50000 --seconds 3]
// The built product beside Debian's request-tracker5: the same tickets in databases of one PostgreSQL server, the two asked by
// turns, never at once. Fails when one of ours takes a greater share of the other's time than its goal.
import { parseArgs } from 'node:util'
import pg from 'pg'
import { type Asked, timed } from './asked'
import { isMet, sayGoal } from './goal'
import { at } from './load'
import { openLoaded, port, serve } from './product'
import { type Copied, isInstalled, openRequestTracker } from './request-tracker'

const { values } = parseArgs({ options: { tickets: { type: 'string', default: '50000' }, seconds: { type: 'string', default: '3' } } })
const limits = { 'list page': 0.1, 'ticket page': 0.1, reply: 0.1, create: 0.1, 'list JSON': 0.1, 'search page': 0.075 }
type Case = keyof typeof limits
const fewestPairs = 10
/** Each of its two workers has answered the case before it counts. */
const warmUp = 6

if (!isInstalled()) {
  console.log('Request Tracker is not installed (apt-get install request-tracker5 rt5-db-postgresql starman): nothing is compared')
  process.exit(0)
}
const { loaded, stop } = await openLoaded(Number(values.tickets))
const { people, tenantId, slug } = loaded.full
const pool = new pg.Pool({ connectionString: loaded.url, max: 2, options: '-c search_path=desk,public' })
const { rows: newest } = await pool.query<{ id: string; title: string }>(
  `SELECT id, title FROM ticket WHERE tenant_id = $1 AND deleted_at IS NULL AND status <> 'closed' ORDER BY updated_at DESC LIMIT 500`,
  [tenantId],
)
const { rows: staff } = await pool.query(
  `SELECT count(*)::int AS number FROM person WHERE tenant_id = $1 AND role <> 'customer' AND deleted_at IS NULL`,
  [tenantId],
)
const { rows: customers } = await pool.query(`SELECT DISTINCT requester_id || '@example.com' AS address FROM ticket WHERE tenant_id = $1`, [
  tenantId,
])
const peer = await openRequestTracker(loaded.url, port + 1)
process.on('exit', () => peer.kill())
// As many may own a ticket there as here: its pages offer them.
await peer.load(
  copied(),
  customers.map(({ address }) => address),
  staff[0].number,
)
await pool.query('VACUUM ANALYZE')
await pool.end()
await peer.serve()
const served = await serve(loaded.url)

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

const host = `${slug}.localhost:${port}`
const personAt = (turn: number) => people[turn % people.length] as (typeof people)[number]
const ticketAt = (turn: number) => newest[turn % newest.length] as { id: string; title: string }
function page(turn: number, path: string, isRight: Asked['isRight']): Asked {
  const headers = { host, cookie: personAt(turn).cookie, 'accept-encoding': 'gzip', accept: 'text/html' }
  return { port, method: 'GET', path, headers, status: 200, isRight }
}
function rest(turn: number, method: string, path: string, status: number, isRight: Asked['isRight'], body?: object): Asked {
  const headers = { host, authorization: `Bearer ${personAt(turn).token}`, 'content-type': 'application/json' }
  const key = body && { 'idempotency-key': `bench-${process.pid}-${turn}` }
  return { port, method, path: `/api/v1${path}`, headers: { ...headers, ...key }, status, isRight, body }
}
const links = (text: string) => new Set(text.match(/\/agent\/tickets\/[0-9a-f-]{36}/g)).size >= 50
const hasId = (text: string) => typeof JSON.parse(text).id === 'string'
const ours: Record<Case, (turn: number, word: string) => Asked> = {
  'list page': (turn) => page(turn, '/agent?view=open', links),
  'ticket page': (turn) => page(turn, `/agent/tickets/${ticketAt(turn).id}`, (text) => text.includes(ticketAt(turn).title)),
  reply: (turn) => rest(turn, 'POST', `/ticket/${ticketAt(turn).id}/comments`, 201, hasId, { body: 'Text' }),
  create: (turn) =>
    rest(turn, 'POST', '/ticket', 201, hasId, {
      ...{ title: 'Bench', description: 'Text', requester: { name: 'B', email: 'bench@example.com' } },
    }),
  'list JSON': (turn) => rest(turn, 'GET', '/ticket?view=open&limit=50', 200, (text) => JSON.parse(text).items.length === 50),
  'search page': (turn, word) => page(turn, `/agent?q=${word}`, (text) => links(text) && text.toLowerCase().includes(word)),
}
/** Each is in one ticket of some twenty. */
const words = ['invoice', 'export', 'printer', 'password', 'charged']

const ms = (value: number) => value.toFixed(value < 100 ? 1 : 0)
console.log(
  `\n| case | Baraza p50 | p95 | KB | RT p50 | p95 | KB | pairs | ratio | goal | |\n|---|---|---|---|---|---|---|---|---|---|---|`,
)
let turn = 0
let isMissed = false
for (const name of Object.keys(limits) as Case[]) {
  const pairs: { mine: number; theirs: number }[] = []
  const bytes: number[] = []
  const askBoth = async () => {
    const word = words[++turn % words.length] as string
    const mine = await timed(ours[name](turn, word))
    const theirs = await timed(peer.cases[name](turn, word))
    pairs.push({ mine: mine.ms, theirs: theirs.ms })
    bytes.splice(0, 2, mine.bytes, theirs.bytes)
  }
  for (let n = 0; n < warmUp; n++) await askBoth()
  pairs.length = 0
  for (const end = performance.now() + Number(values.seconds) * 1000; performance.now() < end || pairs.length < fewestPairs; )
    await askBoth()
  const [mine, theirs] = [pairs.map((pair) => pair.mine), pairs.map((pair) => pair.theirs)].map((each) => each.sort((a, b) => a - b)) as [
    number[],
    number[],
  ]
  const goal = { what: `${name} beside Request Tracker's`, figure: at(mine, 0.5) / at(theirs, 0.5), limit: limits[name] }
  isMissed ||= !isMet(goal)
  const figures = [mine, theirs].flatMap((sorted, n) => [ms(at(sorted, 0.5)), ms(at(sorted, 0.95)), ((bytes[n] ?? 0) / 1024).toFixed(0)])
  console.log(`| ${[name, ...figures, pairs.length, goal.figure.toFixed(3), goal.limit, isMet(goal) ? 'met' : '**missed**'].join(' | ')} |`)
  if (process.env.BENCH_LOADED) sayGoal(goal)
}
await served.stop()
peer.kill()
await stop()
// As a part of `npm run bench` it has told its goals; alone it fails.
process.exit(isMissed && !process.env.BENCH_LOADED ? 1 : 0)
