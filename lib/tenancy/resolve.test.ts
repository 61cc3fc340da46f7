import { beforeAll, describe, expect, it } from 'vitest'
import { withPlatform } from '../db/scope'
import { openTestDatabase } from '../testing/database'
import { makePerson, makeTenant, send, type TestPerson } from '../testing/factories'
import { forgetAllHosts, type ResolvedTenant, resolveHost } from './resolve'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('found')
  owner = await makePerson(tenant, 'owner')
})

const slugAt = async (host: string) => (await resolveHost(host))?.ref.slug ?? null

describe('a host', () => {
  it('of the form slug.ROOT_DOMAIN leads to its tenant, any other to none', async () => {
    expect(await slugAt('found.localhost')).toBe('found')
    expect(await slugAt('lost.localhost')).toBeNull()
    expect(await slugAt('found.localhost.evil.example')).toBeNull()
    expect(await slugAt('found.example')).toBeNull()
  })

  it('of a custom domain leads to its tenant only while it is verified, and no longer once it is removed', async () => {
    const added = await owner.request('POST', '/domains', { hostname: 'Help.Found.Example' })
    expect(added.status).toBe(201)
    const domain = (await added.json()) as { id: string; hostname: string; records: { type: string; name: string; value: string }[] }
    expect(domain).toMatchObject({ hostname: 'help.found.example', status: 'pending' })
    expect(domain.records.map(({ type, name }) => [type, name])).toEqual([
      ['TXT', '_baraza-verification.help.found.example'],
      ['CNAME', '_baraza-verification.help.found.example'],
    ])
    expect(await slugAt('help.found.example')).toBeNull()
    await withPlatform((tx) => tx.domain.update({ where: { id: domain.id }, data: { status: 'verified' } }))
    forgetAllHosts()
    expect(await slugAt('help.found.example')).toBe('found')
    expect((await owner.request('DELETE', `/domains/${domain.id}`)).status).toBe(200)
    expect(await slugAt('help.found.example')).toBeNull()
  })

  it('is claimed once by a tenant, whatever its letters', async () => {
    expect((await owner.request('POST', '/domains', { hostname: 'desk.shared.example' })).status).toBe(201)
    expect((await owner.request('POST', '/domains', { hostname: 'DESK.shared.example.' })).status).toBe(422)
  })

  it.each(['found.localhost', 'localhost', 'no-dot', 'a b.example', 'https://x.example', '', '*.example.com'])(
    'cannot be connected as "%s"',
    async (hostname) => {
      expect((await owner.request('POST', '/domains', { hostname })).status).toBe(422)
    },
  )

  it('of a suspended tenant answers nobody', async () => {
    const paused = await makeTenant('paused')
    const agent = await makePerson(paused, 'agent')
    expect((await agent.request('GET', '/ticket')).status).toBe(200)
    await withPlatform((tx) => tx.tenant.update({ where: { id: paused.ref.id }, data: { status: 'suspended' } }))
    forgetAllHosts()
    expect((await agent.request('GET', '/ticket')).status).toBe(403)
    expect((await send(paused, 'POST', '/public/tickets', {})).status).toBe(403)
    expect((await send(paused, 'POST', '/auth/login', { email: agent.email, password: 'x' })).status).toBe(403)
  })
})

describe('the REST API', () => {
  it('tells how much of the rate limit is left, and the request id', async () => {
    const answer = await owner.request('GET', '/users/profile')
    expect(answer.headers.get('x-ratelimit-limit')).toBe('6000')
    expect(Number(answer.headers.get('x-ratelimit-remaining'))).toBeLessThan(6000)
    expect(answer.headers.get('x-request-id')).toMatch(/.{8,}/)
  })

  it('takes paths with and without the slash at their end', async () => {
    expect((await owner.request('GET', '/users/profile/')).status).toBe(200)
  })

  it('describes itself', async () => {
    const document = (await (await send(tenant, 'GET', '/openapi.json')).json()) as { openapi: string; paths: Record<string, object> }
    expect(document.openapi).toMatch(/^3\.1/)
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/ticket', '/ticket/{id}/comments', '/auth/login', '/public/tickets', '/domains/{id}/verify']),
    )
  })
})
