import { beforeAll, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let member: TestPerson
let outsider: TestPerson
let customer: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('unassigned')
  owner = await makePerson(tenant, 'owner')
  member = await makePerson(tenant, 'agent')
  outsider = await makePerson(tenant, 'agent')
  customer = await makePerson(tenant, 'customer')
  await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: outsider.id } }))
})

const version = async (id: string) => ((await (await owner.request('GET', `/ticket/${id}`)).json()) as { version: number }).version

/** Who was told what of a ticket since it was last asked. */
async function toldOf(ticketId: string, act: () => Promise<Response>) {
  await drainBackground()
  await inWork(tenant, ({ tx }) => tx.notification.deleteMany({ where: { ticketId } }))
  const answer = await act()
  expect(answer.status, await answer.clone().text()).toBeLessThan(300)
  await drainBackground()
  const rows = await inWork(tenant, ({ tx }) => tx.notification.findMany({ where: { ticketId }, select: { personId: true } }))
  return new Set(rows.map(({ personId }) => personId))
}

const acts: Record<string, (id: string) => Promise<Response>> = {
  'a reply': (id) => customer.request('POST', `/ticket/${id}/comments`, { body: 'Are you there?' }),
  'a reply after it was resolved': async (id) => {
    for (const status of ['in_progress', 'resolved'])
      await owner.request('PUT', `/ticket/${id}/status`, { status, version: await version(id) })
    return customer.request('POST', `/ticket/${id}/comments`, { body: 'Again' })
  },
  'its reopening': async (id) => {
    await owner.request('POST', `/ticket/${id}/close`, { version: await version(id) })
    const seen = (await (await customer.request('GET', `/ticket/${id}`)).json()) as { version: number }
    return customer.request('POST', `/ticket/${id}/reopen`, { reason: 'Not done', version: seen.version })
  },
}

it.each(Object.entries(acts))('%s on a ticket without assignee is told to its department', async (_, act) => {
  const { id } = (await (await customer.request('POST', '/ticket', { title: 'Asked', description: 'x' })).json()) as { id: string }
  const told = await toldOf(id, () => act(id))
  expect([told.has(member.id), told.has(outsider.id)]).toEqual([true, false])
})

it('with an assignee they alone are told, and of an agent’s own reply nobody but who works on it', async () => {
  const { id } = (await (await customer.request('POST', '/ticket', { title: 'Asked', description: 'x' })).json()) as { id: string }
  const byAgent = await toldOf(id, () => owner.request('POST', `/ticket/${id}/comments`, { body: 'We look into it' }))
  expect(byAgent.has(member.id)).toBe(false)
  await owner.request('POST', `/ticket/${id}/assign`, { assigneeId: owner.id, version: await version(id) })
  const byCustomer = await toldOf(id, () => customer.request('POST', `/ticket/${id}/comments`, { body: 'Thanks' }))
  expect([byCustomer.has(owner.id), byCustomer.has(member.id)]).toEqual([true, false])
})
