// npm run bench -- --only pages
// The pages that agents have open all day, as HTML: how long they take and how large they are; and searching.
import { parseArgs } from 'node:util'
import { sayGoal } from './goal'
import { closedLoop } from './load'
import { ask, nextTurn, openLoaded, serve } from './product'

const { values } = parseArgs({ options: { tickets: { type: 'string', default: '50000' }, seconds: { type: 'string', default: '4' } } })
const seconds = Number(values.seconds)
const { loaded, stop } = await openLoaded(Number(values.tickets))
const { full } = loaded
const served = await serve(loaded.url)
const anyone = () => full.people[nextTurn() % full.people.length] as (typeof full.people)[number]
const page = (url: string) => ask({ slug: full.slug, by: { cookie: anyone().cookie }, url })
const anyTicket = () => full.ids[nextTurn() % full.ids.length]?.id
const words = ['invoice', 'printer', 'delivery', 'export', 'card invoice', 'password', 'refund order']
const search = () => page(`/agent?q=${encodeURIComponent(words[nextTurn() % words.length] as string)}`)

const pages: [string, () => Promise<string>][] = [
  ['inbox', () => page('/agent?view=all')],
  ['ticket', () => page(`/agent/tickets/${anyTicket()}`)],
  ['search', search],
]
console.log('\n| page | KB of HTML | p50 ms | p95 ms | at 8: p50 ms | p95 ms |\n|---|---|---|---|---|---|')
for (const [name, work] of pages) {
  const html = await work()
  const kilobytes = html.length / 1024
  const rows = html.match(/ data-row/g)?.length ?? 0
  if (name === 'inbox' && rows !== 50) throw new Error(`the inbox shows ${rows} tickets`)
  await closedLoop(work, 1, 1)
  const [one, eight] = [await closedLoop(work, 1, seconds), await closedLoop(work, 8, seconds)]
  const cells = [kilobytes, one.p50, one.p95, eight.p50, eight.p95].map((n) => n.toFixed(0))
  console.log(`| ${[name, ...cells].join(' | ')} |`)
  if (name === 'inbox') sayGoal({ what: 'inbox of 50 tickets', figure: kilobytes, limit: 100, unit: 'KB of HTML' })
  if (name === 'search') sayGoal({ what: 'searching, p95 ÷ p50', figure: one.p95 / one.p50, limit: 3 })
}
await served.stop()
await stop()
process.exit(0)
