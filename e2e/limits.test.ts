import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { enter, openContext, openProduct } from './browser'

const product = openProduct()

it('looking at a page costs one request for the page: its links read nothing beforehand', async () => {
  const page = await (await openContext(product.browser)).newPage()
  await enter(page, product.server.origin('acme'), 'agent@acme.test')
  const beforehand: string[] = []
  page.on('request', (request) => {
    if (request.headers().rsc) beforehand.push(request.url())
  })
  const answer = await page.goto(`${product.server.origin('acme')}/agent?view=open`)
  const html = (await answer?.text()) ?? ''
  const rows = html.match(/<li><label>.*?<\/li>/gs) ?? []
  expect(rows.length).toBeGreaterThan(2)
  expect(rows.join('').length / rows.length, rows[0]).toBeLessThan(1400)
  // What the page has beside its rows. With fifty of them, and what they carry as data, it stays below 100 KB.
  expect(html.length - rows.join('').length, html).toBeLessThan(40_000)
  await page.getByRole('link', { name: 'Contacts' }).hover()
  // What is typed while a list of choices is loaded goes into it.
  await page.route('**/_next/static/chunks/**', (route) => pause(500).then(() => route.continue()))
  await page.getByRole('button', { name: 'Sort' }).click()
  await page.keyboard.type('created: ear')
  await page.keyboard.press('Enter')
  await page.waitForURL(/sort=created/)
  expect(beforehand.filter((url) => !url.includes('sort=created'))).toEqual([])
  await page.goto(`${product.server.origin('acme')}/`, { waitUntil: 'networkidle' })
})

it('a ticket is read once its row is rested on: rows that are passed over read nothing', async () => {
  const page = await (await openContext(product.browser)).newPage()
  await enter(page, product.server.origin('acme'), 'agent@acme.test')
  const read = new Set<string>()
  page.on('request', (request) => {
    if (request.headers().rsc) read.add(new URL(request.url()).pathname)
  })
  await page.goto(`${product.server.origin('acme')}/agent?view=open`)
  const last = await page.locator('a[data-row]').last().getAttribute('href')
  const passOver = async () => {
    await page.locator('a[data-row]').evaluateAll((rows) => {
      for (const row of rows) row.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }))
    })
    return [...read]
  }
  await expect.poll(passOver, { interval: 300 }).toEqual([last])
})

it('a page refused by the rate limit says so, and when to try again', async () => {
  const context = await openContext(product.browser)
  const [page, busy] = [await context.newPage(), await context.newPage()]
  const at = `${product.server.origin('acme')}/requests`
  await enter(page, product.server.origin('acme'), 'customer@acme.test')
  await busy.goto(`${product.server.origin('acme')}/sign-in`)
  // Takes every request that the person has, as soon as it is there.
  const isOver = busy.evaluate(async () => {
    const state = window as unknown as { isOver?: boolean }
    const ask = async (): Promise<void> => {
      while (!state.isOver) await fetch('/api/v1/ticket?limit=1')
    }
    await Promise.all([1, 2, 3, 4].map(ask))
  })
  const opened = async () => {
    const answer = await page.goto(at)
    return [answer?.status(), Number(answer?.headers()['retry-after'] ?? 0) > 0]
  }
  await expect.poll(opened, { timeout: 60_000 }).toEqual([429, true])
  await page.getByText(/^Too many requests\. Try again in \d+ s\.$/).waitFor()
  await busy.evaluate(() => Object.assign(window, { isOver: true }))
  await isOver
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'My requests' }).waitFor()
})
