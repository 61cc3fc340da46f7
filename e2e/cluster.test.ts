import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../lib/db/postgres'
import { startPostgres } from '../lib/testing/postgres-server'
import { choose, chosen, composer, enter, openBrowser, openContext, watch } from './browser'
import { askAt, jsonHeaders, tokenOf } from './http'
import { startServer, startWorker, type TestServer, until } from './server'

let postgres: Awaited<ReturnType<typeof startPostgres>>
let env: Record<string, string>
let first: TestServer
let second: TestServer
let worker: Awaited<ReturnType<typeof startWorker>>
let browser: Browser

beforeAll(async () => {
  postgres = await startPostgres()
  const owner = postgres.url()
  // As in production: the processes sign in as a role that owns nothing.
  env = { DATABASE_URL: postgres.url('postgres', 'app'), DATABASE_MIGRATION_URL: owner, DATABASE_POOL_SIZE: '5', JOBS: 'off' }
  const pool = openPostgres(owner, 1)
  for (const role of ['tenant', 'platform', 'relay', 'jobs']) await pool.query(`CREATE ROLE baraza_${role} NOLOGIN`)
  await pool.query(
    `CREATE ROLE app LOGIN PASSWORD 'owner' NOINHERIT; GRANT baraza_tenant, baraza_platform, baraza_relay, baraza_jobs TO app`,
  )
  await pool.end()
  first = await startServer({ env })
  // Two processes on one port.
  second = await startServer({ env: { ...env, WEB_PROCESSES: '2' }, dataDir: first.dataDir })
  worker = await startWorker({ dataDir: first.dataDir, env: { ...env, JOBS: 'on', PORT: String(first.port) } })
  browser = await openBrowser()
}, 240_000)
afterAll(async () => {
  await browser?.close()
  for (const process of [second, first, worker]) await process?.kill('SIGTERM')
  await postgres?.stop()
})

const open = async (on: TestServer, who: string, path: string): Promise<Page> => {
  const page = await (await openContext(browser)).newPage()
  await enter(page, on.origin('acme'), `${who}@acme.test`)
  await page.goto(on.origin('acme') + path)
  await page.mouse.move(1, 1)
  await page.locator('[data-link=live]').waitFor({ state: 'attached' })
  return page
}

async function submit(on: TestServer, title: string): Promise<{ id: string; number: string }> {
  const body = JSON.stringify({ title, description: 'Please look.', name: 'Cluster Tester', email: 'cluster@example.com' })
  return (await askAt(on.port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { headers: jsonHeaders(), body })).json
}

const reply = async (page: Page, text: string) => {
  await (await composer(page)).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}
const conversation = (page: Page) => page.getByRole('list', { name: 'Conversation' })

describe('two servers and a worker on one database', () => {
  it('are one desk: presence, typing, messages, counts and the bell pass from one to the other', async () => {
    const { id } = await submit(first, 'Across processes')
    const owner = await open(first, 'owner', `/agent/tickets/${id}`)
    const grace = await open(second, 'moderator', `/agent/tickets/${id}`)
    const problems = [...watch(owner), ...watch(grace)]
    await owner.getByText('Also here: Grace Odhiambo').waitFor({ state: 'attached' })
    await grace.getByText('Also here: Wanjiru Kamau').waitFor({ state: 'attached' })
    await (await composer(owner)).pressSequentially('Let me')
    await grace.getByText('Wanjiru Kamau is replying').waitFor()
    await reply(owner, 'Let me see.')
    await conversation(grace).getByText('Let me see.').waitFor()
    await reply(grace, 'I saw it on the other one.')
    await conversation(owner).getByText('I saw it on the other one.').waitFor()

    const tomas = await open(second, 'agent2', '/agent')
    await tomas.getByRole('button', { name: /^Notifications/ }).click()
    await tomas.getByRole('button', { name: 'Mark all read' }).click()
    await tomas.keyboard.press('Escape')
    await choose(owner, 'Assignee', 'Tomás Silva')
    await tomas.getByRole('button', { name: 'Notifications, 1 unread', exact: true }).waitFor()
    await expect.poll(() => chosen(grace, 'Assignee')).toBe('Tomás Silva')
    expect(problems).toEqual([])
  })

  it('lose nothing while the worker is dead', async () => {
    const { id } = await submit(second, 'While the worker sleeps')
    const grace = await open(second, 'moderator', `/agent/tickets/${id}`)
    const owner = await open(first, 'owner', `/agent/tickets/${id}`)
    await grace.getByText('Also here').waitFor({ state: 'attached' })
    await worker.kill('SIGKILL')
    await reply(owner, 'Nobody carries this yet.')
    await owner.getByText('Your reply is being sent.').waitFor()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await owner.reload()
    await owner.getByText('Your reply is being sent.').waitFor()
    expect(await conversation(grace).getByText('Nobody carries this yet.').count()).toBe(0)
    worker = await startWorker({ dataDir: first.dataDir, env: { ...env, JOBS: 'on', PORT: String(first.port) } })
    await conversation(grace).getByText('Nobody carries this yet.').waitFor({ timeout: 90_000 })
    await conversation(owner).getByText('Nobody carries this yet.').waitFor()
    await until('the mail to the requester', async () => {
      const mailbox = await (await openContext(browser)).newPage()
      await mailbox.goto(`${first.origin('acme')}/dev/mail`)
      return mailbox.getByText('Nobody carries this yet.').count()
    })
  })

  it('answer every request while the processes of one are replaced', async () => {
    const headers = jsonHeaders(await tokenOf(second.port, 'acme', 'owner'))
    const former = childrenOf(second.pid)
    expect(former).toHaveLength(2)
    let isOver = false
    const answers: number[] = []
    const load = Array.from({ length: 4 }, async () => {
      while (!isOver) answers.push((await askAt(second.port, 'acme.localhost', 'GET', '/api/v1/ticket?limit=5', { headers })).status)
    })
    process.kill(second.pid, 'SIGHUP')
    await until('the restart', async () => second.output().includes('Baraza has restarted'))
    const before = answers.length
    await until('answers of the new ones', async () => answers.length > before + 20)
    isOver = true
    await Promise.all(load)
    expect(new Set(answers)).toEqual(new Set([200]))
    const now = childrenOf(second.pid)
    expect([now.length, now.filter((pid) => former.includes(pid))]).toEqual([2, []])
  })
})

const childrenOf = (pid: number) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
