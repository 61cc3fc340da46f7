import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import { audiences, narrower } from './values'

openTestDatabase()

interface Category {
  id: string
  version: number
  name: string
  slug: string
  level: number
  parentId: string | null
  path: string[]
  effectiveAudience: string
}

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('categories')
  owner = await makePerson(tenant, 'owner')
})
beforeEach(forgetRateLimits)

async function json<T = Category>(answer: Promise<Response>): Promise<T> {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const make = (name: string, more = {}) => json(owner.request('POST', '/kb/categories', { name, ...more }))
const put = ({ id, version, name }: Category, more: object) => owner.request('PUT', `/kb/categories/${id}`, { version, name, ...more })
const place = ({ id, version }: Category, parentId: string | null, position = 0) =>
  owner.request('PUT', `/kb/categories/${id}/place`, { version, parentId, position })
const list = async () => (await json<{ items: Category[] }>(owner.request('GET', '/kb/categories'))).items
const problem = async (answer: Promise<Response>, status: number) => {
  const response = await answer
  const text = await response.text()
  expect(response.status, text).toBe(status)
  return text
}

describe('a category', () => {
  it('stands in a tree of five levels, and goes into nothing below itself', async () => {
    const chain: Category[] = []
    for (const n of [1, 2, 3, 4, 5]) chain.push(await make(`L${n}`, { parentId: chain.at(-1)?.id ?? null }))
    expect(chain.at(-1)).toMatchObject({ level: 5, path: ['L1', 'L2', 'L3', 'L4', 'L5'] })
    expect(await problem(owner.request('POST', '/kb/categories', { name: 'L6', parentId: chain[4]?.id }), 422)).toContain(
      'at most 5 levels',
    )
    const [top, second, third] = chain as [Category, Category, Category]
    for (const parentId of [top.id, third.id]) {
      expect(await problem(put(top, { parentId }), 422)).toContain('into itself')
      expect(await problem(place(top, parentId), 422)).toContain('into itself')
    }
    const aside = await make('Aside')
    expect(await problem(place(top, aside.id), 422)).toContain('at most 5 levels')
    expect(await json(place(third, null))).toMatchObject({ level: 1, path: ['L3'] })
    expect((await list()).find(({ name }) => name === 'L5')).toMatchObject({ level: 3, path: ['L3', 'L4', 'L5'] })
    expect(await json(place(second, aside.id))).toMatchObject({ path: ['Aside', 'L2'] })
    expect((await eventsOf(tenant, second.id)).at(-1)).toMatchObject({
      type: 'kb.category_moved',
      payload: { before: top.id, after: aside.id },
    })
  })

  it('is put among its siblings where it is dropped', async () => {
    const parentId = (await make('Ordered')).id
    for (const name of ['a', 'b', 'c']) await make(name, { parentId })
    const names = async () => (await list()).filter((each) => each.parentId === parentId).map(({ name }) => name)
    const named = async (name: string) => (await list()).find((each) => each.name === name && each.parentId === parentId) as Category
    await json(place(await named('c'), parentId, 0))
    expect(await names()).toEqual(['c', 'a', 'b'])
    await json(place(await named('c'), parentId, 1))
    expect(await names()).toEqual(['a', 'c', 'b'])
    await json(place(await named('a'), parentId, 500))
    expect(await names()).toEqual(['c', 'b', 'a'])
  })

  it('has names and addresses in several languages, which readers get in theirs', async () => {
    const made = await make('Delivery', {
      translations: [
        { locale: 'de', name: 'Lieferung' },
        { locale: 'ar', name: 'التوصيل' },
      ],
    })
    expect(made).toMatchObject({
      slug: 'delivery',
      translations: [
        { locale: 'ar', slug: 'التوصيل' },
        { locale: 'de', slug: 'lieferung' },
      ],
    })
    const named = async (locale: string) => {
      const { items } = await json<{ items: Category[] }>(send(tenant, 'GET', `/public/kb/categories?locale=${locale}`))
      return items.find(({ id }) => id === made.id)
    }
    expect(await named('de')).toMatchObject({ name: 'Lieferung', slug: 'lieferung', path: ['Lieferung'] })
    expect(await named('fr')).toMatchObject({ name: 'Delivery', slug: 'delivery' })
    expect(
      await problem(
        put(made, {
          translations: [
            { locale: 'de', name: 'a' },
            { locale: 'DE', name: 'b' },
          ],
        }),
        422,
      ),
    ).toContain('only be there once')
    const changed = await json(put({ ...made, name: 'Shipping' }, { translations: [{ locale: 'de', name: 'Versand' }] }))
    // A new name is no new address.
    expect(changed).toMatchObject({
      name: 'Shipping',
      slug: 'delivery',
      translations: [{ locale: 'de', name: 'Versand', slug: 'lieferung' }],
    })
    expect((await make('Delivery')).slug).toBe('delivery-2')
  })

  it.each([
    [{ name: ' ' }, 'name'],
    [{ icon: 'skull' }, 'icon'],
    [{ colour: '#fff' }, 'colour'],
    [{ seoTitle: 'x'.repeat(61) }, 'seoTitle'],
    [{ metadata: { a: 'x'.repeat(9000) } }, 'metadata'],
    [{ slug: 'new' }, 'slug'],
    [{ translations: [{ locale: '?', name: 'x' }] }, 'translations.0.locale'],
  ])('says what is wrong with %j', async (given, field) => {
    expect(await problem(owner.request('POST', '/kb/categories', { name: 'A', ...given }), 422)).toContain(`"${field}"`)
  })

  it('is deleted only when nothing is in it', async () => {
    const full = await make('Full')
    const child = await make('Child', { parentId: full.id })
    expect(await problem(owner.request('DELETE', `/kb/categories/${full.id}`), 422)).toContain('1 category is below')
    const { id } = await json(owner.request('POST', '/kb/articles', { title: 'In it', categoryId: child.id }))
    expect(await problem(owner.request('DELETE', `/kb/categories/${child.id}`), 422)).toContain('1 article is in this category')
    await json(owner.request('DELETE', `/kb/articles/${id}`))
    await json(owner.request('DELETE', `/kb/categories/${child.id}`))
    await json(owner.request('DELETE', `/kb/categories/${full.id}`))
    expect(await problem(owner.request('POST', `/kb/articles/${id}/restore`), 422)).toContain('Restore the category')
    expect(await problem(owner.request('POST', `/kb/categories/${child.id}/restore`), 422)).toContain('above it was deleted')
    await json(owner.request('POST', `/kb/categories/${full.id}/restore`))
    await json(owner.request('POST', `/kb/categories/${child.id}/restore`))
    expect(await json(owner.request('POST', `/kb/articles/${id}/restore`))).toMatchObject({ slug: 'in-it' })
  })

  it('is neither seen nor opened to others by who may not read for the team', async () => {
    const secret = await make('Secret', { audience: 'agents' })
    const customRoleId = (
      await json(owner.request('POST', '/roles', { name: 'Gardener', permissions: ['kb.manage', 'kb.write', 'kb.publish'] }))
    ).id
    const gardener = await makePerson(tenant, 'agent', { customRoleId })
    const widen = { version: secret.version, name: 'Secret', audience: 'public' }
    expect(await problem(gardener.request('PUT', `/kb/categories/${secret.id}`, widen), 404)).not.toContain('Secret')
    const { id, version } = await json(owner.request('POST', '/kb/articles', { title: 'Hidden', categoryId: secret.id }))
    const open = await make('Open')
    expect((await gardener.request('PUT', `/kb/articles/${id}`, { version, categoryId: open.id })).status).toBe(404)
    // Nor do they learn what a translation of what they see is called there.
    const seen = await json(owner.request('POST', '/kb/articles', { title: 'Seen', categoryId: open.id }))
    const hidden = { title: 'Geheim', categoryId: secret.id, locale: 'de', sourceId: seen.id }
    await json(owner.request('POST', '/kb/articles', hidden))
    expect(await json(gardener.request('GET', `/kb/articles/${seen.id}`))).toMatchObject({ translations: [] })
    const again = { ...hidden, title: 'x', categoryId: open.id }
    expect(await problem(gardener.request('POST', '/kb/articles', again), 422)).toContain('language')
    // Nor do they put something where they can't see it any more by name.
    expect((await gardener.request('POST', '/kb/categories', { name: 'Below', parentId: secret.id })).status).toBe(404)
    expect((await gardener.request('POST', '/kb/articles', { title: 'In it', categoryId: secret.id })).status).toBe(404)
  })
})

it('a category that is renamed stays for whom it is', async () => {
  const { id, version } = await make('Of the team', { audience: 'agents' })
  expect(await json(owner.request('PUT', `/kb/categories/${id}`, { version, name: 'Renamed' }))).toMatchObject({ audience: 'agents' })
})

it('levels and audiences are those of the tree, whatever was moved and changed', async () => {
  const person = await makePerson(await makeTenant('grown'), 'owner')
  const ask = async (method: string, path: string, body: object) => {
    forgetRateLimits()
    return person.request(method, path, body)
  }
  const step = fc.record({ at: fc.nat(7), to: fc.option(fc.nat(7)), audience: fc.constantFrom(...audiences) })
  const made: Category[] = []
  for (let n = 0; n < 8; n++) made.push(await json(ask('POST', '/kb/categories', { name: `C${n}` })))
  for (const { id } of made) await json(ask('POST', '/kb/articles', { title: 'A', categoryId: id, audience: 'customers' }))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      for (const { at, to, audience } of steps) {
        const { items } = await json<{ items: Category[] }>(person.request('GET', '/kb/categories'))
        const { id, version, name } = items.find((each) => each.id === made[at]?.id) as Category
        const parentId = to === null ? null : (made[to]?.id ?? null)
        expect([200, 422]).toContain((await ask('PUT', `/kb/categories/${id}`, { version, name, parentId, audience })).status)
      }
      forgetRateLimits()
      const { items } = await json<{ items: (Category & { audience: 'public' })[] }>(person.request('GET', '/kb/categories'))
      expect(items).toHaveLength(8)
      const byId = new Map(items.map((each) => [each.id, each]))
      for (const each of items) {
        const parent = each.parentId ? byId.get(each.parentId) : undefined
        expect(each.level).toBe((parent?.level ?? 0) + 1)
        expect(each.level).toBeLessThanOrEqual(5)
        expect(each.effectiveAudience).toBe(narrower(each.audience, (parent?.effectiveAudience ?? 'public') as 'public'))
      }
      const { items: articles } = await json<{ items: { category: { id: string }; effectiveAudience: string }[] }>(
        person.request('GET', '/kb/articles'),
      )
      for (const { category, effectiveAudience } of articles)
        expect(effectiveAudience).toBe(narrower('customers', byId.get(category.id)?.effectiveAudience as 'public'))
    }),
    { numRuns: 12 },
  )
})

