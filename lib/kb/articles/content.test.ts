import { describe, expect, it } from 'vitest'
import { excerptOf, readContent, wordsIn } from './content'
import { longestContent } from './values'

const contentOf = (html: string) => readContent(html).content

describe('an article keeps', () => {
  it.each([
    ['formatting', '<p>a <b>b</b> <em>c</em></p>', '<p>a <b>b</b> <em>c</em></p>'],
    [
      'tables',
      '<table><tbody><tr><th colspan="2" scope="col">a</th></tr></tbody></table>',
      '<table><tbody><tr><th colspan="2" scope="col">a</th></tr></tbody></table>',
    ],
    ['callouts', '<div data-callout="tip"><p>a</p></div>', '<div data-callout="tip"><p>a</p></div>'],
    ['code with its language', '<pre><code class="language-js evil">a</code></pre>', '<pre><code class="language-js">a</code></pre>'],
    ['pictures', '<img src="/api/v1/kb/x.png" alt="A" width="9" onerror="x()" />', '<img src="/api/v1/kb/x.png" alt="A" width="9" />'],
    ['links of its own', '<a href="/help/x#s-y">a</a>', '<a href="/help/x#s-y">a</a>'],
    [
      'links elsewhere, which pass nothing on',
      '<a href="https://x.test" target="_blank">a</a>',
      '<a href="https://x.test" rel="noopener noreferrer nofollow">a</a>',
    ],
  ])('%s', (_, html, expected) => {
    expect(contentOf(html)).toBe(expected)
  })

  it('videos of the providers on the list, by an address of their own name alone', () => {
    const rel = 'rel="noopener noreferrer nofollow"'
    const given = '<p><a data-video="evil" href="http://youtu.be/dQw4w9WgXcQ?x=%22&amp;y" onclick="x()">How &lt;it&gt; works</a></p>'
    const kept = `<p><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ" data-video="YouTube" ${rel}>How &lt;it&gt; works</a></p>`
    expect(contentOf(given)).toBe(kept)
    expect(contentOf(kept)).toBe(kept)
    expect(readContent(given).contentText).toBe('How <it> works')
    for (const untitled of ['', ' ', '<b></b>', '&nbsp;'])
      expect(() => contentOf(`<p><a data-video href="https://youtu.be/dQw4w9WgXcQ">${untitled}</a></p>`)).toThrow('kb.videoTitle')
  })

  it.each([
    ['<script>alert(1)</script>', ''],
    ['<a data-video="YouTube" href="javascript://youtu.be/dQw4w9WgXcQ">a</a>', '<a>a</a>'],
    [
      '<a data-video="YouTube" href="https://youtu.be.evil.test/dQw4w9WgXcQ">a</a>',
      '<a href="https://youtu.be.evil.test/dQw4w9WgXcQ" rel="noopener noreferrer nofollow">a</a>',
    ],
    ['<p data-video="YouTube">a</p>', '<p>a</p>'],
    ['<img src="javascript:alert(1)">', ''],
    ['<img src="data:image/svg+xml;base64,PHN2Zz4=">', ''],
    ['<img src="//evil.test/x.png">', ''],
    ['<a href="javascript:alert(1)">a</a>', '<a>a</a>'],
    ['<a href=" java\nscript:alert(1)">a</a>', '<a>a</a>'],
    ['<svg><script>alert(1)</script><animate onbegin="x()"/></svg>', ''],
    ['<math><mtext><table><mglyph><style><img src=x onerror=x()>', '<table></table>'],
    ['<iframe src="https://evil.test"></iframe>', ''],
    ['<p style="position:fixed" class="x" onclick="x()">a</p>', '<p>a</p>'],
    ['<form action="https://evil.test"><input name="password"><button>a</button></form>', 'a'],
    ['<div data-callout="evil">a</div>', '<div>a</div>'],
    ['<h2 id="location">a</h2>', '<h2 id="s-a">a</h2>'],
  ])('nothing that does harm: %s', (html, expected) => {
    expect(contentOf(html)).toBe(expected)
  })
})

