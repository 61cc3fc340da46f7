// Over a minute when another file runs beside it: an agent's whole day in one browser, on one server.

import type { Locator } from 'playwright-core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { choose, chosen, enter, expectAccessible, hold, openContext, openProduct, overflow, watch } from './browser'
import { daySuite } from './day.suite'
import { conversation, openDesk, rows } from './desk'
import { keyboardSuite } from './keyboard.suite'
import { queueSuite } from './queue.suite'
import { writingSuite } from './writing.suite'

const product = openProduct()
const desk = openDesk(product)
const { acme, open, submit } = desk

describe('finding tickets', () => {
  it('by words, by fields and in spite of a slip, and keeping that as a view', async () => {
    await submit('Hippopotamus in the fountain')
    const page = await open('moderator', '/agent')
    const problems = watch(page)
    await expect
      .poll(async () => {
        await page.goto(`${acme()}/agent?q=hippopotamus`)
        return rows(page).count()
      })
      .toBe(1)
    const isSearching = () => page.evaluate(() => document.activeElement?.getAttribute('type') === 'search')
    await expect.poll(() => page.keyboard.press('/').then(isSearching)).toBe(true)
    await page.keyboard.press('End')
    await page.keyboard.type(' status:open')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Results for hippopotamus' }).waitFor()
    // Conditions become chips, which write the language; the words stay in the field.
    const filters = () => page.getByRole('list', { name: 'Filters' }).getByRole('listitem').allTextContents()
    await expect.poll(filters).toEqual(['StatusisOpen'])
    expect(await page.getByRole('searchbox', { name: 'Search tickets' }).inputValue()).toBe('hippopotamus')
    const menu = (name: string) => page.getByRole('combobox', { name: `Search ${name}` })
    await expect.poll(() => page.keyboard.press('f').then(() => menu('Add filter').count())).toBe(1)
    await page.keyboard.type('Priority')
    await page.keyboard.press('Enter')
    await menu('Priority').waitFor()
    await expectAccessible(page)
    await page.keyboard.type('Urgent')
    await page.keyboard.press('Enter')
    await expect.poll(filters).toEqual(['StatusisOpen', 'PriorityisUrgent'])
    await expect.poll(() => rows(page).count()).toBe(0)
    await page.getByRole('button', { name: 'Operator of Priority: is' }).press('Enter')
    await menu('Operator of Priority').fill('at most')
    await page.keyboard.press('Enter')
    await expect.poll(() => rows(page).count()).toBe(1)
    expect(new URL(page.url()).searchParams.get('q')).toBe('hippopotamus status:open priority:<=urgent')
    await page.getByRole('button', { name: 'Value of Priority: Urgent' }).press('Delete')
    await expect.poll(filters).toEqual(['StatusisOpen'])
    await page.goto(`${acme()}/agent?q=hippopotomus`)
    await page.getByText('Showing results for hippopotamus').waitFor()
    expect(await rows(page).count()).toBe(1)
    await page.getByRole('searchbox', { name: 'Search tickets' }).fill('(status:open')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('This parenthesis is never closed.').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Search help' }).click()
    await page.getByText('Assignee: me, none, any').waitFor()
    await page.keyboard.press('Escape')
    // It gives the focus back to its button a moment after it is gone.
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Search help')

    const shown = await rows(page).count()
    await page.getByRole('searchbox').fill('priority:hgih')
    await page.keyboard.press('Enter')
    await page.getByRole('search').getByRole('alert').filter({ hasText: 'urgent' }).waitFor()
    expect(await rows(page).count()).toBe(shown)
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('priority:hgih')

    await page.goto(`${acme()}/agent?q=hippopotamus`)
    await page.getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Big animals')
    await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('heading', { name: 'Big animals' }).waitFor()
    expect(await rows(page).count()).toBe(1)
    await page.getByRole('link', { name: 'Big animals 1' }).waitFor()
    // The refused search is the one that the browser notes.
    expect(problems.filter((problem) => !problem.includes('422'))).toEqual([])
  })
})

queueSuite(desk)

daySuite(desk)

writingSuite(desk)

