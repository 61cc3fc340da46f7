import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { connection } from '../../db/connection'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import type { ViewOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('stored')
  admin = await makePerson(tenant, 'admin')
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const named = (path: string, name: string, more: object = {}) =>
  json<{ id: string; version: number }>(admin.request('POST', path, { name, ...more }))
const save = (filter: string) => admin.request('POST', '/views', { name: filter.slice(0, 80), filter })
const saved = (filter: string) => json<ViewOutput>(save(filter))
const read = async (id: string) =>
  (await json<{ items: ViewOutput[] }>(admin.request('GET', '/views'))).items.find((view) => view.id === id)
const keep = (id: string, filter: string) => inWork(tenant, ({ tx }) => tx.view.updateMany({ where: { id }, data: { filter } }))
const refusal = async (answer: Promise<Response>) => {
  const response = await answer
  expect(response.status).toBe(422)
  return response.text()
}

describe('A saved filter', () => {
  it('goes on after what it names was renamed, and is shown with the new name', async () => {
    const department = await named('/department', 'Warehouse')
    const organisation = await named('/organisations', 'Acme "Best", Inc.')
    const category = await named('/categories', 'Pallets', { departmentId: department.id })
    const view = await saved('department:warehouse category:Pallets organisation:"acme \\"best\\", inc."')
    expect(view.filterById).toBe(`department:${department.id} category:${category.id} organisation:${organisation.id}`)
    await inWork(tenant, async ({ tx }) => {
      await tx.department.updateMany({ where: { id: department.id }, data: { name: 'Logistics (new)' } })
      await tx.category.updateMany({ where: { id: category.id }, data: { name: 'Loads' } })
      await tx.organisation.updateMany({ where: { id: organisation.id }, data: { name: 'Acme: Ltd' } })
    })
    const after = await read(view.id)
    expect(after?.filter).toBe('department:"Logistics (new)" category:Loads organisation:"Acme: Ltd"')
    expect(after?.names.map(({ name }) => name)).toEqual(['Logistics (new)', 'Loads', 'Acme: Ltd'])
    expect((await admin.request('GET', `/ticket?view=${view.id}`)).status).toBe(200)
    // What is shown means the same when it is saved again.
    expect((await saved(after?.filter ?? '')).filterById).toBe(view.filterById)
    expect((await saved(view.filterById)).filterById).toBe(view.filterById)
  })

  it('names to nobody what they may not see by its name: they read the id', async () => {
    const organisation = await named('/organisations', 'Hidden Ltd')
    const view = await json<ViewOutput>(
      admin.request('POST', '/views', { name: 'All see it', scope: 'desk', filter: 'organisation:"Hidden Ltd"' }),
    )
    const role = await named('/roles', 'Narrow', { permissions: ['ticket.view'] })
    const narrow = await makePerson(tenant, 'agent', { customRoleId: role.id })
    const { items } = await json<{ items: ViewOutput[] }>(narrow.request('GET', '/views'))
    const shown = items.find(({ id }) => id === view.id)
    expect(JSON.stringify(shown)).not.toContain('Hidden')
    expect(shown?.filter).toBe(`organisation:${organisation.id}`)
    expect((await read(view.id))?.filter).toBe('organisation:"Hidden Ltd"')
  })

  it('takes names whose small letters the database and the program write differently', async () => {
    for (const name of ['İstanbul', 'ΟΔΟΣ']) {
      const department = await named('/department', name)
      const view = await saved(`department:${name}`)
      expect([view.filterById, view.filter]).toEqual([`department:${department.id}`, `department:${name}`])
      expect((await admin.request('GET', `/ticket?${new URLSearchParams({ q: `department:${name}` })}`)).status).toBe(200)
    }
  })

  it('finds the same tickets as the names did', async () => {
    const department = await named('/department', 'Ground')
    await inWork(tenant, ({ tx }) => tx.ticket.count())
    const made = await json<{ id: string }>(
      admin.request('POST', '/ticket', { title: 'Here', description: 'Here', departmentId: department.id }),
    )
    const view = await saved('department:Ground')
    await inWork(tenant, ({ tx }) => tx.department.updateMany({ where: { id: department.id }, data: { name: 'Floor' } }))
    const found = await json<{ items: { id: string }[] }>(admin.request('GET', `/ticket?view=${view.id}`))
    expect(found.items.map(({ id }) => id)).toEqual([made.id])
  })

  it('says which of several is meant before it is saved', async () => {
    for (const name of ['Twin A', 'Twin B']) await named('/department', name)
    const said = await refusal(save('department:twin'))
    expect(said).toContain('“twin” could mean 2')
    expect(said).toContain('twin-a')
    // People may have one name.
    const [one, other] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: { in: [one.id, other.id] } }, data: { name: 'Twins' } }))
    const byId = await saved(`assignee:${other.id}`)
    // Each is shown by what leads back to it alone.
    expect((await saved(byId.filter)).filterById).toBe(byId.filterById)
  })

  it('tells one category from another of the same name by its department', async () => {
    const departments = [await named('/department', 'Left'), await named('/department', 'Right')] as const
    const categories = [] as { id: string }[]
    for (const { id } of departments) categories.push(await named('/categories', 'Same', { departmentId: id }))
    await refusal(save('category:Same'))
    const view = await saved('category:right/same')
    expect(view.filterById).toBe(`category:${categories[1]?.id}`)
    expect(view.filter).toBe('category:Right/Same')
  })

  it.each([
    ['department:Nowhere', 'no department called “Nowhere”'],
    ['assignee:"Nobody Here"', 'no person called “Nobody Here”'],
    ['organisation:"No Such"', 'no organisation called “No Such”'],
    ['category:00000000-0000-7000-8000-000000000000', 'no category with the ID'],
    ['requester:00000000-0000-7000-8000-000000000000', 'no contact with the ID'],
  ])('%s is refused', async (filter, says) => {
    expect(await refusal(save(filter))).toContain(says)
  })

  it('may name patterns, words and addresses, which are no ids', async () => {
    const filter = 'organisation:ac*,none assignee:me,none requester:new@example.com tag:vip department:any'
    expect(await saved(filter)).toMatchObject({ filter, filterById: filter, gone: [], findsNothing: false })
  })

  it('says what of it is gone and what it does meanwhile, and can still be renamed', async () => {
    const leaver = await makePerson(tenant, 'agent')
    const organisation = await named('/organisations', 'Vanishing')
    const view = await saved(`assignee:"${leaver.name}" -organisation:Vanishing`)
    await inWork(tenant, async ({ tx, now }) => {
      await tx.person.updateMany({ where: { id: leaver.id }, data: { deletedAt: now } })
      await tx.organisation.updateMany({ where: { id: organisation.id }, data: { deletedAt: now } })
    })
    const after = await read(view.id)
    expect(after?.gone).toEqual([
      { kind: 'person', id: leaver.id, name: leaver.name, isExcluded: false },
      { kind: 'organisation', id: organisation.id, name: 'Vanishing', isExcluded: true },
    ])
    expect(after?.findsNothing).toBe(false)
    const { version, filter } = after as ViewOutput
    const kept = await json<ViewOutput>(admin.request('PUT', `/views/${view.id}`, { name: 'Renamed', version, filter }))
    expect(kept.filterById).toBe(view.filterById)
    // Nobody else can name them any more.
    expect(await refusal(save(`organisation:${organisation.id}`))).toContain('“Vanishing” was deleted')
  })

  it('never finds everything because what it left out is gone', async () => {
    const department = await named('/department', 'Left out')
    const view = await saved('-department:"Left out"')
    expect((await json<{ items: unknown[] }>(admin.request('GET', `/ticket?view=${view.id}`))).items).not.toEqual([])
    await inWork(tenant, ({ tx, now }) => tx.department.updateMany({ where: { id: department.id }, data: { deletedAt: now } }))
    expect(await read(view.id)).toMatchObject({ findsNothing: true })
    expect((await json<{ items: unknown[] }>(admin.request('GET', `/ticket?view=${view.id}`))).items).toEqual([])
  })

  it('with a name that means nothing finds nothing, says so, and answers', async () => {
    const { id } = await saved('status:open')
    await keep(id, 'status:open -department:Atlantis')
    expect(await read(id)).toMatchObject({
      filter: 'status:open -department:Atlantis',
      gone: [{ kind: 'department', id: null, name: 'Atlantis', isExcluded: true }],
      findsNothing: true,
    })
    expect((await json<{ items: unknown[] }>(admin.request('GET', `/ticket?view=${id}`))).items).toEqual([])
  })

  it('that was stored with names is converted by the migration', async () => {
    const department = await named('/department', 'Old "Quoted" Name')
    const [a, b] = [await named('/organisations', 'Pair'), await named('/organisations', 'pair')]
    const person = await makePerson(tenant, 'agent')
    const { id } = await saved('is:unread')
    await keep(
      id,
      `tag:"department:old" (Department:"old \\"quoted\\" name",none OR -assignee:${person.email.toUpperCase()},me) organisation:Pair,pa* department:Gone "organisation:Pair" re: x`,
    )
    const sql = readFileSync(path.resolve('prisma/tenant/migrations/20261126051500_filters_by_id/migration.sql'), 'utf8')
    await (await connection()).pool.query(
      sql.slice(sql.indexOf('DO $$')).replaceAll(/"(view|sla_policy|department|category|person|organisation)"/g, 'desk."$1"'),
    )
    expect((await read(id))?.filterById).toBe(
      `tag:"department:old" (Department:${department.id},none OR -assignee:${person.id},me) organisation:${[a.id, b.id].sort().join()},pa* department:Gone "organisation:Pair" re: x`,
    )
  })
})
