import { performance as nodePerformance } from 'node:perf_hooks'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../../core/background'
import { readFileOf } from '../../files/attachments'
import { replyAddress } from '../../mail/addresses'
import { readSpool } from '../../mail/transport'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import { maxParticipants } from '../../tickets/conversation/participant'
import { parseMail, readMail } from './parse'
import { loadRaw, readReceipt, receiveMail, tenantOfRecipient } from './receive'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
const support = 'support@post.localhost'
beforeAll(async () => {
  tenant = await makeTenant('post')
  agent = await makePerson(tenant, 'agent')
})

let counter = 0
interface Mail {
  from?: string
  subject?: string
  body?: string
  headers?: string[]
  messageId?: string | null
}

const raw = ({
  from = 'Ada <ada@example.com>',
  subject = 'Help',
  body = 'It broke.',
  headers = [],
  messageId = `m${++counter}@example.com`,
}: Mail) =>
  [
    `From: ${from}`,
    `To: ${support}`,
    `Subject: ${subject}`,
    ...(messageId ? [`Message-ID: <${messageId}>`] : []),
    ...headers,
    '',
    body,
  ].join('\r\n')

async function deliver(mail: Mail | string | Buffer, recipient = support) {
  const bytes = Buffer.isBuffer(mail) ? mail : Buffer.from(typeof mail === 'string' ? mail : raw(mail))
  const { id } = await receiveMail(tenant, { recipient, provider: 'test', raw: bytes }, 'test')
  await drainBackground()
  return readReceipt(tenant, id)
}

const ticketOf = (id: string | null) =>
  inWork(tenant, ({ tx }) =>
    tx.ticket.findFirstOrThrow({
      where: { id: id as string },
      include: { messages: { orderBy: { createdAt: 'asc' } }, requester: { include: { addresses: true } } },
    }),
  )

/** A message with a file of so many bytes. */
const withFile = (bytes: number) =>
  Buffer.from(
    raw({
      headers: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=part'],
      body: [
        '--part\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--part',
        'Content-Type: application/octet-stream; name=large.bin',
        'Content-Disposition: attachment; filename=large.bin',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.alloc(bytes, 'Baraza').toString('base64').replace(/.{76}/g, '$&\r\n'),
        '--part--',
      ].join('\r\n'),
    }),
  )

describe('a large message', () => {
  it('is parsed in another thread, and gives the same', async () => {
    const bytes = withFile(8_000_000)
    const before = nodePerformance.eventLoopUtilization()
    const mail = await readMail(tenant.ref.id, bytes)
    expect(nodePerformance.eventLoopUtilization(before).utilization).toBeLessThan(0.5)
    const { files, ...here } = await parseMail(bytes)
    expect(mail).toMatchObject(here)
    expect(Buffer.compare(mail.files[0]?.bytes as Uint8Array, files[0]?.bytes as Uint8Array)).toBe(0)
  })

  it('is parsed while no unit of work is open: others use the database meanwhile', async () => {
    const { id } = await receiveMail(tenant, { recipient: support, provider: 'test', raw: withFile(1_000_000) }, 'test')
    const where = { subscriber: 'mail.ingest', event: { subjectId: id } }
    const statusOf = () => inWork(tenant, ({ tx }) => tx.eventDelivery.findFirstOrThrow({ where, select: { status: true } }))
    await vi.waitFor(async () => expect(await statusOf()).toEqual({ status: 'running' }))
    await drainBackground()
    expect(await readReceipt(tenant, id)).toMatchObject({ status: 'delivered' })
  })
})

