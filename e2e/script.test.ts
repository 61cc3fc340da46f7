import { expect, it } from 'vitest'
import { enter, openContext, openProduct } from './browser'
import { countScript } from './chromium'

const product = openProduct()

/** KB of script, packed, that a page may bring until it rests: what it has, with room for what a change needs. The goal is 180 (`npm run bench:browser`). */
const budgets = {
  owner: { '/agent?view=open': 180, ticket: 188, '/agent/sla': 168, '/settings': 142 },
  customer: { request: 160 },
  visitor: { '/': 145, '/submit': 152 },
} as const
type Who = keyof typeof budgets

it.each(Object.keys(budgets) as Who[])('each kind of page of the %s brings no more script than its budget', async (who) => {
  const origin = product.server.origin('acme')
  const context = await openContext(product.browser)
  const first = await context.newPage()
  if (who !== 'visitor') await enter(first, origin, `${who}@acme.test`)
  async function findFirst(list: string, link: string) {
    await first.goto(origin + list)
    return (await first.locator(link).first().getAttribute('href')) as string
  }
  const found: Record<string, () => Promise<string>> = {
    ticket: () => findFirst('/agent?view=open', 'a[data-row]'),
    request: () => findFirst('/requests', 'a[href*="/requests/"]'),
  }
  const state = await context.storageState()
  const brought: Record<string, number> = {}
  for (const name of Object.keys(budgets[who])) {
    const at = (await found[name]?.()) ?? name
    // A browser that has no script of the product yet.
    const page = await (await openContext(product.browser, { storageState: state })).newPage()
    const scriptBytes = await countScript(page)
    await page.goto(origin + at, { waitUntil: 'networkidle' })
    brought[name] = Math.round(scriptBytes() / 1024)
    await page.context().close()
  }
  const over = Object.entries(budgets[who]).filter(([name, most]) => (brought[name] ?? 0) > most)
  expect(over, JSON.stringify(brought)).toEqual([])
  // None at all would be a fault of the counting.
  expect(Math.min(...Object.values(brought))).toBeGreaterThan(100)
})