describe('settings', () => {
  it('ask before changes are lost, rows that were added too, by a link and by going back; commands work there', async () => {
    const page = await open('owner', '/settings/sla')
    const problems = watch(page)
    await page.getByRole('link', { name: 'Standard', exact: true }).click()
    const add = page.getByRole('button', { name: 'Add reminder' })
    await add.click()
    const dialog = page.getByRole('dialog', { name: 'Discard changes?' })
    await page.getByRole('link', { name: 'People', exact: true }).click()
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Keep editing' }).click()
    await page.goBack()
    await dialog.getByRole('button', { name: 'Keep editing' }).click()
    expect(page.url()).toMatch(/\/settings\/sla\/[0-9a-f-]{36}$/)
    await page.goBack()
    await dialog.getByRole('button', { name: 'Discard' }).click()
    await page.waitForURL(/\/settings\/sla$/)

    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Command' }).fill('business hours')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/settings\/hours$/)
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.waitForURL((url) => url.pathname === '/agent')
    expect(problems).toEqual([])
  })

  it('take a picture cut to a square, by keyboard too, and show initials where it can’t be loaded', async () => {
    const page = await open('agent', '/settings/account')
    const problems = watch(page)
    const picture = page.locator('main img')
    const file = async (name: string, buffer: Buffer) => page.getByLabel(/picture$/).setInputFiles({ name, mimeType: 'image/png', buffer })
    const dialog = page.getByRole('dialog')
    await file('no.png', Buffer.from('no picture'))
    await dialog.getByRole('alert').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog.count()).toBe(0)
    const wide = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#1d4ed8' } })
      .png()
      .toBuffer()
    await file('me.png', wide)
    const square = dialog.getByRole('group')
    await square.waitFor()
    await expectAccessible(page)
    await dialog.getByLabel('Zoom').press('ArrowRight')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await picture.first().waitFor()
    const size = () => picture.first().evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])
    await expect.poll(size).toEqual([256, 256])
    await page.route('**/users/*/avatar*', (route) => route.fulfill({ status: 404 }))
    await page.reload()
    await page.waitForResponse((answer) => answer.status() === 404 && answer.url().includes('/avatar'))
    await expect.poll(() => picture.count()).toBe(0)
    await page.unroute('**/users/*/avatar*')
    await page.reload()
    await picture.first().waitFor()
    await page.getByRole('button', { name: /^Remove/ }).click()
    await expect.poll(() => picture.count()).toBe(0)
    expect(problems.filter((problem) => !problem.includes('404'))).toEqual([])
  })

  it('are all within reach of a phone', async () => {
    const page = await open('owner', '/settings/people')
    const problems = watch(page)
    await page.setViewportSize({ width: 360, height: 740 })
    await expect
      .poll(async () => {
        const button = page.getByRole('button', { name: 'Settings: People' })
        await button.click({ timeout: 500 }).catch(() => {}) // it is open
        return page.getByRole('dialog', { name: 'Settings' }).count()
      })
      .toBe(1)
    const sheet = page.getByRole('dialog', { name: 'Settings' })
    await expectAccessible(page)
    await sheet.getByRole('link', { name: 'Domains' }).click()
    await page.waitForURL('**/settings/domains')
    await expect.poll(() => sheet.count()).toBe(0)
    await page.getByRole('button', { name: 'Settings: Domains' }).waitFor()
    expect(await overflow(page)).toBe(0)
    expect(problems).toEqual([])
  })
})