describe('a message that is stored in parts', () => {
  const receive = (bytes: Buffer) => receiveMail(tenant, { recipient: support, provider: 'test', raw: bytes }, 'test')

  it('is read as it came, and is one however often it comes', async () => {
    const bytes = withFile(1_000_000)
    const receipts = await Promise.all([receive(bytes), receive(bytes)])
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1)
    const id = receipts[0]?.id as string
    expect(Buffer.compare((await loadRaw(tenant, id)) ?? Buffer.of(), bytes)).toBe(0)
    await drainBackground()
    const receipt = await readReceipt(tenant, id)
    const [file] = await inWork(tenant, ({ tx }) =>
      tx.attachment.findMany({ where: { message: { ticketId: receipt.ticketId as string } } }),
    )
    expect(file).toMatchObject({ name: 'large.bin', size: 1_000_000 })
    expect(await inWork(tenant, ({ tx }) => tx.event.count({ where: { type: 'mail.received', subjectId: id } }))).toBe(1)
  })

  it('is not received before all of it is there; what a crash left is finished when it comes again', async () => {
    const bytes = withFile(900_000)
    const { id } = await receive(bytes)
    await drainBackground()
    await inWork(tenant, async ({ tx }) => {
      await tx.inboundMail.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, data: { isWhole: false, status: 'received' } })
      await tx.inboundMailPart.deleteMany({ where: { mailId: id, position: { gt: 1 } } })
    })
    expect(await receive(bytes)).toMatchObject({ id })
    expect(Buffer.compare((await loadRaw(tenant, id)) ?? Buffer.of(), bytes)).toBe(0)
    expect(await inWork(tenant, ({ tx }) => tx.event.count({ where: { type: 'mail.received', subjectId: id } }))).toBe(2)
  })
})

describe('a new message', () => {
  it('becomes a ticket of its sender and is acknowledged in its thread', async () => {
    const receipt = await deliver({ subject: 'Lamp', messageId: 'lamp@example.com' })
    const ticket = await ticketOf(receipt.ticketId)
    expect(ticket).toMatchObject({ title: 'Lamp', source: 'email', status: 'created', requester: { name: 'Ada' } })
    const mails = (await readSpool('post')).map(({ raw }) => raw.toString())
    const ack = mails.find((mail) => mail.includes('In-Reply-To: <lamp@example.com>'))
    expect(ack).toContain('Auto-Submitted: auto-generated')
    expect(ack).toContain(`[POST-${ticket.number}] Lamp`)
  })

  it('is one ticket however often and to how many of our addresses it comes', async () => {
    const text = raw({ from: 'dup@example.com', messageId: 'dup@example.com' })
    const first = await deliver(text)
    const again = await deliver(text)
    const other = await deliver(`Received: by another route\r\n${text}`, 'sales@post.localhost')
    expect(again.id).toBe(first.id)
    expect(other.id).not.toBe(first.id)
    expect(other).toMatchObject({ status: 'delivered', ticketId: first.ticketId })
    expect((await ticketOf(first.ticketId)).messages).toHaveLength(1)
  })

  it('is kept when it uses the Message-ID of another', async () => {
    const first = await deliver({ from: 'one@example.com', messageId: 'reused@example.com', body: 'First.' })
    const second = await deliver({ from: 'two@example.com', messageId: 'reused@example.com', body: 'Second.' })
    expect(second.status).toBe('delivered')
    expect(second.ticketId).not.toBe(first.ticketId)
  })

  it.each([
    ['without a Message-ID', { messageId: null }],
    ['without a subject', { subject: '' }],
    ['with a NUL in it', { body: 'a\0b' }],
    ['with a title far too long', { subject: 'x'.repeat(5000) }],
    ['with a title that ends in half a character', { subject: `=?utf-8?B?${Buffer.from(`${'x'.repeat(199)}🙂🙂`).toString('base64')}?=` }],
    ['of a hundred thousand blank lines', { body: `a${'\r\n'.repeat(100_000)}b` }],
    ['of two megabytes', { body: 'long line\r\n'.repeat(200_000) }],
    ['with broken MIME', { headers: ['Content-Type: multipart/mixed; boundary="x"'], body: '--x\r\nContent-Type: text/plain\r\n\r\nhalf' }],
    ['with a broken charset', { headers: ['Content-Type: text/plain; charset="no-such-charset"'], body: 'caf\xe9' }],
  ])('%s is a ticket all the same', async (_, mail) => {
    expect(await deliver(mail)).toMatchObject({ status: 'delivered', ticketId: expect.any(String) })
  })

  it.each([
    ['ISO-8859-1', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'Grüße'],
    ['windows-1252', Buffer.from([0x93, 0x68, 0x69, 0x94]), '“hi”'],
    ['ISO-2022-JP', Buffer.from([0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42]), '日本'],
    ['KOI8-R', Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]), 'Привет'],
    ['GB18030', Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), '你好'],
  ])('in %s keeps its letters', async (charset, bytes, text) => {
    const head = raw({ headers: [`Content-Type: text/plain; charset=${charset}`, 'Content-Transfer-Encoding: 8bit'], body: '' })
    const receipt = await deliver(Buffer.concat([Buffer.from(head), bytes]))
    expect((await ticketOf(receipt.ticketId)).messages[0]?.bodyText).toBe(text)
  })

  it('in HTML only is readable and harmless', async () => {
    const body = '<p>Hello <b>you</b></p><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>'
    const receipt = await deliver({ headers: ['Content-Type: text/html; charset=utf-8'], body })
    const [message] = (await ticketOf(receipt.ticketId)).messages
    expect(message?.bodyText).toContain('Hello you')
    expect(message?.bodyHtml).toContain('<b>you</b>')
    expect(message?.bodyHtml).not.toMatch(/script|onerror|<img/)
  })
})

