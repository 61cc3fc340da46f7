// npm run bench:realtime [-- --connections 500 --rate 1000 --seconds 10]
// The built product on a real PostgreSQL, driven with the official server library, against bare sockets in the same run.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import Pusher from 'pusher'
import { WebSocket } from 'ws'
import { startPostgres } from '../lib/testing/postgres-server'
import { sayGoal } from './goal'

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '500' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
  },
})
const connections = Number(values.connections)
const rate = Number(values.rate)
const seconds = Number(values.seconds)
const root = path.resolve(import.meta.dirname, '..')
const [port, otherPort, barePort] = [3997, 3998, 3996]
const credentials = { appId: 'bench', key: 'bench', secret: 'bench-secret-of-sixteen' }
const batchSize = 10

async function start(args: string[], ready: string, env: Record<string, string>) {
  const child = spawn(path.join(root, 'node_modules/.bin/node'), args, {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', NEXT_MANUAL_SIG_HANDLE: 'true', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.on('exit', () => child.kill('SIGKILL'))
  await new Promise<void>((resolve) => child.stdout.on('data', (chunk) => String(chunk).includes(ready) && resolve()))
  return child
}

const sentAt: number[] = []
let latencies: number[] = []
let received = 0

/** A message's data is its number; the time it was handed over is looked up here. */
function hear(data: string) {
  latencies.push(performance.now() - (sentAt[Number(data)] as number))
  received++
}

interface Message {
  channel: string
  name: string
  data: string
}

interface Contender {
  name: string
  open(index: number, channels: string[]): Promise<WebSocket>
  send(batch: Message[]): Promise<unknown>
}

const official = new Pusher({ ...credentials, host: '127.0.0.1', port: String(port), useTLS: false })

/** What is sent through the first process, heard at the one on `port`. */
const productAt = (name: string, listenPort: number): Contender => ({
  name,
  open: (index, channels) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${listenPort}/app/${credentials.key}?protocol=7&client=bench&version=1`, {
        localAddress: `127.0.0.${2 + (index % 200)}`, // one address may not have them all
      })
      const waiting = new Set(channels)
      const say = (event: string, data: object) => socket.send(JSON.stringify({ event, data }))
      socket.on('error', reject)
      socket.on('message', (text) => {
        const { event, data, channel } = JSON.parse(String(text))
        if (event === 'message') return hear(data)
        if (event === 'pusher:error') return reject(new Error(String(text)))
        if (event === 'pusher:connection_established') {
          const id = JSON.parse(data).socket_id
          // Ten browsers each.
          say('pusher:signin', official.authenticateUser(id, { id: `person-${listenPort}-${Math.floor(index / 10)}` }))
          for (const name of channels) say('pusher:subscribe', { channel: name, ...official.authorizeChannel(id, name) })
        }
        if (event === 'pusher_internal:subscription_succeeded' && waiting.delete(channel) && waiting.size === 0) resolve(socket)
      })
    }),
  send: (batch) => official.triggerBatch(batch),
})
const product = productAt('Baraza', port)
const other = productAt('Baraza, 2 processes', otherPort)

const bare: Contender = {
  name: 'bare sockets',
  open: (_, channels) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${barePort}`)
      socket.on('error', reject)
      socket.on('open', () => socket.send(JSON.stringify(channels)))
      socket.on('message', (text) => {
        const { event, data } = JSON.parse(String(text))
        if (event === 'message') hear(data)
        else resolve(socket)
      })
    }),
  send: (batch) =>
    fetch(`http://127.0.0.1:${barePort}/`, { method: 'POST', body: JSON.stringify({ batch }) }).then((answer) => answer.text()),
}

const shapes = {
  'to one browser each': { perSecond: rate, channelOf: (n: number) => `private-own-${n % connections}`, reach: 1 },
  'to all browsers': { perSecond: Math.max(1, Math.round(rate / connections)), channelOf: () => 'private-all', reach: connections },
}

