import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocksOfHtml } from './blocks'
import { blocksOfText, passagesOf } from './passages'

const words = (count: number, word = 'word') => Array.from({ length: count }, () => word).join(' ')

describe('passages', () => {
  it.each([
    ['a heading without end', [{ text: words(20_000), level: 2 }, { text: words(60_000) }]],
    ['quotation marks without end', [{ text: `${words(200)} ${'"'.repeat(250_000)}` }]],
  ])('with %s are cut at once, and are no larger than the article', (_, blocks) => {
    const before = performance.now()
    const passages = passagesOf(blocks)
    expect(performance.now() - before).toBeLessThan(2000)
    expect(JSON.stringify(passages).length).toBeLessThan(700_000)
  })

  it('stand under their headings, which are lines of their own without an end, or marked', () => {
    const text =
      'Returns\n\nYou have thirty days.\n\n## How it works\nPrint the label.\n\n### By post\n\nBring it.\n\n## Refunds\n\nThey take a week.'
    expect(passagesOf(blocksOfText(text))).toEqual([
      { headings: ['Returns'], anchor: '', text: 'You have thirty days.' },
      { headings: ['How it works'], anchor: '', text: 'Print the label.' },
      { headings: ['How it works', 'By post'], anchor: '', text: 'Bring it.' },
      { headings: ['Refunds'], anchor: '', text: 'They take a week.' },
    ])
  })

  it('hold what fits into 110 words', () => {
    const text = [words(60), `${words(49)}.`, words(50)].map((each) => `${each}.`).join('\n\n')
    expect(passagesOf(blocksOfText(text)).map((each) => each.text.split(/\s+/).length)).toEqual([109, 50])
  })

  it('a long block is cut at its sentences, one without sentences anywhere', () => {
    const lengths = (text: string) => passagesOf([{ text }]).map((each) => each.text.split(/\s+/).length)
    expect(lengths(Array.from({ length: 30 }, () => `${words(9)} end.`).join(' '))).toEqual([110, 110, 80])
    expect(Math.max(...lengths(words(1000)))).toBeLessThanOrEqual(110)
    expect(passagesOf([{ text: '返'.repeat(1000) }]).length).toBeGreaterThan(4)
  })

  it('no word is lost, and none stands twice', () => {
    const block = fc.record({
      text: fc
        .array(fc.constantFrom('one', 'two.', 'three!', 'four', '返品。'), { minLength: 1, maxLength: 300 })
        .map((all) => all.join(' ')),
    })
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const before = blocks.flatMap(({ text }) => text.split(/\s+/))
        expect(
          passagesOf(blocks)
            .flatMap(({ text }) => text.split(/\s+/))
            .join(''),
        ).toBe(before.join(''))
      }),
    )
  })
})

it('the blocks of HTML are paragraphs, points and rows; headings bring their anchors', () => {
  const html = `<p>One <b>bold</b><br>line</p><h2 id="s-how">How &amp; why</h2><ul><li>First<ul><li>Inner</li></ul></li><li><p>Second</p></li></ul>
    <h3>Below</h3><table><tr><th>Size</th><td>38</td></tr></table><style>p{}</style><pre>x  y</pre>`
  const blocks = blocksOfHtml(html)
  expect(blocks.map(({ text }) => text)).toEqual(['One bold line', 'How & why', 'First', 'Inner', 'Second', 'Below', 'Size 38', 'x y'])
  expect(passagesOf(blocks)).toEqual([
    { headings: [], anchor: '', text: 'One bold line' },
    { headings: ['How & why'], anchor: 's-how', text: 'First\nInner\nSecond' },
    { headings: ['How & why', 'Below'], anchor: 's-how', text: 'Size 38\nx y' },
  ])
})
