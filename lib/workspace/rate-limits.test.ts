import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { env } from '../env'
import { forgetRateLimits } from '../procedure/rate-limit'
import { limitsInEffect, type RateLimits, rateLimitPresets } from '../tenancy/rate-limits'
import { forgetAllHosts, type ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, hostOf, makePerson, makeTenant, send, type TestPerson } from '../testing/factories'
import { handleRest } from '../wiring/rest'
import { router } from '../wiring/router'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('limited')
  owner = await makePerson(tenant, 'owner')
})
beforeEach(forgetRateLimits)

interface Settings {
  version: number
  limits: RateLimits
  preset: string | null
  presets: Record<string, RateLimits>
  ceiling: number
}
const read = async () => (await (await owner.request('GET', '/settings/rate-limits')).json()) as Settings
async function set(change: { preset?: string; limits?: Partial<RateLimits> }): Promise<Settings & { status: number }> {
  const { version } = await read()
  const answer = await owner.request('PUT', '/settings/rate-limits', { version, ...change })
  forgetRateLimits()
  return { status: answer.status, ...((await answer.json()) as Settings) }
}
/** How many of the requests are answered before one has to wait, and what that one is told. */
async function answeredOf(ask: () => Promise<Response>, most = 40) {
  for (let answered = 0; answered < most; answered++) {
    const { status, headers } = await ask()
    if (status === 429)
      return {
        answered,
        limit: headers.get('x-ratelimit-limit'),
        remaining: headers.get('x-ratelimit-remaining'),
        retryAfter: Number(headers.get('retry-after')),
        reset: Number(headers.get('x-ratelimit-reset')),
      }
  }
  return { answered: most }
}
const told = (limit: number) => ({
  answered: limit,
  limit: String(limit),
  remaining: '0',
  retryAfter: expect.any(Number),
  reset: expect.any(Number),
})

