import { expect, it } from 'vitest'
import { sanitizeMailHtml } from './html'

it.each([
  ['<p class="MsoNormal evil" style="color:red">a</p>', '<p class="MsoNormal">a</p>'],
  ['<span class="MsoNormal">a</span>', '<span>a</span>'],
  ['<table border="1" onclick="x()" width="9"><tr><td>a</td></tr></table>', '<table border="1"><tr><td>a</td></tr></table>'],
])('of %j it keeps what an email needs to be laid out', (html, expected) => {
  expect(sanitizeMailHtml(html)).toBe(expected)
})
