import { beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'

openTestDatabase()

interface Kept {
  id: string
  version: number
  name: string
  isOwn: boolean
}

let tenant: ResolvedTenant
let agent: TestPerson
let colleague: TestPerson
let moderator: TestPerson
let outsider: TestPerson
let departmentId: string
beforeAll(async () => {
  tenant = await makeTenant('canned')
  agent = await makePerson(tenant, 'agent')
  colleague = await makePerson(tenant, 'agent')
  moderator = await makePerson(tenant, 'moderator')
  outsider = await makePerson(tenant, 'agent')
  await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: outsider.id } }))
  departmentId = (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: true } }))).id
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const status = async (answer: Promise<Response>) => (await answer).status

/** Canned responses and macros are kept alike. */
describe.each([
  { path: '/canned-responses', event: 'canned_response', content: { bodyHtml: '<p>Hello</p>' }, other: { bodyHtml: '<p>Bye</p>' } },
  {
    path: '/macros',
    event: 'macro',
    content: { changes: [{ kind: 'priority', priority: 'high' }] },
    other: { changes: [{ kind: 'priority', priority: 'low' }] },
  },
])('$path', ({ path, event, content, other }) => {
  const make = (who: TestPerson, name: string, more: object = {}) => json<Kept>(who.request('POST', path, { name, ...content, ...more }))
  const named = async (who: TestPerson) => (await json<{ items: Kept[] }>(who.request('GET', path))).items.map(({ name }) => name)

  it('are seen and changed by whom they are for', async () => {
    const own = await make(agent, 'Own')
    const shared = await make(moderator, 'Shared', { scope: 'desk' })
    const ofDepartment = await make(moderator, 'Department', { scope: 'department', departmentId })
    for (const [who, names] of [
      [agent, ['Department', 'Own', 'Shared']],
      [colleague, ['Department', 'Shared']],
      [outsider, ['Shared']],
    ] as const)
      expect((await named(who)).sort()).toEqual(names)
    for (const [who, kept, refused] of [
      [agent, own, 200],
      [colleague, own, 404],
      [moderator, own, 404],
      [agent, shared, 403],
      [outsider, ofDepartment, 404],
      [moderator, ofDepartment, 200],
    ] as const) {
      const scope = kept === own ? {} : kept === shared ? { scope: 'desk' } : { scope: 'department', departmentId }
      const change = { name: kept === own ? 'Own' : 'Department', version: kept.version, ...other, ...scope }
      expect(await status(who.request('PUT', `${path}/${kept.id}`, change)), `${who.name} ${kept.name}`).toBe(refused)
    }
    for (const [who, kept, refused] of [
      [colleague, own, 404],
      [agent, shared, 403],
      [agent, own, 200],
      [moderator, shared, 200],
    ] as const)
      expect(await status(who.request('DELETE', `${path}/${kept.id}`)), `${who.name} ${kept.name}`).toBe(refused)
    expect(await named(agent)).toEqual(['Department'])
  })

  it('are not taken from everybody by whoever edits them, nor changed once they are deleted', async () => {
    const shared = await make(moderator, 'Shared', { scope: 'desk' })
    const owner = await makePerson(tenant, 'owner')
    const keep = (who: TestPerson) => who.request('PUT', `${path}/${shared.id}`, { name: 'Shared', version: shared.version, ...other })
    const refused = await keep(owner)
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('Someone else created this')
    expect(await named(agent)).toContain('Shared')
    expect(await status(keep(moderator))).toBe(200)
    expect(await status(moderator.request('DELETE', `${path}/${shared.id}`))).toBe(200)
  })

  it('are changed at the version that was read, and all of it is in the audit trail', async () => {
    const { id, version } = await make(agent, 'Before')
    const change = { name: 'After', version, ...other }
    expect(await json(agent.request('PUT', `${path}/${id}`, change))).toMatchObject({ name: 'After', version: version + 1, ...other })
    expect(await status(agent.request('PUT', `${path}/${id}`, change))).toBe(409)
    expect(await status(agent.request('DELETE', `${path}/${id}`))).toBe(200)
    expect(await status(agent.request('DELETE', `${path}/${id}`))).toBe(404)
    const events = await eventsOf(tenant, id)
    expect(events.map(({ type }) => type)).toEqual([`${event}.created`, `${event}.changed`, `${event}.deleted`])
    expect(events[1]?.payload).toMatchObject({ before: { name: 'Before' }, after: { name: 'After' } })
  })

  it('are not shared by who may not share, nor with a department left out', async () => {
    expect(await status(agent.request('POST', path, { name: 'X', ...content, scope: 'desk' }))).toBe(403)
    expect(await status(moderator.request('POST', path, { name: 'X', ...content, scope: 'department' }))).toBe(422)
    expect(await status(moderator.request('POST', path, { name: 'X', ...content, departmentId }))).toBe(422)
  })
})
