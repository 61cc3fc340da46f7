import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { DatabaseInUseError } from '../db/embedded'
import { dataPath } from '../env'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { makePerson, makeTenant } from '../testing/factories'
import { operations } from './operations'
import { answerCommands, perform } from './server-socket'

openTestDatabase()
const root = path.resolve(import.meta.dirname, '../..')

/** The real command line, which finds the database held by this process. */
const baraza = (...args: string[]) =>
  new Promise<{ code: number | null; output: string; complaint: string }>((resolve) => {
    const child = spawn(path.join(root, 'node_modules/.bin/node'), ['--import', 'tsx', 'lib/cli/main.ts', ...args], {
      cwd: root,
      env: { ...process.env, DATA_DIR: dataPath() },
    })
    let output = ''
    let complaint = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (complaint += chunk))
    child.once('exit', (code) => resolve({ code, output, complaint }))
  })

const mail = (subject: string) =>
  `From: Asha <asha@customer.test>\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@customer.test>\r\n\r\nHello\r\n`

let tenant: ResolvedTenant
let stop: () => Promise<void>
beforeAll(async () => {
  writeFileSync(dataPath('db.pid'), String(process.pid))
  // What a process that was killed left behind.
  writeFileSync(dataPath('server.sock'), '')
  stop = await answerCommands()
})
afterAll(async () => {
  await stop()
  rmSync(dataPath('db.pid'))
})
beforeEach(async () => {
  tenant = await makeTenant()
})

it('imports a folder of articles beside the server, as often as wanted', async () => {
  const folder = dataPath('articles')
  mkdirSync(path.join(folder, 'orders'), { recursive: true })
  writeFileSync(path.join(folder, 'orders/returns.md'), '# Return an item\n\nPack it.')
  writeFileSync(path.join(folder, 'orders/broken.md'), `---\nseoTitle: ${'x'.repeat(61)}\n---\ntext`)
  const first = await baraza('kb-import', folder, '--tenant', tenant.ref.slug)
  expect(first.output).toContain('1 created, 0 updated, 0 unchanged, 1 failed')
  expect(first.output).toContain('✗ orders/broken.md (seoTitle)')
  expect(first.code).toBe(1)
  const admin = await makePerson(tenant, 'owner')
  expect(await (await admin.request('GET', '/public/kb/articles/returns')).json()).toMatchObject({ title: 'Return an item' })
  rmSync(path.join(folder, 'orders/broken.md'))
  const second = await baraza('kb-import', folder, '--tenant', tenant.ref.slug, '--json')
  expect([second.code, JSON.parse(second.output)]).toMatchObject([
    0,
    { created: [], updated: [], unchanged: ['orders/returns.md'], failed: [] },
  ])
})

it('delivers a file beside the server that holds the embedded database, which only its own user may ask', async () => {
  expect(statSync(dataPath('server.sock')).mode & 0o777).toBe(0o600)
  const admin = await makePerson(tenant, 'owner')
  const file = dataPath('in.eml')
  writeFileSync(file, mail('kettle'))
  const said = await baraza('mail:deliver', file, '--to', `support@${tenant.ref.slug}.localhost`, '--json')
  expect([said.code, said.complaint]).toEqual([0, ''])
  const { status, ticketId } = JSON.parse(said.output)
  expect(status).toBe('delivered')
  expect(await (await admin.request('GET', `/ticket/${ticketId}`)).json()).toMatchObject({ title: 'kettle' })
})

/** The next call finds the database held by another process; the one after it is the server's. */
function refuseOnce(name: keyof typeof operations) {
  const held = operations[name]
  operations[name] = (async () => {
    operations[name] = held as never
    throw new DatabaseInUseError('The embedded database is in use by process 1.')
  }) as never
}

it('brings back what the server found as it is, and what it refused in its words', async () => {
  const to = `support@${tenant.ref.slug}.localhost`
  refuseOnce('deliver')
  const receipt = await perform('deliver', { to, raw: Buffer.from(mail('cup')) })
  expect(receipt.status).toBe('delivered')
  refuseOnce('replay')
  expect(await perform('replay', { id: receipt.id, isRefreshed: false, tenant: tenant.ref.slug })).toEqual({ count: 1, differing: [] })
  refuseOnce('verify')
  expect(await perform('verify', { tenant: tenant.ref.slug })).toMatchObject([{ tenant: tenant.ref.slug, problem: null }])
  for (const name of ['emails', 'imapSettings', 'rotate', 'sla'] as const) {
    refuseOnce(name)
    expect(Array.isArray(await perform(name, { tenant: tenant.ref.slug, isFetched: false, isDry: true } as never)), name).toBe(true)
  }
  refuseOnce('deliver')
  await expect(perform('deliver', { to: 'a@elsewhere.test', raw: Buffer.from('x') })).rejects.toThrow('No workspace receives mail at')
})

it('leaves what is made meanwhile as it would be', async () => {
  await stop()
  const [folder, before] = ['beside', 'before'].map((name) => dataPath(name)) as [string, string]
  mkdirSync(before)
  const starting = answerCommands()
  mkdirSync(folder)
  stop = await starting
  expect(statSync(folder).mode).toBe(statSync(before).mode)
  expect(statSync(dataPath('server.sock')).mode & 0o777).toBe(0o600)
})

it('names who holds the database and the way out where no server answers', async () => {
  await stop()
  try {
    refuseOnce('sla')
    await expect(perform('sla', { isDry: true })).rejects.toThrow('in use by process 1. It does not take commands')
  } finally {
    stop = await answerCommands()
  }
})
