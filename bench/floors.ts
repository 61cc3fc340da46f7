// npm run bench -- --only floors
// The specification's rates, asked for at a steady pace whatever is answered: lists of 100, single tickets, and creating for a minute.
// The client is pinned to one processor where that can be. Where the bare statements and a bare route, in the same way, can't hold
// twice a rate on this machine, 55 % of the highest rate that they hold takes its place.
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { bareStatements } from './bare-statements'
import { sayGoal } from './goal'
import { openLoop } from './load'
import { ask, backlog, drained, nextTurn, openLoaded, serve } from './product'

const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '4' },
    sustained: { type: 'string', default: '60' },
  },
})
const seconds = Math.max(4, Number(values.seconds))
const { loaded, stop } = await openLoaded(Number(values.tickets))
const { full } = loaded
const { ids } = full
const pool = new pg.Pool({ connectionString: loaded.url, max: 8, options: '-c search_path=desk,public' })
const served = await serve(loaded.url)
try {
  execFileSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)], { stdio: 'ignore' })
} catch {
  console.log('the client could not be pinned')
}

const anyone = () => full.people[nextTurn() % full.people.length] as (typeof full.people)[number]
const anyTicket = () => ids[nextTurn() % ids.length] as (typeof ids)[number]
const rest = (method: string, url: string, body?: object) => ask({ slug: full.slug, by: { token: anyone().token }, method, url, body })
const statements = bareStatements(pool, full)

interface Floor {
  what: string
  rate: number
  limitMs: number
  forSeconds: number
  work: () => Promise<unknown>
  bare: () => Promise<unknown>
}

const floors: Floor[] = [
  {
    what: 'lists of 100',
    rate: 100,
    limitMs: 100,
    forSeconds: 15,
    work: () => rest('GET', '/api/v1/ticket?limit=100'),
    bare: () => statements.list(100),
  },
  {
    what: 'single tickets',
    rate: 100,
    limitMs: 250,
    forSeconds: 15,
    work: () => rest('GET', `/api/v1/ticket/${anyTicket().id}`),
    bare: statements.detail,
  },
  {
    what: 'creating',
    rate: 50,
    limitMs: 200,
    forSeconds: Number(values.sustained),
    work: () =>
      rest('POST', '/api/v1/ticket', {
        title: 'Floor',
        description: 'Text',
        requester: { name: 'F', email: `floor${nextTurn() % 100}@example.com` },
      }),
    bare: statements.create,
  },
]

/** The highest rate that a route and statements without anything else hold. */
async function highest({ bare, limitMs, rate }: Floor): Promise<number> {
  let held = 0
  const pair = () => Promise.all([rest('GET', '/api/health/live'), bare()])
  await openLoop(pair, rate / 4, 3)
  for (const tried of [0.5, 0.75, 1, 1.5, 2, 3, 4].map((times) => rate * times)) {
    const { p95 } = await openLoop(pair, tried, seconds)
    if (p95 > limitMs) break
    held = tried
  }
  return held
}

/** The oldest event without a seal, in seconds, as `/api/health` says it: the longest while `work` runs. */
async function tailDuring<T>(work: () => Promise<T>): Promise<{ result: T; tail: number }> {
  let tail = 0
  const oldest = `SELECT coalesce(extract(epoch FROM now() - min(occurred_at)), 0)::float AS seconds FROM event WHERE seq IS NULL`
  const timer = setInterval(() => {
    void pool.query(oldest).then(({ rows }) => {
      tail = Math.max(tail, rows[0].seconds)
    })
  }, 250)
  const result = await work().finally(() => clearInterval(timer))
  return { result, tail }
}

for (const floor of floors) {
  const { what, rate, limitMs, forSeconds, work } = floor
  await openLoop(work, rate / 4, 2)
  await drained(pool)
  const bareRate = await highest(floor)
  if (bareRate === 0) throw new Error(`${what}: the bare pair holds no rate here, so nothing can be said`)
  const asked = bareRate >= 2 * rate ? rate : Math.floor(0.55 * bareRate)
  const before = { cpu: process.cpuUsage(), at: performance.now(), waiting: await backlog(pool) }
  const { result: figures, tail } = await tailDuring(() => openLoop(work, asked, forSeconds))
  const { user, system } = process.cpuUsage(before.cpu)
  const share = (user + system) / 1000 / (performance.now() - before.at)
  const waiting = await backlog(pool)
  console.log(
    `${what}: ${asked} a second for ${forSeconds} s (the bare pair holds ${bareRate}): p50 ${figures.p50.toFixed(0)}, p95 ${figures.p95.toFixed(0)}, p99 ${figures.p99.toFixed(0)} ms; ` +
      `the client took ${(share * 100).toFixed(0)} % of a processor; deliveries due ${before.waiting} before, ${waiting} after; the oldest event without a seal waited ${tail.toFixed(2)} s`,
  )
  sayGoal({ what: `${what} at ${asked} a second, p95`, figure: figures.p95, limit: limitMs, unit: 'ms' })
  if (what !== 'creating') continue
  sayGoal({ what: 'deliveries that wait after it', figure: waiting, limit: before.waiting + asked * 4 })
  sayGoal({ what: 'the oldest event without a seal meanwhile', figure: tail, limit: 1, unit: 's' })
}

await served.stop()
await pool.end()
await stop()
process.exit(0)
