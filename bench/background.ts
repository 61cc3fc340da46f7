// npm run bench:background [-- --database embedded|postgres --seconds 30 --bulk 1000 --import 20000 --deliveries 2000 --hooks 11
//   --rows 1000 --only 'import|mail' --apart]
// What the work of one workspace in the background costs the people of another: the time of their requests while it runs,
// beside that of the idle server in the same run; and how long their jobs wait while the webhooks of the first do not
// answer. One process serves REST and does the work, or with --apart leaves it to a second one, as `npm start` does on
// PostgreSQL; who asks is a thread of its own.

import { mkdtempSync } from 'node:fs'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { startPostgres } from '../lib/testing/postgres-server'

const text = (value: string) => ({ type: 'string', default: value }) as const
const { values } = parseArgs({
  options: {
    database: text('embedded'),
    seconds: text('30'),
    bulk: text('1000'),
    import: text('20000'),
    deliveries: text('2000'),
    hooks: text('11'),
    rows: text('1000'),
    only: text(''),
    apart: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)

const server = values.database === 'postgres' ? await startPostgres({ isDurable: true }) : null
if (server) process.env.DATABASE_URL = server.url()
process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-bench-'))
process.env.LOG_LEVEL = 'silent'
process.env.ALLOW_PRIVATE_HOSTS = 'on'
const { startBackground } = await import('../lib/wiring/boot')
const { bringUpToDate } = await import('../lib/wiring/up-to-date')
const { drainBackground } = await import('../lib/core/background')
const { env } = await import('../lib/env')
if (server) env().DATABASE_MIGRATION_URL = server.url()
await bringUpToDate()
const { runBackgroundProcess } = await import('../lib/wiring/background-process')
const background = values.apart ? runBackgroundProcess('worker.ts') : undefined
await startBackground()
const { receiveMail } = await import('../lib/channels/email/receive')
const { wakeRelay } = await import('../lib/events/wake')
const { enqueueJob } = await import('../lib/jobs/enqueue')
const { defineJob } = await import('../lib/jobs/define')
const { startLanes, stopLanes } = await import('../lib/jobs/lanes')
const { jobs } = await import('../lib/wiring/jobs')
const { withPlatform, withTenant } = await import('../lib/db/scope')
const { newId } = await import('../lib/core/id')
const { hostOf, inWork, makePerson, makeTenant, makeTicket } = await import('../lib/testing/factories')
const { handleRest } = await import('../lib/wiring/rest')
const { at, startQuiet } = await import('./quiet')

const busy = await makeTenant('busy')
const quiet = await startQuiet()
const admin = await makePerson(busy, 'owner')

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
let idle = Number.NaN
const isWanted = (name: string) => new RegExp(values.only).test(name)

/** Measures the quiet workspace while `work` runs, at most so long; then ends what is left of it, so that the next has the server for itself. */
async function beside(name: string, work: () => Promise<unknown>) {
  if (name !== 'idle' && !isWanted(name)) return
  quiet.take()
  const loop = monitorEventLoopDelay({ resolution: 2 })
  loop.enable()
  let isOver = false
  const whole = work().catch((error) => {
    if (!isOver) throw error
  })
  await Promise.race([whole, sleep(seconds * 1000)])
  isOver = true
  loop.disable()
  const sorted = quiet.take()
  const p95 = at(sorted, 0.95)
  if (name === 'idle') idle = p95
  const longest = loop.max / 1e6
  const cells = [
    sorted.length,
    ...[at(sorted, 0.5), p95, sorted.at(-1) ?? 0].map((ms) => ms.toFixed(0)),
    (p95 / idle).toFixed(1),
    longest.toFixed(0),
  ]
  console.log(`| ${[name, ...cells].join(' | ')} |`)
  await endAll()
}

/** Takes away what waits in the busy workspace, and waits for what runs. */
async function endAll() {
  const waiting = { status: { in: ['queued' as const, 'running' as const, 'failed' as const] } }
  await withPlatform((tx) => tx.job.updateMany({ where: { tenantId: busy.ref.id, ...waiting }, data: { status: 'cancelled' } }))
  await inWork(busy, ({ tx }) => tx.eventDelivery.deleteMany({ where: { status: 'pending' } }))
  await stopLanes()
  await drainBackground()
  startLanes()
  await sleep(3000)
}

async function ok(answer: Promise<Response>) {
  const response = await answer
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as { id: string; status: string }
}
async function untilDone(path: string) {
  const until = performance.now() + seconds * 1000
  while (performance.now() < until && (await ok(admin.request('GET', path))).status === 'running') await sleep(500)
}

// Rows alone: how they came to be is not what is measured.
const ids = await inWork(busy, async ({ tx, now }) => {
  const tenantId = busy.ref.id
  const requester = newId()
  await tx.contact.create({ data: { tenantId, id: requester, name: 'Somebody' } })
  const department = await tx.department.findFirstOrThrow({ where: { tenantId, isDefault: true } })
  const made = Array.from({ length: Number(values.bulk) }, newId)
  const common = { tenantId, title: 'Bulk', source: 'api' as const, requesterId: requester, departmentId: department.id, updatedAt: now }
  await tx.ticket.createMany({ data: made.map((id, n) => ({ ...common, id, number: 10_000 + n })) })
  return made
})

console.log(
  `${values.database}\n\n| meanwhile | requests | p50 ms | p95 ms | most ms | p95 ÷ idle | longest turn ms |\n|---|---|---|---|---|---|---|`,
)
await sleep(3000)
await beside('idle', () => sleep(15_000))

await beside(`bulk change of ${values.bulk}`, async () => {
  const { id } = await ok(admin.request('POST', '/ticket/bulk', { ids, change: { kind: 'priority', priority: 'high' } }))
  await untilDone(`/ticket/bulk/${id}`)
})

const csv = ['name,email', ...Array.from({ length: Number(values.import) }, (_, n) => `Person ${n},person${n}@example.com`)].join('\n')
await beside(`import of ${values.import}`, async () => {
  const { id } = await ok(admin.request('POST', '/contacts/import', { csv, mapping: { name: 'name', email: 'email' } }))
  await untilDone(`/contacts/import/${id}`)
})

// A piece at a time, before anything is measured: what counts is delivering them.
const backlog = Number(values.deliveries)
for (let from = 0; from < backlog; from += 20)
  await inWork(busy, async ({ tx }) => {
    const data = Array.from({ length: Math.min(20, backlog - from) }, (_, n) => ({
      tenantId: busy.ref.id,
      id: newId(),
      type: 'ticket.tagged',
      subjectId: ids[(from + n) % ids.length],
      actorKind: 'system' as const,
      payload: { added: [], removed: [] },
      requestId: 'bench',
      occurredAt: new Date(),
    }))
    await tx.event.createMany({ data })
    await tx.$executeRaw`INSERT INTO event_delivery (tenant_id, event_id, subscriber, ordering_key, n, priority)
      SELECT tenant_id, id, 'search.index', subject_id::text, n, 2 FROM event WHERE tenant_id = ${busy.ref.id}::uuid AND id = ANY(${data.map(({ id }) => id)}::uuid[])`
  })
await sleep(3000)
await beside(`backlog of ${backlog} deliveries`, async () => {
  const where = { tenantId: busy.ref.id, subscriber: 'search.index', status: { in: ['pending' as const, 'running' as const] } }
  wakeRelay(busy.ref)
  const until = performance.now() + seconds * 1000
  while (performance.now() < until && (await inWork(busy, ({ tx }) => tx.eventDelivery.count({ where }))) > 0) await sleep(1000)
})

const file = Buffer.alloc(18_000_000, 'Baraza').toString('base64').replace(/.{76}/g, '$&\r\n')
const mail = Buffer.from(
  `From: a@example.com\r\nTo: support@busy.localhost\r\nSubject: Large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=p\r\n\r\n--p\r\n\r\nSee the file.\r\n--p\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${file}\r\n--p--\r\n`,
)
await beside('mail of 25 MB', async () => {
  await receiveMail(busy, { recipient: 'support@busy.localhost', provider: 'bench', raw: mail }, newId())
  await sleep(10_000)
})

const attached = new Blob([Buffer.alloc(15_000_000, 'Baraza')], { type: 'application/pdf' })
await beside('answer with 15 MB', async () => {
  const { id: ticketId } = await makeTicket(busy)
  for (let n = 0; n < 4; n++) {
    const body = new FormData()
    body.append('file', attached, 'plan.pdf')
    const host = hostOf(busy)
    const request = new Request(`http://${host}/api/v1/files`, { method: 'POST', headers: { host, cookie: admin.cookie }, body })
    const { id } = await ok(handleRest(request))
    await ok(admin.request('POST', `/ticket/${ticketId}/comments`, { body: 'Here it is.', attachmentIds: [id] }))
    await sleep(2000)
  }
})

const rows = Number(values.rows)
/** Somebody with so many open tickets, each with a message. */
async function makeAsker(name: string, assigneeId: string | null = null) {
  const requesterId = newId()
  const tenantId = busy.ref.id
  await inWork(busy, async ({ tx }) => {
    await tx.contact.create({ data: { tenantId, id: requesterId, name } })
    const department = await tx.department.findFirstOrThrow({ where: { tenantId, isDefault: true } })
    const { _max } = await tx.ticket.aggregate({ where: { tenantId }, _max: { number: true } })
    const common = {
      tenantId,
      title: name,
      source: 'api' as const,
      requesterId,
      departmentId: department.id,
      assigneeId,
      updatedAt: new Date(),
    }
    const made = Array.from({ length: rows }, newId)
    await tx.ticket.createMany({ data: made.map((id, n) => ({ ...common, id, number: (_max.number ?? 0) + 1 + n })) })
    const message = {
      tenantId,
      kind: 'reply' as const,
      bodyText: 'Where is it?',
      authorKind: 'contact' as const,
      contactId: requesterId,
      source: 'api' as const,
    }
    await tx.ticketMessage.createMany({
      data: made.map((ticketId) => ({ ...message, id: newId(), ticketId, messageId: `${ticketId}@bench` })),
    })
  })
  await sleep(1000)
  return requesterId
}

async function besideMuch() {
  const given = Array.from({ length: 20 * rows }, (_, n) => ({ tenantId: busy.ref.id, id: newId(), name: `Known ${n}` }))
  for (let from = 0; from < given.length; from += 1000)
    await inWork(busy, ({ tx }) => tx.contact.createMany({ data: given.slice(from, from + 1000) }))
  const untilQuiet = async () => {
    await sleep(1000)
    await drainBackground()
  }
  await beside(`CSV of ${given.length} contacts`, () => admin.request('GET', '/contacts/export'))
  const inList = await makeAsker('Listed')
  await beside(`CSV of ${2 * rows} tickets`, () => admin.request('GET', '/ticket/export'))
  const other = await makeAsker('Same')
  await beside(`merging contacts with ${rows} tickets`, async () => {
    await ok(admin.request('POST', `/contacts/${inList}/merge`, { fromId: other }))
    await untilQuiet()
  })
  await beside(`erasing a contact with ${2 * rows} tickets`, async () => {
    await ok(admin.request('POST', `/contacts/${inList}/erase`, { confirm: 'Listed' }))
    await untilQuiet()
  })
  const leaver = await makePerson(busy, 'agent')
  await makeAsker('Assigned', leaver.id)
  await beside(`removing a person with ${rows} tickets`, async () => {
    const answer = await admin.request('DELETE', `/users/${leaver.id}`)
    if (!answer.ok) throw new Error(await answer.text())
    await untilQuiet()
  })
}
if (['CSV', 'merging', 'erasing', 'removing'].some(isWanted)) await besideMuch()

const begun = new Map<number, number>()
const probe = defineJob({
  id: 'bench.probe',
  title: 'tidyDatabase',
  input: z.object({ n: z.number() }),
  priority: 'low',
  run: async ({ input: { n } }) => void begun.set(n, performance.now()),
})
jobs.push(probe as never)

/** How long jobs of the quiet workspace wait until they begin: half a second apart, one after another. */
async function delays(from: number): Promise<number[]> {
  const found: number[] = []
  for (let n = from; n < from + 20; n++) {
    const asked = performance.now()
    await withTenant(quiet.tenant.ref, (tx) => enqueueJob({ tx, tenantId: quiet.tenant.ref.id }, probe, { n }))
    while (!begun.has(n) && performance.now() - asked < 60_000) await sleep(5)
    found.push((begun.get(n) ?? asked + 60_000) - asked)
    await sleep(500)
  }
  return found.sort((a, b) => a - b)
}

async function besideHooks() {
  const deaf = createSocketServer(() => {}) // takes connections and never says anything
  await new Promise<void>((resolve) => deaf.listen(0, resolve))
  const alone = await delays(0)
  for (let n = 0; n < Number(values.hooks); n++)
    await ok(
      admin.request('POST', '/notifications/hooks', {
        name: `Deaf ${n}`,
        kind: 'json',
        url: `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/${n}`,
        types: ['ticket_created'],
      }),
    )
  for (let n = 0; n < 10; n++) await makeTicket(busy)
  await sleep(3000)
  const crowded = await delays(100)
  const ms = (value: number) => value.toFixed(0)
  console.log(
    `\n| a job of the lowest priority begins | p50 ms | p95 ms | most ms | p95 ÷ idle |\n|---|---|---|---|---|\n` +
      `| idle | ${ms(at(alone, 0.5))} | ${ms(at(alone, 0.95))} | ${ms(at(alone, 1))} | 1.0 |\n` +
      `| beside ${values.hooks} hooks that do not answer | ${ms(at(crowded, 0.5))} | ${ms(at(crowded, 0.95))} | ${ms(at(crowded, 1))} | ${(at(crowded, 0.95) / at(alone, 0.95)).toFixed(1)} |`,
  )
}
if (isWanted('hooks') && !background) await besideHooks()

await quiet.stop()
await background?.stop()
process.on('exit', () => void server?.stop())
await server?.stop()
process.exit(0)
