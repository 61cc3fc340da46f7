import { createHmac } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choose, chosen, enter, expectAccessible, openBrowser, openContext, watch } from './browser'
import { askAt, jsonHeaders, tokenOf } from './http'
import { root, startServer, type TestServer, until } from './server'

let server: TestServer
let browser: Browser
const clock = path.join(mkdtempSync(path.join(tmpdir(), 'baraza-clock-')), 'ahead')
let aheadMs = 0
/** Sets the server's clock so far ahead of this machine's. */
function setAhead(minutes: number) {
  aheadMs = minutes * 60_000
  writeFileSync(clock, String(aheadMs))
}

beforeAll(async () => {
  setAhead(0)
  server = await startServer({
    env: {
      E2E_CLOCK: clock,
      NODE_OPTIONS: `--import=${pathToFileURL(path.join(root, 'e2e/clock.mjs'))}`,
      MAILGUN_SIGNING_KEY: 'signing-key',
    },
  })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.kill('SIGTERM')
})

const acme = () => server.origin('acme')
const open = async (who: string, path: string): Promise<Page> => {
  const page = await (await openContext(browser)).newPage()
  if (aheadMs > 0) await page.clock.install({ time: Date.now() + aheadMs })
  await enter(page, acme(), `${who}@acme.test`)
  await page.goto(acme() + path)
  return page
}

/** Types a date into its menu. */
async function date(page: Page, label: string, typed: string) {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  const field = page.getByRole('textbox', { name: label, exact: true })
  await field.fill(typed)
  await field.press('Enter')
}

/** Paints a part of a day, in hours. */
async function paint(page: Page, day: string, from: number, to: number) {
  const strip = page.getByLabel(`Hours on ${day}`, { exact: true }).locator('xpath=preceding-sibling::div')
  const box = await strip.boundingBox()
  if (!box) throw new Error('the day is not shown')
  const x = (hour: number) => box.x + (box.width * hour) / 24
  await page.mouse.move(x(from) + 2, box.y + 10)
  await page.mouse.down()
  await page.mouse.move(x((from + to) / 2), box.y + 10)
  await page.mouse.move(x(to) - 2, box.y + 10)
  await page.mouse.up()
}

