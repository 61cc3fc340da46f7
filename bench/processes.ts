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

let token = ''
const ask = (agent: Agent, method: string, url: string, body?: object) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = {
      host: `acme.localhost:${port}`,
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    }
    request({ agent, port, method, path: url, headers }, (incoming) => {
      let text = ''
      incoming.on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: incoming.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end(body && JSON.stringify(body))
  })

/** Clients that each keep a connection and ask again at once, until `isOver`. */
async function load(isOver: () => boolean) {
  const failures: Record<string, number> = {}
  let answered = 0
  const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  await Promise.all(
    agents.map(async (agent) => {
      while (!isOver()) {
        const what = await ask(agent, 'GET', '/api/v1/ticket?limit=50').then(
          ({ status }) => (status === 200 ? '' : String(status)),
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

/** Of each number of web processes: requests a second, and for each second of CPU time. */
const rates = new Map<number, { perSecond: number; perCpu: number }>()
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
  token = ''
  const signedIn = await ask(new Agent(), 'POST', '/api/v1/auth/login', { email: 'owner@acme.test', password: 'baraza-demo' })
  token = JSON.parse(signedIn.text).accessToken
  let until = Date.now() + 2000
  await load(() => Date.now() > until)
  const cpu = cpuOf(pid)
  until = Date.now() + seconds * 1000
  const { answered, failures } = await load(() => Date.now() > until)
  const used = cpuOf(pid) - cpu
  const rate = `${(answered / seconds).toFixed(0)} a second, ${(answered / used).toFixed(0)} for each second of CPU`
  console.log(`  list of 50, ${clients} connections: ${rate}, failures ${JSON.stringify(failures)}`)
  console.log(`  after that: ${memory(pid)}`)
  rates.set(count, { perSecond: answered / seconds, perCpu: answered / used })
  sayGoal({ what: `${name}: under load, the largest`, figure: Math.max(...family(pid).map(({ rss }) => rss)), limit: 600, unit: 'MB' })
  let isOver = false
  const during = load(() => isOver)
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
if (one && two) {
  sayGoal({ what: 'requests a second, 2 web processes ÷ 1', figure: two.perSecond / one.perSecond, limit: 1.3, isLeast: true })
  sayGoal({ what: 'requests for each second of CPU, 2 ÷ 1', figure: two.perCpu / one.perCpu, limit: 0.9, isLeast: true })
}
await postgres.stop()
process.exit(0)
