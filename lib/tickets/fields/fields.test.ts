import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { msg } from '../../core/message'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from '../ticket/schema'
import { applyValues, isAsked, readValue } from './field-rules'
import { type FieldKind, type FieldOutput, type FieldValue, fieldKinds } from './schema'

openTestDatabase()

const rule = (kind: FieldKind, more: Partial<FieldOutput> = {}) => ({
  key: 'f',
  name: 'F',
  kind,
  options: ['a', 'b'],
  isRequired: false,
  departmentId: null,
  showWhen: null,
  ...more,
})

describe('a value', () => {
  it.each([
    ['text', ' x ', 'x'],
    ['text', 5, null],
    ['text', 'x'.repeat(501), null],
    ['long_text', 'x'.repeat(501), 'x'.repeat(501)],
    ['number', '3,5', 3.5],
    ['number', -2, -2],
    ['number', 'many', null],
    ['number', '1e999', null],
    ['date', '2026-02-28', '2026-02-28'],
    ['date', '2026-02-30', null],
    ['date', '28.2.2026', null],
    ['checkbox', 'on', true],
    ['checkbox', 'perhaps', null],
    ['select', 'a', 'a'],
    ['select', 'c', null],
    ['multi_select', ['b', 'a', 'b'], ['a', 'b']],
    ['multi_select', 'a', ['a']],
    ['multi_select', ['a', 'c'], null],
  ] as const)('of %s: %j is kept as %j', (kind, given, kept) => {
    const read = readValue(rule(kind), given as FieldValue)
    expect('value' in read ? read.value : null).toEqual(kept)
  })

  it('that was kept is kept again as it is', () => {
    const anything = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.array(fc.constantFrom('a', 'b', 'c')))
    fc.assert(
      fc.property(fc.constantFrom(...fieldKinds), anything, (kind, given) => {
        const read = readValue(rule(kind), given)
        if ('value' in read) expect(readValue(rule(kind), read.value)).toEqual(read)
      }),
    )
  })
})

it('a field is needed only where it is asked', () => {
  const fields = [
    rule('select', { key: 'kind', options: ['bug', 'idea'] }),
    rule('text', { key: 'version', name: 'Version', isRequired: true, showWhen: { key: 'kind', equals: 'bug' } }),
    rule('text', { key: 'cost', name: 'Cost', isRequired: true, departmentId: 'finance' }),
  ]
  const apply = (given: Record<string, FieldValue | null>, departmentId: string | null = null) =>
    applyValues(fields, { before: {}, given, departmentId, isWhole: true })
  expect(apply({ kind: 'idea' })).toEqual({ values: { kind: 'idea' } })
  expect(apply({ kind: 'bug' })).toEqual({ errors: { 'fields.version': [msg('fields.required', { name: 'Version' })] } })
  expect(apply({ kind: 'bug', version: '1' })).toEqual({ values: { kind: 'bug', version: '1' } })
  expect(apply({}, 'finance')).toEqual({ errors: { 'fields.cost': [msg('fields.required', { name: 'Cost' })] } })
  expect(apply({ other: 'x' })).toEqual({ errors: { 'fields.other': ['fields.unknown'] } })
  expect(isAsked(fields[1] as never, null, { kind: ['bug'] })).toBe(true)
})

