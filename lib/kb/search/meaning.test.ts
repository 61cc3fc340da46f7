import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { operations } from '../../cli/operations'
import { drainBackground } from '../../core/background'
import { withPlatform, withTenant } from '../../db/scope'
import { env } from '../../env'
import { runJob } from '../../jobs/run'
import { embeddingModel } from '../../models/embeddings'
import { hasPgvector } from '../../models/pgvector'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { startEmbeddingServer } from '../../testing/embedding-server'
import { makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import { checkHealth } from '../../wiring/health'
import { embedArticles } from './embeddings'
import { sweepEmbeddingsJob } from './jobs'
import { forgetMeanings, meaningOf } from './meaning'
import { findAnswers } from './question'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let customer: TestPerson
let categoryId: string
let server: Awaited<ReturnType<typeof startEmbeddingServer>>
const articles: Record<string, string> = {}

const done = async <T = { id: string; version: number }>(answer: Promise<Response>): Promise<T> => {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const publish = async (title: string, content: string, audience = 'public') => {
  const article = await done(owner.request('POST', '/kb/articles', { title, content, audience, categoryId, locale: 'en' }))
  await done(owner.request('POST', `/kb/articles/${article.id}/publish`, { version: article.version }))
  articles[title] = article.id
}
const republish = async (title: string, content: string) => {
  const id = articles[title] as string
  const { version } = await done(owner.request('GET', `/kb/articles/${id}`))
  const edited = await done(owner.request('PUT', `/kb/articles/${id}`, { version, content }))
  await done(owner.request('POST', `/kb/articles/${id}/publish`, { version: edited.version }))
}
const titles = async (who: TestPerson | null, query: string, more = {}) => {
  const path = `/public/kb/search?${new URLSearchParams({ query, ...more })}`
  const { items } = await done<{ items: { title: string; score: number }[] }>(who ? who.request('GET', path) : send(tenant, 'GET', path))
  return items.map(({ title }) => title)
}
const use = (given: Partial<ReturnType<typeof env>>) => {
  forgetMeanings()
  forgetRateLimits()
  Object.assign(env(), { EMBEDDINGS_URL: server.url, EMBEDDINGS_MODEL: 'one', EMBEDDINGS_SIZE: 384, ...given })
}
const model = () => embeddingModel() as NonNullable<ReturnType<typeof embeddingModel>>
const runJobs = async () => {
  const where = { name: 'kb.embeddings', status: 'queued' as const }
  for (const { id } of await withPlatform((tx) => tx.job.findMany({ where }))) await runJob(id)
}
const embed = (isAll = false) => embedArticles(tenant.ref, model(), { isAll })
/** Blorft, zimwax and quandle are words for the same; nothing else knows that. */
const paragraph = (word: string) => `<p>${`About ${word}s there is much to say in many sentences of no use. `.repeat(7)}</p>`

beforeAll(async () => {
  server = await startEmbeddingServer({ zimwax: 'blorft', blorfts: 'blorft', quandle: 'blorft', quandles: 'blorft' })
  tenant = await makeTenant('meanings')
  owner = await makePerson(tenant, 'owner')
  customer = await makePerson(tenant, 'customer')
  categoryId = (await done(owner.request('POST', '/kb/categories', { name: 'Open' }))).id
  await publish('Blorft', '<p>Blorft blorft blorft.</p>')
  await publish('Parcels', `${paragraph('parcel')}${paragraph('courier')}`)
  await publish('Quandle', '<p>Quandle quandle, and goodwill.</p>', 'agents')
  await drainBackground()
})
beforeEach(() => {
  Object.assign(server, { texts: [], failure: 0, failsAfter: Number.POSITIVE_INFINITY, refuses: null, size: null })
  use({})
})
afterAll(async () => {
  use({ EMBEDDINGS_URL: undefined })
  await server.close()
})

describe('Articles are found by what they mean', () => {
  it('once a model has read them, by whoever may read them, and by words all the same', async () => {
    expect(await titles(null, 'zimwax')).toEqual([])
    expect(await embed()).toBeGreaterThanOrEqual(3)
    forgetMeanings()
    expect((await titles(null, 'zimwax'))[0]).toBe('Blorft')
    expect((await titles(owner, 'zimwax')).slice(0, 2).sort()).toEqual(['Blorft', 'Quandle'])
    for (const who of [null, customer]) expect(await titles(who, 'zimwax')).not.toContain('Quandle')
    expect((await titles(null, 'courier parcel'))[0]).toBe('Parcels')
    expect(await embed()).toBe(0)
  })

  it('not while somebody types, nor without a model: nobody is asked then', async () => {
    expect(await titles(null, 'zimwax', { isTyping: 'true' })).toEqual([])
    use({ EMBEDDINGS_URL: undefined })
    expect(await titles(null, 'zimwax')).toEqual([])
    expect(server.texts).toEqual([])
  })

  it('and asks once for what is asked again, and not at all for somebody who asks too much', async () => {
    for (let n = 0; n < 3; n++) await titles(null, 'zimwax')
    expect(server.texts).toEqual(['zimwax'])
    const asked = Array.from({ length: 80 }, (_, n) => meaningOf(tenant.ref, { address: '192.0.2.7' }, `zimwax ${n}`))
    expect((await Promise.all(asked)).filter((meaning) => meaning === null).length).toBeGreaterThan(10)
    expect(server.texts.length).toBeLessThan(70)
  })

  it('by words where the model does not answer, and asks it no more for a while', async () => {
    server.failure = 500
    const failed = await model()
      .embed(['my secret'], { timeoutMs: 5000, retries: 0 })
      .catch((error) => error)
    expect(JSON.stringify(failed)).not.toContain('secret')
    expect((await titles(null, 'courier parcel'))[0]).toBe('Parcels')
    server.failure = 0
    await titles(null, 'parcel courier')
    expect(server.texts).toEqual([])
  })

  it('by everybody else also after somebody asked what the model refuses', async () => {
    server.refuses = 'wicked'
    await titles(null, 'wicked parcel')
    expect((await titles(null, 'zimwax'))[0]).toBe('Blorft')
  })

  it('of this workspace and for the reader alone, by the index as well, however much there is that is nearer', async () => {
    const other = await makeTenant('others')
    await withTenant(other.ref, (tx) => copyOf(tx, other.ref.id))
    const meaning = await meaningOf(tenant.ref, { address: null }, 'zimwax')
    const vector = JSON.stringify(meaning?.vector)
    await withTenant(
      tenant.ref,
      (tx) => tx.$executeRaw`
      INSERT INTO kb_embedding (tenant_id, article_id, hash, n, position, model, v384)
      SELECT ${tenant.ref.id}::uuid, ${articles.Quandle}::uuid, 'more' || g, 1, 0, ${model().id}, ${vector}::vector FROM generate_series(1, 70) g`,
    )
    expect((await titles(null, 'zimwax'))[0]).toBe('Blorft')
    // From so many on the index is asked; these have no vectors, and only count.
    await withTenant(
      tenant.ref,
      (tx) => tx.$executeRaw`
      INSERT INTO kb_embedding (tenant_id, article_id, hash, n, position, model)
      SELECT ${tenant.ref.id}::uuid, ${articles.Quandle}::uuid, 'more empty' || g, 1, 0, ${model().id} FROM generate_series(1, 4000) g`,
    )
    const { found } = await withTenant(tenant.ref, async (tx) => {
      for (const way of ['sort', 'seqscan', 'bitmapscan']) await tx.$executeRawUnsafe(`SET LOCAL enable_${way} = off`)
      const question = { query: 'zimwax', language: 'en', limit: 5, meaning }
      return findAnswers({ tx, tenant, actor: { kind: 'anonymous' } }, question)
    })
    expect(found[0]?.title).toBe('Blorft')
    expect(found.map(({ title }) => title)).not.toContain('Quandle')
    await withTenant(tenant.ref, (tx) => tx.$executeRaw`DELETE FROM kb_embedding WHERE hash LIKE 'more%'`)
  })
})

/** An article of another workspace whose passages are as near as can be. */
async function copyOf(tx: Parameters<Parameters<typeof withTenant>[1]>[0], tenantId: string) {
  const id = '00000000-0000-4000-8000-000000000001'
  await tx.$executeRaw`INSERT INTO kb_category (tenant_id, id, locale, name, slug) VALUES (${tenantId}::uuid, ${id}::uuid, 'en', 'All', 'all')`
  await tx.$executeRaw`INSERT INTO kb_article (tenant_id, id, category_id, locale, slug, title, status, published_n)
    VALUES (${tenantId}::uuid, ${id}::uuid, ${id}::uuid, 'en', 'near', 'Nearer', 'published', 1)`
  const [vector] = await model().embed(['zimwax'], { timeoutMs: 5000, retries: 0 })
  await tx.$executeRaw`INSERT INTO kb_embedding (tenant_id, article_id, hash, n, position, model, v384)
    SELECT ${tenantId}::uuid, ${id}::uuid, g::text, 1, 0, ${model().id}, ${JSON.stringify(vector)}::vector FROM generate_series(1, 200) g`
}

describe('A model reads', () => {
  it('what is new as soon as it is published, of an article only the passages that changed', async () => {
    await embed()
    server.texts = []
    await republish('Parcels', `${paragraph('parcel')}${paragraph('quandle')}`)
    await runJobs()
    expect(server.texts).toEqual([expect.stringContaining('quandle')])
    expect((await titles(null, 'zimwax')).slice(0, 2).sort()).toEqual(['Blorft', 'Parcels'])
  })

  it('all anew when it is another, or of another size, and never compares two', async () => {
    for (const given of [{ EMBEDDINGS_MODEL: 'two' }, { EMBEDDINGS_MODEL: 'two', EMBEDDINGS_SIZE: 768 as const }]) {
      use(given)
      expect(await titles(null, 'zimwax')).toEqual([])
      await sweepEmbeddingsJob.run({ tenant: null, input: {} } as never)
      await runJobs()
      use(given)
      expect((await titles(null, 'zimwax'))[0]).toBe('Blorft')
    }
    const report = await operations.kbEmbeddings({ tenant: 'meanings', isAll: true })
    expect(report).toEqual({ model: 'two/768', reports: [{ tenant: 'meanings', articles: expect.any(Number) }] })
    use({})
    await embed()
  })

  it('nothing when its vectors are of another size than was said, and says so', async () => {
    server.size = 512
    use({ EMBEDDINGS_MODEL: 'odd' })
    await expect(embed()).rejects.toThrow('odd gives vectors of 512 numbers. Set EMBEDDINGS_SIZE to that, not to 384.')
    use({})
    expect((await titles(null, 'courier parcel'))[0]).toBe('Parcels')
  })

  it('also where its server knows no sizes', async () => {
    server.size = 384
    use({ EMBEDDINGS_MODEL: 'fixed' })
    await embed()
    expect((await titles(null, 'zimwax'))[0]).toBe('Blorft')
    server.size = null
    use({})
    await embed()
  })

  it('all else where it refuses a text, and fails where it refuses all', async () => {
    server.refuses = 'wicked'
    await publish('Wicked', '<p>So wicked.</p>')
    await expect(embed()).resolves.toBe(1)
    await republish('Wicked', '<p>So wicked again.</p>')
    await publish('Zimwax at home', '<p>Zimwax.</p>')
    await embed()
    expect(await titles(null, 'quandle')).toContain('Zimwax at home')
    server.refuses = ''
    server.failure = 400
    await republish('Wicked', '<p>Good again.</p>')
    await expect(embed()).rejects.toThrow()
    server.failure = 0
    expect(await embed()).toBe(1)
  })

  it('on where it was interrupted', async () => {
    use({ EMBEDDINGS_MODEL: 'three' })
    server.texts = []
    server.failsAfter = 2
    await expect(embedArticles(tenant.ref, model(), { atOnce: 1 })).rejects.toThrow()
    expect(server.texts.length).toBeGreaterThanOrEqual(2)
    server.failsAfter = Number.POSITIVE_INFINITY
    await embed()
    expect(new Set(server.texts).size).toBe(server.texts.length)
  })
})

it('is told by the health of the installation', async () => {
  expect(await hasPgvector()).toBe(true)
  expect((await (await checkHealth()).json()).checks.search).toEqual({ status: 'ok', by: 'meaning' })
  use({ EMBEDDINGS_URL: undefined })
  expect((await (await checkHealth()).json()).checks.search).toEqual({ status: 'ok', by: 'words' })
})
