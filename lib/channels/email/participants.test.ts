import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { replyAddress } from '../../mail/addresses'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { readReceipt, receiveMail } from './receive'
import type { Verdict } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
const support = 'support@people.localhost'
beforeAll(async () => {
  tenant = await makeTenant('people')
  agent = await makePerson(tenant, 'agent')
})

let counter = 0
interface Mail {
  from?: string
  to?: string
  cc?: string
  subject?: string
  answers?: string
  headers?: string[]
  dmarc?: Verdict['dmarc']
  isSpam?: boolean
}

async function deliver({
  from = 'amina@shop.example',
  to = support,
  cc,
  subject = 'Delivery',
  answers,
  headers = [],
  dmarc = 'pass',
  isSpam,
}: Mail) {
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    ...(cc ? [`Cc: ${cc}`] : []),
    `Subject: ${subject}`,
    `Message-ID: <p${++counter}@shop.example>`,
    ...(answers ? [`In-Reply-To: <${answers}>`] : []),
    ...headers,
    '',
    `Text ${counter}.`,
  ]
  const mail = { recipient: support, provider: 'test', raw: Buffer.from(lines.join('\r\n')) }
  const { id } = await receiveMail(tenant, { ...mail, verdict: { spf: null, dkim: null, dmarc, isSpam: isSpam ?? null } }, 'test')
  await drainBackground()
  const receipt = await readReceipt(tenant, id)
  return { ...receipt, id, ticketId: receipt.ticketId as string }
}

const peopleOf = (ticketId: string) =>
  inWork(tenant, async ({ tx }) => {
    const rows = await tx.ticketParticipant.findMany({
      where: { ticketId, removedAt: null },
      include: { contact: { select: { name: true, addresses: { select: { email: true } } } } },
    })
    return rows.map(({ contact }) => contact.addresses[0]?.email).sort()
  })

const messagesOf = (ticketId: string) =>
  inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }))
const ticketOf = (id: string) => inWork(tenant, ({ tx }) => tx.ticket.findFirstOrThrow({ where: { id } }))
const firstId = async (ticketId: string) => (await messagesOf(ticketId))[0]?.messageId as string

