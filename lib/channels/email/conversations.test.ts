import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { readSpool } from '../../mail/transport'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { parseMail } from './parse'
import { readReceipt, receiveMail } from './receive'

openTestDatabase()

let tenant: ResolvedTenant
let other: ResolvedTenant
let agent: TestPerson
const support = 'support@talk.localhost'
const elsewhere = 'support@talk2.localhost'

/** What an agent answered, as the customer has it. */
interface Ours {
  /** The Message-ID of the answer, of the acknowledgement, and of what the customer wrote first. */
  id: string
  acknowledgement: string
  first: string
  references: string
  replyTo: string
  number: string
  ticketId: string
}
interface Written {
  from?: string
  to?: string
  subject?: string
  id?: string | null
  headers?: string[]
  recipient?: string
}
type Where = 'here' | 'new'

let counter = 0
const bytes = ({ from, to, subject = 'RE: Lamp', id, headers = [], body }: Written & { from: string; to: string; body: string }) =>
  Buffer.from(
    [
      `From: ${from}`,
      `To: ${to}`,
      `Subject: ${subject}`,
      ...(id === null ? [] : [`Message-ID: <${id ?? `w${++counter}@client.example`}>`]),
      ...headers,
      '',
      body,
    ].join('\r\n'),
  )
const threaded = (m: Ours) => [`In-Reply-To: <${m.id}>`, `References: ${m.references} <${m.id}>`]
const named = (m: Ours, words = 'Lamp') => `[${m.number}] ${words}`
const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
const unknown = Array.from({ length: 250 }, (_, n) => `<u${n}@old.example>`).join('\r\n ')

/** What the customer's program makes of an answer, and whether that continues the ticket. */
const conversations: [name: string, answer: (m: Ours, from: string) => Written, where: Where][] = [
  ['Gmail', (m) => ({ to: m.replyTo, subject: `Re: ${named(m)}`, headers: threaded(m) }), 'here'],
  [
    'Outlook on a desktop',
    (m) => ({ to: `'Talk' <${m.replyTo}>`, subject: `RE: ${named(m)}`, headers: [...threaded(m), 'Thread-Topic: Lamp', 'Thread-Index: AdxA7w==', 'Content-Language: en-US'] }),
    'here',
  ],
  ['Outlook on a phone', (m) => ({ to: m.replyTo, headers: [`In-Reply-To: <${m.id}>`, `References: <${m.id}>`] }), 'here'],
  ['Exchange that keeps Thread-Index alone', (m) => ({ to: support, subject: `RE: ${named(m)}`, headers: ['Thread-Topic: Lamp', 'Thread-Index: AdxA7w=='] }), 'here'],
  ['Exchange that keeps nothing but the address', (m) => ({ to: m.replyTo, subject: 'RE: Lamp', headers: ['Thread-Index: AdxA7w=='] }), 'here'],
  ['an iPhone', (m) => ({ to: m.replyTo, headers: [`In-Reply-To: <${m.id}>`] }), 'here'],
  ['an iPhone that writes to the address it knows', (m) => ({ headers: [`In-Reply-To: <${m.id}>`] }), 'here'],
  ['Yahoo', (m) => ({ to: m.replyTo, headers: [`References: ${m.references} <${m.id}>`] }), 'here'],
  ['Lotus Notes, all in capitals', (m) => ({ to: m.replyTo.toUpperCase(), subject: 'ANTWORT: LAMP' }), 'here'],
  ['mail.ru, over many lines', (m) => ({ headers: [`References: <x@mail.example>\r\n\t<y@mail.example>\r\n\t<${m.id}>`] }), 'here'],
  ['QQ, by the number alone', (m) => ({ subject: encoded(`回复：${named(m)}`) }), 'here'],
  ['163, without a blank', (m) => ({ subject: `Re:${named(m)}` }), 'here'],
  ['a gateway that marks what is from outside', (m) => ({ subject: `[EXTERNAL] RE: ${named(m)}` }), 'here'],
  ['an encoded subject with the number', (m) => ({ subject: encoded(`AW: ${named(m, 'Größe')}`) }), 'here'],
  ['a subject folded at the number', (m) => ({ subject: `Re:\r\n ${named(m)}` }), 'here'],
  ['another subject', (m) => ({ subject: 'By the way, the fan', headers: threaded(m) }), 'here'],
  ['another subject, and nothing else', () => ({ subject: 'By the way, the fan' }), 'new'],
  ['an answer to the acknowledgement', (m) => ({ headers: [`In-Reply-To: <${m.acknowledgement}>`] }), 'here'],
  ['an answer to their own first mail', (m) => ({ headers: [`In-Reply-To: <${m.first}>`] }), 'here'],
  ['words around the id', (m) => ({ headers: [`In-Reply-To: Message from Talk of Tue <${m.id}>`] }), 'here'],
  ['a thread of 250 mails, ours the last', (m) => ({ headers: [`References: ${unknown}\r\n <${m.id}>`] }), 'here'],
  ['without a Message-ID', (m) => ({ id: null, headers: threaded(m) }), 'here'],
  ['a spouse', (m) => ({ from: 'spouse@home.example', to: m.replyTo, headers: threaded(m) }), 'here'],
  ['another address of their own', (m, from) => ({ from: from.replace('@', '+phone@'), to: m.replyTo, headers: threaded(m) }), 'here'],
  ['a stranger who guessed the number', (m) => ({ from: 'guess@evil.example', subject: `Re: ${named(m)}` }), 'new'],
  ['whom they passed it on to', (m) => ({ from: 'boss@client.example', to: m.replyTo, subject: `AW: WG: ${named(m)}`, headers: [`References: ${m.references} <${m.id}> <fw@client.example>`] }), 'here'],
  ['somebody in Cc who never had our answer', (m) => ({ from: 'finn@client.example', headers: [`In-Reply-To: <${m.first}>`] }), 'here'],
  [
    'a list that puts itself into From',
    (m, from) => ({ from: `'Customer' via Team <team@lists.example>`, to: m.replyTo, headers: [...threaded(m), `X-Original-From: ${from}`, 'List-Id: <team.lists.example>', 'Precedence: list'] }),
    'here',
  ],
  ['the same words again by the web', (m) => ({ to: `${m.replyTo}, ${support}`, headers: threaded(m) }), 'here'],
  ['a mail to two workspaces, here', (m) => ({ to: `${elsewhere}, ${support}`, headers: threaded(m) }), 'here'],
  ['a reply address with a hand on it', (m) => ({ to: m.replyTo.replace(/.{3}@/, 'abc@'), recipient: support }), 'new'],
] // biome-ignore format: one a line reads better

