import { beforeAll, describe, expect, it } from 'vitest'
import { readFolder } from '../../demo/kb'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, makePerson, makeTenant, system, type TestPerson } from '../../testing/factories'
import { type ImportFile, importArticles } from './import-articles'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('imports')
  owner = await makePerson(tenant, 'owner')
})

const run = (files: ImportFile[], options = {}) => importArticles(tenant, system, files, options)
const file = (path: string, text: string): ImportFile => ({ path, text })
const json = async (path: string) => (await owner.request('GET', path)).json()
const article = async (locale: string, slug: string) => json(`/public/kb/articles/${encodeURIComponent(slug)}?locale=${locale}`)
const isThere = async (slug: string) => (await owner.request('GET', `/public/kb/articles/${encodeURIComponent(slug)}`)).status === 200

const folder = [
  file(
    'en/orders/returns.md',
    '---\ntitle: Return an item\ntags: [returns]\nrelated: [refunds.md, nowhere, returns]\nteam: shop\n---\nSee [refunds](./refunds.md#when) or [sizes](/kb/sizes).',
  ),
  file('de/orders/returns.md', '---\ntitle: Artikel zurückgeben\nslug: zurückgeben\n---\nSiehe [Erstattung](../../en/orders/refunds.md).'),
  file('en/orders/refunds.md', '# Refund times\n\n## When\n\nIn three days.\n\n![A bank](bank.png)'),
  file('en/draft.md', '---\ndraft: true\n---\nNot yet.'),
  file('README.md', 'How these files are kept.'),
]

describe('An import of Markdown files', () => {
  it('says what it would do, and does nothing', async () => {
    const report = await run(folder, { isDry: true })
    expect(report).toMatchObject({
      created: folder
        .slice(0, 4)
        .map(({ path }) => path)
        .toSorted(byLocale),
      updated: [],
      failed: [],
    })
    expect(await isThere('returns')).toBe(false)
    expect((await json('/kb/categories')).items.map(({ name }: { name: string }) => name)).not.toContain('Orders')
  })

  it('takes what no database can hold out of files, and goes on with the others', async () => {
    const files = [
      file(
        'en/nul.md',
        '---\ntitle: "A nul\\0 in it"\nteam: "a\\0"\n"b\\0": 1\nid: "n\\0"\n---\nText.\n\n![x](a%00.png) [l](/kb/en/%00) &#0; &#xD800;',
      ),
      file('en/half.md', '---\ntitle: "Half \\uD800 of one"\ntags: ["\\uDC00"]\nslug: "half\\uD800"\n---\nText.'),
      file('en/whole.md', '---\ntitle: Whole\n---\nText.'),
    ]
    for (const isDry of [true, false]) expect((await run(files, { isDry })).created).toContain('en/whole.md')
    expect(await isThere('whole')).toBe(true)
    expect((await run(files)).failed).toEqual([])
  })

  it('writes and publishes articles in their categories and languages, linked with each other', async () => {
    const report = await run(folder)
    expect(report).toMatchObject({
      updated: [],
      unchanged: [],
      failed: [],
      leftOut: [{ path: 'en/orders/refunds.md', what: ['en/orders/bank.png'] }],
    })
    const returns = await article('en', 'returns')
    expect(returns).toMatchObject({ title: 'Return an item', category: { name: 'Orders' }, tags: ['returns'] })
    expect(returns.content).toContain('href="/kb/en/refunds#when"')
    // There is no such file: the link stays what it was.
    expect(returns.content).toContain('href="/kb/sizes"')
    expect(returns.translations).toEqual([{ locale: 'de', slug: 'zurückgeben', title: 'Artikel zurückgeben' }])
    expect((await article('de', 'zurückgeben')).content).toContain('href="/kb/en/refunds"')
    expect((await article('en', 'refunds')).content).toMatch(/<h2 id="s-when">When<\/h2>/)
    expect(await isThere('draft')).toBe(false)
    expect((await json(`/public/kb/articles/${returns.id}/related`)).items).toMatchObject([{ slug: 'refunds' }])
    const [kept] = (await json('/kb/articles?q=Return')).items
    expect((await json(`/kb/articles/${kept.id}`)).metadata).toEqual({ team: 'shop' })
  })

  it('run again writes nothing, and then only what changed, into the same articles', async () => {
    expect(await run(folder)).toMatchObject({ created: [], updated: [], failed: [] })
    const before = await article('en', 'refunds')
    const changed = folder.map((each) => (each.path === 'en/orders/refunds.md' ? file(each.path, '# Refund times\n\nIn five days.') : each))
    expect(await run(changed)).toMatchObject({ created: [], updated: ['en/orders/refunds.md'], failed: [] })
    const after = await article('en', 'refunds')
    expect(after.id).toBe(before.id)
    expect(after.content).toContain('five')
    expect((await eventsOf(tenant, after.id)).filter(({ type }) => type === 'kb.article_published')).toHaveLength(2)
  })

  it('writes the good files when some are broken, and says what is wrong with these', async () => {
    const many = Array.from({ length: 20 }, (_, n) =>
      file(`many/article-${n}.md`, n % 5 === 3 ? `---\nseoTitle: ${'x'.repeat(61)}\n---\ntext` : `text ${n}`),
    )
    const report = await run([...many, file('many/deep.md', '<div>'.repeat(500)), file('many/empty.md', '')])
    expect(report.created).toHaveLength(16)
    expect(report.failed.map(({ path, field }) => [path, field])).toEqual([
      ...[3, 8, 13, 18].map((n) => [`many/article-${n}.md`, 'seoTitle']),
      ['many/deep.md', 'content'],
      ['many/empty.md', 'content'],
    ])
    // What was mended is written by the next run, and nothing else.
    const mended = many.map((each) => file(each.path, each.text.replace('x'.repeat(61), 'short')))
    expect(await run(mended)).toMatchObject({ created: [3, 8, 13, 18].map((n) => `many/article-${n}.md`), updated: [], failed: [] })
  })

  it('submits articles for review where the workspace asks for approval', async () => {
    const { version } = await json('/kb/settings')
    await owner.request('PUT', '/kb/settings', { version, requiresApproval: true })
    expect((await run([file('later.md', 'text')])).created).toEqual(['later.md'])
    expect((await json('/kb/articles?q=Later')).items).toMatchObject([{ status: 'in_review', isPublished: false }])
    expect((await run([file('later.md', 'text')])).unchanged).toEqual(['later.md'])
  })

  it('takes links that go over lines', async () => {
    expect(await run([file('lines.md', '<a href="refunds.md#x\ny">z</a>')], { isDry: true })).toMatchObject({
      created: ['lines.md'],
      failed: [],
    })
  })

  it('takes no script, whatever a file holds', async () => {
    await run([
      file('hostile.md', 'A <script>alert(1)</script> <img src="https://x.test/a.png" onerror="alert(1)"> [b](javascript:alert%281%29)'),
    ])
    const [found] = (await json('/kb/articles?q=Hostile')).items
    expect((await json(`/kb/articles/${found.id}`)).content).not.toMatch(/script|onerror/)
  })
})

const byLocale = (a: string, b: string) => Number(a.startsWith('de')) - Number(b.startsWith('de'))

describe('The articles of the demo', () => {
  it('are imported whole', async () => {
    const shop = await makeTenant('shop')
    const { created, failed, leftOut } = await importArticles(shop, system, readFolder())
    expect({ failed, leftOut, count: created.length }).toEqual({ failed: [], leftOut: [], count: readFolder().length })
  })
})