describe('headings', () => {
  it('get anchors of their own words, in any script, each another', () => {
    expect(contentOf('<h1>Réglages</h1><h3>كلمة المرور</h3><h2>Réglages</h2><h2>🙂</h2><h5>a &amp; <b>b</b></h5>')).toBe(
      '<h2 id="s-réglages">Réglages</h2><h3 id="s-كلمة-المرور">كلمة المرور</h3><h2 id="s-réglages-2">Réglages</h2><h2 id="s-section">🙂</h2><h4 id="s-a-b">a &amp; <b>b</b></h4>',
    )
  })

  it('have no other names, however they lie in each other', () => {
    for (const html of [
      '<h2>a<div><h3 id="login">b</h3></div></h2>',
      '<h2>a<div><h2 id="login">b</h2></div></h2>',
      '<h3>a<p><h2 id="login">b</h2></h3>',
    ])
      expect(contentOf(html)).not.toContain('login')
  })

  it('keep theirs when they are reworded', () => {
    const first = contentOf('<h2>Before</h2>')
    expect(contentOf(first.replace('Before', 'After'))).toBe('<h2 id="s-before">After</h2>')
    expect(contentOf(first)).toBe(first)
  })
})

it('text has the words of an article, and nothing of its tags', () => {
  const html =
    '<h2>Set up</h2><p>See <a href="https://x.test">here</a>.</p><ul><li><p>one</p></li></ul><table><tr><td>a</td><td>b</td></tr></table>'
  expect(readContent(html).contentText.replace(/\s+/g, ' ')).toBe('Set up See here. - one a b')
})

it.each([
  ['one two three', 3],
  ["don't stop", 2],
  ['如何重置密码', 3],
  ['', 0],
])('%j has so many words: %i', (text, words) => {
  expect(wordsIn(text)).toBe(words)
})

it.each([
  ['blanks in code', `<pre>${' '.repeat(200_000)}x</pre>`],
  ['headings that say the same', '<h2>a</h2>'.repeat(3900)],
  ['headings that say nothing', '<h2></h2>'.repeat(3900)],
])('many %s are read at once', (_, html) => {
  const before = performance.now()
  readContent(html)
  expect(performance.now() - before).toBeLessThan(1000)
})

it('is read at 200 words a minute', () => {
  const minutes = (words: number) => readContent(`<p>${'word '.repeat(words)}</p>`).readingMinutes
  expect([0, 200, 201, 1000].map(minutes)).toEqual([1, 1, 2, 5])
})

it('shows its first words where nobody wrote an excerpt', () => {
  const excerpt = (content: string, own = '') => excerptOf(own, readContent(content))
  expect(excerpt('<p>text</p>', 'Mine')).toBe('Mine')
  expect(excerpt('<p>a</p><p> b</p>')).toBe('a b')
  expect(excerpt(`<p>${'word '.repeat(100)}</p>`)).toMatch(/^(word )+word…$/)
  expect(excerpt(`<p>${'字'.repeat(400)}</p>`)).toHaveLength(161)
  expect(excerpt('<h2>Before you start</h2><p>Charge it.</p><h3>Then</h3><p>Press it.</p>')).toBe('Charge it. Press it.')
  expect(excerpt('<h2>Only a heading</h2>')).toBe('Only a heading')
})

describe('what would take too long is refused at once', () => {
  it.each([
    ['2 MB', `<p>${'word '.repeat(400_000)}</p>`],
    ['500 levels of lists', `${'<ul><li>'.repeat(500)}a${'</li></ul>'.repeat(500)}`],
    ['50 levels of lists', `${'<ul><li>'.repeat(50)}a${'</li></ul>'.repeat(50)}`],
    ['tags without an end', '<b>'.repeat(100_000)],
    ['many tags', '<br>'.repeat(60_000)],
  ])('%s', (_, html) => {
    const begunAt = performance.now()
    expect(() => readContent(html)).toThrow(/kb\.contentToo/)
    expect(performance.now() - begunAt).toBeLessThan(500)
  })

  it.each([
    ['an opening bracket', '<'.repeat(longestContent)],
    ['headings that never end', '<h2 '.repeat(longestContent / 8)],
    ['headings', '<h2>a'.repeat(390)],
    ['spaces', `<p>${' '.repeat(longestContent - 10)}</p>`],
    ['letters', 'a'.repeat(longestContent)],
  ])('many of %s are read at once, too', (_, html) => {
    const begunAt = performance.now()
    try {
      readContent(html)
    } catch (error) {
      expect(String(error)).toMatch(/kb\.contentToo/)
    }
    expect(performance.now() - begunAt).toBeLessThan(1500)
  })
})
