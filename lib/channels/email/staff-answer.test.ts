import { beforeAll, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { staffAddress } from '../../mail/addresses'
import { readSpool } from '../../mail/transport'
import { sendNotificationsJob } from '../../notifications/jobs'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { parseMail } from './parse'
import { readReceipt, receiveMail } from './receive'
import type { Verdict } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let colleague: TestPerson
let ticketId: string
/** The notification that the agent has of it. */
let notice: Awaited<ReturnType<typeof parseMail>>
let address: string
let noteAddress: string

const support = 'support@desk.localhost'
let counter = 0
interface Given {
  from?: string
  to?: string
  /** Of the envelope. */
  recipient?: string
  body?: string
  headers?: string[]
  dmarc?: Verdict['dmarc']
}

async function deliver({
  from = agent.email,
  to = address,
  recipient = to,
  body = 'Try the other switch.',
  headers = [],
  dmarc = 'pass',
}: Given) {
  const lines = [
    `From: Bob <${from}>`,
    `To: ${to}`,
    'Subject: Re: New reply',
    `Message-ID: <s${++counter}@desk.example>`,
    ...headers,
    '',
    body,
  ]
  const mail = { recipient, provider: 'test', raw: Buffer.from(lines.join('\r\n')) }
  const { id } = await receiveMail(tenant, { ...mail, verdict: { spf: null, dkim: null, dmarc, isSpam: null } }, 'test')
  await drainBackground()
  return readReceipt(tenant, id)
}

const mailsTo = async (email: string) => (await readSpool('desk', 1000)).filter(({ raw }) => raw.includes(`To: ${email}`))
const lastMessage = () =>
  inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { ticketId }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }))
const count = () => inWork(tenant, ({ tx }) => tx.ticketMessage.count({ where: { ticketId } }))

beforeAll(async () => {
  tenant = await makeTenant('desk')
  agent = await makePerson(tenant, 'agent')
  colleague = await makePerson(tenant, 'admin')
  await inWork(tenant, ({ tx }) => tx.workspace.updateMany({ data: { undoSeconds: 0 } }))
  const asked = await deliver({ from: 'ada@example.com', to: support, body: 'The lamp is dark.' })
  ticketId = asked.ticketId as string
  const { version } = (await (await colleague.request('GET', `/ticket/${ticketId}`)).json()) as { version: number }
  expect((await colleague.request('POST', `/ticket/${ticketId}/assign`, { assigneeId: agent.id, version })).status).toBe(200)
  await drainBackground()
  await inWork(tenant, ({ tx }) => tx.notificationSend.updateMany({ data: { dueAt: new Date(Date.now() - 1000) } }))
  await sendNotificationsJob.run({ tenant, input: {} } as never)
  await drainBackground()
  const mails = await Promise.all((await mailsTo(agent.email)).map(({ raw }) => parseMail(raw)))
  notice = mails.find(({ senders }) => senders.replyTo.length > 0) as typeof notice
  address = notice.senders.replyTo[0]?.email as string
  noteAddress = /note\+[0-9a-f]{52}@desk\.localhost/.exec(notice.text)?.[0] as string
})

