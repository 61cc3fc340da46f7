import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { readDevMailbox } from '../../mail/dev-mailbox'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from '../ticket/schema'
import type { LinkOutput, MergePreview } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let departmentId: string
let count = 0
beforeAll(async () => {
  tenant = await makeTenant('two-in-one')
  agent = await makePerson(tenant, 'agent')
  const fields = ['Region', 'Device', 'Contract'].map((name, position) => ({
    ...{
      tenantId: tenant.ref.id,
      id: crypto.randomUUID(),
      key: name.toLowerCase(),
      name,
      kind: 'text' as const,
      position,
      createdAt: new Date(),
    },
  }))
  await inWork(tenant, async ({ tx }) => {
    await tx.customField.createMany({ data: fields })
    departmentId = (await tx.department.findFirstOrThrow({ where: { isDefault: true } })).id
  })
})

const json = async <T>(answer: Response | Promise<Response>): Promise<T> => {
  const response = await answer
  const text = await response.text()
  expect(response.status, text).toBeLessThan(300)
  return JSON.parse(text) as T
}
const read = (id: string) => json<TicketOutput>(agent.request('GET', `/ticket/${id}`))
const links = async (id: string) =>
  (await json<{ links: LinkOutput[] }>(agent.request('GET', `/ticket/${id}/page`))).links
    .map((link) => [link.kind, link.direction, link.id])
    .sort()
const merge = (id: string, into: string, requester?: 'from' | 'into') =>
  json<{ mergeId: string; ticket: TicketOutput }>(agent.request('POST', `/ticket/${id}/merge`, { into, requester }))
const undo = (mergeId: string) => json(agent.request('POST', `/ticket/merges/${mergeId}/undo`))
async function set(id: string, path: string, given: object, method = 'PUT') {
  const { version } = await read(id)
  await json(agent.request(method, `/ticket/${id}${path}`, { ...given, version }))
}
const link = (id: string, other: string, kind = 'relates') => json(agent.request('POST', `/ticket/${id}/links`, { other, kind }))
const ask = async (given: { email?: string; name?: string } = {}) =>
  (await makeTicket(tenant, { email: `asks${++count}@example.com`, ...given })).id
async function two() {
  const email = `twice${++count}@example.com`
  return [await ask({ email }), await ask({ email })] as [string, string]
}
/** All that a ticket says, but for how often and when it changed. */
const stateOf = async (id: string) => {
  const { version, updatedAt, ...state } = await read(id)
  return { ...state, links: await links(id) }
}

it('a rating that went with another requester comes back when the merge is undone', async () => {
  const [into, from] = [await ask({ name: 'Rates' }), await ask({ name: 'Asks' })]
  const rated = { rating: 'bad', ratingComment: 'It took a week.' } as const
  await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id: into }, data: rated }))
  const { mergeId, ticket } = await merge(from, into, 'from')
  expect(ticket).toMatchObject({ rating: null, ratingComment: null })
  await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id: into }, data: { rating: 'good', ratingComment: 'Fine.' } }))
  await undo(mergeId)
  expect(await read(into)).toMatchObject({ requester: { name: 'Rates' }, ...rated })
  const other = await ask({ name: 'Other' })
  const kept = await merge(other, into, 'into')
  await undo(kept.mergeId)
  expect(await read(into)).toMatchObject(rated)
})

