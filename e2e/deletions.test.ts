import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { enter, expectAccessible, openBrowser, openContext, watch } from './browser'
import { startServer, type TestServer } from './server'

let server: TestServer
let browser: Browser
beforeAll(async () => {
  server = await startServer()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.kill('SIGTERM')
})

it('what was deleted comes back by Undo, and from the list of what was deleted', async () => {
  const acme = server.origin('acme')
  const page = await (await openContext(browser)).newPage()
  const problems = watch(page)
  await enter(page, acme, 'owner@acme.test')
  await page.goto(`${acme}/settings/departments`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.goto(`${acme}/settings/answers`)
  const remove = page.getByRole('button', { name: /^Delete: Delete / }).first()
  const name = ((await remove.getAttribute('aria-label')) ?? '').replace('Delete: Delete ', '')
  const gone = page.getByRole('button', { name: `Delete: Delete ${name}`, exact: true })
  const takeAway = async () => {
    await gone.first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText(/was deleted\.$/).waitFor()
    await expect.poll(() => gone.count()).toBe(0)
  }
  await takeAway()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Restored.').waitFor()
  await expect.poll(() => gone.count()).toBe(1)

  await takeAway()
  await page.goto(`${acme}/settings/removed`)
  await page.getByText(name, { exact: true }).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: `Restore ${name}` }).click()
  await page.getByText(`${name} was restored.`).waitFor()
  await page.getByText('Nothing was deleted').waitFor()
  await page.getByLabel('Keep deleted entries').selectOption('90')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.reload()
  expect(await page.getByLabel('Keep deleted entries').inputValue()).toBe('90')
  await page.goto(`${acme}/settings/answers`)
  await gone.waitFor()
  expect(problems).toEqual([])
})

it('files of the public form wait until an agent accepts them', async () => {
  const acme = server.origin('acme')
  const guest = await (await openContext(browser)).newPage()
  await guest.goto(`${acme}/submit`)
  await guest.getByLabel('Your name').fill('Guest')
  await guest.getByLabel('Email').fill('guest@example.com')
  await guest.getByLabel('Subject').fill('The lamp is broken')
  await guest.getByLabel('Description').fill('See the file.')
  const files = guest.getByLabel('Files', { exact: true })
  await files.setInputFiles({ name: 'lamp.html', mimeType: 'text/html', buffer: Buffer.from('<b>lamp</b>') })
  await guest.getByRole('button', { name: 'Send request' }).click()
  await guest.getByText('lamp.html can’t be sent with this form.').waitFor()
  await guest.getByRole('button', { name: 'Remove lamp.html' }).click()
  await files.setInputFiles({ name: 'lamp.txt', mimeType: 'text/plain', buffer: Buffer.from('It is broken.') })
  await guest.getByRole('button', { name: 'Send request' }).click()
  const reference = await guest.getByRole('status').locator('strong').textContent()

  const agent = await (await openContext(browser)).newPage()
  const problems = watch(agent)
  await enter(agent, acme, 'agent@acme.test')
  await agent.goto(`${acme}/agent?q=${reference}`)
  await agent
    .getByRole('link', { name: new RegExp(reference as string) })
    .first()
    .click()
  await agent.getByText('Waiting for acceptance').waitFor()
  await expectAccessible(agent)
  expect(await agent.getByRole('link', { name: /lamp\.txt/ }).count()).toBe(0)
  await agent.getByRole('button', { name: 'Accept files' }).click()
  await agent.getByRole('link', { name: /lamp\.txt/ }).waitFor()
  expect(await agent.getByText('Waiting for acceptance').count()).toBe(0)
  expect(problems).toEqual([])
})
