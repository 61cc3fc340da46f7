import { expect, it } from 'vitest'
import { translator } from '../text/translator'
import { mailBodies } from './template'

const parts = {
  paragraphs: ['<b>One</b>\nhttps://example.com/a?b&c'],
  items: [{ title: 'Two', text: 'three', url: 'https://example.com/' }],
  footer: { text: 'Four', url: 'https://example.com/off' },
}

it('a mail says which language it is in and which way it runs', async () => {
  expect(mailBodies(await translator('en'), parts).html).toMatch(/^<div lang="en-GB" dir="ltr".*padding-left.*border-left/s)
  expect(mailBodies(await translator('ar-XB'), parts).html).toMatch(/^<div lang="ar-XB" dir="rtl".*padding-right.*border-right/s)
  // A workspace writes its own text in whatever language it likes.
  expect(mailBodies(null, parts).html).toMatch(/^<div dir="auto"/)
})

it('a mail has a plain twin, and shows text as text', async () => {
  const { text, html } = mailBodies(await translator('en'), parts)
  expect(text).toBe('<b>One</b>\nhttps://example.com/a?b&c\n\nTwo\nthree\nhttps://example.com/\n\n-- \nFour\nhttps://example.com/off\n')
  expect(html).toContain('&lt;b&gt;One&lt;/b&gt;<br><a href="https://example.com/a?b&amp;c">')
})
