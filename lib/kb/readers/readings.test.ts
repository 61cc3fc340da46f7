import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../core/id'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import { forgetReadingsJob } from './jobs'
import { withoutPersons } from './readings'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let customer: TestPerson
let agent: TestPerson
let id: string
let slug: string

const done = async <T = Record<string, never>>(answer: Promise<Response>): Promise<T> => {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }
const from = (address: string, more: Record<string, string> = {}) => ({ ...browser, 'x-forwarded-for': address, ...more })
const article = () => done<Record<string, unknown>>(owner.request('GET', `/kb/articles/${id}/analytics`))
const all = (more = '') => done<Record<string, object>>(owner.request('GET', `/kb/analytics?days=7${more}`))

beforeAll(async () => {
  tenant = await makeTenant('readers')
  owner = await makePerson(tenant, 'owner')
  agent = await makePerson(tenant, 'agent')
  customer = await makePerson(tenant, 'customer')
  const category = await done<{ id: string }>(owner.request('POST', '/kb/categories', { name: 'All' }))
  const made = await done<{ id: string; version: number; slug: string }>(
    owner.request('POST', '/kb/articles', { title: 'Return an item', content: '<p>Send it.</p>', categoryId: category.id }),
  )
  await done(owner.request('POST', `/kb/articles/${made.id}/publish`, { version: made.version }))
  id = made.id
  slug = made.slug
})
beforeEach(async () => {
  forgetRateLimits()
  await inWork(tenant, async ({ tx }) => {
    await tx.kbVote.deleteMany()
    await tx.kbArticleDay.deleteMany()
    await tx.kbSearchDay.deleteMany()
  })
})

