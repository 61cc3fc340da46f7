import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'

openTestDatabase()

interface Article {
  id: string
  version: number
  slug: string
  status: string
  isPublished: boolean
  actions: string[]
  effectiveAudience: string
  rejectionReason: string | null
  scheduledAt: string | null
}

let tenant: ResolvedTenant
let owner: TestPerson
let agent: TestPerson
let moderator: TestPerson
let categoryId: string
beforeAll(async () => {
  tenant = await makeTenant('articles')
  owner = await makePerson(tenant, 'owner')
  agent = await makePerson(tenant, 'agent')
  moderator = await makePerson(tenant, 'moderator')
  categoryId = (await json(owner.request('POST', '/kb/categories', { name: 'Billing' }))).id
})
beforeEach(forgetRateLimits)

async function json<T = Article>(answer: Promise<Response>): Promise<T> {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const make = (who: TestPerson, title: string, more = {}) =>
  json(who.request('POST', '/kb/articles', { title, categoryId, content: '<h2>How</h2><p>Like this.</p>', ...more }))
const act = (who: TestPerson, { id, version }: Article, action: string, more = {}) =>
  who.request('POST', `/kb/articles/${id}/${action}`, { version, ...more })
const edit = (who: TestPerson, { id, version }: Article, more: object) => who.request('PUT', `/kb/articles/${id}`, { version, ...more })
const settings = async (given: object) => {
  const { version } = await json(owner.request('GET', '/kb/settings'))
  return json(owner.request('PUT', '/kb/settings', { version, ...given }))
}
const problem = async (answer: Promise<Response>, status: number) => {
  const response = await answer
  const body = (await response.json()) as { message: string; fields?: Record<string, string[]> }
  expect(response.status, JSON.stringify(body)).toBe(status)
  return JSON.stringify(body)
}

describe('an article', () => {
  it('is written by an agent, approved by another, published, and changed while it is read', async () => {
    await settings({ requiresApproval: true })
    let article = await make(agent, 'Refunds', { tags: ['Money'], reviewerIds: [moderator.id], metadata: { a: [1] } })
    expect(article).toMatchObject({ status: 'draft', slug: 'refunds', isPublished: false, actions: ['submit'] })
    expect((await act(moderator, article, 'publish')).status).toBe(422)
    article = await json(act(agent, article, 'submit'))
    expect((await act(agent, article, 'approve')).status).toBe(403)
    article = await json(act(moderator, article, 'reject', { reason: 'Say how long it takes.' }))
    expect(article).toMatchObject({ status: 'draft', rejectionReason: 'Say how long it takes.' })
    article = await json(edit(agent, article, { content: '<p>Five days.</p>' }))
    article = await json(act(agent, article, 'submit'))
    article = await json(act(moderator, article, 'approve'))
    // What was approved is what is published: a change asks for approval again.
    article = await json(edit(agent, article, { content: '<p>Six days.</p>' }))
    expect(article.status).toBe('draft')
    article = await json(act(agent, article, 'submit'))
    article = await json(act(moderator, article, 'approve'))
    article = await json(act(moderator, article, 'publish'))
    expect(article).toMatchObject({ status: 'published', isPublished: true, publishedN: 1 })
    article = await json(edit(agent, article, { title: 'Refunds, anew', content: '<p>SEVEN</p>' }))
    expect(article).toMatchObject({ status: 'draft', isPublished: true, slug: 'refunds' })
    const read = await json<{ title: string; content: string }>(send(tenant, 'GET', '/public/kb/articles/refunds'))
    expect(read).toMatchObject({
      title: 'Refunds',
      content: '<p>Six days.</p>',
      path: [{ name: 'Billing', slug: 'billing' }],
      tags: ['money'],
    })
    article = await json(act(moderator, article, 'archive'))
    expect((await send(tenant, 'GET', '/public/kb/articles/refunds')).status).toBe(404)
    expect(await problem(edit(agent, article, { title: 'x' }), 422)).toContain('archived')
    article = await json(act(moderator, article, 'unarchive'))
    expect(article.status).toBe('draft')
    await settings({ requiresApproval: false })
    const told = (await eventsOf(tenant, article.id)).map(({ type }) => type.replace('kb.article_', ''))
    expect(told).toEqual(
      'created submitted rejected submitted approved changed submitted approved published changed archived unarchived'.split(' '),
    )
  })

  it('is not approved by its author, unless the workspace allows it', async () => {
    await settings({ requiresApproval: true })
    let own = await make(moderator, 'Own')
    own = await json(act(moderator, own, 'submit'))
    for (const action of ['approve', 'publish'])
      expect(await problem(act(moderator, own, action), 403)).toContain('Someone else must approve')
    expect((await act(moderator, own, 'schedule', { at: '2027-06-01T09:00', timeZone: 'UTC' })).status).toBe(403)
    await settings({ allowsSelfApproval: true })
    own = await json(act(moderator, own, 'approve'))
    expect(own.status).toBe('approved')
    await settings({ requiresApproval: false, allowsSelfApproval: false })
  })

  it('shows readers what has no versions at once, so only publishers change that', async () => {
    let article = await make(agent, 'Shipping')
    article = await json(act(moderator, article, 'publish'))
    for (const change of [{ slug: 'x' }, { audience: 'agents' }, { isPinned: true }, { isFeatured: true }, { sortOrder: 4 }])
      expect(await problem(edit(agent, article, change), 403)).toContain('at once')
    article = await json(edit(moderator, article, { audience: 'customers', isPinned: true }))
    expect(article).toMatchObject({ status: 'published', effectiveAudience: 'customers' })
    expect((await send(tenant, 'GET', '/public/kb/articles/shipping')).status).toBe(404)
    article = await json(act(moderator, article, 'unpublish'))
    expect(article).toMatchObject({ status: 'draft', isPublished: false })
  })

  it('is changed at the version that was read, and says once in a while that it was', async () => {
    let article = await make(agent, 'Autosaved')
    for (const n of [1, 2, 3]) article = await json(edit(agent, article, { content: `<p>${n}</p>` }))
    expect(await problem(edit(agent, { ...article, version: 1 }, { content: '<p>late</p>' }), 409)).toContain('4')
    article = await json(edit(moderator, article, { content: '<p>4</p>' }))
    expect((await eventsOf(tenant, article.id)).map(({ type }) => type)).toEqual(['kb.article_created', 'kb.article_changed'])
  })

  it('has one translation in each language, and readers find it in theirs', async () => {
    const source = await json(act(moderator, await make(agent, 'Warranty'), 'publish'))
    const german = await make(agent, 'Garantie', { locale: 'DE', sourceId: source.id })
    expect(german).toMatchObject({ locale: 'de', sourceId: source.id, translations: [{ id: source.id, locale: 'en', title: 'Warranty' }] })
    expect(
      await problem(agent.request('POST', '/kb/articles', { title: 'x', categoryId, locale: 'de', sourceId: german.id }), 422),
    ).toContain('language')
    const listed = async (locale: string) => {
      const { items } = await json<{ items: { title: string }[] }>(send(tenant, 'GET', `/public/kb/articles?locale=${locale}&limit=200`))
      return items.map(({ title }) => title).filter((title) => /^(Warranty|Garantie)$/.test(title))
    }
    expect(await listed('de')).toEqual(['Warranty'])
    await json(act(moderator, german, 'publish'))
    expect([await listed('de'), await listed('en'), await listed('fr')]).toEqual([['Garantie'], ['Warranty'], ['Warranty']])
    const read = await json(send(tenant, 'GET', '/public/kb/articles/garantie?locale=de'))
    expect(read).toMatchObject({ translations: [{ locale: 'en', slug: 'warranty', title: 'Warranty' }] })
  })

  describe('that translates another', () => {
    interface Translation extends Article {
      isOutdated: boolean
      sourceN: number | null
    }
    const read = (id: string) => json<Translation>(owner.request('GET', `/kb/articles/${id}`))
    const mark = (of: Article, more = {}) => act(agent, of, 'translated', more)
    const listed = async (query: string) =>
      (await json<{ items: Article[] }>(agent.request('GET', `/kb/articles?limit=200&${query}`))).items.map(({ id }) => id)

    it('is older once its source is published with another text, until somebody says that it is not', async () => {
      let source = await make(moderator, 'Ladders', { tags: ['tall'] })
      const { id } = await make(agent, 'Leitern', { locale: 'de', sourceId: source.id })
      expect(await read(id)).toMatchObject({ isOutdated: false, sourceN: null, source: { id: source.id, title: 'Ladders', n: null } })
      source = await json(edit(moderator, source, { tags: ['high'] }))
      expect((await read(id)).isOutdated).toBe(false)
      source = await json(edit(moderator, source, { content: '<p>Three steps.</p>' }))
      expect(await read(id)).toMatchObject({ isOutdated: true, sourceN: 0 })
      expect(await json(mark(await read(id)))).toMatchObject({ isOutdated: false, sourceN: null })
      // Its draft is what version 1 is made of.
      source = await json(act(moderator, source, 'publish'))
      expect(await read(id)).toMatchObject({ isOutdated: false, sourceN: 1, source: { n: 1 } })
      // Readers see another text with version 3 alone.
      source = await json(edit(moderator, source, { seoTitle: 'Tall ladders' }))
      source = await json(act(moderator, source, 'publish'))
      expect(await read(id)).toMatchObject({ isOutdated: false, sourceN: 2 })
      source = await json(edit(moderator, source, { content: '<p>Four steps.</p>' }))
      expect((await read(id)).isOutdated).toBe(false)
      source = await json(act(moderator, source, 'publish'))
      const german = await read(id)
      expect(german).toMatchObject({ isOutdated: true, sourceN: 2 })
      expect(source).toMatchObject({ translations: [{ id, locale: 'de', status: 'draft', isPublished: false, isOutdated: true }] })
      expect([await listed('isOutdated=true'), (await listed('isOutdated=false')).includes(id)]).toEqual([[id], false])
      // What was looked at is what it has, whatever came since.
      expect(await json(mark(german, { n: 2 }))).toMatchObject({ isOutdated: true })
      expect(await problem(mark(await read(id), { n: 4 }), 422)).toContain('no such version')
      expect(await json(mark(await read(id)))).toMatchObject({ isOutdated: false, sourceN: 3 })
      expect(await problem(mark(source), 422)).toContain('not a translation')
      expect(await problem(mark(german), 409)).toContain('currentVersion')
    })

    it('is missing in a language until it is begun, and begins as new as its source', async () => {
      let source = await make(moderator, 'Buckets')
      expect(await listed('missingIn=sw&q=buckets')).toEqual([source.id])
      for (const n of [1, 2]) {
        source = await json(edit(moderator, source, { content: `<p>${n}</p>` }))
        source = await json(act(moderator, source, 'publish'))
      }
      const { id } = await make(agent, 'Buckets, ndoo', { locale: 'sw', sourceId: source.id })
      expect(await read(id)).toMatchObject({ isOutdated: false, sourceN: 2 })
      expect([await listed('missingIn=sw&q=buckets'), await listed('missingIn=de&q=buckets')]).toEqual([[], [source.id]])
      expect(await listed('missingIn=en&q=buckets')).toEqual([])
    })

    it('says nothing of a source that its writer may not see', async () => {
      const { token } = await json<{ token: string }>(
        owner.request('POST', '/users/tokens', { name: 'Writing', scopes: ['kb.write'], expiresInDays: 30 }),
      )
      let source = await make(moderator, 'Keys to the safe', { audience: 'agents' })
      const { id, version } = await make(agent, 'Schluessel', { locale: 'de', sourceId: source.id })
      source = await json(edit(moderator, source, { content: '<p>Under the mat.</p>' }))
      const asToken = (method: 'GET' | 'POST', path: string, body?: object) =>
        send(tenant, method, path, body, { authorization: `Bearer ${token}` })
      expect((await read(id)).isOutdated).toBe(true)
      expect(await json(asToken('GET', `/kb/articles/${id}`))).toMatchObject({ isOutdated: false, source: null, translations: [] })
      expect((await asToken('POST', `/kb/articles/${id}/translated`, { version })).status).toBe(404)
    })
  })

  it('that was unpublished and changed is approved anew', async () => {
    await settings({ requiresApproval: true })
    let article = await json(act(agent, await make(moderator, 'Twice'), 'submit'))
    article = await json(act(owner, article, 'publish'))
    article = await json(act(moderator, article, 'unpublish'))
    article = await json(edit(moderator, article, { isPinned: true }))
    expect(article.actions).toContain('publish')
    const [edited] = [await json(edit(moderator, article, { content: '<p>Nobody read this.</p>' }))]
    expect(edited.actions).not.toContain('publish')
    expect((await act(moderator, edited, 'publish')).status).toBe(422)
    await settings({ requiresApproval: false })
  })

  it('that was approved gets no more readers unless somebody else agrees', async () => {
    await settings({ requiresApproval: true })
    let article = await json(act(agent, await make(moderator, 'Inside', { audience: 'agents' }), 'submit'))
    article = await json(act(owner, article, 'approve'))
    expect(await problem(edit(moderator, article, { audience: 'public' }), 403)).toContain('Someone else must approve')
    article = await json(act(moderator, article, 'publish'))
    expect(await problem(edit(moderator, article, { audience: 'customers' }), 403)).toContain('Someone else must approve')
    article = await json(edit(owner, article, { audience: 'customers' }))
    expect(article).toMatchObject({ effectiveAudience: 'customers', isPublished: true })
    // Nobody reads it by now, so its author may change that, but not publish it without approval.
    article = await json(act(moderator, article, 'unpublish'))
    article = await json(edit(moderator, article, { audience: 'public' }))
    expect((await act(moderator, article, 'publish')).status).toBe(422)
    await settings({ requiresApproval: false })
  })

  it('for the team says nothing in the trail to whoever may not read it', async () => {
    const { token } = await json<{ token: string }>(
      owner.request('POST', '/users/tokens', { name: 'Trail', scopes: ['audit.view'], expiresInDays: 30 }),
    )
    const { id } = await make(owner, 'Secret plans', { audience: 'agents' })
    const open = await make(owner, 'Open plans')
    const asToken = async (path: string) => (await send(tenant, 'GET', path, undefined, { authorization: `Bearer ${token}` })).text()
    for (const path of ['/audit?limit=200', '/audit/export']) {
      const said = await asToken(path)
      expect(said).toContain(id)
      expect(said).toContain('Open plans')
      expect(said).not.toContain('Secret plans')
    }
    expect(open.status).toBe('draft')
  })

  it('is scheduled by the clock of a zone', async () => {
    const article = await make(moderator, 'Later')
    const at = (time: string, timeZone = 'Europe/Berlin') => act(moderator, article, 'schedule', { at: time, timeZone })
    expect(await problem(at('2027-03-28T02:30'), 422)).toContain('2027-03-28 03:30')
    for (const wrong of ['2027-02-30T10:00', '2027-13-01T10:00', 'tomorrow', '2027-06-01T24:00'])
      expect(await problem(at(wrong), 422)).toContain('2026-12-25T09:30')
    expect(await problem(at('2026-01-01T10:00'), 422)).toContain('future')
    expect(await problem(at('2099-01-01T10:00'), 422)).toContain('five years')
    const planned = await json(at('2027-06-01T09:00'))
    expect(planned).toMatchObject({ status: 'scheduled', scheduledAt: '2027-06-01T07:00:00.000Z', scheduledZone: 'Europe/Berlin' })
    expect(await json(act(moderator, planned, 'unschedule'))).toMatchObject({ status: 'approved', scheduledAt: null })
  })

  it('is not published while it says nothing', async () => {
    expect(await problem(act(moderator, await make(moderator, 'Empty', { content: '<p> &nbsp;</p>' }), 'publish'), 422)).toContain(
      'Write the article',
    )
  })

  it('is refused at once when it is too large or too deep', async () => {
    const lists = `${'<ul><li>'.repeat(500)}a${'</li></ul>'.repeat(500)}`
    for (const [content, status] of [
      ['a'.repeat(2_000_000), 413],
      ['a'.repeat(400_000), 422],
      [lists, 422],
    ] as const) {
      const begunAt = performance.now()
      await problem(agent.request('POST', '/kb/articles', { title: 'Big', categoryId, content }), status)
      expect(performance.now() - begunAt).toBeLessThan(2000)
    }
  })

  it.each([
    [{ seoTitle: 'x'.repeat(61) }, 'seoTitle'],
    [{ seoDescription: 'x'.repeat(161) }, 'seoDescription'],
    [{ seoKeywords: 'x'.repeat(201) }, 'seoKeywords'],
    [{ canonicalUrl: 'javascript:alert(1)' }, 'canonicalUrl'],
    [{ tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, 'tags'],
    [{ metadata: { a: 'x'.repeat(9000) } }, 'metadata'],
    [{ title: ' ' }, 'title'],
    [{ locale: 'klingon!' }, 'locale'],
    [{ audience: 'nobody' }, 'audience'],
    [{ slug: 'search' }, 'slug'],
    [{ slug: '🙂' }, 'slug'],
  ])('says what is wrong with %j', async (given, field) => {
    expect(await problem(agent.request('POST', '/kb/articles', { title: 'A', categoryId, ...given }), 422)).toContain(`"${field}"`)
  })

  it('takes authors and reviewers of the team alone', async () => {
    const customer = await makePerson(tenant, 'customer')
    for (const given of [{ authorId: customer.id }, { reviewerIds: [customer.id] }])
      expect(await problem(agent.request('POST', '/kb/articles', { title: 'A', categoryId, ...given }), 422)).toContain(
        'people of the team',
      )
  })

  it('is listed from no place that is none', async () => {
    for (const at of ['2026-99-99T99:99:99.999Z', '2026-02-30T10:00:00.000Z', '0000-00-00T00:00:00.000Z', '0000-01-01T00:00:00.000Z']) {
      const cursor = Buffer.from(JSON.stringify(['published', `f|0|${at}`, categoryId])).toString('base64url')
      expect((await send(tenant, 'GET', `/public/kb/articles?cursor=${cursor}`)).status, at).toBe(422)
    }
  })

  it('is listed by what is asked of it', async () => {
    const { id } = await make(agent, 'Findable 100% of it', { tags: ['rare'], audience: 'agents', reviewerIds: [moderator.id] })
    const found = async (query: string) =>
      (await json<{ items: Article[] }>(agent.request('GET', `/kb/articles?${query}`))).items.map((each) => each.id)
    for (const query of [
      'q=findable',
      'q=100%25',
      'tag=rare',
      'audience=agents&q=findable',
      `reviewerId=${moderator.id}&q=findable`,
      `authorId=${agent.id}&status=draft&locale=en&categoryId=${categoryId}&q=findable`,
    ])
      expect(await found(query), query).toEqual([id])
    for (const query of ['q=findable%20nothing', 'q=100_', 'tag=other', 'audience=public&q=findable', 'locale=de&q=findable'])
      expect(await found(query), query).toEqual([])
  })
})

describe('an address', () => {
  it('leads to its article for ever, and to nobody else', async () => {
    let article = await json(act(moderator, await make(moderator, 'Old name'), 'publish'))
    article = await json(edit(moderator, article, { slug: 'New Name!' }))
    expect(article.slug).toBe('new-name')
    for (const slug of ['old-name', 'new-name', 'OLD-NAME'])
      expect(await json(send(tenant, 'GET', `/public/kb/articles/${slug}`))).toMatchObject({ id: article.id, slug: 'new-name' })
    const other = await make(moderator, 'Old name')
    expect(other.slug).toBe('old-name-2')
    expect(await problem(edit(moderator, other, { slug: 'old-name' }), 422)).toContain('used it before')
    expect((await json(edit(moderator, article, { slug: 'old-name' }))).slug).toBe('old-name')
    // In another language it is free, and so it is once the article is deleted.
    expect((await make(moderator, 'Old name', { locale: 'de' })).slug).toBe('old-name')
    await json(owner.request('DELETE', `/kb/articles/${article.id}`))
    expect((await json(edit(moderator, other, { slug: 'old-name' }))).slug).toBe('old-name')
    expect((await json(owner.request('POST', `/kb/articles/${article.id}/restore`))).slug).toBe('old-name-3')
  })
})