describe('the rate limits of a workspace', () => {
  it('are those of HDMS until it chooses, and every one that a procedure names is among them', async () => {
    expect(await read()).toMatchObject({ preset: 'hdms', limits: { customer: 150, agent: 250, signIn: 10 }, ceiling: 6000 })
    expect((await read()).presets).toMatchObject({
      hdms: { customer: 150, route: null },
      strict: { customer: 150, signedOutPerHour: 100, route: 10 },
    })
    const names = new Set(Object.keys(rateLimitPresets.hdms))
    const metas = Object.values(router)
      .flatMap((part) => Object.values(part as object))
      .map((p) => p['~orpc']?.meta ?? {})
    const named = metas.flatMap(({ limit }: { limit?: string }) => limit ?? [])
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((name) => !names.has(name))).toEqual([])
    // A number of its own has only what belongs to no workspace.
    const own = metas
      .filter(({ perMinute }: { perMinute?: number }) => perMinute)
      .map(({ audience, permission }) => `${audience} ${permission}`)
    expect(new Set(own)).toEqual(new Set(['public public']))
  })

  const acts: [keyof RateLimits, () => Promise<Response>][] = [
    ['signedOut', () => send(tenant, 'GET', '/openapi-nothing').then(() => send(tenant, 'GET', '/users/profile'))],
    ['admin', () => owner.request('GET', '/users/profile')],
    ['route', () => owner.request('GET', '/users/profile')],
    ['signIn', () => send(tenant, 'POST', '/auth/login', { email: 'x@example.com', password: 'x' })],
    ['link', () => send(tenant, 'POST', '/auth/link', { token: 'x'.repeat(30), purpose: 'magic_link' })],
    ['tokenRefresh', () => send(tenant, 'POST', '/auth/refresh', { refreshToken: 'x'.repeat(30) })],
    ['publicForm', () => send(tenant, 'POST', '/public/tickets', {})],
    ['upload', () => upload()],
    ['outside', () => owner.request('POST', `/domains/${tenant.ref.id}/verify`)],
  ]
  function upload() {
    const form = new FormData()
    form.append('file', new File(['x'], 'note.txt', { type: 'text/plain' }))
    const host = hostOf(tenant)
    return handleRest(new Request(`http://${host}/api/v1/files`, { method: 'POST', headers: { host, cookie: owner.cookie }, body: form }))
  }

  it.each(acts)('hold for %s as it was set, and say when to come back', async (name, ask) => {
    expect((await set({ preset: 'hdms', limits: { [name]: 3 } })).limits[name]).toBe(3)
    const refused = await answeredOf(ask)
    expect(refused).toEqual(told(3))
    expect(refused.retryAfter).toBeGreaterThan(0)
    forgetRateLimits()
    await set({ preset: 'hdms' })
    expect((await answeredOf(ask, 6)).answered).toBe(6)
  })

  it.each(['customer', 'agent'] as const)('hold for each %s', async (role) => {
    const [one, two] = [await makePerson(tenant, role), await makePerson(tenant, role)]
    await set({ preset: 'hdms', limits: { [role]: 4 } })
    expect(await answeredOf(() => one.request('GET', '/users/profile'))).toEqual(told(4))
    expect((await two.request('GET', '/users/profile')).status).toBe(200)
  })

  it('in the preset strict are 100 an hour for an address that is signed out, and 10 a minute for a person and an address of the API', async () => {
    expect((await set({ preset: 'strict' })).preset).toBe('strict')
    expect(await answeredOf(() => owner.request('GET', '/users/profile'))).toEqual(told(10))
    expect((await owner.request('GET', '/ticket')).status).toBe(200)
    const paths = [
      '/auth/nothing',
      '/users/profile',
      '/ticket',
      '/contacts',
      '/departments',
      '/domains',
      '/roles',
      '/audit',
      '/users',
      '/tags',
      '/macros',
      '/business',
    ]
    let turn = 0
    const anonymous = () => send(tenant, 'GET', paths[turn++ % paths.length] as string)
    const refused = await answeredOf(anonymous, 150)
    expect(refused.limit).toBe('100')
    expect(refused.answered).toBeGreaterThanOrEqual(100)
    // A token is there again after 36 s, not after one.
    expect(refused.retryAfter).toBeGreaterThan(30)
    await set({ preset: 'hdms' })
  })

  it('are changed by admins alone, at the version they read, within the ceiling of the platform, and are told in the audit trail', async () => {
    const agent = await makePerson(tenant, 'agent')
    expect((await agent.request('GET', '/settings/rate-limits')).status).toBe(403)
    expect((await agent.request('PUT', '/settings/rate-limits', { version: 1, preset: 'hdms' })).status).toBe(403)
    expect((await owner.request('PUT', '/settings/rate-limits', { version: 1, preset: 'hdms' })).status).toBe(409)
    const { version } = await read()
    const above = await owner.request('PUT', '/settings/rate-limits', {
      version,
      limits: { agent: 6001, signedOutPerHour: 360_001, route: 5 },
    })
    expect([above.status, Object.keys(((await above.json()) as { fields: object }).fields).sort()]).toEqual([
      422,
      ['limits.agent', 'limits.signedOutPerHour'],
    ])
    for (const limits of [{ agent: 0 }, { agent: null }, { agent: 1.5 }, { nothing: 3 }])
      expect((await owner.request('PUT', '/settings/rate-limits', { version, limits })).status).toBe(422)
    expect(await set({ limits: { agent: 77 } })).toMatchObject({ preset: null, limits: { agent: 77 } })
    const last = (await eventsOf(tenant, tenant.ref.id)).at(-1)
    expect(last).toMatchObject({ type: 'workspace.changed', payload: { after: { rateLimits: { agent: 77 } } } })
  })

  it('never pass the ceiling, also when it was lowered later', async () => {
    await set({ preset: 'hdms', limits: { agent: 4000 } })
    const given = env().RATE_LIMIT_CEILING
    env().RATE_LIMIT_CEILING = 100
    forgetAllHosts()
    try {
      expect((await read()).limits).toMatchObject({ agent: 100, admin: 100, signIn: 10 })
      expect(limitsInEffect({ agent: 4000, signedOutPerHour: 9000 })).toMatchObject({ agent: 100, signedOutPerHour: 6000 })
      expect((await owner.request('GET', '/users/profile')).headers.get('x-ratelimit-limit')).toBe('100')
    } finally {
      env().RATE_LIMIT_CEILING = given
      forgetAllHosts()
    }
  })

  it('of one workspace are not those of another', async () => {
    const other = await makePerson(await makeTenant('unlimited'), 'owner')
    await set({ preset: 'hdms', limits: { route: 2 } })
    expect(await answeredOf(() => owner.request('GET', '/users/profile'))).toEqual(told(2))
    expect((await answeredOf(() => other.request('GET', '/users/profile'), 5)).answered).toBe(5)
  })
})
