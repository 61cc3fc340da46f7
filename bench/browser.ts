// npm run bench:browser [-- --tickets 3300 --times 20 --only keys,open,cold,script]
// What an agent sees and waits for, in a real browser beside the server: keys on a row, opening a ticket and coming back, pages opened
// for the first time, and the script that each page brings.
import { parseArgs } from 'node:util'
import type { BrowserContext, Page } from 'playwright-core'
import { countScript, openBrowser } from '../e2e/chromium'
import { sayGoal } from './goal'
import { isSeen, opened, timeOf, timesOf, watchOpening } from './in-page'
import { openLoaded, port, serve } from './product'
import { at } from './quiet'

const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '3300' },
    times: { type: 'string', default: '20' },
    only: { type: 'string', default: 'keys,open,cold,script' },
    seconds: { type: 'string' },
  },
})
const times = Number(values.times)
const isWanted = (part: string) => values.only.split(',').includes(part)
const { loaded, stop } = await openLoaded(Number(values.tickets))
const served = await serve(loaded.url)
const browser = await openBrowser()
const origin = `http://${loaded.full.slug}.localhost:${port}`
const list = `${origin}/agent?view=all&sort=-created`
/** How long a person rests on a row before opening it. */
const rest = 300
/** What somebody looks at and reads: rows show no change while the server is busy with the one before. */
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const kept = new Map<string, Awaited<ReturnType<BrowserContext['storageState']>>>()

/** A browser that has nothing of the product but a session. */
async function openAs(who: string | null): Promise<Page> {
  const viewport = { width: 1600, height: 1000 }
  if (!who) return (await browser.newContext({ viewport })).newPage()
  if (!kept.has(who)) {
    const page = await (await browser.newContext()).newPage()
    await page.goto(`${origin}/sign-in`)
    await page.getByLabel('Email').fill(`${who}@acme.test`)
    await page.getByLabel('Password').fill('baraza-demo')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => url.pathname !== '/sign-in')
    kept.set(who, await page.context().storageState())
    await page.context().close()
  }
  return (await browser.newContext({ viewport, storageState: kept.get(who) })).newPage()
}

const sorted = (found: number[]) => found.toSorted((a, b) => a - b)
const tell = (what: string, found: number[], goal?: { median: number; p95?: number }) => {
  const ordered = sorted(found)
  const [median, p95] = [at(ordered, 0.5), at(ordered, 0.95)]
  console.log(`| ${[what, median.toFixed(0), p95.toFixed(0), found.length].join(' | ')} |`)
  if (goal) sayGoal({ what, figure: median, limit: goal.median, unit: 'ms' })
  if (goal?.p95) sayGoal({ what: `${what}, p95`, figure: p95, limit: goal.p95, unit: 'ms' })
}
const head = (...names: string[]) => console.log(`\n| ${names.join(' | ')} |\n|${names.map(() => '---').join('|')}|`)

interface Row {
  id: string
  title: string
}
/** Tickets of the list that nobody has begun, with room for a tag. */
const rowsOf = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLAnchorElement>('a[data-row]')].flatMap((row) => {
      const isNew = row.querySelector('.cell-status')?.textContent?.trim() === 'New'
      const hasRoom = (row.querySelector('.cell-tags')?.childElementCount ?? 0) < 2
      const title = row.querySelector('.row-title')?.lastChild?.textContent?.trim() ?? ''
      return isNew && hasRoom ? [{ id: row.pathname.split('/').at(-1) as string, title }] : []
    }),
  )
const focus = (page: Page, id: string) => page.locator(`a[data-row][href$="${id}"]`).focus()

/** Opens the list and waits until it hears keys. */
async function openList(): Promise<Page> {
  const page = await openAs('owner')
  await watchOpening(page, 'j', `document.activeElement?.matches('a[data-row]')`)
  await page.goto(list)
  await opened(page)
  return page
}