it('settings are read by the team and changed by who manages', async () => {
  const agent = await makePerson(tenant, 'agent')
  const before = await json<Category & { articlesPerPage: number }>(agent.request('GET', '/kb/settings'))
  expect(before).toMatchObject({
    version: 1,
    isPublic: true,
    requiresApproval: false,
    articlesPerPage: 12,
    hasVotes: true,
    hasComments: false,
  })
  expect((await agent.request('PUT', '/kb/settings', { version: 1, title: 'x' })).status).toBe(403)
  expect((await owner.request('PUT', '/kb/settings', { version: 1, articlesPerPage: 13 })).status).toBe(422)
  expect(await json(owner.request('PUT', '/kb/settings', { version: 1, title: 'Help', articlesPerPage: 24 }))).toMatchObject({
    version: 2,
    title: 'Help',
  })
  expect((await owner.request('PUT', '/kb/settings', { version: 1, title: 'Late' })).status).toBe(409)
  expect(await json(send(tenant, 'GET', '/public/kb'))).toMatchObject({ title: 'Help', articlesPerPage: 24, isOpen: true })
  expect((await eventsOf(tenant, tenant.ref.id)).at(-1)).toMatchObject({
    type: 'kb.settings_changed',
    payload: { before: { title: null }, after: { title: 'Help' } },
  })
})