describe('people in To and Cc', () => {
  it('take part from the message that names them', async () => {
    const { ticketId } = await deliver({
      cc: 'Boss <Boss@shop.example>, desk@shop.example, boss@shop.example',
      to: `${support}, ops@shop.example`,
    })
    expect(await peopleOf(ticketId)).toEqual(['boss@shop.example', 'desk@shop.example', 'ops@shop.example'])
    const [first] = await messagesOf(ticketId)
    const rows = await inWork(tenant, ({ tx }) => tx.ticketParticipant.findMany({ where: { ticketId }, include: { contact: true } }))
    for (const row of rows) expect(row).toMatchObject({ sinceMessageId: first?.id, sinceAt: first?.createdAt, addedById: null })
    expect(rows.map(({ contact }) => contact.name)).toContain('Boss')
  })

  it('stand on the message for staff as they were written; customers see neither, and whom a mail does not name reads it all the same', async () => {
    const customer = await makePerson(tenant, 'customer', { email: 'dora@shop.example' })
    await customer.request('POST', '/ticket', { title: 'Own', description: 'Dora asks.' })
    const { ticketId } = await deliver({
      from: 'writes@shop.example',
      to: `Help <${support}>`,
      cc: 'Boss <boss@shop.example>, dora@shop.example',
    })
    const staff = await agent.request('GET', `/ticket/${ticketId}/comments`)
    const { items } = (await staff.json()) as { items: { addressees: unknown }[] }
    const cc = [
      { email: 'boss@shop.example', name: 'Boss' },
      { email: 'dora@shop.example', name: '' },
    ]
    expect(items[0]?.addressees).toEqual({ to: [{ email: support, name: 'Help' }], cc })
    const answer = replyAddress(tenant.ref, ticketId)
    await deliver({ from: 'writes@shop.example', to: `${answer}, Help <${support}>`, answers: await firstId(ticketId) })
    const [, reply] = await messagesOf(ticketId)
    expect(reply?.addressees).toEqual({ to: [{ email: support, name: 'Help' }], cc: [] })
    const seen = await (await customer.request('GET', `/participation/${ticketId}`)).text()
    expect(seen).toContain(reply?.bodyText)
    expect(seen).not.toContain('boss@shop.example')
  })

  it('are not our own addresses, nor such as nobody reads, nor the sender', async () => {
    const ours = [support, 'sales@people.localhost', replyAddress({ slug: 'globex', id: 'x' } as never, newId())]
    const machines = ['no-reply@shop.example', 'MAILER-DAEMON@shop.example', 'team-request@shop.example', 'team@googlegroups.com']
    const { ticketId } = await deliver({ cc: [...ours, ...machines, 'amina@shop.example', 'sam@shop.example'].join(', ') })
    expect(await peopleOf(ticketId)).toEqual(['sam@shop.example'])
  })

  it('whoever is blocked does not, nor whom a program or a list names, nor anybody whose sender is not who they say', async () => {
    await inWork(tenant, ({ tx }) => tx.blockedSender.create({ data: { tenantId: tenant.ref.id, email: 'pest@shop.example' } }))
    expect(await peopleOf((await deliver({ cc: 'pest@shop.example, fine@shop.example' })).ticketId)).toEqual(['fine@shop.example'])
    for (const header of ['Auto-Submitted: auto-generated', 'List-Id: <l.shop.example>'])
      expect(await peopleOf((await deliver({ cc: 'x@shop.example', headers: [header] })).ticketId)).toEqual([])
  })

  it("another workspace's support address is an address like any other", async () => {
    expect(await peopleOf((await deliver({ cc: 'support@globex.localhost' })).ticketId)).toEqual(['support@globex.localhost'])
  })

  it('are 50 at most; the others are named in a note, and become no contacts', async () => {
    const cc = Array.from({ length: 2000 }, (_, n) => `crowd${n}@crowd.example`).join(', ')
    const { ticketId } = await deliver({ cc })
    expect(await peopleOf(ticketId)).toHaveLength(50)
    const note = (await messagesOf(ticketId)).find(({ kind }) => kind === 'note')
    expect(note?.bodyText).toContain('crowd50@crowd.example')
    expect(note?.bodyText).not.toContain('crowd49@crowd.example')
    expect(await inWork(tenant, ({ tx }) => tx.contactAddress.count({ where: { email: { endsWith: '@crowd.example' } } }))).toBe(50)
    await deliver({ cc: 'late@shop.example', answers: await firstId(ticketId) })
    expect(await peopleOf(ticketId)).toHaveLength(50)
    expect((await messagesOf(ticketId)).at(-1)).toMatchObject({ kind: 'note', bodyText: expect.stringContaining('late@shop.example') })
  })

  it('are ten at most where the sender is not proven', async () => {
    const cc = Array.from({ length: 12 }, (_, n) => `stranger${n}@strangers.example`).join(', ')
    const { ticketId } = await deliver({ cc, dmarc: null })
    expect(await peopleOf(ticketId)).toHaveLength(10)
    const note = (await messagesOf(ticketId)).find(({ kind }) => kind === 'note')
    expect(note?.bodyText).toMatch(/does not confirm .* at most 10 .* 2 were not added: stranger10@strangers.example, stranger11@/)
    expect(await inWork(tenant, ({ tx }) => tx.contactAddress.count({ where: { email: { endsWith: '@strangers.example' } } }))).toBe(10)
    expect(await peopleOf((await deliver({ cc })).ticketId)).toHaveLength(12)
  })
})

