import Pusher from 'pusher'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { drainBackground } from '../core/background'
import type { EventOf } from '../events/event-types'
import type { ResolvedTenant } from '../tenancy/resolve'
import { statementsDuring } from '../testing/beside'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket } from '../testing/factories'
import { publishChange } from './publish'
import { channels } from './schema'

const sent: { channel: string; data: { seq: number; subjectId: string | null } }[] = []
beforeAll(() => {
  vi.spyOn(Pusher.prototype, 'triggerBatch').mockImplementation(async (batch) => {
    sent.push(...(batch as typeof sent))
    return new Response() as never
  })
  vi.spyOn(Pusher.prototype, 'get').mockResolvedValue(null as never)
})
afterAll(() => void vi.restoreAllMocks())

openTestDatabase()

let tenant: ResolvedTenant
beforeAll(async () => {
  tenant = await makeTenant('published')
})

it('a change is told to the workspace, the department, the ticket and its requester alone, twice with the same numbers', async () => {
  const people = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
  const { id } = await makeTicket(tenant)
  await drainBackground()
  // Their bells were told of the same event, under names of their own.
  expect(sent.map(({ channel }) => channel)).toEqual(expect.arrayContaining(people.map((person) => channels.user(person.id))))
  const { event, departmentId } = await inWork(tenant, async ({ tx }) => ({
    event: (await tx.event.findFirstOrThrow({ where: { type: 'ticket.created', subjectId: id } })) as EventOf<'ticket.created'>,
    departmentId: (await tx.ticket.findFirstOrThrow({ where: { id } })).departmentId as string,
  }))
  const expected = [channels.desk(tenant.ref.id), channels.department(departmentId), channels.ticket(id), channels.request(id)].sort()
  const publish = async () => {
    sent.length = 0
    await publishChange.outside?.({ tenant, event })
    return sent.map(({ channel, data }) => ({ channel, ...data }))
  }
  const [first, again] = [await publish(), await publish()]
  expect(first.map(({ channel }) => channel).sort()).toEqual(expected)
  const [desk, others] = [first.filter(isDesk), first.filter(isNoDesk)]
  expect(others.every(({ subjectId }) => subjectId === id)).toBe(true)
  // Agents who may not see the ticket hear this one: neither which ticket nor what happened.
  expect(desk).toEqual([{ channel: channels.desk(tenant.ref.id), seq: expect.any(Number), type: 'tickets.changed', subjectId: null }])
  expect(again).toEqual(first)
})

const isDesk = ({ channel }: { channel: string }) => channel === channels.desk(tenant.ref.id)
const isNoDesk = (each: { channel: string }) => !isDesk(each)

it('a ticket that moves is told to the department that it left and to the one it came to', async () => {
  const owner = await makePerson(tenant, 'owner')
  const { id, version, department } = await makeTicket(tenant)
  const other = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
  await drainBackground()
  sent.length = 0
  expect((await owner.request('PUT', `/ticket/${id}/department`, { departmentId: other.id, version })).status).toBe(200)
  await drainBackground()
  const told = sent.filter(({ data }) => data.subjectId === id).map(({ channel }) => channel)
  expect(told).toEqual(expect.arrayContaining([channels.department(department?.id as string), channels.department(other.id)]))
})

it('customers hear that what they see changed, in a row without gaps, and nothing of what staff do among themselves', async () => {
  const agent = await makePerson(tenant, 'agent')
  const { id } = await makeTicket(tenant)
  await drainBackground()
  const act = async (method: string, path: string, body?: object) => {
    const { version } = (await (await agent.request('GET', `/ticket/${id}`)).json()) as { version: number }
    const answer = await agent.request(method, `/ticket/${id}${path}`, { ...body, ...(path === '/comments' ? {} : { version }) })
    expect(answer.status, await answer.clone().text()).toBeLessThan(300)
    await drainBackground()
  }
  const heard = async (body: () => Promise<void>) => {
    sent.length = 0
    await body()
    return sent.filter(({ channel }) => channel === channels.request(id)).map(({ data }) => data)
  }
  const told = (seq: number) => [{ seq, type: 'request.changed', subjectId: id, version: seq }]
  expect(await heard(() => act('PUT', '/status', { status: 'in_progress' }))).toEqual(told(2))
  const among = await heard(async () => {
    await act('POST', '/comments', { body: 'Between us', isInternal: true })
    await act('PUT', '/tags', { tags: ['vip'] })
    await act('PUT', '/status', { status: 'hold', reason: 'waits' })
    await act('PUT', '/status', { status: 'in_progress' })
    await act('PATCH', '', { type: 'incident', dueAt: '2030-01-01T00:00:00Z' })
    await act('PUT', '/archive', { isArchived: true })
  })
  expect(among).toEqual([])
  expect(await heard(() => act('POST', '/comments', { body: 'Hello' }))).toEqual(told(3))
})

it('several changes are told together in one unit of work, with the numbers that each has by itself', async () => {
  const { id } = await makeTicket(tenant)
  const { id: other } = await makeTicket(tenant)
  await drainBackground()
  const ids = await inWork(tenant, async ({ tx, emit }) => {
    for (const subjectId of [id, other, id]) emit('ticket.tagged', { added: ['x'], removed: [] }, { subjectId })
    return tx.ticket.findMany({ select: { id: true } })
  })
  expect(ids.length).toBeGreaterThan(1)
  await drainBackground()
  const events = (await inWork(tenant, ({ tx }) =>
    tx.event.findMany({ where: { type: 'ticket.tagged' }, orderBy: { n: 'asc' } }),
  )) as EventOf<'ticket.tagged'>[]
  await inWork(tenant, ({ tx }) => tx.channelMessage.deleteMany({ where: { eventId: { in: events.map((event) => event.id) } } }))
  const publish = async (body: () => Promise<unknown> | undefined) => {
    sent.length = 0
    await body()
    return [...sent]
  }
  let together: typeof sent = []
  const statements = await statementsDuring(async () => {
    together = await publish(() => publishChange.outsideTogether?.({ tenant, events }))
  })
  // The scope, the tickets, the numbers they have, those they get, the customers', the end.
  expect(statements.length).toBeLessThanOrEqual(6)
  // Agents' lists hear of all of them once.
  expect(together.filter(isDesk)).toHaveLength(1)
  for (const event of events)
    expect(together).toEqual(expect.arrayContaining((await publish(() => publishChange.outside?.({ tenant, event }))).filter(isNoDesk)))
  expect(await publish(() => publishChange.outsideTogether?.({ tenant, events }))).toEqual(together)
  expect(together.filter(({ channel }) => channel === channels.ticket(id)).map(({ data }) => data.seq)).toHaveLength(2)
})