async function keys() {
  const page = await openList()
  const found = new Map<string, number[]>()
  const menus = new Map<string, number[]>()
  const add = (to: typeof found, name: string, ms: number) => to.set(name, [...(to.get(name) ?? []), ms])
  /** Opens a menu by key, types what is wanted, and measures from the Enter that chooses it. */
  async function choose(key: string, id: string, typed: string, says: string, cell: string) {
    add(menus, key, await timeOf(page, key, `document.activeElement?.matches('[role=combobox]')`))
    await page.keyboard.type(typed)
    await page.getByRole('option').filter({ hasText: typed }).first().waitFor()
    await measure(key, 'Enter', id, says, cell)
  }
  async function measure(name: string, key: string, id: string, says: string, cell: string) {
    const shows = `row(${JSON.stringify(id)})?.querySelector(${JSON.stringify(cell)})?.outerHTML.includes(${JSON.stringify(says)})`
    add(found, name, await timeOf(page, key, shows))
    await pause(rest)
  }
  for (const { id } of (await rowsOf(page)).slice(0, times)) {
    await focus(page, id)
    const isUrgent = await page.locator(`a[data-row][href$="${id}"]`).getByText('Urgent priority').count()
    await measure('i', 'i', id, 'Wanjiru Kamau', '.cell-person')
    await choose('s', id, 'In progress', 'In progress', '.cell-status')
    await choose('p', id, isUrgent ? 'Low' : 'Urgent', isUrgent ? 'Low priority' : 'Urgent priority', 'svg')
    await choose('t', id, `tag-${id.slice(-6)}`, `tag-${id.slice(-6)}`, '.cell-tags')
    await choose('a', id, 'Grace', 'Grace Odhiambo', '.cell-person')
    await measure('e', 'e', id, 'Resolved', '.cell-status')
  }
  head('key on a row', 'median ms', 'p95 ms', 'times')
  for (const [key, all] of menus) tell(`\`${key}\` until its menu shows`, all)
  for (const [key, all] of found) tell(`\`${key}\` until the row shows it`, all, { median: 16, p95: 50 })
  await page.context().close()
}

/** The ticket's title beside its properties, and its conversation. */
const shows = (title: string) => ({
  properties: `${isSeen('h1', title)} && ${isSeen('aside', 'Priority')}`,
  conversation: `${isSeen('h1', title)} && ${isSeen('[aria-label=Conversation] li')}`,
})

async function open() {
  const page = await openList()
  const found = { properties: [] as number[], conversation: [] as number[], back: [] as number[] }
  const next = { properties: [] as number[], conversation: [] as number[] }
  const all = await rowsOf(page)
  const isAlone = ({ title }: Row) => all.filter((other) => other.title === title).length === 1
  for (const { id, title } of all.filter(isAlone).slice(0, times)) {
    await focus(page, id)
    await pause(rest)
    const { properties, conversation } = shows(title)
    const [one, two] = await timesOf(page, 'Enter', properties, conversation)
    found.properties.push(one)
    found.conversation.push(two)
    await pause(rest)
    found.back.push(await timeOf(page, 'Escape', `document.activeElement === row(${JSON.stringify(id)}) && ${isSeen('a[data-row]')}`))
    await pause(rest)
  }
  const order = await page
    .locator('a[data-row]')
    .evaluateAll((rows) => rows.map((row) => row.querySelector('.row-title')?.lastChild?.textContent ?? ''))
  await page.locator('a[data-row]').first().focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/tickets/)
  await page.locator('[aria-label=Conversation] li').first().waitFor()
  for (let n = 1; n <= times && n < order.length; n++) {
    await pause(rest)
    const { properties, conversation } = shows(order[n] as string)
    if (order[n] === order[n - 1]) {
      await page.keyboard.press('j')
      await pause(3000)
      continue
    }
    const [one, two] = await timesOf(page, 'j', properties, conversation)
    next.properties.push(one)
    next.conversation.push(two)
  }
  head('opening', 'median ms', 'p95 ms', 'times')
  tell('from the list until title and properties show', found.properties, { median: 30 })
  tell('from the list until the conversation shows', found.conversation, { median: 120 })
  tell('`j` on a ticket until title and properties show', next.properties, { median: 30 })
  tell('`j` on a ticket until the conversation shows', next.conversation, { median: 120 })
  tell('back to the list', found.back, { median: 50 })
  await page.context().close()
}