describe('mail of whoever takes part', () => {
  it('is a reply that wakes the ticket, and may name others', async () => {
    const { ticketId } = await deliver({ cc: 'boss@shop.example' })
    await agent.request('POST', `/ticket/${ticketId}/assign`, { assigneeId: agent.id, version: 1 })
    const { version } = await ticketOf(ticketId)
    expect((await agent.request('PUT', `/ticket/${ticketId}/status`, { status: 'resolved', version })).status).toBe(200)
    await deliver({ from: 'boss@shop.example', cc: 'amina@shop.example, lawyer@shop.example', answers: await firstId(ticketId) })
    expect(await ticketOf(ticketId)).toMatchObject({ status: 'assigned', hasNewReply: true })
    const reply = (await messagesOf(ticketId)).at(-1)
    expect(reply).toMatchObject({ kind: 'reply', isStranger: false, authorKind: 'contact' })
    expect(await peopleOf(ticketId)).toEqual(['boss@shop.example', 'lawyer@shop.example'])
    const lawyer = await inWork(tenant, ({ tx }) =>
      tx.ticketParticipant.findFirstOrThrow({ where: { ticketId, contact: { addresses: { some: { email: 'lawyer@shop.example' } } } } }),
    )
    expect(lawyer.sinceMessageId).toBe(reply?.id)
  })

  it('finds the ticket by the number in its subject; a stranger names nobody', async () => {
    const { ticketId } = await deliver({ cc: 'boss@shop.example' })
    const { number } = await ticketOf(ticketId)
    expect((await deliver({ from: 'boss@shop.example', subject: `[PEOPLE-${number}]` })).ticketId).toBe(ticketId)
    const stranger = await deliver({ from: 'eve@evil.example', cc: 'friend@evil.example', answers: await firstId(ticketId) })
    expect(stranger.ticketId).toBe(ticketId)
    expect((await messagesOf(ticketId)).at(-1)).toMatchObject({ kind: 'note', isStranger: true })
    expect(await peopleOf(ticketId)).toEqual(['boss@shop.example'])
  })

  it('names nobody unless it is proven; a new request may', async () => {
    const { ticketId } = await deliver({ cc: 'boss@shop.example', dmarc: null })
    expect(await peopleOf(ticketId)).toEqual(['boss@shop.example'])
    const { number } = await ticketOf(ticketId)
    for (const how of [{ answers: await firstId(ticketId) }, { subject: `[PEOPLE-${number}]` }, { to: replyAddress(tenant.ref, ticketId) }])
      expect((await deliver({ ...how, cc: 'eve@evil.example', dmarc: null })).ticketId).toBe(ticketId)
    expect((await messagesOf(ticketId)).map(({ kind }) => kind)).toEqual(['description', 'reply', 'reply', 'reply'])
    expect(await peopleOf(ticketId)).toEqual(['boss@shop.example'])
  })

  it('is not what a stranger sends who says to answer them', async () => {
    const { ticketId } = await deliver({ cc: 'boss@shop.example' })
    const to = replyAddress(tenant.ref, ticketId)
    for (const [from, writer] of [
      ['eve@evil.example', 'amina@shop.example'],
      ['eve@evil.example', 'boss@shop.example'],
      ['eve@shop.example', 'boss@shop.example'],
    ]) {
      expect((await deliver({ from, to, cc: 'eve@evil.example', headers: [`Reply-To: ${writer}`] })).ticketId).toBe(ticketId)
      expect((await messagesOf(ticketId)).at(-1)).toMatchObject({ kind: 'note', isStranger: true })
    }
    expect(await peopleOf(ticketId)).toEqual(['boss@shop.example'])
  })

  it('whom staff removed writes as a stranger, and answers to all do not bring them back', async () => {
    const { ticketId } = await deliver({ cc: 'boss@shop.example' })
    await inWork(tenant, ({ tx, now }) => tx.ticketParticipant.updateMany({ where: { ticketId }, data: { removedAt: now } }))
    await deliver({ from: 'boss@shop.example', answers: await firstId(ticketId) })
    expect((await messagesOf(ticketId)).at(-1)).toMatchObject({ kind: 'note', isStranger: true })
    await deliver({ cc: 'boss@shop.example', answers: await firstId(ticketId) })
    expect(await peopleOf(ticketId)).toEqual([])
  })
})