it('a notification of one ticket says where its reader answers, for them alone', () => {
  expect(address).toBe(staffAddress(tenant.ref, { ticketId, isNote: false }, agent.id))
  expect(noteAddress).toBe(staffAddress(tenant.ref, { ticketId, isNote: true }, agent.id))
  expect(address).not.toBe(staffAddress(tenant.ref, { ticketId, isNote: false }, colleague.id))
  expect(address.split('@')[0]?.length).toBeLessThanOrEqual(64)
  expect(notice.text).toMatch(/^##- .+ -##/)
})

const quoted = (text: string) =>
  text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\r\n')

it.each([
  ['Gmail', () => `Try it.\r\n\r\nOn Thu, 26 Nov 2026 at 10:00, Desk <${support}> wrote:\r\n\r\n${quoted(notice.text)}\r\n`],
  [
    'Outlook',
    () =>
      `Try it.\r\n\r\n________________________________\r\nFrom: Desk <${support}>\r\nSent: Thursday, November 26, 2026 10:00 AM\r\nTo: Bob\r\nSubject: New reply\r\n\r\n${notice.text}`,
  ],
  ['a program that marks nothing', () => `Try it.\r\n\r\n${notice.text}`],
  [
    'a program that indents',
    () =>
      `Try it.\r\n\r\n${notice.text
        .split('\n')
        .map((line) => `  ${line}`)
        .join('\r\n')}`,
  ],
])('an answer in the manner of %s is their reply, without what the notification said', async (_, body) => {
  const before = (await mailsTo('ada@example.com')).length
  const receipt = await deliver({ body: body() })
  expect(receipt).toMatchObject({ status: 'delivered', ticketId })
  expect(await lastMessage()).toMatchObject({
    kind: 'reply',
    authorKind: 'person',
    personId: agent.id,
    bodyText: 'Try it.',
    source: 'email',
  })
  const mails = await mailsTo('ada@example.com')
  expect(mails).toHaveLength(before + 1)
  const sent = mails.map(({ raw }) => raw.toString()).filter((raw) => raw.includes('Try it.'))
  expect(sent.length).toBeGreaterThan(0)
  for (const raw of sent) expect(raw).not.toMatch(/##-|answer\+|note\+/)
  const { status } = (await (await agent.request('GET', `/ticket/${ticketId}`)).json()) as { status: string }
  expect(status).toBe('in_progress')
})

it('at the note address it is an internal note', async () => {
  const before = (await mailsTo('ada@example.com')).length
  await deliver({ to: noteAddress, body: 'She calls often.' })
  expect(await lastMessage()).toMatchObject({ kind: 'note', personId: agent.id, isStranger: false, bodyText: 'She calls often.' })
  expect(await mailsTo('ada@example.com')).toHaveLength(before)
})

/** The newest notification that the agent has, of what the colleague has just done. */
async function told(act: () => Promise<unknown>) {
  const before = new Set((await mailsTo(agent.email)).map(({ raw }) => raw.toString()))
  await act()
  await drainBackground()
  await inWork(tenant, ({ tx }) =>
    tx.notificationSend.updateMany({ where: { sentAt: null }, data: { dueAt: new Date(Date.now() - 1000) } }),
  )
  await sendNotificationsJob.run({ tenant, input: {} } as never)
  await drainBackground()
  const fresh = (await mailsTo(agent.email)).filter(({ raw }) => !before.has(raw.toString()))
  expect(fresh).toHaveLength(1)
  return parseMail((fresh[0] as (typeof fresh)[0]).raw)
}
const say = async (body: string, isInternal: boolean) =>
  expect((await colleague.request('POST', `/ticket/${ticketId}/comments`, { body, isInternal })).status).toBe(201)

it('an answer to a notification of a note is a note; where a public reply is told as well, it is public', async () => {
  await inWork(tenant, ({ tx }) => tx.notification.updateMany({ data: { readAt: new Date() } }))
  await inWork(tenant, ({ tx }) => tx.workspace.updateMany({ data: { notificationDefaults: { ticket_commented: { mail: true } } } }))
  const ofNote = await told(() => say('She has not paid.', true))
  expect(ofNote.senders.replyTo[0]?.email).toBe(noteAddress)
  expect(ofNote.text).toContain(address)
  const before = (await mailsTo('ada@example.com')).length
  await deliver({ to: ofNote.senders.replyTo[0]?.email as string, body: `She never pays.\r\n\r\n${quoted(ofNote.text)}` })
  expect(await lastMessage()).toMatchObject({ kind: 'note', personId: agent.id, bodyText: 'She never pays.' })
  expect(await mailsTo('ada@example.com')).toHaveLength(before)

  // One unread notification tells the newest.
  const ofReply = await told(() => say('Try the other switch.', false))
  expect(ofReply.senders.replyTo[0]?.email).toBe(address)

  // What is weightier keeps its place, and says what came after it.
  await inWork(tenant, ({ tx }) => tx.notification.updateMany({ data: { readAt: new Date() } }))
  const mention = `<p><span data-type="mention" data-id="person:${agent.id}" data-label="Bob">@Bob</span> look</p>`
  const ofBoth = await told(async () => {
    const asked = { bodyHtml: mention, isInternal: true }
    expect((await colleague.request('POST', `/ticket/${ticketId}/comments`, asked)).status).toBe(201)
    await drainBackground()
    const type = (await inWork(tenant, ({ tx }) => tx.notification.findFirstOrThrow({ where: { personId: agent.id, readAt: null } }))).type
    expect(type).toBe('ticket_mentioned')
    await say('It is on its way.', false)
  })
  expect(ofBoth.senders.replyTo[0]?.email).toBe(address)
  await inWork(tenant, ({ tx }) => tx.notification.updateMany({ data: { readAt: new Date() } }))
  expect(
    (await told(() => colleague.request('POST', `/ticket/${ticketId}/comments`, { bodyHtml: mention, isInternal: true }))).senders
      .replyTo[0]?.email,
  ).toBe(noteAddress)
  // Who is mentioned watches the ticket.
  await inWork(tenant, ({ tx }) => tx.watcher.deleteMany({ where: { ticketId } }))
})

it('waits for the undo window, like what is sent at a screen', async () => {
  await inWork(tenant, ({ tx }) => tx.workspace.updateMany({ data: { undoSeconds: 60 } }))
  const before = (await mailsTo('ada@example.com')).length
  await deliver({ body: 'One more thing.' })
  expect(await lastMessage()).toMatchObject({ kind: 'reply', bodyText: 'One more thing.' })
  expect(await mailsTo('ada@example.com')).toHaveLength(before)
  await inWork(tenant, ({ tx }) => tx.workspace.updateMany({ data: { undoSeconds: 0 } }))
})

it.each<[string, () => Given, string]>([
  ['without proof', () => ({ dmarc: null }), 'answer_not_verified'],
  ['that fails', () => ({ dmarc: 'fail' }), 'answer_not_verified'],
  ['from a colleague', () => ({ from: colleague.email }), 'answer_not_theirs'],
  ['from the customer', () => ({ from: 'ada@example.com' }), 'answer_not_theirs'],
  ['with a signature that is not ours', () => ({ to: address.replace(/.{4}@/, '0000@') }), 'answer_not_theirs'],
  ['at the note address, signed for an answer', () => ({ to: address.replace('answer+', 'note+') }), 'answer_not_theirs'],
  ['that was written to others', () => ({ to: 'someone@example.com', recipient: address }), 'answer_not_theirs'],
  ['of two senders', () => ({ from: `${agent.email}>, Eve <eve@evil.example` }), 'answer_not_theirs'],
  ['of a program', () => ({ headers: ['Auto-Submitted: auto-generated'] }), 'answer_by_machine'],
])('one %s is kept with its reason, and nothing is said in their name', async (_, given, reason) => {
  const [messages, mails] = [await count(), (await readSpool('desk', 1000)).length]
  expect(await deliver(given())).toMatchObject({ status: 'attention', reason, ticketId: null })
  expect(await count()).toBe(messages)
  expect((await readSpool('desk', 1000)).length).toBe(mails)
})

it('a vacation notice to it is ignored', async () => {
  expect(await deliver({ headers: ['Auto-Submitted: auto-replied'] })).toMatchObject({ status: 'ignored' })
})

it('whoever lost access since says nothing any more, and it is kept', async () => {
  const elsewhere = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
  await inWork(tenant, ({ tx }) =>
    tx.ticket.updateMany({ where: { id: ticketId }, data: { departmentId: elsewhere.id, assigneeId: null } }),
  )
  const messages = await count()
  expect(await deliver({})).toMatchObject({ status: 'attention', reason: 'answer_not_allowed', ticketId: null })
  await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: agent.id }, data: { status: 'suspended' } }))
  expect(await deliver({})).toMatchObject({ status: 'attention', reason: 'answer_not_theirs' })
  expect(await count()).toBe(messages)
})
