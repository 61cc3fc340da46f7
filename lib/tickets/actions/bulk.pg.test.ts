import { spawn } from 'node:child_process'
import path from 'node:path'
import { beforeAll, expect, it, vi } from 'vitest'
import { withPlatform, withTenant } from '../../db/scope'
import { env } from '../../env'
import { deliverAll } from '../../events/relay'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { inWork, makePerson, makeTenant, makeTicket, setUndoWindow, type TestPerson } from '../../testing/factories'
import { openTestPostgres } from '../../testing/postgres'

const postgres = openTestPostgres()
/** More than one unit of work takes up. */
const many = 30
/** The one that somebody else holds comes last. */
const killedAt = many - 1
let tenant: ResolvedTenant
let actor: TestPerson
let watcher: TestPerson
let count = 0
beforeAll(async () => {
  // The job runs in processes of its own, and the test delivers.
  env().JOBS = 'off'
  tenant = await makeTenant('killed-bulk')
  actor = await makePerson(tenant, 'moderator')
  watcher = await makePerson(tenant, 'moderator')
  await setUndoWindow(tenant, 100)
})

async function ask(): Promise<{ id: string; email: string }[]> {
  const asked: { id: string; email: string }[] = []
  for (let n = 0; n < many; n++) {
    const email = `killed${++count}@example.com`
    asked.push({ id: (await makeTicket(tenant, { email })).id, email })
  }
  const rows = asked.map(({ id: ticketId }) => ({ tenantId: tenant.ref.id, ticketId, personId: watcher.id }))
  await inWork(tenant, ({ tx }) => tx.watcher.createMany({ data: rows }))
  // That they came is told before.
  await deliverAll(tenant.ref)
  await inWork(tenant, ({ tx }) => tx.notification.deleteMany())
  return asked
}

const start = async (path: string, body?: object) => ((await (await actor.request('POST', path, body)).json()) as { id: string }).id
const countItems = (bulkId: string, status: 'done' | 'undone') =>
  inWork(tenant, ({ tx }) => tx.bulkItem.count({ where: { bulkId, status } }))
const jobOf = async () =>
  (
    await withPlatform((tx) =>
      tx.job.findFirstOrThrow({ where: { tenantId: tenant.ref.id, name: 'tickets.bulk', status: { not: 'done' } } }),
    )
  ).id

function jobProcess(id: string) {
  const child = spawn(path.resolve('node_modules/.bin/node'), ['--import', 'tsx', 'lib/testing/job-process.ts', id], {
    env: { ...process.env, DATABASE_URL: postgres.url(), JOBS: 'off', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return { ended, kill: () => child.kill('SIGKILL') }
}

/** Runs the job of a bulk change: its process is killed when it is done with the others and waits for the one that is held, then another goes on. */
async function runKilledOnce(bulkId: string, waitsFor: string, made: 'done' | 'undone') {
  const id = await jobOf()
  let letGo = () => {}
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let isHeld = false
  const holding = withTenant(tenant.ref, async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM ticket WHERE id = ${waitsFor}::uuid FOR UPDATE`
    isHeld = true
    await gate
  })
  await vi.waitFor(() => expect(isHeld).toBe(true))
  const killed = jobProcess(id)
  await vi.waitFor(async () => expect(await countItems(bulkId, made)).toBe(killedAt), { timeout: 20_000, interval: 50 })
  killed.kill()
  await killed.ended
  letGo()
  await holding
  expect(await countItems(bulkId, made)).toBe(killedAt)
  expect(await mails()).toEqual(0)
  await deliverAll(tenant.ref)
  expect(await mails(), 'nothing leaves while it is not done').toEqual(0)
  // What the sweep does once the lease of the one that died is over.
  await withPlatform((tx) => tx.job.update({ where: { id }, data: { leaseUntil: new Date(0) } }))
  await jobProcess(id).ended
}

const mails = () => inWork(tenant, ({ tx }) => tx.outboundMail.count({ where: { messageId: { startsWith: 'resolved-' }, NOT: seen } }))
let seen: { ticketId: { in: string[] } } = { ticketId: { in: [] } }

async function passWindow() {
  await inWork(
    tenant,
    ({ tx }) => tx.$executeRaw`UPDATE event_delivery SET leaves_at = now(), due_at = now() WHERE due_at = leaves_at AND status = 'pending'`,
  )
  await deliverAll(tenant.ref)
}

async function outcome(ids: string[]) {
  return inWork(tenant, async ({ tx }) => {
    const where = { ticketId: { in: ids } }
    const sent = await tx.outboundMail.findMany({
      where: { ...where, messageId: { startsWith: 'resolved-' } },
      select: { recipients: true },
    })
    const notices = await tx.notification.findMany({ where: { ...where, personId: watcher.id, type: 'ticket_status' } })
    const changes = await tx.event.groupBy({
      by: ['subjectId'],
      where: { subjectId: { in: ids }, type: 'ticket.status_changed' },
      _count: true,
    })
    const tickets = await tx.ticket.findMany({ where: { id: { in: ids } }, select: { status: true } })
    return {
      statuses: [...new Set(tickets.map(({ status }) => status))],
      changes: changes.map(({ _count }) => _count),
      mailed: sent.flatMap(({ recipients }) => recipients).sort(),
      told: notices.map(({ ticketId, count: times }) => [ticketId, times]).sort(),
    }
  })
}

it('a bulk change whose process is killed between two units is finished by the next: each changed once, each customer mailed once', async () => {
  const asked = await ask()
  const ids = asked.map(({ id }) => id)
  const bulkId = await start('/ticket/bulk', { ids, change: { kind: 'status', status: 'resolved' } })
  await runKilledOnce(bulkId, ids[5] as string, 'done')
  const made = await (await actor.request('GET', `/ticket/bulk/${bulkId}`)).json()
  expect(made).toMatchObject({ status: 'done', done: many, already: 0, failed: 0 })
  await deliverAll(tenant.ref)
  expect((await outcome(ids)).mailed).toEqual([])
  await passWindow()
  await passWindow()
  expect(await outcome(ids)).toEqual({
    statuses: ['resolved'],
    changes: ids.map(() => 1),
    mailed: asked.map(({ email }) => email).sort(),
    told: ids.map((id) => [id, 1]).sort(),
  })
  seen = { ticketId: { in: ids } }
}, 90_000)

it('an undo whose process is killed is finished by the next, and nobody is told of either', async () => {
  const asked = await ask()
  const ids = asked.map(({ id }) => id)
  const bulkId = await start('/ticket/bulk', { ids, change: { kind: 'status', status: 'resolved' } })
  await jobProcess(await jobOf()).ended
  expect(await countItems(bulkId, 'done')).toBe(many)
  await start(`/ticket/bulk/${bulkId}/undo`)
  await runKilledOnce(bulkId, ids[5] as string, 'undone')
  expect(await countItems(bulkId, 'undone')).toBe(many)
  await passWindow()
  expect(await outcome(ids)).toEqual({ statuses: ['created'], changes: ids.map(() => 2), mailed: [], told: [] })
}, 90_000)
