// Over a minute when another file runs beside it: an agent's whole day in one browser, on one server.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { choose, chosen, composer, enter, expectAccessible, openContext, openProduct, watch } from './browser'
import { askAt, jsonHeaders } from './http'

const product = openProduct()

const acme = () => product.server.origin('acme')
const open = async (who: string, at: string): Promise<Page> => {
  const page = await (await openContext(product.browser)).newPage()
  await enter(page, acme(), `${who}@acme.test`)
  await page.goto(acme() + at)
  return page
}
async function submit(title: string, email = 'asker@example.com'): Promise<{ id: string; number: string }> {
  const body = JSON.stringify({ title, description: 'Please look.', name: 'Asker Person', email })
  return (await askAt(product.server.port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { headers: jsonHeaders(), body })).json
}
const rows = (page: Page) => page.getByRole('list', { name: 'Tickets' }).getByRole('listitem')
const conversation = (page: Page) => page.getByRole('list', { name: 'Conversation' })
/** Whether a text of the conversation is what one would see and could click. */
const isInSight = (page: Page, text: string) =>
  conversation(page)
    .getByText(text, { exact: true })
    .evaluate((element) => {
      const { left, top, bottom } = element.getBoundingClientRect()
      return element.contains(document.elementFromPoint(left + 2, (top + bottom) / 2))
    })
const editor = (page: Page, name = 'Reply') => page.getByRole('textbox', { name, exact: true })

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
    await page.getByRole('heading', { name: 'Results for hippopotamus status:open' }).waitFor()
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

  it('changes many at once by keyboard, and takes it back', async () => {
    for (const n of [1, 2, 3]) await submit(`Batch job ${n}`)
    const page = await open('moderator', '/agent?view=unassigned&sort=-created')
    await expect
      .poll(() => page.keyboard.press('j').then(() => page.evaluate(() => document.activeElement?.matches('a[data-row]'))))
      .toBe(true)
    for (let n = 0; n < 5; n++) await page.keyboard.press('k')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Shift+X')
    await page.getByRole('status').getByText('3 selected').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Priority' }).click()
    await page.keyboard.type('urg')
    await page.keyboard.press('Enter')
    await page.getByText('3 tickets changed.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('3 tickets restored.').waitFor()
  })
})

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
  /** The server's answers wait until they are let through. */
  async function hold(page: Page, path: string) {
    const { promise, resolve: letThrough } = Promise.withResolvers<void>()
    await page.route(path, async (route) => {
      await promise
      await route.continue()
    })
    return letThrough
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
    await page.evaluate(() => window.scrollTo(0, 30))
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(30)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: focused as string }).waitFor()
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

  it('changes all that are chosen by one key', async () => {
    for (const n of [1, 2]) await submit(`Chosen together ${n}`)
    const page = await open('moderator', '/agent?view=all&sort=-created')
    await go(page, 'Chosen together 2')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('X')
    await page.getByRole('status').getByText('2 selected').waitFor()
    const letThrough = await hold(page, '**/rpc/tickets/previewBulk')
    await page.keyboard.press('p')
    await page.getByRole('combobox', { name: 'Search Priority' }).fill('Urgent')
    await page.keyboard.press('Enter')
    for (const n of [1, 2]) await priority(page, `Chosen together ${n}`, 'Urgent')
    letThrough()
    await page.getByText('2 tickets changed.').waitFor()
    for (const n of [1, 2]) await priority(page, `Chosen together ${n}`, 'Urgent')
  })
})