describe('a mail of which there is too much', () => {
  const filesOf = (ticketId: string | null) =>
    inWork(tenant, ({ tx }) =>
      tx.attachment.findMany({ where: { message: { ticketId: ticketId as string } }, orderBy: { createdAt: 'asc' } }),
    )

  it('is shown as far as it can be, and is there whole as a file', async () => {
    const receipt = await deliver({ body: `${'long line\r\n'.repeat(200_000)}the very end` })
    const [file] = await filesOf(receipt.ticketId)
    expect(file?.name).toBe('Whole message.txt')
    const bytes = await readFileOf(tenant.ref, file?.id as string)
    expect(Buffer.from(bytes as Uint8Array).toString()).toMatch(/the very end$/)
    expect((await ticketOf(receipt.ticketId)).messages[0]?.bodyText).toHaveLength(199_999)
  })

  it('has its pictured text as a file where it is not shown', async () => {
    const headers = ['Content-Type: text/html; charset=utf-8']
    const receipt = await deliver({ headers, body: `<p>Start</p>${'<b>x</b>'.repeat(250_000)}<p>End of it</p>` })
    const files = await filesOf(receipt.ticketId)
    const html = files.find(({ name }) => name === 'Whole message.html.txt')
    expect(Buffer.from((await readFileOf(tenant.ref, html?.id as string)) as Uint8Array).toString()).toContain('End of it')
    expect(html?.contentType).not.toContain('html')
  })

  it('keeps 200 files and names the others', async () => {
    const part = (n: number) => `--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="f${n}.txt"\r\n\r\nfile ${n}`
    const body = ['--b\r\nContent-Type: text/plain\r\n\r\nMany', ...Array.from({ length: 203 }, (_, n) => part(n)), '--b--', ''].join(
      '\r\n',
    )
    const receipt = await deliver({ headers: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'], body })
    expect(await filesOf(receipt.ticketId)).toHaveLength(200)
    const note = (await ticketOf(receipt.ticketId)).messages.find(({ kind }) => kind === 'note')
    expect(note?.bodyText).toContain('There were 3 more: f200.txt, f201.txt, f202.txt.')
  })

  it('to ten thousand people is one ticket of its sender, who is proven, in which as many take part as may, and is answered to nobody else', async () => {
    const cc = Array.from({ length: 10_000 }, (_, n) => `p${n}@many.example`).join(',\r\n ')
    const before = (await readSpool('post', 1000)).length
    const message = Buffer.from(raw({ from: 'crowd@example.com', headers: [`Cc: ${cc}`] }))
    const verdict = { spf: null, dkim: null, dmarc: 'pass' as const, isSpam: null }
    const { id } = await receiveMail(tenant, { recipient: support, provider: 'test', raw: message, verdict }, 'test')
    await drainBackground()
    const receipt = await readReceipt(tenant, id)
    expect((await ticketOf(receipt.ticketId)).requester.addresses.map(({ email }) => email)).toEqual(['crowd@example.com'])
    expect((await readSpool('post', 1000)).length).toBe(before + 1)
    expect(await inWork(tenant, ({ tx }) => tx.contactAddress.count({ where: { email: { endsWith: '@many.example' } } }))).toBe(
      maxParticipants,
    )
  })

  it.each([
    ['from right to left', '=?utf-8?B?2YXYrdmF2K8=?=', 'محمد'],
    [
      'of marks that turn the line around',
      `=?utf-8?B?${Buffer.from('\u202egpj.exe').toString('base64')}?=`,
      expect.stringContaining('gpj.exe'),
    ],
    ['that takes no room', `=?utf-8?B?${Buffer.from('\u200b\u200b').toString('base64')}?=`, expect.stringMatching(/\S/)],
  ])('by a name %s is a contact with a name', async (_, name, expected) => {
    const receipt = await deliver({ from: `${name} <name${++counter}@example.com>` })
    const shown = (await ticketOf(receipt.ticketId)).requester.name
    expect(shown).toEqual(expected)
    expect(shown.replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '').trim()).not.toBe('')
    expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
  })
})

describe('HTML that is made to hold us up', () => {
  it.each([
    ['deep', '<div>'.repeat(400_000)],
    ['wide', '<b>x</b>'.repeat(250_000)],
    ['unfinished', '<a '.repeat(600_000)],
    ['large', `<p>${'word '.repeat(400_000)}</p>`],
  ])('is read as text: %s', async (_, html) => {
    const receipt = await deliver({ headers: ['Content-Type: text/html; charset=utf-8'], body: `<p>Start</p>${html}` })
    expect(receipt.status).toBe('delivered')
    expect((await ticketOf(receipt.ticketId)).messages[0]?.bodyHtml).toBeNull()
  })
})

describe('a machine', () => {
  const acks = async () => (await readSpool('post', 1000)).length

  it.each([
    ['an automatic reply', ['Auto-Submitted: auto-replied']],
    ['an autoresponder of old', ['X-Autoreply: yes']],
    ['one with the old precedence', ['Precedence: auto_reply']],
  ])('that sends %s gets no ticket', async (_, headers) => {
    const before = await acks()
    expect(await deliver({ headers })).toMatchObject({ status: 'ignored', reason: 'auto_reply', ticketId: null })
    expect(await acks()).toBe(before)
  })

  it.each([
    ['an alert', ['Auto-Submitted: auto-generated']],
    ['a mailing list', ['Precedence: list']],
    ['a newsletter', ['List-Unsubscribe: <mailto:leave@example.com>']],
    ['a list', ['List-Id: <list.example.com>']],
    ['mail that takes no answer', ['Return-Path: <>']],
    ['mail that asks for silence', ['X-Auto-Response-Suppress: All']],
  ])('that sends %s gets a ticket, but no answer', async (_, headers) => {
    const before = await acks()
    expect(await deliver({ headers })).toMatchObject({ status: 'delivered' })
    expect(await acks()).toBe(before)
  })

  it.each([
    ['a report', { headers: ['Content-Type: multipart/report; report-type=delivery-status; boundary="x"'] }, 'mail_report'],
    ['a mail system', { from: 'MAILER-DAEMON@example.com' }, 'bounce'],
  ])('that is %s gets no ticket', async (_, mail, reason) => {
    const before = await acks()
    expect(await deliver(mail)).toMatchObject({ status: 'ignored', reason })
    expect(await acks()).toBe(before)
  })

  it('that says nothing of itself is answered ten times an hour at most', async () => {
    const before = await acks()
    for (let n = 0; n < 13; n++) expect(await deliver({ from: 'robot@example.com' })).toMatchObject({ status: 'delivered' })
    expect((await acks()) - before).toBe(10)
  })

  it('of our own is not answered', async () => {
    expect(await deliver({ from: support })).toMatchObject({ status: 'ignored', reason: 'own_address' })
  })
})

describe('an answer', () => {
  it.each(['In-Reply-To', 'References'])('finds its ticket by %s, whatever its subject', async (header) => {
    const ticket = await makeTicket(tenant, { email: 'ref@example.com' })
    const [message] = (await ticketOf(ticket.id)).messages
    const value = header === 'References' ? `<unknown@example.com> <${message?.messageId}>` : `<${message?.messageId}>`
    const receipt = await deliver({ from: 'ref@example.com', subject: 'Something else', headers: [`${header}: ${value}`] })
    expect(receipt.ticketId).toBe(ticket.id)
  })

  it('finds its ticket by the signed address, in any case, but not by a forged one', async () => {
    const ticket = await makeTicket(tenant, { email: 'plus@example.com' })
    const address = replyAddress(tenant.ref, ticket.id)
    expect((await deliver({ from: 'plus@example.com' }, address.toUpperCase())).ticketId).toBe(ticket.id)
    const forged = address.replace(/.@/, (end) => (end === '0@' ? '1@' : '0@'))
    expect((await deliver({ from: 'plus@example.com' }, forged)).ticketId).not.toBe(ticket.id)
  })

  it('finds its ticket by the number in the subject only if the sender is its requester', async () => {
    const ticket = await makeTicket(tenant, { email: 'own@example.com' })
    const subject = `Re: [${ticket.number}] whatever`
    expect((await deliver({ from: 'own@example.com', subject })).ticketId).toBe(ticket.id)
    expect((await deliver({ from: 'other@example.com', subject })).ticketId).not.toBe(ticket.id)
  })

  it('of the requester opens a resolved ticket again and folds what it quotes', async () => {
    const ticket = await makeTicket(tenant, { email: 'again@example.com' })
    await agent.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId: agent.id, version: 1 })
    await agent.request('PUT', `/ticket/${ticket.id}/status`, { status: 'resolved', version: 2 })
    const body = 'Still broken.\r\n\r\nOn Mon, Agent <a@b.c> wrote:\r\n> Try again.'
    await deliver({ from: 'again@example.com', subject: `[${ticket.number}]`, body })
    const after = await ticketOf(ticket.id)
    expect(after).toMatchObject({ status: 'assigned', resolvedAt: null, hasNewReply: true })
    expect(after.messages.at(-1)).toMatchObject({
      kind: 'reply',
      bodyText: 'Still broken.',
      quotedText: expect.stringContaining('Try again.'),
    })
  })

  it('in formatted text folds both views; what is folded is found, and goes along when the answer becomes a request', async () => {
    const ticket = await makeTicket(tenant, { email: 'formatted@example.com' })
    const quote = '<blockquote class="gmail_quote">Is the marzipan fixed?</blockquote>'
    const body = `<div dir="ltr">It <b>works</b> now.</div><div class="gmail_quote"><div class="gmail_attr">On Mon, A &lt;a@b.c&gt; wrote:</div>${quote}</div>`
    const headers = ['Content-Type: text/html; charset=utf-8']
    await deliver({ from: 'formatted@example.com', subject: `Re: [${ticket.number}]`, headers, body })
    const folded = {
      bodyText: 'It works now.',
      quotedText: expect.stringContaining('> Is the marzipan fixed?'),
      bodyHtml: '<div dir="ltr">It <b>works</b> now.</div>',
      quotedHtml: '<div><div>On Mon, A &lt;a@b.c&gt; wrote:</div><blockquote>Is the marzipan fixed?</blockquote></div>',
    }
    const { items } = (await (await agent.request('GET', `/ticket/${ticket.id}/comments`)).json()) as { items: { id: string }[] }
    expect(items.at(-1)).toMatchObject(folded)
    await drainBackground()
    const found = (await (await agent.request('GET', '/ticket?q=marzipan')).json()) as { items: { id: string }[] }
    expect(found.items.map(({ id }) => id)).toEqual([ticket.id])
    const apart = await agent.request('POST', `/ticket/${ticket.id}/comments/${items.at(-1)?.id}/split`, { title: 'Apart' })
    expect((await ticketOf(((await apart.json()) as { id: string }).id)).messages).toMatchObject([folded])
  })

  it('that begins a ticket is shown whole, for nobody here has seen what it quotes', async () => {
    const quote =
      '<div class="gmail_attr">On Mon, A &lt;a@b.c&gt; wrote:</div><blockquote class="gmail_quote">Your lamp is on its way.</blockquote>'
    const body = `<div>Where is it?</div><div class="gmail_quote">${quote}</div>`
    const headers = ['Content-Type: text/html; charset=utf-8', 'In-Reply-To: <of-a-shop@shop.example>']
    const { ticketId } = await deliver({ from: 'first@example.com', subject: 'Re: Lamp', headers, body })
    const [first] = (await ticketOf(ticketId)).messages
    expect(first).toMatchObject({ quotedText: null, quotedHtml: null })
    for (const words of ['Where is it?', 'Your lamp is on its way.']) {
      expect(first?.bodyText).toContain(words)
      expect(first?.bodyHtml).toContain(words)
    }
  })

  it('of a stranger is shown to staff only, and flagged', async () => {
    const ticket = await makeTicket(tenant, { email: 'mine@example.com' })
    const [first] = (await ticketOf(ticket.id)).messages
    await deliver({ from: 'stranger@example.com', headers: [`In-Reply-To: <${first?.messageId}>`] })
    expect((await ticketOf(ticket.id)).messages.at(-1)).toMatchObject({ kind: 'note', isStranger: true, authorKind: 'contact' })
  })

  it("under a colleague's address is not taken for theirs, for an address proves nothing", async () => {
    const ticket = await makeTicket(tenant)
    const [first] = (await ticketOf(ticket.id)).messages
    await deliver({ from: agent.email, headers: [`In-Reply-To: <${first?.messageId}>`] })
    expect((await ticketOf(ticket.id)).messages.at(-1)).toMatchObject({ kind: 'note', personId: null, isStranger: true })
  })
})

