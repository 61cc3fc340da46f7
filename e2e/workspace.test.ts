import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choose, chosen, expectAccessible, openBrowser, openContext, signIn, watch } from './browser'
import { askAt, jsonHeaders } from './http'
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

const acme = () => server.origin('acme')
const open = async (who: string, at: string): Promise<Page> => {
  const page = await (await openContext(browser)).newPage()
  await signIn(page, acme(), `${who}@acme.test`)
  await page.goto(acme() + at)
  return page
}
async function submit(title: string, email = 'asker@example.com'): Promise<{ id: string; number: string }> {
  const body = JSON.stringify({ title, description: 'Please look.', name: 'Asker Person', email })
  return (await askAt(server.port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { headers: jsonHeaders(), body })).json
}
const rows = (page: Page) => page.getByRole('list', { name: 'Tickets' }).getByRole('listitem')
const conversation = (page: Page) => page.getByRole('list', { name: 'Conversation' })
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
    await page.getByText('showing “hippopotamus”').waitFor()
    expect(await rows(page).count()).toBe(1)
    await page.getByRole('searchbox', { name: 'Search tickets' }).fill('(status:open')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('This parenthesis is never closed.').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'What can be searched for' }).click()
    await page.getByText('Who works on it').waitFor()
    await page.keyboard.press('Escape')

    await page.goto(`${acme()}/agent?q=hippopotamus`)
    await page.getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Big animals')
    await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('heading', { name: 'Big animals' }).waitFor()
    expect(await rows(page).count()).toBe(1)
    await page.getByRole('link', { name: 'Big animals 1' }).waitFor()
    expect(problems).toEqual([])
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
    await page.getByRole('status').getByText('3 chosen').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Priority' }).click()
    await page.keyboard.type('urg')
    await page.keyboard.press('Enter')
    await page.getByText('3 tickets changed.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('3 tickets as before.').waitFor()
  })
})

describe('writing', () => {
  it('keeps a rich draft with files on the server, sends it, and takes it back', async () => {
    const { id } = await submit('About writing')
    const page = await open('moderator', `/agent/tickets/${id}`)
    const problems = watch(page)
    await editor(page).click()
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

  it('asks before it sends over somebody’s head', async () => {
    const { id } = await submit('Two at once')
    const grace = await open('moderator', `/agent/tickets/${id}`)
    const owner = await open('owner', `/agent/tickets/${id}`)
    await editor(grace).fill('My answer')
    await editor(owner).fill('The first answer')
    await owner.getByRole('button', { name: 'Send', exact: true }).click()
    await conversation(grace).getByText('The first answer').waitFor()
    await grace.getByRole('button', { name: 'Send', exact: true }).click()
    await grace.getByText('Wanjiru Kamau has written meanwhile. Read it before you send.').waitFor()
    expect(await editor(grace).textContent()).toBe('My answer')
    await grace.getByRole('button', { name: 'Send anyway' }).click()
    await conversation(grace).getByText('My answer').waitFor()
  })

  it('calls a colleague in a note, who hears of it; marks and edits it', async () => {
    const { id, number } = await submit('Needs a colleague')
    const page = await open('moderator', `/agent/tickets/${id}`)
    await page.getByRole('tab', { name: 'Note' }).click()
    await editor(page, 'Note').click()
    await page.keyboard.type('Over to @Tom')
    await page.getByRole('listbox', { name: 'Suggestions' }).getByText('Tomás Silva').waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('please')
    await page.getByRole('button', { name: 'Add note' }).click()
    await conversation(page).getByText('@Tomás Silva').waitFor()
    const tomas = await open('agent2', '/agent')
    await tomas.getByRole('button', { name: /^Notifications/ }).click()
    await tomas
      .getByRole('link', { name: new RegExp(`calls you to ${number}`) })
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
    await settings.getByRole('button', { name: 'New response' }).click()
    const dialog = settings.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Greeting')
    await dialog.getByRole('textbox', { name: 'Text' }).fill('Hello ')
    await dialog.getByRole('button', { name: 'requester.firstName' }).click()
    await expectAccessible(settings)
    await dialog.getByLabel('For', { exact: true }).selectOption('desk')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await settings.getByText('Greeting').first().waitFor()
    await settings.getByRole('button', { name: 'New macro' }).click()
    await dialog.getByLabel('Name').fill('Escalate')
    await dialog.getByLabel('Priority').selectOption('urgent')
    await dialog.getByLabel('For', { exact: true }).selectOption('desk')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await settings.getByText('sets urgent priority').waitFor()

    const { id } = await submit('Canned responses')
    const page = await open('moderator', `/agent/tickets/${id}`)
    await editor(page).click()
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
  })
})

describe('putting things together', () => {
  it('merges two tickets of one person and parts them again', async () => {
    const one = await submit('First of two', 'both@example.com')
    const two = await submit('Second of two', 'both@example.com')
    const page = await open('moderator', `/agent/tickets/${two.id}`)
    await page.getByRole('button', { name: 'Merge' }).click()
    await page.getByRole('dialog').getByLabel('Ticket that stays').fill(one.number)
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
    await page.getByRole('dialog').getByLabel('Addresses').fill('kept@contacts.test')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Kept Contact' }).waitFor()
    await page.getByRole('button', { name: 'Merge', exact: true }).click()
    await page.getByRole('dialog').getByLabel('Who is the same person?').fill('double@contacts')
    await page.getByRole('dialog').getByRole('radio').check()
    await page.getByRole('dialog').getByRole('button', { name: 'Merge', exact: true }).click()
    await page.getByRole('link', { name: 'By the double' }).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: /^Take back/ }).click()
    await expect.poll(() => page.getByRole('link', { name: 'By the double' }).count()).toBe(0)

    await page.goto(`${acme()}/agent/contacts/import`)
    const csv = 'Name,Email\nImported One,one@import.test\nBroken,not-an-address\n'
    await page.getByLabel('Table').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await page.getByText('2 lines, of which 0 are of addresses you know and 1 cannot be taken.').waitFor()
    await page.getByRole('button', { name: 'Import 1 contacts' }).click()
    await page.getByText('Done: 1 new, 0 changed, 0 left as they were, 1 not taken.').waitFor()
    expect(problems).toEqual([])
  })
})
