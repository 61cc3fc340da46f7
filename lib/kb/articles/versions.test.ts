import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { withPlatform } from '../../db/scope'
import { runJob } from '../../jobs/run'
import { provision } from '../../platform/provisioning'
import { forgetRateLimits } from '../../procedure/rate-limit'
import { channels } from '../../realtime/schema'
import { findTenant, forgetAllHosts, type ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import { remindOfReviewsJob, sweepArticlesJob } from './jobs'

openTestDatabase()

interface Article {
  id: string
  version: number
  status: string
  slug: string
  publishedN: number | null
}

let tenant: ResolvedTenant
let owner: TestPerson
let categoryId: string
beforeAll(async () => {
  tenant = await makeTenant('history')
  owner = await makePerson(tenant, 'owner')
  categoryId = (await json(owner.request('POST', '/kb/categories', { name: 'Guides' }))).id
})
beforeEach(forgetRateLimits)

async function json<T = Article>(answer: Promise<Response>): Promise<T> {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const make = (title: string, more = {}) =>
  json(owner.request('POST', '/kb/articles', { title, categoryId, content: '<p>Wait five days.</p>', ...more }))
const edit = ({ id, version }: Article, more: object) => json(owner.request('PUT', `/kb/articles/${id}`, { version, ...more }))
const act = ({ id, version }: Article, action: string, more = {}) =>
  json(owner.request('POST', `/kb/articles/${id}/${action}`, { version, ...more }))
const read = async (slug: string) => {
  const answer = await send(tenant, 'GET', `/public/kb/articles/${slug}`)
  return answer.status === 200 ? ((await answer.json()) as { content: string }).content : answer.status
}

describe('versions of an article', () => {
  it('are what it said each time it was published, compared and restored', async () => {
    let article = await act(await make('Returns', { tags: ['first'], seoTitle: 'One' }), 'publish')
    article = await edit(article, { title: 'Returns, again', content: '<p>Wait six days.</p>', tags: ['second'], seoTitle: 'Two' })
    article = await act(article, 'publish')
    const at = `/kb/articles/${article.id}/versions`
    const { items } = await json<{ items: object[] }>(owner.request('GET', at))
    expect(items).toMatchObject([
      { n: 2, title: 'Returns, again', isShown: true, publishedBy: { name: owner.name } },
      { n: 1, title: 'Returns', isShown: false },
    ])
    expect(await json(owner.request('GET', `${at}/1`))).toMatchObject({
      n: 1,
      content: '<p>Wait five days.</p>',
      tags: ['first'],
      seoTitle: 'One',
    })
    const parts = [
      { kind: 'same', text: 'Wait ' },
      { kind: 'removed', text: 'five' },
      { kind: 'added', text: 'six' },
      { kind: 'same', text: ' days.' },
    ]
    expect(await json(owner.request('GET', `${at}/1/comparison?with=2`))).toMatchObject({ text: parts })
    expect(await json(owner.request('GET', `${at}/1/comparison`))).toMatchObject({ text: parts })
    article = await json(owner.request('POST', `${at}/1/restore`, { version: article.version }))
    expect(article).toMatchObject({ title: 'Returns', content: '<p>Wait five days.</p>', tags: ['first'], status: 'draft', publishedN: 2 })
    expect(await read('returns')).toBe('<p>Wait six days.</p>')
    expect(await json(owner.request('GET', `${at}/1/comparison`))).toEqual({
      title: [{ kind: 'same', text: 'Returns' }],
      text: [{ kind: 'same', text: 'Wait five days.' }],
    })
    await act(article, 'publish')
    expect(await read('returns')).toBe('<p>Wait five days.</p>')
    expect((await owner.request('POST', `${at}/1/restore`, { version: article.version })).status).toBe(409)
    for (const path of [`${at}/9`, `${at}/9/comparison`, `${at}/1/comparison?with=9`])
      expect((await owner.request('GET', path)).status).toBe(404)
    expect((await eventsOf(tenant, article.id)).map(({ type }) => type)).toContain('kb.version_restored')
  })
})

describe('an article that two write at once', () => {
  it('tells those who have it open that it was saved, and is compared with what the other has not saved', async () => {
    const article = await make('Shared')
    const heard = async () => {
      const { heads } = await json<{ heads: Record<string, number> }>(
        owner.request('POST', '/realtime/heads', { channels: [channels.article(article.id)] }),
      )
      return Object.values(heads)
    }
    expect(await heard()).toEqual([0])
    const saved = await edit(article, { title: 'Shared by two', content: '<h2>Rule</h2><p>Wait five days.</p>' })
    expect([await heard(), saved]).toMatchObject([[1], { editedBy: { id: owner.id, name: owner.name } }])
    const compare = (content: string) => owner.request('POST', `/kb/articles/${article.id}/comparison`, { title: 'Shared', content })
    const { title, text } = await json<Record<'title' | 'text', { kind: string; text: string }[]>>(
      compare('<h2>Rule</h2><p onclick="x">Wait <script>six</script>nine days.</p>'),
    )
    expect(title.filter(({ kind }) => kind !== 'same')).toEqual([{ kind: 'added', text: ' by two' }])
    expect(text.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'removed', text: 'nine' },
      { kind: 'added', text: 'five' },
    ])
    expect((await compare('<p>'.repeat(30_000))).status).toBe(422)
  })
})

