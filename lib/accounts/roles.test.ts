import { beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'

openTestDatabase()

interface Role {
  id: string
  version: number
  name: string
  permissions: string[]
  people: number
}

let tenant: ResolvedTenant
let owner: TestPerson
/** May define roles, and little else: nobody hands out what they do not have. */
let clerk: TestPerson

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const status = async (answer: Promise<Response>) => (await answer).status
const create = (who: TestPerson, name: string, permissions: string[]) => json<Role>(who.request('POST', '/roles', { name, permissions }))
const list = async () => (await json<{ items: Role[] }>(owner.request('GET', '/roles'))).items

beforeAll(async () => {
  tenant = await makeTenant('roles')
  owner = await makePerson(tenant, 'owner')
  const { id } = await create(owner, 'Clerk', ['role.manage', 'ticket.view', 'person.view'])
  clerk = await makePerson(tenant, 'agent', { customRoleId: id })
})

describe('a custom role', () => {
  it('is changed at the version that was read, and what it was stands in the audit trail', async () => {
    const { id } = await create(owner, 'Reader', ['ticket.view'])
    const change = { name: 'Writer', description: 'Writes.', permissions: ['ticket.view', 'ticket.reply'], version: 1 }
    expect(await json(owner.request('PUT', `/roles/${id}`, change))).toMatchObject({ ...change, version: 2 })
    expect(await status(owner.request('PUT', `/roles/${id}`, change))).toBe(409)
    expect(await eventsOf(tenant, id)).toEqual([
      { type: 'role.created', payload: { name: 'Reader', permissions: ['ticket.view'] } },
      {
        type: 'role.changed',
        payload: {
          before: { name: 'Reader', description: '', permissions: ['ticket.view'] },
          after: { name: 'Writer', description: 'Writes.', permissions: ['ticket.view', 'ticket.reply'] },
        },
      },
    ])
  })

  it('takes effect at once for whoever has it', async () => {
    const { id } = await create(owner, 'Trainee', ['ticket.view'])
    const trainee = await makePerson(tenant, 'agent', { customRoleId: id })
    const ticket = await makeTicket(tenant)
    const note = () => status(trainee.request('POST', `/ticket/${ticket.id}/comments`, { body: 'x', isInternal: true }))
    expect(await note()).toBe(403)
    await owner.request('PUT', `/roles/${id}`, { name: 'Trainee', permissions: ['ticket.view', 'ticket.reply', 'ticket.note'], version: 1 })
    expect(await note()).toBe(201)
  })

  it('is removed when nobody has it, with its grants', async () => {
    const { id } = await create(owner, 'Guest', ['ticket.view'])
    const person = await makePerson(tenant, 'agent', { customRoleId: id })
    const ticket = await makeTicket(tenant)
    const grant = { permission: 'ticket.view', objectType: 'ticket', objectId: ticket.id, roleId: id }
    expect(await status(owner.request('POST', '/grants', grant))).toBe(201)
    expect((await list()).find((role) => role.id === id)).toMatchObject({ people: 1 })
    expect(await status(owner.request('DELETE', `/roles/${id}`))).toBe(422)
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: person.id }, data: { customRoleId: null } }))
    expect(await status(owner.request('DELETE', `/roles/${id}`))).toBe(200)
    expect(await list()).not.toContainEqual(expect.objectContaining({ id }))
    expect(await inWork(tenant, ({ tx }) => tx.grant.count({ where: { roleId: id } }))).toBe(0)
    expect((await eventsOf(tenant, id)).at(-1)).toEqual({ type: 'role.deleted', payload: { name: 'Guest' } })
  })

  it('has a name of its own', async () => {
    await create(owner, 'Night shift', ['ticket.view'])
    for (const name of ['night SHIFT', 'Admin', ''])
      expect(await status(owner.request('POST', '/roles', { name, permissions: ['ticket.view'] })), name).toBe(422)
  })

  it('holds no more than its maker has, and less is not taken from one that holds more', async () => {
    const { id } = await create(owner, 'Powerful', ['ticket.view', 'workspace.manage'])
    const grant = { permission: 'ticket.update', objectType: 'ticket', objectId: (await makeTicket(tenant)).id, personId: owner.id }
    const { id: grantId } = await json<{ id: string }>(owner.request('POST', '/grants', grant))
    for (const [method, path, body] of [
      ['POST', '/roles', { name: 'More', permissions: ['workspace.manage'] }],
      ['PUT', `/roles/${id}`, { name: 'Less', permissions: ['ticket.view'], version: 1 }],
      ['DELETE', `/roles/${id}`],
      ['POST', '/grants', { ...grant, personId: clerk.id }],
      ['DELETE', `/grants/${grantId}`],
    ] as const)
      expect(await status(clerk.request(method, path, body)), `${method} ${path}`).toBe(422)
    expect(await status(clerk.request('POST', '/roles', { name: 'As much', permissions: ['ticket.view'] }))).toBe(201)
  })
})

describe('a grant on one object', () => {
  it('opens that object and no other, until it is taken back, and both are in the audit trail', async () => {
    const [, finance] = await inWork(tenant, ({ tx }) => tx.department.findMany({ orderBy: { isDefault: 'desc' } }))
    const departmentId = finance?.id as string
    const [one, other] = [await makeTicket(tenant, { departmentId }), await makeTicket(tenant, { departmentId })]
    const agent = await makePerson(tenant, 'agent')
    const sees = async () => [
      await status(agent.request('GET', `/ticket/${one.id}`)),
      await status(agent.request('GET', `/ticket/${other.id}`)),
    ]
    expect(await sees()).toEqual([404, 404])
    const given = { permission: 'ticket.view', objectType: 'ticket', objectId: one.number, personId: agent.id }
    const grant = await json<{ id: string }>(owner.request('POST', '/grants', given))
    expect(grant).toMatchObject({ objectId: one.id, objectName: one.number, person: { id: agent.id }, role: null })
    expect(await sees()).toEqual([200, 404])
    expect((await json<{ items: unknown[] }>(owner.request('GET', '/grants'))).items).toContainEqual(grant)
    expect(await status(owner.request('DELETE', `/grants/${grant.id}`))).toBe(200)
    expect(await sees()).toEqual([404, 404])
    const payload = { permission: 'ticket.view', objectType: 'ticket', objectId: one.id, personId: agent.id, roleId: null }
    expect(await eventsOf(tenant, grant.id)).toEqual([
      { type: 'grant.added', payload },
      { type: 'grant.removed', payload },
    ])
  })

  it.each([
    ['of what is not given on single objects', { permission: 'ticket.delete' }],
    ['on nothing', { objectId: '00000000-0000-7000-8000-000000000000' }],
    ['on a department by a number', { objectType: 'department', objectId: '1' }],
    ['to nobody', { personId: undefined }],
  ])('%s is refused', async (_, wrong) => {
    const { id } = await makeTicket(tenant)
    const right = { permission: 'ticket.view', objectType: 'ticket', objectId: id, personId: clerk.id }
    expect(await status(owner.request('POST', '/grants', { ...right, ...wrong }))).toBe(422)
  })
})
