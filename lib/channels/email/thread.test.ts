import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { replyAddress } from '../../mail/addresses'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { decide } from './decision'
import { gatherFacts } from './facts'
import { parseMail } from './parse'
import { readReceipt, receiveMail } from './receive'
import { receivedSchema } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let other: ResolvedTenant
let admin: TestPerson
const support = 'support@thread.localhost'
let counter = 0

interface Mail {
  from?: string
  to?: string
  cc?: string
  subject?: string
  id?: string
  headers?: string[]
  body?: string
}
const write = ({
  from = 'ada@example.com',
  to = support,
  cc,
  subject = 'Hello',
  id = `x${++counter}@example.com`,
  headers = [],
  body = 'Text.',
}: Mail) =>
  Buffer.from(
    [
      `From: ${from}`,
      `To: ${to}`,
      ...(cc ? [`Cc: ${cc}`] : []),
      `Subject: ${subject}`,
      `Message-ID: <${id}>`,
      ...headers,
      '',
      `${body} ${counter}`,
    ].join('\r\n'),
  )
const receive = (mail: Mail, into = tenant, recipient = into === tenant ? support : 'support@others.localhost') =>
  receiveMail(into, { recipient, provider: 'test', raw: write({ to: recipient, ...mail }) }, 'test')
async function deliver(mail: Mail, into = tenant) {
  const { id } = await receive(mail, into)
  await drainBackground()
  return (await readReceipt(into, id)).ticketId as string
}

/** Tickets by name, and the ids of messages that are known. */
const tickets: Record<string, string> = {}
const numbers: Record<string, string> = {}
let sent = ''
let foreign = ''

const reply = async (ticketId: string, body: string) => {
  const answer = await admin.request('POST', `/ticket/${ticketId}/comments`, { body })
  const { id } = (await answer.json()) as { id: string }
  return inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { id } }))
}
const set = (name: string, data: object) =>
  inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id: tickets[name] as string }, data }))

beforeAll(async () => {
  tenant = await makeTenant('thread')
  other = await makeTenant('others')
  admin = await makePerson(tenant, 'admin')
  const first: Record<string, [Mail, ResolvedTenant?]> = {
    lamp: [{ subject: 'Lamp', id: 'lamp@example.com', cc: 'cleo@example.com' }],
    door: [{ from: 'bob@example.com', subject: 'Door', id: 'door@example.com' }],
    merged: [{ subject: 'Lamp again', id: 'merged@example.com' }],
    closed: [{ subject: 'Old', id: 'closed@example.com' }],
    deleted: [{ subject: 'Gone', id: 'deleted@example.com' }],
    root: [
      {
        from: 'Eve <eve@team.example>',
        subject: 'Party',
        id: 'party-2@team.example',
        cc: 'finn@team.example',
        headers: ['References: <party-0@team.example> <party-1@team.example>'],
      },
    ],
    foreign: [{ subject: 'Elsewhere', id: 'elsewhere@example.com' }, other],
  }
  const received: [string, ResolvedTenant, string][] = []
  for (const [name, [mail, into = tenant]] of Object.entries(first)) received.push([name, into, (await receive(mail, into)).id])
  await drainBackground()
  for (const [name, into, id] of received) tickets[name] = (await readReceipt(into, id)).ticketId as string
  foreign = tickets.foreign as string
  delete tickets.foreign
  sent = (await reply(tickets.lamp as string, 'We look into it.')).messageId
  await drainBackground()
  for (const { id, number } of await inWork(tenant, ({ tx }) => tx.ticket.findMany())) {
    const name = Object.keys(tickets).find((key) => tickets[key] === id)
    if (name) numbers[name] = `[THREAD-${number}]`
  }
  await set('merged', { mergedIntoId: tickets.lamp as string, status: 'closed' })
  const longAgo = new Date(Date.now() - 90 * 86_400_000)
  await set('closed', { status: 'closed', closedAt: longAgo })
  await set('deleted', { deletedAt: new Date() })
})

