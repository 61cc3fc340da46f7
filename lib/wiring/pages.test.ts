import { beforeAll, describe, expect, it } from 'vitest'
import { sealSession, sessionCookieName } from '../actor/cookies'
import { hashPassword } from '../actor/hash'
import { receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withPlatform } from '../db/scope'
import { enqueueJob } from '../jobs/enqueue'
import { startPlatformSession } from '../platform/admins'
import { provisionTenantJob } from '../platform/jobs'
import { callerOf } from '../procedure/caller'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { requestOf, type Target, targets } from '../testing/attack'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../testing/factories'

/** Every list of the router that has pages, with several rows in each: a new list is in here without anyone adding it. */
const paged = targets.filter(({ method, schema }) => method === 'GET' && 'cursor' in (schema.properties ?? {}))

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let operator: string
/** A customer in copy of what others asked. */
let reader: TestPerson
/** The id in a path, by what stands before it. */
const ids: Record<string, string> = {}
const asked: Record<string, string> = { 'deliveries.list': 'status=done', 'tickets.list': 'q=ticket&view=all' }

beforeAll(async () => {
  tenant = await makeTenant('pages')
  owner = await makePerson(tenant, 'owner')
  const agent = await makePerson(tenant, 'agent')
  reader = await makePerson(tenant, 'customer')
  await reader.request('POST', '/ticket', { title: 'Of the reader', description: 'Please.' })
  const targetsOfAll = [{ metric: 'first_response', priority: 'medium', amount: 1, unit: 'hours' }]
  const policy = await owner.request('POST', '/sla', { name: 'Everything', targets: targetsOfAll })
  expect(policy.status, await policy.clone().text()).toBe(201)
  for (let n = 0; n < 4; n++) {
    await makeTenant()
    await owner.request('POST', '/organisations', { name: `Company ${n}`, domains: [`company${n}.example`] })
    const ticket = await makeTicket(tenant, { email: 'asker@company1.example', title: `A ticket ${n}` })
    await owner.request('POST', `/ticket/${ticket.id}/participants`, { address: reader.email })
    await owner.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId: agent.id, version: 1 })
    await agent.request('POST', `/ticket/${ticket.id}/comments`, { body: 'A note.', isInternal: true })
    await agent.request('POST', '/ticket', { title: 'My own', description: 'Please.' })
    await owner.request('POST', '/ticket', { title: 'My own ticket', description: 'Please.' })
    await makePerson(tenant, 'customer')
    const raw = Buffer.from(`From: robot${n}@example.com\r\nAuto-Submitted: auto-replied\r\nSubject: Away ${n}\r\n\r\nBack on Monday.`)
    await receiveMail(tenant, { recipient: 'support@pages.localhost', provider: 'test', raw }, newId())
    const view = await (await owner.request('POST', '/views', { name: `View ${n}` })).json()
    await owner.request('DELETE', `/views/${view.id}`)
    await withPlatform((tx) => enqueueJob({ tx, tenantId: tenant.ref.id }, provisionTenantJob, {}))
    ids.ticket = ticket.id
    ids.contacts = ticket.requester.id
  }
  const { id: categoryId } = await (await owner.request('POST', '/kb/categories', { name: 'Guides' })).json()
  for (let n = 0; n < 4; n++) {
    const given = { title: `Guide ${n}`, categoryId, content: '<p>Like this.</p>' }
    const { id, version } = await (await owner.request('POST', '/kb/articles', given)).json()
    await owner.request('POST', `/kb/articles/${id}/publish`, { version })
  }
  await inWork(tenant, async ({ tx }) => {
    const { id: articleId } = await tx.kbArticle.findFirstOrThrow({ where: { publishedN: { not: null } } })
    for (let n = 0; n < 4; n++)
      await tx.kbComment.create({ data: { tenantId: tenant.ref.id, id: newId(), articleId, personId: reader.id, text: `Comment ${n}` } })
    await tx.kbArticle.updateMany({ data: { linksN: 1 } })
    const broken = { tenantId: tenant.ref.id, articleId, isExternal: true, problem: 'notFound', checkedAt: new Date() }
    for (let n = 0; n < 4; n++) {
      const own = { id: newId(), address: `https://${n}.example`, hash: `${n}`, brokenSince: new Date(n * 1000) }
      await tx.kbLink.create({ data: { ...broken, ...own } })
    }
  })
  for (let n = 0; n < 4; n++) await owner.request('POST', `/ticket/${ids.ticket}/comments`, { body: `Answer ${n}` })
  await drainBackground()
  await inWork(tenant, async ({ tx, now }) => {
    ids.organisations = (await tx.organisation.findFirstOrThrow({ where: { name: 'Company 1' } })).id
    const clocks = await tx.slaClock.findMany({ take: 6 })
    ids.sla = clocks[0]?.policyId as string
    for (const [n, { id }] of clocks.entries())
      await tx.slaClock.updateMany({ where: { id }, data: { breachedAt: new Date(now.getTime() - n * 1000) } })
    const tenantId = tenant.ref.id
    ids.settings = newId()
    await tx.mailbox.create({ data: { tenantId, id: ids.settings, name: 'Post', address: 'post@pages.test' } })
    for (let n = 0; n < 4; n++) {
      const startedAt = new Date(now.getTime() - n * 60_000)
      await tx.mailboxFetch.create({ data: { tenantId, id: newId(), mailboxId: ids.settings, cause: 'schedule', startedAt } })
    }
    for (let n = 0; n < 4; n++)
      await tx.kbImport.create({
        data: { tenantId, id: newId(), personId: owner.id, fileName: `${n}.zip`, createdAt: new Date(now.getTime() - n * 1000) },
      })
    for (let n = 0; n < 4; n++)
      await tx.suppressedAddress.create({
        data: { tenantId, email: `gone${n}@pages.test`, reason: 'manual', createdAt: new Date(now.getTime() - n * 1000) },
      })
    const notice = await tx.notification.findFirstOrThrow()
    for (let n = 0; n < 4; n++) await tx.notification.create({ data: { ...notice, id: newId(), personId: owner.id, groupKey: `${n}` } })
  })
  const passwordHash = await hashPassword('a long password')
  await withPlatform((tx) => tx.platformAdmin.create({ data: { id: newId(), email: 'root@baraza.test', name: 'Root', passwordHash } }))
  const caller = callerOf('page', new Headers({ host: 'localhost' }), 'POST')
  const { sessionId } = await startPlatformSession(caller, { email: 'root@baraza.test', password: 'a long password' })
  operator = `${sessionCookieName('platform', false)}=${await sealSession({ sid: sessionId, tid: 'platform' })}`
})

