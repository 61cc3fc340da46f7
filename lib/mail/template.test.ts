import fc from 'fast-check'
import { expect, it } from 'vitest'
import { plainTwinOf } from '../core/html'
import { richTextOf } from '../core/plain'
import type { LaidOut } from './layout'
import { directionOfText, mailBodies } from './template'

const brand = { name: 'Acme', accent: '#ffcc00', logoUrl: null }
const parts: LaidOut['parts'] = [
  { html: richTextOf('<b>One</b>\nline') },
  { action: { label: 'Open', url: 'https://example.com/a?b&c' } },
  { items: [{ title: 'Two', text: 'three', url: 'https://example.com/' }] },
]
const footer = { text: 'Four', url: 'https://example.com/off' }

it('a mail says which language it is in and which way it runs', async () => {
  const english = await mailBodies({ lang: 'en-GB', dir: 'ltr', brand, parts, footer })
  expect(english.html).toMatch(/<html[^>]*dir="ltr"[^>]*lang="en-GB".*border-left/s)
  const arabic = await mailBodies({
    lang: 'ar',
    dir: 'rtl',
    brand,
    parts: [...parts, { html: '<p>Own</p>', lang: 'sw', dir: 'ltr' }],
    footer,
  })
  expect(arabic.html).toMatch(/<html[^>]*dir="rtl"[^>]*lang="ar".*border-right.*lang="sw" dir="ltr" style="text-align:left"/s)
  expect(['Hello', '123 שלום', 'مرحبا Acme', '', 'Juma: שלום'].map(directionOfText)).toEqual(['ltr', 'rtl', 'rtl', 'ltr', 'ltr'])
})

it('a mail has a plain twin, shows text as text, and marks what is added below as mail programs know it', async () => {
  const { text, html } = await mailBodies({
    dir: 'ltr',
    brand,
    parts: [...parts, { html: '<p>Juma<br>Acme</p>', isSignature: true }],
    footer,
  })
  expect(text).toBe(
    '<b>One</b>\nline\n\nOpen\nhttps://example.com/a?b&c\n\nTwo\nthree\nhttps://example.com/\n\n-- \nJuma\nAcme\n\nFour\nhttps://example.com/off\n',
  )
  expect(html).toContain('&lt;b&gt;One&lt;/b&gt;')
  expect(html).toContain('href="https://example.com/a?b&amp;c"')
  // Black on yellow, whatever the theme; the dark theme leaves no dark text on a dark page.
  expect(html).toMatch(/background-color:#ffcc00;color:#000000/)
  expect(html).toMatch(/<meta content="light dark" name="color-scheme"\/>|<meta name="color-scheme" content="light dark"\/>/)
  expect(html).toMatch(/<td style="background-color:#ffffff/)
  expect(html).toMatch(/prefers-color-scheme:dark.*\.page td\{background-color:#0d1117!important\}/)
})

const wordsOf = (text: string) => text.replace(/https:\/\/\S+/g, ' ').match(/[\p{L}\p{N}]+/gu) ?? []

it('says the same words in both twins', async () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'é', '<', '&', '"', ' ', '\n', 'ש', '-', '{{', '>') })
  const some = fc.oneof(
    words.map((html) => ({ html: richTextOf(html) })),
    words.map((label) => ({ action: { label, url: 'https://example.com/x' } })),
    fc.record({ title: words, text: words }).map((item) => ({ items: [{ ...item, url: 'https://example.com/y' }] })),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(some, { maxLength: 4 }), words, async (given, below) => {
      const { text, html } = await mailBodies({ dir: 'ltr', brand, parts: given, footer: { text: below } })
      const shown = plainTwinOf(html.slice(html.indexOf('<body')).replaceAll(/<!--\[if mso\].*?<!\[endif\]-->/gs, ''))
      expect(wordsOf(shown)).toEqual(wordsOf(text))
    }),
    { numRuns: 60 },
  )
})
