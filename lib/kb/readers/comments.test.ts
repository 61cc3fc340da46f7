import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../core/id'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../../testing/factories'
import { shownAuthor } from './comments'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let customer: TestPerson
let other: TestPerson
let articleId: string

const done = async <T = { id: string }>(answer: Promise<Response>): Promise<T> => {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const path = () => `/public/kb/articles/${articleId}/comments`
const shown = async (who: TestPerson | null) => {
  const answer = who ? who.request('GET', path()) : send(tenant, 'GET', path())
  return (await done<{ items: { text: string; isPending: boolean }[] }>(answer)).items.map(({ text, isPending }) => [text, isPending])
}

beforeAll(async () => {
  tenant = await makeTenant('comments')
  const owner = await makePerson(tenant, 'owner')
  agent = await makePerson(tenant, 'agent')
  customer = await makePerson(tenant, 'customer')
  other = await makePerson(tenant, 'customer')
  const category = await done(owner.request('POST', '/kb/categories', { name: 'All' }))
  const made = await done<{ id: string; version: number }>(
    owner.request('POST', '/kb/articles', { title: 'Return an item', content: '<p>Send it.</p>', categoryId: category.id }),
  )
  await done(owner.request('POST', `/kb/articles/${made.id}/publish`, { version: made.version }))
  articleId = made.id
})
beforeEach(async () => {
  forgetRateLimits()
  await inWork(tenant, async ({ tx }) => {
    await tx.kbSettings.updateMany({ data: { hasComments: true } })
    await tx.kbComment.deleteMany()
  })
})

describe('A comment', () => {
  const text = '<script>alert(1)</script> works'

  it('is seen by whoever wrote it, and by others once it is approved, until it is rejected', async () => {
    const { id } = await done(customer.request('POST', path(), { text }))
    expect(await shown(customer)).toEqual([[text, true]])
    for (const who of [null, other, agent]) expect(await shown(who)).toEqual([])
    expect(await done(agent.request('GET', '/kb/comments?status=pending'))).toMatchObject({ items: [{ id, text, status: 'pending' }] })
    // Once more changes nothing, and says nothing in the trail.
    for (let n = 0; n < 2; n++) await done(agent.request('POST', `/kb/comments/${id}/approve`, {}))
    for (const who of [null, other, customer]) expect(await shown(who)).toEqual([[text, false]])
    await done(agent.request('POST', `/kb/comments/${id}/reject`, {}))
    for (const who of [null, other, customer]) expect(await shown(who)).toEqual([])
    await done(agent.request('DELETE', `/kb/comments/${id}`))
    expect((await agent.request('POST', `/kb/comments/${id}/approve`, {})).status).toBe(404)
    const types = (await eventsOf(tenant, articleId)).map(({ type }) => type).filter((type) => type.startsWith('kb.comment'))
    expect(types).toEqual(['kb.comment_written', 'kb.comment_approved', 'kb.comment_rejected', 'kb.comment_deleted'])
  })

  it('is decided on by the first of two who look at it at once; the second is told', async () => {
    const { id } = await done(customer.request('POST', path(), { text }))
    const decide = (what: 'approve' | 'reject', seen: string) => agent.request('POST', `/kb/comments/${id}/${what}`, { seen })
    const answers = await Promise.all([decide('approve', 'pending'), decide('reject', 'pending')])
    const second = answers.find(({ status }) => status === 409) as Response
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const first = second === answers[0] ? 'rejected' : 'approved'
    expect(await second.text()).toContain(`has ${first} this comment`)
    expect((await agent.request('DELETE', `/kb/comments/${id}`, { seen: 'pending' })).status).toBe(409)
    await done(decide('reject', first))
    await done(decide('reject', 'pending'))
    await done(agent.request('DELETE', `/kb/comments/${id}`, { seen: 'rejected' }))
  })

  it('tells others the first name alone', async () => {
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: customer.id }, data: { name: 'Amina Otieno' } }))
    const { id } = await done(customer.request('POST', path(), { text }))
    await done(agent.request('POST', `/kb/comments/${id}/approve`, {}))
    const answer = await (await send(tenant, 'GET', path())).text()
    expect(answer).toContain('"Amina"')
    expect(answer).not.toMatch(new RegExp(`Otieno|${customer.id}|${customer.email}`))
  })

  it.each([
    ['Amina Otieno', 'Amina'],
    ['amina.otieno@example.com', null],
    ['Otieno, Amina', 'Amina'],
    ['Cher', 'Cher'],
    ['田中太郎', null],
    ['김민수', null],
    ['', null],
  ])('by %j is shown as by %j', (name, author) => expect(shownAuthor(name)).toBe(author))

  it('is seen while it is new, however many there are before it', async () => {
    const tenantId = tenant.ref.id
    const old = { tenantId, articleId, personId: other.id, text: 'Old', status: 'approved' as const, createdAt: new Date(0) }
    await inWork(tenant, ({ tx }) => tx.kbComment.createMany({ data: Array.from({ length: 200 }, () => ({ ...old, id: newId() })) }))
    await done(customer.request('POST', path(), { text: 'New' }))
    expect((await shown(customer)).at(-1)).toEqual(['New', true])
  })

  it('is decided on by the team alone', async () => {
    const { id } = await done(customer.request('POST', path(), { text }))
    for (const [method, at] of [
      ['GET', '/kb/comments'],
      ['POST', `/kb/comments/${id}/approve`],
      ['POST', `/kb/comments/${id}/reject`],
      ['DELETE', `/kb/comments/${id}`],
    ] as const)
      expect((await customer.request(method, at, method === 'POST' ? {} : undefined)).status, at).toBe(403)
  })

  it('is refused of whoever is not signed in, or came by a link, where comments are off, and beyond ten that wait', async () => {
    const guest = await makePerson(tenant, 'customer')
    const { id: ticketId } = await makeTicket(tenant, { email: guest.email })
    await inWork(tenant, ({ tx }) => tx.session.updateMany({ where: { id: guest.sessionId }, data: { ticketId } }))
    expect((await send(tenant, 'POST', path(), { text })).status).toBe(401)
    expect((await guest.request('POST', path(), { text })).status).toBe(403)
    expect((await customer.request('POST', path(), { text: ' ' })).status).toBe(422)
    for (let n = 0; n < 10; n++) await done(customer.request('POST', path(), { text: `${n}` }))
    forgetRateLimits()
    expect((await customer.request('POST', path(), { text })).status).toBe(422)
    await inWork(tenant, ({ tx }) => tx.kbSettings.updateMany({ data: { hasComments: false } }))
    expect((await other.request('POST', path(), { text })).status).toBe(422)
    expect(await shown(customer)).toEqual([])
  })
})
