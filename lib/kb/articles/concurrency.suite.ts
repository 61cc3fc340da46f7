import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'

interface Made {
  id: string
  version: number
  slug: string
}

/** Many at once; run on both databases. */
export function describeConcurrency() {
  let tenant: ResolvedTenant
  let owner: TestPerson
  let other: TestPerson
  beforeAll(async () => {
    tenant = await makeTenant('crowd')
    owner = await makePerson(tenant, 'owner')
    other = await makePerson(tenant, 'owner')
  })
  beforeEach(forgetRateLimits)

  const json = async (answer: Promise<Response>) => {
    const response = await answer
    expect(response.status, await response.clone().text()).toBeLessThan(300)
    return (await response.json()) as Made
  }
  const category = (name: string, parentId: string | null = null, more = {}) =>
    json(owner.request('POST', '/kb/categories', { name, parentId, ...more }))
  const statuses = async (answers: Promise<Response>[]) => (await Promise.all(answers)).map(({ status }) => status).sort()

  describe('of many at once', () => {
    it('one publishes an article', async () => {
      const { id: categoryId } = await category('Publishing')
      const { id, version } = await json(owner.request('POST', '/kb/articles', { title: 'Once', categoryId, content: '<p>a</p>' }))
      const publish = (who: TestPerson) => who.request('POST', `/kb/articles/${id}/publish`, { version })
      expect(await statuses([publish(owner), publish(other), publish(owner), publish(other)])).toEqual([200, 409, 409, 409])
      expect(await inWork(tenant, ({ tx }) => tx.kbArticleVersion.count({ where: { articleId: id } }))).toBe(1)
    })

    it('two who move categories into each other make no circle', async () => {
      for (let n = 0; n < 5; n++) {
        const [a, b] = [await category(`A${n}`), await category(`B${n}`)]
        const move = (who: TestPerson, { id, version }: Made, parentId: string) =>
          who.request('PUT', `/kb/categories/${id}/place`, { version, parentId, position: 0 })
        expect(await statuses([move(owner, a, b.id), move(other, b, a.id)])).toEqual([200, 422])
      }
      const answer = (await (await owner.request('GET', '/kb/categories')).json()) as { items: unknown[] }
      expect(answer.items).toHaveLength(await inWork(tenant, ({ tx }) => tx.kbCategory.count()))
    })

    it('each gets an address of its own', async () => {
      const { id: categoryId } = await category('Addresses')
      const made = await Promise.all(
        Array.from({ length: 8 }, () => json(owner.request('POST', '/kb/articles', { title: 'Same title', categoryId }))),
      )
      expect(new Set(made.map(({ slug }) => slug)).size).toBe(8)
    })

    it('who narrows a category reaches the articles that are put into it at that moment', async () => {
      for (let n = 0; n < 5; n++) {
        const { id, version } = await category(`Narrow ${n}`)
        const writes = Array.from({ length: 4 }, () => other.request('POST', '/kb/articles', { title: 'In it', categoryId: id }))
        const narrow = owner.request('PUT', `/kb/categories/${id}`, { version, name: `Narrow ${n}`, audience: 'agents' })
        expect(await statuses([...writes, narrow])).toEqual([200, 201, 201, 201, 201])
        const wide = await inWork(tenant, ({ tx }) =>
          tx.kbArticle.count({ where: { categoryId: id, effectiveAudience: { not: 'agents' } } }),
        )
        expect(wide).toBe(0)
      }
    })

    it('one translates an article into a language', async () => {
      const { id: categoryId } = await category('Languages')
      const { id: sourceId } = await json(owner.request('POST', '/kb/articles', { title: 'Source', categoryId }))
      const write = () => other.request('POST', '/kb/articles', { title: 'Quelle', categoryId, locale: 'de', sourceId })
      expect(await statuses([write(), write(), write(), write()])).toEqual([201, 422, 422, 422])
    })

    it('a translation that is said to be up to date while its source is published has that version', async () => {
      const { id: categoryId } = await category('Up to date')
      for (let n = 0; n < 5; n++) {
        let source = await json(owner.request('POST', '/kb/articles', { title: `Source ${n}`, categoryId, content: '<p>1</p>' }))
        const put = (content: string) => owner.request('PUT', `/kb/articles/${source.id}`, { version: source.version, content })
        const publish = () => owner.request('POST', `/kb/articles/${source.id}/publish`, { version: source.version })
        const given = { title: `Quelle ${n}`, categoryId, locale: 'de', sourceId: source.id }
        const { id, version } = await json(other.request('POST', '/kb/articles', given))
        source = await json(put('<p>2</p>'))
        const mark = () => other.request('POST', `/kb/articles/${id}/translated`, { version })
        const [published] = await Promise.all([json(publish()), json(mark())])
        source = published as Made
        expect(await inWork(tenant, ({ tx }) => tx.kbArticle.findFirst({ where: { id }, select: { sourceN: true } }))).toEqual({
          sourceN: 1,
        })
      }
    })

    it('an article that is restored keeps its address, or gets another', async () => {
      const { id: categoryId } = await category('Restored')
      for (let n = 0; n < 8; n++) {
        const title = `Again ${n}`
        const { id } = await json(owner.request('POST', '/kb/articles', { title, categoryId }))
        await json(owner.request('DELETE', `/kb/articles/${id}`))
        const made = await Promise.all([
          json(owner.request('POST', `/kb/articles/${id}/restore`)),
          json(other.request('POST', '/kb/articles', { title, categoryId })),
        ])
        for (const { id, slug } of made)
          expect(await inWork(tenant, ({ tx }) => tx.kbSlug.count({ where: { slug, articleId: id } })), slug).toBe(1)
      }
    })

    it('no article is restored into a category that is deleted', async () => {
      for (let n = 0; n < 8; n++) {
        const { id: categoryId } = await category(`Emptied ${n}`)
        const { id } = await json(owner.request('POST', '/kb/articles', { title: 'Back', categoryId }))
        await json(owner.request('DELETE', `/kb/articles/${id}`))
        const answers = await statuses([
          owner.request('DELETE', `/kb/categories/${categoryId}`),
          other.request('POST', `/kb/articles/${id}/restore`),
        ])
        expect(answers).toEqual([200, 422])
      }
    })

    it('nothing is put into a category that is deleted', async () => {
      for (let n = 0; n < 5; n++) {
        const { id } = await category(`Going ${n}`)
        const answers = await statuses([
          owner.request('DELETE', `/kb/categories/${id}`),
          other.request('POST', '/kb/articles', { title: 'Too late', categoryId: id }),
          other.request('POST', '/kb/categories', { name: 'Too late', parentId: id }),
        ])
        const [living, articles, children] = await inWork(tenant, async ({ tx }) => [
          await tx.kbCategory.count({ where: { id, deletedAt: null } }),
          await tx.kbArticle.count({ where: { categoryId: id } }),
          await tx.kbCategory.count({ where: { parentId: id } }),
        ])
        expect(living === 1 || (articles === 0 && children === 0), JSON.stringify({ answers, living, articles, children })).toBe(true)
        for (const status of answers) expect([200, 201, 404, 409, 422]).toContain(status)
      }
    })
  })
}
