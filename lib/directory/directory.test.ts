import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../core/id'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, send, type TestPerson } from '../testing/factories'

openTestDatabase()

interface Department {
  id: string
  version: number
  name: string
  isDefault: boolean
  members: { id: string; name: string }[]
}
interface Category {
  id: string
  version: number
  name: string
  department: { id: string; name: string }
  defaultPriority: string | null
}

let tenant: ResolvedTenant
let admin: TestPerson
let agent: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('directory')
  admin = await makePerson(tenant, 'admin')
  agent = await makePerson(tenant, 'agent')
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const status = async (answer: Promise<Response>) => (await answer).status
const make = (name: string, memberIds: string[] = []) => json<Department>(admin.request('POST', '/department', { name, memberIds }))
const publicNames = async (what: 'departments' | 'categories') =>
  (await json<{ items: { name: string }[] }>(send(tenant, 'GET', `/public/${what}`))).items.map(({ name }) => name)

describe('a department', () => {
  it('is read with its members, and is offered on the portal until it is removed, the default one first', async () => {
    const { id } = await make('Billing', [agent.id])
    expect(await json(agent.request('GET', `/department/${id}`))).toMatchObject({ name: 'Billing', members: [{ id: agent.id }] })
    const members = await json<{ items: object[] }>(agent.request('GET', `/department/${id}/members`))
    expect(members.items).toEqual([{ id: agent.id, name: agent.name }])
    const offered = await publicNames('departments')
    expect(offered).toContain('Billing')
    expect(offered.slice(1)).toEqual(offered.slice(1).sort())
    const { items } = await json<{ items: Department[] }>(agent.request('GET', '/department'))
    expect(offered[0]).toBe(items.find(({ isDefault }) => isDefault)?.name)
    expect(await status(admin.request('DELETE', `/department/${id}`))).toBe(200)
    expect(await publicNames('departments')).not.toContain('Billing')
    for (const path of [`/department/${id}`, `/department/${id}/members`]) expect(await status(agent.request('GET', path))).toBe(404)
    expect((await eventsOf(tenant, id)).map(({ type }) => type)).toEqual(['department.created', 'department.deleted'])
  })

  it('is changed by who was given it to manage, and no other is', async () => {
    const [own, other] = [await make('Own'), await make('Other')]
    const lead = await makePerson(tenant, 'agent')
    const grant = { permission: 'department.manage', objectType: 'department', objectId: own.id, personId: lead.id }
    expect(await status(admin.request('POST', '/grants', grant))).toBe(201)
    const change = { name: 'Renamed', memberIds: [], version: 1 }
    expect(await status(lead.request('PUT', `/department/${own.id}`, change))).toBe(200)
    expect(await status(lead.request('PUT', `/department/${other.id}`, change))).toBe(403)
    expect(await status(lead.request('DELETE', `/department/${other.id}`))).toBe(403)
    expect(await status(lead.request('POST', '/department', { name: 'New' }))).toBe(403)
    expect(await status(lead.request('PUT', `/department/${own.id}`, { ...change, version: 2, isDefault: true }))).toBe(403)
    expect((await eventsOf(tenant, own.id)).at(-1)).toMatchObject({
      type: 'department.changed',
      payload: { before: { name: 'Own' }, after: { name: 'Renamed' } },
    })
  })
})