describe('what a merge brings', () => {
  it('is what the ticket that takes in lacks, and undoing the merge puts both back as they were', async () => {
    const [into, from] = await two()
    const [blocked, near] = [await ask(), await ask()]
    await set(into, '/tags', { tags: ['vip', 'old'] })
    await set(from, '/tags', { tags: ['vip', 'new'] })
    await set(into, '/fields', { fields: { region: 'North' } })
    await set(from, '/fields', { fields: { region: 'South', device: 'Printer' } })
    await set(from, '', { dueAt: '2027-03-01T09:00:00.000Z', type: 'incident' }, 'PATCH')
    await set(into, '', { type: 'question' }, 'PATCH')
    await set(from, '/priority', { priority: 'urgent' })
    await link(from, blocked, 'blocks')
    await link(near, from)
    await link(near, into)
    const before = [await stateOf(from), await stateOf(into)]
    const { mergeId, ticket } = await merge(from, into)
    expect(ticket).toMatchObject({
      tags: ['vip', 'old', 'new'],
      fields: { region: 'North', device: 'Printer' },
      dueAt: '2027-03-01T09:00:00.000Z',
      type: 'question',
      priority: 'urgent',
    })
    expect(await links(into)).toEqual(
      [
        ['blocks', 'to', blocked],
        ['relates', 'from', near],
      ].sort(),
    )
    expect((await json<{ items: TicketOutput[] }>(agent.request('GET', '/ticket?q=tag:new'))).items.map(({ id }) => id)).toContain(into)
    await undo(mergeId)
    expect([await stateOf(from), await stateOf(into)]).toEqual(before)
  })

  it('stays after the merge is undone where somebody changed it since', async () => {
    const [into, from] = await two()
    await set(from, '/fields', { fields: { device: 'Printer', contract: '7' } })
    await set(from, '', { dueAt: '2027-03-01T09:00:00.000Z' }, 'PATCH')
    await set(from, '/priority', { priority: 'high' })
    const { mergeId } = await merge(from, into)
    await set(into, '/fields', { fields: { device: 'Scanner' } })
    await set(into, '', { dueAt: '2027-04-01T09:00:00.000Z' }, 'PATCH')
    await set(into, '/priority', { priority: 'low' })
    await undo(mergeId)
    expect(await read(into)).toMatchObject({ fields: { device: 'Scanner' }, dueAt: '2027-04-01T09:00:00.000Z', priority: 'low' })
    expect((await read(into)).fields).not.toHaveProperty('contract')
    expect(await read(from)).toMatchObject({ fields: { device: 'Printer', contract: '7' }, dueAt: '2027-03-01T09:00:00.000Z' })
  })

  it('keeps a higher priority, a category to its department, and no link that would have a ticket wait for itself', async () => {
    const [into, from] = await two()
    const middle = await ask()
    await link(from, middle, 'blocks')
    await link(middle, into, 'blocks')
    await set(into, '/priority', { priority: 'high' })
    await set(from, '/priority', { priority: 'low' })
    const place = await inWork(tenant, async ({ tx }) => {
      const other = await tx.department.findFirstOrThrow({ where: { isDefault: false } })
      const data = { tenantId: tenant.ref.id, id: crypto.randomUUID(), departmentId: other.id, name: 'Bills', createdAt: new Date() }
      await tx.category.create({ data })
      await tx.departmentMember.create({ data: { tenantId: tenant.ref.id, departmentId: other.id, personId: agent.id } })
      return { departmentId: other.id, categoryId: data.id }
    })
    await set(from, '/department', { departmentId: place.departmentId })
    await set(from, '', { categoryId: place.categoryId }, 'PATCH')
    const { ticket } = await merge(from, into)
    expect(ticket).toMatchObject({ priority: 'high', category: null, department: { id: departmentId } })
    expect(await links(into)).toEqual([['blocks', 'from', middle]])
  })
})

describe('a question that came with a merge', () => {
  async function archivedAndAsked() {
    const [into, from] = await two()
    await set(into, '/status', { status: 'resolved' })
    await set(into, '/archive', { isArchived: true })
    await json(agent.request('POST', `/ticket/${into}/read`))
    return { into, before: await stateOf(into), ...(await merge(from, into)) }
  }

  it('takes the ticket out of the archive and marks it as unread until the merge is undone', async () => {
    const { into, before, mergeId, ticket } = await archivedAndAsked()
    expect(ticket).toMatchObject({ archivedAt: null, hasNewReply: true, status: 'created' })
    await undo(mergeId)
    expect(await stateOf(into)).toEqual(before)
  })

  it('stays where it was answered before the merge is undone: the ticket does not go back to the archive', async () => {
    const { into, mergeId } = await archivedAndAsked()
    await json(agent.request('POST', `/ticket/${into}/comments`, { body: 'Looking into it' }))
    await undo(mergeId)
    expect(await read(into)).toMatchObject({ status: 'in_progress', archivedAt: null })
  })
})