describe('whoever takes part goes along', () => {
  let owner: TestPerson
  beforeAll(async () => {
    owner = await makePerson(tenant, 'owner')
  })
  const made = async <T = { id: string }>(answer: Promise<Response>): Promise<T> => {
    const response = await answer
    expect(response.status, await response.clone().text()).toBeLessThan(300)
    return (await response.json()) as T
  }
  const sinceOf = (ticketId: string) => inWork(tenant, ({ tx }) => tx.ticketParticipant.findMany({ where: { ticketId, removedAt: null } }))

  it('with a ticket that is merged, without what was said in the other before, and comes back', async () => {
    const into = await deliver({ cc: 'first@shop.example' })
    const from = await deliver({ cc: 'second@shop.example' })
    const last = await deliver({ answers: await firstId(into.ticketId) })
    const before = await sinceOf(into.ticketId)
    const { number } = await ticketOf(into.ticketId)
    const { mergeId } = await made<{ mergeId: string }>(
      owner.request('POST', `/ticket/${from.ticketId}/merge`, { into: `PEOPLE-${number}` }),
    )
    expect(await peopleOf(into.ticketId)).toEqual(['first@shop.example', 'second@shop.example'])
    const ends = await messagesOf(last.ticketId)
    for (const { sinceAt } of await sinceOf(into.ticketId)) {
      const unseen = ends.filter(({ createdAt }) => createdAt < sinceAt)
      expect(unseen.length).toBeGreaterThan(0)
    }
    await made(owner.request('POST', `/ticket/merges/${mergeId}/undo`))
    expect(await sinceOf(into.ticketId)).toEqual(before)
    expect(await peopleOf(from.ticketId)).toEqual(['second@shop.example'])
  })

  it('with a message that they see and that becomes a ticket', async () => {
    const { ticketId } = await deliver({ cc: 'early@shop.example' })
    await deliver({ answers: await firstId(ticketId) })
    const [, second] = await messagesOf(ticketId)
    await deliver({ cc: 'late@shop.example', answers: await firstId(ticketId) })
    const split = await made(owner.request('POST', `/ticket/${ticketId}/comments/${second?.id}/split`, { title: 'Apart' }))
    expect(await peopleOf(split.id)).toEqual(['early@shop.example'])
  })

  it('with the contact that is merged, from the earlier place on, and comes back', async () => {
    const { ticketId } = await deliver({ cc: 'one@shop.example' })
    await deliver({ cc: 'two@shop.example', answers: await firstId(ticketId) })
    const before = await sinceOf(ticketId)
    const [one, two] = await inWork(tenant, async ({ tx }) => {
      const find = (email: string) => tx.contactAddress.findFirstOrThrow({ where: { email } })
      return [await find('one@shop.example'), await find('two@shop.example')]
    })
    await made(owner.request('POST', `/contacts/${two?.contactId}/merge`, { fromId: one?.contactId }))
    const merged = (await sinceOf(ticketId)).find(({ contactId }) => contactId === two?.contactId)
    expect(merged?.sinceAt).toEqual(before.find(({ contactId }) => contactId === one?.contactId)?.sinceAt)
    const { items } = await made<{ items: { id: string }[] }>(owner.request('GET', `/contacts/${two?.contactId}/merges`))
    await made(owner.request('POST', `/contacts/merges/${items[0]?.id}/undo`))
    const byId = (rows: typeof before) => rows.toSorted((a, b) => a.contactId.localeCompare(b.contactId))
    expect(byId(await sinceOf(ticketId))).toEqual(byId(before))
  })

  it('and it is listed with the contact, apart from what they asked for, until they take part no more', async () => {
    const { ticketId } = await deliver({ cc: 'listed@shop.example' })
    const { contactId } = await inWork(tenant, ({ tx }) => tx.contactAddress.findFirstOrThrow({ where: { email: 'listed@shop.example' } }))
    const listed = async (as: string) => {
      const { items } = await made<{ items: { id: string }[] }>(agent.request('GET', `/contacts/${contactId}/tickets${as}`))
      return items.map(({ id }) => id)
    }
    expect([await listed('?as=participant'), await listed('')]).toEqual([[ticketId], []])
    await made(agent.request('DELETE', `/ticket/${ticketId}/participants/${contactId}`))
    expect(await listed('?as=participant')).toEqual([])
  })

  it('until the contact is deleted; what is kept of them is handed out and erased', async () => {
    const { ticketId } = await deliver({ cc: 'gone@shop.example, kept@shop.example' })
    const idOf = (email: string) =>
      inWork(tenant, async ({ tx }) => (await tx.contactAddress.findFirstOrThrow({ where: { email } })).contactId)
    const kept = await idOf('kept@shop.example')
    await made(owner.request('DELETE', `/contacts/${await idOf('gone@shop.example')}`))
    expect(await peopleOf(ticketId)).toEqual(['kept@shop.example'])
    const exported = await made<{ participations: unknown[] }>(owner.request('GET', `/contacts/${kept}/personal-data`))
    expect(JSON.stringify(exported)).toContain(ticketId)
  })
})

