import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { choose, chosen, composer, expectAccessible, hold, watch } from './browser'
import { conversation, type Desk, editor } from './desk'

/** Whether a text of the conversation is what one would see and could click. */
const isInSight = (page: Page, text: string) =>
  conversation(page)
    .getByText(text, { exact: true })
    .evaluate((element) => {
      const { left, top, bottom } = element.getBoundingClientRect()
      return element.contains(document.elementFromPoint(left + 2, (top + bottom) / 2))
    })

export const writingSuite = ({ acme, open, submit }: Desk) =>
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
      const page = await open('moderator', '/agent')
      const letThrough = await hold(page, '**/rpc/cannedResponses/list**')
      await page.goto(`${new URL(page.url()).origin}/agent/tickets/${id}`)
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
      await expect.poll(() => editor(page).textContent()).toBe('/Gree')
      letThrough() // what there is to choose from comes after what was typed
      await page.getByRole('option', { name: 'Greeting' }).waitFor()
      // What it puts in shows beside it.
      await page.getByText('Hello {{requester.firstName}}').waitFor()
      await expectAccessible(page)
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
