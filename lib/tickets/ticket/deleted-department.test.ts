import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../core/id'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
/** A member of the default department alone. */
let agent: TestPerson
let customer: TestPerson
let heir: string
let departmentId: string
let count = 0
beforeAll(async () => {
  tenant = await makeTenant('dissolved')
  owner = await makePerson(tenant, 'owner')
  agent = await makePerson(tenant, 'agent')
  customer = await makePerson(tenant, 'customer')
  heir = (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: true } }))).id
})
beforeEach(async () => {
  departmentId = (await json<{ id: string }>(owner.request('POST', '/department', { name: `Sales ${++count}` }))).id
})

const json = async <T>(answer: Promise<Response>): Promise<T> => {
  const given = await answer
  expect(given.status, await given.clone().text()).toBeLessThan(300)
  return (await given.json()) as T
}
const read = (who: TestPerson, id: string) => json<TicketOutput>(who.request('GET', `/ticket/${id}`))
const ask = (more: object = {}) =>
  json<TicketOutput>(customer.request('POST', '/ticket', { title: 'Asked', description: 'x', departmentId, ...more }))
const close = async (id: string) => owner.request('POST', `/ticket/${id}/close`, { version: (await read(owner, id)).version })
const dissolve = () => json(owner.request('DELETE', `/department/${departmentId}`))
/** Closed in the department, which is deleted then. */
async function closedThere(more: object = {}) {
  const ticket = await ask(more)
  await close(ticket.id)
  await dissolve()
  return ticket
}
const moves = async (id: string) =>
  (await eventsOf(tenant, id)).flatMap(({ type, payload }) => (type === 'ticket.department_changed' ? [payload] : []))
/** An agent of the default department finds it. */
const expectTakenOver = async (id: string) => expect((await read(agent, id)).department?.id).toBe(heir)

describe('a closed ticket of a department that was deleted', () => {
  it('stays there, and comes to the default department when its requester answers', async () => {
    const category = await json<{ id: string }>(owner.request('POST', '/categories', { departmentId, name: 'Offers' }))
    const { id } = await closedThere({ categoryId: category.id })
    expect((await agent.request('GET', `/ticket/${id}`)).status).toBe(404)
    expect(await moves(id)).toEqual([])
    await json(customer.request('POST', `/ticket/${id}/comments`, { body: 'Again' }))
    await expectTakenOver(id)
    expect((await read(agent, id)).category).toBeNull()
    expect(await moves(id)).toEqual([{ before: departmentId, after: heir }])
  })

  it.each([
    ['reopens', () => customer, (version: number) => ['POST', 'reopen', { reason: 'Not done', version }] as const],
    ['changes its status', () => owner, (version: number) => ['PUT', 'status', { status: 'created', reason: 'Back', version }] as const],
  ])('comes to the default department when someone %s it', async (_, who, act) => {
    const { id } = await closedThere()
    const [method, path, body] = act((await read(who(), id)).version)
    await json(who().request(method, `/ticket/${id}/${path}`, body))
    await expectTakenOver(id)
    expect(await moves(id)).toEqual([{ before: departmentId, after: heir }])
  })

  it('is followed by one of the default department when the answer comes too late', async () => {
    const { id } = await closedThere()
    await inWork(tenant, ({ tx }) => tx.$executeRaw`UPDATE ticket SET closed_at = now() - interval '400 days' WHERE id = ${id}::uuid`)
    const { ticket } = await json<{ ticket: TicketOutput }>(customer.request('POST', `/ticket/${id}/comments`, { body: 'Much later' }))
    expect(ticket.id).not.toBe(id)
    await expectTakenOver(ticket.id)
  })

  it('is split into the default department', async () => {
    const { id } = await ask()
    const reply = await json<{ id: string }>(customer.request('POST', `/ticket/${id}/comments`, { body: 'Another thing' }))
    await close(id)
    await dissolve()
    const made = await json<TicketOutput>(owner.request('POST', `/ticket/${id}/comments/${reply.id}/split`, { title: 'Other' }))
    await expectTakenOver(made.id)
  })

  it('that was merged comes to the default department when the merge is undone', async () => {
    const { id } = await ask()
    const { id: into } = await ask({ departmentId: heir })
    const { mergeId } = await json<{ mergeId: string }>(owner.request('POST', `/ticket/${id}/merge`, { into }))
    await dissolve()
    await json(owner.request('POST', `/ticket/merges/${mergeId}/undo`))
    await expectTakenOver(id)
  })
})

it('a department that is deleted takes its members and grants with it, and what it shared goes where its tickets go', async () => {
  const member = await makePerson(tenant, 'agent')
  const change = { name: 'Sales', memberIds: [member.id], version: 1 }
  await json(owner.request('PUT', `/department/${departmentId}`, change))
  const grant = { permission: 'ticket.view', objectType: 'department', objectId: departmentId, personId: agent.id }
  const { id: grantId } = await json<{ id: string }>(owner.request('POST', '/grants', grant))
  const share = { name: 'Of sales', scope: 'department', departmentId }
  const made = {
    '/views': await json<{ id: string }>(owner.request('POST', '/views', { ...share, filter: 'is:open' })),
    '/macros': await json<{ id: string }>(owner.request('POST', '/macros', { ...share, changes: [{ kind: 'priority', priority: 'low' }] })),
    '/canned-responses': await json<{ id: string }>(owner.request('POST', '/canned-responses', { ...share, bodyHtml: '<p>Hi</p>' })),
  }
  await dissolve()
  const left = await inWork(tenant, async ({ tx }) => [
    await tx.departmentMember.count({ where: { departmentId } }),
    await tx.grant.count({ where: { objectId: departmentId } }),
  ])
  expect(left).toEqual([0, 0])
  expect((await eventsOf(tenant, grantId)).map(({ type }) => type)).toEqual(['grant.added', 'grant.removed'])
  for (const [path, { id }] of Object.entries(made)) {
    const { items } = await json<{ items: { id: string; departmentId: string }[] }>(agent.request('GET', path))
    expect(items.find((item) => item.id === id)?.departmentId, path).toBe(heir)
    expect((await eventsOf(tenant, id)).at(-1)?.payload, path).toMatchObject({ after: { departmentId: heir } })
  }
  expect((await eventsOf(tenant, departmentId)).at(-1)?.payload).toMatchObject({ memberIds: [member.id] })
})

it('nothing goes to a department that is not there', async () => {
  const { id, version } = await ask({ departmentId: heir })
  await dissolve()
  for (const gone of [departmentId, newId()]) {
    expect((await owner.request('PUT', `/ticket/${id}/department`, { departmentId: gone, version })).status).toBe(404)
    expect((await customer.request('POST', '/ticket', { title: 't', description: 'd', departmentId: gone })).status).toBe(404)
  }
})
