import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choose, chosen, composer, enter, expectAccessible, openBrowser, openContext, watch } from './browser'
import { askAt, jsonHeaders } from './http'
import { startServer, type TestServer } from './server'

let server: TestServer
let browser: Browser
let outside: Server
const heard: { path: string; body: string }[] = []
beforeAll(async () => {
  outside = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      heard.push({ path: request.url ?? '', body })
      response.writeHead(request.url === '/broken' ? 500 : 200).end()
    })
  })
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
  server = await startServer({ env: { ALLOW_PRIVATE_HOSTS: 'on' } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.kill('SIGTERM')
  outside?.close()
})

const acme = () => server.origin('acme')
const open = async (who: string, path = '/agent', options = {}) => {
  const page = await (await openContext(browser, options)).newPage()
  await enter(page, acme(), `${who}@acme.test`)
  await page.goto(acme() + path)
  return page
}
const isLive = async (page: Page) => {
  await page.mouse.move(1, 1)
  await page.locator('[data-link=live]').waitFor({ state: 'attached' })
}
const bell = (page: Page, unread?: number) =>
  page.getByRole('button', { name: unread ? `Notifications, ${unread} unread` : 'Notifications', exact: true })

async function submit(title: string): Promise<{ id: string; number: string }> {
  const body = JSON.stringify({ title, description: 'Please look.', name: 'Bell Tester', email: 'bell@example.com' })
  return (await askAt(server.port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { headers: jsonHeaders(), body })).json
}

