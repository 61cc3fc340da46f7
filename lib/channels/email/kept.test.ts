import { beforeAll, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../../core/background'
import { wakeRelay } from '../../events/wake'
import { readSpool } from '../../mail/transport'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import { readReceipt, receiveMail } from './receive'

// Whatever reads a message takes its bytes from where the database put them.
const from = Buffer.from as (...given: unknown[]) => Buffer<ArrayBuffer>
/** How often the database goes away while that is done. */
let outages = 0
vi.spyOn(Buffer, 'from').mockImplementation((...given: unknown[]) => {
  const whole = from(...given)
  if (!(given[0] instanceof ArrayBuffer) || !whole.subarray(0, 11).equals(Buffer.from('Message-ID:'))) return whole
  if (whole.includes('X-Unreadable')) throw new Error('Maximum header size exceeded')
  if (whole.includes('X-Outage') && outages-- > 0) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  return whole
})

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('kept')
  agent = await makePerson(tenant, 'agent')
})

let counter = 0
const mailOf = (headers: string[], body = 'It broke.') =>
  [`Message-ID: <kept-${++counter}@example.com>`, 'To: support@kept.localhost', 'Subject: Lamp', ...headers, '', body].join('\r\n')

async function deliver(text: string, given: { verdict?: Parameters<typeof receiveMail>[1]['verdict'] } = {}) {
  const mail = { recipient: 'support@kept.localhost', provider: 'test', raw: Buffer.from(text), ...given }
  const { id } = await receiveMail(tenant, mail, 'test')
  await drainBackground()
  return readReceipt(tenant, id)
}

const rowOf = (id: string) => inWork(tenant, ({ tx }) => tx.inboundMail.findFirstOrThrow({ where: { id } }))

describe('a message that cannot be decided', () => {
  it.each([
    ['that cannot be read', ['From: ada@example.com', 'X-Unreadable: yes'], 'unreadable'],
    ['without a sender', [], 'no_sender'],
  ])('%s is kept under Needs attention with its reason, and the next one goes on', async (_, headers, reason) => {
    const receipt = await deliver(mailOf(headers))
    expect(receipt).toMatchObject({ status: 'attention', reason, ticketId: null })
    expect(await eventsOf(tenant, receipt.id)).toContainEqual({ type: 'mail.kept', payload: { status: 'attention', reason } })
    expect(await deliver(mailOf(['From: next@example.com']))).toMatchObject({ status: 'delivered' })
  })

  it('is none where the database was away while it was read: it is tried again', async () => {
    outages = 1
    const { id, status } = await deliver(mailOf(['From: ada@example.com', 'X-Outage: yes']))
    expect(status).toBe('received')
    await inWork(tenant, ({ tx }) => tx.eventDelivery.updateMany({ where: { event: { subjectId: id } }, data: { dueAt: new Date(0) } }))
    wakeRelay(tenant.ref)
    await drainBackground()
    expect(await readReceipt(tenant, id)).toMatchObject({ status: 'delivered' })
  })

  it('says what went wrong', async () => {
    const { id } = await deliver(mailOf(['From: ada@example.com', 'X-Unreadable: yes']))
    expect((await rowOf(id)).detail).toBe('Maximum header size exceeded')
  })

  it('that failed in every try is kept, and not tried again', async () => {
    const first = await deliver(mailOf(['From: tries@example.com']))
    await inWork(tenant, async ({ tx, emit }) => {
      const where = { tenantId_id: { tenantId: tenant.ref.id, id: first.id } }
      await tx.inboundMail.update({ where, data: { status: 'received', attempts: 3, ticketId: null, messageId: null } })
      emit('mail.received', { provider: 'test', recipient: 'support@kept.localhost' }, { subjectId: first.id })
    })
    await drainBackground()
    expect(await readReceipt(tenant, first.id)).toMatchObject({ status: 'attention', reason: 'gave_up', ticketId: null })
  })

  it('of which the provider says that it is spam is kept as spam', async () => {
    const verdict = { spf: null, dkim: null, dmarc: null, isSpam: true }
    expect(await deliver(mailOf(['From: casino@example.com']), { verdict })).toMatchObject({ status: 'spam', ticketId: null })
  })
})

