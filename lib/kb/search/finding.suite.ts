import { beforeAll, describe, expect, it } from 'vitest'
import { withTenant } from '../../db/scope'
import type { Work } from '../../events/work'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { statementsDuring } from '../../testing/beside'
import { inWork, makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import { indexAll } from './jobs'
import { indexArticles } from './search-index'

interface Found {
  items: {
    id: string
    title: string
    titleHighlights: [number, number][]
    locale: string
    score: number
    passage: { text: string; highlights: [number, number][]; headings: string[]; anchor: string }
  }[]
  certainty: string
  corrected: string | null
}

export function describeFinding() {
  let tenant: ResolvedTenant
  let owner: TestPerson
  let agent: TestPerson
  let customer: TestPerson
  let open: string
  const ids: Record<string, string> = {}

  const done = async <T = { id: string; version: number }>(answer: Promise<Response>): Promise<T> => {
    const response = await answer
    expect(response.status, await response.clone().text()).toBeLessThan(300)
    return (await response.json()) as T
  }
  const publish = async (given: {
    title: string
    content: string
    audience?: string
    locale?: string
    categoryId?: string
    sourceId?: string
    tags?: string[]
  }) => {
    const article = await done(owner.request('POST', '/kb/articles', { categoryId: open, locale: 'en', ...given }))
    const published = await done(owner.request('POST', `/kb/articles/${article.id}/publish`, { version: article.version }))
    ids[given.title] = article.id
    return published
  }
  const search = (who: TestPerson | null, query: string, more: Record<string, string> = {}): Promise<Found> => {
    const path = `/public/kb/search?${new URLSearchParams({ query, ...more })}`
    return done<Found>(who ? who.request('GET', path) : send(tenant, 'GET', path))
  }
  const titles = async (who: TestPerson | null, query: string, more?: Record<string, string>) =>
    (await search(who, query, more)).items.map(({ title }) => title)
  const versionOf = async (id: string) => (await done<{ version: number }>(owner.request('GET', `/kb/articles/${id}`))).version

  beforeAll(async () => {
    tenant = await makeTenant('articles')
    owner = await makePerson(tenant, 'owner')
    agent = await makePerson(tenant, 'agent')
    customer = await makePerson(tenant, 'customer')
    open = (await done(owner.request('POST', '/kb/categories', { name: 'Open' }))).id
    await publish({
      title: 'Return an item',
      content: `<p>You may send back what you bought within thirty days.</p><h2>By post</h2><p>Print the label and hand the parcel in at the counter.</p>
        <h2>In a store</h2><p>Bring the receipt, please.</p>`,
      tags: ['returns'],
    })
    await publish({ title: 'Delivery times', content: '<p>A parcel takes three days.</p>' })
    await publish({ title: 'Reset your password', content: '<p>Ask for a link on the page where you sign in.</p>' })
    await publish({ title: 'Volumes of wholesale', content: '<p>Customers with an account read about quotas.</p>', audience: 'customers' })
    await publish({ title: 'Goodwill', content: '<p>Zanzibarian credits are given by moderators. Parcels too.</p>', audience: 'agents' })
    await publish({ title: 'Passwort vergessen', content: '<p>Fordern Sie einen Link an.</p>', locale: 'de' })
    await publish({ title: 'إرجاع المنتجات', content: '<p>يمكنك إعادة المنتج خلال ثلاثين يوما.</p>', locale: 'ar' })
    await publish({ title: '退款政策', content: '<p>您可以在三十天内退货。</p>', locale: 'zh' })
    await publish({ title: 'Kurudisha bidhaa', content: '<p>Bidhaa zinarudishwa kwa siku thelathini.</p>', locale: 'sw' })
    await publish({ title: '返品について', content: '<p>商品は三十日以内に返品できます。</p>', locale: 'ja' })
    await publish({ title: '환불 안내', content: '<p>삼십일 안에 환불을 받을 수 있습니다.</p>', locale: 'ko' })
    await publish({ title: 'رقم کی واپسی', content: '<p>آپ تیس دن میں رقم واپس لے سکتے ہیں۔</p>', locale: 'ur' })
  })

  describe('finding', () => {
    it.each([
      ['send a thing back', 'Return an item'],
      ['returned items', 'Return an item'],
      ['how long does a delivery take', 'Delivery times'],
      ['retrun', 'Return an item'],
      ['pasword', 'Reset your password'],
      ['Passwörter', 'Passwort vergessen', 'de'],
      ['vergessen', 'Passwort vergessen'],
      ['ارجاع المنتج', 'إرجاع المنتجات'],
      ['退款', '退款政策'],
      ['kurudishwa', 'Kurudisha bidhaa'],
      ['返品', '返品について'],
      ['환불은', '환불 안내'],
      ['واپسی', 'رقم کی واپسی'],
    ])('“%s” finds “%s” first', async (query, title, locale = 'en') => {
      expect((await titles(null, query, { locale }))[0]).toBe(title)
    })

    it('says which passage fits, under which heading, and where the words stand', async () => {
      const { items, certainty } = await search(null, 'print the return label')
      const [first] = items
      expect(first?.passage).toMatchObject({ headings: ['By post'], anchor: 's-by-post' })
      const marked = (text: string, ranges: [number, number][] = []) => ranges.map(([from, to]) => text.slice(from, to))
      expect(marked(first?.passage.text as string, first?.passage.highlights)).toEqual(['Print', 'label'])
      expect(marked(first?.title as string, first?.titleHighlights)).toEqual(['Return'])
      expect(certainty).toBe('answer')
    })

    it('marks what was asked for, put right, and not what only means nearly the same', async () => {
      const marked = async (query: string) => {
        const { items } = await search(null, query)
        const { passage } = items.find(({ title }) => title === 'Return an item') as Found['items'][number]
        return passage.highlights.map(([from, to]) => passage.text.slice(from, to))
      }
      // A package finds the parcel.
      expect(await marked('package labels')).toEqual(['label'])
      expect(await marked('parcle')).toEqual(['parcel'])
    })

    it('tags and keywords find what the text has no word for', async () => {
      expect(await titles(null, 'returns policy')).toContain('Return an item')
      await publish({ title: 'Opening times', content: '<p>From nine to five.</p>', tags: ['schedule', 'moonlighting'] })
      expect(await titles(null, 'moonlighting')).toEqual(['Opening times'])
    })

    it('an article in the language of the reader comes before one that has a word of it by chance', async () => {
      await publish({ title: 'Die casting', content: '<p>How a die is made, and made again: die, die.</p>' })
      expect((await titles(null, 'die Passwörter', { locale: 'de' }))[0]).toBe('Passwort vergessen')
      expect(await titles(null, 'die Passwörter', { locale: 'de' })).not.toContain('Die casting')
    })

    it('says what it put right, and nothing where nothing was', async () => {
      expect(await search(null, 'Retrun a parcle?')).toMatchObject({ corrected: 'return a parcel?' })
      expect(await search(null, 'return a parcel')).toMatchObject({ corrected: null })
    })

    it('of what nobody wrote about it finds nothing, or says that it is only the nearest', async () => {
      expect(await search(null, 'quadratic equation')).toMatchObject({ items: [], certainty: 'nothing' })
      expect((await search(null, 'parcel bombs in the second world war')).certainty).toBe('nearest')
      expect(await search(null, '?!')).toMatchObject({ items: [], certainty: 'nothing' })
      expect((await search(null, 'parcel', { minScore: '1' })).items).toEqual([])
    })

    it('while somebody types, the last word may go on', async () => {
      expect((await titles(null, 'passw', { isTyping: 'true' }))[0]).toBe('Reset your password')
      expect(await titles(null, 'passw')).not.toContain('Delivery times')
      expect(await titles(null, 'delivery ti', { isTyping: 'true' })).toContain('Delivery times')
    })

    it('looks only into a category, a tag or a language', async () => {
      const below = (await done(owner.request('POST', '/kb/categories', { name: 'Below', parentId: open }))).id
      const other = (await done(owner.request('POST', '/kb/categories', { name: 'Other' }))).id
      await publish({ title: 'Parcels of others', content: '<p>A parcel.</p>', categoryId: below })
      expect(await titles(null, 'parcel', { categoryId: below })).toEqual(['Parcels of others'])
      expect(await titles(null, 'parcel', { categoryId: open })).toContain('Parcels of others')
      expect(await titles(null, 'parcel', { categoryId: other })).toEqual([])
      expect(await titles(null, 'parcel', { tag: 'returns' })).toEqual(['Return an item'])
      expect(await titles(null, 'link', { onlyLocale: 'de' })).toEqual(['Passwort vergessen'])
    })

    it('of translations the one in the reader’s language is shown, else the one there is', async () => {
      const source = ids['Delivery times'] as string
      await publish({ title: 'Lieferzeiten', content: '<p>Ein Paket braucht drei Tage, sagt parcel.</p>', locale: 'de', sourceId: source })
      expect((await titles(null, 'parcel', { locale: 'de' })).filter((title) => /Delivery|Liefer/.test(title))).toEqual(['Lieferzeiten'])
      expect((await titles(null, 'parcel', { locale: 'en' })).filter((title) => /Delivery|Liefer/.test(title))).toEqual(['Delivery times'])
      expect(await titles(null, 'parcel', { locale: 'fr' })).toContain('Delivery times')
    })

    it('POST /kb/articles/search answers the same', async () => {
      const answer = await done<Found>(customer.request('POST', '/kb/articles/search', { query: 'return', topK: 1 }))
      expect(answer.items.map(({ title }) => title)).toEqual(['Return an item'])
    })

    it('is one statement, and one more for words that are in no dictionary', async () => {
      const asked = async (query: string) =>
        (await statementsDuring(() => search(null, query))).filter((sql) => /kb_(?:posting|word)/.test(sql)).length
      expect(await asked('return an item')).toBe(1)
      expect(await asked('retrun an item')).toBe(2)
    })
  })

  describe('what is not for a reader', () => {
    it('is not found, not by a word of it, and not by a slip in one', async () => {
      expect(await titles(agent, 'zanzibarian credits')).toContain('Goodwill')
      expect((await search(agent, 'zanzibarain')).corrected).toBe('zanzibarian')
      for (const who of [null, customer]) {
        expect(await titles(who, 'zanzibarian'), 'word').toEqual([])
        expect(await search(who, 'zanzibarain'), 'slip').toMatchObject({ items: [], corrected: null })
        expect(await titles(who, 'zanzib', { isTyping: 'true' }), 'prefix').toEqual([])
        // Nor beside words that find something.
        expect((await search(who, 'return zanzibarain')).corrected, 'slip beside').toBe(null)
      }
      expect(await titles(customer, 'wholesale quotas')).toEqual(['Volumes of wholesale'])
      expect(await titles(null, 'wholesale quotas')).toEqual([])
    })

    it('does not change what others find, nor how sure that is', async () => {
      const before = { anyone: await search(null, 'return label'), team: await search(agent, 'return label') }
      const hidden = await publish({ title: 'Label of the team', content: '<p>Return label return label.</p>', audience: 'agents' })
      expect(await search(null, 'return label')).toEqual(before.anyone)
      expect(await search(agent, 'return label')).not.toEqual(before.team)
      await done(owner.request('DELETE', `/kb/articles/${hidden.id}`))
      expect(await search(agent, 'return label')).toEqual(before.team)
    })

    it('goes at once when it is archived, unpublished, deleted or made for others, and comes back', async () => {
      const { id } = await publish({ title: 'Kilimanjaro sale', content: '<p>Kilimanjaro.</p>' })
      const isFound = async (who: TestPerson | null = null) => (await titles(who, 'kilimanjaro')).length > 0
      const act = async (action: string) => done(owner.request('POST', `/kb/articles/${id}/${action}`, { version: await versionOf(id) }))
      expect(await isFound()).toBe(true)
      await act('archive')
      expect(await isFound()).toBe(false)
      await act('unarchive')
      await act('publish')
      expect(await isFound()).toBe(true)
      await act('unpublish')
      expect(await isFound()).toBe(false)
      await act('publish')
      await done(owner.request('PUT', `/kb/articles/${id}`, { version: await versionOf(id), audience: 'customers' }))
      expect([await isFound(), await isFound(customer)]).toEqual([false, true])
      expect((await search(null, 'kilimanjaor')).corrected).toBe(null)
      await done(owner.request('DELETE', `/kb/articles/${id}`))
      expect(await isFound(agent)).toBe(false)
      await done(owner.request('POST', `/kb/articles/${id}/restore`))
      expect(await isFound(customer)).toBe(true)
    })

    it('follows its category, with all that is below', async () => {
      const top = await done(owner.request('POST', '/kb/categories', { name: 'Safari' }))
      await publish({ title: 'Serengeti', content: '<p>Serengeti tours.</p>', categoryId: top.id })
      expect(await titles(null, 'serengeti')).toEqual(['Serengeti'])
      const category = await done<Record<string, unknown> & { version: number }>(owner.request('GET', `/kb/categories/${top.id}`))
      const { name, version } = category
      await done(owner.request('PUT', `/kb/categories/${top.id}`, { name, version, audience: 'agents' }))
      expect(await titles(null, 'serengeti')).toEqual([])
      expect((await search(customer, 'serengetti')).corrected).toBe(null)
      expect(await titles(agent, 'serengeti')).toEqual(['Serengeti'])
    })

    it('a knowledge base that is closed to strangers tells them nothing', async () => {
      const settings = await done<{ version: number }>(owner.request('GET', '/kb/settings'))
      await done(owner.request('PUT', '/kb/settings', { version: settings.version, isPublic: false }))
      expect(await search(null, 'retrun')).toEqual({ items: [], certainty: 'nothing', corrected: null })
      expect(await titles(customer, 'return')).toContain('Return an item')
      await done(owner.request('PUT', '/kb/settings', { version: settings.version + 1, isPublic: true }))
    })

    it('of another workspace is unknown here', async () => {
      const other = await makeTenant('elsewhere')
      const found = await done<Found>(send(other, 'GET', '/public/kb/search?query=return'))
      expect(found).toEqual({ items: [], certainty: 'nothing', corrected: null })
    })
  })

  describe('the index', () => {
    it('is of the version that is published, whatever becomes of the working copy', async () => {
      const { id, version } = await publish({ title: 'Baobab', content: '<p>Old word: tamarind.</p>' })
      const changed = await done(owner.request('PUT', `/kb/articles/${id}`, { version, content: '<p>New word: marula.</p>' }))
      expect([await titles(null, 'tamarind'), await titles(null, 'marula')]).toEqual([['Baobab'], []])
      await done(owner.request('POST', `/kb/articles/${id}/publish`, { version: changed.version }))
      expect([await titles(null, 'tamarind'), await titles(null, 'marula')]).toEqual([[], ['Baobab']])
    })

    it('what is counted of all is what counting anew gives', async () => {
      const counted = () =>
        inWork(tenant, async ({ tx }) => ({
          totals: await tx.kbSearchTotal.findMany({
            where: { articles: { gt: 0 } },
            orderBy: [{ language: 'asc' }, { effectiveAudience: 'asc' }],
          }),
          terms: await tx.kbTerm.findMany({
            where: { articles: { not: 0 } },
            orderBy: [{ language: 'asc' }, { term: 'asc' }, { effectiveAudience: 'asc' }],
          }),
          words: await tx.kbWord.findMany({
            where: { articles: { not: 0 } },
            orderBy: [{ language: 'asc' }, { word: 'asc' }, { effectiveAudience: 'asc' }],
          }),
        }))
      const before = await counted()
      await inWork(tenant, async ({ tx }) => {
        await tx.kbSearchArticle.deleteMany()
        await tx.kbTerm.deleteMany()
        await tx.kbWord.deleteMany()
        await tx.kbSearchTotal.deleteMany()
      })
      expect(await titles(null, 'return')).toEqual([])
      expect(await indexAll(tenant.ref)).toBeGreaterThan(10)
      expect(await counted()).toEqual(before)
      expect(await titles(null, 'return')).toContain('Return an item')
    })

    it('the sweep writes anew what is of an older way to cut words, and leaves the rest', async () => {
      await inWork(tenant, ({ tx }) =>
        tx.kbSearchArticle.updateMany({ where: { articleId: ids['Delivery times'] as string }, data: { version: 0 } }),
      )
      expect(await indexAll(tenant.ref)).toBe(1)
      expect(await indexAll(tenant.ref)).toBe(0)
      expect(await withTenant(tenant.ref, (tx) => indexArticles({ tx, tenant } as unknown as Work, null))).toBe(0)
    })
  })

  describe('synonyms', () => {
    it('of the workspace find what neither of them says alone', async () => {
      expect(await titles(null, 'gubbins')).toEqual([])
      const made = await done<{ id: string; version: number; words: string[] }>(
        owner.request('POST', '/kb/synonyms', { locale: 'en', words: ['gubbins', 'password'] }),
      )
      expect((await titles(null, 'gubbins'))[0]).toBe('Reset your password')
      const changed = await done<{ version: number }>(
        owner.request('PUT', `/kb/synonyms/${made.id}`, { version: made.version, locale: 'en', words: ['gubbins', 'print a label'] }),
      )
      expect((await titles(null, 'gubbins'))[0]).toBe('Return an item')
      expect(
        (await owner.request('PUT', `/kb/synonyms/${made.id}`, { version: made.version, locale: 'en', words: ['a1', 'b1'] })).status,
      ).toBe(409)
      expect(changed.version).toBe(made.version + 1)
      const { items } = await done<{ items: { words: string[] }[] }>(owner.request('GET', '/kb/synonyms'))
      expect(items.map(({ words }) => words)).toEqual([['gubbins', 'print a label']])
      await done(owner.request('DELETE', `/kb/synonyms/${made.id}`))
      expect(await titles(null, 'gubbins')).toEqual([])
    })

    it('say what is wrong with them', async () => {
      const refused = async (words: string[]) => (await owner.request('POST', '/kb/synonyms', { locale: 'en', words })).status
      expect([await refused(['one']), await refused(['the', 'parcel'])]).toEqual([422, 422])
      expect((await agent.request('POST', '/kb/synonyms', { locale: 'en', words: ['a1', 'b1'] })).status).toBe(403)
    })
  })
}
