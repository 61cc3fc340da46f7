import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMarkdown } from './markdown'

describe('A Markdown file', () => {
  it('has its fields in front and its text below', () => {
    const file = [
      '---',
      'title: Return an item',
      'tags: [returns, refund]',
      'pinned: true',
      'updated: 2026-11-20',
      'team: shop',
      '---',
      '',
      '## How\n\n1. Pack it.\n2. Send it.',
    ].join('\r\n')
    expect(readMarkdown(file)).toEqual({
      front: { title: 'Return an item', tags: ['returns', 'refund'], pinned: true, updated: new Date('2026-11-20') },
      others: { team: 'shop' },
      problems: [],
      isFrontBroken: false,
      html: '<h2>How</h2>\n<ol>\n<li>Pack it.</li>\n<li>Send it.</li>\n</ol>\n',
      heading: null,
    })
  })

  it.each([
    ['Hugo', 'title: A\ndescription: b\nlastmod: 2026-01-02T03:04:05Z\ncategories: [Billing, Other]\ndraft: true', { title: 'A', excerpt: 'b', updated: new Date('2026-01-02T03:04:05Z'), category: 'Billing', draft: true }],
    ['Docusaurus', 'title: A\nkeywords: [x, y]', { title: 'A', seoKeywords: 'x, y' }],
    ['a list in one line', 'tags: one, two', { tags: ['one', 'two'] }],
    ['a title that is a number', 'title: 2026', { title: '2026' }],
  ])('is read as %s writes it', (_, front, expected) => {
    expect(readMarkdown(`---\n${front}\n---\ntext`).front).toEqual(expected)
  }) // biome-ignore format: a table

  it('names the fields that it can not read, and reads the rest', () => {
    expect(readMarkdown('---\ntitle: A\npinned: maybe\nupdated: soon\n---\ntext')).toMatchObject({
      front: { title: 'A' },
      problems: ['pinned', 'updated'],
    })
  })

  it('whose front matter is broken loses nothing', () => {
    const { front, html } = readMarkdown('---\ntitle: "A\n---\ntext')
    expect(front).toEqual({})
    expect(html).toContain('text')
    expect(html).toContain('title: ')
  })

  it.each([
    ['---\ntitle: "A\n---\ntext', true],
    ['---\ntitle: [A\n---\n', true],
    ['---\ntitle: A\n---\ntext', false],
    ['---\nA rule above and below\n---\ntext', false],
    ['text\n---\ntitle: [A\n---\n', false],
  ])('says whether what is meant as front matter can be read: %j', (file, isBroken) => {
    expect(readMarkdown(file).isFrontBroken).toBe(isBroken)
  })

  it('does not unfold what refers to itself', () => {
    const bomb = `a: &a [x]\n${[...'bcdefghij'].map((name, n) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[n]}`).join(', ')}]`).join('\n')}`
    expect(readMarkdown(`---\n${bomb}\n---\ntext`).others).toEqual({})
  })

  it('gives its first heading as title, and does not say it twice', () => {
    expect(readMarkdown('# Return *an* item\n\nText')).toMatchObject({ heading: 'Return an item', html: '<p>Text</p>\n' })
    expect(readMarkdown('---\ntitle: Other\n---\n# Return\n\nText').html).toBe('<h1>Return</h1>\n<p>Text</p>\n')
  })

  it.each([
    ['> **Note** Keep it.', '<div data-callout="info"><p><strong>Note</strong> Keep it.</p>\n</div>\n'],
    ['> **Warnung:** Heiß.', '<div data-callout="warning"><p><strong>Warnung</strong> Heiß.</p>\n</div>\n'],
    ['> [!CAUTION]\n> Hot.', '<div data-callout="danger"><p>Hot.</p>\n</div>\n'],
    ['> **نصيحة** نص', '<div data-callout="tip"><p><strong>نصيحة</strong> نص</p>\n</div>\n'],
    ['> **Anna** said so.', '<blockquote>\n<p><strong>Anna</strong> said so.</p>\n</blockquote>\n'],
    ['> a quote', '<blockquote>\n<p>a quote</p>\n</blockquote>\n'],
  ])('has callouts: %s', (text, html) => {
    expect(readMarkdown(text).html).toBe(html)
  })

  it('has fields of any name', () => {
    const { front, others } = readMarkdown('---\nconstructor: a\ntoString: b\n__proto__: c\ntitle: Names\n---\n> **constructor** d\n')
    expect(front).toEqual({ title: 'Names' })
    expect(Object.entries(others)).toEqual([
      ['constructor', 'a'],
      ['toString', 'b'],
      ['__proto__', 'c'],
    ])
    expect(readMarkdown('> **constructor** said so.').html).toContain('<blockquote>')
  })

  it('has front matter that lies as deep as it may', () => {
    for (const deep of [`a: ${'['.repeat(15_000)}`, `a:\n  ${'- '.repeat(9000)}x`, `${'? '.repeat(9000)}x`])
      expect(typeof readMarkdown(`---\n${deep}\n---\nText.`).html).toBe('string')
  })

  it('stays as it was written when it is nested without end', () => {
    for (const deep of ['> '.repeat(20_000), '- '.repeat(20_000)])
      expect(readMarkdown(`---\ntitle: Deep\n---\n${deep}<b>`)).toMatchObject({ front: { title: 'Deep' }, problems: ['text'] })
  })

  it('is never refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (front, text) => {
        expect(typeof readMarkdown(`---\n${front}\n---\n${text}`).html).toBe('string')
      }),
    )
  })
})

describe('The articles of the demo', () => {
  const folder = new URL('../../demo/kb/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  it.each(files)('%s is read whole', (name) => {
    const { front, others, problems, html } = readMarkdown(readFileSync(new URL(name, folder), 'utf8'))
    expect({ others, problems }).toEqual({ others: {}, problems: [] })
    expect(Object.keys(front)).toEqual(expect.arrayContaining(['title', 'slug', 'category', 'excerpt', 'tags', 'updated']))
    expect(html).not.toMatch(/<h1|<blockquote>\s*<p><strong>/)
  })
})