/** What is decided, without doing it. */
async function decided(mail: Mail, recipient = support) {
  const read = { mail: await parseMail(write({ to: recipient, ...mail })), authentication: null }
  const received = receivedSchema.parse({
    receivedAt: new Date().toISOString(),
    envelope: { recipient, returnPath: null },
    verdict: null,
    attempt: 1,
  })
  const facts = await inWork(tenant, (work) => gatherFacts(work as never, { id: newId(), messageId: null }, received, read))
  const { outcome, steps } = decide(read.mail, facts)
  const ticketId = 'ticketId' in outcome ? outcome.ticketId : null
  return {
    kind: outcome.kind,
    ticket: Object.keys(tickets).find((name) => tickets[name] === ticketId) ?? ticketId,
    by: steps.find(({ step }) => step === 'thread')?.reason,
  }
}

type Case = [name: string, mail: () => Mail, expected: [kind: string, ticket: string | null, by: string], recipient?: () => string]
const inReplyTo = (value: string) => ({ headers: [`In-Reply-To: ${value}`] })
const references = (value: string) => ({ headers: [`References: ${value}`] })

const cases: Case[] = [
  // By what it refers to.
  ['its own first message', () => inReplyTo('<lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['what was sent to it', () => inReplyTo(`<${sent}>`), ['reply', 'lamp', 'reference']],
  ['References alone', () => references('<lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['the last of References', () => references('<u1@x> <u2@x> <lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['the first of References', () => references('<lamp@example.com> <u1@x> <u2@x>'), ['reply', 'lamp', 'reference']],
  ['one in the middle', () => references('<u1@x> <lamp@example.com> <u2@x>'), ['reply', 'lamp', 'reference']],
  ['the second in In-Reply-To', () => inReplyTo('<u1@x> <lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['what was sent to it, in large letters', () => inReplyTo(`<${sent.toUpperCase()}>`), ['reply', 'lamp', 'reference']],
  ['encoded', () => references('=?us-ascii?Q?=3Clamp=40example.com=3E?='), ['reply', 'lamp', 'reference']],
  ['as an address to write to', () => inReplyTo('<mailto:lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['bare', () => inReplyTo('lamp@example.com'), ['reply', 'lamp', 'reference']],
  ['bare among others', () => references('u1@x lamp@example.com'), ['reply', 'lamp', 'reference']],
  ['with a comment', () => inReplyTo('(your message of Monday) <lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['a comment with an address', () => inReplyTo('<lamp@example.com> (from door@example.com)'), ['reply', 'lamp', 'reference']],
  ['words of old programs', () => inReplyTo('Your message of "Mon, 2 Nov" <lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['without a blank between', () => references('<u1@x><lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['with commas', () => references('<u1@x>, <lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['folded', () => references('<u1@x>\r\n\t<lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['folded within', () => references('<lamp@\r\n example.com>'), ['reply', 'lamp', 'reference']],
  [
    'unknown In-Reply-To, known References',
    () => ({ headers: ['In-Reply-To: <u@x>', 'References: <lamp@example.com>'] }),
    ['reply', 'lamp', 'reference'],
  ],
  [
    'In-Reply-To before References',
    () => ({ headers: ['References: <door@example.com>', 'In-Reply-To: <lamp@example.com>'] }),
    ['reply', 'lamp', 'reference'],
  ],
  ['the nearest of two in References', () => references('<door@example.com> <lamp@example.com>'), ['reply', 'lamp', 'reference']],
  ['another subject', () => ({ subject: 'Something else', ...inReplyTo('<lamp@example.com>') }), ['reply', 'lamp', 'reference']],
  [
    'the number of another ticket',
    () => ({ subject: `Re: ${numbers.door}`, ...inReplyTo('<lamp@example.com>') }),
    ['reply', 'lamp', 'reference'],
  ],
  [
    'the address of another ticket',
    () => inReplyTo('<lamp@example.com>'),
    ['reply', 'lamp', 'reference'],
    () => replyAddress(tenant.ref, tickets.door as string),
  ],
  ['somebody who takes part', () => ({ from: 'cleo@example.com', ...inReplyTo('<lamp@example.com>') }), ['reply', 'lamp', 'reference']],
  ['a stranger', () => ({ from: 'zoe@example.com', ...inReplyTo('<lamp@example.com>') }), ['note', 'lamp', 'reference']],
  ['the requester of another', () => ({ from: 'bob@example.com', ...inReplyTo('<lamp@example.com>') }), ['note', 'lamp', 'reference']],
  ['passed on by whoever asked', () => ({ subject: 'Fwd: Lamp', ...references('<lamp@example.com>') }), ['reply', 'lamp', 'reference']],
  [
    'passed on by a stranger',
    () => ({ from: 'zoe@example.com', subject: 'Fwd: Lamp', ...references('<lamp@example.com>') }),
    ['note', 'lamp', 'reference'],
  ],
  ['a merged ticket', () => inReplyTo('<merged@example.com>'), ['reply', 'lamp', 'reference']],
  ['a closed ticket', () => inReplyTo('<closed@example.com>'), ['reply', 'closed', 'reference']],
  ['a deleted ticket', () => inReplyTo('<deleted@example.com>'), ['ticket', null, 'ticket_gone']],
  ['a deleted one and another', () => references('<lamp@example.com> <deleted@example.com>'), ['reply', 'lamp', 'reference']],
  ['a ticket of another workspace', () => inReplyTo('<elsewhere@example.com>'), ['ticket', null, 'no_thread']],
  ['nothing that is known', () => inReplyTo('<u9@x>'), ['ticket', null, 'no_thread']],
  // By where it was sent.
  ['the reply address', () => ({}), ['reply', 'lamp', 'reply_address'], () => replyAddress(tenant.ref, tickets.lamp as string)],
  [
    'the reply address in large letters',
    () => ({}),
    ['reply', 'lamp', 'reply_address'],
    () => replyAddress(tenant.ref, tickets.lamp as string).toUpperCase(),
  ],
  [
    'the reply address in Cc',
    () => ({ to: 'bob@example.com', cc: replyAddress(tenant.ref, tickets.lamp as string) }),
    ['reply', 'lamp', 'reply_address'],
  ],
  ...['Delivered-To', 'X-Original-To', 'Envelope-To'].map(
    (name): Case => [
      `the reply address in ${name}`,
      () => ({ headers: [`${name}: ${replyAddress(tenant.ref, tickets.lamp as string)}`] }),
      ['reply', 'lamp', 'reply_address'],
    ],
  ),
  [
    'the reply address of a stranger',
    () => ({ from: 'zoe@example.com' }),
    ['note', 'lamp', 'reply_address'],
    () => replyAddress(tenant.ref, tickets.lamp as string),
  ],
  [
    'the reply address before the number',
    () => ({ subject: `Re: ${numbers.closed}` }),
    ['reply', 'lamp', 'reply_address'],
    () => replyAddress(tenant.ref, tickets.lamp as string),
  ],
  [
    'the reply address of a merged ticket',
    () => ({}),
    ['reply', 'lamp', 'reply_address'],
    () => replyAddress(tenant.ref, tickets.merged as string),
  ],
  [
    'the reply address of a deleted ticket',
    () => ({}),
    ['ticket', null, 'ticket_gone'],
    () => replyAddress(tenant.ref, tickets.deleted as string),
  ],
  [
    'a reply address that is not signed',
    () => ({}),
    ['ticket', null, 'no_thread'],
    () => replyAddress(tenant.ref, tickets.lamp as string).replace(/.{4}@/, '0000@'),
  ],
  ['a reply address of another workspace', () => ({}), ['ticket', null, 'no_thread'], () => replyAddress(other.ref, foreign)],
  // By the number in its subject.
  ['the number', () => ({ subject: `Re: ${numbers.lamp} Lamp` }), ['reply', 'lamp', 'subject_number']],
  ['the number in small letters', () => ({ subject: `re: ${numbers.lamp?.toLowerCase()}` }), ['reply', 'lamp', 'subject_number']],
  ['the number in another subject', () => ({ subject: `Another thing ${numbers.lamp}` }), ['reply', 'lamp', 'subject_number']],
  [
    'the number, of somebody who takes part',
    () => ({ from: 'cleo@example.com', subject: `Re: ${numbers.lamp}` }),
    ['reply', 'lamp', 'subject_number'],
  ],
  ['the number, of a stranger', () => ({ from: 'zoe@example.com', subject: `Re: ${numbers.lamp}` }), ['ticket', null, 'not_taking_part']],
  [
    'the number, of whom the sender says to answer',
    () => ({ from: 'zoe@evil.example', subject: `Re: ${numbers.lamp}`, headers: ['Reply-To: ada@example.com'] }),
    ['ticket', null, 'not_taking_part'],
  ],
  ['the number without brackets', () => ({ subject: `Re: ${numbers.lamp?.replace(/[[\]]/g, '')}` }), ['ticket', null, 'no_thread']],
  ['the number of a merged ticket', () => ({ subject: `Re: ${numbers.merged}` }), ['reply', 'lamp', 'subject_number']],
  ['the number of a deleted ticket', () => ({ subject: `Re: ${numbers.deleted}` }), ['ticket', null, 'ticket_gone']],
  ['a number that no ticket has', () => ({ subject: 'Re: [THREAD-9999]' }), ['ticket', null, 'no_thread']],
  ['the number of another workspace', () => ({ subject: 'Re: [OTHERS-1]' }), ['ticket', null, 'no_thread']],
  // By where its thread began.
  [
    'a beginning that another named',
    () => ({ from: 'eve@team.example', ...references('<party-0@team.example> <party-7@team.example>') }),
    ['reply', 'root', 'common_root'],
  ],
  [
    'a beginning in In-Reply-To alone',
    () => ({ from: 'eve@team.example', ...inReplyTo('<party-0@team.example>') }),
    ['reply', 'root', 'common_root'],
  ],
  [
    'the beginning itself, which comes late',
    () => ({ from: 'finn@team.example', id: 'party-0@team.example' }),
    ['reply', 'root', 'common_root'],
  ],
  [
    'a beginning, of somebody who takes part',
    () => ({ from: 'finn@team.example', ...references('<party-0@team.example>') }),
    ['reply', 'root', 'common_root'],
  ],
  [
    'a beginning, of a stranger',
    () => ({ from: 'zoe@example.com', ...references('<party-0@team.example>') }),
    ['note', 'root', 'common_root'],
  ],
  [
    'the number before the beginning',
    () => ({ subject: `Re: ${numbers.lamp}`, ...references('<party-0@team.example>') }),
    ['reply', 'lamp', 'subject_number'],
  ],
  [
    'another beginning',
    () => ({ from: 'eve@team.example', ...references('<party-9@team.example> <party-7@team.example>') }),
    ['ticket', null, 'no_thread'],
  ],
]

describe('what a mail continues', () => {
  it.each(cases)('%s', async (_, mail, [kind, ticket, by], recipient) => {
    expect(await decided(mail(), recipient?.())).toEqual({ kind, ticket, by })
  })
  it('was asked in sixty ways', () => expect(cases.length).toBeGreaterThanOrEqual(60))
})

describe('one mail', () => {
  it('to two workspaces is a ticket in each', async () => {
    const both = { to: `${support}, support@others.localhost`, id: 'both@example.com', subject: 'Both' }
    const [here, there] = [await deliver(both), await deliver(both, other)]
    expect(here).toBeTruthy()
    expect(there).toBeTruthy()
    expect(here).not.toBe(there)
  })

  it('to two mailboxes is one ticket, in the department of the first in To', async () => {
    const [first, second] = await inWork(tenant, ({ tx }) => tx.department.findMany({ orderBy: { id: 'asc' }, take: 2 }))
    for (const [n, department] of [first, second].entries())
      await inWork(tenant, ({ tx }) =>
        tx.department.updateMany({ where: { id: department?.id as string }, data: { supportAddress: `box${n}@acme.example` } }),
      )
    const raw = write({ to: 'box1@acme.example, box0@acme.example', id: 'twice@example.com', subject: 'Twice' })
    const receipts = await Promise.all(
      ['box0@acme.example', 'box1@acme.example'].map((recipient) => receiveMail(tenant, { recipient, provider: 'test', raw }, 'test')),
    )
    await drainBackground()
    const [one, two] = await Promise.all(receipts.map(({ id }) => readReceipt(tenant, id)))
    expect(one?.ticketId).toBeTruthy()
    expect(two?.ticketId).toBe(one?.ticketId)
    const ticket = await inWork(tenant, ({ tx }) => tx.ticket.findFirstOrThrow({ where: { id: one?.ticketId as string } }))
    expect(ticket.departmentId).toBe(second?.id)
  })

  it('of two that come at once and name the same unknown beginning opens the ticket, the other continues it', async () => {
    const named = (n: number) =>
      write({ from: 'gus@example.com', id: `race-${n}@example.com`, subject: `Race ${n}`, headers: ['References: <race-0@example.com>'] })
    await Promise.all([1, 2, 3].map((n) => receiveMail(tenant, { recipient: support, provider: 'test', raw: named(n) }, 'test')))
    await drainBackground()
    expect(await inWork(tenant, ({ tx }) => tx.ticket.count({ where: { title: { startsWith: 'Race' } } }))).toBe(1)
  })
})
