import { beforeAll, describe, expect, it } from 'vitest'
import { channels } from '../realtime/schema'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
const people: Record<string, TestPerson> = {}
const names: Record<string, string> = {}

beforeAll(async () => {
  tenant = await makeTenant('listen')
  const other = await makeTenant('elsewhere')
  for (const role of ['owner', 'moderator', 'agent', 'customer'] as const) people[role] = await makePerson(tenant, role)
  people.foreign = await makePerson(other, 'owner')
  const departments = await inWork(tenant, ({ tx }) => tx.department.findMany({ orderBy: { isDefault: 'desc' } }))
  const [mine, notMine] = departments.map(({ id }) => id) as [string, string]
  const foreignDepartment = await inWork(other, ({ tx }) => tx.department.findFirstOrThrow())
  const opened = await (people.customer as TestPerson).request('POST', '/ticket', { title: 'Own', description: 'It does not work.' })
  const { id: asked } = (await opened.json()) as { id: string }
  Object.assign(names, {
    'the own user': channels.user((people.agent as TestPerson).id),
    'another user': channels.user((people.owner as TestPerson).id),
    'a user elsewhere': channels.user((people.foreign as TestPerson).id),
    'the desk': channels.desk(tenant.ref.id),
    'a desk elsewhere': channels.desk(other.ref.id),
    'the own department': channels.department(mine),
    'another department': channels.department(notMine),
    'a department elsewhere': channels.department(foreignDepartment.id),
    'a ticket of the own department': channels.ticket((await makeTicket(tenant)).id),
    'a ticket of another department': channels.ticket((await makeTicket(tenant, { departmentId: notMine })).id),
    'a ticket elsewhere': channels.ticket((await makeTicket(other)).id),
    'a request of the own department': channels.request((await makeTicket(tenant)).id),
    'a request of another department': channels.request((await makeTicket(tenant, { departmentId: notMine })).id),
    'the own request': channels.request(asked),
    'the own request as staff see it': channels.ticket(asked),
    'a request elsewhere': channels.request((await makeTicket(other)).id),
    'an article': channels.article(await makeArticle(people.owner as TestPerson)),
    'an article elsewhere': channels.article(await makeArticle(people.foreign as TestPerson)),
    'no ticket at all': channels.ticket('00000000-0000-7000-8000-000000000000'),
    'a public channel': 'news',
    'another prefix': `private-ticket-${people.agent?.id}`,
    'no id': 'private-user-me',
  })
})

async function makeArticle(by: TestPerson): Promise<string> {
  const make = async (path: string, body: object) => ((await (await by.request('POST', path, body)).json()) as { id: string }).id
  return make('/kb/articles', { title: 'Heard', categoryId: await make('/kb/categories', { name: 'Heard' }) })
}

const everything = [
  'the desk',
  'the own department',
  'another department',
  'a ticket of the own department',
  'a ticket of another department',
  'a request of the own department',
  'a request of another department',
  'the own request',
  'the own request as staff see it',
  'an article',
]
const allowed: Record<string, string[]> = {
  owner: [...everything, 'another user'],
  moderator: everything,
  agent: [
    'the own user',
    'the desk',
    'the own department',
    'a ticket of the own department',
    'a request of the own department',
    'the own request',
    'the own request as staff see it',
    'an article',
  ],
  customer: ['the own request'],
}

describe('who may listen', () => {
  it.each(Object.keys(allowed))('%s', async (role) => {
    const who = people[role] as TestPerson
    for (const [what, channel] of Object.entries(names)) {
      const { status } = await who.request('POST', '/realtime/channel', { socketId: '1.2', channel })
      const isAllowed = allowed[role]?.includes(what)
      expect(isAllowed ? [200] : [403, 404], `${role}: ${what}`).toContain(status)
    }
    const all = Object.values(names)
    const heads: Record<string, number> = {}
    for (const asked of [all.slice(0, 20), all.slice(20)]) {
      const answered = await who.request('POST', '/realtime/heads', { channels: asked })
      Object.assign(heads, ((await answered.json()) as { heads: object }).heads)
    }
    const heard = Object.entries(names).flatMap(([what, channel]) => (channel in heads ? [what] : []))
    expect(heard.sort()).toEqual([...(allowed[role] ?? [])].sort())
  })

  it('nobody without a session: not a stranger, not a token', async () => {
    const channel = names['the desk']
    expect((await send(tenant, 'POST', '/realtime/channel', { socketId: '1.2', channel })).status).toBe(401)
    const owner = people.owner as TestPerson
    const made = await owner.request('POST', '/users/tokens', { name: 'x', scopes: ['ticket.view'] })
    const { token } = (await made.json()) as { token: string }
    const authorization = `Bearer ${token}`
    expect((await send(tenant, 'POST', '/realtime/channel', { socketId: '1.2', channel }, { authorization })).status).toBe(403)
    expect((await send(tenant, 'POST', '/realtime/user', { socketId: '1.2' }, { authorization })).status).toBe(403)
  })

  it('is proven to be who is signed in, by a signature over the connection', async () => {
    const agent = people.agent as TestPerson
    const answer = await agent.request('POST', '/realtime/user', { socketId: '1.2' })
    const { auth, user_data } = (await answer.json()) as { auth: string; user_data: string }
    expect(JSON.parse(user_data)).toMatchObject({ id: agent.id, user_info: { name: agent.name } })
    const other = await agent.request('POST', '/realtime/user', { socketId: '1.3' })
    expect(((await other.json()) as { auth: string }).auth).not.toBe(auth)
    expect((await agent.request('POST', '/realtime/user', { socketId: 'nonsense' })).status).toBe(422)
  })

  it('only as a connection that is one', async () => {
    for (const socketId of ['', '1', 'a.b', '1.2:private-desk', '1.2\n'])
      expect((await people.owner?.request('POST', '/realtime/channel', { socketId, channel: names['the desk'] }))?.status).toBe(422)
  })
})
