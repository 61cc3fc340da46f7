import { beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import { nextMember } from './routing'
import type { TicketOutput } from './schema'

openTestDatabase()

describe('the next member', () => {
  const of = (...open: number[]) => open.map((count, n) => ({ id: 'abc'[n] as string, open: count }))
  it.each([
    ['round_robin', of(0, 0, 0), null, null, 'a'],
    ['round_robin', of(0, 0, 0), 'a', null, 'b'],
    ['round_robin', of(0, 0, 0), 'c', null, 'a'],
    ['round_robin', of(0, 5, 0), 'a', 5, 'c'],
    ['round_robin', of(0, 0, 0), 'gone', null, 'a'],
    ['round_robin', of(5, 5, 5), 'a', 5, null],
    ['round_robin', [], null, null, null],
    ['least_loaded', of(3, 1, 2), null, null, 'b'],
    ['least_loaded', of(1, 1, 1), 'a', null, 'b'],
    ['least_loaded', of(1, 1, 1), 'c', null, 'a'],
    ['least_loaded', of(2, 2, 2), null, 2, null],
  ] as const)('by %s of %j after %s, at most %s: %s', (routing, members, last, cap, expected) => {
    expect(nextMember(routing, members, last, cap)).toBe(expected)
  })
})

describe('a department', () => {
  let tenant: ResolvedTenant
  let owner: TestPerson
  let members: TestPerson[]
  let departmentId: string
  beforeEach(async () => {
    tenant = await makeTenant()
    owner = await makePerson(tenant, 'owner')
    members = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')].sort((a, b) => (a.id < b.id ? -1 : 1))
    const department = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: true } }))
    departmentId = department.id
    await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: owner.id } }))
  })
  const route = (routing: string, routingCap: number | null = null) =>
    inWork(tenant, ({ tx }) =>
      tx.department.updateMany({ where: { id: departmentId }, data: { routing: routing as 'manual', routingCap } }),
    )
  const comeIn = async (count: number) => {
    const made = []
    for (let n = 0; n < count; n++) {
      made.push(await makeTicket(tenant))
      // One after the other: what happens to several tickets is handed out in any order.
      await drainBackground()
    }
    const read = async (id: string) => (await (await owner.request('GET', `/ticket/${id}`)).json()) as TicketOutput
    return Promise.all(made.map(({ id }) => read(id)))
  }
  const whose = (tickets: TicketOutput[]) => tickets.map(({ assignee }) => members.findIndex(({ id }) => id === assignee?.id))

  it('leaves its tickets to whoever takes them, unless it says otherwise', async () => {
    expect(whose(await comeIn(2))).toEqual([-1, -1])
  })

  it('gives them in turn, passing over who is away', async () => {
    await route('round_robin')
    const tickets = await comeIn(4)
    expect(whose(tickets)).toEqual([0, 1, 0, 1])
    expect(tickets[0]?.status).toBe('assigned')
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: members[0]?.id }, data: { availability: 'away' } }))
    expect(whose(await comeIn(2))).toEqual([1, 1])
  })

  it('gives them to who has the fewest, up to the limit', async () => {
    await route('least_loaded', 2)
    expect(whose(await comeIn(5)).sort()).toEqual([-1, 0, 0, 1, 1])
  })

  it('takes in what is handed to it, and leaves alone what someone has', async () => {
    const [ticket] = (await comeIn(1)) as [TicketOutput]
    await route('round_robin')
    const other = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
    const move = (to: string, version: number) => owner.request('PUT', `/ticket/${ticket.id}/department`, { departmentId: to, version })
    expect((await move(other.id, ticket.version)).status).toBe(200)
    expect((await move(departmentId, ticket.version + 1)).status).toBe(200)
    await drainBackground()
    expect(((await (await owner.request('GET', `/ticket/${ticket.id}`)).json()) as TicketOutput).assignee?.id).toBe(members[0]?.id)
  })
})