describe('the bell', () => {
  it('rings without reloading, leads to what happened, and is quiet about what is looked at', async () => {
    const { id, number } = await submit('Ring for me')
    const agent = await open('agent2')
    const problems = watch(agent)
    await isLive(agent)
    await agent.getByRole('button', { name: /^Notifications/ }).click()
    await agent.getByRole('button', { name: 'Mark all read' }).click()
    await agent.keyboard.press('Escape')
    await bell(agent).waitFor()

    const owner = await open('owner', `/agent/tickets/${id}`)
    await choose(owner, 'Assignee', 'Tomás Silva')
    await bell(agent, 1).waitFor()
    expect(await agent.title()).toMatch(/^\(1\) /)
    await bell(agent, 1).press('Enter')
    const item = agent.getByRole('link', { name: new RegExp(`assigned ${number} to you`) })
    await item.waitFor()
    await expectAccessible(agent)
    await item.press('Enter')
    await agent.waitForURL(`**/agent/tickets/${id}`)
    await bell(agent).waitFor()
    expect(await agent.title()).not.toMatch(/^\(/)

    await isLive(agent)
    await (await composer(owner)).fill('Seen at once.')
    await owner.getByRole('button', { name: 'Send', exact: true }).click()
    await agent.getByRole('list', { name: 'Conversation' }).getByText('Seen at once.').waitFor()
    await agent.getByRole('button', { name: /^Notifications/ }).click()
    await agent
      .getByRole('link', { name: new RegExp(`replied on ${number}`) })
      .first()
      .waitFor()
    await expect.poll(() => agent.getByText('Unread:').count()).toBe(0)
    await agent.getByRole('link', { name: 'Show all' }).click()
    await agent.waitForURL('**/agent/notifications')
    await agent
      .locator('main')
      .getByRole('link', { name: /replied on/ })
      .first()
      .waitFor()
    await agent.getByRole('link', { name: 'Unread (0)' }).click()
    await agent.getByText('No unread notifications').waitFor()
    expect(problems).toEqual([])
  })

  it('tells a customer on the portal', async () => {
    const customer = await open('customer', '/submit')
    await customer.getByLabel('Subject').fill('A question of mine')
    await customer.getByLabel('Description').fill('How does it work?')
    await customer.getByRole('button', { name: 'Send request' }).click()
    await customer
      .getByText(/ACME-\d+/)
      .first()
      .waitFor()
    await customer.goto(`${acme()}/requests`)
    const href = await customer
      .getByRole('link', { name: /A question of mine/ })
      .first()
      .getAttribute('href')
    const owner = await open('owner', (href as string).replace('/requests', '/agent/tickets'))
    await (await composer(owner)).fill('Like this.')
    await owner.getByRole('button', { name: 'Send', exact: true }).click()
    await bell(customer, 1).click()
    await customer.getByRole('link', { name: /replied on/ }).click()
    await customer.waitForURL(`**${href}`)
    await customer.getByText('Like this.').waitFor()
    await bell(customer).waitFor()
  })
})

describe('choices', () => {
  it('are kept, and say what is wrong with them', async () => {
    const page = await open('moderator', '/settings/notifications')
    const row = page.getByLabel('A new ticket arrives in your departments: Email')
    expect(await row.isChecked()).toBe(false)
    await row.check()
    await choose(page, 'Email', 'Daily')
    await page.getByLabel(/Quiet hours/).check()
    await page.getByLabel('From', { exact: true }).fill('21:30')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await page.reload()
    expect(await row.isChecked()).toBe(true)
    expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe('21:30')
    expect(await chosen(page, 'Email')).toBe('Daily at 08:00')
    await page.getByRole('button', { name: '8 hours' }).click()
    await page.getByText(/Email and browser notifications are paused until/).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Resume now' }).click()
    await page.getByRole('button', { name: '1 hour' }).waitFor()
  })

  it('of the team reach everybody, and rooms outside', async () => {
    const at = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`
    const page = await open('owner', '/settings/team-notifications')
    const dialog = page.getByRole('dialog')
    const add = async (name: string, url: string) => {
      await page.getByRole('button', { name: 'Add webhook' }).click()
      await dialog.getByLabel('Name', { exact: true }).fill(name)
      await dialog.getByLabel('URL').fill(url)
      await dialog.getByRole('button', { name: 'Add webhook' }).click()
    }
    await add('Ops room', 'https://user:secret@example.com/')
    await dialog.getByText('Remove the user name and password from the address.').first().waitFor()
    await dialog.getByLabel('URL').fill(`${at}/room`)
    await dialog.getByRole('button', { name: 'Add webhook' }).click()
    await dialog.waitFor({ state: 'detached' })
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    const test = async (name: string) => {
      await row(name)
        .getByRole('button', { name: `Actions for ${name}` })
        .click()
      await page.getByRole('menuitem', { name: 'Send test' }).click()
    }
    const room = row('Ops room')
    await test('Ops room')
    await room.getByText(/^Delivered/).waitFor()
    expect(JSON.parse(heard.find(({ path }) => path === '/room')?.body ?? '{}').text).toContain('Test notification from')
    await add('Broken room', `${at}/broken`)
    await dialog.waitFor({ state: 'detached' })
    const broken = row('Broken room')
    await test('Broken room')
    await broken.getByText('it answered 500').waitFor()
    await expectAccessible(page)
    const { number } = await submit('Heard outside')
    await expect.poll(() => heard.filter(({ path, body }) => path === '/room' && body.includes(number)).length, { timeout: 10_000 }).toBe(1)
  })
})

describe('a browser that is woken', () => {
  it('shows the message', async () => {
    const page = await open('owner', '/settings/notifications')
    const client = await page.context().newCDPSession(page)
    const registered = new Promise<string>((resolve) => {
      client.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        const active = versions.find(({ status }) => status === 'activated')
        if (active) resolve(active.registrationId)
      })
    })
    await client.send('ServiceWorker.enable')
    await page.evaluate("navigator.serviceWorker.register('/push.js').then(() => 'registered')")
    const registrationId = await registered
    const [worker] = page.context().serviceWorkers()
    // A browser without a screen has no place to show it: what it was asked to show is kept instead.
    await worker?.evaluate('self.shown = []; self.registration.showNotification = async (...asked) => void self.shown.push(asked)')
    const data = JSON.stringify({ id: 'one', title: 'ACME-1 is assigned to you', body: 'A lamp', href: '/agent?view=mine' })
    await client.send('ServiceWorker.deliverPushMessage', { origin: acme(), registrationId, data })
    await expect
      .poll(() => worker?.evaluate('self.shown'))
      .toEqual([['ACME-1 is assigned to you', { body: 'A lamp', tag: 'one', data: { href: '/agent?view=mine' }, icon: '/icon.svg' }]])
  })

  it('that refuses is told where to change its mind', async () => {
    const page = await open('owner', '/settings/notifications')
    await page.getByText(/are blocked in this browser/).waitFor()
  })
})
