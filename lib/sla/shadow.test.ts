import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'
import type { ConditionsOutput, PolicyOutput } from './schema'
import { reachesOf } from './shadow'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('shadow')
  admin = await makePerson(tenant, 'admin')
})
beforeEach(() => inWork(tenant, ({ tx, now }) => tx.slaPolicy.updateMany({ data: { deletedAt: now } })))

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const targets = [{ metric: 'first_response', priority: 'high', amount: 1, unit: 'hours' }]
const create = (name: string, filter: string, more: object = {}) =>
  json<PolicyOutput>(admin.request('POST', '/sla', { name, filter, targets, ...more }))
const list = async () => (await json<{ items: PolicyOutput[] }>(admin.request('GET', '/sla'))).items
const check = (given: object) => json<ConditionsOutput>(admin.request('POST', '/sla/conditions', given))

describe('A policy below others', () => {
  it('that apply to all of its tickets first says which, until it is moved above them', async () => {
    const all = await create('All', '')
    const vip = await create('VIP', 'tag:vip')
    expect(vip).toMatchObject({ neverApplies: 'shadowed', shadowedBy: [{ id: all.id, name: 'All' }], moveHelps: true })
    expect((await admin.request('PUT', '/sla/order', { ids: [vip.id, all.id] })).status).toBe(200)
    expect((await list()).map(({ name, neverApplies }) => [name, neverApplies])).toEqual([
      ['VIP', null],
      ['All', null],
    ])
  })

  it('that apply to the same tickets is not helped by being moved: then the other one would never apply', async () => {
    const first = await create('First', '')
    const second = await create('Second', '')
    const blocked = { neverApplies: 'shadowed', moveHelps: false }
    expect(second).toMatchObject({ ...blocked, shadowedBy: [{ id: first.id }] })
    expect((await admin.request('PUT', '/sla/order', { ids: [second.id, first.id] })).status).toBe(200)
    expect((await list())[1]).toMatchObject({ name: 'First', ...blocked })
    expect(await check({ filter: '' })).toMatchObject(blocked)
  })

  it('is created above another where that was asked for', async () => {
    const all = await create('All', '')
    await create('Low', 'priority:low')
    const vip = await create('VIP', 'tag:vip', { aboveId: all.id })
    expect(vip.neverApplies).toBeNull()
    expect((await list()).map(({ name }) => name)).toEqual(['VIP', 'All', 'Low'])
  })

  it('is not shadowed by one that is not active, nor by one that applies to nothing', async () => {
    await create('Off', '', { isActive: false })
    const impossible = await create('Impossible', 'priority:low priority:high')
    expect(impossible.neverApplies).toBe('contradiction')
    expect((await create('VIP', 'tag:vip')).neverApplies).toBeNull()
  })

  it('is told in the editor before it is saved', async () => {
    const all = await create('All', '')
    expect(await check({ filter: 'tag:vip' })).toMatchObject({ neverApplies: 'shadowed', shadowedBy: [{ id: all.id }] })
    expect(await check({ filter: 'tag:vip', aboveId: all.id })).toMatchObject({ neverApplies: null })
    expect(await check({ filter: '', id: all.id })).toMatchObject({ neverApplies: null })
    expect(await check({ filter: 'tag:vip', isActive: false })).toMatchObject({ neverApplies: null })
    expect((await check({ filter: 'title:x' })).problem).toContain('title')
    expect((await check({ filter: 'department:Nowhere' })).problem).toContain('no department called')
    expect(await list()).toHaveLength(1)
  })
})

describe('Policies whose conditions take long to compare', () => {
  const choices = (n: number) => Array.from({ length: 30 }, (_, at) => `(field.a${at}:${n} OR field.b${at}:${n})`).join(' ')
  const placed = (filters: string[]) =>
    filters.map((filterById, n) => ({ id: `${n}`, name: `${n}`, isActive: true, findsNothing: false, filterById }))

  it('are given up soon, and nothing is said of them', () => {
    const hard = (n: number) => `${choices(n)} (priority:low OR priority:medium) (priority:high OR priority:urgent)`
    const began = performance.now()
    const reaches = reachesOf(placed(Array.from({ length: 20 }, (_, n) => hard(n))))
    expect(performance.now() - began).toBeLessThan(3000)
    expect(new Set(reaches.map(({ neverApplies }) => neverApplies))).toEqual(new Set([null]))
  })

  it('are as many as a workspace can have, and the last is still compared with all', () => {
    const filters = Array.from({ length: 98 }, (_, n) => `tag:t${n} (priority:low OR field.place:p${n})`)
    expect(reachesOf(placed([...filters, 'tag:last', 'tag:last priority:low'])).at(-1)).toMatchObject({
      neverApplies: 'shadowed',
      shadowedBy: [{ id: '98' }],
    })
  })
})

