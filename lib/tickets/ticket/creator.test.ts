import { beforeAll, describe, expect, it } from 'vitest'
import { receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { supportAddress } from '../../mail/addresses'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let admin: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('creator')
  agent = await makePerson(tenant, 'agent')
  admin = await makePerson(tenant, 'admin')
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const read = (who: TestPerson, id: string) => json<TicketOutput>(who.request('GET', `/ticket/${id}`))
const creatorOf = ({ creatorName, creatorEmail, creatorPhone }: TicketOutput) => [creatorName, creatorEmail, creatorPhone]

it('is told what to enter for each field that was left empty, and of an address only when one was given', async () => {
  const problems = async (body: object) =>
    (await json<{ fields: Record<string, string[]> }>(send(tenant, 'POST', '/public/tickets', body))).fields
  expect(await problems({ name: '', email: ' ', title: '', description: '' })).toEqual({
    name: ['Enter a name.'],
    email: ['Enter an email address.'],
    title: ['Enter a subject.'],
    description: ['Enter a description.'],
  })
  expect(await problems({ name: 'A', email: 'nowhere', title: 'T', description: 'D' })).toEqual({
    email: ['This is not an email address.'],
  })
})

it('can be shared where the requester has an organisation', async () => {
  const requester = { name: 'Zawadi', email: 'zawadi@example.com' }
  const { id } = await json<TicketOutput>(agent.request('POST', '/ticket', { title: 'T', description: 'D', requester }))
  const isShareable = async () => (await json<{ isShareable: boolean }>(agent.request('GET', `/ticket/${id}/page`))).isShareable
  expect(await isShareable()).toBe(false)
  const organisation = await json<{ id: string }>(admin.request('POST', '/organisations', { name: 'Zanzibar Ltd' }))
  await inWork(tenant, ({ tx }) =>
    tx.contact.updateMany({ where: { tickets: { some: { id } } }, data: { organisationId: organisation.id } }),
  )
  expect(await isShareable()).toBe(true)
})

describe('who asked', () => {
  it('is kept as they named themselves, whatever the contact is called since', async () => {
    const asked = { name: 'Amina K.', email: 'amina@example.com', phone: '+255 700 111', title: 'Help', description: 'Please.' }
    const { id } = await json<{ id: string }>(send(tenant, 'POST', '/public/tickets', asked))
    await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where: { tickets: { some: { id } } }, data: { name: 'Mrs Kimaro' } }))
    const ticket = await read(agent, id)
    expect(ticket.requester.name).toBe('Mrs Kimaro')
    expect(creatorOf(ticket)).toEqual(['Amina K.', 'amina@example.com', '+255 700 111'])
  })

  it('is the sender of a mail, the contact of whoever is known, and what staff say', async () => {
    const recipient = supportAddress(tenant.ref)
    const raw = [
      'From: "B. Baraka" <baraka@example.com>',
      `To: ${recipient}`,
      'Message-ID: <one@example.com>',
      'Subject: By mail',
      '',
      'Hi',
    ]
    await receiveMail(tenant, { recipient, provider: 'test', raw: Buffer.from(raw.join('\r\n')) }, 'test')
    await drainBackground()
    const { items } = await json<{ items: TicketOutput[] }>(admin.request('GET', '/ticket'))
    const mailed = items.find(({ title }) => title === 'By mail') as TicketOutput
    expect(creatorOf(mailed)).toEqual(['B. Baraka', 'baraka@example.com', null])
    const ask = (body: object, who = agent) => json<TicketOutput>(who.request('POST', '/ticket', { title: 'T', description: 'D', ...body }))
    const requester = { name: 'Chidi', email: 'chidi@example.com' }
    expect(creatorOf(await ask({ requester }))).toEqual(['Chidi', 'chidi@example.com', null])
    const said = { creatorName: 'His brother', creatorEmail: 'brother@example.com', creatorPhone: '12345' }
    expect(creatorOf(await ask({ requester, ...said }))).toEqual(Object.values(said))
    const customer = await makePerson(tenant, 'customer')
    const own = await ask({}, customer)
    expect(creatorOf(own)).toEqual([customer.name, null, null])
    expect(creatorOf(await read(agent, own.id))).toEqual([customer.name, customer.email, null])
    expect((await customer.request('POST', '/ticket', { title: 'T', description: 'D', ...said })).status).toBe(403)
  })

  it('has the tier of the contact, or of its organisation, for staff alone', async () => {
    const customer = await makePerson(tenant, 'customer')
    const { id } = await json<TicketOutput>(customer.request('POST', '/ticket', { title: 'Tier', description: 'D' }))
    const tier = async (who: TestPerson) => (await read(who, id)).customerTier
    expect(await tier(agent)).toBeNull()
    const company = await json<{ id: string }>(admin.request('POST', '/organisations', { name: 'Acme', tier: 'basic' }))
    const where = { tickets: { some: { id } } }
    await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where, data: { organisationId: company.id } }))
    expect(await tier(agent)).toBe('basic')
    await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where, data: { tier: 'premium' } }))
    expect([await tier(agent), await tier(customer)]).toEqual(['premium', null])
  })
})

