import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stemOf } from './stemming'
import { stopWordsOf } from './stop-words'
import { tokensOf, wordsIn } from './tokens'

const terms = (text: string, language: string) => tokensOf(text, language).map(({ term }) => term)

describe('tokens', () => {
  it.each([
    ['en', "The customer's refunds, returned", 'custom refund return'],
    ['en', 'I don’t get it', ''],
    ['en', 'Order №20418', 'order 20418'],
    ['de', 'Rücksendungen der Bestellungen', 'rucksend bestell'],
    ['de', 'Größe', 'gross'],
    ['fr', 'les commandes annulées', 'command annul'],
    ['es', 'devoluciones', 'devolu'],
    ['pt-BR', 'reembolsos', 'reembols'],
    ['ru', 'красный заказ', 'красн заказ'],
    ['ar', 'المُنتَجات', 'منتج'],
    ['sw', 'kurejesha bidhaa', 'kurejesha bidhaa'],
    ['ur', 'رقم کی واپسی', 'رقم واپسی'],
    ['zh', '退款政策', '退款 款政 政策'],
    ['ja', '返品する', '返品 品す する'],
    ['ko', '환불은', '환불 불은'],
    ['en', 'iPhone 充電器 x', 'iphon 充電 電器 x'],
  ])('%s: %s', (language, text, expected) => {
    expect(terms(text, language).join(' ')).toBe(expected)
  })

  it('a word with and without its accents is the same', () => {
    for (const [language, written, typed] of [
      ['es', 'devolución', 'devolucion'],
      ['fr', 'remboursé', 'rembourse'],
      ['fr', 'annulées', 'annulees'],
      ['fr', 'annulées', 'annuler'],
      ['pt', 'promoções', 'promocoes'],
      ['de', 'Gutschéin', 'gutschein'],
      ['ar', 'إرجاع', 'ارجاع'],
    ] as const)
      expect(terms(written, language), written).toEqual(terms(typed, language))
  })

  it('says where each stands in the text as it was written', () => {
    const text = 'Größen & 返品する naïve'
    expect(wordsIn(text, 'de').map(({ from, to }) => text.slice(from, to))).toEqual(['Größen', '返品', '品す', 'する', 'naïve'])
  })

  it('of any text are in order, within it and not empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.constantFrom('en', 'de', 'ru', 'ar', 'sw', 'ja'), (text, language) => {
        let last = 0
        for (const { word, term, from, to } of wordsIn(text, language)) {
          expect(word).not.toBe('')
          expect(term).not.toBe('')
          expect(from).toBeGreaterThanOrEqual(last)
          expect(to).toBeGreaterThan(from)
          expect(to).toBeLessThanOrEqual(text.length)
          last = from
        }
      }),
    )
  })

  it('a word of a text is found by itself, whatever its language', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-zäöüßéñçа-яء-ي]{1,12}$/u),
        fc.constantFrom('en', 'de', 'es', 'ru', 'ar', 'sw'),
        (word, language) => {
          expect(wordsIn(`x ${word}, y`, language).map(({ term }) => term)).toEqual(
            expect.arrayContaining(wordsIn(word, language).map(({ term }) => term)),
          )
        },
      ),
    )
  })
})

it('each language that has stop words knows "and"', () => {
  for (const [language, and] of Object.entries({
    en: 'and',
    de: 'und',
    fr: 'et',
    es: 'y',
    it: 'e',
    nl: 'en',
    ru: 'и',
    sw: 'na',
    ur: 'اور',
  }))
    expect(stopWordsOf(language).has(and), language).toBe(true)
})

it('stems by the language alone', () => {
  expect(stemOf('returns', 'en-GB')).toBe('return')
  expect(stemOf('returns', 'xx')).toBe('returns')
})
