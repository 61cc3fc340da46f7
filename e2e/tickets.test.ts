import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { choose, chosen, composer, enter, expectAccessible, hold, openContext, openProduct, textIn, watch } from './browser'
import { askAt, jsonHeaders, tokenOf } from './http'

const product = openProduct()

const acme = () => product.server.origin('acme')
const open = async (who: string, path: string): Promise<Page> => {
  const page = await (await openContext(product.browser)).newPage()
  await enter(page, acme(), `${who}@acme.test`)
  await page.goto(acme() + path)
  return page
}

async function request(customer: Page, title: string): Promise<string> {
  await customer.goto(`${acme()}/submit`)
  await customer.getByLabel('Subject').fill(title)
  await customer.getByLabel('Description').fill('Please look.')
  await customer.getByRole('button', { name: 'Send request' }).click()
  await customer
    .getByText(/ACME-\d+/)
    .first()
    .waitFor()
  await customer.goto(`${acme()}/requests`)
  await customer
    .getByRole('link', { name: new RegExp(title) })
    .first()
    .click()
  await customer.getByRole('heading', { name: title }).waitFor()
  return new URL(customer.url()).pathname
}

describe('the workflow', () => {
  it('asks why and until when, says so to staff alone, and lets the requester close it', async () => {
    const customer = await open('customer', '/')
    const path = await request(customer, 'Squeaky drawer')
    const agent = await open('moderator', path.replace('/requests', '/agent/tickets'))
    const problems = [...watch(customer), ...watch(agent)]
    const status = () => chosen(agent, 'Status')
    await choose(agent, 'Status', 'On hold')
    const dialog = agent.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Put on hold' }).click()
    expect(await dialog.isVisible()).toBe(true) // the browser asks for the reason
    await dialog.getByRole('button', { name: 'In 3 days' }).click()
    await dialog.getByLabel('Reason').fill('Waiting for the carpenter')
    await expectAccessible(agent)
    await dialog.getByRole('button', { name: 'Put on hold' }).click()
    await agent.getByText(/On hold until .*: Waiting for the carpenter/).waitFor()
    expect(await status()).toBe('On hold')

    await customer.reload()
    await customer.getByRole('heading', { name: 'Squeaky drawer' }).waitFor()
    expect(await customer.getByText('carpenter').count()).toBe(0)
    await customer.getByRole('button', { name: /^Close/ }).click()
    await customer.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click()
    await customer.getByText('The request was closed.').waitFor()
    await expect.poll(status).toBe('Closed')
    await customer.getByRole('button', { name: 'Reopen' }).click()
    await customer.getByRole('dialog').getByLabel('Reason').fill('It squeaks again')
    await expectAccessible(customer)
    await customer.getByRole('dialog').getByRole('button', { name: 'Reopen' }).click()
    await agent.getByText('Reopened once: It squeaks again').waitFor()

    await choose(agent, 'Status', 'Resolved')
    await agent.getByText(/^Closes .* if no one replies/).waitFor()
    await customer.reload()
    await customer.getByText(/^Closes .* if no one replies/).waitFor()
    await customer.getByText('Very good', { exact: true }).click()
    await customer.getByText('Thank you for your rating.').waitFor()
    await customer.getByLabel('Comment (optional)').fill('It is quiet now')
    await customer.getByRole('button', { name: 'Save comment' }).click()
    await agent.getByText('Rated Very good: It is quiet now').waitFor()
    await expectAccessible(customer)
    await choose(agent, 'Status', 'Reopen')
    await dialog.getByRole('button', { name: 'Close dialog' }).click()
    expect(await status()).toBe('Resolved')
    expect(problems).toEqual([])
  })

  it("says what was saved and takes it back; what can't be saved stays chosen, and is said beside it", async () => {
    const customer = await open('customer', '/')
    const agent = await open('moderator', (await request(customer, 'Said and undone')).replace('/requests', '/agent/tickets'))
    await choose(agent, 'Priority', 'Urgent')
    await agent.getByText('Priority: Urgent. Saved.').waitFor()
    await agent.getByRole('button', { name: 'Undo', exact: true }).click()
    // The page may show the old value from before: only what is said tells that it was taken back.
    await agent.getByText('The change was undone.').waitFor()
    await expect.poll(() => chosen(agent, 'Priority')).toBe('Medium')
    await agent.context().setOffline(true)
    await choose(agent, 'Priority', 'High')
    await agent.getByRole('complementary', { name: 'Details' }).getByRole('alert').waitFor()
    expect(await chosen(agent, 'Priority')).toBe('High')
    await agent.context().setOffline(false)
    await choose(agent, 'Priority', 'Low')
    await agent.getByText('Priority: Low. Saved.').waitFor()
    expect(await agent.getByRole('complementary', { name: 'Details' }).getByRole('alert').count()).toBe(0)
  })

  it('is no conflict with what one did oneself a moment ago', async () => {
    const customer = await open('customer', '/')
    const path = (await request(customer, 'In quick succession')).replace('/requests', '/agent/tickets')
    const agent = await open('moderator', path)
    // The page stays as it was read: what it shows is behind what was done.
    await agent.route('**/agent/tickets/**', (route) => (route.request().headers().rsc ? new Promise(() => {}) : route.continue()))
    await (await composer(agent)).fill('On it.')
    await agent.getByRole('button', { name: 'Send', exact: true }).click()
    await agent.getByText(/^Your reply /).waitFor()
    await choose(agent, 'Priority', 'Urgent')
    await agent.getByText('Saved.').waitFor()

    const owner = await open('owner', path)
    expect(await chosen(owner, 'Priority')).toBe('Urgent')
  })
})