describe('a request that is not public', () => {
  it('is its requester’s alone, also where their organisation shares requests', async () => {
    const [one, other] = [await makePerson(tenant, 'customer'), await makePerson(tenant, 'customer')]
    const shared = await json<{ id: string }>(admin.request('POST', '/organisations', { name: 'Shared', sharesTickets: true }))
    const { id } = await json<TicketOutput>(one.request('POST', '/ticket', { title: 'Salary', description: 'D' }))
    await other.request('POST', '/ticket', { title: 'Other', description: 'D' })
    const personId = { in: [one.id, other.id] }
    await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where: { personId }, data: { organisationId: shared.id } }))
    const titles = async (who: TestPerson) =>
      (await json<{ items: TicketOutput[] }>(who.request('GET', '/ticket'))).items.map(({ title }) => title).sort()
    expect(await titles(other)).toEqual(['Other', 'Salary'])
    expect((await other.request('GET', `/ticket/${id}`)).status).toBe(200)
    const hidden = await admin.request('PATCH', `/ticket/${id}`, { isPublic: false, version: 1 })
    expect(hidden.status, await hidden.clone().text()).toBe(200)
    expect(await titles(other)).toEqual(['Other'])
    for (const path of ['', '/comments', '/attachments'])
      expect((await other.request('GET', `/ticket/${id}${path}`)).status, path).toBe(404)
    expect(await titles(one)).toEqual(['Other', 'Salary'])
    expect((await read(one, id)).isPublic).toBe(false)
    expect((await one.request('PATCH', `/ticket/${id}`, { isPublic: true, version: 2 })).status).toBe(403)
    expect((await eventsOf(tenant, id)).at(-1)).toMatchObject({ type: 'ticket.details_changed', payload: { after: { isPublic: false } } })
  })
})

describe('the time a ticket was first opened', () => {
  it('is when one of the staff first looked at it; nothing is told, and it stays', async () => {
    const customer = await makePerson(tenant, 'customer')
    const { id } = await json<TicketOutput>(customer.request('POST', '/ticket', { title: 'New', description: 'D' }))
    await drainBackground()
    expect((await read(agent, id)).firstOpenedAt).toBeNull()
    expect((await customer.request('POST', `/ticket/${id}/read`)).status).toBe(403)
    const before = await eventsOf(tenant, id)
    expect((await agent.request('POST', `/ticket/${id}/read`)).status).toBe(200)
    const { firstOpenedAt, version } = await read(agent, id)
    expect(Date.now() - Date.parse(`${firstOpenedAt}`)).toBeLessThan(60_000)
    expect(version).toBe(1)
    await admin.request('POST', `/ticket/${id}/read`)
    await drainBackground()
    expect((await read(admin, id)).firstOpenedAt).toBe(firstOpenedAt)
    expect(await eventsOf(tenant, id)).toEqual(before)
    expect((await read(customer, id)).firstOpenedAt).toBeNull()
    const { items } = await json<{ items: TicketOutput[] }>(agent.request('GET', '/ticket?q=is:opened&view=all'))
    expect(items.map((ticket) => ticket.id)).toEqual([id])
  })
})
