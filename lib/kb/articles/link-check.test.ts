import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { env } from '../../env'
import { forgetRateLimits } from '../../procedure/rate-limit'
import { originOf } from '../../tenancy/origin'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import { startRecorder } from '../../testing/recorder'
import { checkExternalLinks, checkInternalLinks, checkLinksJob, linksIn, readLinks, targetOf } from './link-check'

openTestDatabase()

interface Article {
  id: string
  version: number
  slug: string
}

let tenant: ResolvedTenant
let owner: TestPerson
let categoryId: string
let server: Awaited<ReturnType<typeof startRecorder>>

const done = async <T = Article>(answer: Promise<Response>): Promise<T> => {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const write = (title: string, content: string, more = {}) =>
  done(owner.request('POST', '/kb/articles', { title, content, categoryId, locale: 'en', ...more }))
const publish = ({ id, version }: Article) => done(owner.request('POST', `/kb/articles/${id}/publish`, { version }))
const publishing = async (title: string, content: string, more = {}) => publish(await write(title, content, more))
const listed = async (who = owner) => {
  const { items, total } = await done<{
    items: { address: string; problem: string; article: { title: string }; statusCode: number | null }[]
    total: number
  }>(who.request('GET', '/kb/links/broken?total=true'))
  expect(total).toBe(items.length)
  return items.map(({ address, problem, article }) => [article.title, address.replace(server.url, ''), problem]).sort()
}
const link = (...addresses: string[]) => `<p>${addresses.map((address) => `<a href="${address}">There</a>`).join(' ')}</p>`

beforeAll(async () => {
  tenant = await makeTenant('links')
  owner = await makePerson(tenant, 'owner')
  categoryId = (await done(owner.request('POST', '/kb/categories', { name: 'All' }))).id
  server = await startRecorder(({ path, method }) => {
    const status = { '/gone': 404, '/broken': 500, '/secret': 401, '/moved': 302, '/head': method === 'HEAD' ? 405 : 200 }[path] ?? 200
    return { status, headers: { ...(path === '/moved' && { location: '/gone' }) }, body: {} }
  })
  env().ALLOW_PRIVATE_HOSTS = 'on'
})
beforeEach(forgetRateLimits)
afterAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'off'
  await server.close()
})

it.each([
  ['/kb/en/return%20it#s-one', { kind: 'article', locale: 'en', slug: 'return it', anchor: 's-one' }],
  ['https://a.example/kb/de/r%C3%BCckgabe', { kind: 'article', locale: 'de', slug: 'rückgabe', anchor: '' }],
  ['#s-zur%C3%BCck', { kind: 'here', anchor: 's-zurück' }],
  ['https://b.example/x#y', { kind: 'external', address: 'https://b.example/x' }],
  ['/submit', null],
  ['/kb/en/categories/all', null],
  ['https://[', null],
  ['#%', { kind: 'here', anchor: '%' }],
])('the link %j leads to %j', (address, target) => expect(targetOf(address, 'https://a.example')).toEqual(target))

it('the links of an article are each address once, without those of mail and phone', () => {
  const html = `<p><a href="/a?b=1&amp;c=2">x</a><a rel="x" href="/a?b=1&amp;c=2">y</a><a href="mailto:a@b.c">z</a><a href="tel:1">t</a></p>`
  expect(linksIn(html)).toEqual(['/a?b=1&c=2'])
})

