import { beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import type { Rating } from '../tickets/ticket/attribute'
import type { RatingReport } from './rating'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let agent: TestPerson
let elsewhere: string
const at = (day: number) => new Date(Date.UTC(2026, 5, day, 12))

async function resolved(day: number, rating: Rating | null, given: { assigneeId?: string; departmentId?: string } = {}) {
  const { id } = await makeTicket(tenant, given.departmentId ? { departmentId: given.departmentId } : {})
  const data = { status: 'resolved' as const, resolvedAt: at(day), rating, assigneeId: given.assigneeId ?? null }
  await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id }, data }))
  return id
}
const read = async (who: TestPerson, from = at(1), to = at(30)) => {
  const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() })
  return (await (await who.request('GET', `/dashboard/ratings?${query}`)).json()) as RatingReport
}

beforeAll(async () => {
  tenant = await makeTenant('rated')
  owner = await makePerson(tenant, 'owner')
  agent = await makePerson(tenant, 'agent')
  elsewhere = (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))).id
  await resolved(2, 'very_good', { assigneeId: agent.id })
  await resolved(2, 'bad', { assigneeId: agent.id })
  await resolved(3, 'okay')
  await resolved(4, null, { assigneeId: agent.id })
  await resolved(5, 'very_bad', { departmentId: elsewhere })
  await resolved(40, 'good')
})

describe('the report of ratings', () => {
  it('counts what was resolved in the period, by rating, person, department and day', async () => {
    const { byAgent, byDepartment, byDay, byRating, ...whole } = await read(owner)
    expect(whole).toEqual({ resolved: 5, rated: 4, average: (5 + 2 + 3 + 1) / 4 })
    expect(byRating.map(({ rating, rated }) => `${rating} ${rated}`)).toEqual(['very_bad 1', 'bad 1', 'okay 1', 'good 0', 'very_good 1'])
    expect(byAgent).toEqual([
      { id: agent.id, name: agent.name, rated: 2, average: 3.5 },
      { id: null, name: null, rated: 2, average: 2 },
    ])
    expect(byDepartment.map(({ rated, average }) => [rated, average])).toEqual([
      [3, 10 / 3],
      [1, 1],
    ])
    expect(byDay[0]).toEqual({ day: '2026-06-02', rated: 2, average: 3.5, good: 1, okay: 0, bad: 1 })
    expect(byDay.map(({ day }) => day)).toEqual(['2026-06-02', '2026-06-03', '2026-06-05'])
  })

  it('counts nothing that the caller cannot see, and nothing at all is no average', async () => {
    expect(await read(agent)).toMatchObject({ resolved: 4, rated: 3 })
    expect(await read(owner, at(10), at(20))).toMatchObject({ resolved: 0, rated: 0, average: null, byAgent: [], byDay: [] })
    const customer = await makePerson(tenant, 'customer')
    expect((await customer.request('GET', '/dashboard/ratings')).status).toBe(403)
    expect((await owner.request('GET', `/dashboard/ratings?from=${at(9).toISOString()}&to=${at(1).toISOString()}`)).status).toBe(422)
  })
})