describe('an article that is scheduled', () => {
  const jobs = (name: string) => withPlatform((tx) => tx.job.findMany({ where: { name, tenantId: tenant.ref.id, status: 'queued' } }))
  const plan = (article: Article, minutes: number) =>
    act(article, 'schedule', { at: new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 16), timeZone: 'UTC' })
  const later = async <T>(minutes: number, body: () => Promise<T>): Promise<T> => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 })
    try {
      return await body()
    } finally {
      vi.useRealTimers()
    }
  }

  it('is published when its time has come, as it is then', async () => {
    const article = await plan(await make('Sale'), 10)
    const [job] = await jobs('kb.publish')
    expect(job?.dueAt.toISOString().slice(0, 16)).toBe(new Date(Date.now() + 10 * 60_000).toISOString().slice(0, 16))
    await edit(article, { content: '<p>Today.</p>' })
    expect((await owner.request('PUT', `/kb/articles/${article.id}`, { version: article.version + 1, content: '<p></p>' })).status).toBe(
      422,
    )
    expect(await read('sale')).toBe(404)
    await later(11, () => runJob(job?.id as string))
    expect(await read('sale')).toBe('<p>Today.</p>')
    expect(await json(owner.request('GET', `/kb/articles/${article.id}`))).toMatchObject({
      status: 'published',
      scheduledAt: null,
      publishedN: 1,
    })
    // Once more changes nothing.
    await withPlatform((tx) => tx.job.updateMany({ where: { id: job?.id }, data: { status: 'queued' } }))
    await later(12, () => runJob(job?.id as string))
    expect(await inWork(tenant, ({ tx }) => tx.kbArticleVersion.count({ where: { articleId: article.id } }))).toBe(1)
  })

  it('waits for the time that was set last, and for none that was taken back', async () => {
    let article = await plan(await make('Moved'), 20)
    const [first] = await jobs('kb.publish')
    article = await plan(article, 60)
    await later(21, () => runJob(first?.id as string))
    expect(await read('moved')).toBe(404)
    article = await act(article, 'unschedule')
    for (const { id } of await jobs('kb.publish')) await later(61, () => runJob(id))
    expect(await read('moved')).toBe(404)
  })

  it('is not published by a version that is put back, nor late by being restored', async () => {
    let article = await act(await make('Put back'), 'publish')
    article = await plan(await edit(article, { content: '<p>Planned.</p>' }), 40)
    article = await json(owner.request('POST', `/kb/articles/${article.id}/versions/1/restore`, { version: article.version }))
    expect(article).toMatchObject({ status: 'approved', scheduledAt: null })
    const late = await plan(await make('Late'), 45)
    await json(owner.request('DELETE', `/kb/articles/${late.id}`))
    await inWork(
      tenant,
      ({ tx }) => tx.$executeRaw`UPDATE kb_article SET scheduled_at = now() - interval '3 minutes' WHERE id = ${late.id}::uuid`,
    )
    expect(await json(owner.request('POST', `/kb/articles/${late.id}/restore`))).toMatchObject({ status: 'approved', scheduledAt: null })
  })

  it('is found when no job comes for it', async () => {
    const { id } = await plan(await make('Forgotten'), 30)
    await withPlatform((tx) => tx.job.deleteMany({ where: { name: 'kb.publish' } }))
    await inWork(
      tenant,
      ({ tx }) => tx.$executeRaw`UPDATE kb_article SET scheduled_at = now() - interval '3 minutes' WHERE id = ${id}::uuid`,
    )
    await sweepArticlesJob.run({ input: {}, tenant: null, progress: async () => {} })
    for (const job of await jobs('kb.publish')) await runJob(job.id)
    expect(await read('forgotten')).toBe('<p>Wait five days.</p>')
  })
})

