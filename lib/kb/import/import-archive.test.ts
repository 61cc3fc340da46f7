import { readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { makePerson, makeTenant, system, type TestPerson } from '../../testing/factories'
import { zipOf } from '../../testing/zip'
import { picturesIn } from '../articles/article-address'
import { readPage } from './html-page'
import { entriesOf, openArchive } from './import-archive'
import { importArchive } from './import-articles'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let png: Uint8Array
beforeAll(async () => {
  tenant = await makeTenant('archives')
  owner = await makePerson(tenant, 'owner')
  png = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#336699' } })
    .png()
    .toBuffer()
})

const run = async (name: string, bytes: Uint8Array | string, isDry = false) =>
  importArchive({ tenant, actor: system }, await openArchive(await entriesOf(name, Buffer.from(bytes))), { isDry })
const json = async (path: string) => (await owner.request('GET', path)).json()
const found = async (words: string) => {
  const [first] = (await json(`/kb/articles?q=${encodeURIComponent(words)}`)).items
  return first && json(`/kb/articles/${first.id}`)
}

describe('A zip of Markdown files', () => {
  it('brings the pictures that its articles show, and says which are missing or no pictures', async () => {
    const files = {
      'help/pictures.md':
        '# Pictures\n\n![One](img/one.png) ![Again](./img/one.png) ![Gone](gone.png) ![Drawn](/help/drawn.svg) ![Far](https://x.test/far.png)',
      'help/img/one.png': png,
      'help/drawn.svg': '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      '__MACOSX/help/._pictures.md': 'nothing',
    }
    const zip = await zipOf(files)
    expect(await run('help.zip', zip, true)).toMatchObject({ created: ['help/pictures.md'], failed: [] })
    const left = [{ path: 'help/pictures.md', what: ['https://x.test/far.png', 'help/gone.png', 'help/drawn.svg'] }]
    expect(await run('help.zip', zip)).toMatchObject({ created: ['help/pictures.md'], failed: [], leftOut: left })
    const article = await found('Pictures')
    expect(picturesIn(article.content)).toHaveLength(1)
    expect(article.content.match(/<img/g)).toHaveLength(3)
    const shown = await owner.request('GET', `/public/kb/pictures/${picturesIn(article.content)[0]}`)
    expect(shown.headers.get('content-type')).toBe('image/webp')
    // The same picture is not brought twice.
    expect(await run('help.zip', zip, true)).toMatchObject({ unchanged: ['help/pictures.md'], failed: [] })
    expect(await run('help.zip', zip)).toMatchObject({ unchanged: ['help/pictures.md'], updated: [], failed: [] })
    expect((await found('Pictures')).version).toBe(article.version)
  })

  it('takes what unpacks to more than it may, leads out or is damaged as broken files, and the rest as it is', async () => {
    const zip = Buffer.from(
      await zipOf({
        'bomb.md': 'a'.repeat(6_000_000),
        '../../out.md': 'text',
        'front.md': '---\ntitle: [A\n---\ntext',
        'good.md': 'text',
        'damaged.md': 'x'.repeat(500),
      }),
    )
    // One byte of what `damaged.md` holds.
    const packed = deflateRawSync(Buffer.from('x'.repeat(500)))
    const at = zip.indexOf(packed.subarray(0, 3), zip.indexOf('damaged.md'))
    zip[at + 1] = (zip[at + 1] as number) ^ 0xff
    const { created, failed } = await run('mixed.zip', zip)
    expect(created).toEqual(['good.md'])
    expect(failed).toEqual([
      { path: '../../out.md', field: null, error: 'kb.import.unsafeName' },
      { path: 'bomb.md', field: null, error: 'kb.import.fileTooLarge' },
      { path: 'damaged.md', field: null, error: 'kb.import.broken' },
      { path: 'front.md', field: 'content', error: 'kb.import.frontMatter' },
    ])
  })

  it('that says less of its files than they hold is not believed', async () => {
    const zip = Buffer.from(await zipOf({ 'bomb.md': 'a'.repeat(6_000_000) }))
    for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 1)) zip.writeUInt32LE(100, at + 24)
    zip.writeUInt32LE(100, zip.indexOf('PK\x03\x04') + 22)
    const { created, failed } = await run('bomb.zip', zip)
    expect([created, failed.length]).toEqual([[], 1])
  })

  it.each([
    ['a zip of something else', () => zipOf({ 'a.exe': 'MZ' }), 'kb.import.nothing'],
    ['half a zip', async () => (await zipOf({ 'a.md': 'text' })).subarray(0, 40), 'kb.import.zip'],
    ['what only begins like a zip', async () => Buffer.from('PK nothing'), 'kb.import.zip'],
  ])('%s is refused', async (_, bytes, error) => {
    await expect(run('x.zip', await bytes())).rejects.toMatchObject({ data: { fields: { file: [error] } } })
  })
})

