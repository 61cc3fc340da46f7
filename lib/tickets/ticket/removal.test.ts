import { beforeAll, describe, expect, it } from 'vitest'
import { receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { replyAddress } from '../../mail/addresses'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let moderator: TestPerson
/** May remove tickets, and sees those of one department. */
let lead: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('gone')
  moderator = await makePerson(tenant, 'moderator')
  const permissions = ['ticket.view', 'ticket.update', 'ticket.delete']
  const role = await inWork(tenant, ({ tx }) =>
    tx.role.create({ data: { tenantId: tenant.ref.id, id: moderator.sessionId, name: 'Lead', permissions } }),
  )
  lead = await makePerson(tenant, 'agent', { customRoleId: role.id })
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const status = async (answer: Promise<Response>) => (await answer).status
const read = (id: string) => json<TicketOutput>(moderator.request('GET', `/ticket/${id}`))
const remove = async (who: TestPerson, id: string) => status(who.request('DELETE', `/ticket/${id}`, { version: (await read(id)).version }))
const deleted = async (who: TestPerson) =>
  (await json<{ items: { id: string; number: string; title: string }[] }>(who.request('GET', '/ticket/deleted'))).items

describe('a ticket that was deleted', () => {
  it('is nowhere but in the list of the deleted, the last one first, until it is restored', async () => {
    const [one, two] = [await makeTicket(tenant, { title: 'One' }), await makeTicket(tenant, { title: 'Two' })]
    expect(await remove(moderator, one.id)).toBe(200)
    expect(await remove(moderator, two.id)).toBe(200)
    expect((await deleted(moderator)).map(({ number, title }) => [number, title])).toEqual([
      [two.number, 'Two'],
      [one.number, 'One'],
    ])
    expect(await status(moderator.request('GET', `/ticket/${one.id}`))).toBe(404)
    expect((await json<{ items: object[] }>(moderator.request('GET', '/ticket'))).items).toEqual([])
    expect(await status(moderator.request('POST', `/ticket/${one.id}/restore`))).toBe(200)
    expect(await read(one.id)).toMatchObject({ title: 'One', status: 'created' })
    expect((await deleted(moderator)).map(({ title }) => title)).toEqual(['Two'])
    expect(await status(moderator.request('POST', `/ticket/${one.id}/restore`))).toBe(404)
    const types = (await eventsOf(tenant, one.id)).map(({ type }) => type)
    expect(types.filter((type) => /deleted|restored/.test(type))).toEqual(['ticket.deleted', 'ticket.restored'])
  })

  it('is, once it is restored, as old for its requester as it was', async () => {
    const customer = await makePerson(tenant, 'customer')
    const { id } = await json<TicketOutput>(customer.request('POST', '/ticket', { title: 'Mine', description: 'x' }))
    const seen = () => json<TicketOutput>(customer.request('GET', `/ticket/${id}`))
    const before = await seen()
    await remove(moderator, id)
    expect(await status(customer.request('GET', `/ticket/${id}`))).toBe(404)
    await moderator.request('POST', `/ticket/${id}/restore`)
    const { version, ...after } = await seen()
    expect(after).toEqual({ ...before, version: undefined })
    // What they held was taken away and given back, so that it is asked for again.
    expect(version).toBeGreaterThan(before.version)
  })

  it('is listed for and restored by who could see it, no one else', async () => {
    const other = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
    const own = await makeTicket(tenant, { title: 'Own' })
    const foreign = await makeTicket(tenant, { title: 'Foreign', departmentId: other.id })
    for (const { id } of [own, foreign]) expect(await remove(moderator, id)).toBe(200)
    const titles = (await deleted(lead)).map(({ title }) => title)
    expect(titles).toContain('Own')
    expect(titles).not.toContain('Foreign')
    expect(await status(lead.request('POST', `/ticket/${foreign.id}/restore`))).toBe(404)
    expect(await status(lead.request('POST', `/ticket/${own.id}/restore`))).toBe(200)
  })

  it('is not removed by who was only shown it, whatever they may do elsewhere', async () => {
    const other = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
    const shown = await makeTicket(tenant, { departmentId: other.id })
    const grant = { permission: 'ticket.view', objectType: 'ticket', objectId: shown.id, personId: lead.id }
    const owner = await makePerson(tenant, 'owner')
    expect(await status(owner.request('POST', '/grants', grant))).toBe(201)
    expect(await remove(lead, shown.id)).toBe(403)
    expect(await remove(moderator, shown.id)).toBe(200)
    expect(await status(lead.request('POST', `/ticket/${shown.id}/restore`))).toBe(403)
  })
})

it('a ticket says that its requester wrote until someone has read it', async () => {
  const { id } = await makeTicket(tenant, { email: 'writer@example.com' })
  const raw = Buffer.from('From: writer@example.com\r\nSubject: Re\r\nMessage-ID: <news@x>\r\n\r\nAny news?')
  await receiveMail(tenant, { recipient: replyAddress(tenant.ref, id), provider: 'test', raw }, 'test')
  await drainBackground()
  const { hasNewReply, version } = await read(id)
  expect(hasNewReply).toBe(true)
  expect(await status(lead.request('POST', `/ticket/${id}/read`))).toBe(200)
  // Reading changes nothing that a colleague could be in the middle of changing.
  expect(await read(id)).toMatchObject({ hasNewReply: false, version })
})