describe('an automatic reply', () => {
  it('to a ticket is a folded note: nothing is opened, moved, or told', async () => {
    const ticket = await makeTicket(tenant, { email: 'away@example.com' })
    await agent.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId: agent.id, version: 1 })
    await agent.request('PUT', `/ticket/${ticket.id}/status`, { status: 'resolved', version: 2 })
    await drainBackground()
    const told = await inWork(tenant, ({ tx }) => tx.notification.count())
    const [first] = await inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId: ticket.id } }))
    const headers = ['From: away@example.com', 'Auto-Submitted: auto-replied', `In-Reply-To: <${first?.messageId}>`]
    expect(await deliver(mailOf(headers, 'I am away.'))).toMatchObject({ status: 'delivered', ticketId: ticket.id })
    const after = await inWork(tenant, ({ tx }) =>
      tx.ticket.findFirstOrThrow({ where: { id: ticket.id }, include: { messages: { orderBy: { createdAt: 'asc' } } } }),
    )
    expect(after).toMatchObject({ status: 'resolved', hasNewReply: false, reopenCount: 0 })
    expect(after.messages.at(-1)).toMatchObject({ kind: 'note', isAutomatic: true, isStranger: false, bodyText: 'I am away.' })
    expect(await inWork(tenant, ({ tx }) => tx.notification.count())).toBe(told)
  })
})

describe('a delivery report', () => {
  const report = (messageId: string, from = 'MAILER-DAEMON@mx.example.com') => {
    const parts = [
      'Content-Type: text/plain\r\n\r\nIt could not be delivered.',
      'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; gone@example.com\r\nAction: failed\r\nStatus: 5.1.1',
      `Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <${messageId}>\r\nTo: gone@example.com`,
    ]
    const headers = [`From: ${from}`, 'Content-Type: multipart/report; report-type=delivery-status; boundary="r"']
    return mailOf(headers, [...parts.map((part) => `--r\r\n${part}`), '--r--'].join('\r\n'))
  }

  it('about a message of an open ticket is a line of it and no note; about anything else it is ignored', async () => {
    const ticket = await makeTicket(tenant, { email: 'gone@example.com' })
    await agent.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Try again.' })
    await drainBackground()
    const sent = await inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { ticketId: ticket.id, kind: 'reply' } }))
    expect(await deliver(report(sent.messageId))).toMatchObject({ status: 'delivered', ticketId: ticket.id })
    expect((await eventsOf(tenant, ticket.id)).filter(({ type }) => type === 'mail.undelivered')).toHaveLength(1)
    expect(await deliver(report(sent.messageId, 'Mail System <MAILER-DAEMON>'))).toMatchObject({ ticketId: ticket.id })
    expect(await inWork(tenant, ({ tx }) => tx.ticketMessage.count({ where: { ticketId: ticket.id, kind: 'note' } }))).toBe(0)
    expect(await inWork(tenant, ({ tx }) => tx.contact.count({ where: { name: { contains: 'daemon', mode: 'insensitive' } } }))).toBe(0)
    const other = await deliver(report('unknown@example.com'))
    expect(other).toMatchObject({ status: 'ignored', reason: 'bounce', ticketId: null })
    expect((await rowOf(other.id)).classification).toBe('bounce')
  })
})

it('our own mail that is sent back to us needs attention, and is not answered', async () => {
  await deliver(mailOf(['From: echo@example.com']))
  const spooled = (await readSpool('kept', 1000)).map(({ raw }) => raw.toString()).find((text) => text.includes('To: echo@example.com'))
  const back = String(spooled).replace(/^From: .*$/m, 'From: echo@example.com')
  expect(await deliver(back)).toMatchObject({ status: 'attention', reason: 'loop' })
})

it('mail of a blocked sender is ignored', async () => {
  await inWork(tenant, ({ tx }) => tx.blockedSender.create({ data: { tenantId: tenant.ref.id, email: 'pest@example.com' } }))
  expect(await deliver(mailOf(['From: Pest <PEST@example.com>']))).toMatchObject({ status: 'ignored', reason: 'blocked_sender' })
})