describe('tickets of two people', () => {
  const people = async () => {
    const [amina, ben] = [await makePerson(tenant, 'customer'), await makePerson(tenant, 'customer')]
    const write = async (who: TestPerson) =>
      (await json<TicketOutput>(who.request('POST', '/ticket', { title: 'Mine', description: 'It does not work.' }))).id
    return { amina, ben, from: await write(amina), into: await write(ben) }
  }
  const sees = async (who: TestPerson, id: string) => (await who.request('GET', `/ticket/${id}`)).status === 200

  it('are merged when one of them is chosen, who sees all of it; the other sees nothing of it and is not told', async () => {
    const { amina, ben, from, into } = await people()
    const { number } = await read(into)
    const preview = await json<MergePreview>(agent.request('GET', `/ticket/${from}/merge?into=${number}`))
    const nobody = { organisation: null }
    const requesters = { from: { ...nobody, name: amina.name }, into: { ...nobody, name: ben.name } }
    expect(preview).toMatchObject({ number, isOfTwo: true, department: 'Support', requesters })
    expect((await agent.request('POST', `/ticket/${from}/merge`, { into })).status).toBe(422)
    await merge(from, into, 'into')
    expect([await sees(ben, into), await sees(amina, into)]).toEqual([true, false])
    await drainBackground()
    expect((await readDevMailbox('two-in-one')).filter(({ text }) => text.includes(`It continues as ${number}`))).toEqual([])
  })

  it('go to the other one if that is chosen, until the merge is undone', async () => {
    const { amina, ben, from, into } = await people()
    const before = [await stateOf(from), await stateOf(into)]
    const { mergeId, ticket } = await merge(from, into, 'from')
    expect(ticket.requester).toMatchObject({ name: amina.name })
    expect([await sees(ben, into), await sees(amina, into)]).toEqual([false, true])
    await undo(mergeId)
    expect([await sees(ben, into), await sees(amina, into)]).toEqual([true, false])
    expect([await stateOf(from), await stateOf(into)]).toEqual(before)
  })

  it('are merged and looked at beforehand only by who may change both', async () => {
    const { from } = await people()
    const near = await makePerson(tenant, 'agent')
    const hidden = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
    const { id } = await makeTicket(tenant, { departmentId: hidden.id })
    expect((await near.request('GET', `/ticket/${from}/merge?into=${id}`)).status).toBe(404)
    expect((await near.request('POST', `/ticket/${from}/merge`, { into: id, requester: 'from' })).status).toBe(404)
  })

  it('and what comes of a private request stay private: merged, split off, or asked again', async () => {
    const { amina, ben, from, into } = await people()
    await inWork(tenant, async ({ tx, now }) => {
      const tenantId = tenant.ref.id
      const data = { tenantId, id: crypto.randomUUID(), name: 'Shares all', sharesTickets: true, updatedAt: now }
      await tx.organisation.create({ data })
      await tx.contact.updateMany({ where: { tenantId, personId: { in: [amina.id, ben.id] } }, data: { organisationId: data.id } })
    })
    expect(await sees(ben, from)).toBe(true)
    await set(from, '', { isPublic: false }, 'PATCH')
    expect(await sees(ben, from)).toBe(false)
    const { id: messageId } = await json<{ id: string }>(amina.request('POST', `/ticket/${from}/comments`, { body: 'And one more thing.' }))
    const split = (await json<TicketOutput>(agent.request('POST', `/ticket/${from}/comments/${messageId}/split`, { title: 'Split' }))).id
    await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id: from }, data: { status: 'closed', closedAt: new Date(0) } }))
    const again = (await json<{ ticket: TicketOutput }>(amina.request('POST', `/ticket/${from}/comments`, { body: 'Again.' }))).ticket.id
    expect(again).not.toBe(from)
    const other = (await json<TicketOutput>(amina.request('POST', '/ticket', { title: 'Open', description: 'To all.' }))).id
    const { mergeId } = await merge(split, other)
    expect([await sees(amina, other), await sees(ben, again), await sees(ben, split), await sees(ben, other)]).toEqual([
      true,
      false,
      false,
      false,
    ])
    await undo(mergeId)
    expect([await sees(ben, other), await sees(ben, split), await sees(ben, into)]).toEqual([true, false, true])
  })

  it('says whose colleagues will see it', async () => {
    const { amina, from, into } = await people()
    await inWork(tenant, async ({ tx, now }) => {
      const tenantId = tenant.ref.id
      const data = { tenantId, id: crypto.randomUUID(), name: 'Acme', sharesTickets: true, updatedAt: now }
      await tx.organisation.create({ data })
      await tx.contact.updateMany({ where: { tenantId, personId: amina.id }, data: { organisationId: data.id } })
    })
    const { requesters } = await json<MergePreview>(agent.request('GET', `/ticket/${from}/merge?into=${into}`))
    expect(requesters).toMatchObject({ from: { organisation: { name: 'Acme' } }, into: { organisation: null } })
  })
})