describe('A Zendesk export', () => {
  const recorded = readFileSync('lib/testing/help-centres/zendesk.json', 'utf8')

  it('brings articles with their translations, labels and categories, and knows them again by their numbers', async () => {
    const report = await run('articles.json', recorded)
    expect(report.created).toEqual(['articles/4402178810001/en-us', 'articles/4402178810001/de', 'articles/4402178810002/en-us'])
    expect(report.failed).toMatchObject([{ path: 'articles/4402178810003/en-us', field: 'title' }])
    expect(report.leftOut).toMatchObject([{ what: ['https://example.zendesk.com/hc/article_attachments/4402178815552'] }])
    const article = await found('Return an item')
    expect(article).toMatchObject({
      locale: 'en-US',
      status: 'published',
      isFeatured: true,
      tags: ['returns', 'refund'],
      category: { name: 'Returns' },
    })
    expect(article.translations).toMatchObject([{ locale: 'de', title: 'Artikel zurückgeben' }])
    expect(article.content).not.toContain('script')
    expect(await found('Discounts')).toMatchObject({ status: 'draft', audience: 'customers', category: { name: 'Special cases' } })
    const paths = (await json('/kb/categories')).items.map(({ path }: { path: string[] }) => path.join(' / '))
    expect(paths).toContain('Orders and returns / Returns / Special cases')
    // Renamed here and there, it is the same article.
    const renamed = recorded.replaceAll('"Return an item"', '"Send an item back"')
    expect(await run('articles.json', renamed)).toMatchObject({ created: [], updated: ['articles/4402178810001/en-us'] })
    expect((await found('Send an item back')).id).toBe(article.id)
    expect(await run('articles.json', renamed)).toMatchObject({ created: [], updated: [] })
  })

  it('takes no article of somebody else for its own, though it has the address', async () => {
    const page = (id: number) =>
      JSON.stringify({ articles: [{ id, title: 'One name', body: '<p>Text</p>', locale: 'en', html_url: `https://h${id}.test/` }] })
    await run('a.json', page(1))
    await run('b.json', page(2))
    expect((await json('/kb/articles?q=One')).items.map(({ slug }: { slug: string }) => slug).sort()).toEqual(['one-name', 'one-name-2'])
  })

  it('names entries that are none, and a file that is no JSON', async () => {
    const zip = await zipOf({
      'a.json': '{"articles":[{"title":"No number"},{"id":9,"title":"Nine","body":"Text"}]}',
      'b.json': '{"articles":',
    })
    expect(await run('export.zip', zip)).toMatchObject({
      created: ['articles/9'],
      failed: [
        { path: 'b.json', error: 'kb.import.json' },
        { path: 'articles/#1', error: 'kb.import.noZendesk' },
      ],
    })
  })
})

describe('A table', () => {
  it('brings a line as an article, known again by its id', async () => {
    const csv = 'id;Title;Category;Tags;Draft;Body\n7;Opening hours;Shop;"hours, shop";no;<p>From nine.</p>\n8;;Shop;;no;<p>Nothing</p>'
    expect(await run('articles.csv', csv)).toMatchObject({
      created: ['articles.csv:2'],
      failed: [{ path: 'articles.csv:3', field: 'title' }],
    })
    const article = await found('Opening')
    expect(article).toMatchObject({ status: 'published', tags: ['hours', 'shop'], category: { name: 'Shop' } })
    expect(await run('articles.csv', csv.replace('Opening hours', 'When we are open'))).toMatchObject({
      updated: ['articles.csv:2'],
      created: [],
    })
    expect((await found('When we')).id).toBe(article.id)
  })
})

describe('HTML files', () => {
  it('bring the article of a page without what stands around it', async () => {
    const page = `<!doctype html><html lang="de"><head><title>Versand | Laden</title><meta name="description" content="Wie lange es dauert"></head>
      <body><nav>Menu</nav><main><h1>Versand</h1><p onclick="x()">Zwei Tage. <img src='data:image/png;base64,${Buffer.from(png).toString('base64')}'></p></main><footer>Impressum</footer></body></html>`
    expect(await run('site.zip', await zipOf({ 'hilfe/versand.html': page, 'index.css': '' }))).toMatchObject({
      created: ['hilfe/versand.html'],
      leftOut: [],
    })
    const article = await found('Versand')
    expect(article).toMatchObject({ title: 'Versand', locale: 'de', excerpt: 'Wie lange es dauert', category: { name: 'Hilfe' } })
    expect(article.content).toMatch(/^\s*<p>Zwei Tage\. <img src="\/api\/v1\/public\/kb\/pictures\/[^"]+" alt="" \/><\/p>\s*$/)
  })

  it('are never refused, whatever they hold', () => {
    const piece = fc.oneof(
      fc.constantFrom('<main>', '</main>', '<h1>', '</h1>', '<nav>', '</body>', '<!--', '<title>', '"'),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(fc.property(fc.array(piece), (all) => typeof readPage(all.join('')).html === 'string'))
  })
})

it('What takes too long to convert fails alone', async () => {
  const long = 'word '.repeat(420_000)
  const report = await run(
    'slow.zip',
    await zipOf({
      'long.md': long,
      'levels.md': Array.from({ length: 500 }, (_, n) => `${' '.repeat(2 * n)}- level ${n}`).join('\n'),
      'fine.md': 'Fine.',
    }),
  )
  expect(report.created).toContain('fine.md')
  expect(report.failed).toMatchObject([
    { path: 'levels.md', field: 'content' },
    { path: 'long.md', field: 'content' },
  ])
})