describe('a bulk change', () => {
  const windowMs = 12_000

  /** Three requests of two people. */
  async function ask(title: string) {
    const { port } = product.server
    for (const [n, name] of ['ines', 'ines', 'jomo'].entries()) {
      const body = JSON.stringify({ name, email: `${name}@example.com`, title: `${title} ${n}`, description: 'It tips over.' })
      const { status } = await askAt(port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { headers: jsonHeaders(), body })
      expect(status).toBe(201)
    }
  }
  async function setWindow() {
    const { port } = product.server
    const headers = jsonHeaders(await tokenOf(port, 'acme', 'owner'))
    const { items } = (await askAt(port, 'acme.localhost', 'GET', '/api/v1/business', { headers })).json
    const body = JSON.stringify({ version: items[0].version, bulkUndoSeconds: windowMs / 1000 })
    expect((await askAt(port, 'acme.localhost', 'PUT', `/api/v1/business/${items[0].id}`, { headers, body })).status).toBe(200)
  }
  /** The mails that say to somebody that their request is resolved. */
  async function resolvedMails(page: Page, title: string): Promise<number> {
    await page.goto(`${acme()}/dev/mail`)
    return page.getByText(new RegExp(`Re: \\[ACME-\\d+\\] ${title} \\d`)).count()
  }

  it('says how many it changes and how many it emails, can be cancelled, and undone in time mails nobody and is no news', async () => {
    await setWindow()
    await ask('Wobbly shelf')
    const agent = await open('moderator', `/agent?q=${encodeURIComponent('-status:resolved Wobbly shelf')}`)
    const problems = watch(agent)
    const rows = agent.locator('a[data-row]')
    // Search learns of what is new a moment later.
    await expect
      .poll(async () => {
        await agent.reload()
        await agent.getByRole('heading', { level: 1 }).waitFor()
        return rows.count()
      })
      .toBe(3)
    const bar = agent.getByRole('region', { name: 'Selected tickets' })
    const chooseResolved = async () => {
      await bar.getByRole('button', { name: 'Status', exact: true }).click()
      const field = agent.getByRole('combobox', { name: 'Search Status' })
      await field.fill('Resolved')
      await agent.getByRole('option', { name: 'Resolved' }).waitFor()
      await field.press('Enter')
    }
    const resolve = async () => {
      await agent.getByRole('checkbox', { name: 'Select all rows' }).check()
      await agent.getByText('3 selected').waitFor()
      await chooseResolved()
      await agent.getByRole('dialog', { name: 'Change 3 tickets' }).waitFor()
    }
    const dialog = agent.getByRole('dialog')
    await resolve()
    await dialog.getByText('Status: Resolved').waitFor()
    await dialog.getByText('3 tickets will be changed.').waitFor()
    await dialog.getByText('2 customers will be emailed.').waitFor()
    await expectAccessible(agent)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(await rows.count()).toBe(3)

    await chooseResolved()
    await dialog.getByRole('button', { name: 'Change 3 tickets' }).click()
    await agent.getByText('3 tickets changed.').waitFor()
    await expect.poll(() => rows.count()).toBe(0)
    const pills: string[] = []
    await agent.exposeFunction('pillShown', (text: string) => pills.push(text))
    await agent.evaluate(() => {
      const look = () => {
        for (const button of document.querySelectorAll('p[role=status] button'))
          (window as never as { pillShown: (text: string) => void }).pillShown(button.textContent ?? '')
      }
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    await agent.getByRole('button', { name: 'Undo', exact: true }).click()
    await agent.getByText('3 tickets restored.').waitFor()
    await expect.poll(() => rows.count()).toBe(3)
    await agent.waitForTimeout(windowMs + 2000)
    expect(pills).toEqual([])
    expect(problems).toEqual([])
    expect(await resolvedMails(agent, 'Wobbly shelf')).toBe(0)

    // The same without the undo: each of the three is told of.
    await agent.goBack()
    await expect.poll(() => rows.count()).toBe(3)
    await resolve()
    await dialog.getByRole('button', { name: 'Change 3 tickets' }).click()
    await agent.getByText('3 tickets changed.').waitFor()
    await expect.poll(() => resolvedMails(agent, 'Wobbly shelf'), { timeout: windowMs + 20_000 }).toBe(3)
  })

  it('holds until a date by one key, then until another, and takes back one after the other', async () => {
    await setWindow()
    await ask('Loose hinge')
    const agent = await open('moderator', '/agent?q=Loose+hinge')
    const problems = watch(agent)
    const rows = agent.locator('a[data-row]')
    await expect
      .poll(async () => {
        await agent.reload()
        await agent.getByRole('heading', { level: 1 }).waitFor()
        return rows.count()
      })
      .toBe(3)
    const ends = () =>
      agent.evaluate(async () => {
        const ids = [...document.querySelectorAll('a[data-row]')].map((row) => row.getAttribute('href')?.split('/').at(-1))
        const read = ids.map(
          async (id) => (await (await fetch(`/api/v1/ticket/${id}`)).json()) as { status: string; holdUntil: string | null },
        )
        return (await Promise.all(read)).map(({ status, holdUntil }) => `${status} ${holdUntil?.slice(0, 10) ?? ''}`.trim())
      })
    const dialog = agent.getByRole('dialog')
    const holdAll = async (preset: string) => {
      await agent.getByRole('checkbox', { name: 'Select all rows' }).check()
      await agent.getByText('3 selected').waitFor()
      await rows.first().focus()
      await agent.keyboard.press('h')
      await dialog.getByRole('button', { name: preset }).click()
      await dialog.getByLabel('Reason').fill('Waiting for parts')
      await expectAccessible(agent)
      await agent.keyboard.press('Control+Enter')
      await agent.getByText('3 tickets changed.').last().waitFor()
      await expect.poll(() => dialog.count()).toBe(0)
    }
    await holdAll('Tomorrow')
    const [first] = await ends()
    expect(await ends()).toEqual([first, first, first])
    expect(first).toMatch(/^hold \d{4}-/)
    await agent.reload()
    await holdAll('Next week')
    await expect.poll(async () => new Set(await ends()).size).toBe(1)
    expect((await ends())[0]).not.toBe(first)
    await agent.getByRole('button', { name: 'Undo', exact: true }).click()
    await agent.getByText('3 tickets restored.').waitFor()
    expect(await ends()).toEqual([first, first, first])
    expect(problems).toEqual([])
  })
})

describe('what was done to one ticket', () => {
  it.each([
    ['its department', (page: Page) => choose(page, 'Department', 'Finance'), /^Department: .* Saved\.$/],
    [
      'its tags',
      async (page: Page) => {
        await page.getByLabel('Tags', { exact: true }).fill('slanted')
        await page.getByLabel('Tags', { exact: true }).press('Enter')
      },
      'Tags: slanted. Saved.',
    ],
    [
      'the archive',
      async (page: Page) => {
        await page.getByRole('button', { name: 'More actions' }).click()
        await expectAccessible(page)
        await page.getByRole('button', { name: 'Archive', exact: true }).click()
      },
      /was archived\.$/,
    ],
  ] as const)('can be undone from what is said of it: %s', async (_, change, says) => {
    const customer = await open('customer', '/')
    const path = (await request(customer, 'Slanted table')).replace('/requests', '/agent/tickets')
    const agent = await open('moderator', path)
    const before = await askTicket(path)
    await change(agent)
    await agent.getByText(says).waitFor()
    await agent.getByRole('button', { name: 'Undo', exact: true }).click()
    await agent.getByText(textIn('en', 'tickets.changeUndone')).waitFor()
    expect(await askTicket(path)).toEqual(before)
  })

  async function askTicket(path: string) {
    const headers = jsonHeaders(await tokenOf(product.server.port, 'acme', 'owner'))
    const id = path.split('/').at(-1)
    const { json } = await askAt(product.server.port, 'acme.localhost', 'GET', `/api/v1/ticket/${id}`, { headers })
    const { department, tags, archivedAt, assignee, status, priority } = json
    return { department, tags, archivedAt, assignee, status, priority }
  }
})

const tagsOf = (page: Page) => page.getByRole('list', { name: 'Tags of the ticket' }).getByRole('listitem').allInnerTexts()

describe('tags and watchers', () => {
  it('are set by keyboard, and seen by colleagues at once', async () => {
    const customer = await open('customer', '/')
    const path = (await request(customer, 'Loose hinge')).replace('/requests', '/agent/tickets')
    const agent = await open('moderator', path)
    const problems = watch(agent)
    const field = agent.getByRole('combobox', { name: 'Tags' })
    const tags = tagsOf
    // Typed before the page has its code, perhaps: the text stays, and is taken with the first Enter that is heard.
    await field.fill('Front Door')
    await expect.poll(() => field.press('Enter').then(() => tags(agent))).toEqual(['front-door'])
    expect(await field.inputValue()).toBe('')
    await field.fill('VIP')
    await field.press(',')
    await field.fill('in a hurry')
    await field.press('Enter')
    await expect.poll(() => tags(agent)).toEqual(['front-door', 'vip', 'in-a-hurry'])
    await field.press('Backspace')
    await expect.poll(() => tags(agent)).toEqual(['front-door', 'vip'])
    const owner = await open('owner', path)
    await expect.poll(() => tags(owner)).toEqual(['front-door', 'vip'])
    await agent.getByRole('button', { name: 'Remove front-door' }).click()
    await expect.poll(() => tags(owner)).toEqual(['vip'])
    await field.press('Backspace')
    await expect.poll(() => tags(agent)).toEqual([])

    await agent.getByRole('button', { name: 'Watch', exact: true }).click()
    await agent.getByRole('button', { name: 'Stop watching' }).waitFor()
    await choose(agent, 'Watchers', 'Tomás Silva')
    await agent.keyboard.press('Escape')
    await expect.poll(() => chosen(owner, 'Watchers')).toContain('Tomás Silva')

    const dueDate = agent.getByRole('combobox', { name: 'Due', exact: true })
    await dueDate.click()
    await agent.getByRole('textbox', { name: 'Due', exact: true }).fill('4 March 2030 14:30')
    await agent.keyboard.press('Enter')
    await expect.poll(() => dueDate.textContent()).toBe('Mon 4 Mar 2030, 14:30')
    await dueDate.click()
    await agent.getByRole('grid').waitFor()
    await expectAccessible(agent)
    await agent.getByRole('button', { name: /\b5 March 2030/ }).click()
    await expect.poll(() => owner.getByRole('combobox', { name: 'Due', exact: true }).textContent()).toBe('Tue 5 Mar 2030, 14:30')
    expect(problems).toEqual([])
  })
})

describe('a ticket of somebody else', () => {
  it('gets another requester, and messages that are about something else become a ticket of their own', async () => {
    const { port } = product.server
    const headers = jsonHeaders(await tokenOf(port, 'acme', 'customer'))
    const say = async (path: string, body: object) =>
      (await askAt(port, 'acme.localhost', 'POST', `/api/v1/ticket${path}`, { headers, body: JSON.stringify(body) })).json
    const { id } = await say('', { title: 'Two things', description: 'The first thing.' })
    for (const body of ['The second thing.', 'More of the second.']) await say(`/${id}/comments`, { body })
    const page = await open('moderator', `/agent/tickets/${id}`)
    const problems = watch(page)
    const dialog = page.getByRole('dialog')
    const heading = page.getByRole('heading', { name: /^(Change the requester|Split off)/ })
    const fromMenu = (name: string) =>
      expect
        .poll(async () => {
          await page.getByRole('button', { name: 'More actions' }).click()
          const chosen = dialog.getByRole('button', { name, exact: true }).click({ timeout: 1000 })
          return chosen
            .then(() => heading.waitFor())
            .then(
              () => 1,
              () => 0, // the page has not come alive yet
            )
        })
        .toBe(1)
    await fromMenu('Change requester')
    await dialog.getByRole('combobox', { name: 'Requester' }).fill('Zora Neale')
    await page.getByRole('option', { name: 'New contact: Zora Neale' }).click()
    await dialog.getByLabel('Requester’s email').fill('zora@example.com')
    await dialog.getByRole('checkbox', { name: /^Keep .* as a participant$/ }).check()
    await dialog.getByText('Zora Neale sees the whole conversation').waitFor()
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Change requester' }).click()
    await page.getByRole('link', { name: 'zora@example.com' }).waitFor()

    await fromMenu('Split')
    await dialog.getByRole('checkbox', { name: /The second thing/ }).check()
    await dialog.getByLabel('Subject of the new ticket').fill('The second thing')
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Split off' }).click()
    await page.getByRole('heading', { name: 'The second thing', level: 1 }).waitFor()
    const conversation = page.getByRole('list', { name: 'Conversation' })
    await conversation.getByText('More of the second.').waitFor()
    expect(await conversation.getByText('The first thing.').count()).toBe(0)
    expect(problems).toEqual([])
  })
})

describe('a new ticket', () => {
  it('is created on any page, with its contact, and comes back to its writer when it is undone', async () => {
    const page = await open('moderator', '/agent/contacts')
    const problems = watch(page)
    const dialog = page.getByRole('dialog', { name: 'New ticket' })
    const subject = dialog.getByLabel('Subject')
    const openDialog = () => expect.poll(() => page.keyboard.press('c').then(() => subject.count())).toBe(1)
    await openDialog()
    await dialog.getByRole('combobox', { name: 'Requester' }).fill('Zawadi Otieno')
    await page.getByRole('option', { name: 'New contact: Zawadi Otieno' }).click()
    await dialog.getByLabel('Requester’s email').fill('zawadi@example.com')
    await subject.fill('Your lamp is here')
    await dialog.getByText('Email', { exact: true }).click()
    await dialog.getByLabel('Message').fill('Collect it whenever you like.')
    await choose(page, 'Priority', 'Urgent')
    const tags = dialog.getByRole('combobox', { name: 'Tags' })
    await tags.fill('Lamp repair')
    await tags.press('Enter')
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog.count()).toBe(0)
    await openDialog()
    expect(await subject.inputValue()).toBe('Your lamp is here')
    await dialog.getByRole('button', { name: 'Create ticket' }).click()
    await expect.poll(() => dialog.count()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => subject.inputValue()).toBe('Your lamp is here')
    // A tag in use is suggested. Escape closes the suggestions, not the dialog.
    await tags.press('Backspace')
    await tags.fill('lamp')
    await page.getByRole('option', { name: 'lamp-repair' }).waitFor()
    await expectAccessible(page)
    await tags.press('Escape')
    await expect.poll(() => page.getByRole('option').count()).toBe(0)
    await tags.fill('lamp-')
    await page.getByRole('option', { name: 'lamp-repair' }).waitFor()
    await tags.press('ArrowDown')
    await tags.press('Enter')
    // Closed while it is sent, and refused: it says so, and comes back with all that was typed.
    await subject.fill('')
    const letThrough = await hold(page, '**/rpc/tickets/create')
    await dialog.getByRole('button', { name: 'Create ticket' }).click()
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog.count()).toBe(0)
    letThrough()
    await page.getByText('The ticket was not created.').waitFor()
    await page.getByRole('button', { name: 'Open again' }).click()
    expect(await dialog.getByLabel('Message').inputValue()).toBe('Collect it whenever you like.')
    await subject.fill('Your lamp is here')
    // The keys that send take what is being typed.
    await tags.fill('Ready')
    await tags.press('Control+Enter')
    await page.getByRole('link', { name: /^ACME-\d+$/ }).click()
    await page.getByRole('heading', { name: 'Your lamp is here' }).waitFor()
    expect(await chosen(page, 'Priority')).toBe('Urgent')
    expect(await tagsOf(page)).toEqual(['lamp-repair', 'ready'])
    expect(problems.filter((problem) => !problem.includes('422'))).toEqual([])
  })
})
