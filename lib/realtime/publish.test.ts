import Pusher from 'pusher'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { drainBackground } from '../core/background'
import type { EventOf } from '../events/event-types'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket } from '../testing/factories'
import { publishChange } from './publish'
import { channels } from './schema'

const sent: { channel: string; data: { seq: number; subjectId: string | null } }[] = []
beforeAll(() => {
  vi.spyOn(Pusher.prototype, 'triggerBatch').mockImplementation(async (batch) => void sent.push(...(batch as typeof sent)) as never)
  vi.spyOn(Pusher.prototype, 'get').mockResolvedValue(null as never)
})
afterAll(() => void vi.restoreAllMocks())

openTestDatabase()

let tenant: ResolvedTenant
beforeAll(async () => {
  tenant = await makeTenant('published')
})

it('a change is told to the desk, the department and the ticket alone, twice with the same numbers', async () => {
  const people = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
  const { id } = await makeTicket(tenant)
  await drainBackground()
  // Their bells were told of the same event, under names of their own.
  expect(sent.map(({ channel }) => channel)).toEqual(expect.arrayContaining(people.map((person) => channels.user(person.id))))
  const { event, departmentId } = await inWork(tenant, async ({ tx }) => ({
    event: (await tx.event.findFirstOrThrow({ where: { type: 'ticket.created', subjectId: id } })) as EventOf<'ticket.created'>,
    departmentId: (await tx.ticket.findFirstOrThrow({ where: { id } })).departmentId as string,
  }))
  const expected = [channels.desk(tenant.ref.id), channels.department(departmentId), channels.ticket(id)].sort()
  const publish = async () => {
    sent.length = 0
    await publishChange.outside?.({ tenant, event })
    return sent.map(({ channel, data }) => ({ channel, ...data }))
  }
  const [first, again] = [await publish(), await publish()]
  expect(first.map(({ channel }) => channel).sort()).toEqual(expected)
  expect(first.every(({ subjectId }) => subjectId === id)).toBe(true)
  expect(again).toEqual(first)
})
