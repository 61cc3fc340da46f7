// npm run bench:mail [-- --database embedded|postgres --small 60 --medium 12 --large 3]
// Messages a second through the whole pipeline (stored, read, decided, made a ticket with its files and its acknowledgement), beside
// bare parsing of the same messages by mailparser in the same run; the memory that each large message leaves; and what the people of
// another workspace notice. One process does the work and serves REST; who asks is a thread of its own.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { simpleParser } from 'mailparser'
import { startPostgres } from '../lib/testing/postgres-server'

const text = (value: string) => ({ type: 'string', default: value }) as const
const { values } = parseArgs({ options: { database: text('embedded'), small: text('60'), medium: text('12'), large: text('3') } })

const server = values.database === 'postgres' ? await startPostgres({ isDurable: true }) : null
if (server) process.env.DATABASE_URL = server.url()
process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-bench-'))
process.env.LOG_LEVEL = 'silent'
const { startBackground, stopBackground } = await import('../lib/wiring/boot')
const { bringUpToDate } = await import('../lib/wiring/up-to-date')
const { drainBackground } = await import('../lib/core/background')
const { env } = await import('../lib/env')
if (server) env().DATABASE_MIGRATION_URL = server.url()
await bringUpToDate()
await startBackground()
const { receiveMail, readReceipt } = await import('../lib/channels/email/receive')
const { makeTenant } = await import('../lib/testing/factories')
const { at, startQuiet } = await import('./quiet')

const busy = await makeTenant('busy')
const quiet = await startQuiet()

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const megabytes = () => process.memoryUsage().rss / 1024 / 1024

const words = 'The parcel for order 20418 went to my neighbour, and he is away until Monday. '
/** A message of somebody else each time, of so many bytes in all; what is above 5 KB is a file. */
function message(n: number, bytes: number): Buffer {
  const head = `From: Person ${n} <person${n}.${bytes}@example.com>\r\nTo: support@busy.localhost\r\nSubject: Parcel ${n}\r\nMessage-ID: <${n}.${bytes}@example.com>\r\nMIME-Version: 1.0\r\n`
  const body = words.repeat(30)
  const html = `<div dir="ltr"><p>${words.repeat(28)}</p></div>`
  const both = `Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n--a--\r\n`
  if (bytes < 10_000) return Buffer.from(head + both)
  const file = Buffer.alloc(Math.floor((bytes - 6000) * 0.74), `Baraza ${n}`)
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n')
  return Buffer.from(
    `${head}Content-Type: multipart/mixed; boundary=p\r\n\r\n--p\r\n${both}\r\n--p\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${file}\r\n--p--\r\n`,
  )
}

/** As a provider says it, so that nobody waits for names of the Internet. */
const verdict = { spf: 'pass', dkim: 'pass', dmarc: 'pass', isSpam: false } as const

async function measure(name: string, count: number, bytes: number) {
  const given = Array.from({ length: count }, (_, n) => message(n, bytes))
  const bareFrom = performance.now()
  for (const raw of given) await simpleParser(raw)
  const bare = count / ((performance.now() - bareFrom) / 1000)
  quiet.take()
  const memory: number[] = []
  const from = performance.now()
  for (const [n, raw] of given.entries()) {
    const { id } = await receiveMail(
      busy,
      { recipient: 'support@busy.localhost', provider: 'bench', raw, returnPath: `person${n}@example.com`, verdict },
      'bench',
    )
    if (bytes < 10_000 && n % 10 !== 9 && n !== count - 1) continue
    await drainBackground()
    const receipt = await readReceipt(busy, id)
    if (receipt.status !== 'delivered') throw new Error(`a message was ${receipt.status}: ${receipt.reason}`)
    if (bytes > 10_000_000) {
      collect()
      memory.push(megabytes())
    }
  }
  const whole = count / ((performance.now() - from) / 1000)
  const p95 = at(quiet.take(), 0.95)
  const cells = [count, bare.toFixed(1), whole.toFixed(1), (whole / bare).toFixed(2), p95.toFixed(0), (p95 / idle).toFixed(1)]
  console.log(`| ${[name, ...cells, memory.map((mb) => mb.toFixed(0)).join(', ')].join(' | ')} |`)
}

await sleep(3000)
quiet.take()
await sleep(8000)
const idle = at(quiet.take(), 0.95)
console.log(`${values.database}; the other workspace's p95 when idle is ${idle.toFixed(0)} ms\n`)
console.log(
  `| messages | count | bare parsing a second | pipeline a second | ratio | p95 of the other ms | p95 ÷ idle | memory after each MB |`,
)
console.log(`|---|---|---|---|---|---|---|---|`)
await measure('5 KB', Number(values.small), 5000)
await measure('1 MB with a file', Number(values.medium), 1_000_000)
await measure('25 MB with a file', Number(values.large), 25_000_000)

await quiet.stop()
await stopBackground()
process.on('exit', () => void server?.stop())
await server?.stop()
process.exit(0)
