import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { choose, expectAccessible, hold, watch } from './browser'
import { type Desk, editor, rows } from './desk'

export const queueSuite = ({ open, submit }: Desk) =>
  describe('a queue', () => {
    const row = (page: Page, title: string) => rows(page).filter({ hasText: title })
    const priority = (page: Page, title: string, name: string) =>
      row(page, title).getByText(`${name} priority`).waitFor({ state: 'attached' })
    const focusedRow = (page: Page) => page.evaluate(() => document.activeElement?.closest('li')?.querySelector('.row-title')?.textContent)
    /** Keys are heard once the page has come alive. */
    const go = async (page: Page, title: string) => {
      await expect
        .poll(async () => {
          await row(page, title).locator('a').focus()
          await page.keyboard.press('a')
          return page.getByRole('combobox', { name: 'Search Assignee' }).count()
        })
        .toBe(1)
      await page.keyboard.press('Escape')
      await expect.poll(() => focusedRow(page)).toBe(title)
    }

    it('changes rows by key before the server answers, one change after the other, and takes back what it refuses', async () => {
      const title = 'Changed where it stands'
      const { id, number } = await submit(title)
      const page = await open('moderator', '/agent?view=all&sort=-created')
      const problems = watch(page)
      const { keyboard } = page
      await go(page, title)
      const sent: number[] = []
      page.on('request', (request) => {
        if (/changePriority/.test(request.url())) sent.push(request.postDataJSON().json.version)
      })
      const letThrough = await hold(page, '**/rpc/tickets/changePriority')
      const pickPriority = async (name: string) => {
        await keyboard.press('p')
        await page.getByRole('combobox', { name: 'Search Priority' }).fill(name)
        await keyboard.press('Enter')
        await priority(page, title, name)
      }
      await pickPriority('High')
      await expect.poll(() => focusedRow(page)).toBe(title)
      await pickPriority('Urgent')
      await keyboard.press('p')
      await expectAccessible(page)
      await keyboard.press('Escape')
      letThrough()
      await page.getByText(`${number}: Priority: Urgent. Saved.`).waitFor()
      expect(sent).toHaveLength(2)
      expect(sent[1]).toBe((sent[0] as number) + 1)

      await keyboard.press('i')
      await page.getByText(`${number}: Assignee: Grace Odhiambo. Saved.`).waitFor()
      await keyboard.press('t')
      await page.getByRole('combobox', { name: 'Search Add tag' }).fill('from-list')
      await keyboard.press('Enter')
      await page.getByText(`${number}: Tags: from-list. Saved.`).waitFor()
      await keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Command' }).fill('resolve')
      await keyboard.press('Enter')
      await row(page, title).getByText('Resolved').waitFor()
      await page.locator('[data-sonner-toast]').filter({ hasText: 'Status: Resolved' }).getByRole('button', { name: 'Undo' }).click()
      await row(page, title).getByText('Assigned', { exact: true }).waitFor()

      // Someone else is quicker, and her page hears nothing of it.
      await page.routeWebSocket(/.*/, () => {})
      await page.reload()
      await go(page, title)
      const owner = await open('owner', `/agent/tickets/${id}`)
      await choose(owner, 'Priority', 'Low')
      await owner.getByText('Saved.').waitFor()
      await pickPriority('Medium')
      const conflict = page.getByText(`${number} was not changed.`)
      await conflict.waitFor()
      expect(await conflict.textContent()).toMatch(/Wanjiru Kamau .*Priority: Low\./)
      await priority(page, title, 'Low')
      expect(problems.filter((problem) => !problem.includes('409'))).toEqual([])
    })

    it('is where it was left after a ticket: how far it was scrolled, its selection and its focus, without asking the server', async () => {
      const title = 'Left and found again'
      await submit(title)
      const page = await open('moderator', '/agent?view=all&sort=-created')
      await page.setViewportSize({ width: 1200, height: 500 })
      await go(page, title)
      await page.keyboard.press('x')
      await page.getByRole('status').getByText('1 selected').waitFor()
      await page.keyboard.press('j')
      const focused = await focusedRow(page)
      // Browsers tell of scrolling with their next frame.
      await page.evaluate(() => {
        const told = new Promise((resolve) => window.addEventListener('scroll', resolve, { once: true }))
        window.scrollTo(0, 30)
        return told
      })
      await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(30)
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/agent\/tickets\//)
      const asked: string[] = []
      page.on('request', (request) => {
        if (request.headers().rsc) asked.push(request.url())
      })
      // Rows are in the page all the time: the list is back when one of them has the focus.
      const goBack = async () => {
        if (new URL(page.url()).pathname !== '/agent') await page.keyboard.press('Escape')
        return focusedRow(page)
      }
      await expect.poll(goBack).toBe(focused)
      expect(asked).toEqual([])
      expect(await page.evaluate(() => [window.scrollY, window.location.pathname + window.location.search])).toEqual([
        30,
        '/agent?view=all&sort=-created',
      ])
      await page.getByRole('status').getByText('1 selected').waitFor()
      expect(await page.title()).toMatch(/^All tickets/)
      // What is shown again is a list like any other: it changes, and leads on.
      await page.keyboard.press('Escape')
      await page.keyboard.press('i')
      await page.getByText('Assignee: Grace Odhiambo. Saved.').waitFor()
      await page.getByRole('link', { name: /^All open/ }).click()
      await page.getByRole('heading', { level: 1, name: 'All open' }).waitFor()
      await page.goBack()
      await page.getByRole('heading', { level: 1, name: 'All tickets' }).waitFor()
      await page.goBack()
      await page.getByRole('heading', { level: 1, name: focused as string }).waitFor()
    })

    it('is there at once by the browser’s own way back too, after the ticket was read anew', async () => {
      const title = 'Left by the browser'
      await submit(title)
      const page = await open('moderator', '/agent?view=all&sort=-created')
      await go(page, title)
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Write a reply' }).waitFor()
      await choose(page, 'Priority', 'Low')
      await page.getByText('Priority: Low. Saved.').waitFor()
      await page.waitForLoadState('networkidle')
      const letThrough = await hold(page, '**/agent?view=all**')
      await page.goBack()
      await expect.poll(() => focusedRow(page)).toBe(title)
      await priority(page, title, 'Low')
      letThrough()
      await page.goForward()
      await page.getByRole('button', { name: 'Write a reply' }).waitFor()
    })

    it('shows a ticket from what the list knows before its page is there, which hears what was typed meanwhile', async () => {
      const title = 'Opened at once'
      await submit(title)
      const page = await open('moderator', '/agent?view=all&sort=-created')
      const problems = watch(page)
      const letThrough = await hold(page, '**/agent/tickets/**')
      await go(page, title)
      const shown = () => page.getByRole('heading', { level: 1, name: title }).waitFor()
      await page.keyboard.press('Enter')
      await shown()
      await page.getByRole('complementary', { name: 'Details' }).getByText('Unassigned').waitFor()
      await expectAccessible(page)
      // Who changes their mind is back at once.
      await page.keyboard.press('Escape')
      await expect.poll(() => focusedRow(page)).toBe(title)
      await page.keyboard.press('Enter')
      await shown()
      await page.keyboard.type('rHeld back')
      letThrough()
      await expect.poll(() => editor(page).textContent()).toBe('Held back')
      expect(new URL(page.url()).pathname).toMatch(/^\/agent\/tickets\//)
      expect(problems).toEqual([])
    })

    it('keeps what was typed for one ticket from the next', async () => {
      for (const title of ['Gone on to', 'Begun with']) await submit(title)
      const page = await open('moderator', '/agent?view=all&sort=-created')
      const letThrough = await hold(page, '**/agent/tickets/**')
      await go(page, 'Begun with')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Begun with' }).waitFor()
      await page.keyboard.press('e')
      await page.getByRole('link', { name: 'Next ticket' }).click()
      await page.getByRole('heading', { level: 1, name: 'Gone on to' }).waitFor()
      letThrough()
      await page.getByRole('button', { name: 'Write a reply' }).waitFor()
      await page.keyboard.press('r')
      await editor(page).waitFor()
      expect(await page.getByRole('complementary', { name: 'Details' }).getByText('Resolved').count()).toBe(0)
    })

    it('goes on past the end of the list’s page', async () => {
      for (const n of [1, 2, 3]) await submit(`Past the end ${n}`)
      const page = await open('moderator', '/agent?view=all&sort=-created')
      const list = { view: 'all', sort: '-created' }
      const { items, nextCursor } = await page.evaluate(
        async (asked) => (await fetch(`/api/v1/ticket?${new URLSearchParams(asked)}`)).json(),
        { ...list, limit: '2' },
      )
      const [first, last] = items as [{ id: string; title: string }, { id: string; title: string }]
      await page.evaluate(
        ([ids, next, query]) =>
          sessionStorage.setItem('inbox-place', JSON.stringify({ href: '/agent', ids, list: { query, columns: [] }, next })),
        [[first.id, last.id], nextCursor, list] as const,
      )
      await page.goto(page.url().replace(/\?.*/, `/tickets/${first.id}`))
      for (const [place, { title }] of [first, last, { title: 'Past the end 1' }].entries()) {
        await page.getByRole('heading', { level: 1, name: title }).waitFor()
        await page
          .getByRole('navigation', { name: 'Tickets' })
          .getByText(`${place + 1} of `)
          .waitFor()
        await page.keyboard.press('j')
      }
    })

    it('takes the ticket that is due first, answers and resolves it while the next one is shown, and takes that back', async () => {
      for (const n of [1, 2]) await submit(`Taken in turn ${n}`)
      const page = await open('moderator', '/agent?view=unassigned')
      const problems = watch(page)
      const { keyboard } = page
      const shown = (title: string) => page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
      const [first, second] = await rows(page).locator('.row-title').allTextContents()
      await go(page, first as string)
      await keyboard.press('g')
      await keyboard.press('n')
      await page.getByText(/^ACME-\d+ is assigned to you\.$/).waitFor()
      await shown(first as string)
      await keyboard.type('rAll done.')
      await expect.poll(() => editor(page).textContent()).toBe('All done.')
      const letThrough = await hold(page, '**/rpc/tickets/sendDraft')
      await keyboard.press('Control+Shift+Enter')
      await keyboard.type('rAnd you?')
      await shown(second as string)
      await expect.poll(() => editor(page).textContent()).toBe('And you?')
      letThrough()
      const sent = page.locator('[data-sonner-toast]').filter({ hasText: /Your reply on ACME-\d+ was sent\./ })
      await sent.getByRole('button', { name: 'Undo' }).click()
      await shown(first as string)
      await expect.poll(() => editor(page).textContent()).toBe('All done.')
      expect(problems).toEqual([])
    })

    it('changes all that are chosen by one key', async () => {
      for (const n of [1, 2]) await submit(`Chosen together ${n}`)
      const page = await open('moderator', '/agent?view=all&sort=-created')
      await go(page, 'Chosen together 2')
      await page.keyboard.press('x')
      await page.keyboard.press('j')
      await page.keyboard.press('X')
      await page.getByRole('status').getByText('2 selected').waitFor()
      await expectAccessible(page)
      const letThrough = await hold(page, '**/rpc/tickets/previewBulk')
      await page.keyboard.press('p')
      await page.getByRole('combobox', { name: 'Search Priority' }).fill('Urgent')
      await page.keyboard.press('Enter')
      for (const n of [1, 2]) await priority(page, `Chosen together ${n}`, 'Urgent')
      letThrough()
      await page.getByText('2 tickets changed.').waitFor()
      for (const n of [1, 2]) await priority(page, `Chosen together ${n}`, 'Urgent')

      await go(page, 'Chosen together 2')
      await page.keyboard.press('x')
      await page.keyboard.press('j')
      await page.keyboard.press('X')
      await go(page, 'Chosen together 2')
      await page.keyboard.press('x')
      await page.keyboard.press('j')
      await page.keyboard.press('X')
      // The button of the bar opens what the key opens.
      const dialog = page.getByRole('dialog', { name: 'Merge 2 tickets' })
      await page.getByRole('region', { name: 'Selected tickets' }).getByRole('button', { name: 'Merge' }).press('Enter')
      await dialog.getByRole('button', { name: 'Cancel' }).press('Enter')
      await page.keyboard.press('M')
      await dialog.getByText(/^1 ticket will be merged into ACME-\d+ and closed\.$/).waitFor()
      await expectAccessible(page)
      await page.keyboard.press('Enter')
      await page.getByText('1 ticket changed.').waitFor()
    })
  })
