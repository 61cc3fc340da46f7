import Pusher from 'pusher'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { drainBackground } from '../core/background'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'

const ended: string[] = []
beforeAll(() => {
  vi.spyOn(Pusher.prototype, 'triggerBatch').mockImplementation(async () => new Response() as never)
  vi.spyOn(Pusher.prototype, 'get').mockResolvedValue(null as never)
  vi.spyOn(Pusher.prototype, 'terminateUserConnections').mockImplementation(async (id) => void ended.push(id) as never)
})
afterAll(() => void vi.restoreAllMocks())

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('revoked')
  owner = await makePerson(tenant, 'owner')
})

const done = async <T>(answer: Promise<Response>): Promise<T> => {
  const given = await answer
  expect(given.status, await given.clone().text()).toBeLessThan(300)
  return (await given.json()) as T
}

/** Two customers of an organisation that shares, so that each hears of the other's requests. */
async function sharing() {
  const people = [await makePerson(tenant, 'customer'), await makePerson(tenant, 'customer')] as const
  const { id } = await done<{ id: string }>(
    owner.request('POST', '/organisations', { name: `Of ${people[0].id}`, domains: [], sharesTickets: true }),
  )
  const contactIds: string[] = []
  for (const person of people) {
    await done(person.request('POST', '/ticket', { title: 'Asked', description: 'x' }))
    const contact = await inWork(tenant, ({ tx }) => tx.contact.findFirstOrThrow({ where: { personId: person.id } }))
    await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where: { id: contact.id }, data: { organisationId: id } }))
    contactIds.push(contact.id)
  }
  await drainBackground()
  ended.length = 0
  return { organisationId: id, people, contactIds: contactIds as [string, string] }
}
type World = Awaited<ReturnType<typeof sharing>>

const both = ({ people }: World) => people.map(({ id }) => id)
const losing: Record<string, { act: (world: World) => Promise<unknown>; who?: (world: World) => string[] }> = {
  'the contact moves elsewhere': {
    act: async ({ contactIds: [id] }) => {
      const { version, name, emails } = await done<{ version: number; name: string; emails: string[] }>(
        owner.request('GET', `/contacts/${id}`),
      )
      await done(owner.request('PUT', `/contacts/${id}`, { version, name, emails, organisationId: null }))
    },
  },
  'the organisation no longer shares': {
    act: async ({ organisationId }) => {
      const { version, name } = await done<{ version: number; name: string }>(owner.request('GET', `/organisations/${organisationId}`))
      await done(owner.request('PUT', `/organisations/${organisationId}`, { version, name, domains: [], sharesTickets: false }))
    },
  },
  'a request is no longer shared': {
    act: async ({ contactIds: [requesterId] }) => {
      const { id, version } = await inWork(tenant, ({ tx }) => tx.ticket.findFirstOrThrow({ where: { requesterId } }))
      await done(owner.request('PATCH', `/ticket/${id}`, { isPublic: false, version }))
    },
  },
  'the organisation is deleted': { act: ({ organisationId }) => done(owner.request('DELETE', `/organisations/${organisationId}`)) },
  'the contact goes into one of another organisation': {
    act: async ({ contactIds: [fromId] }) => {
      const elsewhere = await done<{ id: string }>(owner.request('POST', '/organisations', { name: `Else ${fromId}`, domains: [] }))
      const into = await done<{ id: string }>(
        owner.request('POST', '/contacts', { name: 'Into', emails: [], organisationId: elsewhere.id }),
      )
      await done(owner.request('POST', `/contacts/${into.id}/merge`, { fromId }))
    },
  },
  'the contact is erased': {
    act: ({ contactIds: [id], people: [person] }) => done(owner.request('POST', `/contacts/${id}/erase`, { confirm: person.name })),
    who: ({ people: [person] }) => [person.id],
  },
  'the account is removed': {
    act: ({ people: [person] }) => done(owner.request('DELETE', `/users/${person.id}`)),
    who: ({ people: [person] }) => [person.id],
  },
}

it.each(Object.entries(losing))('connections of customers end when %s', async (_, { act, who = both }) => {
  const world = await sharing()
  await act(world)
  await drainBackground()
  expect(ended).toEqual(expect.arrayContaining(who(world)))
  expect(ended).not.toContain(owner.id)
})

it('and when the contact that came into one leaves it again', async () => {
  const world = await sharing()
  const into = await done<{ id: string }>(owner.request('POST', '/contacts', { name: 'Into', emails: [] }))
  await done(owner.request('POST', `/contacts/${into.id}/merge`, { fromId: world.contactIds[0] }))
  await drainBackground()
  ended.length = 0
  const { items } = await done<{ items: { id: string }[] }>(owner.request('GET', `/contacts/${into.id}/merges`))
  await done(owner.request('POST', `/contacts/merges/${items[0]?.id}/undo`))
  await drainBackground()
  expect(ended).toEqual(expect.arrayContaining(both(world)))
})
