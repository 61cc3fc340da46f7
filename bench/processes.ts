// npm run bench:processes [-- --counts 1,2 --seconds 8 --idle 20]
// What the processes of `npm start` on PostgreSQL cost: the time to start, memory idle and after load, requests a second and for
// each second of CPU time, and requests that fail in a rolling restart.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../lib/testing/postgres-server'
import { sayGoal } from './goal'

const { values } = parseArgs({
  options: {
    counts: { type: 'string', default: '1,2' },
    seconds: { type: 'string', default: '8' },
    idle: { type: 'string', default: '20' },
    tickets: { type: 'string', default: '2000' },
  },
})
const seconds = Number(values.seconds)
const root = path.resolve(import.meta.dirname, '..')
const port = 4590
const clients = 8
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const postgres = await startPostgres({ isDurable: true })
Object.assign(process.env, {
  DATABASE_URL: postgres.url(),
  DATA_DIR: mkdtempSync(path.join(tmpdir(), 'baraza-bench-')),
  PORT: String(port),
  LOG_LEVEL: 'error',
  RATE_LIMIT_CEILING: '1000000',
})
await import('../lib/wiring/wire')
const { bringUpToDate } = await import('../lib/wiring/up-to-date')
const { closeConnection } = await import('../lib/db/connection')
const { seedDemo } = await import('../lib/demo/seed')
const { addManyTickets } = await import('../lib/demo/many')
await bringUpToDate()
await seedDemo({ tickets: 60 })
await addManyTickets('acme', Number(values.tickets), () => {})
const { pool } = await (await import('../lib/db/connection')).connection()
await pool.query(`UPDATE desk.workspace SET rate_limits = '{"admin": 1000000}'`)
await pool.query('ANALYZE')
const acme = await (await import('../lib/tenancy/resolve')).resolveHost('acme.localhost')
if (!acme) throw new Error('the demo has no workspace acme')
const { cookie } = await (await import('../lib/testing/factories')).makePerson(acme, 'admin')
await closeConnection()

const start = (count: number) =>
  new Promise<{ child: ChildProcess; ms: number; said: () => string }>((resolve, reject) => {
    const begun = performance.now()
    const [command = '', ...args] = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
      .scripts.start.replace(/^.*exec node/, path.join(root, 'node_modules/.bin/node'))
      .split(' ')
    const env = { ...process.env, NODE_ENV: 'production' as const, WEB_PROCESSES: String(count) }
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
    process.on('exit', () => child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
      if (said.includes('Baraza is ready')) resolve({ child, ms: performance.now() - begun, said: () => said })
    })
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)))
  })

/** The process and those that it started: what each is, its memory in MB and the seconds of CPU it has used. */
function family(pid: number) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  return [pid, ...children].map((one) => {
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1]) / 1024
    const used = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const what = one === pid ? 'first' : /worker\./.test(readFileSync(`/proc/${one}/cmdline`, 'utf8')) ? 'background' : 'web'
    return { what, rss: Math.round(rss), cpu: (Number(used[11]) + Number(used[12])) / 100 }
  })
}
const memory = (pid: number) => {
  const all = family(pid)
  return `${all.map(({ what, rss }) => `${what} ${rss}`).join(', ')}; together ${all.reduce((sum, { rss }) => sum + rss, 0)} MB`
}
const cpuOf = (pid: number) => family(pid).reduce((sum, { what, cpu }) => sum + (what === 'web' || what === 'first' ? cpu : 0), 0)

const ask = (agent: Agent, url: string) =>
  new Promise<number>((resolve, reject) => {
    request({ agent, port, path: url, headers: { host: `acme.localhost:${port}`, cookie } }, (incoming) => {
      incoming.on('error', reject).on('end', () => resolve(incoming.statusCode ?? 0))
      incoming.resume()
    })
      .on('error', reject)
      .end()
  })

const list = '/api/v1/ticket?limit=50'
const inbox = '/agent?view=all'