describe('A reading', () => {
  const read = (headers: Record<string, string>, more: object = {}) =>
    done(send(tenant, 'POST', `/public/kb/articles/${id}/readings`, more, headers))

  it('counts once a reader in half an hour, as one row a day', async () => {
    await read(from('192.0.2.1'), { seconds: 40 })
    await read(from('192.0.2.1'), { seconds: 20, copies: 1, prints: 1 })
    await read(from('192.0.2.2'), { seconds: 20 })
    expect(await article()).toMatchObject({ views: 2, seconds: 40, copies: 1, prints: 1 })
    expect(await inWork(tenant, ({ tx }) => tx.kbArticleDay.count())).toBe(1)
    await done(customer.request('POST', `/public/kb/articles/${id}/readings`, {}))
    expect(await article()).toMatchObject({ views: 3 })
    const { items } = await done<{ items: object[] }>(send(tenant, 'GET', '/public/kb/popular'))
    expect(items).toMatchObject([{ slug }])
  })

  it.each([
    ['a crawler', from('192.0.2.3', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' })],
    ['a link preview', from('192.0.2.3', { 'user-agent': 'facebookexternalhit/1.1' })],
  ])('of %s does not count', async (_, headers) => {
    await read(headers, { seconds: 9 })
    expect(await article()).toMatchObject({ views: 0, seconds: null })
    expect(await inWork(tenant, ({ tx }) => tx.kbArticleDay.count())).toBe(0)
  })

  it('of the team does not count', async () => {
    await done(agent.request('POST', `/public/kb/articles/${id}/readings`, { seconds: 9 }))
    expect(await article()).toMatchObject({ views: 0 })
  })

  it('counts no more than a person can read in an hour', async () => {
    for (let n = 0; n < 123; n++) await read(from('192.0.2.5'), { copies: 1 })
    expect(await article()).toMatchObject({ views: 1, copies: 120 })
  })

  it('of one who went away counts no longer than half an hour; more than a day is refused', async () => {
    await read(from('192.0.2.4'), { seconds: 80_000 })
    expect(await article()).toMatchObject({ seconds: 1800 })
    expect((await send(tenant, 'POST', `/public/kb/articles/${id}/readings`, { seconds: 90_000 }, browser)).status).toBe(422)
  })
})

describe('A vote', () => {
  const path = () => `/public/kb/articles/${id}/vote`
  const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? ''

  it('without an account is one a visitor, by a cookie of no use elsewhere, and can be changed', async () => {
    const first = await send(tenant, 'PUT', path(), { isHelpful: true }, browser)
    expect(await first.json()).toEqual({ isHelpful: true, reason: null, text: '' })
    expect(first.headers.get('set-cookie')).toMatch(
      /^baraza\.readers\.visitor=[\w-]+\.[\w-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    )
    const cookie = cookieOf(first)
    const again = await send(
      tenant,
      'PUT',
      path(),
      { isHelpful: false, reason: 'unclear', text: 'Which <b>parcel</b>?' },
      { ...browser, cookie },
    )
    expect(again.headers.get('set-cookie')).toBe(null)
    expect(await done(send(tenant, 'GET', path(), undefined, { cookie }))).toEqual({
      isHelpful: false,
      reason: 'unclear',
      text: 'Which <b>parcel</b>?',
    })
    expect(await article()).toMatchObject({
      helpful: 0,
      notHelpful: 1,
      byReason: [{ reason: 'unclear', votes: 1 }],
      feedback: [{ isHelpful: false, reason: 'unclear', text: 'Which <b>parcel</b>?' }],
    })
    // What was said of the one answer goes with it.
    await done(send(tenant, 'PUT', path(), { isHelpful: true }, { ...browser, cookie }))
    expect(await article()).toMatchObject({ helpful: 1, notHelpful: 0, byReason: [], feedback: [] })
  })

  it('with a cookie that nobody signed is that of somebody else', async () => {
    const cookie = cookieOf(await send(tenant, 'PUT', path(), { isHelpful: true }, browser))
    const forged = cookie.replace(/=[^.]+/, '=somebody')
    expect(await done(send(tenant, 'GET', path(), undefined, { cookie: forged }))).toMatchObject({ isHelpful: null })
    const again = await send(tenant, 'PUT', path(), { isHelpful: true }, { ...browser, cookie: forged })
    expect(cookieOf(again)).toMatch(/^baraza\.readers\.visitor=(?!somebody)/)
    expect(await article()).toMatchObject({ helpful: 2 })
  })

  it('of an account is one, and nothing in it tells whose', async () => {
    await done(customer.request('PUT', path(), { isHelpful: false, text: 'Of mine' }))
    await done(customer.request('PUT', path(), { isHelpful: false, reason: 'other' }))
    expect(await done(customer.request('GET', path()))).toEqual({ isHelpful: false, reason: 'other', text: 'Of mine' })
    const rows = await inWork(tenant, ({ tx }) => tx.kbVote.findMany())
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(customer.id)
  })

  it('sent twice at once by a visitor whom nobody knows yet counts once, and two visitors are two', async () => {
    const vote = (visit: string) => send(tenant, 'PUT', path(), { isHelpful: true, visit }, browser)
    const [first, second] = [newId(), newId()]
    const answers = await Promise.all([vote(first), vote(first), vote(second)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const cookies = answers.map(cookieOf)
    expect(new Set(cookies).size).toBe(2)
    expect(await article()).toMatchObject({ helpful: 2 })
    // Whoever has a cookie is who it says, on whatever page.
    await done(send(tenant, 'PUT', path(), { isHelpful: false, visit: newId() }, { ...browser, cookie: cookies[0] as string }))
    expect(await article()).toMatchObject({ helpful: 1, notHelpful: 1 })
  })

  it('of whoever is erased stays without their words, and nothing leads to them any more', async () => {
    const person = await makePerson(tenant, 'customer')
    await done(person.request('POST', '/ticket', { title: 'Lamp', description: 'Broken' }))
    await done(person.request('PUT', path(), { isHelpful: false, text: 'Wanjiku’s words' }))
    const before = await inWork(tenant, ({ tx }) => tx.kbVote.findFirstOrThrow())
    const contact = await inWork(tenant, ({ tx }) => tx.contact.findFirstOrThrow({ where: { personId: person.id } }))
    await done(owner.request('POST', `/contacts/${contact.id}/erase`, { confirm: person.name }))
    const [after] = await inWork(tenant, ({ tx }) => tx.kbVote.findMany())
    expect(after).toMatchObject({ isHelpful: false, text: '' })
    expect(after?.voter).not.toBe(before.voter)
  })

  it('from one address is refused after ten of people without an account', async () => {
    const statuses: number[] = []
    for (let n = 0; n < 11; n++) statuses.push((await send(tenant, 'PUT', path(), { isHelpful: true }, from('192.0.2.9'))).status)
    expect(statuses).toEqual([...Array(10).fill(200), 429])
    // Nor does a cookie from elsewhere open the door again, while it can change its own vote.
    forgetRateLimits()
    const [mine] = (await send(tenant, 'PUT', path(), { isHelpful: true }, from('192.0.2.9'))).headers.getSetCookie()
    for (let n = 0; n < 9; n++) await send(tenant, 'PUT', path(), { isHelpful: true }, from('192.0.2.9'))
    await inWork(tenant, ({ tx }) => tx.kbVote.deleteMany())
    const cookie = (mine as string).split(';')[0] as string
    expect((await send(tenant, 'PUT', path(), { isHelpful: true }, from('192.0.2.9', { cookie }))).status).toBe(429)
    await done(send(tenant, 'PUT', path(), { isHelpful: true }, from('192.0.2.8', { cookie })))
    await done(send(tenant, 'PUT', path(), { isHelpful: false }, from('192.0.2.9', { cookie })))
  })

  it('is refused where votes are turned off', async () => {
    await inWork(tenant, ({ tx }) => tx.kbSettings.updateMany({ data: { hasVotes: false } }))
    expect((await customer.request('PUT', path(), { isHelpful: true })).status).toBe(422)
    await inWork(tenant, ({ tx }) => tx.kbSettings.updateMany({ data: { hasVotes: true } }))
  })
})

describe('A search', () => {
  const search = (query: string, isFound: boolean, headers = browser) =>
    done(send(tenant, 'POST', '/public/kb/searches', { query, locale: 'en', isFound }, headers))
  const choose = (query: string, rank: number, place: string, of = id) =>
    send(tenant, 'POST', `/public/kb/articles/${of}/choices`, { query, locale: 'en', rank, place }, browser)

  it('counts by its words and day, and what was not found leads the list of what is missing', async () => {
    await search('Refunds', true)
    await search('refunds ', true)
    await search('gift wrap', false)
    await search('gift wrap', false)
    await search('price match', false)
    await done(choose('refunds', 2, 'results'))
    await done(choose('labels', 1, 'typing'))
    expect(await all()).toMatchObject({
      totals: { searches: 6, missed: 3, choices: 2 },
      missing: [
        { query: 'gift wrap', missed: 2 },
        { query: 'price match', missed: 1 },
      ],
      byRank: [{ rank: 1, choices: 1 }, { rank: 2, choices: 1 }, ...Array.from({ length: 8 }, (_, n) => ({ rank: n + 3, choices: 0 }))],
    })
    expect((await all()).queries).toContainEqual({ query: 'refunds', locale: 'en', searches: 2, missed: 0, choices: 1 })
    expect(await all('&locale=de')).toMatchObject({ totals: { searches: 0, views: 0 }, queries: [] })
    expect((await all()).byDay).toHaveLength(7)
  })

  it('of a crawler or the team does not count', async () => {
    await search('refunds', true, { 'user-agent': 'Bingbot/2.0' })
    await done(agent.request('POST', '/public/kb/searches', { query: 'refunds', locale: 'en', isFound: true }))
    expect(await all()).toMatchObject({ totals: { searches: 0 } })
  })

  it('that was answered while somebody wrote a request is a request less, unless it is sent', async () => {
    await done(choose('refunds', 1, 'request'))
    await done(choose('refunds', 1, 'request'))
    await done(send(tenant, 'POST', '/public/kb/sent', { articleIds: [id, id] }, browser))
    expect(await article()).toMatchObject({ suggested: 2, deflected: 1 })
  })

  it('of an article that is not there is not counted', async () => {
    expect((await choose('refunds', 1, 'results', newId())).status).toBe(404)
    expect(await all()).toMatchObject({ totals: { searches: 0 } })
  })
})

it.each([
  ['where is jo@example.com', 'where is …'],
  ['call +49 30 1234567 now', 'call … now'],
  ['Order 10023877', 'order …'],
  ['two-step sign-in', 'two-step sign-in'],
  ['size 42', 'size 42'],
  ['jo@example.com', ''],
  ['أين ٠١٧١٢٣٤٥٦', 'أين …'],
  ['where is a＠b.de', 'where is …'],
  ['call (0171) 23 45', 'call …'],
  [`${'x'.repeat(99)}😀`, `${'x'.repeat(99)}`],
  ['x'.repeat(500), 'x'.repeat(100)],
])('of %j is kept %j', (asked, kept) => expect(withoutPersons(asked)).toBe(kept))

it('old words, texts and counts are forgotten', async () => {
  const tenantId = tenant.ref.id
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000)
  await inWork(tenant, async ({ tx }) => {
    for (const days of [100, 200]) {
      await tx.kbSearchDay.create({ data: { tenantId, day: ago(days), locale: 'en', query: `${days} days ago`, searches: 1 } })
      const vote = { tenantId, articleId: id, n: 1, isHelpful: false }
      await tx.kbVote.create({ data: { ...vote, voter: `${days}`, text: 'Words', updatedAt: ago(days * 3) } })
      await tx.kbArticleDay.create({ data: { tenantId, articleId: id, day: ago(days * 5), views: 1 } })
    }
  })
  await forgetReadingsJob.run({ tenant: null, input: {} } as never)
  await inWork(tenant, async ({ tx }) => {
    expect((await tx.kbSearchDay.findMany()).map(({ query }) => query)).toEqual(['100 days ago'])
    expect((await tx.kbVote.findMany({ orderBy: { voter: 'asc' } })).map(({ text }) => text)).toEqual(['Words', ''])
    expect(await tx.kbArticleDay.count()).toBe(1)
  })
})
