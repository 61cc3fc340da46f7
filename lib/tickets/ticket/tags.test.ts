import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { tagInput } from '../../core/schema'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let outsider: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('tagged')
  agent = await makePerson(tenant, 'agent')
  outsider = await makePerson(tenant, 'agent')
  await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: outsider.id } }))
})

const read = async (who: TestPerson, id: string) => (await (await who.request('GET', `/ticket/${id}`)).json()) as TicketOutput
const tag = (who: TestPerson, id: string, tags: unknown, version = 1) => who.request('PUT', `/ticket/${id}/tags`, { tags, version })

describe('tags', () => {
  it.each([
    ['VIP', 'vip'],
    ['  Two  Words ', 'two-words'],
    ['#urgent', 'urgent'],
    ['Größe', 'größe'],
    ['a,b', 'a-b'],
    ['ＶＩＰ', 'vip'],
    ['--x--', 'x'],
  ])('%j is %s', (text, name) => expect(tagInput.parse(text)).toBe(name))

  it('have one form, and keep it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const first = tagInput.safeParse(text)
        if (!first.success) return
        expect(first.data).not.toMatch(/[\s,#]|^-|-$/)
        expect(tagInput.parse(first.data)).toBe(first.data)
      }),
    )
  })

  it('are set, seen by staff alone, found again, suggested and recorded', async () => {
    const ticket = await makeTicket(tenant)
    expect((await (await tag(agent, ticket.id, ['VIP', 'vip', 'Broken Lamp'])).json()) as TicketOutput).toMatchObject({
      tags: ['vip', 'broken-lamp'],
      version: 2,
    })
    const found = async (query: string) =>
      ((await (await agent.request('GET', `/ticket?tag=${query}`)).json()) as { items: TicketOutput[] }).items.map(({ id }) => id)
    expect(await found('vip')).toEqual([ticket.id])
    expect(await found('Broken%20lamp')).toEqual([ticket.id])
    expect(await found('lamp')).toEqual([])
    const suggested = async (q: string) => ((await (await agent.request('GET', `/tags?q=${q}`)).json()) as { items: string[] }).items
    expect(await suggested('br')).toEqual(['broken-lamp'])
    expect(await suggested('Br')).toEqual(['broken-lamp'])
    expect((await tag(agent, ticket.id, ['vip'], 2)).status).toBe(200)
    const [added, removed] = await inWork(tenant, ({ tx }) =>
      tx.event.findMany({ where: { type: 'ticket.tagged', subjectId: ticket.id }, orderBy: { n: 'asc' } }),
    )
    expect([added?.payload, removed?.payload]).toEqual([
      { added: ['vip', 'broken-lamp'], removed: [] },
      { added: [], removed: ['broken-lamp'] },
    ])
    const { version } = await read(agent, ticket.id)
    expect((await tag(agent, ticket.id, ['vip'], version)).status).toBe(200)
    expect((await read(agent, ticket.id)).version).toBe(version)
  })

  it('are nothing a customer sees or searches', async () => {
    const customer = await makePerson(tenant, 'customer')
    const { id } = (await (await customer.request('POST', '/ticket', { title: 'Mine', description: 'x' })).json()) as { id: string }
    await tag(agent, id, ['difficult'])
    expect((await read(customer, id)).tags).toEqual([])
    expect(((await (await customer.request('GET', '/ticket?tag=difficult')).json()) as { items: unknown[] }).items).toEqual([])
  })

  it('that are none, too many or too late are refused', async () => {
    const { id } = await makeTicket(tenant)
    for (const bad of [[''], [' # '], ['x'.repeat(41)], Array.from({ length: 21 }, (_, n) => `t${n}`), 'vip', [1], [null]])
      expect((await tag(agent, id, bad)).status, JSON.stringify(bad)).toBe(422)
    expect((await tag(agent, id, ['one'])).status).toBe(200)
    expect((await tag(agent, id, ['two'], 1)).status).toBe(409)
  })
})

describe('watchers', () => {
  const watch = (who: TestPerson, id: string, person: TestPerson, method = 'PUT') =>
    who.request(method, `/ticket/${id}/watchers/${person.id}`)

  it('see the ticket from then on, and no longer when they are taken off', async () => {
    const { id } = await makeTicket(tenant)
    expect((await watch(outsider, id, outsider)).status).toBe(404)
    const answered = await watch(agent, id, outsider)
    expect(await answered.json()).toEqual({ watchers: [{ id: outsider.id, name: outsider.name }] })
    expect((await watch(agent, id, outsider)).status).toBe(200)
    expect((await outsider.request('GET', `/ticket/${id}`)).status).toBe(200)
    expect((await watch(outsider, id, outsider, 'DELETE')).status).toBe(200)
    expect((await outsider.request('GET', `/ticket/${id}`)).status).toBe(404)
    const events = await inWork(tenant, ({ tx }) =>
      tx.event.findMany({ where: { type: 'ticket.watched', subjectId: id }, orderBy: { n: 'asc' } }),
    )
    expect(events.map(({ payload }) => (payload as { isWatching: boolean }).isWatching)).toEqual([true, false])
  })

  it('are staff, and ask others only where they may change the ticket', async () => {
    const { id } = await makeTicket(tenant)
    const customer = await makePerson(tenant, 'customer')
    expect((await watch(agent, id, customer)).status).toBe(422)
    await watch(agent, id, outsider)
    const role = (await (
      await (await makePerson(tenant, 'owner')).request('POST', '/roles', { name: 'Reader', permissions: ['ticket.view'] })
    ).json()) as { id: string }
    const reader = await makePerson(tenant, 'agent', { customRoleId: role.id })
    expect((await watch(reader, id, reader)).status).toBe(200)
    expect((await watch(reader, id, agent)).status).toBe(403)
    expect((await watch(reader, id, outsider, 'DELETE')).status).toBe(403)
  })
})
