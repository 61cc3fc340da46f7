import { beforeAll, describe, expect, it } from 'vitest'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import type { Audience } from './values'

/** What stands around an article: translations, categories, languages, what the help centre begins with, and what search engines are told. */

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let customer: TestPerson
const categories: Record<string, { id: string; slug: string }> = {}

const json = async <T>(answer: Promise<Response>): Promise<T> => {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
type Made = { id: string; slug: string; version: number }

async function publish(title: string, audience: Audience, more: Record<string, unknown> = {}) {
  forgetRateLimits()
  const input = { title, categoryId: categories.open?.id, audience, content: '<p>Words.</p>', ...more }
  const made = await json<Made>(owner.request('POST', '/kb/articles', input))
  return json<Made>(owner.request('POST', `/kb/articles/${made.id}/publish`, { version: made.version }))
}

const readers = () => ({
  anonymous: (path: string) => send('reading.localhost', 'GET', path),
  customer: (path: string) => customer.request('GET', path),
  owner: (path: string) => owner.request('GET', path),
})
type Who = keyof ReturnType<typeof readers>
const ask = <T>(who: Who, path: string) => {
  forgetRateLimits()
  return json<T>(readers()[who](path))
}

beforeAll(async () => {
  tenant = await makeTenant('reading')
  owner = await makePerson(tenant, 'owner')
  customer = await makePerson(tenant, 'customer')
  await inWork(tenant, ({ tx }) => tx.kbSettings.updateMany({ data: { requiresApproval: false } }))
  const category = (name: string, more = {}) => json<Made>(owner.request('POST', '/kb/categories', { name, ...more }))
  const translations = [{ locale: 'de', name: 'Offen' }]
  categories.open = await category('Open', { translations })
  categories.below = await category('Below', { parentId: categories.open.id })
  categories.team = await category('For the team', { audience: 'agents' })
  categories.under = await category('Team below', { parentId: categories.open.id, audience: 'agents' })
  const source = await publish('In English', 'public', { isFeatured: true })
  await publish('Auf Deutsch', 'customers', { locale: 'de', sourceId: source.id })
  await publish('En français', 'agents', { locale: 'fr', sourceId: source.id })
  await publish('In Arabic', 'public', { locale: 'ar', sourceId: source.id })
  await publish('Pinned for the team', 'agents', { isPinned: true })
  await publish('Below it', 'public', { categoryId: categories.below.id })
  await publish('Kept elsewhere', 'public', { canonicalUrl: 'https://example.com/there' })
  await publish('Of the team alone', 'public', { categoryId: categories.team.id, locale: 'sw' })
})

describe.each([
  ['anonymous', ['ar', 'en'], ['ar']],
  ['customer', ['ar', 'de', 'en'], ['ar', 'de']],
  ['owner', ['ar', 'de', 'en', 'fr', 'sw'], ['ar', 'de', 'fr']],
] as const)('%s', (who, locales, translated) => {
  it('is told of the languages and translations that are for them', async () => {
    expect(await ask(who, '/public/kb')).toMatchObject({ locales })
    const article = await ask<{ translations: { locale: string }[]; isPublic: boolean }>(who, '/public/kb/articles/in-english')
    expect(article.translations.map(({ locale }) => locale)).toEqual(translated)
    expect(article.isPublic).toBe(true)
  })

  it('begins with featured and new articles that are for them', async () => {
    type Start = Record<'featured' | 'newest', { title: string }[]>
    const { featured, newest } = await ask<Start>(who, '/public/kb/featured')
    expect(featured.map(({ title }) => title)).toEqual([...(who === 'owner' ? ['Pinned for the team'] : []), 'In English'])
    // Where there is a translation that they may read, that one.
    const own = await ask<Start>(who, '/public/kb/featured?locale=de')
    expect(own.newest.map(({ title }) => title).includes('Auf Deutsch')).toBe(who !== 'anonymous')
    expect(newest[0]?.title).toBe('Kept elsewhere')
  })

  it('opens a category with what of it is for them', async () => {
    const open = await ask<{ path: unknown[]; children: { name: string }[]; languages: unknown[] }>(who, '/public/kb/categories/open')
    expect(open.children.map(({ name }) => name)).toEqual(['Below', ...(who === 'owner' ? ['Team below'] : [])])
    expect(open.languages).toEqual([
      { locale: 'en', slug: 'open' },
      { locale: 'de', slug: 'offen' },
    ])
    expect(await ask(who, '/public/kb/categories/below?locale=de')).toMatchObject({
      path: [{ name: 'Offen', slug: 'offen' }, { name: 'Below' }],
    })
    forgetRateLimits()
    expect((await readers()[who]('/public/kb/categories/for-the-team')).status).toBe(who === 'owner' ? 200 : 404)
  })

  it('is told of search engines what everybody may read', async () => {
    expect(await ask(who, '/public/kb/sitemap')).toEqual({
      isPublic: true,
      locales: ['ar', 'en'],
      categories: [
        { locale: 'en', slug: 'below' },
        { locale: 'en', slug: 'open' },
      ],
      parts: 1,
    })
    const { items } = await ask<{ items: { slug: string; languages: { locale: string }[] }[] }>(who, '/public/kb/sitemap/1')
    expect(items.map(({ slug }) => slug).sort()).toEqual(['below-it', 'in-arabic', 'in-english'])
    expect(items.find(({ slug }) => slug === 'in-english')?.languages.map(({ locale }) => locale)).toEqual(['ar', 'en'])
    expect(await ask(who, '/public/kb/sitemap/2')).toEqual({ items: [] })
  })
})

it('leads from an address that an article or a category had to the one of today', async () => {
  const article = await publish('Old name', 'public')
  await json(owner.request('PUT', `/kb/articles/${article.id}`, { version: article.version, slug: 'new-name' }))
  expect(await ask('anonymous', '/public/kb/articles/old-name')).toMatchObject({ slug: 'new-name', locale: 'en' })
  const { id, version } = await json<Made>(owner.request('POST', '/kb/categories', { name: 'Former' }))
  await json(owner.request('PUT', `/kb/categories/${id}`, { version, name: 'Former', slug: 'present' }))
  expect(await ask('anonymous', '/public/kb/categories/former')).toMatchObject({ slug: 'present' })
})

it('tells search engines of nothing where only who is signed in may read', async () => {
  await inWork(tenant, ({ tx }) => tx.kbSettings.updateMany({ data: { isPublic: false } }))
  expect(await ask('owner', '/public/kb/sitemap')).toEqual({ isPublic: false, locales: [], categories: [], parts: 0 })
  expect(await ask('owner', '/public/kb/sitemap/1')).toEqual({ items: [] })
  expect(await ask('owner', '/public/kb/articles/in-english')).toMatchObject({ isPublic: false })
  expect(await ask('anonymous', '/public/kb')).toMatchObject({ isOpen: false, locales: [] })
})
