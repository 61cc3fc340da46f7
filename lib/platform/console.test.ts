import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sealSession, sessionCookieName } from '../actor/cookies'
import { hashPassword } from '../actor/hash'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withOwner } from '../db/owner'
import { withPlatform } from '../db/scope'
import { installJobRunner } from '../jobs/embedded'
import { enqueueJob } from '../jobs/enqueue'
import { callerOf } from '../procedure/caller'
import { forgetRateLimits } from '../procedure/rate-limit'
import { openTestDatabase } from '../testing/database'
import { makePerson, makeTenant, makeTicket, send } from '../testing/factories'
import { type PlatformAdminOutput, startPlatformSession } from './admins'
import { provisionTenantJob } from './jobs'
import type { PlatformTenant } from './tenants'
import { readUsage } from './usage'

openTestDatabase()
beforeEach(forgetRateLimits)

const password = 'a long password'
type Ask = (method: string, path: string, body?: unknown) => Promise<Response>

/** An administrator of the platform in a browser. */
async function signIn(email: string): Promise<Ask> {
  const { sessionId } = await startPlatformSession(callerOf('page', new Headers({ host: 'localhost' }), 'POST'), { email, password })
  const cookie = `${sessionCookieName('platform', false)}=${await sealSession({ sid: sessionId, tid: 'platform' })}`
  return (method, path, body) => send('localhost', method, `/platform${path}`, body, { cookie })
}

