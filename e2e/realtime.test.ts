import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { choose, chosen, composer, enter, openContext, openProduct, watch } from './browser'
import { askAt, jsonHeaders } from './http'
import { startServer } from './server'

const product = openProduct()

const acme = () => product.server.origin('acme')
const open = async (who: string) => {
  const page = await (await openContext(product.browser)).newPage()
  await enter(page, acme(), `${who}@acme.test`)
  return page
}
const isLive = async (page: Page) => {
  await page.mouse.move(1, 1)
  await page.locator('[data-link=live]').waitFor({ state: 'attached' })
}

async function submit(title: string): Promise<{ id: string; number: string }> {
  const body = JSON.stringify({ title, description: 'Please look.', name: 'Live Tester', email: 'live@example.com' })
  return (await askAt(product.server.port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { headers: jsonHeaders(), body })).json
}

describe('two people in one workspace', () => {
  it('see each other on a ticket, who is replying, and what was written, without reloading', async () => {
    const { id } = await submit('Seen by two')
    const grace = await open('moderator')
    const owner = await open('owner')
    const problems = [...watch(grace), ...watch(owner)]
    for (const page of [grace, owner]) {
      await page.goto(`${acme()}/agent/tickets/${id}`)
      await isLive(page)
    }
    await grace.getByText('Also here: Wanjiru Kamau').waitFor({ state: 'attached' })
    await owner.getByText('Also here: Grace Odhiambo').waitFor({ state: 'attached' })
    await (await composer(owner)).pressSequentially('We are on it.')
    await grace.getByText('Wanjiru Kamau is replying').waitFor()
    await (await composer(grace)).fill('My own words stay')
    await owner.getByRole('button', { name: 'Send', exact: true }).click()
    await grace.getByRole('list', { name: 'Conversation' }).getByText('We are on it.').waitFor()
    await expect.poll(() => chosen(grace, 'Status')).toBe('In progress')
    expect(await grace.getByRole('textbox', { name: 'Reply' }).textContent()).toBe('My own words stay')
    await choose(owner, 'Priority', 'Urgent')
    await expect.poll(() => chosen(grace, 'Priority')).toBe('Urgent')
    await owner.goto(`${acme()}/agent`)
    await expect.poll(() => grace.getByText('Also here').count()).toBe(0)
    expect(problems).toEqual([])
  })

  it('see new tickets wait behind a pill and rows change in place', async () => {
    const page = await open('moderator')
    await page.goto(`${acme()}/agent?view=unassigned&sort=-updated`)
    await isLive(page)
    const unassigned = () => page.getByRole('link', { name: /^Unassigned/ }).textContent()
    await expect.poll(unassigned).toMatch(/\d/) // the numbers come after the page
    const before = Number(/\d+/.exec((await unassigned()) ?? '')?.[0])
    const first = await page.locator('a[data-row]').first().textContent()
    const { number } = await submit('Just arrived')
    await page.getByRole('button', { name: '1 new' }).waitFor()
    await expect.poll(async () => Number(/\d+/.exec((await unassigned()) ?? '')?.[0])).toBe(before + 1)
    expect(await page.locator('a[data-row]').first().textContent()).toBe(first)
    await page.getByRole('button', { name: '1 new' }).click()
    await page.locator('a[data-row]').first().getByText(number).first().waitFor()
  })

  it('miss nothing when the server restarts under them', async () => {
    const { id } = await submit('Across a restart')
    const page = await open('moderator')
    await page.goto(`${acme()}/agent/tickets/${id}`)
    await isLive(page)
    const owner = await open('owner')
    await owner.goto(`${acme()}/agent?view=open`)
    await isLive(owner)
    await product.server.kill('SIGKILL')
    await page.getByText('Reconnecting…').waitFor()
    // A step taken while nobody answers is taken when someone does; the page stays until then.
    await owner.getByRole('link', { name: 'Across a restart' }).first().click()
    await owner.getByText('Reconnecting…').waitFor()
    product.server = await startServer({ dataDir: product.server.dataDir, port: product.server.port })
    await owner.waitForURL(`**/agent/tickets/${id}`)
    await (await composer(owner)).fill('Written while you were away.')
    await owner.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('list', { name: 'Conversation' }).getByText('Written while you were away.').waitFor({ timeout: 40_000 })
    await isLive(page)
  })

  it('hear nothing more of a ticket that left their department', async () => {
    const { id } = await submit('Handed on')
    const owner = await open('owner')
    await owner.goto(`${acme()}/agent/tickets/${id}`)
    const agent = await open('agent')
    await agent.goto(`${acme()}/agent/tickets/${id}`)
    await owner.getByText('Also here: Amina Haddad').waitFor({ state: 'attached' })
    type Departments = { items: { name: string; members: { name: string }[] }[] }
    const { items } = (await owner.evaluate("fetch('/api/v1/department').then((answer) => answer.json())")) as Departments
    const elsewhere = items.find(({ members }) => !members.some(({ name }) => name === 'Amina Haddad'))
    await choose(owner, 'Department', elsewhere?.name as string)
    await expect.poll(() => owner.getByText('Also here').count(), { timeout: 60_000 }).toBe(0)
    await agent
      .getByText(/not found|not here|does not exist|no such/i)
      .first()
      .waitFor()
  })

  it('hear nothing more once their session is ended', async () => {
    const page = await open('agent2')
    await page.goto(`${acme()}/agent`)
    await isLive(page)
    const other = await open('agent2')
    await other.goto(`${acme()}/settings/sessions`)
    await other.getByRole('button', { name: /Sign out everywhere/ }).click()
    await other.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.locator('[data-link=reconnecting]').waitFor({ state: 'attached' })
  })
})
