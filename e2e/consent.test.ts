import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { env } from '../lib/env'
import { holdMail } from '../lib/testing/mail-api'
import { type MailProvider, registerWith, startMailProvider } from '../lib/testing/mail-provider'
import { choose, chosen, enter, expectAccessible, openBrowser, openContext, watch } from './browser'
import { startServer, type TestServer } from './server'

let server: TestServer
let browser: Browser
let provider: MailProvider
let held: ReturnType<typeof holdMail>
beforeAll(async () => {
  provider = await startMailProvider()
  registerWith(provider)
  held = holdMail(provider)
  const { GOOGLE_OAUTH_CLIENT_ID = '', GOOGLE_OAUTH_CLIENT_SECRET = '' } = env()
  server = await startServer({ env: { GOOGLE_OAUTH_CLIENT_ID, GOOGLE_OAUTH_CLIENT_SECRET, GOOGLE_BASE_URL: provider.url } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.kill('SIGTERM')
  await provider?.close()
})

it('a mailbox of Google is connected by signing in there, fetched, lost when the consent is taken back, and connected again', async () => {
  const acme = server.origin('acme')
  const page = await (await openContext(browser)).newPage()
  const problems = watch(page)
  await enter(page, acme, 'owner@acme.test')
  await page.goto(`${acme}/settings/mailboxes`)
  await page.getByRole('button', { name: 'Connect mailbox' }).click()
  const dialog = page.getByRole('dialog')
  expect(await chosen(page, 'Connect with')).toBe('Google sign-in')
  await dialog.getByText('set MICROSOFT_OAUTH_CLIENT_ID').waitFor()
  await choose(page, 'Access', 'Provider’s own interface')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByLabel('Name', { exact: true }).fill('Help desk')
  await dialog.getByRole('button', { name: 'Next' }).click()
  provider.owner = 'help@acme.test'
  await dialog.getByRole('button', { name: 'Continue to Google' }).click()

  // Over the provider and the root host, back to the workspace.
  await page.waitForURL(`${acme}/settings/mailboxes`)
  await page.getByRole('rowheader', { name: 'Help desk' }).waitFor()
  await page.getByText('help@acme.test').waitFor()
  await page.getByText('Connected', { exact: true }).waitFor()
  expect(await page.content()).not.toContain('access-')

  held.deliver(
    'From: Asha <asha@customer.test>\r\nTo: help@acme.test\r\nSubject: By Gmail\r\nMessage-ID: <g1@customer.test>\r\n\r\nHello\r\n',
  )
  const use = async (name: string) => {
    await page.getByRole('button', { name: 'Actions for Help desk' }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  await use('Fetch now')
  await page.getByText('New email was fetched.').waitFor()
  await use('Fetch log')
  await page.getByText('1 new email').waitFor()

  provider.revoke('help@acme.test')
  await page.goto(`${acme}/settings/mailboxes`)
  await use('Fetch now')
  await page.getByText('Disconnected', { exact: true }).waitFor()
  await page.getByText('no longer allows access').waitFor()

  provider.denies = true
  await use('Connect again')
  await page.getByRole('button', { name: 'Continue to Google' }).click()
  await page.getByText('Access was not allowed').waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Back to mailboxes' }).click()
  provider.denies = false
  await use('Connect again')
  await page.getByRole('button', { name: 'Continue to Google' }).click()
  await page.waitForURL(`${acme}/settings/mailboxes`)
  await page.getByText('Connected', { exact: true }).waitFor()
  expect(problems).toEqual([])
})