describe('writing', () => {
  it('keeps a rich draft with files on the server, sends it, and takes it back', async () => {
    const { id } = await submit('About writing')
    const page = await open('moderator', `/agent/tickets/${id}`)
    const problems = watch(page)
    await (await composer(page)).click()
    await page.keyboard.type('Dear asker, ')
    await page.keyboard.press('Control+b')
    await page.keyboard.type('thank you')
    await page.keyboard.press('Control+b')
    const folder = mkdtempSync(path.join(tmpdir(), 'baraza-files-'))
    writeFileSync(path.join(folder, 'plan.txt'), 'the plan')
    await page.getByLabel('Files for the reply').setInputFiles(path.join(folder, 'plan.txt'))
    await page.getByRole('list', { name: 'Files' }).getByText('plan.txt').waitFor()
    await page.getByText('Draft saved').waitFor()
    await expectAccessible(page)

    const elsewhere = await open('moderator', `/agent/tickets/${id}`)
    await editor(elsewhere).getByText('thank you').waitFor()
    await elsewhere.getByRole('list', { name: 'Files' }).getByText('plan.txt').waitFor()
    await elsewhere.getByRole('button', { name: 'Send', exact: true }).click()
    await elsewhere.getByText(/^Your reply /).waitFor()
    await conversation(elsewhere).locator('strong').getByText('thank you').waitFor()
    await conversation(elsewhere)
      .getByRole('link', { name: /plan\.txt/ })
      .waitFor()
    expect(problems).toEqual([])
  })

  it('takes what it saved before a quick reload and in another tab for its own, and keeps what is typed when the session ends', async () => {
    const { id } = await submit('Typed in haste')
    const typeAndSave = async (at: Page, text: string) => {
      const saved = at.waitForResponse(/saveDraft/)
      await at.keyboard.type(text)
      await saved
    }
    const page = await open('moderator', `/agent/tickets/${id}`)
    await (await composer(page)).click()
    await page.keyboard.type('Half')
    await page.reload()
    await editor(page).getByText('Half').waitFor()
    await editor(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' a sentence')
    await page.getByText('Draft saved').waitFor()
    const tab = await page.context().newPage()
    await tab.goto(page.url())
    await editor(tab).getByText('Half a sentence').waitFor()
    await typeAndSave(page, ', then more')
    await editor(tab).getByText('Half a sentence, then more').waitFor()
    await editor(tab).click()
    await tab.keyboard.press('Control+End')
    await typeAndSave(tab, '.')
    await editor(page).getByText('Half a sentence, then more.').waitFor()
    for (const each of [page, tab]) expect(await each.getByText('another device').count()).toBe(0)

    const phone = await open('moderator', `/agent/tickets/${id}`)
    await editor(phone).getByText('then more.').waitFor()
    await typeAndSave(tab, ' Bye')
    await editor(phone).click()
    await phone.keyboard.type('Or: ')
    await phone.getByText('There is a newer draft from another device.').waitFor()

    await page.context().clearCookies()
    await tab.keyboard.type('!')
    await tab.getByText('Your session has ended. Draft saved on this device.').waitFor()
    await expectAccessible(tab)
    await tab.getByRole('button', { name: 'Sign in' }).first().click()
    await tab.getByLabel('Email').fill('moderator@acme.test')
    await tab.getByLabel('Password').fill('baraza-demo')
    await tab.getByRole('button', { name: 'Sign in' }).click()
    await editor(tab).getByText('then more. Bye!').waitFor()
  })

  it('asks before it sends over someone’s head', async () => {
    const { id } = await submit('Two at once')
    const grace = await open('moderator', `/agent/tickets/${id}`)
    const owner = await open('owner', `/agent/tickets/${id}`)
    await (await composer(grace)).fill('My answer')
    await (await composer(owner)).fill('The first answer')
    await owner.getByRole('button', { name: 'Send', exact: true }).click()
    await conversation(grace).getByText('The first answer').waitFor()
    await grace.getByText('Wanjiru Kamau replied just now. Review before sending.').waitFor()
    expect(await owner.getByText('replied just now').count()).toBe(0)
    await grace.getByRole('button', { name: 'Send', exact: true }).click()
    await grace.getByText('Wanjiru Kamau replied in the meantime. Read the reply before you send yours.').waitFor()
    expect(await editor(grace).textContent()).toBe('My answer')
    await grace.getByRole('button', { name: 'Send anyway' }).click()
    await conversation(grace).getByText('My answer').waitFor()
  })

  it('goes on in the editor while a reply is under way, and shows that reply with a way back', async () => {
    const { id } = await submit('Written in one go')
    const page = await open('moderator', `/agent/tickets/${id}`)
    const status = await chosen(page, 'Status')
    await (await composer(page)).click()
    await page.keyboard.type('First answer')
    await page.keyboard.press('Control+Enter')
    await page.keyboard.type('test, resolved') // t, e, s, r mean the ticket when nobody writes
    await page.getByText(/^Your reply /).waitFor()
    expect(await editor(page).textContent()).toBe('test, resolved')
    await conversation(page).getByText('First answer').waitFor()
    expect(await editor(page).textContent()).toBe('test, resolved')
    expect(await page.getByRole('list', { name: 'Tags of the ticket' }).getByRole('listitem').count()).toBe(0)
    await expect.poll(() => chosen(page, 'Status')).toBe('In progress')
    expect(status).toBe('New')
    await page.getByText('Draft saved').waitFor()

    // As slow as in life: there is time to take it back.
    await page.route('**/rpc/tickets/sendDraft', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await route.continue()
    })
    await page.keyboard.press('Control+Enter')
    await page.keyboard.type('And more')
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => editor(page).locator('p').allInnerTexts()).toEqual(['test, resolved', 'And more'])
  })

  it('opens at the newest message, and what is added comes into view', async () => {
    const { id } = await submit('A long story')
    const page = await open('moderator', `/agent/tickets/${id}`)
    await composer(page, 'Note')
    for (let n = 1; n <= 6; n++) {
      await editor(page, 'Note').fill(`Chapter ${n}`)
      await page.getByRole('button', { name: 'Add note' }).click()
      await conversation(page).getByText(`Chapter ${n}`).waitFor()
      await expect.poll(() => isInSight(page, `Chapter ${n}`)).toBe(true)
    }
    const other = await open('owner', `/agent/tickets/${id}`)
    await other.setViewportSize({ width: 1280, height: 480 })
    await expect.poll(() => isInSight(other, 'Chapter 6')).toBe(true)
    expect(await isInSight(other, 'Chapter 1')).toBe(false)
    await editor(page, 'Note').fill('The end')
    await page.getByRole('button', { name: 'Add note' }).click()
    await expect.poll(() => isInSight(other, 'The end')).toBe(true)
  })

  it('calls a colleague in a note, who hears of it; marks and edits it', async () => {
    const { id, number } = await submit('Needs a colleague')
    const page = await open('moderator', `/agent/tickets/${id}`)
    await (await composer(page, 'Note')).click()
    await page.keyboard.type('Over to @Tom')
    await page.getByRole('listbox', { name: 'Suggestions' }).getByText('Tomás Silva').waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('please')
    await page.getByRole('button', { name: 'Add note' }).click()
    await conversation(page).getByText('@Tomás Silva').waitFor()
    const tomas = await open('agent2', '/agent')
    await tomas.getByRole('button', { name: /^Notifications/ }).click()
    await tomas
      .getByRole('link', { name: new RegExp(`mentioned you on ${number}`) })
      .first()
      .waitFor()
    const note = conversation(page).getByRole('listitem').filter({ hasText: '@Tomás Silva' })
    await note.hover()
    await note.getByRole('button', { name: 'Flag' }).click()
    await note.getByRole('button', { name: 'Flag', pressed: true }).waitFor()
    await note.getByRole('button', { name: 'Edit' }).click()
    await editor(page.getByRole('dialog') as never, 'Note').fill('Never mind')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await conversation(page).getByText('Never mind').waitFor()
    await conversation(page).getByText('edited').waitFor()
  })

  it('inserts a canned response, and applies a macro', async () => {
    const settings = await open('owner', '/settings/answers')
    await settings.getByRole('button', { name: 'New canned response' }).click()
    const dialog = settings.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Greeting')
    await dialog.getByRole('textbox', { name: 'Text' }).fill('Hello ')
    await dialog.getByRole('button', { name: 'The requester’s first name' }).click()
    await expectAccessible(settings)
    await choose(settings, 'Shared with', 'Workspace')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await settings.getByText('Greeting').first().waitFor()
    await settings.getByRole('button', { name: 'New macro' }).click()
    await dialog.getByLabel('Name').fill('Escalate')
    await dialog.getByRole('button', { name: 'Add action' }).click()
    await choose(settings, 'Action', 'Change priority')
    await choose(settings, 'Priority', 'Urgent')
    await expectAccessible(settings)
    await choose(settings, 'Shared with', 'Workspace')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await settings.getByText('sets the priority to Urgent', { exact: true }).waitFor()

    const { id } = await submit('Canned responses')
    const page = await open('moderator', `/agent/tickets/${id}`)
    // What is typed before the editor has the focus is typed into nothing.
    await composer(page)
    await expect
      .poll(() =>
        editor(page)
          .click()
          .then(() => page.evaluate(() => document.activeElement?.getAttribute('contenteditable'))),
      )
      .toBeTruthy()
    await page.keyboard.type('/Gree')
    await page.getByRole('option', { name: 'Greeting' }).waitFor()
    await page.keyboard.press('Enter')
    await editor(page).getByText('Hello Asker').waitFor()
    await page.keyboard.press('Escape')
    await page
      .locator('h1')
      .click({ position: { x: 1, y: 1 } })
      .catch(() => {})
    await page.getByRole('button', { name: 'Macro' }).click()
    await page.keyboard.type('Esca')
    await page.keyboard.press('Enter')
    await expect.poll(() => chosen(page, 'Priority')).toBe('Urgent')

    // The composer is one line until somebody writes; the keys open it with the cursor in it.
    await page.goto(`${acme()}/agent/tickets/${(await submit('Opened by key')).id}`)
    await page.getByRole('button', { name: 'Write a reply' }).waitFor()
    expect(await editor(page).count()).toBe(0)
    const macros = page.getByRole('combobox', { name: 'Search Macro' })
    await expect.poll(() => page.keyboard.press('m').then(() => macros.isVisible())).toBe(true)
    await expectAccessible(page)
    await macros.fill('Esca')
    await page.keyboard.press('Enter')
    await expect.poll(() => chosen(page, 'Priority')).toBe('Urgent')
  })
})

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
})