let ask: Ask
beforeAll(async () => {
  await withOwner(installJobRunner)
  const passwordHash = await hashPassword(password)
  await withPlatform((tx) => tx.platformAdmin.create({ data: { id: newId(), email: 'root@baraza.test', name: 'Root', passwordHash } }))
  ask = await signIn('root@baraza.test')
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const status = async (answer: Promise<Response>) => (await answer).status
const recorded = async (type: string) => withPlatform((tx) => tx.platformEvent.findMany({ where: { type }, orderBy: { id: 'asc' } }))
const admins = async () => (await json<{ items: PlatformAdminOutput[] }>(ask('GET', '/admins'))).items

describe('an administrator of the platform', () => {
  it('adds another, who can sign in until they are removed; both are recorded', async () => {
    const given = { name: 'Second', email: 'second@baraza.test', password }
    expect(await status(ask('POST', '/admins', given))).toBe(201)
    expect(await status(ask('POST', '/admins', given))).toBe(422)
    const second = await signIn(given.email)
    expect(await status(second('GET', '/admins'))).toBe(200)
    expect((await admins()).map(({ email, isYou }) => [email, isYou])).toEqual([
      ['root@baraza.test', true],
      ['second@baraza.test', false],
    ])
    const [own, other] = await admins()
    expect(await status(ask('DELETE', `/admins/${own?.id}`))).toBe(422)
    expect(await status(ask('DELETE', `/admins/${other?.id}`))).toBe(200)
    expect(await status(ask('DELETE', `/admins/${other?.id}`))).toBe(404)
    expect(await status(second('GET', '/admins'))).toBe(401)
    await expect(signIn(given.email)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await admins()).toHaveLength(1)
    expect((await recorded('admin.added')).map(({ payload }) => payload)).toEqual([{ adminId: other?.id, email: given.email }])
    expect((await recorded('admin.removed')).map(({ payload, actorId }) => [payload, actorId])).toEqual([[{ adminId: other?.id }, own?.id]])
  })

  it('is kept out by nobody: ten wrong passwords lock their address, not the owner’s address or known device', async () => {
    const email = 'locked@baraza.test'
    await ask('POST', '/admins', { name: 'Locked', email, password })
    const from = (address: string, given = password, cookie = '') => {
      forgetRateLimits()
      const responseHeaders = new Headers()
      const headers = new Headers({ host: 'localhost', 'x-forwarded-for': address, cookie })
      const caller = callerOf('page', headers, 'POST', responseHeaders)
      return startPlatformSession(caller, { email, password: given }).then(
        () => responseHeaders.get('set-cookie')?.split(';')[0] ?? '',
        (error: { code: string }) => error.code,
      )
    }
    const device = await from('192.0.2.1')
    expect(device).toContain('baraza.platform.device.')
    expect(await Promise.all(Array.from({ length: 10 }, () => from('198.51.100.7', 'wrong')))).toEqual(Array(10).fill('UNAUTHENTICATED'))
    expect(await from('198.51.100.7')).toBe('UNAUTHENTICATED')
    expect(await from('198.51.100.7', password, device)).toBe(device)
    expect(await from('192.0.2.1')).toContain('device')
    const failed = (await recorded('admin.sign_in_failed')).filter(({ payload }) => (payload as { email: string }).email === email)
    expect(failed.map(({ payload }) => (payload as { isLocked: boolean }).isLocked)).toEqual([...Array(9).fill(false), true, true])
    await withPlatform((tx) => tx.signInFailure.updateMany({ data: { lockedUntil: new Date(Date.now() - 1) } }))
    expect(await from('198.51.100.7')).toContain('device')
  })

  it('signs out, and the session is over', async () => {
    const again = await signIn('root@baraza.test')
    expect(await status(again('POST', '/sign-out'))).toBe(200)
    expect(await status(again('GET', '/admins'))).toBe(401)
    expect(await status(ask('GET', '/admins'))).toBe(200)
  })

  it("is no member of a workspace, and a workspace's owner is none of the platform", async () => {
    const tenant = await makeTenant('apart')
    const owner = await makePerson(tenant, 'owner')
    expect(await status(send('localhost', 'GET', '/platform/tenants', undefined, { cookie: owner.cookie }))).toBe(401)
    expect(await status(send('localhost', 'GET', '/platform/tenants'))).toBe(401)
  })
})

describe('tenants', () => {
  it('are listed newest first, found by name or address, page after page', async () => {
    for (const slug of ['acme-one', 'acme-two', 'zenith', 'beetle']) await makeTenant(slug)
    const list = (query: string) => json<{ items: PlatformTenant[]; nextCursor: string | null }>(ask('GET', `/tenants?${query}`))
    const slugs = async (query: string) => (await list(query)).items.map(({ slug }) => slug)
    expect(await slugs('q=ACME')).toEqual(['acme-two', 'acme-one'])
    expect(await slugs('q=zenith')).toEqual(['zenith'])
    const { nextCursor } = await list('q=acme&limit=1')
    expect(await slugs(`q=acme&limit=1&cursor=${nextCursor}`)).toEqual(['acme-one'])
    // By name, one to a page.
    const named: string[] = []
    let place = ''
    do {
      const page = await list(`q=e&sort=name&limit=1${place && `&cursor=${place}`}`)
      named.push(...page.items.map(({ slug }) => slug))
      place = page.nextCursor ?? ''
    } while (place)
    expect(named.filter((slug) => /^(acme|beetle|zenith)/.test(slug))).toEqual(['acme-one', 'acme-two', 'beetle', 'zenith'])
    expect(await status(ask('GET', `/tenants?sort=name&cursor=${nextCursor}`))).toBe(422)
  })

  it('are shown each with its domains, its failing jobs and how much it is used, and nobody else’s', async () => {
    const [tenant, other] = [await makeTenant('in-use'), await makeTenant('not-in-use')]
    const owner = await makePerson(tenant, 'owner')
    await makePerson(tenant, 'customer')
    for (let n = 0; n < 3; n++) await makeTicket(tenant)
    await withPlatform(async (tx) => {
      await tx.domain.create({
        data: { id: newId(), tenantId: tenant.ref.id, hostname: 'help.in-use.test', token: 'x', lastError: 'No record' },
      })
      for (const { ref } of [tenant, other]) await enqueueJob({ tx, tenantId: ref.id }, provisionTenantJob, {})
      for (const { ref } of [tenant, other])
        await tx.job.updateMany({ where: { tenantId: ref.id }, data: { status: 'dead', lastError: `It broke at ${ref.slug}` } })
    })
    const shown = await json(ask('GET', `/tenants/${tenant.ref.id}`))
    expect(shown).toMatchObject({ slug: 'in-use', domains: [{ hostname: 'help.in-use.test', status: 'pending', lastError: 'No record' }] })
    expect(JSON.stringify(shown)).not.toContain('token')
    expect(await status(owner.request('GET', `/platform/tenants/${tenant.ref.id}`))).toBeGreaterThanOrEqual(400)
    const failing = await json<{ items: { lastError: string }[] }>(ask('GET', `/jobs?tenantId=${tenant.ref.id}&status=dead`))
    expect(failing.items.map(({ lastError }) => lastError)).toEqual(['It broke at in-use'])
    const usage = await readUsage(tenant)
    expect(usage).toMatchObject({ owners: [{ email: owner.email }], staff: 1, customers: 1, openTickets: 3, storedBytes: 0 })
    expect(usage?.weeks.map(({ tickets }) => tickets)).toEqual([...Array(11).fill(0), 3])
    expect(await readUsage(other)).toMatchObject({ owners: [], staff: 0, openTickets: 0, lastActivityAt: null })
  })

  it('are listed and found under the name that their own people gave them last', async () => {
    const tenant = await makeTenant('renamed')
    const owner = await makePerson(tenant, 'owner')
    const { items } = await json<{ items: { id: string; version: number }[] }>(owner.request('GET', '/business'))
    const { id, version } = items[0] as { id: string; version: number }
    for (const [n, name] of ['Bluebird', 'Redwing & Sons'].entries())
      expect(await status(owner.request('PUT', `/business/${id}`, { version: version + n, name }))).toBe(200)
    await drainBackground()
    const found = await json<{ items: PlatformTenant[] }>(ask('GET', '/tenants?q=redwing'))
    expect(found.items.map(({ slug, name }) => [slug, name])).toEqual([['renamed', 'Redwing & Sons']])
  })

  it('are told whether an address is free for a new one', async () => {
    await makeTenant('occupied')
    const problemOf = async (slug: string) =>
      (await json<{ problem: string | null }>(send('localhost', 'GET', `/platform/sign-up/address?slug=${slug}`))).problem
    expect(await problemOf('free-to-take')).toBeNull()
    for (const slug of ['occupied', 'www', 'no_underscores', '']) expect(await problemOf(slug), slug).toEqual(expect.any(String))
  })
})

describe('a deleted workspace', () => {
  it('is there for nobody, and comes back as it was within the time for it', async () => {
    const tenant = await makeTenant('leaving')
    const owner = await makePerson(tenant, 'owner')
    const path = `/tenants/${tenant.ref.id}`
    expect(await status(ask('DELETE', path, { version: 7 }))).toBe(409)
    const gone = await json<PlatformTenant>(ask('DELETE', path, { version: 1 }))
    const days = (Date.parse(`${gone.restorableUntil}`) - Date.parse(`${gone.deletedAt}`)) / 86_400_000
    expect(days).toBe(30)
    expect(await status(owner.request('GET', '/ticket'))).toBe(404)
    expect(await status(ask('DELETE', path))).toBe(404)
    const list = async (query: string) =>
      (await json<{ items: PlatformTenant[] }>(ask('GET', `/tenants?${query}`))).items.map(({ slug }) => slug)
    expect(await list('q=leaving')).toEqual([])
    expect(await list('q=leaving&deleted=true')).toEqual(['leaving'])
    expect(await status(ask('POST', `${path}/restore`))).toBe(200)
    expect(await status(owner.request('GET', '/ticket'))).toBe(200)
    expect(await status(ask('POST', `${path}/restore`))).toBe(404)
    const types = await withPlatform((tx) => tx.platformEvent.findMany({ where: { tenantId: tenant.ref.id }, orderBy: { id: 'asc' } }))
    expect(types.map(({ type }) => type)).toEqual(['tenant.deleted', 'tenant.restored'])
  })

  it('cannot be restored once the time for it is over', async () => {
    const tenant = await makeTenant('left')
    const deletedAt = new Date(Date.now() - 30 * 86_400_000 - 1000)
    await withPlatform((tx) => tx.tenant.updateMany({ where: { id: tenant.ref.id }, data: { deletedAt } }))
    expect(await status(ask('POST', `/tenants/${tenant.ref.id}/restore`))).toBe(404)
  })

  it('is made and deleted by the addresses of the specification too, by operators on their own host', async () => {
    const given = { slug: 'by-spec', name: 'By the book', owner: { name: 'Owner', email: 'owner@by-spec.test' } }
    const at = (method: string, path: string, body?: unknown) => ask(method, `/../business${path}`, body)
    expect(await status(send('localhost', 'POST', '/business', given))).toBe(401)
    const made = await at('POST', '', given)
    expect(made.status, await made.clone().text()).toBe(201)
    const { id } = (await made.json()) as PlatformTenant
    const other = await makeTenant('outside')
    const owner = await makePerson(other, 'owner')
    expect(await status(owner.request('DELETE', `/business/${other.ref.id}`))).toBe(404)
    expect(await status(owner.request('POST', '/business', { ...given, slug: 'another' }))).toBe(404)
    expect(await status(at('DELETE', `/${id}`))).toBe(200)
    expect(await status(at('DELETE', `/${id}`))).toBe(404)
  })
})

describe('the jobs of all workspaces', () => {
  it('are cancelled while they wait, and run again', async () => {
    const tenant = await makeTenant('jobs')
    const id = await withPlatform((tx) => enqueueJob({ tx, tenantId: tenant.ref.id }, provisionTenantJob, {}))
    const read = async () => (await withPlatform((tx) => tx.job.findUniqueOrThrow({ where: { id } }))).status
    expect(await status(ask('POST', `/jobs/${id}/retry`))).toBe(404)
    expect(await status(ask('POST', `/jobs/${id}/cancel`))).toBe(200)
    expect(await read()).toBe('cancelled')
    expect(await status(ask('POST', `/jobs/${id}/cancel`))).toBe(404)
    expect(await status(ask('POST', `/jobs/${id}/retry`))).toBe(200)
    expect(await read()).toBe('queued')
    const { items } = await json<{ items: { id: string; tenant: string | null }[] }>(ask('GET', '/jobs'))
    expect(items).toContainEqual(expect.objectContaining({ id, tenant: 'Desk jobs' }))
  })
})
