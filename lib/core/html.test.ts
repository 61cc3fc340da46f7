import { expect, it } from 'vitest'
import { plainTwinOf, sanitizeMailHtml, sanitizeRichText } from './html'
import { richTextOf } from './plain'

it.each([
  ['<p class="MsoNormal evil" style="color:red">a</p>', '<p class="MsoNormal">a</p>'],
  ['<span class="MsoNormal">a</span>', '<span>a</span>'],
  ['<table border="1" onclick="x()" width="9"><tr><td>a</td></tr></table>', '<table border="1"><tr><td>a</td></tr></table>'],
])('of %j it keeps what an email needs to be laid out', (html, expected) => {
  expect(sanitizeMailHtml(html)).toBe(expected)
})

it.each([
  ['paragraphs', '<p>One</p><p>Two</p>', 'One\n\nTwo'],
  ['an empty one, which is not seen', '<p>One</p><p></p><p dir="auto"><br></p><p>Two</p>', 'One\n\nTwo'],
  ['breaks', '<p>One<br><br>Two<br></p><p>Three</p>', 'One\n\nTwo\n\nThree'],
  ['a list of the editor', '<p>Do:</p><ul><li><p>a</p></li><li><p>b</p></li></ul><p>End</p>', 'Do:\n\n- a\n- b\n\nEnd'],
  ['a list in a list', '<ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>', '- a\n  - b\n- c'],
  ['numbers', '<ol start="3"><li><p>a</p></li><li><p>b</p><p>more</p></li></ol>', ' 3. a\n 4. b\n    more'],
  ['a link', '<p>See <a href="https://x.test/a">the <b>page</b></a>.</p>', 'See the page (https://x.test/a).'],
  ['a link that says its address', '<p><a href="https://x.test/">https://x.test</a></p>', 'https://x.test'],
  ['a link that says another', '<p><a href="https://evil.test">https://x.test</a></p>', 'https://x.test (https://evil.test)'],
  ['addresses and numbers', '<p><a href="mailto:a@b.test">Ada</a> <a href="tel:+4412">+44 12</a></p>', 'Ada (a@b.test) +44 12'],
  [
    'what was said before',
    '<p>x</p><blockquote><p>a</p><p>b</p><blockquote><p>c</p></blockquote></blockquote>',
    'x\n\n> a\n>\n> b\n>\n> > c',
  ],
  ['a quote without a paragraph', '<blockquote>a<br>b</blockquote>', '> a\n> b'],
  ['code, with its blank lines', '<pre><code>a  b\n\n\n  c\n</code></pre><p>d</p>', 'a  b\n\n\n  c\n\nd'],
  ['text', richTextOf('a\n\n\n\nb\n> c & d'), 'a\n\nb\n> c & d'],
])('the plain twin has %s', (_, html, expected) => {
  expect(plainTwinOf(sanitizeRichText(html, { keepsMentions: false }))).toBe(expected)
})

it.each(['<br>', '\n', '<p>', '<p> ', ' ', '\t'])('a plain twin of many %j is there at once', (piece) => {
  const begunAt = performance.now()
  plainTwinOf(`<pre>a${piece.repeat(100_000 / piece.length)}b</pre>`)
  expect(performance.now() - begunAt).toBeLessThan(2000)
})