async function cold() {
  const ticket = `${origin}/agent/tickets/${loaded.full.ids.at(-1)?.id}`
  // The server loads a page when it is first asked for.
  await (await openAs('owner')).goto(ticket)
  const found: Record<string, Awaited<ReturnType<typeof opened>>[]> = { inbox: [], ticket: [] }
  for (let n = 0; n < Math.ceil(times / 3); n++)
    for (const [name, url, key, condition] of [
      ['inbox', list, 'j', `document.activeElement?.matches('a[data-row]')`],
      ['ticket', ticket, 'r', `document.activeElement?.matches('[contenteditable=true]')`],
    ] as const) {
      const page = await openAs('owner')
      await watchOpening(page, key, condition)
      await page.goto(url)
      await page.waitForLoadState('networkidle')
      found[name]?.push(await opened(page))
      await page.context().close()
    }
  head('opened for the first time', 'median ms', 'p95 ms', 'times')
  const usable = (name: string) => (found[name] ?? []).map((each) => each.usable)
  for (const name of Object.keys(found)) {
    tell(`${name} usable`, usable(name))
    tell(
      `${name}, its longest task`,
      (found[name] ?? []).map((each) => each.longest),
    )
  }
  const median = (name: string) => at(sorted(usable(name)), 0.5)
  sayGoal({ what: 'ticket page usable ÷ inbox usable, both cold', figure: median('ticket') / median('inbox'), limit: 1.5 })
}

/** Bytes of script that come over the wire until the page rests, compressed. */
async function scriptOf(who: string | null, url: string, act?: (page: Page) => Promise<unknown>): Promise<number> {
  const page = await openAs(who)
  const scriptBytes = await countScript(page)
  await page.goto(url, { waitUntil: 'networkidle' })
  await act?.(page)
  const kilobytes = scriptBytes() / 1024
  await page.context().close()
  return kilobytes
}

async function script() {
  const customer = await openAs('customer')
  await customer.goto(`${origin}/requests`)
  const request = await customer.locator('a[href*="/requests/"]').first().getAttribute('href')
  await customer.context().close()
  const write = async (page: Page) => {
    await page.keyboard.press('r')
    await page.getByRole('textbox', { name: 'Reply', exact: true }).waitFor()
    await page.waitForLoadState('networkidle')
  }
  const ticket = `${origin}/agent/tickets/${loaded.full.ids.at(-1)?.id}`
  const pages: [string, string | null, string, ((page: Page) => Promise<unknown>)?][] = [
    ['inbox', 'owner', list],
    ['ticket', 'owner', ticket],
    ['ticket with its editor', 'owner', ticket, write],
    ['portal home', null, `${origin}/`],
    ['portal form', null, `${origin}/submit`],
    ['request', 'customer', `${origin}${request}`],
    ['settings', 'owner', `${origin}/settings`],
    ['reports', 'owner', `${origin}/agent/sla`],
  ]
  head('page', 'KB of script, compressed')
  for (const [name, who, url, act] of pages) {
    const kilobytes = await scriptOf(who, url, act)
    console.log(`| ${name} | ${kilobytes.toFixed(0)} |`)
    // What is loaded because somebody writes is no part of the page.
    if (!act) sayGoal({ what: `script of the page: ${name}`, figure: kilobytes, limit: 180, unit: 'KB' })
  }
}

for (const [name, part] of Object.entries({ keys, open, cold, script })) if (isWanted(name)) await part()
await browser.close()
await served.stop()
await stop()
process.exit(0)