describe('promises', () => {
  it('are painted, tried, made, and then run on tickets that come in', async () => {
    const admin = await open('owner', '/settings/hours')
    const problems = watch(admin)
    await admin.getByRole('link', { name: 'New calendar' }).click()
    await admin.getByLabel('Name').fill('Shop')
    await choose(admin, 'Time zone', 'UTC')
    await admin.getByRole('button', { name: 'Every day, 9 to 5' }).click()
    // A stroke over what is closed opens it, one over what is open closes it.
    await paint(admin, 'Saturday', 18, 20)
    expect(await admin.getByLabel('Hours on Saturday').inputValue()).toBe('09:00–17:00, 18:00–20:00')
    await paint(admin, 'Saturday', 12, 13)
    expect(await admin.getByLabel('Hours on Saturday').inputValue()).toBe('09:00–12:00, 13:00–17:00, 18:00–20:00')
    await admin.getByLabel('Hours on Sunday').fill('9-12; 22-2')
    await admin.getByLabel('Hours on Sunday').blur()
    expect(await admin.getByLabel('Hours on Sunday').inputValue()).toBe('09:00–12:00, 22:00–02:00')
    await admin.getByRole('button', { name: 'Add holiday' }).click()
    await date(admin, 'Date', '2026-12-25')
    await admin.getByLabel('Name of').fill('Christmas')
    await admin.getByLabel('Every year').check()
    await admin.getByRole('button', { name: 'Import public holidays' }).click()
    await choose(admin, 'Country', 'Germany')
    await choose(admin, 'State', 'Bayern')
    await admin.getByRole('button', { name: 'Import three years' }).click()
    await admin.getByLabel('Name of Epiphany').first().waitFor()
    await date(admin, 'Ticket created (UTC)', '2027-12-24 16:30')
    await admin.getByRole('button', { name: 'Calculate deadlines' }).click()
    const tried = admin.getByRole('region', { name: 'Deadline preview' })
    await tried
      .getByRole('listitem')
      .filter({ hasText: '30m counted' })
      .getByText(/^Fri,? 24 Dec, 16:30\s*–\s*17:00$/)
      .first()
      .waitFor()
    expect(await tried.textContent()).toContain('Christmas')
    await expectAccessible(admin)
    await admin.getByRole('button', { name: 'Create calendar' }).click()
    await admin.getByRole('link', { name: 'Shop' }).waitFor()

    await admin.goto(`${acme()}/settings/sla/new`)
    await admin.getByLabel('Name').fill('Rush')
    await admin.getByRole('button', { name: 'Add condition' }).click()
    await choose(admin, 'Field', 'Tags')
    await choose(admin, 'Comparison', 'starts')
    await admin.getByLabel('Tags: values').fill('rush')
    await admin.getByLabel('First response, Medium', { exact: true }).fill('30')
    await choose(admin, 'First response, Medium: unit', 'minutes')
    await choose(admin, 'First response, Medium: business hours', 'Around the clock')
    await admin.getByRole('button', { name: 'Add reminder' }).click()
    await choose(admin, 'Before or after', 'after')
    await admin.getByRole('button', { name: 'Add action' }).click()
    await admin.getByLabel('Action', { exact: true }).nth(1).click()
    await admin.getByRole('option', { name: 'Change tags' }).click()
    await admin.getByLabel('Add tags').fill('late')
    await expectAccessible(admin)
    await admin.getByRole('button', { name: 'Create policy' }).click()
    await admin.getByRole('link', { name: 'Rush' }).waitFor()
    await admin.getByRole('link', { name: 'Rush' }).click()
    await admin.getByLabel('Add tags').waitFor()
    expect(await chosen(admin, 'Before or after')).toBe('after')
    await admin.getByRole('button', { name: 'Run simulation' }).click()
    await admin.getByText(/^[\d,]+ of [\d,]+ tickets$/).waitFor()
    await admin.getByText('Show as a table').click()
    await admin.getByRole('columnheader', { name: 'Breached, simulated' }).waitFor()
    await admin.goto(`${acme()}/settings/sla`)
    await admin.getByRole('button', { name: 'Move Rush up' }).click()
    const rows = admin.getByRole('listitem').filter({ hasText: 'target' })
    await expect.poll(() => rows.first().textContent()).toContain('Rush')
    // The same with the pointer, down and up again.
    const drag = async (from: number, to: number) => rows.nth(from).locator('span[aria-hidden]').first().dragTo(rows.nth(to))
    await expect.poll(() => admin.getByRole('button', { name: 'Move Rush down' }).isEnabled()).toBe(true)
    await drag(0, 1)
    await expect.poll(() => rows.nth(1).textContent()).toContain('Rush')
    await expect.poll(() => admin.getByRole('button', { name: 'Move Rush up' }).isEnabled()).toBe(true)
    await drag(1, 0)
    await expect.poll(() => rows.first().textContent()).toContain('Rush')
    await expect.poll(() => admin.getByRole('button', { name: 'Move Rush down' }).isEnabled()).toBe(true)
    const fromMenu = async (name: string) => {
      await admin.getByRole('button', { name: 'Actions for Rush' }).click()
      await admin.getByRole('menuitem', { name }).click()
    }
    await fromMenu('Turn off')
    await rows.first().getByText('Inactive').waitFor()
    await expect.poll(() => admin.getByRole('button', { name: 'Actions for Rush' }).isEnabled()).toBe(true)
    await fromMenu('Turn on')
    await rows.first().getByText('Inactive').waitFor({ state: 'detached' })
    await expect.poll(() => admin.getByRole('button', { name: 'Actions for Rush' }).isEnabled()).toBe(true)
    await fromMenu('Duplicate')
    await expect.poll(() => admin.getByLabel('Name', { exact: true }).inputValue()).toBe('Rush (copy)')
    expect(await admin.getByLabel('First response, Medium', { exact: true }).inputValue()).toBe('30')

    const agent = await open('agent', '/agent')
    problems.push(...watch(agent))
    const made = await agent.evaluate(async () => {
      const answer = await fetch('/api/v1/ticket', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          title: 'Hurry please',
          description: 'It is urgent.',
          requester: { name: 'Rana', email: 'rana@example.com' },
          tags: ['rush-hour'],
        }),
      })
      return (await answer.json()) as { id: string; clocks: { metric: string; targetMinutes: number }[] }
    })
    expect(made.clocks.find(({ metric }) => metric === 'first_response')?.targetMinutes).toBe(30)
    await agent.goto(`${acme()}/agent?view=breaching`)
    const row = agent.getByRole('listitem').filter({ hasText: 'Hurry please' })
    await expect.poll(() => row.textContent()).toMatch(/Due in (30|29)m\s*First response/)
    await agent.goto(`${acme()}/agent/tickets/${made.id}`)
    await agent.getByRole('button', { name: /First response: Due in (30|29)m/ }).waitFor()
    await agent.getByRole('button', { name: 'Show calculation' }).click()
    const ledger = agent.getByRole('dialog')
    await ledger.getByText(/of 30m · Rush · Around the clock/).waitFor()
    await expectAccessible(agent)
    expect(problems).toEqual([])
  })

  it('are told to customers in plain words and in the zone of their browser, which the page names once', async () => {
    const page = await (await openContext(browser, { timezoneId: 'Asia/Tokyo' })).newPage()
    const problems = watch(page)
    await enter(page, acme(), 'customer@acme.test')
    await page.goto(`${acme()}/requests`)
    const made = await page.evaluate(async () => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ title: 'When will you answer?', description: 'Soon, please.' })
      return (await fetch('/api/v1/ticket', { method: 'POST', headers, body })).json() as Promise<{ id: string; answerBy: string }>
    })
    await page.goto(`${acme()}/requests/${made.id}`)
    await page.getByText('Times are in Japan Standard Time.').waitFor()
    const inTokyo = (date: Date, options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', ...options }).format(date)
    const clock = inTokyo(new Date(made.answerBy), { hour: '2-digit', minute: '2-digit' })
    expect(await page.getByText('We will reply by').textContent()).toContain(clock)
    const sent = page.locator('main time[title]').first()
    await expect
      .poll(() => sent.getAttribute('title'))
      .toContain(inTokyo(new Date(Date.now() + aheadMs), { day: 'numeric', month: 'short' }))
    expect(await sent.getAttribute('title')).toMatch(/\(GMT\+9\)|\(JST\)/)
    await page.getByRole('button', { name: 'Response times' }).click()
    const times = page.getByRole('dialog')
    await times
      .getByRole('heading', { name: /First response/ })
      .getByText('Open')
      .waitFor()
    expect(await times.getByText('Target: by').first().textContent()).toContain(clock)
    expect(await times.getByText(/calculation|Counted|CSV|Around the clock/).count()).toBe(0)
    await expectAccessible(page)
    const answered = await askAt(server.port, 'acme.localhost', 'POST', `/api/v1/ticket/${made.id}/comments`, {
      headers: jsonHeaders(await tokenOf(server.port, 'acme', 'owner')),
      body: JSON.stringify({ body: 'Here you are.' }),
    })
    expect(answered.status).toBe(201)
    await page.reload()
    await page.getByRole('button', { name: 'Response times' }).click()
    await times
      .getByRole('heading', { name: /First response/ })
      .getByText('Met', { exact: true })
      .waitFor()
    await times.getByText(/^We responded on .*, within the target\.$/).waitFor()
    expect(problems).toEqual([])
  })

  it('that cannot be kept are refused beside the cell, and nothing typed is lost', async () => {
    const admin = await open('owner', '/settings/sla/new')
    await admin.getByLabel('Name').fill('Too much')
    await admin.getByLabel('Resolution, Low', { exact: true }).fill('500')
    await choose(admin, 'Resolution, Low: unit', 'weeks')
    await admin.getByRole('button', { name: 'Create policy' }).click()
    await admin.getByRole('cell').filter({ hasText: 'more than 400 days away' }).waitFor()
    expect(await admin.getByLabel('Resolution, Low', { exact: true }).inputValue()).toBe('500')
    expect(await admin.getByLabel('Name').inputValue()).toBe('Too much')
  })
})