describe('a category', () => {
  const add = (body: object, who = admin) => who.request('POST', '/categories', body)
  const list = async (query = '') => (await json<{ items: Category[] }>(agent.request('GET', `/categories${query}`))).items

  it('belongs to a department, is changed at the version that was read, and is offered until it is removed', async () => {
    const [shop, yard] = [await make('Shop'), await make('Yard')]
    const made = await json<Category>(add({ departmentId: shop.id, name: 'Returns' }))
    await add({ departmentId: yard.id, name: 'Fences' })
    expect((await list(`?departmentId=${shop.id}`)).map(({ name }) => name)).toEqual(['Returns'])
    expect((await list()).map(({ name }) => name)).toEqual(expect.arrayContaining(['Fences', 'Returns']))
    const change = { name: 'Returns and repairs', defaultPriority: 'high', version: 1 }
    expect(await json(admin.request('PUT', `/categories/${made.id}`, change))).toMatchObject({ ...change, version: 2 })
    expect(await status(admin.request('PUT', `/categories/${made.id}`, change))).toBe(409)
    expect(await publicNames('categories')).toContain('Returns and repairs')
    expect(await status(admin.request('DELETE', `/categories/${made.id}`))).toBe(200)
    expect(await publicNames('categories')).not.toContain('Returns and repairs')
    expect(await eventsOf(tenant, made.id)).toEqual([
      { type: 'category.created', payload: { name: 'Returns' } },
      {
        type: 'category.changed',
        payload: {
          before: { name: 'Returns', description: '', isActive: true, defaultPriority: null },
          after: { name: 'Returns and repairs', description: '', isActive: true, defaultPriority: 'high' },
        },
      },
      { type: 'category.deleted', payload: { name: 'Returns and repairs' } },
    ])
  })

  it('that is not active is offered to nobody, and stays on the tickets that have it', async () => {
    const { id: departmentId } = await make('Garage')
    const { id: categoryId } = await json<Category>(add({ departmentId, name: 'Tyres', description: 'Summer and winter.' }))
    const ask = (more: object) => admin.request('POST', '/ticket', { title: 'Flat', description: 'It is flat.', departmentId, ...more })
    const ticket = await json<{ id: string }>(ask({ categoryId }))
    const off = { name: 'Tyres', description: 'No more.', isActive: false, version: 1 }
    expect(await json(admin.request('PUT', `/categories/${categoryId}`, off))).toMatchObject({ isActive: false, description: 'No more.' })
    expect(await publicNames('categories')).not.toContain('Tyres')
    expect((await list()).find(({ id }) => id === categoryId)).toMatchObject({ isActive: false })
    expect(await status(ask({ categoryId }))).toBe(422)
    const other = await json<{ id: string }>(ask({}))
    expect(await status(admin.request('PATCH', `/ticket/${other.id}`, { categoryId, version: 1 }))).toBe(422)
    const kept = { title: 'Flat tyre', categoryId, version: 1 }
    expect(await json(admin.request('PATCH', `/ticket/${ticket.id}`, kept))).toMatchObject({ category: { id: categoryId } })
    const page = await json<{ categories: { id: string }[] }>(admin.request('GET', `/ticket/${ticket.id}/page`))
    expect(page.categories).toEqual([])
  })

  it('has a name of its own within its department', async () => {
    const [one, two] = [await make('One'), await make('Two')]
    const { id } = await json<Category>(add({ departmentId: one.id, name: 'Keys' }))
    const second = await json<Category>(add({ departmentId: one.id, name: 'Locks' }))
    expect(await status(add({ departmentId: one.id, name: 'KEYS' }))).toBe(422)
    expect(await status(add({ departmentId: two.id, name: 'Keys' }))).toBe(201)
    expect(await status(admin.request('PUT', `/categories/${second.id}`, { name: 'keys', version: 1 }))).toBe(422)
    expect(await status(admin.request('PUT', `/categories/${id}`, { name: 'KEYS', version: 1 }))).toBe(200)
    expect(await status(add({ departmentId: newId(), name: 'Nowhere' }))).toBe(404)
  })

  it('is of who manages its department, and not of who manages another', async () => {
    const [own, other] = [await make('Own shop'), await make('Other shop')]
    const lead = await makePerson(tenant, 'agent')
    await admin.request('POST', '/grants', {
      permission: 'department.manage',
      objectType: 'department',
      objectId: own.id,
      personId: lead.id,
    })
    const theirs = await json<Category>(add({ departmentId: other.id, name: 'Glass' }))
    expect(await status(add({ departmentId: own.id, name: 'Wood' }, lead))).toBe(201)
    expect(await status(add({ departmentId: other.id, name: 'Wood' }, lead))).toBe(403)
    expect(await status(lead.request('PUT', `/categories/${theirs.id}`, { name: 'Steel', version: 1 }))).toBe(403)
    expect(await status(lead.request('DELETE', `/categories/${theirs.id}`))).toBe(403)
    expect(await inWork(tenant, ({ tx }) => tx.category.count({ where: { name: 'Glass', deletedAt: null } }))).toBe(1)
  })
})
