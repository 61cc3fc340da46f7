import { beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../actor/actor'
import { sealSession, sessionCookieName } from '../actor/cookies'
import { newId } from '../core/id'
import { authenticate } from '../procedure/authenticate'
import { callerOf } from '../procedure/caller'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
const people: Record<string, TestPerson> = {}
const tickets: Record<string, string> = {}

beforeAll(async () => {
  tenant = await makeTenant('sight')
  const tenantId = tenant.ref.id
  for (const role of ['owner', 'admin', 'moderator', 'agent', 'customer'] as const) people[role] = await makePerson(tenant, role)
  people.outsider = await makePerson(tenant, 'agent')
  people.granted = await makePerson(tenant, 'agent')
  people.grantedByRole = await makePerson(tenant, 'agent')
  people.blind = await makePerson(tenant, 'agent')
  const [support, finance] = await inWork(tenant, ({ tx }) => tx.department.findMany({ orderBy: { isDefault: 'desc' } }))
  const inFinance = { departmentId: (finance as { id: string }).id }
  tickets.support = (await makeTicket(tenant)).id
  tickets.finance = (await makeTicket(tenant, inFinance)).id
  tickets.assigned = (await makeTicket(tenant, inFinance)).id
  tickets.watched = (await makeTicket(tenant, inFinance)).id
  tickets.grantedAlone = (await makeTicket(tenant, inFinance)).id
  tickets.ofCustomer = (await makeTicket(tenant, { ...inFinance, email: people.customer?.email })).id
  await inWork(tenant, async ({ tx }) => {
    const id = (name: string) => (people[name] as TestPerson).id
    const elsewhere = ['outsider', 'granted', 'grantedByRole'].map(id)
    await tx.departmentMember.deleteMany({ where: { personId: { in: elsewhere } } })
    await tx.ticket.update({ where: { tenantId_id: { tenantId, id: tickets.assigned as string } }, data: { assigneeId: id('outsider') } })
    await tx.watcher.create({ data: { tenantId, ticketId: tickets.watched as string, personId: id('outsider') } })
    const contact = await tx.contact.findFirstOrThrow({ where: { addresses: { some: { email: (people.customer as TestPerson).email } } } })
    await tx.contact.update({ where: { tenantId_id: { tenantId, id: contact.id } }, data: { personId: id('customer') } })
    const view = { tenantId, permission: 'ticket.view' }
    await tx.grant.create({
      data: { ...view, id: newId(), personId: id('granted'), objectType: 'ticket', objectId: tickets.grantedAlone as string },
    })
    const seer = await tx.role.create({ data: { tenantId, id: newId(), name: 'Seer', permissions: ['ticket.note'] } })
    const blind = await tx.role.create({ data: { tenantId, id: newId(), name: 'Blind', permissions: ['person.view'] } })
    await tx.grant.create({
      data: { ...view, id: newId(), roleId: seer.id, objectType: 'department', objectId: (support as { id: string }).id },
    })
    await tx.person.update({ where: { tenantId_id: { tenantId, id: id('grantedByRole') } }, data: { customRoleId: seer.id } })
    await tx.person.update({ where: { tenantId_id: { tenantId, id: id('blind') } }, data: { customRoleId: blind.id } })
  })
})

it("a customer's reply on someone else's ticket is their own", async () => {
  const helper = await makePerson(tenant, 'customer')
  const tenantId = tenant.ref.id
  const onTicket = { tenantId, objectType: 'ticket' as const, objectId: tickets.support as string, personId: helper.id }
  await inWork(tenant, ({ tx }) =>
    tx.grant.createMany({
      data: ['ticket.view', 'ticket.reply'].map((permission) => ({ ...onTicket, id: newId(), permission })),
    }),
  )
  expect((await helper.request('POST', `/ticket/${tickets.support}/comments`, { body: 'Same here.' })).status).toBe(201)
  const message = await inWork(tenant, ({ tx }) =>
    tx.ticketMessage.findFirstOrThrow({ where: { bodyText: 'Same here.' }, include: { contact: true } }),
  )
  expect(message.contact?.personId).toBe(helper.id)
  const event = await inWork(tenant, ({ tx }) =>
    tx.event.findFirstOrThrow({ where: { type: 'ticket.replied', subjectId: tickets.support } }),
  )
  expect(event.payload).toMatchObject({ by: 'participant' })
})

const sees: Record<string, string[]> = {
  owner: ['support', 'finance', 'assigned', 'watched', 'grantedAlone', 'ofCustomer'],
  admin: ['support', 'finance', 'assigned', 'watched', 'grantedAlone', 'ofCustomer'],
  moderator: ['support', 'finance', 'assigned', 'watched', 'grantedAlone', 'ofCustomer'],
  agent: ['support'],
  outsider: ['assigned', 'watched'],
  granted: ['grantedAlone'],
  grantedByRole: ['support'],
  blind: [],
  customer: ['ofCustomer'],
}

const nameOf = (id: string) => Object.entries(tickets).find(([, ticketId]) => ticketId === id)?.[0] ?? id

describe.each(Object.keys(sees))('%s', (who) => {
  it('lists, and opens, the same tickets', async () => {
    const person = people[who] as TestPerson
    const list = await person.request('GET', '/ticket')
    const listed = list.status === 403 ? [] : ((await list.json()) as { items: { id: string }[] }).items.map(({ id }) => nameOf(id))
    const opened: string[] = []
    for (const [name, id] of Object.entries(tickets)) if ((await person.request('GET', `/ticket/${id}`)).status === 200) opened.push(name)
    expect(listed.sort()).toEqual([...(sees[who] as string[])].sort())
    expect(opened.sort()).toEqual(listed)
  })
})

it('a customer sees no note, and a ticket on hold as in progress', async () => {
  const id = tickets.ofCustomer as string
  const { customer, owner } = people as Record<string, TestPerson>
  await owner?.request('POST', `/ticket/${id}/comments`, { body: 'Careful with this one.', isInternal: true })
  await owner?.request('PUT', `/ticket/${id}/status`, { status: 'on_hold', version: 2 })
  const conversation = await (await customer?.request('GET', `/ticket/${id}/comments`))?.text()
  expect(conversation).not.toContain('Careful')
  const ticket = (await (await customer?.request('GET', `/ticket/${id}`))?.json()) as {
    status: string
    snippet: string
    messageCount: number
    abilities: object
  }
  expect(ticket).toMatchObject({
    status: 'in_progress',
    snippet: 'It does not work.',
    abilities: { reply: true, note: false, assign: false, update: false, moves: [] },
  })
  const note = await customer?.request('POST', `/ticket/${id}/comments`, { body: 'x', isInternal: true })
  expect(note?.status).toBe(403)
})

it('an API token narrows grants as well', async () => {
  const granted = people.granted as TestPerson
  const cookie = `${sessionCookieName('sight', false)}=${await sealSession({ sid: granted.sessionId, tid: tenant.ref.id })}`
  const caller = callerOf('page', new Headers({ host: hostOf(tenant), cookie }), 'GET')
  const actor: Actor = await inWork(tenant, ({ tx, now }) => authenticate(caller, tenant, tx, now))
  expect(actor.kind === 'person' && actor.grants.map(({ permission }) => permission)).toEqual(['ticket.view'])
  const made = (await (await granted.request('POST', '/users/tokens', { name: 't', scopes: ['ticket.note'] })).json()) as { token: string }
  const byToken = callerOf('rest', new Headers({ host: hostOf(tenant), authorization: `Bearer ${made.token}` }), 'GET')
  const narrowed: Actor = await inWork(tenant, ({ tx, now }) => authenticate(byToken, tenant, tx, now))
  expect(narrowed.kind === 'person' && narrowed.grants).toEqual([])
})