describe('a ticket that comes by mail', () => {
  const ask = (method: string, url: string, token?: string, body?: unknown) =>
    askAt(server.port, 'acme.localhost', method, `/api/v1${url}`, {
      headers: jsonHeaders(token),
      body: body === undefined ? undefined : JSON.stringify(body),
    })

  // The clock of the process is set ahead; that of a PostgreSQL is its own, and the sweep goes by it.
  it.skipIf(process.env.E2E_POSTGRES)(
    'presses, is late, is escalated once, and is counted',
    async () => {
      const owner = await tokenOf(server.port, 'acme', 'owner')
      const people = await ask('GET', '/users?limit=100', owner)
      const agentId = people.json.items.find(({ email }: { email: string }) => email === 'agent@acme.test').id
      const everyone = { assignee: false, lead: false, members: false, roles: ['agent'], personIds: [] }
      const policy = await ask('POST', '/sla', owner, {
        name: 'By mail',
        filter: 'source:email',
        targets: [{ metric: 'first_response', priority: 'medium', amount: 1, unit: 'hours' }],
        escalations: [
          { metric: 'first_response', kind: 'reminder', minutes: -15, actions: [{ kind: 'notify', to: everyone }] },
          {
            metric: 'first_response',
            kind: 'escalation',
            minutes: 0,
            actions: [
              { kind: 'assign', assigneeId: agentId },
              { kind: 'tags', add: ['overdue'], remove: [] },
            ],
          },
        ],
      })
      expect(policy.status, JSON.stringify(policy.json)).toBe(201)
      const all = await ask('GET', '/sla', owner)
      const ids = all.json.items.map(({ id }: { id: string }) => id).filter((id: string) => id !== policy.json.id)
      expect((await ask('PUT', '/sla/order', owner, { ids: [policy.json.id, ...ids] })).status).toBe(200)

      const timestamp = String(Math.floor(Date.now() / 1000))
      const signature = createHmac('sha256', 'signing-key').update(`${timestamp}t1`).digest('hex')
      const mime = 'From: Rana <rana@example.org>\r\nSubject: Smoke in the cellar\r\nMessage-ID: <smoke@x>\r\n\r\nPlease come.\r\n'
      const body = new URLSearchParams({ timestamp, token: 't1', signature, recipient: 'support@acme.localhost', 'body-mime': mime })
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const delivered = await askAt(server.port, 'localhost', 'POST', '/api/hooks/mailgun/inbound/mime', { headers, body: body.toString() })
      expect(delivered.status).toBe(200)
      const id = await until('the ticket', async () => {
        const found = await ask('GET', '/ticket?q=smoke', owner)
        return found.json.items[0]?.id as string | undefined
      })

      const chip = (page: Page) =>
        page
          .getByRole('listitem')
          .filter({ hasText: 'Smoke in the cellar' })
          .getByTitle(/^First response due/)
          .first()
      const early = await open('agent', '/agent?view=all&q=smoke')
      await expect.poll(() => chip(early).textContent()).toMatch(/Due in (1h|60m|59m)/)
      expect(await chip(early).getAttribute('class')).toContain('text-muted')

      setAhead(50)
      const pressing = await open('agent', '/agent?view=all&q=smoke')
      await expect.poll(() => chip(pressing).textContent()).toMatch(/Due in (10|9)m/)
      await expect.poll(() => chip(pressing).getAttribute('class')).toContain('text-warning')

      setAhead(65)
      const late = await open('agent', `/agent/tickets/${id}`)
      await late.getByRole('button', { name: /First response: Breached by [56]m/ }).waitFor()
      // The sweep that runs every minute finds it by itself.
      const token = await tokenOf(server.port, 'acme', 'owner')
      const ticket = await until(
        'the escalation',
        async () => {
          const { json } = await ask('GET', `/ticket/${id}`, token)
          return json.tags.includes('overdue') && json
        },
        110_000,
      )
      expect(ticket).toMatchObject({ assignee: { id: agentId }, status: 'assigned' })
      const violations = await ask('GET', '/sla/violations', token)
      expect(violations.json.items.filter(({ ticket: { id: of } }: { ticket: { id: string } }) => of === id)).toMatchObject([
        { metric: 'first_response', targetMinutes: 60, resolvedAt: null },
      ])
      await late.goto(`${acme()}/agent/sla`)
      await late.getByRole('link', { name: /Smoke in the cellar/ }).waitFor()
      await late.goto(`${acme()}/agent/tickets/${id}`)
      await late.getByRole('button', { name: /First response: Breached by/ }).click()
      await late.getByRole('dialog').getByText('Breached by').waitFor()
      await expectAccessible(late)
      const events = await ask('GET', `/audit?subjectId=${id}&limit=100`, token)
      const told = events.json.items.map(({ type }: { type: string }) => type)
      expect(told.filter((type: string) => type === 'ticket.sla_breached')).toHaveLength(1)
      expect(told.filter((type: string) => type === 'ticket.escalated')).toHaveLength(2)
    },
    240_000,
  )
})
