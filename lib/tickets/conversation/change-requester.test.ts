import { beforeAll, expect, it } from 'vitest'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let moderator: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('requester')
  moderator = await makePerson(tenant, 'moderator')
})

/** Someone with a request of their own, so that they are a contact. */
async function customer() {
  const person = await makePerson(tenant, 'customer')
  const { id } = await (await person.request('POST', '/ticket', { title: 'Mine', description: 'It is mine.' })).json()
  const { requester, version } = await (await moderator.request('GET', `/ticket/${id}`)).json()
  return { person, contactId: requester.id as string, ticketId: id as string, version: version as number }
}
const change = (id: string, input: object) => moderator.request('PUT', `/ticket/${id}/requester`, input)
const sees = async (who: TestPerson, id: string) => (await who.request('GET', `/ticket/${id}`)).status === 200

it('gives the ticket to somebody else, who sees it from then on in place of who had it', async () => {
  const [before, after] = [await customer(), await customer()]
  const { ticketId: id, version } = before
  await inWork(tenant, ({ tx }) => tx.ticket.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, data: { isPublic: true } }))
  const answer = await change(id, { contactId: after.contactId, version })
  expect(await answer.json()).toMatchObject({ requester: { id: after.contactId }, isPublic: false })
  expect([await sees(before.person, id), await sees(after.person, id)]).toEqual([false, true])
  expect((await change(id, { contactId: before.contactId, version })).status).toBe(409)
  const types = await inWork(tenant, ({ tx }) => tx.event.findMany({ where: { subjectId: id }, select: { type: true, payload: true } }))
  expect(types).toContainEqual({
    type: 'ticket.requester_changed',
    payload: { before: before.contactId, after: after.contactId },
  })
})

it('lets who had it take part where that is wanted, and makes a contact who is not known', async () => {
  const { person, ticketId: id, contactId, version } = await customer()
  const requester = { name: 'Zawadi', email: 'zawadi@example.com' }
  const { requester: made } = await (await change(id, { requester, keepsPrevious: true, version })).json()
  expect(made).toMatchObject(requester)
  expect((await person.request('GET', `/participation/${id}`)).status).toBe(200)
  const { items } = await (await moderator.request('GET', `/ticket/${id}/participants`)).json()
  expect(items).toMatchObject([{ id: contactId }])
})

it('is for who may change the ticket', async () => {
  const { person, contactId } = await customer()
  const ticket = await makeTicket(tenant)
  expect((await person.request('PUT', `/ticket/${ticket.id}/requester`, { contactId, version: ticket.version })).status).toBe(403)
  expect((await change(ticket.id, { version: ticket.version })).status).toBe(422)
})
