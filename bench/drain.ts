// npm run bench -- --only drain
// Lists of one workspace, asked for ten times a second, idle and while the background works off 20,000 deliveries of it.
import { parseArgs } from 'node:util'
import pg from 'pg'
import { sayGoal } from './goal'
import { type Figures, openLoop } from './load'
import { ask, backlog, drained, nextTurn, openLoaded, serve } from './product'

const { values } = parseArgs({ options: { tickets: { type: 'string', default: '50000' }, seconds: { type: 'string', default: '4' } } })
const many = 20_000
const { loaded, stop } = await openLoaded(Number(values.tickets))
const { full } = loaded
const pool = new pg.Pool({ connectionString: loaded.url, max: 2, options: '-c search_path=desk,public' })
const served = await serve(loaded.url)
const anyone = () => full.people[nextTurn() % full.people.length] as (typeof full.people)[number]
const list = () => ask({ slug: full.slug, by: { token: anyone().token }, url: '/api/v1/ticket' })
const search = () => ask({ slug: full.slug, by: { token: anyone().token }, url: '/api/v1/ticket?q=invoice' })

/** A change of a tag on each of so many tickets: told to open browsers, and written to the search. */
async function fall() {
  await pool.query(
    `WITH e AS (INSERT INTO event (tenant_id, id, type, subject_id, actor_kind, payload, request_id, occurred_at)
       SELECT $1, gen_random_uuid(), 'ticket.tagged', id, 'system', '{"added":[],"removed":[]}', 'bench', now()
       FROM ticket WHERE tenant_id = $1 ORDER BY id LIMIT $2 RETURNING tenant_id, id, subject_id, n)
     INSERT INTO event_delivery (tenant_id, event_id, subscriber, ordering_key, n, priority)
     SELECT tenant_id, id, s, subject_id::text, n, p FROM e, (VALUES ('realtime.publish', 1), ('search.index', 2)) AS v (s, p)`,
    [full.tenantId, many / 2],
  )
  await pool.query(`SELECT pg_notify('baraza_wake', $1)`, [full.tenantId])
}

await openLoop(list, 10, 3)
await drained(pool)
const idle = { list: await openLoop(list, 10, 8), search: await openLoop(search, 5, 6) }
await fall()
const begun = performance.now()
const during: { list: Figures; search: Figures } = { list: await openLoop(list, 10, 8), search: await openLoop(search, 5, 6) }
const left = await backlog(pool)
await drained(pool)
const seconds = (performance.now() - begun) / 1000
const said = ({ p50, p95 }: Figures) => `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)} ms`
console.log(`\nlists: idle ${said(idle.list)}; while ${many} deliveries are worked off ${said(during.list)}`)
console.log(
  `searching: idle ${said(idle.search)}; meanwhile ${said(during.search)}; ${left} were left then, all done after ${seconds.toFixed(1)} s`,
)
sayGoal({ what: 'lists while 20,000 deliveries are worked off, p95 ÷ idle', figure: during.list.p95 / idle.list.p95, limit: 1.3 })
sayGoal({ what: 'searching meanwhile, p95 ÷ p50', figure: during.search.p95 / during.search.p50, limit: 3 })
await served.stop()
await pool.end()
await stop()
process.exit(0)