/** Clients that each keep a connection and ask again at once, until `isOver`. */
async function load(url: string, isOver: () => boolean) {
  const failures: Record<string, number> = {}
  let answered = 0
  const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  await Promise.all(
    agents.map(async (agent) => {
      while (!isOver()) {
        const what = await ask(agent, url).then(
          (status) => (status === 200 ? '' : String(status)),
          (error) => error.code ?? error.message,
        )
        if (what) failures[what] = (failures[what] ?? 0) + 1
        else answered++
      }
    }),
  )
  for (const agent of agents) agent.destroy()
  return { answered, failures }
}

interface Rate {
  perSecond: number
  /** For each second of CPU time of the web processes. */
  perCpu: number
}

async function rateOf(url: string, pid: number): Promise<Rate> {
  let until = Date.now() + 4000
  await load(url, () => Date.now() > until)
  const cpu = cpuOf(pid)
  until = Date.now() + seconds * 1000
  const { answered, failures } = await load(url, () => Date.now() > until)
  const rate = { perSecond: answered / seconds, perCpu: answered / (cpuOf(pid) - cpu) }
  const said = `${rate.perSecond.toFixed(0)} a second, ${rate.perCpu.toFixed(0)} for each second of CPU`
  console.log(`  ${url}, ${clients} connections: ${said}, failures ${JSON.stringify(failures)}`)
  return rate
}

/** Of each number of web processes: what they answer of pages and of lists. */
const rates = new Map<number, { page: Rate; list: Rate }>()
for (const count of values.counts.split(',').map(Number)) {
  const { child, ms, said } = await start(count)
  const pid = child.pid as number
  console.log(`\n${count} web processes: ready after ${Math.round(ms)} ms`)
  await sleep(Number(values.idle) * 1000)
  console.log(`  idle: ${memory(pid)}`)
  const idle = family(pid)
  const most = Math.max(...idle.flatMap(({ what, rss }) => (what === 'web' || idle.length === 1 ? [rss] : [])))
  const name = count === 1 ? '1 web process' : `${count} web processes`
  sayGoal({ what: `${name}: start on a migrated database`, figure: ms / 1000, limit: 3, unit: 's' })
  sayGoal({ what: `${name}: idle, the largest`, figure: most, limit: 300, unit: 'MB' })
  if (count === 2)
    sayGoal({ what: `${name}: idle, all together`, figure: idle.reduce((sum, { rss }) => sum + rss, 0), limit: 900, unit: 'MB' })
  rates.set(count, { page: await rateOf(inbox, pid), list: await rateOf(list, pid) })
  console.log(`  after that: ${memory(pid)}`)
  sayGoal({ what: `${name}: under load, the largest`, figure: Math.max(...family(pid).map(({ rss }) => rss)), limit: 600, unit: 'MB' })
  let isOver = false
  const during = load(list, () => isOver)
  child.kill('SIGHUP')
  while (!said().includes('Baraza has restarted')) await sleep(100)
  isOver = true
  const roll = await during
  console.log(`  rolling restart: ${roll.answered} answered, failures ${JSON.stringify(roll.failures)}`)
  sayGoal({
    what: `${name}: requests that fail in a rolling restart`,
    figure: Object.values(roll.failures).reduce((sum, n) => sum + n, 0),
    limit: 0,
  })
  const ended = new Promise((resolve) => child.removeAllListeners('exit').once('exit', resolve))
  child.kill('SIGTERM')
  console.log(`  ended with ${await ended}`)
}
const [one, two] = [rates.get(1), rates.get(2)]
// A list as JSON takes PostgreSQL and the client as much as a web process, so that on two processors one of these has enough to do for both.
if (one && two) {
  sayGoal({ what: 'inbox pages a second, 2 web processes ÷ 1', figure: two.page.perSecond / one.page.perSecond, limit: 1.3, isLeast: true })
  sayGoal({ what: 'inbox pages for each second of CPU, 2 ÷ 1', figure: two.page.perCpu / one.page.perCpu, limit: 0.9, isLeast: true })
  sayGoal({ what: 'lists for each second of CPU, 2 ÷ 1', figure: two.list.perCpu / one.list.perCpu, limit: 0.9, isLeast: true })
}
await postgres.stop()
process.exit(0)