describe('the outgoing reply', () => {
  it('carries the headers that keep one thread', async () => {
    const receipt = await deliver({ from: 'thread@example.com', subject: 'Thread', messageId: 'thread-1@example.com' })
    await agent.request('POST', `/ticket/${receipt.ticketId}/comments`, { body: 'One.' })
    await agent.request('POST', `/ticket/${receipt.ticketId}/comments`, { body: 'Secret.', isInternal: true })
    await agent.request('POST', `/ticket/${receipt.ticketId}/comments`, { body: 'Two.' })
    await drainBackground()
    const { messages } = await ticketOf(receipt.ticketId)
    const [, one, , two] = messages
    const spooled = (await readSpool('post', 1000)).map(({ raw }) => raw.toString().replace(/\r\n[ \t]+/g, ' '))
    expect(spooled.some((mail) => mail.includes('Secret.'))).toBe(false)
    const mail = spooled.find((text) => text.includes(`Message-ID: <${two?.messageId}>`))
    expect(mail).toContain(`In-Reply-To: <${one?.messageId}>`)
    expect(mail).toContain(`References: <thread-1@example.com> <${one?.messageId}>`)
    expect(mail).not.toContain('Auto-Submitted')
  })
})

describe('recipients', () => {
  it('lead to the workspace whose name they carry, or to none', async () => {
    expect((await tenantOfRecipient('Anything@POST.localhost'))?.ref.slug).toBe('post')
    expect(await tenantOfRecipient('support@nobody.localhost')).toBeNull()
    expect(await tenantOfRecipient('nonsense')).toBeNull()
  })
})
