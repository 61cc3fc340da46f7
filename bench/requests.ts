// npm run bench -- --only requests [--tickets 50000 --seconds 4]
// Lists, single tickets, creating and replying by REST at one and at eight connections, beside the statements they can't do without
// and a route that does nothing, in turns of the same run; then eight writers in one workspace beside eight in eight.
import { parseArgs } from 'node:util'
import pg from 'pg'
import { bareStatements } from './bare-statements'
import { sayGoal } from './goal'
import { closedLoop, type Figures } from './load'
import { ask, drained, nextTurn, openLoaded, serve } from './product'

const { values } = parseArgs({ options: { tickets: { type: 'string', default: '50000' }, seconds: { type: 'string', default: '4' } } })
const seconds = Number(values.seconds)
const { loaded, stop } = await openLoaded(Number(values.tickets))
const { full, others } = loaded
const { ids } = full
const pool = new pg.Pool({ connectionString: loaded.url, max: 8, options: '-c search_path=desk,public' })
const statements = bareStatements(pool, full)
const served = await serve(loaded.url)

const anyTicket = () => ids[nextTurn() % ids.length] as (typeof ids)[number]
const anyone = () => full.people[nextTurn() % full.people.length] as (typeof full.people)[number]
const rest = (method: string, url: string, body?: object) => ask({ slug: full.slug, by: { token: anyone().token }, method, url, body })

interface Case {
  name: string
  limit: number
  rest: () => Promise<unknown>
  sql: () => Promise<unknown>
}

const created = { title: 'Bench', description: 'Text', requester: { name: 'B', email: 'bench@example.com' } }
const cases: Case[] = [
  { name: 'list 50', limit: 1.7, rest: () => rest('GET', '/api/v1/ticket'), sql: () => statements.list(50) },
  { name: 'detail', limit: 1.7, rest: () => rest('GET', `/api/v1/ticket/${anyTicket().id}`), sql: statements.detail },
  { name: 'create', limit: 3, rest: () => rest('POST', '/api/v1/ticket', created), sql: statements.create },
  {
    name: 'reply',
    limit: 3,
    rest: () => rest('POST', `/api/v1/ticket/${anyTicket().id}/comments`, { body: 'Text' }),
    sql: statements.reply,
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
    await drained(pool)
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
await drained(pool)
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
