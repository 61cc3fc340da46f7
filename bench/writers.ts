// npm run bench:writers [-- --seconds 4 --rounds 3]
// Eight writers of one workspace against eight of eight, in one process on real PostgreSQL, with jobs left to others: whatever holds
// a workspace's writers up shows in the ratio. Beside it the statements and the CPU of this process for a create and a reply.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startPostgres } from '../lib/testing/postgres-server'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '3' }, show: { type: 'boolean' } },
})
const seconds = Number(values.seconds)
const writers = 8

const server = await startPostgres({ isDurable: true })
process.env.DATABASE_URL = server.url()
process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-bench-'))
process.env.LOG_LEVEL = 'error'
process.env.JOBS = 'off'
const { bringUpToDate } = await import('../lib/wiring/up-to-date')
const { closeConnection } = await import('../lib/db/connection')
const { drainBackground } = await import('../lib/core/background')
const { makePerson, makeTenant } = await import('../lib/testing/factories')

await bringUpToDate()
interface Writer {
  request: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>
  tickets: string[]
}
const make = async (tenant: Awaited<ReturnType<typeof makeTenant>>): Promise<Writer> => ({
  request: (await makePerson(tenant, 'moderator')).request,
  tickets: [],
})
const busy = await makeTenant('busy')
const together = await Promise.all(Array.from({ length: writers }, () => make(busy)))
const apart: Writer[] = []
for (let n = 0; n < writers; n++) apart.push(await make(await makeTenant(`apart-${n}`)))

let turn = 0
async function ask(writer: Writer, path: string, body: unknown): Promise<{ id: string }> {
  const answer = await writer.request('POST', path, body, { 'idempotency-key': `key-${turn++}` })
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}
const create = async (writer: Writer, n: number) => {
  const email = `asker${n % 50}@example.com`
  const { id } = await ask(writer, '/ticket', { title: 'Bench', description: 'Text', requester: { name: 'Asker', email } })
  writer.tickets.push(id)
}
const reply = (writer: Writer, n: number) =>
  ask(writer, `/ticket/${writer.tickets[n % writer.tickets.length]}/comments`, { body: 'It is on its way.' })
const acts = { create, reply }

type Measured = Awaited<ReturnType<typeof measure>>

/** @returns acts a second of all writers together, and milliseconds of this process's CPU for each */
async function measure(group: readonly Writer[], act: (writer: Writer, n: number) => Promise<unknown>) {
  const cpu = process.cpuUsage()
  const started = performance.now()
  let done = 0
  await Promise.all(
    group.map(async (writer) => {
      for (let n = 0; performance.now() - started < seconds * 1000; n++) {
        await act(writer, n)
        done++
      }
    }),
  )
  const ms = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  await drainBackground()
  return { rate: (done / ms) * 1000, cpu: (user + system) / 1000 / done }
}

/** The statements of one act, once everything is prepared. */
async function statementsOf(act: (writer: Writer, n: number) => Promise<unknown>): Promise<string[]> {
  const [writer] = together as [Writer]
  for (let n = 0; n < 5; n++) await act(writer, n)
  await drainBackground()
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown
  const sent: string[] = []
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first] = args
    sent.push(typeof first === 'string' ? first : (first as { text: string }).text)
    return query.apply(this, args)
  } as typeof pg.Client.prototype.query
  await act(writer, 5)
  pg.Client.prototype.query = query as typeof pg.Client.prototype.query
  await drainBackground()
  return sent.filter((text) => !text.includes('pg_notify'))
}

const middle = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number
for (const [name, act] of Object.entries(acts)) {
  if (name === 'reply') for (const writer of [...together, ...apart]) await create(writer, 0)
  const statements = await statementsOf(act)
  if (values.show) for (const text of statements) console.log(`  ${text.replace(/\s+/g, ' ').slice(0, 400)}`)
  await measure(apart, act)
  const runs: (readonly [Measured, Measured])[] = []
  for (let round = 0; round < Number(values.rounds); round++) runs.push([await measure(together, act), await measure(apart, act)] as const)
  const [one, eight] = [0, 1].map((at) => middle(runs.map((run) => run[at as 0 | 1].rate))) as [number, number]
  const cpu = middle(runs.map(([, run]) => run.cpu))
  console.log(
    `${name}: ${statements.length} statements, ${cpu.toFixed(1)} ms CPU; 8 writers of one workspace ${one.toFixed(0)}/s, of eight ${eight.toFixed(0)}/s: ${(one / eight).toFixed(2)}`,
  )
}
await closeConnection()
await server.stop()
process.exit(0)
