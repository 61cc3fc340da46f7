import { describe, expect, it } from 'vitest'
import { watch } from './browser'
import { type Desk, editor, rows } from './desk'
import { askAt, jsonHeaders, tokenOf } from './http'

const many = 80
const answered = 6

/** Tickets of forty people, two each, with a macro for all; made by two at once. */
async function seed(port: number) {
  const headers = jsonHeaders(await tokenOf(port, 'acme', 'owner'))
  const post = async (path: string, body: object) => {
    const answer = await askAt(port, 'acme.localhost', 'POST', `/api/v1${path}`, { headers, body: JSON.stringify(body) })
    expect(answer.status, JSON.stringify(answer.json)).toBe(201)
    return answer.json
  }
  await post('/macros', { name: 'Sort as routine', scope: 'desk', changes: [{ kind: 'tags', add: ['routine'] }] })
  const one = (n: number) =>
    post('/ticket', {
      title: `Day ${String(n).padStart(2, '0')}`,
      description: 'Please look.',
      tags: ['day'],
      requester: { name: `Asker ${n % 40}`, email: `day${n % 40}@example.com` },
    })
  for (let n = 0; n < many; n += 2) await Promise.all([one(n), one(n + 1)])
  const list = async (q: string) => {
    const query = new URLSearchParams({ view: 'all', q, limit: '100' })
    return (await askAt(port, 'acme.localhost', 'GET', `/api/v1/ticket?${query}`, { headers })).json.items as { title: string }[]
  }
  return { count: async (q: string) => (await list(`tag:day ${q}`)).length }
}

