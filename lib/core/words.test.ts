import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distance, documentOf, placesOf, queryOf, wordsOf } from './words'

describe('words', () => {
  it.each([
    ['Ünïque Straße', ['unique', 'strasse']],
    ['INV-1042, please!', ['inv', '1042', 'please']],
    ['請求書が届かない', ['請求', '求書', '書が', 'が届', '届か', 'かな', 'ない']],
    ['発', ['発']],
    ['v2版本', ['v2', '版本']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['مرحبا بكم', ['مرحبا', 'بكم']],
    ['…!?', []],
    ["it's", ['it', 's']],
    ['Łukasz Đorđe Đào Þór Işıl', ['lukasz', 'dorde', 'dao', 'thor', 'isil']],
    ['Ærø Œuvre İstanbul', ['aero', 'oeuvre', 'istanbul']],
    ['Ελλάδα Ёлка', ['ελλαδα', 'елка']],
    ['مُحَمَّد أحمد كـتـاب', ['محمد', 'احمد', 'كتاب']],
    ['שָׁלוֹם', ['שלום']],
    ['№15 № 16', ['no', '15', 'no', '16']],
    ['프린터가', ['프린', '린터', '터가']],
    ['Donau\u00addampf \u200frtl', ['donaudampf', 'rtl']],
  ])('of %s', (text, expected) => {
    expect(wordsOf(text)).toEqual(expected)
  })

  it('are the same however the accents are written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(wordsOf(text.normalize('NFD'))).toEqual(wordsOf(text.normalize('NFC')))
      }),
    )
  })
})

describe('the places of words in a text', () => {
  it.each([
    ['Dear Łukasz, dear ŁUKASZ', ['lukasz'], ['Łukasz', 'ŁUKASZ']],
    ['An der Straße 5', ['strasse'], ['Straße']],
    ['قال مُحَمَّدٌ نعم', ['محمد'], ['مُحَمَّدٌ']],
    ['Cafe\u0301 society', ['café', 'soc'], ['Cafe\u0301', 'soc']],
    ['aaa ab', ['aa', 'ab'], ['aa', 'ab']],
    ['Donau\u00addampf', ['donaudampf'], ['Donau\u00addampf']],
    ['Nothing', ['', 'else'], []],
  ])('of %s', (text, wanted, expected) => {
    expect(placesOf(text, wanted).map(([from, to]) => text.slice(from, to))).toEqual(expected)
  })

  it('are found for each of its words, whatever the letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const each of wordsOf(text)) expect(placesOf(text.normalize('NFC'), [each]).length, each).toBeGreaterThan(0)
      }),
    )
  })
})

it('a document says where each word stands and what it weighs, without what PostgreSQL would refuse', () => {
  const document = documentOf('ab', [
    { weight: 'A', text: "O'Neil's order" },
    { weight: 'C', text: 'order' },
  ])
  expect(document).toBe("'ab:o':1A 'ab:neil':2A 'ab:s':3A 'ab:order':4A,15C")
  expect(documentOf('ab', [{ weight: 'C', text: 'word '.repeat(100_000) }]).length).toBeLessThan(3000)
  const many = Array.from({ length: 200_000 }, (_, n) => `w${n}`).join(' ')
  expect(documentOf('ab', [{ weight: 'C', text: many }]).length).toBeLessThan(3_500_000)
})

it('a question asks for all words, in order where they are one expression', () => {
  const within = 'ABC'
  expect(queryOf('ab', { text: 'late inv-10', within })).toBe("('ab:late':*ABC) & ('ab:inv':ABC <-> 'ab:10':ABC)")
  expect(queryOf('ab', { text: 'two words', isExact: true, within })).toBe("('ab:two':ABC) <-> ('ab:words':ABC)")
  expect(queryOf('ab', { text: '?!', within })).toBeNull()
})

it.each([
  ['프린터를', "('ab:프린':C <-> 'ab:린터':C)"],
  ['환불', "('ab:환불':C)"],
  ['환불에서', "('ab:환불':C)"],
  ['가', "('ab:가':*C)"],
  ['나이', "('ab:나이':C)"],
])('a Korean noun is looked for without what is grown onto it: %s', (text, expected) => {
  expect(queryOf('ab', { text, within: 'C' })).toBe(expected)
  expect(queryOf('ab', { text: '환불을', isExact: true, within: 'C' })).toBe("('ab:환불':C <-> 'ab:불을':C)")
})

describe('the distance between words', () => {
  it.each([
    ['invoice', 'invoice', 0],
    ['invocie', 'invoice', 1],
    ['invoce', 'invoice', 1],
    ['invoicee', 'invoice', 1],
    ['onvoice', 'invoice', 1],
    ['invoices', 'voices', 2],
    ['cat', 'zebra', 3],
  ])('%s and %s', (a, b, expected) => {
    expect(distance(a, b, 2)).toBe(expected)
  })

  it('is the same both ways, and none only for the same word', () => {
    const word = fc.stringMatching(/^[abc]{0,7}$/)
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distance(a, b, 9)).toBe(distance(b, a, 9))
        expect(distance(a, b, 9) === 0).toBe(a === b)
      }),
    )
  })
})