/** Tickets that the answers are spread over; to the last comes only what comes twice. */
const begins = 5
const ofTwice = begins - 1
const ofSeveral = conversations.findIndex(([name]) => name.startsWith('somebody in Cc')) % ofTwice
const isTwice = (name: string) => name.startsWith('the same words')

const results = new Map<string, { ours: Ours; ticketId: string | null; status: string }>()

async function receive(raw: Buffer, recipient: string, into = tenant) {
  return (await receiveMail(into, { recipient, provider: 'test', raw }, 'test')).id
}

beforeAll(async () => {
  forgetRateLimits()
  tenant = await makeTenant('talk')
  other = await makeTenant('talk2')
  agent = await makePerson(tenant, 'admin')
  const begun: { from: string; first: string; receipt: string }[] = []
  for (let n = 0; n < begins; n++) {
    const [from, first] = [`c${n}@client.example`, `first${n}@client.example`]
    const headers = n === ofSeveral ? ['Cc: finn@client.example'] : []
    const raw = bytes({ from, to: support, subject: `Lamp ${n}`, id: first, headers, body: `Number ${n} is red.` })
    begun.push({ from, first, receipt: await receive(raw, support) })
  }
  await drainBackground()
  const tickets = await Promise.all(begun.map(({ receipt }) => readReceipt(tenant, receipt)))
  await Promise.all(tickets.map(({ ticketId }) => agent.request('POST', `/ticket/${ticketId}/comments`, { body: 'Which lamp?' })))
  await drainBackground()
  const sent = await Promise.all((await readSpool('talk', 1000)).map(({ raw }) => parseMail(raw)))
  const answered: { name: string; ours: Ours; receipt: string }[] = []
  for (const [n, [name, answer]] of conversations.entries()) {
    const nth = isTwice(name) ? ofTwice : n % ofTwice
    const { from, first } = begun[nth] as (typeof begun)[number]
    const got = sent.filter(({ recipients }) => recipients.includes(from))
    const reply = got.find(({ text }) => text.includes('Which lamp?'))
    const acknowledgement = got.find((mail) => mail !== reply)
    const ours: Ours = {
      id: reply?.messageId ?? '',
      acknowledgement: acknowledgement?.messageId ?? '',
      first,
      references: reply?.headers.find((header) => header.name === 'references')?.value ?? '',
      replyTo: reply?.senders.replyTo[0]?.email ?? '',
      number: /\[(TALK-\d+)\]/.exec(reply?.subject ?? '')?.[1] ?? '',
      ticketId: tickets[nth]?.ticketId ?? '',
    }
    const written = answer(ours, from)
    const to = written.to ?? support
    const raw = bytes({ from, body: `Answer ${n}: the one in the hall.`, ...written, to })
    const recipient = written.recipient ?? /[^\s<>,;]+@[^\s<>,;]+/.exec(to)?.[0]?.replace(elsewhere, support).toLowerCase() ?? support
    answered.push({ name, ours, receipt: await receive(raw, recipient) })
    if (isTwice(name)) await receive(raw, support)
    if (name.startsWith('a mail to two')) results.set('there', { ours, ticketId: await receive(raw, elsewhere, other), status: '' })
  }
  await drainBackground()
  for (const { name, ours, receipt } of answered) results.set(name, { ours, ...(await readReceipt(tenant, receipt)) })
})

