import { beforeAll, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
let agent: TestPerson
let support: string
let other: string
beforeAll(async () => {
  tenant = await makeTenant('whole')
  admin = await makePerson(tenant, 'admin')
  agent = await makePerson(tenant, 'agent')
  await admin.request('POST', '/fields', { name: 'Region', key: 'region', kind: 'text' })
  await admin.request('POST', '/fields', { name: 'Floor', key: 'floor', kind: 'number' })
  const departments = await inWork(tenant, ({ tx }) => tx.department.findMany({ orderBy: { isDefault: 'desc' } }))
  support = departments[0]?.id as string
  other = departments[1]?.id as string
})

const read = async (id: string) => (await (await admin.request('GET', `/ticket/${id}`)).json()) as TicketOutput
const put = (who: TestPerson, id: string, body: object, headers = {}) => who.request('PUT', `/ticket/${id}`, body, headers)

it('a whole ticket is put in place of what was there, and what is left out is emptied', async () => {
  const { id } = await makeTicket(tenant, { title: 'Before', departmentId: support })
  const full = {
    title: 'After',
    type: 'incident',
    dueAt: new Date(Date.now() + 86_400_000).toISOString(),
    priority: 'P1',
    departmentId: support,
    assigneeId: agent.id,
    tags: ['VIP Customer'],
    fields: { region: 'North', floor: 3 },
    status: 'in_progress',
  }
  const answer = await put(admin, id, { ...full, version: 1 })
  expect(answer.status, await answer.clone().text()).toBe(200)
  const expected = { ...full, priority: 'urgent', tags: ['vip-customer'], assigneeId: undefined, departmentId: undefined }
  expect(await answer.json()).toMatchObject(JSON.parse(JSON.stringify({ ...expected, assignee: { id: agent.id } })))
  const bare = { title: 'Bare', priority: 'low', departmentId: support, fields: { region: 'South' } }
  const { version } = await read(id)
  expect((await put(admin, id, { ...bare, version: version - 1 })).status).toBe(409)
  expect((await put(admin, id, bare, { 'if-match': `"${version}"` })).status).toBe(200)
  expect(await read(id)).toMatchObject({ ...emptied, title: 'Bare', priority: 'low', fields: { region: 'South' } })
  expect((await read(id)).fields).toEqual({ region: 'South' })
  await drainBackground()
  const types = (await eventsOf(tenant, id)).map(({ type }) => type)
  for (const type of ['ticket.details_changed', 'ticket.priority_changed', 'ticket.tagged', 'ticket.assigned', 'ticket.status_changed'])
    expect(types).toContain(type)
})

const emptied = { type: null, dueAt: null, category: null, tags: [], assignee: null, status: 'in_progress' }

it('what must not be empty must be there, and one wrong value changes nothing', async () => {
  const { id } = await makeTicket(tenant, { title: 'Kept', departmentId: support })
  const whole = { title: 'New', priority: 'high', departmentId: support, version: 1 }
  for (const name of ['title', 'priority', 'departmentId', 'version'])
    expect((await put(admin, id, { ...whole, [name]: undefined })).status, name).toBe(422)
  expect((await put(admin, id, { ...whole, fields: { floor: 'many' } })).status).toBe(422)
  expect((await put(admin, id, { ...whole, status: 'draft' })).status).toBe(422)
  expect(await read(id)).toMatchObject({ title: 'Kept', priority: 'medium', version: 1 })
})

it('is asked of the ticket as it was: whoever gives it away still sees what they made of it', async () => {
  const { id } = await makeTicket(tenant, { departmentId: support })
  const away = { title: 'Away', priority: 'high', departmentId: other, version: 1, tags: ['moved'] }
  const answer = await put(agent, id, away)
  expect(answer.status, await answer.clone().text()).toBe(200)
  expect(await answer.json()).toMatchObject({ title: 'Away', tags: ['moved'], department: { id: other } })
  expect((await agent.request('GET', `/ticket/${id}`)).status).toBe(404)
  const customer = await makePerson(tenant, 'customer')
  expect((await put(customer, id, { ...away, version: 2 })).status).toBe(403)
})
