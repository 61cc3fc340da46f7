import { readFileSync } from 'node:fs'
import path from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { openBrowser } from './chromium'
import { type Answer, askAt } from './http'
import { root, startServer, type TestServer } from './server'

export { openBrowser }

/** One server with a small demo and one browser for all tests of a file; both end with it. */
export function openProduct() {
  const product = {} as { server: TestServer; browser: Browser }
  beforeAll(async () => {
    product.server = await startServer()
    product.browser = await openBrowser()
  })
  afterAll(async () => {
    await product.browser?.close()
    await product.server?.kill('SIGTERM')
  })
  return product
}

/** A person's own browser, closed with the test: what is left open would go on following what the next ones do. */
export async function openContext(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(20_000)
  onTestFinished(() => context.close())
  return context
}

/** A connection that the server ends while the page writes to it is opened again, and what was missed is read then. */
const isHarmless = (text: string) => text === 'WebSocket is already in CLOSING or CLOSED state.'

/** Collects what the browser reports as broken. */
export function watch(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isHarmless(message.text())) problems.push(message.text())
  })
  return problems
}

export async function signIn(page: Page, origin: string, email: string, password = 'baraza-demo') {
  await page.goto(`${origin}/sign-in`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
}

/** Signs a page's browser in without its form: the same requests, a tenth of the time. */
export async function enter(page: Page, origin: string, email: string, password = 'baraza-demo') {
  const { hostname, port } = new URL(origin)
  const csrf = await askAt(Number(port), hostname, 'GET', '/api/auth/csrf')
  const body = new URLSearchParams({ csrfToken: csrf.json.csrfToken, email, password, json: 'true' }).toString()
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    cookie: cookiesOf(csrf)
      .map(({ pair }) => pair)
      .join('; '),
    origin,
  }
  const answer = await askAt(Number(port), hostname, 'POST', '/api/auth/callback/credentials', { body, headers })
  const session = cookiesOf(answer).filter(({ name }) => name.endsWith('.session'))
  expect(session, `signing in as ${email}`).toHaveLength(1)
  await page
    .context()
    .addCookies(session.map(({ name, value }) => ({ name, value, domain: hostname, path: '/', httpOnly: true, sameSite: 'Lax' })))
}

const cookiesOf = ({ headers }: Answer) =>
  [(headers['set-cookie'] ?? []) as unknown as string[]].flat().map((line) => {
    const pair = line.split(';')[0] as string
    const at = pair.indexOf('=')
    return { pair, name: pair.slice(0, at), value: pair.slice(at + 1) }
  })

const choice = (page: Page, label: string) => page.getByRole('combobox', { name: label, exact: true })

/** Chooses from a list of the page by the name of the entry, by keyboard. */
export async function choose(page: Page, label: string, name: string) {
  await choice(page, label).click()
  const field = page.getByRole('combobox', { name: `Search ${label}` })
  await field.fill(name)
  await page.getByRole('listbox', { name: label }).getByRole('option').first().waitFor()
  await field.press('Enter')
}

/** What is chosen in a list of the page. */
export const chosen = (page: Page, label: string) => choice(page, label).locator('[dir=auto]').textContent()

/** Where the reply or the note of a ticket is written; it is one line until somebody writes. */
export async function composer(page: Page, name: 'Reply' | 'Note' = 'Reply'): Promise<Locator> {
  const editor = page.getByRole('textbox', { name, exact: true })
  const open = async () => {
    if ((await editor.count()) === 0) await page.getByRole('tab', { name }).click()
    return editor.count()
  }
  await expect.poll(open).toBe(1)
  return editor
}

/** Fails with what axe finds (WCAG 2.2 A and AA). */
/** `colours`: all else was looked at in the other scheme. */
export async function expectAccessible(page: Page, what: 'all' | 'colours' = 'all') {
  // Else it is still loading.
  await page.locator('h1').first().waitFor({ state: 'attached' })
  await page.locator('title').first().waitFor({ state: 'attached' })
  // Colours on their way from one to the other are neither.
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish()
  })
  if (what === 'all') await page.evaluate(axe.source)
  const violations = await page.evaluate(async (isAll) => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const runOnly = isAll ? { type: 'tag' as const, values: tags } : { type: 'rule' as const, values: ['color-contrast'] }
    const result = await (window as never as { axe: typeof axe }).axe.run({ runOnly })
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
  }, what === 'all')
  expect(violations, page.url()).toEqual([])
}

/**
 * What a page in a pseudo-language says that came from no catalogue: there each letter wears an accent. Times are the browser's.
 * @param data names and the like, which are the same in every language
 */
export async function plainWords(page: Page, data: string[] = []): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const seen: string[] = [document.title]
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement
      if (!element?.checkVisibility() || element.closest('script, style, time, body [lang]')) continue
      if (!(node instanceof Element)) seen.push(node.nodeValue ?? '')
      else for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description']) seen.push(node.getAttribute(name) ?? '')
    }
    return seen
  })
  const hasWords = (text: string) => /[a-z]{2}/i.test(text)
  const rest = [...new Set(texts)].filter(hasWords).map((text) => data.reduce((left, known) => left.replaceAll(known, ''), text))
  return [...new Set(rest.filter(hasWords).map((text) => text.trim()))]
}

interface Tree {
  [key: string]: string | Tree
}

/** The text of a key in a language, which takes no values. */
export function textIn(language: string, key: string): string {
  const tree: Tree = JSON.parse(readFileSync(path.join(root, 'messages', `${language}.json`), 'utf8'))
  return key.split('.').reduce<string | Tree>((at, name) => (at as Tree)[name] as Tree, tree) as string
}

/** How far the page is wider than its window, or a dialog than its frame, in pixels; one is rounding. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const dialogs = [...document.querySelectorAll('[role=dialog]')].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
    return Math.max(0, ...[document.documentElement.scrollWidth - window.innerWidth, ...dialogs].map((beyond) => beyond - 1))
  })

/** The server's answers wait until they are let through. */
export async function hold(page: Page, path: string) {
  const { promise, resolve: letThrough } = Promise.withResolvers<void>()
  await page.route(path, async (route) => {
    await promise
    await route.continue()
  })
  return letThrough
}