it('the example of people in Cc', async () => {
  const raw = Buffer.from(
    readFileSync(new URL('../../testing/mails/cases/cc-people.eml', import.meta.url), 'latin1').replaceAll('acme', 'people'),
    'latin1',
  )
  const { id } = await receiveMail(tenant, { recipient: support, provider: 'test', raw }, 'test')
  await drainBackground()
  const { ticketId } = await readReceipt(tenant, id)
  expect(await peopleOf(ticketId as string)).toEqual(['boss@shop.example', 'desk@shop.example'])
})

describe('of a kept email that is recovered', () => {
  const cc = 'boss@shop.example'
  /** A mail that was taken for spam, and where it goes by hand. */
  const recovered = async (given: Mail, how: object) => {
    const admin = await makePerson(tenant, 'admin')
    const { id } = await deliver({ ...given, isSpam: true })
    const answer = await admin.request('POST', `/settings/mail/messages/${id}/recover`, how)
    expect(answer.status, await answer.clone().text()).toBe(200)
    return ((await answer.json()) as { ticketId: string }).ticketId
  }

  it('whom it names takes part in the ticket that is made of it, unless its sender fails or somebody else is said to ask', async () => {
    const ticket = (given: Mail, requester?: object) => recovered({ cc, ...given }, { action: 'ticket', requester })
    expect(await peopleOf(await ticket({}))).toEqual([cc])
    expect(await peopleOf(await ticket({ dmarc: null }))).toEqual([cc])
    expect(await peopleOf(await ticket({ dmarc: 'fail' }))).toEqual([])
    expect(await peopleOf(await ticket({ headers: ['Reply-To: other@else.example'] }))).toEqual([])
    expect(await peopleOf(await ticket({}, { email: 'other@shop.example' }))).toEqual([])
    expect(await peopleOf(await ticket({ headers: ['Precedence: bulk'] }))).toEqual([])
    const crowd = Array.from({ length: 12 }, (_, n) => `p${n}@crowd.example`).join(', ')
    const many = await ticket({ dmarc: null, cc: crowd })
    expect(await peopleOf(many)).toHaveLength(10)
    expect((await messagesOf(many)).at(-1)).toMatchObject({ kind: 'note', authorKind: 'system' })
  })

  it('and in the one that it is attached to, where the requester is proven; of a stranger nobody does', async () => {
    const attached = async (given: Mail) => {
      const { ticketId: into } = await deliver({})
      await recovered({ cc, ...given }, { action: 'attach', into })
      return peopleOf(into)
    }
    expect(await attached({})).toEqual([cc])
    expect(await attached({ dmarc: null })).toEqual([])
    expect(await attached({ dmarc: 'fail' })).toEqual([])
    expect(await attached({ from: 'eve@evil.example' })).toEqual([])
  })
})