describe('what is typed', () => {
  it('at the search while a filter is looked up stays in the field', async () => {
    const page = await open('moderator', '/agent?view=all')
    const problems = watch(page)
    const field = page.getByRole('searchbox', { name: 'Search tickets' })
    await expect.poll(() => page.keyboard.press('f').then(() => page.getByRole('combobox', { name: 'Search Add filter' }).count())).toBe(1)
    const letThrough = await hold(page, '**/rpc/tickets/list')
    // Pressed once more than was needed, the key is in the field.
    await page.getByRole('combobox', { name: 'Search Add filter' }).fill('Priority')
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: 'Search Priority' }).fill('High')
    await page.keyboard.press('Enter')
    await field.fill('typed meanwhile')
    letThrough()
    await page.getByRole('list', { name: 'Filters' }).getByText('High').waitFor()
    await expect.poll(() => field.inputValue()).toBe('typed meanwhile')
    expect(problems).toEqual([])
  })

  it('for a rating stays when the request is reopened meanwhile', async () => {
    const { id } = await submit('Rated while it is reopened', 'customer@acme.test')
    const owner = await open('owner', `/agent/tickets/${id}`)
    const set = (status: string, reason?: string) =>
      owner.evaluate(
        async ([ticket, to, why]) => {
          const { version } = await (await fetch(`/api/v1/ticket/${ticket}`)).json()
          const headers = { 'content-type': 'application/json' }
          const body = JSON.stringify({ status: to, version, ...(why ? { reason: why } : {}) })
          return (await fetch(`/api/v1/ticket/${ticket}/status`, { method: 'PUT', headers, body })).status
        },
        [id, status, reason] as const,
      )
    expect(await set('resolved')).toBe(200)
    const page = await open('customer', `/requests/${id}`)
    const problems = watch(page)
    const comment = page.getByLabel('Comment (optional)')
    await page.getByText('Bad', { exact: true }).click()
    // A rating changes the ticket's version, which the next change names.
    await page.getByText('Thank you for your rating.').waitFor()
    await comment.fill('It took a whole')
    expect(await set('created', 'Not yet')).toBe(200)
    await page.getByText('The request was reopened.', { exact: false }).waitFor()
    expect(await comment.inputValue()).toBe('It took a whole')
    await comment.pressSequentially(' week.')
    await expectAccessible(page)
    expect(await set('resolved')).toBe(200)
    await expect.poll(() => page.getByText('The request was reopened.', { exact: false }).count()).toBe(0)
    await page.getByRole('button', { name: 'Save comment' }).click()
    await page.getByText('The comment was saved.').waitFor()
    expect(problems).toEqual([])
  })
})

keyboardSuite(desk)

describe('putting things together', () => {
  it('merges two tickets of one person and parts them again', async () => {
    const one = await submit('First of two', 'both@example.com')
    const two = await submit('Second of two', 'both@example.com')
    const page = await open('moderator', `/agent/tickets/${two.id}`)
    // The requester's other ticket is beside it.
    await page.getByRole('list', { name: 'Other open tickets' }).getByRole('link', { name: 'First of two' }).waitFor()
    // A property is a row: what it is, and beside it its value.
    const row = page.locator('.property', { has: page.getByRole('combobox', { name: 'Status' }) })
    await expect.poll(() => row.evaluate((element) => element.getBoundingClientRect().height)).toBe(28)
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('button', { name: 'Merge' }).click()
    await page.getByRole('combobox', { name: 'Merge into' }).fill(one.number)
    await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click()
    await page.getByRole('heading', { name: 'First of two' }).waitFor()
    await conversation(page).getByText(`merged ${two.number}`).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: 'Second of two' }).waitFor()
  })

  it('keeps both changes of two people where they are of different things, and asks where they are of one', async () => {
    const { id } = await submit('Changed by two')
    const grace = await open('moderator', `/agent/tickets/${id}`)
    // Her page hears nothing of what others do.
    await grace.routeWebSocket(/.*/, () => {})
    await grace.reload()
    await grace.route('**/agent/tickets/**', (route) => (route.request().headers().rsc ? new Promise(() => {}) : route.continue()))
    const owner = await open('owner', `/agent/tickets/${id}`)
    await choose(owner, 'Priority', 'Low')
    await owner.getByText('Saved.').waitFor()
    await choose(grace, 'Type', 'Incident')
    await grace.getByText('Saved.').waitFor()
    await choose(grace, 'Priority', 'Urgent')
    await grace.getByText('Wanjiru Kamau changed its priority').or(grace.getByText('changed its details')).first().waitFor()
    await grace.getByRole('button', { name: 'Use mine' }).click()
    await expect.poll(() => chosen(owner, 'Priority')).toBe('Urgent')
    await expect.poll(() => chosen(owner, 'Type')).toBe('Incident')
  })

  it('looks after contacts: makes one, merges another into it, imports a table', async () => {
    await submit('By the double', 'double@contacts.test')
    const page = await open('moderator', '/agent/contacts')
    const problems = watch(page)
    // A click is heard once the page has come alive.
    const hasDialog = async () => (await page.getByRole('dialog').count()) > 0
    await expect
      .poll(async () => {
        // It may have opened meanwhile, and then covers the button.
        if (!(await hasDialog()))
          await page
            .getByRole('button', { name: 'New contact' })
            .click({ timeout: 1000 })
            .catch(() => {})
        return hasDialog()
      })
      .toBe(true)
    await page.getByRole('dialog').getByLabel('Name').fill('Kept Contact')
    await page.getByRole('dialog').getByLabel('Email addresses').fill('kept@contacts.test')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Kept Contact' }).waitFor()
    await page.getByRole('button', { name: 'Merge', exact: true }).click()
    await page.getByRole('dialog').getByLabel('Contact to merge').fill('double@contacts')
    await page.getByRole('dialog').getByRole('radio').check()
    await page.getByRole('dialog').getByRole('button', { name: 'Merge', exact: true }).click()
    await page.getByRole('link', { name: 'By the double' }).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: /^Undo merge/ }).click()
    await expect.poll(() => page.getByRole('link', { name: 'By the double' }).count()).toBe(0)

    // Somebody quick: the page is there, its scripts are not.
    await page.route('**/_next/static/**', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 700))
      await route.continue()
    })
    await page.goto(`${acme()}/agent/contacts/import`, { waitUntil: 'domcontentloaded' })
    const csv = 'Name,Email\nImported One,one@import.test\nBroken,not-an-address\n'
    await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await page.getByText('2 lines: 1 to create, 0 to update, 0 to skip, 1 with problems.').waitFor()
    await page.unrouteAll({ behavior: 'wait' })
    await page.getByRole('button', { name: 'Import 1 contact' }).click()
    await page.getByText('1 created, 0 updated, 0 skipped, 1 failed.').waitFor()
    expect(problems).toEqual([])
  })
})