describe('A link within the help centre', () => {
  it('is broken when what it leads to is not there, not for its readers, or has no such section; until it is mended', async () => {
    const there = await publishing('There', '<h2>Part</h2><p>Words</p>')
    const hidden = await publishing('Hidden', '<p>Words</p>', { audience: 'agents' })
    const draft = await write('Draft', '<p>Words</p>')
    const to = ({ slug }: Article) => `/kb/en/${slug}`
    const good = [to(there), `${originOf(tenant.ref)}${to(there)}#s-part`, '#s-own', '/submit']
    const bad = [to(hidden), to(draft), '/kb/en/nowhere', '/kb/en/%00', `${to(there)}#s-none`, '#s-lost']
    const broken = await publishing('Here', `<h2>Own</h2>${link(...good, ...bad)}`)
    await publishing('For the team', link(to(hidden)), { audience: 'agents' })
    await checkLinksJob.run({ tenant: null, input: {} } as never)
    expect(await listed()).toEqual(
      [
        ['Here', to(hidden), 'hidden'],
        ['Here', to(draft), 'notFound'],
        ['Here', '/kb/en/nowhere', 'notFound'],
        ['Here', '/kb/en/%00', 'notFound'],
        ['Here', `${to(there)}#s-none`, 'noSection'],
        ['Here', '#s-lost', 'noSection'],
      ].sort(),
    )
    const { token } = await done<{ token: string }>(
      owner.request('POST', '/users/tokens', { name: 'Writing', scopes: ['kb.write'], expiresInDays: 30 }),
    )
    const writer = send(tenant, 'GET', '/kb/links/broken', undefined, { authorization: `Bearer ${token}` })
    const { items } = await done<{ items: { problem: string }[] }>(writer)
    expect(items.map(({ problem }) => problem)).not.toContain('hidden')
    await publish(draft)
    await checkInternalLinks(tenant.ref)
    expect((await listed()).map(([, address]) => address)).not.toContain(to(draft))
    const { version } = await done(owner.request('GET', `/kb/articles/${broken.id}`))
    await publish(await done(owner.request('PUT', `/kb/articles/${broken.id}`, { version, content: link('/kb/en/nowhere') })))
    // Of what was published anew nothing is said until its links were read.
    expect(await listed()).toEqual([])
    await readLinks(tenant.ref)
    expect(await listed()).toEqual([['Here', '/kb/en/nowhere', 'notFound']])
    await done(owner.request('POST', `/kb/articles/${broken.id}/unpublish`, { version: version + 2 }))
    await readLinks(tenant.ref)
    expect(await listed()).toEqual([])
  })

  it('is told to those alone who write', async () => {
    expect((await (await makePerson(tenant, 'customer')).request('GET', '/kb/links/broken')).status).toBe(403)
  })
})

describe('A link to elsewhere', () => {
  it('is asked for once, politely, and is broken when it is gone, or does not answer twice', async () => {
    const at = (path: string) => `${server.url}${path}`
    const paths = ['/ok', '/gone', '/head', '/broken', '/secret', '/moved']
    await publishing('Elsewhere', link(...paths.map(at), at('/ok#part')))
    await publishing('Elsewhere too', link(at('/gone')))
    await publishing('Nobody there', link('http://127.0.0.1:1/'))
    await readLinks(tenant.ref)
    expect([await checkExternalLinks(tenant.ref, 0, 0), server.requests.length]).toEqual([7, 0])
    expect(await checkExternalLinks(tenant.ref, 0)).toBe(7)
    const asked = server.requests.map(({ method, path }) => `${method} ${path}`)
    expect(asked.filter((each) => each.endsWith('/ok'))).toEqual(['HEAD /ok'])
    expect(asked).toEqual(expect.arrayContaining(['HEAD /head', 'GET /head', 'HEAD /moved', 'HEAD /gone']))
    for (const { headers } of server.requests) expect(headers['user-agent']).toBe(`BarazaLinkChecker/1.0 (+${originOf(tenant.ref)})`)
    const gone = [
      ['Elsewhere', '/gone', 'notFound'],
      ['Elsewhere', '/moved', 'notFound'],
      ['Elsewhere too', '/gone', 'notFound'],
    ].sort()
    expect(await listed()).toEqual(gone)
    server.requests.length = 0
    await checkExternalLinks(tenant.ref, 0)
    expect(server.requests.map(({ path }) => path)).not.toContain('/ok')
    expect(await listed()).toEqual(
      [...gone, ['Elsewhere', '/broken', 'failing'], ['Nobody there', 'http://127.0.0.1:1/', 'unreachable']].sort(),
    )
  })

  it('into a private network is never asked for, and nothing is said of it', async () => {
    env().ALLOW_PRIVATE_HOSTS = 'off'
    server.requests.length = 0
    const before = await listed()
    await publishing('Inside', link(`${server.url}/inside`, 'https://127.0.0.1/inside'))
    await readLinks(tenant.ref)
    await checkExternalLinks(tenant.ref, 0)
    env().ALLOW_PRIVATE_HOSTS = 'on'
    expect(server.requests).toEqual([])
    expect((await listed()).filter(([title]) => title === 'Inside')).toEqual([])
    expect(before.length).toBeGreaterThan(0)
  })
})