async function run({ name, open, send }: Contender) {
  const begun = performance.now()
  const sockets: WebSocket[] = []
  for (let at = 0; at < connections; at += 25) {
    const some = Array.from({ length: Math.min(25, connections - at) }, (_, n) => open(at + n, ['private-all', `private-own-${at + n}`]))
    sockets.push(...(await Promise.all(some)))
  }
  const openMs = performance.now() - begun
  const rows = []
  for (const [shape, { perSecond, channelOf, reach }] of Object.entries(shapes)) {
    latencies = []
    received = 0
    const total = perSecond * seconds
    const turns: Promise<unknown>[] = []
    const from = performance.now()
    for (let n = 0; n < total; ) {
      const dueMs = from + (n / perSecond) * 1000 - performance.now()
      if (dueMs > 1) await new Promise((resolve) => setTimeout(resolve, dueMs))
      const batch: Message[] = []
      for (; n < total && batch.length < Math.min(batchSize, perSecond); n++) {
        const number = sentAt.push(performance.now()) - 1
        batch.push({ channel: channelOf(n), name: 'message', data: String(number) })
      }
      turns.push(send(batch))
    }
    await Promise.all(turns)
    const deadline = performance.now() + 10_000
    while (received < total * reach && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
    if (received !== total * reach) throw new Error(`${name}, ${shape}: ${received} of ${total * reach} arrived`)
    const tookSeconds = (performance.now() - from) / 1000
    latencies.sort((a, b) => a - b)
    const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN
    rows.push({ name, shape, p50: at(0.5), p95: at(0.95), p99: at(0.99), perSecond: received / tookSeconds, openMs })
  }
  for (const socket of sockets) socket.terminate()
  return rows
}

const postgres = await startPostgres({ isDurable: true })
const env = {
  DATABASE_URL: postgres.url(),
  DATA_DIR: mkdtempSync(path.join(tmpdir(), 'baraza-bench-')),
  PORT: String(port),
  REALTIME_APP_ID: credentials.appId,
  REALTIME_KEY: credentials.key,
  REALTIME_SECRET: credentials.secret,
}
const web = await start(['.next/own/server.mjs'], 'Baraza is ready', env)
const second = await start(['.next/own/server.mjs'], 'Baraza is ready', { ...env, PORT: String(otherPort), JOBS: 'off' })
const sockets = await start(['--import', 'tsx', 'bench/bare-socket.ts'], 'is ready', { PORT: String(barePort) })
const rows = [await run(bare), await run(product), await run(other)].flat()
const memory = Number((await import('node:fs')).readFileSync(`/proc/${web.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1] ?? Number.NaN)
console.log(
  `\n${connections} connections, ${rate} deliveries a second, ${seconds} s; the web process then holds ${Math.round(memory / 1024)} MB\n`,
)
console.log('| what                | messages            | p50 ms | p95 ms | p99 ms | deliveries/s | ratio of p50 |')
console.log('| ------------------- | ------------------- | ------ | ------ | ------ | ------------ | ------------ |')
for (const { name, shape, p50, p95, p99, perSecond } of rows) {
  const base = rows.find((row) => row.name === bare.name && row.shape === shape)
  const cells = [p50, p95, p99].map((ms) => ms.toFixed(1).padStart(6)).join(' | ')
  console.log(
    `| ${name.padEnd(19)} | ${shape.padEnd(19)} | ${cells} | ${perSecond.toFixed(0).padStart(12)} | ${(p50 / (base?.p50 ?? Number.NaN)).toFixed(1).padStart(12)} |`,
  )
}
for (const { shape, p95 } of rows.filter(({ name }) => name === product.name))
  sayGoal({ what: `${connections} sockets, ${rate} messages a second ${shape}, p95`, figure: p95, limit: 50, unit: 'ms' })
for (const name of [bare.name, product.name])
  console.log(`${name}: ${Math.round(rows.find((row) => row.name === name)?.openMs ?? 0)} ms to open and subscribe all`)
web.kill('SIGKILL')
second.kill('SIGKILL')
sockets.kill('SIGKILL')
await postgres.stop()
process.exit(0)
