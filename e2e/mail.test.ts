import nodemailer from 'nodemailer'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDovecot, startDovecot } from '../lib/testing/mail-servers'
import { hasPostfix, startPostfix } from '../lib/testing/postfix'
import { choose, composer, enter, expectAccessible, openBrowser, openContext, watch } from './browser'
import { askAt, jsonHeaders, tokenOf } from './http'
import { startServer, type TestServer, until } from './server'

const support = 'support@box.example'
const asha = 'asha@customer.example'
const ben = 'ben@customer.example'
const gone = 'gone@customer.example'

describe.skipIf(!hasDovecot() || !hasPostfix())('a mailbox on servers of its own', () => {
  let server: TestServer
  let browser: Browser
  let dovecot: Awaited<ReturnType<typeof startDovecot>>
  let postfix: Awaited<ReturnType<typeof startPostfix>>
  beforeAll(async () => {
    dovecot = await startDovecot()
    const [, started] = await Promise.all([
      Promise.all([support, asha, ben].map((address) => dovecot.addUser(address, 'geheim'))),
      startServer({ env: { ALLOW_PRIVATE_HOSTS: 'on' } }),
    ])
    server = started
    postfix = await startPostfix(dovecot, [support, asha, ben])
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.kill('SIGTERM')
    await postfix?.stop()
    await dovecot?.stop()
  })

  /** A customer's mail program: it sends, and keeps a copy in the box of whoever wrote it. */
  async function write(
    from: string,
    { subject, id, text, inReplyTo = '' }: Record<'subject' | 'id' | 'text', string> & { inReplyTo?: string },
  ) {
    const lines = [`From: ${from}`, `To: ${support}`, `Subject: ${subject}`, `Message-ID: <${id}>`, `Date: ${new Date().toUTCString()}`]
    const answer = inReplyTo ? [`In-Reply-To: ${inReplyTo}`, `References: ${inReplyTo}`] : []
    const raw = [...lines, ...answer, '', text, ''].join('\r\n')
    const transport = nodemailer.createTransport({ host: postfix.host, port: postfix.port, ignoreTLS: true })
    await transport.sendMail({ envelope: { from, to: support }, raw })
    await dovecot.deliver(from, raw)
  }

  it('is connected, receives, answers with Cc in one thread, gives back what it could not file, and hears what bounced', async () => {
    const acme = server.origin('acme')
    const page = await (await openContext(browser)).newPage()
    const problems = watch(page)
    await enter(page, acme, 'owner@acme.test')
    const headers = jsonHeaders(await tokenOf(server.port, 'acme', 'owner'))
    const ask = async (method: string, path: string, body = {}) =>
      (
        await askAt(server.port, 'acme.localhost', method, `/api/v1${path}`, {
          headers,
          ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
        })
      ).json
    // Else each answer waits for the time in which it could be taken back.
    const [workspace] = (await ask('GET', '/business')).items
    const settings = await ask('PUT', `/business/${workspace.id}`, { version: workspace.version, undoSeconds: 0 })
    expect(settings.undoSeconds).toBe(0)

    // Connect it in three steps.
    await page.goto(`${acme}/settings/mailboxes`)
    await page.getByRole('button', { name: 'Connect mailbox' }).click()
    const dialog = page.getByRole('dialog')
    await choose(page, 'Provider', 'Other provider')
    expect(await dialog.getByLabel('Connect with').count()).toBe(0)
    await dialog.getByLabel('Email address').fill(support)
    await dialog.getByRole('button', { name: 'Next' }).click()
    for (const [name, port] of [
      ['Incoming server (IMAP)', dovecot.port],
      ['Outgoing server (SMTP)', postfix.port],
    ] as const) {
      const fields = dialog.getByRole('group', { name })
      await fields.getByLabel('Host').fill('127.0.0.1')
      await fields.getByLabel('Port').fill(String(port))
      await fields.getByRole('combobox', { name: 'Security' }).click()
      await page.getByRole('option', { name: 'None' }).click()
    }
    const password = dialog.getByRole('group', { name: 'Incoming server (IMAP)' }).getByLabel('Password')
    await password.fill('wrong')
    // Leaving what is filled has it tested; a refused password is not saved by the way.
    await password.press('Tab')
    const refused = dialog
      .getByRole('group', { name: 'Incoming server (IMAP)' })
      .getByRole('status')
      .getByText(/password/)
    await refused.waitFor()
    await dialog.getByRole('button', { name: 'Next' }).click()
    await dialog.getByRole('checkbox', { name: 'Save anyway' }).waitFor()
    await refused.waitFor()
    expect(await dialog.getByLabel('Name', { exact: true }).count()).toBe(0)
    await dialog.getByRole('checkbox', { name: 'Save anyway' }).check()
    await dialog.getByRole('button', { name: 'Next' }).click()
    await dialog.getByLabel('Name', { exact: true }).waitFor()
    await dialog.getByRole('button', { name: 'Back' }).click()
    expect(await password.inputValue()).toBe('wrong')
    await password.fill('geheim')
    expect(await dialog.getByRole('checkbox', { name: 'Save anyway' }).count()).toBe(0)
    await dialog.getByRole('button', { name: 'Test connection' }).click()
    // The server takes its time with an address that gave wrong passwords.
    await expect.poll(() => dialog.getByText('The connection works.').count(), { timeout: 20_000 }).toBe(2)
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Next' }).click()
    await dialog.getByLabel('Name', { exact: true }).fill('Box of Acme')
    expect(await dialog.getByRole('checkbox', { name: 'INBOX' }).isChecked()).toBe(true)
    await dialog.getByRole('checkbox', { name: 'Default mailbox of the workspace' }).check()
    await dialog.getByRole('button', { name: 'Connect mailbox' }).click()
    await page.getByRole('rowheader', { name: 'Box of Acme' }).waitFor()

    // What a customer writes is a ticket.
    await page.goto(`${acme}/agent`)
    await page.getByRole('link', { name: /Unassigned/ }).click()
    await page.mouse.move(1, 1)
    await page.locator('[data-link=live]').waitFor({ state: 'attached' })
    await write(asha, { subject: 'The kettle leaks', id: 'kettle@customer.example', text: 'From the bottom.' })
    // Nothing but the server's word tells of it: the schedule comes every five minutes.
    const sentAt = Date.now()
    await page.getByRole('button', { name: '1 new' }).waitFor()
    expect(Date.now() - sentAt, 'ms from the mail server to the screen').toBeLessThan(5000)
    await page.getByRole('button', { name: '1 new' }).click()
    const row = page.getByRole('link', { name: /The kettle leaks/ }).first()
    await row.click()
    await page.getByRole('list', { name: 'Conversation' }).getByText('From the bottom.').waitFor()

    // The answer goes to her and to those in Cc, through the mailbox.
    await composer(page)
    await page.getByRole('button', { name: /Change$/ }).click()
    await page.getByLabel('Cc', { exact: true }).fill(ben)
    await page.keyboard.press('Enter')
    await (await composer(page)).fill('We are sending another.')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    const answer = await until('the answer', async () => (await dovecot.read(asha)).find(({ raw }) => raw.includes('sending another')))
    expect(answer.envelope?.cc?.map(({ address }) => address)).toEqual([ben])
    expect((await dovecot.read(ben)).map(({ id }) => id)).toEqual([answer.id])

    // She answers under another subject: it is the same ticket, and her mail program shows one thread.
    await write(asha, { subject: 'When?', id: 'when@customer.example', text: 'On which day?', inReplyTo: answer.id })
    await page.getByRole('list', { name: 'Conversation' }).getByText('On which day?').waitFor()
    await (await composer(page)).fill('On Monday.')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await until('the second answer', async () => (await dovecot.read(asha)).find(({ raw }) => raw.includes('On Monday.')))
    const threads = await dovecot.threads(asha)
    expect(threads).toHaveLength(1)
    expect(threads[0]?.length).toBeGreaterThanOrEqual(4)

    // Whoever is in Cc answers as well, and is marked so.
    await write(ben, { subject: 'Re: The kettle leaks', id: 'ben@customer.example', text: 'Mine leaks too.', inReplyTo: answer.id })
    const conversation = page.getByRole('list', { name: 'Conversation' })
    await conversation.getByText('Mine leaks too.').waitFor()
    await page.reload()
    await conversation.getByRole('listitem').filter({ hasText: 'Mine leaks too.' }).getByText('In Cc', { exact: true }).waitFor()
    // What was sent can be read as it was sent.
    await conversation.getByRole('listitem').filter({ hasText: 'On Monday.' }).getByRole('button', { name: 'Show sent email' }).click()
    const sent = page.getByRole('dialog', { name: 'Sent email' })
    await sent.getByRole('cell', { name: /^Re: / }).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')

    // A mail that names nobody waits for a person.
    await dovecot.deliver(support, ['Subject: Who am I?', 'Message-ID: <nobody@customer.example>', '', 'Guess.', ''].join('\r\n'))
    await page.goto(`${acme}/settings/mail`)
    const kept = page.getByRole('link', { name: 'Who am I?' })
    await expect.poll(async () => (await page.reload()) && (await kept.count())).toBe(1)
    await kept.click()
    await page.waitForURL('**/settings/mail/*')
    await page.getByText('It names no sender.').waitFor()
    const { pathname } = new URL(page.url())
    await page.getByRole('button', { name: 'Create ticket' }).click()
    await page.getByRole('dialog').getByLabel('Requester’s email').fill(gone)
    await page.getByRole('dialog').getByRole('button', { name: 'Create ticket' }).click()
    await page.waitForURL('**/agent/tickets/*')
    await page.getByRole('list', { name: 'Conversation' }).getByText('Guess.').waitFor()
    const ticketId = new URL(page.url()).pathname.split('/').at(-1)

    // Postfix takes the answer for an address that nobody has, and sends it back.
    await (await composer(page)).fill('Are you there?')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page
      .getByRole('list', { name: 'Conversation' })
      .getByText('The email came back: the address does not exist.', { exact: true })
      .waitFor()
    await page.goto(`${acme}/settings/suppressions`)
    await page.getByText(gone, { exact: true }).waitFor()

    // Decided again, from the stored facts and from new ones, each ends as it did, and nothing is done twice.
    const before = (await ask('GET', '/ticket?total=true')).total
    await page.goto(`${acme}${pathname}`)
    await page.getByRole('button', { name: 'Replay' }).click()
    await page.getByRole('status').getByText('Same result: Needs attention.').waitFor()
    await expectAccessible(page)
    await page.goto(`${acme}/settings/mail`)
    await page.getByRole('searchbox', { name: 'Search incoming email' }).fill('<when@customer.example>')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('table', { name: 'Emails' }).getByText('Box of Acme').first().waitFor()
    await page.getByRole('link', { name: 'When?' }).click()
    await page.waitForURL('**/settings/mail/*')
    for (const button of ['Replay', 'Check again']) {
      await page.getByRole('button', { name: button }).click()
      await page.getByRole('status').getByText('Same result: Reply on a ticket.').waitFor()
      await page.reload()
    }
    expect((await ask('GET', '/ticket?total=true')).total).toBe(before)
    expect((await ask('GET', `/settings/mail/messages/${pathname.split('/').at(-1)}`)).ticketId).toBe(ticketId)
    expect(problems).toEqual([])
  })

  it('says of a sender in doubt that they were confirmed, and keeps whom a reply is for before its first word', async () => {
    const acme = server.origin('acme')
    const page = await (await openContext(browser)).newPage()
    const problems = watch(page)
    await enter(page, acme, 'owner@acme.test')
    await page.goto(`${acme}/settings/mail?q=bank+account`)
    await page.getByRole('link', { name: 'On a ticket' }).click()
    const message = page.getByRole('list', { name: 'Conversation' }).getByRole('listitem').filter({ hasText: 'new bank account' })
    await message.getByText('Unverified sender').waitFor()
    await composer(page)
    const warning = page.getByText(/^The sender of this request is unverified\. Your reply goes to /)
    await warning.waitFor()
    await page.getByRole('button', { name: 'Sender is genuine' }).click()
    await message.getByText('Confirmed sender').waitFor()
    await page.getByText(/^The sender of ACME-\d+ was confirmed\./).waitFor()
    await page.reload()
    await message.getByText(/^Confirmed by /).waitFor({ state: 'attached' })
    expect(await message.getByText('Unverified sender').count()).toBe(0)
    expect(await warning.count()).toBe(0)

    await composer(page)
    await page.getByRole('button', { name: /Change$/ }).click()
    await page.getByLabel('Cc', { exact: true }).fill('carl@customer.example')
    const saved = page.waitForResponse((answer) => answer.url().includes('/saveDraft') && answer.ok())
    await page.keyboard.press('Enter')
    await saved
    await page.reload()
    await page
      .getByText(/carl@customer\.example/)
      .first()
      .waitFor()
    expect(await page.getByRole('textbox', { name: 'Reply' }).textContent()).toBe('')
    expect(problems).toEqual([])
  })
})