describe('A policy', () => {
  it('goes on after its department was renamed, and says when it is gone', async () => {
    const { id: departmentId } = await json<{ id: string }>(admin.request('POST', '/department', { name: 'IT desk' }))
    const policy = await create('IT', 'department:"IT desk"')
    const ticket = () =>
      json<{ id: string }>(admin.request('POST', '/ticket', { title: 'A', description: 'A', priority: 'high', departmentId }))
    const policyOf = async (id: string) =>
      (await inWork(tenant, ({ tx }) => tx.ticket.findFirstOrThrow({ where: { id }, select: { slaPolicyId: true } }))).slaPolicyId
    await inWork(tenant, ({ tx }) => tx.department.updateMany({ where: { id: departmentId }, data: { name: 'Tech' } }))
    expect(await policyOf((await ticket()).id)).toBe(policy.id)
    expect((await list())[0]?.filter).toBe('department:Tech')
    const used = await create('Used', `-department:${departmentId}`)
    const { id: other } = await ticket()
    await inWork(tenant, ({ tx, now }) => tx.department.updateMany({ where: { id: departmentId }, data: { deletedAt: now } }))
    const after = await list()
    expect(after[0]?.gone).toEqual([{ kind: 'department', id: departmentId, name: 'Tech', isExcluded: false }])
    // It left out the department alone: now it applies to nothing, instead of to everything.
    expect(after[1]).toMatchObject({ id: used.id, neverApplies: 'gone', gone: [{ name: 'Tech', isExcluded: true }] })
    expect(await policyOf(other)).toBe(policy.id)
  })

  it('that names what is gone can be edited as it is, and says so still; what is new in it must be there', async () => {
    const { id: departmentId } = await json<{ id: string }>(admin.request('POST', '/department', { name: 'Night desk' }))
    const { id: gone } = await json<{ id: string }>(admin.request('POST', '/department', { name: 'Gone desk' }))
    const policy = await create('Nights', 'department:"Night desk"')
    await inWork(tenant, ({ tx, now }) =>
      tx.department.updateMany({ where: { id: { in: [departmentId, gone] } }, data: { deletedAt: now } }),
    )
    const own = async () => (await list()).find(({ id }) => id === policy.id) as PolicyOutput
    const save = async (name: string, filter: string) =>
      admin.request('PUT', `/sla/${policy.id}`, { name, filter, version: (await own()).version, targets })
    for (const [name, filter] of [
      ['Late', (await own()).filter],
      ['Later', `department:${departmentId}`],
    ] as const) {
      expect((await save(name, filter)).status, filter).toBe(200)
      expect(await own()).toMatchObject({ name, gone: [{ kind: 'department', id: departmentId, name: 'Night desk', isExcluded: false }] })
    }
    const check = async (filter: string, id?: string) =>
      (await json<{ problem: string | null }>(admin.request('POST', '/sla/conditions', { filter, isActive: true, ...(id ? { id } : {}) })))
        .problem
    expect(await check((await own()).filter, policy.id)).toBeNull()
    expect(await check(`department:${departmentId}`)).toEqual(expect.any(String))
    for (const filter of [
      `department:${gone}`,
      `${(await own()).filter} department:${gone}`,
      'department:"Gone desk"',
      'department:Nowhere',
    ])
      expect((await save('Later', filter)).status, filter).toBe(422)
    expect((await admin.request('POST', '/sla', { name: 'Another', filter: `department:${departmentId}`, targets })).status).toBe(422)
    // What is put right can't be put back.
    expect((await save('Later', 'priority:high')).status).toBe(200)
    expect((await save('Later', `department:${departmentId}`)).status).toBe(422)
  })

  it('names nobody that does not exist, and says when an escalation names somebody who has left', async () => {
    const leaver = await makePerson(tenant, 'agent')
    const step = (assigneeId: string) => ({
      escalations: [{ metric: 'first_response', kind: 'escalation', minutes: 30, actions: [{ kind: 'assign', assigneeId }] }],
    })
    expect((await admin.request('POST', '/sla', { name: 'X', targets, ...step(tenant.ref.id) })).status).toBe(422)
    const policy = await create('Leaver', '', step(leaver.id))
    expect(policy.goneTargets).toEqual([])
    await inWork(tenant, ({ tx, now }) => tx.person.updateMany({ where: { id: leaver.id }, data: { deletedAt: now } }))
    expect((await list())[0]?.goneTargets).toEqual([
      { kind: 'person', id: leaver.id, name: leaver.name, place: 0, escalationId: policy.escalations[0]?.id },
    ])
  })
})

describe('A macro', () => {
  it('says when its department or person is gone, and can be saved only without them', async () => {
    const leaver = await makePerson(tenant, 'agent')
    const changes = [
      { kind: 'priority', priority: 'high' },
      { kind: 'assign', assigneeId: leaver.id },
    ]
    const unknown = await admin.request('POST', '/macros', { name: 'M', changes: [{ kind: 'assign', assigneeId: tenant.ref.id }] })
    expect(unknown.status).toBe(422)
    const macro = await json<{ id: string; version: number; gone: unknown[] }>(admin.request('POST', '/macros', { name: 'M', changes }))
    expect(macro.gone).toEqual([])
    await inWork(tenant, ({ tx, now }) => tx.person.updateMany({ where: { id: leaver.id }, data: { deletedAt: now } }))
    const { items } = await json<{ items: { gone: unknown[] }[] }>(admin.request('GET', '/macros'))
    expect(items[0]?.gone).toEqual([{ kind: 'person', id: leaver.id, name: leaver.name, place: 1 }])
    const body = { name: 'M', version: macro.version, changes }
    expect((await admin.request('PUT', `/macros/${macro.id}`, body)).status).toBe(422)
    expect((await admin.request('PUT', `/macros/${macro.id}`, { ...body, changes: changes.slice(0, 1) })).status).toBe(200)
  })
})