describe('fields of a workspace', () => {
  let tenant: ResolvedTenant
  let owner: TestPerson
  let agent: TestPerson
  let customer: TestPerson
  beforeAll(async () => {
    tenant = await makeTenant('fields')
    owner = await makePerson(tenant, 'owner')
    agent = await makePerson(tenant, 'agent')
    customer = await makePerson(tenant, 'customer')
    await make({ key: 'region', name: 'Region', kind: 'select', options: ['North', 'South'], isPublic: true })
    await make({ key: 'shop', name: 'Shop', kind: 'text', isPublic: true, isRequired: true, showWhen: { key: 'region', equals: 'North' } })
    await make({ key: 'cost', name: 'Cost', kind: 'number' })
  })
  const make = async (body: object) => {
    const answer = await owner.request('POST', '/fields', body)
    expect(answer.status, await answer.clone().text()).toBe(201)
    return (await answer.json()) as FieldOutput
  }
  const json = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T
  const ask = (who: TestPerson, fields?: object) =>
    who.request('POST', '/ticket', { title: 'T', description: 'D', ...(fields ? { fields } : {}) })

  it('are asked of customers, who see and set only the public ones', async () => {
    expect((await ask(customer, { region: 'North' })).status).toBe(422)
    expect((await ask(customer, { cost: 5 })).status).toBe(422)
    const made = await json<TicketOutput>(ask(customer, { region: 'North', shop: 'Downtown' }))
    expect(made.fields).toEqual({ region: 'North', shop: 'Downtown' })
    const set = await agent.request('PUT', `/ticket/${made.id}/fields`, { fields: { cost: '12,5' }, version: made.version })
    expect((await json<TicketOutput>(set)).fields).toEqual({ region: 'North', shop: 'Downtown', cost: 12.5 })
    expect((await json<TicketOutput>(customer.request('GET', `/ticket/${made.id}`))).fields).toEqual({ region: 'North', shop: 'Downtown' })
    const guest = { title: 'T', description: 'D', name: 'G', email: 'g@example.com' }
    expect((await send(tenant, 'POST', '/public/tickets', { ...guest, fields: { region: 'East' } })).status).toBe(422)
    expect((await send(tenant, 'POST', '/public/tickets', { ...guest, fields: { region: 'South' } })).status).toBe(201)
  })

  it('are filtered by', async () => {
    await drainBackground()
    const count = async (q: string) =>
      (await json<{ items: unknown[] }>(owner.request('GET', `/ticket?${new URLSearchParams({ q })}`))).items.length
    expect(await count('field.region:south')).toBe(1)
    expect(await count('field.region:north,south')).toBe(2)
    expect(await count('field.cost:>10')).toBe(1)
    expect(await count('field.cost:>20')).toBe(0)
    expect(await count('field.cost:any')).toBe(1)
    expect(await count('field.nothing:x')).toBe(0)
    expect((await customer.request('GET', '/ticket?q=field.cost:12.5')).status).toBe(422)
  })

  it('change one by one, each at its version, and are in the history', async () => {
    const { id } = await makeTicket(tenant)
    const set = (fields: object, version: number) => agent.request('PUT', `/ticket/${id}/fields`, { fields, version })
    expect((await set({ cost: 1 }, 1)).status).toBe(200)
    expect((await set({ cost: 2 }, 1)).status).toBe(409)
    expect((await set({ cost: 'x' }, 2)).status).toBe(422)
    expect((await set({ cost: 1 }, 2)).status).toBe(200)
    expect((await json<TicketOutput>(set({ cost: null }, 2))).fields).toEqual({})
    const events = await inWork(tenant, ({ tx }) =>
      tx.event.findMany({ where: { subjectId: id, type: 'ticket.details_changed' }, orderBy: { n: 'asc' } }),
    )
    expect(events.map(({ payload }) => payload)).toEqual([
      { before: { cost: null }, after: { cost: 1 } },
      { before: { cost: 1 }, after: { cost: null } },
    ])
  })

  it('are listed for staff, and the public ones for the portal', async () => {
    const keys = async (answer: Promise<Response>) => (await json<{ items: FieldOutput[] }>(answer)).items.map(({ key }) => key)
    expect(await keys(agent.request('GET', '/fields'))).toEqual(expect.arrayContaining(['region', 'shop', 'cost']))
    const asked = await keys(send(tenant, 'GET', '/public/fields'))
    expect(asked).toEqual(expect.arrayContaining(['region', 'shop']))
    expect(asked).not.toContain('cost')
    expect((await customer.request('GET', '/fields')).status).toBe(403)
  })

  it('are changed at the version that was read; key and kind stay, and it is in the audit trail', async () => {
    const made = await make({ key: 'colour', name: 'Colour', kind: 'select', options: ['Red'] })
    const change = { name: 'Paint', options: ['Red', 'Blue', 'Blue'], isPublic: true, version: 1 }
    const changed = await json<FieldOutput>(owner.request('PUT', `/fields/${made.id}`, change))
    expect(changed).toMatchObject({ key: 'colour', kind: 'select', name: 'Paint', options: ['Red', 'Blue'], isPublic: true, version: 2 })
    expect((await owner.request('PUT', `/fields/${made.id}`, change)).status).toBe(409)
    expect((await agent.request('PUT', `/fields/${made.id}`, { ...change, version: 2 })).status).toBe(403)
    expect((await owner.request('DELETE', `/fields/${made.id}`)).status).toBe(200)
    const events = await eventsOf(tenant, made.id)
    expect(events.map(({ type }) => type)).toEqual(['field.created', 'field.changed', 'field.deleted'])
    expect(events[1]?.payload).toMatchObject({ before: { name: 'Colour', options: ['Red'] }, after: { name: 'Paint', isPublic: true } })
  })

  it('that are removed are asked no more, and what tickets say stays', async () => {
    const field = await make({ key: 'gone', name: 'Gone', kind: 'text', isPublic: true })
    const made = await json<TicketOutput>(ask(customer, { gone: 'x' }))
    expect((await owner.request('DELETE', `/fields/${field.id}`)).status).toBe(200)
    expect((await json<TicketOutput>(owner.request('GET', `/ticket/${made.id}`))).fields).toEqual({ gone: 'x' })
    expect((await json<TicketOutput>(customer.request('GET', `/ticket/${made.id}`))).fields).toEqual({})
    expect((await ask(customer, { gone: 'x' })).status).toBe(422)
  })

  it('that make no sense are refused', async () => {
    const refused = async (body: object) => expect((await owner.request('POST', '/fields', body)).status, JSON.stringify(body)).toBe(422)
    await refused({ key: 'Region', name: 'X', kind: 'text' })
    await refused({ key: 'region', name: 'X', kind: 'text' })
    await refused({ key: 'x1', name: 'X', kind: 'select' })
    await refused({ key: 'x2', name: 'X', kind: 'text', options: ['a'] })
    await refused({ key: 'x3', name: 'X', kind: 'text', showWhen: { key: 'nope', equals: 'x' } })
    expect((await agent.request('POST', '/fields', { key: 'y', name: 'Y', kind: 'text' })).status).toBe(403)
    const a = await make({ key: 'circle_a', name: 'A', kind: 'text' })
    await make({ key: 'circle_b', name: 'B', kind: 'text', showWhen: { key: 'circle_a', equals: 'x' } })
    const circle = { name: 'A', showWhen: { key: 'circle_b', equals: 'x' }, version: a.version }
    expect((await owner.request('PUT', `/fields/${a.id}`, circle)).status).toBe(422)
  })
})
