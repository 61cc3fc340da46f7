import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enter, openBrowser, openContext, overflow, plainWords, watch } from './browser'
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

// Names, and the key that the corner of messages names by itself.
const data = ['Acme Outfitters', 'Baraza', 'alt+T']

const pages = [
  '/sign-in',
  '/forgot-password',
  '/sign-up',
  '/magic-link',
  '/reset-password#no-link',
  '/invitation#no-link',
  '/request#no-link',
  '/nowhere',
]

describe.each(['en-XA', 'ar-XB'])('in a language made for testing, %s', (locale) => {
  it('the pages around signing in say nothing that is not from the catalogue, and fit a phone', async () => {
    const page = await (await openContext(browser, { locale, viewport: { width: 360, height: 740 } })).newPage()
    const problems = watch(page)
    for (const at of pages) {
      await page.goto(`${server.origin('acme')}${at}`)
      await page.getByRole('heading').first().waitFor()
      if (at.includes('#no-link'))
        await page
          .getByRole(at.startsWith('/request') ? 'button' : 'alert')
          .first()
          .waitFor()
      expect({ at, plain: await plainWords(page, data), overflow: await overflow(page) }).toEqual({
        at,
        plain: [],
        overflow: 0,
      })
      expect(await page.locator('html').getAttribute('dir')).toBe(locale === 'ar-XB' ? 'rtl' : 'ltr')
    }
    await page.goto(`${server.origin('acme')}/sign-in`)
    await page.locator('[name=email]').fill('nobody@acme.test')
    await page.locator('[name=password]').fill('wrong')
    await page.locator('[type=submit]').click()
    await page.getByRole('alert').first().waitFor()
    expect(await plainWords(page, data)).toEqual([])
    expect(problems.filter((problem) => !/40[14]/.test(problem))).toEqual([])
  })
})

it('settings without rows of their own, and the platform, say nothing that is not from the catalogue, and fit a phone', async () => {
  const page = await (await openContext(browser, { locale: 'en-XA', viewport: { width: 390, height: 800 } })).newPage()
  const problems = watch(page)
  await enter(page, server.origin('acme'), 'owner@acme.test')
  const settings = ['', '/account', '/domains', '/jobs', '/notifications', '/removed', '/roles', '/team-notifications', '/tokens']
  const all = [
    ...settings.map((at) => `${server.origin('acme')}/settings${at}`),
    ...['/', '/sign-up', '/sign-in'].map((at) => server.origin('') + at),
  ]
  for (const at of all) {
    await page.goto(at)
    await page.getByRole('heading').first().waitFor()
    expect({ at, plain: await plainWords(page, [...data, 'owner@acme.test']), overflow: await overflow(page) }).toEqual({
      at,
      plain: [],
      overflow: 0,
    })
  }
  expect(problems).toEqual([])
})

it('a browser that asks for a language we do not have gets English, as it is written in Britain', async () => {
  const page = await (await openContext(browser, { locale: 'tlh' })).newPage()
  await page.goto(`${server.origin('acme')}/sign-in`)
  expect(await page.locator('html').getAttribute('lang')).toBe('en-GB')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})
