import { call } from '@orpc/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { messageIdFor, returnAddress } from '../../mail/addresses'
import { applyReport } from '../../mail/delivery-report'
import { queueMail } from '../../mail/outbox'
import { softBounces, withheldOf } from '../../mail/suppression'
import { internalCaller } from '../../procedure/caller'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, system } from '../../testing/factories'
import { readTicketPage } from '../../tickets/views/ticket-page'
import { receiveMail } from './receive'
import type { Verdict } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let counter = 0
beforeAll(async () => {
  tenant = await makeTenant('back')
})

const support = 'support@back.localhost'

/** A message of ours that is out. */
async function sent(...to: string[]) {
  const messageId = `${++counter}.out@back.localhost`
  const mail = { from: { name: 'Desk', address: support }, subject: 'Hello', text: 'Hello', isAutomatic: true }
  await inWork(tenant, (work) => queueMail(work, { ...mail, to, messageId }))
  await drainBackground()
  return messageId
}
const mailOf = (messageId: string) =>
  inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow({ where: { messageId }, omit: { raw: true } }))
/** Where what went to a recipient comes back to. */
const returnOf = async (messageId: string, recipient: string) => returnAddress(tenant.ref, (await mailOf(messageId)).id, recipient)
const suppressionOf = (email: string) => inWork(tenant, ({ tx }) => tx.suppressedAddress.findFirst({ where: { email } }))

const undeliveredOf = async (ticketId: string) =>
  (await eventsOf(tenant, ticketId)).filter(({ type }) => type === 'mail.undelivered').map(({ payload }) => payload)

interface Report {
  messageId?: string
  recipient: string
  /** Whom else it did not reach. */
  others?: string[]
  status?: string
  action?: string
  says?: string
  /** Where the report is sent. */
  to?: string
}