describe('the answer to an answer of ours', () => {
  it.each(conversations.map(([name, , where]) => [name, where] as const))('of %s goes %s', async (name, where) => {
    const { ours, ticketId, status } = results.get(name) ?? {}
    expect(ours).toMatchObject({
      id: expect.stringMatching(/./),
      replyTo: expect.stringMatching(/^reply\+/),
      number: expect.stringMatching(/./),
    })
    expect(status).toBe('delivered')
    expect(ticketId === ours?.ticketId ? 'here' : 'new').toBe(where)
  })

  it('that comes twice is there once', async () => {
    const ticketId = results.get('the same words again by the web')?.ours.ticketId as string
    expect(await inWork(tenant, ({ tx }) => tx.ticketMessage.count({ where: { ticketId } }))).toBe(3)
  })

  it('to two workspaces is a ticket of its own where nobody knows of it', async () => {
    const there = await readReceipt(other, results.get('there')?.ticketId as string)
    expect(there).toMatchObject({ status: 'delivered', ticketId: expect.any(String) })
  })
})

/** What a machine of theirs writes to each mail of ours; null where it is silent. */
type Robot = (
  mail: Awaited<ReturnType<typeof parseMail>>,
  raw: Buffer,
) => { from?: string; subject: string; headers?: string[]; body: string } | Buffer
const robots: [string, Robot][] = [
  ['Gmail, on vacation', (mail) => ({ subject: `Out of Office Re: ${mail.subject}`, headers: ['Auto-Submitted: auto-replied', `In-Reply-To: <${mail.messageId}>`], body: 'Away.' })],
  ['Exchange, on vacation', (mail) => ({ subject: `Automatic reply: ${mail.subject}`, headers: ['X-Auto-Response-Suppress: All', 'Auto-Submitted: auto-generated'], body: 'Away.' })],
  ['an old server, on vacation in German', (mail) => ({ subject: `Abwesenheitsnotiz: ${mail.subject}`, body: 'Ich bin nicht da.' })],
  ['a robot that answers "Re:" and nothing else', (mail) => ({ subject: `Re: ${mail.subject}`, body: 'We have it.' })],
  ['a robot in a language that nobody knows', () => ({ subject: 'Zxq wvut', body: 'Qwx zvut prst.' })],
  ['another desk that numbers', (mail) => ({ subject: `[#${++counter}] ${mail.subject}`, body: 'Your request was received.' })],
  ['a mail system that has no such user', (mail) => ({ from: 'MAILER-DAEMON@robot.example', subject: 'Undelivered Mail Returned to Sender', headers: ['Return-Path: <>'], body: `<${mail.recipients[0]}>: 550 5.1.1 User unknown` })],
  ['a rule that sends all of it back', (_, raw) => raw],
  ['a rule that passes all of it on as its own', (mail) => ({ subject: `Fwd: ${mail.subject}`, body: mail.text })],
  ['a list that we are on', (mail, raw) => Buffer.from(raw.toString().replace(/^Message-ID:.*\r?\n/im, `Message-ID: <l${++counter}@lists.example>\r\nList-Id: <all.lists.example>\r\nPrecedence: list\r\n`).replace(mail.subject, `[all] ${mail.subject}`))],
  ['one that wants to be confirmed', (mail) => ({ subject: 'Please confirm your message', headers: ['Auto-Submitted: auto-replied', 'Precedence: bulk', `In-Reply-To: <${mail.messageId}>`], body: 'Press here.' })],
] // biome-ignore format: one a line reads better

describe('a machine that answers all that it gets', () => {
  const messages = robots.map(() => 0)
  beforeAll(async () => {
    forgetRateLimits()
    const mine = await makeTenant('robots')
    const to = 'support@robots.localhost'
    const fromOf = (n: number) => `all${n}@robot${n}.example`
    const say = (n: number, raw: Buffer, recipient = to) => {
      messages[n] = (messages[n] ?? 0) + 1
      return receive(raw, recipient, mine)
    }
    for (const n of robots.keys()) await say(n, bytes({ from: fromOf(n), to, subject: `Lamp ${'x'.repeat(n)}`, body: 'The lamp is dark.' }))
    await drainBackground()
    const seen = new Set<string>()
    for (let isQuiet = false; !isQuiet && Math.max(...messages) < 12; await drainBackground()) {
      isQuiet = true
      for (const { id, raw } of await readSpool('robots', 1000)) {
        const mail = await parseMail(raw)
        const n = robots.findIndex((_, each) => mail.recipients.includes(fromOf(each)))
        const robot = robots[n]?.[1]
        if (seen.has(id) || !robot) continue
        seen.add(id)
        isQuiet = false
        messages[n] = (messages[n] ?? 0) + 1
        const said = robot(mail, raw)
        await say(n, Buffer.isBuffer(said) ? said : bytes({ from: fromOf(n), to, ...said }), mail.senders.replyTo[0]?.email)
      }
    }
  })

  it.each(robots.map(([name], n) => [name, n] as const))('%s, ends within three messages', (_, n) => {
    expect(messages[n]).toBeGreaterThanOrEqual(1)
    expect(messages[n]).toBeLessThanOrEqual(3)
  })

  it('was answered once by most of them', () => expect(messages.filter((count) => count === 3).length).toBeGreaterThanOrEqual(8))
})