describe('without a mouse', () => {
  it('an agent finds a ticket, takes it, answers, tags and resolves it, and goes on', async () => {
    await submit('Keyboards only, please')
    const page = await open('agent', '/agent?view=unassigned')
    const problems = watch(page)
    await page.getByText('Keyboards only, please').first().waitFor()
    const { keyboard } = page
    const focused = (property: 'textContent' | 'ariaLabel') => page.evaluate((name) => document.activeElement?.[name], property)
    // Keys are heard once the page has come alive.
    await expect.poll(() => keyboard.press('j').then(() => page.evaluate(() => document.activeElement?.matches('a[data-row]')))).toBe(true)
    for (let n = 0; n < 60 && !(await focused('textContent'))?.includes('Keyboards only'); n++) await keyboard.press(n < 30 ? 'k' : 'j')
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Keyboards only, please' }).waitFor()
    await expect.poll(() => keyboard.press('?').then(() => page.getByRole('dialog').count())).toBe(1)
    await page.getByRole('dialog').getByText('Back to the list').waitFor()
    await keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await keyboard.press('a')
    await page.getByRole('combobox', { name: 'Search Assignee' }).waitFor()
    await keyboard.type('Amina')
    await page.getByRole('option', { name: 'Amina Haddad (you)' }).waitFor()
    await keyboard.press('Enter')
    await expect.poll(() => chosen(page, 'Assignee')).toBe('Amina Haddad (you)')
    await keyboard.press('p')
    await page.getByRole('combobox', { name: 'Search Priority' }).waitFor()
    await keyboard.type('Urgent')
    await keyboard.press('Enter')
    await expect.poll(() => chosen(page, 'Priority')).toBe('Urgent')
    await keyboard.press('t')
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
    await keyboard.type('keys')
    await keyboard.press('Enter')
    await page
      .getByRole('button', { name: /Remove keys/ })
      .or(page.getByText('keys', { exact: true }))
      .first()
      .waitFor()
    await keyboard.press('Escape')
    // The editor's code is still on its way while they begin to write.
    await page.route('**/_next/static/chunks/**', (route) => pause(300).then(() => route.continue()))
    await keyboard.press('r')
    await keyboard.type('Answered by hand.')
    await expect.poll(() => focused('ariaLabel')).toBe('Reply')
    await page.unroute('**/_next/static/chunks/**')
    expect(await page.getByRole('textbox', { name: 'Reply', exact: true }).textContent()).toBe('Answered by hand.')
    await keyboard.press('Control+Enter')
    await conversation(page).getByText('Answered by hand.').waitFor()
    await expect.poll(() => chosen(page, 'Status')).toBe('In progress')
    await keyboard.press('Escape')
    await keyboard.press('e')
    await expect.poll(() => chosen(page, 'Status')).toBe('Resolved')
    const change = conversation(page).getByText('changed the priority from Medium to Urgent')
    expect(await change.isVisible()).toBe(false)
    await conversation(page)
      .getByText(/^\d changes$/)
      .first()
      .press('Enter')
    await change.waitFor()
    await keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    await keyboard.type('inbox')
    await keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname === '/agent')
    expect(problems).toEqual([])
  })
})

describe('putting things together', () => {
  it('merges two tickets of one person and parts them again', async () => {
    const one = await submit('First of two', 'both@example.com')
    const two = await submit('Second of two', 'both@example.com')
    const page = await open('moderator', `/agent/tickets/${two.id}`)
    // The requester's other ticket is beside it.
    await page.getByRole('list', { name: 'Other open tickets' }).getByRole('link', { name: 'First of two' }).waitFor()
    // A property is a row: what it is, and beside it its value.
    const row = page.locator('.property', { has: page.getByRole('combobox', { name: 'Status' }) })
    expect(await row.evaluate((element) => element.getBoundingClientRect().height)).toBe(28)
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
    await page.getByRole('button', { name: 'New contact' }).click()
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