async function bounce({
  messageId,
  recipient,
  others = [],
  status = '5.1.1',
  action = 'failed',
  says = '550 5.1.1 No such user',
  to = support,
}: Report) {
  const lines = [
    'From: MAILER-DAEMON@mx.example.net',
    `To: ${to}`,
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: <bounce-${++counter}@mx.example.net>`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary=part',
    '',
    '--part\r\nContent-Type: text/plain\r\n\r\nI could not deliver it.',
    '--part\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n',
    ...[recipient, ...others].map(
      (one) => `Final-Recipient: rfc822; ${one}\r\nAction: ${action}\r\nStatus: ${status}\r\nDiagnostic-Code: smtp; ${says}\r\n`,
    ),
    ...(messageId ? [`--part\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <${messageId}>\r\nSubject: Hello\r\n`] : []),
    '--part--',
  ]
  await deliver(lines, to)
}

async function complain(messageId: string, recipient: string, to = support) {
  await deliver(
    [
      'From: abuse@provider.example',
      `To: ${to}`,
      'Subject: complaint',
      `Message-ID: <arf-${++counter}@provider.example>`,
      'Content-Type: multipart/report; report-type=feedback-report; boundary=part',
      '',
      '--part\r\nContent-Type: text/plain\r\n\r\nSomebody reports this.',
      `--part\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\nOriginal-Rcpt-To: <${recipient}>\r\n`,
      `--part\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <${messageId}>\r\nSubject: Hello\r\n\r\nHello`,
      '--part--',
    ],
    to,
  )
}

let verdict: Verdict | null = null
async function deliver(lines: string[], recipient: string) {
  const raw = Buffer.from(lines.join('\r\n'))
  await receiveMail(tenant, { recipient, provider: 'test', raw, returnPath: '', ...(verdict ? { verdict } : {}) }, 'test')
  await drainBackground()
}

describe('a mail that comes back', () => {
  it('for good is bounced, and its address suppressed with what the server said', async () => {
    const recipient = 'gone@example.com'
    const messageId = await sent(recipient)
    await bounce({ messageId, recipient, to: await returnOf(messageId, recipient) })
    const mail = await mailOf(messageId)
    expect(mail).toMatchObject({ status: 'bounced', reason: 'hard_bounce', lastError: '550 5.1.1 No such user', undelivered: [recipient] })
    expect(await suppressionOf(recipient)).toMatchObject({ reason: 'hard_bounce', detail: '550 5.1.1 No such user', mailId: mail.id })
    expect(await mailOf(await sent(recipient))).toMatchObject({ status: 'failed', reason: 'suppressed' })
  })

  it('of two recipients counts for the one that it came back from', async () => {
    const messageId = await sent('one@example.com', 'two@example.com')
    await bounce({ messageId, recipient: 'two@example.com' })
    expect(await mailOf(messageId)).toMatchObject({ status: 'bounced', undelivered: ['two@example.com'] })
    expect(await suppressionOf('one@example.com')).toBeNull()
  })

  it('from two of three recipients counts for both', async () => {
    const messageId = await sent('first@example.com', 'second@example.com', 'third@example.com')
    await bounce({ messageId, recipient: 'first@example.com', others: ['third@example.com', 'nobody@example.com'] })
    expect(await mailOf(messageId)).toMatchObject({ status: 'bounced', undelivered: ['first@example.com', 'third@example.com'] })
  })

  it('is believed without its Message-ID where it comes to the return address of that very mail', async () => {
    const messageId = await sent('alias@example.com')
    const { id } = await mailOf(messageId)
    await bounce({ recipient: 'real@elsewhere.example', to: returnAddress(tenant.ref, id, 'alias@example.com') })
    expect(await mailOf(messageId)).toMatchObject({ status: 'bounced', undelivered: ['alias@example.com'] })
  })

  it('to the return address of one of several is about that one, whomever it names', async () => {
    const messageId = await sent('ada@shared.example', 'eve@evil.example')
    const { id } = await mailOf(messageId)
    await bounce({ messageId, recipient: 'ada@shared.example', to: returnAddress(tenant.ref, id, 'eve@evil.example') })
    expect(await mailOf(messageId)).toMatchObject({ status: 'bounced', undelivered: ['eve@evil.example'] })
    expect(await suppressionOf('ada@shared.example')).toBeNull()
    expect(await suppressionOf('eve@evil.example')).toMatchObject({ reason: 'hard_bounce' })
  })

  it('is news while somebody works on its ticket: the conversation says what became of the answer', async () => {
    const agent = await makePerson(tenant, 'agent')
    const ticket = await makeTicket(tenant, { email: 'asks@example.com' })
    await agent.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Try again.' })
    await drainBackground()
    const reply = await inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { ticketId: ticket.id, kind: 'reply' } }))
    await bounce({ messageId: reply.messageId, recipient: 'asks@example.com' })
    const said = await inWork(tenant, ({ tx }) =>
      tx.event.findMany({ where: { type: 'mail.status_changed', subjectId: ticket.id }, orderBy: { n: 'asc' } }),
    )
    expect(said.map(({ payload }) => payload)).toMatchObject([
      { messageId: reply.id, status: 'sent' },
      { messageId: reply.id, status: 'bounced', reason: 'hard_bounce' },
    ])
  })

  it('of an acknowledgement is a line of its ticket and no note, also without its Message-ID; once, however often it is reported', async () => {
    const ticket = await makeTicket(tenant, { email: 'mistyped@example.com' })
    await drainBackground()
    const { id } = await mailOf(messageIdFor(tenant.ref, `ack-${ticket.id}`))
    for (let n = 0; n < 2; n++)
      await bounce({ recipient: 'mistyped@example.com', to: returnAddress(tenant.ref, id, 'mistyped@example.com') })
    const notes = await inWork(tenant, ({ tx }) => tx.ticketMessage.count({ where: { ticketId: ticket.id, kind: 'note' } }))
    expect(notes).toBe(0)
    expect(await undeliveredOf(ticket.id)).toEqual([
      { mailId: id, messageId: null, recipients: ['mistyped@example.com'], reason: 'hard_bounce' },
    ])
    const report = await inWork(tenant, ({ tx }) => tx.inboundMail.findFirstOrThrow({ where: { ticketId: ticket.id } }))
    expect(report).toMatchObject({ status: 'delivered', messageId: null, classification: 'bounce' })
  })

  it('because the mailbox is full suppresses its address only with the fifth within a week', async () => {
    const recipient = 'full@example.com'
    const full = { recipient, status: '5.2.2', says: '552 5.2.2 Mailbox full' }
    const bounceFull = async () => {
      const messageId = await sent(recipient)
      await bounce({ ...full, messageId, to: await returnOf(messageId, recipient) })
      return messageId
    }
    for (let n = 1; n < softBounces.count; n++) await bounceFull()
    expect(await suppressionOf(recipient)).toBeNull()
    const last = await bounceFull()
    expect(await mailOf(last)).toMatchObject({ status: 'bounced', reason: 'soft_bounce' })
    expect(await suppressionOf(recipient)).toMatchObject({ reason: 'soft_bounce' })
  })

  it('for a while only changes nothing: the other side goes on trying', async () => {
    const recipient = 'slow@example.com'
    const messageId = await sent(recipient)
    await bounce({ messageId, recipient, action: 'delayed', status: '4.4.1', says: '451 4.4.1 No answer' })
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', undelivered: [] })
  })

  it('counts again where the address took mail in between', async () => {
    const recipient = 'back.again@example.com'
    const first = await sent(recipient)
    await bounce({ messageId: first, recipient, to: await returnOf(first, recipient) })
    expect(await suppressionOf(recipient)).not.toBeNull()
    const mail = await mailOf(first)
    await inWork(tenant, (work) => applyReport(work, mail, { kind: 'delivered', recipient, isHard: false, detail: '' }))
    expect(await suppressionOf(recipient)).toBeNull()
    expect(await mailOf(first)).toMatchObject({ status: 'bounced' })
  })
})

describe('a report that anybody may have written', () => {
  it.each([
    ['names a Message-ID that we never used', 'x.never@back.localhost', 'victim@example.com'],
    ['names a message that went to somebody else', null, 'victim@example.com'],
  ])('changes nothing where it %s', async (_, invented, recipient) => {
    const messageId = await sent('known@example.com')
    await bounce({ messageId: invented ?? messageId, recipient })
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', undelivered: [] })
    expect(await suppressionOf(recipient)).toBeNull()
  })

  it('changes nothing where it comes to a return address that we did not make', async () => {
    const messageId = await sent('known@example.com')
    const { id } = await mailOf(messageId)
    const to = returnAddress(tenant.ref, id, 'known@example.com').replace(/.@/, (end) => `${end.startsWith('0') ? '1' : '0'}@`)
    await bounce({ recipient: 'known@example.com', to })
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent' })
  })

  it('changes nothing for a mail of another workspace', async () => {
    const messageId = await sent('known@example.com')
    const here = tenant
    tenant = await makeTenant('elsewhere')
    await bounce({ messageId, recipient: 'known@example.com' })
    expect(await suppressionOf('known@example.com')).toBeNull()
    tenant = here
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent' })
  })
})

describe('a report known by the Message-ID alone, as everybody in To and Cc knows it', () => {
  it('marks a mail to several, and suppresses nobody', async () => {
    const messageId = await sent('ada@soft.example', 'eve@evil.example')
    await bounce({ messageId, recipient: 'ada@soft.example' })
    expect(await mailOf(messageId)).toMatchObject({ status: 'bounced', undelivered: ['ada@soft.example'] })
    await complain(messageId, 'ada@soft.example')
    expect(await mailOf(messageId)).toMatchObject({ status: 'complained' })
    expect(await suppressionOf('ada@soft.example')).toBeNull()
  })

  it('marks the mail and says so on its ticket; that its address works no more is for a person to say', async () => {
    const agent = await makePerson(tenant, 'agent')
    const recipient = 'only.one@soft.example'
    const ticket = await makeTicket(tenant, { email: recipient })
    await agent.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Try again.', cc: ['reads.along@soft.example'] })
    await drainBackground()
    const { messageId, id } = await inWork(tenant, ({ tx }) =>
      tx.ticketMessage.findFirstOrThrow({ where: { ticketId: ticket.id, kind: 'reply' } }),
    )
    await bounce({ messageId, recipient })
    const mail = await mailOf(messageId)
    expect(mail).toMatchObject({ status: 'bounced', reason: 'hard_bounce', undelivered: [recipient] })
    expect(await suppressionOf(recipient)).toBeNull()
    expect(await undeliveredOf(ticket.id)).toEqual([
      { mailId: mail.id, messageId: id, recipients: [recipient], reason: 'hard_bounce', isClaimed: true },
    ])
    const told = await inWork(tenant, ({ tx }) => tx.notification.findMany({ where: { personId: agent.id, type: 'mail_undelivered' } }))
    expect(told).toHaveLength(1)

    const report = await inWork(tenant, ({ tx }) =>
      tx.inboundMail.findFirstOrThrow({ where: { ticketId: ticket.id, classification: 'bounce' } }),
    )
    const offered = async () => (await (await agent.request('GET', `/settings/mail/messages/${report.id}`)).json()).undelivered
    const shown = async () => {
      const { activity } = await call(readTicketPage, { id: ticket.id }, { context: { caller: internalCaller({ tenant, actor: system }) } })
      return activity.find(({ type }) => type === 'mail.undelivered')?.payload.suppressible
    }
    expect([await offered(), await shown()]).toEqual([[{ mailId: mail.id, email: recipient, isSuppressed: false }], [recipient]])
    const suppressing = (email: string, by = agent) => by.request('POST', `/settings/mail/outgoing/${mail.id}/suppress`, { email })
    expect((await suppressing('support.of@others.example')).status).toBe(409)
    expect((await suppressing(recipient, await makePerson(tenant, 'customer'))).status).toBe(403)
    expect((await suppressing(recipient)).status).toBe(200)
    expect(await suppressionOf(recipient)).toMatchObject({ reason: 'hard_bounce', mailId: mail.id, personId: agent.id })
    expect([await offered(), await shown()]).toEqual([[{ mailId: mail.id, email: recipient, isSuppressed: true }], undefined])
  })

  it('of a delay is a line of the ticket, and marks nothing', async () => {
    const ticket = await makeTicket(tenant, { email: 'slowly@soft.example' })
    await drainBackground()
    const messageId = messageIdFor(tenant.ref, `ack-${ticket.id}`)
    await bounce({ messageId, recipient: 'slowly@soft.example', action: 'delayed', status: '4.4.1', says: '451 4.4.1 No answer' })
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', undelivered: [] })
    expect(await undeliveredOf(ticket.id)).toMatchObject([{ recipients: ['slowly@soft.example'], reason: 'try_later' }])
  })

  it('that is about no mail to whom it names is a folded note of its ticket', async () => {
    const ticket = await makeTicket(tenant, { email: 'named@soft.example' })
    await drainBackground()
    await bounce({ messageId: messageIdFor(tenant.ref, `ack-${ticket.id}`), recipient: 'somebody.else@soft.example' })
    expect(await undeliveredOf(ticket.id)).toEqual([])
    const notes = await inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId: ticket.id, kind: 'note' } }))
    expect(notes).toMatchObject([{ isAutomatic: true, authorKind: 'system' }])
  })

  it('suppresses nobody by a complaint, also of a mail to one', async () => {
    const messageId = await sent('only@soft.example')
    await complain(messageId, 'only@soft.example')
    expect(await mailOf(messageId)).toMatchObject({ status: 'complained' })
    expect(await suppressionOf('only@soft.example')).toBeNull()
  })

  it('suppresses nobody and resets no clock where somebody else was written to in its conversation, whose References name it', async () => {
    const agent = await makePerson(tenant, 'agent')
    const [ada, eve] = ['ada@talk.example', 'eve@talk.example']
    const { id } = await makeTicket(tenant, { email: ada })
    const answer = async (body: object) => {
      expect((await agent.request('POST', `/ticket/${id}/comments`, body)).status).toBe(201)
      await drainBackground()
    }
    await answer({ body: 'For Ada alone.' })
    await answer({ body: 'For both.', cc: [eve] })
    const replies = () =>
      inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId: id, kind: 'reply' }, orderBy: { createdAt: 'asc' } }))
    const responded = () => inWork(tenant, async ({ tx }) => (await tx.ticket.findFirstOrThrow({ where: { id } })).firstResponseAt)
    const [alone, both] = await replies()
    const before = await responded()
    expect(before).not.toBeNull()
    await bounce({ messageId: alone?.messageId, recipient: ada })
    await bounce({ messageId: both?.messageId, recipient: ada, others: [eve] })
    expect(await mailOf(alone?.messageId ?? '')).toMatchObject({ status: 'bounced', undelivered: [ada] })
    expect(await mailOf(both?.messageId ?? '')).toMatchObject({ status: 'bounced', undelivered: [ada, eve] })
    expect([await suppressionOf(ada), await suppressionOf(eve)]).toEqual([null, null])
    expect((await replies()).map(({ isUnreached }) => isUnreached)).toEqual([false, false])
    expect(await responded()).toEqual(before)
    // A true report that comes after it counts, once.
    const to = await returnOf(alone?.messageId ?? '', ada)
    for (let n = 0; n < 2; n++) await bounce({ recipient: ada, to })
    expect((await replies()).map(({ isUnreached }) => isUnreached)).toEqual([true, false])
    expect(await responded()).not.toEqual(before)
    const { id: mailId } = await mailOf(alone?.messageId ?? '')
    expect((await undeliveredOf(id)).filter((payload) => (payload as { mailId: string }).mailId === mailId)).toHaveLength(2)
  })

  it('resets the clock of an answer that nobody but its recipient had', async () => {
    const agent = await makePerson(tenant, 'agent')
    const { id } = await makeTicket(tenant, { email: 'lone@talk.example' })
    await agent.request('POST', `/ticket/${id}/comments`, { body: 'For you.' })
    await drainBackground()
    const reply = () => inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { ticketId: id, kind: 'reply' } }))
    await bounce({ messageId: (await reply()).messageId, recipient: 'lone@talk.example' })
    expect(await reply()).toMatchObject({ isUnreached: true })
    expect(await suppressionOf('lone@talk.example')).toMatchObject({ reason: 'hard_bounce' })
  })

  it('changes nothing where its sender is proven false, even at the return address', async () => {
    const messageId = await sent('forged@soft.example')
    const { id } = await mailOf(messageId)
    verdict = { spf: 'fail', dkim: 'fail', dmarc: 'fail', isSpam: null }
    await bounce({ messageId, recipient: 'forged@soft.example' })
    await bounce({ messageId, recipient: 'forged@soft.example', to: returnAddress(tenant.ref, id, 'forged@soft.example') })
    await complain(messageId, 'forged@soft.example', returnAddress(tenant.ref, id, 'forged@soft.example'))
    verdict = null
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', undelivered: [] })
    expect(await suppressionOf('forged@soft.example')).toBeNull()
  })

  it('names no acknowledgement: its Message-ID is not to be guessed from the request, and stays the same', async () => {
    const ticket = await makeTicket(tenant, { email: 'acknowledged@soft.example' })
    const own = messageIdFor(tenant.ref, `ack-${ticket.id}`)
    expect(own).toMatch(new RegExp(`^ack-${ticket.id}-[0-9a-f]{20}@back\\.localhost$`))
    expect(messageIdFor({ ...tenant.ref, id: ticket.id }, `ack-${ticket.id}`)).not.toBe(own)
    await receiveMail(
      tenant,
      {
        recipient: support,
        provider: 'test',
        raw: Buffer.from(`From: asker@soft.example\r\nTo: ${support}\r\nSubject: Lamp\r\n\r\nDark.`),
      },
      'test',
    )
    await drainBackground()
    const mails = await inWork(tenant, ({ tx }) => tx.outboundMail.findMany({ where: { recipients: { has: 'asker@soft.example' } } }))
    expect(mails.map(({ messageId }) => messageId)).toEqual(mails.map(({ ticketId }) => messageIdFor(tenant.ref, `ack-${ticketId}`)))
    expect(mails).toHaveLength(1)
  })
})

it('a complaint at the return address marks the mail, suppresses the address, and outweighs that mail came back from it', async () => {
  const recipient = 'angry@example.com'
  const messageId = await sent(recipient)
  await bounce({ messageId, recipient })
  await complain(messageId, recipient, returnAddress(tenant.ref, (await mailOf(messageId)).id, recipient))
  expect(await mailOf(messageId)).toMatchObject({ status: 'complained', reason: 'complaint' })
  expect(await suppressionOf(recipient)).toMatchObject({ reason: 'complaint' })
  await bounce({ messageId, recipient, says: '550 5.1.1 Once more' })
  expect(await mailOf(messageId)).toMatchObject({ status: 'complained' })
  expect(await suppressionOf(recipient)).toMatchObject({ reason: 'complaint' })
})

it('a complaint that came by mail keeps nobody from signing in', async () => {
  const recipient = 'person@example.com'
  const messageId = await sent(recipient)
  const mail = await mailOf(messageId)
  await complain(messageId, recipient, returnAddress(tenant.ref, mail.id, recipient))
  const ways = (isAsked: boolean) => inWork(tenant, (work) => withheldOf(work, { id: newId(), recipients: [recipient], isAsked }))
  expect([await ways(false), await ways(true), await ways(true)]).toEqual([[recipient], [], []])
  // As a provider tells, whose word counts: once a day.
  await inWork(tenant, ({ tx }) => tx.outboundMail.updateMany({ where: { id: mail.id }, data: { provider: 'resend' } }))
  expect([await ways(true), await ways(true)]).toEqual([[], [recipient]])
})