it('an article is looked at again when its date comes', async () => {
  let article = await edit(await make('Old facts'), { reviewAt: '2020-01-01T00:00:00Z' })
  const due = async (isDue: boolean) => {
    const { items } = await json<{ items: { title: string }[] }>(owner.request('GET', `/kb/articles?isDue=${isDue}&limit=200`))
    return items.some(({ title }) => title === 'Old facts')
  }
  expect([await due(true), await due(false)]).toEqual([true, false])
  expect(
    (await owner.request('POST', `/kb/articles/${article.id}/review`, { version: article.version, reviewAt: '2020-02-02T00:00:00Z' }))
      .status,
  ).toBe(422)
  article = await act(article, 'review', { reviewAt: '2099-01-01T00:00:00Z' })
  expect(article).toMatchObject({ reviewAt: '2099-01-01T00:00:00.000Z', lastReviewedAt: expect.any(String) })
  expect([await due(true), await due(false)]).toEqual([false, true])
  expect((await eventsOf(tenant, article.id)).map(({ type }) => type)).toContain('kb.article_reviewed')
})

it('its author and its reviewers are told once for each review date that has come, as far as they may still see it', async () => {
  const [author, reviewer, gone] = [
    await makePerson(tenant, 'agent'),
    await makePerson(tenant, 'moderator'),
    await makePerson(tenant, 'agent'),
  ]
  const told = async () => {
    await remindOfReviewsJob.run({ tenant: null, input: {} } as never)
    await drainBackground()
    const rows = await inWork(tenant, ({ tx }) => tx.notification.findMany({ where: { type: 'review_due' } }))
    return rows.map(({ personId, title }) => [personId, title]).sort()
  }
  const fields = { authorId: author.id, reviewerIds: [author.id, reviewer.id, gone.id] }
  let article = await edit(await make('Opening hours', fields), { reviewAt: '2020-01-01T00:00:00Z' })
  await edit(await make('Not yet', fields), { reviewAt: '2099-01-01T00:00:00Z' })
  await inWork(tenant, ({ tx }) =>
    tx.person.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id: gone.id } }, data: { role: 'customer' } }),
  )
  const expected = [author, reviewer].map(({ id }) => [id, 'Review due: Opening hours']).sort()
  expect(await told()).toEqual(expected)
  expect(await told()).toEqual(expected)
  expect((await eventsOf(tenant, article.id)).filter(({ type }) => type === 'kb.review_due')).toHaveLength(1)
  article = await act(article, 'review', { reviewAt: '2099-01-01T00:00:00Z' })
  await edit(article, { reviewAt: '2020-02-02T00:00:00Z' })
  expect(await told()).toHaveLength(4)
})

it('a new workspace begins with five categories and an article that everybody reads', async () => {
  const id = newId()
  const setup = { owner: { email: 'new@owner.test', name: 'Nia' }, timeZone: 'UTC' }
  await withPlatform((tx) => tx.tenant.create({ data: { id, slug: 'fresh', name: 'Fresh', setup } }))
  await provision((await findTenant({ id })) as ResolvedTenant, async () => {})
  forgetAllHosts()
  const fresh = (await findTenant({ id })) as ResolvedTenant
  const { items } = await json<{ items: { name: string; slug: string }[] }>(send(fresh, 'GET', '/public/kb/categories'))
  expect(items.map(({ name }) => name)).toEqual([
    'Account & Access',
    'Billing & Payments',
    'Technical Support',
    'Product Guides',
    'Policies & Compliance',
  ])
  expect(items[0]?.slug).toBe('account-access')
  const listed = await json<{ items: { slug: string }[] }>(send(fresh, 'GET', '/public/kb/articles'))
  expect(listed.items).toMatchObject([{ title: 'Welcome to our help centre', isFeatured: true, category: { name: 'Product Guides' } }])
  const welcome = await json<{ content: string }>(send(fresh, 'GET', `/public/kb/articles/${listed.items[0]?.slug}`))
  expect(welcome.content).toContain('<h2 id="s-find-an-answer">Find an answer</h2>')
})