describe('on a phone', () => {
  it('one goes from the list to a ticket, to its details and back, and nothing is hidden behind the bar', async () => {
    await submit('Giraffe at the gate')
    const context = await openContext(product.browser, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
    const page = await context.newPage()
    const problems = watch(page)
    await enter(page, acme(), 'moderator@acme.test')
    await page.goto(`${acme()}/agent?view=mine`)
    const bar = page.getByRole('navigation', { name: 'Navigation' })
    const views = page.getByRole('dialog', { name: 'Views' })
    // A tap is heard once the page has come alive.
    await expect
      .poll(async () => {
        if (!(await views.isVisible()))
          await bar
            .getByRole('button', { name: 'Views' })
            .tap({ timeout: 1000 })
            .catch(() => {})
        return views.isVisible()
      })
      .toBe(true)
    await expectAccessible(page)
    await views.getByRole('link', { name: /^All tickets/ }).tap()
    await views.waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'All tickets' }).waitFor()
    const top = (await bar.boundingBox())?.y ?? 0
    const isAbove = async (what: Locator) => {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
      const box = await what.boundingBox()
      return box !== null && box.y + box.height <= top
    }
    await expect.poll(() => isAbove(rows(page).last())).toBe(true)
    await rows(page).filter({ hasText: 'Giraffe at the gate' }).getByRole('link').tap()
    await page.getByRole('heading', { name: 'Giraffe at the gate' }).waitFor()
    const details = page.getByRole('dialog', { name: 'Details' })
    await page.waitForURL(/tickets/)
    await expect
      .poll(async () => {
        if (!(await details.isVisible()))
          await page
            .getByRole('button', { name: 'Details' })
            .tap({ timeout: 1000 })
            .catch(() => {})
        return details.isVisible()
      })
      .toBe(true)
    await expectAccessible(page)
    await choose(page, 'Priority', 'High')
    await expect.poll(() => chosen(page, 'Priority')).toBe('High')
    await details.getByRole('button', { name: 'Close' }).tap()
    await expect.poll(() => isAbove(page.getByRole('tab', { name: 'Reply' }))).toBe(true)
    expect(await overflow(page)).toBe(0)
    await page.goBack()
    await page.getByRole('heading', { name: 'All tickets' }).waitFor()
    expect(problems).toEqual([])
  })
})
