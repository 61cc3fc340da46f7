import { simpleParser } from 'mailparser'
import { expect, it } from 'vitest'
import { receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant } from '../testing/factories'
import { hasDovecot, startDovecot } from '../testing/mail-servers'

openTestDatabase()

const asha = 'asha@shop.example'

it.skipIf(!hasDovecot())('a conversation of both sides is one thread in the customer’s mailbox, whatever the subjects are', async () => {
  const dovecot = await startDovecot()
  try {
    await dovecot.addUser(asha, 'geheim')
    const tenant = await makeTenant('thread')
    const agent = await makePerson(tenant, 'agent')
    let counter = 0
    // Under subjects of their own, so that nothing but the ids joins them.
    const keep = (raw: string) => dovecot.deliver(asha, raw.replace(/^Subject: .*(?:\r\n[ \t].*)*/m, `Subject: ${++counter}`))
    const write = async (id: string, subject: string, ...head: string[]) => {
      const raw = [`From: ${asha}`, 'To: support@thread.localhost', `Subject: ${subject}`, `Message-ID: <${id}>`, ...head, '', id, ''].join(
        '\r\n',
      )
      await keep(raw)
      await receiveMail(tenant, { recipient: 'support@thread.localhost', provider: 'test', raw: Buffer.from(raw) }, 'test')
      await drainBackground()
    }
    const tickets = () => inWork(tenant, ({ tx }) => tx.ticket.findMany({ orderBy: { createdAt: 'asc' } }))
    /** What she gets, the last of it, and its ids. */
    const sent = async () => {
      const mails = await inWork(tenant, ({ tx }) =>
        tx.outboundMail.findMany({ where: { recipients: { has: asha } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }),
      )
      return mails.map(({ raw }) => Buffer.from(raw).toString())
    }
    let kept = 0
    const keepSent = async () => {
      const all = await sent()
      for (const raw of all.slice(kept)) await keep(raw)
      kept = all.length
      return simpleParser(all.at(-1) ?? '')
    }
    const answer = async (body: string) => {
      const [ticket] = await tickets()
      const { status } = await agent.request('POST', `/ticket/${ticket?.id}/comments`, { body })
      expect(status).toBe(201)
      await drainBackground()
      return keepSent()
    }

    await write('one@shop.example', 'The kettle leaks')
    await keepSent()
    const two = await answer('We are sending another.')
    // A program that keeps all ids, one that keeps the last, and one that writes them its own way.
    await write('three@shop.example', 'When?', `In-Reply-To: ${two.messageId}`, `References: <one@shop.example> ${two.messageId}`)
    const four = await answer('On Monday.')
    await write('five@shop.example', 'Re: Monday (thank you)', `In-Reply-To: ${four.messageId}`)
    const six = await answer('You are welcome.')
    await write('seven@shop.example', 'Fwd: kettle', `References: ${six.messageId} (ours)`)
    expect(await tickets()).toHaveLength(1)
    await write('other@shop.example', 'The toaster burns')
    await keepSent()
    expect(await tickets()).toHaveLength(2)

    const threads = (await dovecot.threads(asha)).map((thread) => thread.map(Number).sort((a, b) => a - b))
    // Four of hers, three answers and the note that the first was received; then the toaster's, and the note of it.
    expect(threads).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8],
      [9, 10],
    ])
  } finally {
    await dovecot.stop()
  }
})
