import fc from 'fast-check'
import { expect, it } from 'vitest'
import { slugOf } from './slug'
import { longestSlug } from './values'

it.each([
  ['How do I reset my password?', 'how-do-i-reset-my-password'],
  ['  Zahlung & Rückerstattung  ', 'zahlung-rückerstattung'],
  ['Ru\u0308ckgabe', 'rückgabe'],
  ['Don’t panic', 'dont-panic'],
  ['كيف أستعيد كلمة المرور؟', 'كيف-أستعيد-كلمة-المرور'],
  ['می‌خواهم', 'میخواهم'],
  ['パスワードを忘れた', 'パスワードを忘れた'],
  ['如何重置密码', '如何重置密码'],
  ['पासवर्ड कैसे बदलें', 'पासवर्ड-कैसे-बदलें'],
  ['รีเซ็ตรหัสผ่าน', 'รีเซ็ตรหัสผ่าน'],
  ['Как сменить ПАРОЛЬ', 'как-сменить-пароль'],
  ['پاس ورڈ', 'پاس-ورڈ'],
  ['İSTANBUL', 'i\u0307stanbul'],
  ['a/../b?c#d', 'a-b-c-d'],
  ['<script>', 'script'],
  ['🙂', ''],
  ['--', ''],
  ['v2.0', 'v2-0'],
])('%j has the address %j', (title, slug) => {
  expect(slugOf(title)).toBe(slug)
})

it('is made of letters, digits and hyphens, in small letters, and is its own slug', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.string({ unit: 'binary', maxLength: 120 })), (text) => {
      const slug = slugOf(text)
      expect(slug).toMatch(/^$|^[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(-[\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*$/u)
      expect(slug).toBe(slug.normalize('NFC'))
      expect(slug.isWellFormed()).toBe(true)
      expect(slug.length).toBeLessThanOrEqual(longestSlug)
      expect(slugOf(slug)).toBe(slug)
    }),
  )
})