interface Answer {
  items: object[]
  nextCursor: string | null
  total?: number
}

async function read(target: Target, query: string) {
  forgetRateLimits()
  const kind = target.path.split('/')[1] as string
  const [method, path] = requestOf({ ...target, method: 'POST' }, target.path.includes('{id}') ? { id: ids[kind] } : {})
  expect(method).toBe('POST')
  const address = `${path}?${[asked[target.name], query].filter(Boolean).join('&')}`
  if (target.name === 'tickets.participations') return reader.request('GET', address)
  if (target.meta.audience === 'platform') return send('localhost', 'GET', address, undefined, { cookie: operator })
  return owner.request('GET', address)
}
const list = async (target: Target, query: string) => {
  const answer = await read(target, query)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return (await answer.json()) as Answer
}

describe(`${paged.length} lists`, () => {
  it.each(paged)('$name is read by limit and offset in the same order as by cursor, and counts when asked', async (target) => {
    const whole = await list(target, 'limit=200&total=true')
    expect(whole.items.length).toBeGreaterThan(2)
    expect(whole.total).toBe(whole.items.length)
    const first = await list(target, 'limit=1')
    expect(first).not.toHaveProperty('total')
    const byCursor = await list(target, `limit=2&cursor=${encodeURIComponent(first.nextCursor ?? '')}`)
    const byOffset = await list(target, 'limit=2&offset=1&total=true')
    expect(byOffset.items).toEqual(byCursor.items)
    expect(byOffset.items).toEqual(whole.items.slice(1, 3))
    expect(byOffset.total).toBe(whole.total)
    expect(await list(target, 'offset=10000')).toMatchObject({ items: [], nextCursor: null })
    for (const wrong of ['offset=10001', 'offset=-1', 'offset=x', 'total=perhaps'])
      expect((await read(target, wrong)).status, wrong).toBe(422)
  })
})
