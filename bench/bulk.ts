// npm run bench -- --only bulk
// 500 tickets changed at once, of each kind, while another workspace asks for a list ten times a second.
import { parseArgs } from 'node:util'
import pg from 'pg'
import { sayGoal } from './goal'
import { at } from './load'
import { ask, openLoaded, serve } from './product'

const { values } = parseArgs({ options: { tickets: { type: 'string', default: '50000' }, seconds: { type: 'string', default: '4' } } })
const many = 500
const { loaded, stop } = await openLoaded(Number(values.tickets))
const { full, others } = loaded
const served = await serve(loaded.url)
const by = { cookie: full.people[0]?.cookie as string }
const rest = async (method: string, url: string, body?: object) =>
  JSON.parse(await ask({ slug: full.slug, by, method, url: `/api/v1${url}`, body })) as Record<string, unknown> & { id: string }

const neighbour = others[0] as (typeof others)[number]
let times: number[] = []
const asking = setInterval(() => {
  const began = performance.now()
  void ask({ slug: neighbour.slug, by: { token: neighbour.people[0]?.token as string }, url: '/api/v1/ticket' }).then(() =>
    times.push(performance.now() - began),
  )
}, 100)
const p95 = () =>
  at(
    times.toSorted((a, b) => a - b),
    0.95,
  )

const pool = new pg.Pool({ connectionString: loaded.url, max: 1 })
const { rows } = await pool.query(
  `SELECT id FROM desk.ticket WHERE tenant_id = $1 AND status = 'closed' AND priority <> 'urgent' AND assignee_id IS NOT NULL AND deleted_at IS NULL
   ORDER BY updated_at DESC LIMIT $2`,
  [full.tenantId, many],
)
await pool.end()
const ids = rows.map((row) => row.id as string)
const changes = [
  { kind: 'priority', priority: 'urgent' },
  { kind: 'priority', priority: 'low' },
  { kind: 'tags', add: ['bench'], remove: [] },
  { kind: 'assign', assigneeId: null },
  { kind: 'status', status: 'created', reason: 'Once more' },
]
await new Promise((resolve) => setTimeout(resolve, 3000))
console.log(`\nthe neighbour's lists, idle: p95 ${p95().toFixed(0)} ms`)
console.log(`\n| ${many} tickets | seconds | changed | refused | neighbour's p95 ms |\n|---|---|---|---|---|`)
for (const change of changes) {
  times = []
  const began = performance.now()
  let bulk = await rest('POST', '/ticket/bulk', { ids, change })
  while (bulk.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 50))
    bulk = await rest('GET', `/ticket/bulk/${bulk.id}`)
  }
  const took = (performance.now() - began) / 1000
  console.log(`| ${change.kind} | ${took.toFixed(1)} | ${bulk.done} | ${bulk.failed} | ${p95().toFixed(0)} |`)
  sayGoal({ what: `${change.kind} of ${many} tickets`, figure: took, limit: 3, unit: 's' })
  sayGoal({ what: `the neighbour's lists meanwhile, p95`, figure: p95(), limit: 150, unit: 'ms' })
}
clearInterval(asking)

await served.stop()
await stop()
process.exit(0)