export const daySuite = ({ open, acme }: Desk) =>
  describe('a day at the queue', () => {
    it(`is done by keys alone: ${many} tickets, ten jobs, no reload, and no more keys than each job needs`, async () => {
      const port = Number(new URL(acme()).port)
      const { count } = await seed(port)
      const page = await open('moderator', '/agent')
      const problems = watch(page)
      const loads: string[] = []
      page.on('request', (request) => {
        if (request.isNavigationRequest()) loads.push(request.url())
      })
      let pressed = 0
      const press = async (...keys: string[]) => {
        for (const key of keys) await page.keyboard.press(key)
        pressed += keys.length
      }
      const type = (text: string) => page.keyboard.type(text)
      /** A job and the keys that it may take; what is typed does not count. */
      const job = async (most: number, work: () => Promise<unknown>) => {
        pressed = 0
        await work()
        expect(pressed).toBeLessThanOrEqual(most)
      }
      const menu = (name: string) => page.getByRole('combobox', { name: `Search ${name}` }).waitFor()
      const focused = () => page.evaluate(() => document.activeElement?.closest('li')?.querySelector('.row-number')?.textContent ?? '')
      const said = (text: string | RegExp) => page.getByText(text).first().waitFor()
      const shown = () => page.getByRole('heading', { level: 1 }).filter({ visible: true }).first().textContent()
      const down = async () => {
        const before = await focused()
        await page.keyboard.press('j')
        await expect.poll(focused).not.toBe(before)
        return focused()
      }

      // Searching, and the first row.
      const isSearching = () => page.evaluate(() => document.activeElement?.getAttribute('type') === 'search')
      await expect.poll(() => page.keyboard.press('/').then(isSearching)).toBe(true)
      await page.keyboard.press('Escape')
      await page.evaluate(() => (document.activeElement as HTMLElement).blur())
      await job(2, async () => {
        await press('/')
        await type('tag:day status:open')
        await press('Enter')
        await expect.poll(() => rows(page).count()).toBe(50)
      })
      await expect.poll(() => page.keyboard.press('j').then(focused)).toMatch(/^ACME-/)

      const assign = async () => {
        const number = await focused()
        await press('a')
        await menu('Assignee')
        await type('Amina')
        await press('Enter')
        await said(`${number}: Assignee: Amina Haddad. Saved.`)
      }
      await job(3, assign)
      await down()
      await job(2, async () => {
        const number = await focused()
        await press('p')
        await menu('Priority')
        await type('Urgent')
        await press('Enter')
        await said(`${number}: Priority: Urgent. Saved.`)
      })
      await down()
      await job(3, async () => {
        const number = await focused()
        await press('t')
        await menu('Add tag')
        await type('looked-at')
        await press('Enter')
        await said(`${number}: Tags: looked-at. Saved.`)
      })
      await down()
      await job(3, async () => {
        const number = await focused()
        await press('m')
        await menu('Run macro')
        await type('Sort as')
        await press('Enter')
        await said(`${number}: Run macro: Sort as routine. Saved.`)
      })
      await down()
      await job(3, async () => {
        const number = await focused()
        await press('h')
        await page.getByRole('dialog').getByLabel('Reason').waitFor()
        await type('Waiting for parts')
        await press('Control+Enter')
        await said(`${number}: Status: On hold. Saved.`)
      })
      // Into the row below, which somebody else asked.
      const into = await down()
      await page.keyboard.press('k')
      await expect.poll(focused).not.toBe(into)
      const merged = await focused()
      await job(4, async () => {
        await press('M')
        await page.getByRole('combobox', { name: 'Merge into' }).waitFor()
        await type(into)
        await press('Enter')
        await said('The tickets have different requesters.')
        await press('Enter')
        await said(`${merged} was merged into ${into}.`)
      })
      // It has left the list; the focus is on the row in its place.
      await expect.poll(() => rows(page).getByText(merged, { exact: true }).count()).toBe(0)
      await expect.poll(focused).toMatch(/^ACME-/)

      // One is opened, answered and resolved, and the next one is there.
      await press('Enter')
      await page.waitForURL(/\/agent\/tickets\//)
      for (let n = 0; n < answered; n++) {
        const before = await shown()
        const text = `Done, ${before}.`
        await page.getByRole('button', { name: 'Write a reply' }).filter({ visible: true }).waitFor()
        await page.keyboard.type(`r${text}`)
        await expect.poll(() => editor(page).filter({ visible: true }).textContent()).toBe(text)
        await job(1, async () => {
          await press('Control+Shift+Enter')
          await expect.poll(shown).not.toBe(before)
        })
      }
      await job(1, async () => {
        await press('Escape')
        await expect.poll(focused).toMatch(/^ACME-/)
      })
      await job(2, async () => {
        await press('g', 'n')
        await said(/^ACME-\d+ is assigned to you\.$/)
        await page.waitForURL(/\/agent\/tickets\//)
      })
      await job(1, async () => {
        await press('Escape')
        await expect.poll(focused).toMatch(/^ACME-/)
      })

      // All others, a page at a time.
      await expect.poll(() => count('status:resolved')).toBe(answered)
      for (let left = await count('status:open'); left > 0; left = await count('status:open')) {
        for (let at = ''; at !== (await focused()); await page.keyboard.press('k')) at = await focused()
        await page.keyboard.press('x')
        for (let at = ''; at !== (await focused()); await page.keyboard.press('j')) at = await focused()
        await page.keyboard.press('X')
        await page
          .getByRole('status')
          .getByText(/selected$/)
          .waitFor()
        await page.keyboard.press('e')
        await page.getByRole('dialog', { name: /^Change \d+ tickets?$/ }).waitFor()
        await page.keyboard.press('Enter')
        await said(/^\d+ tickets? changed\./)
        await expect.poll(() => count('status:open')).toBeLessThan(left)
        await expect.poll(async () => (await rows(page).count()) === 0 || (await focused()) !== '').toBe(true)
      }
      await page.getByText('No results').waitFor()

      expect(await Promise.all(['status:resolved', 'status:closed', 'tag:looked-at', 'tag:routine', 'priority:urgent'].map(count))).toEqual(
        [many - 1, 1, 1, 1, 1],
      )
      expect(loads).toEqual([])
      expect(problems).toEqual([])
    })
  })
