import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dictionaryOf, isInDictionary } from './dictionary'
import { queryWordsOf } from './query-words'
import { correctionsOf, isMixedUpStopWord, lettersOf, maybeMisspelled, otherSpellingsOf } from './spelling'

const known = ['refund', 'return', 'parcel', 'partial', 'delivery', 'delivered', 'password', 'label', 'lable', 'size', 'seize'].map(
  (word) => ({
    word,
    articles: 3,
  }),
)
const best = (word: string) => correctionsOf(word, known)[0]?.word

describe('corrections', () => {
  it.each([
    ['refnud', 'refund'],
    ['retrun', 'return'],
    ['parcle', 'parcel'],
    ['pasword', 'password'],
    ['dellivery', 'delivery'],
    ['siz', 'size'],
    ['xyzzy', undefined],
    ['ref', undefined],
    ['sizze', 'size'],
    ['sizzzze', undefined],
  ])('%s -> %s', (word, expected) => expect(best(word)).toBe(expected))

  it('are at most three, nearly as good as the best, which weighs most', () => {
    const many = ['bats', 'cats', 'hats', 'mats', 'rats'].map((word) => ({ word, articles: 1 }))
    expect(correctionsOf('zats', many).map(({ weight }) => weight)).toEqual([1, 0.6, 0.6])
    expect(correctionsOf('cats', many)).toEqual([{ word: 'cats', weight: 1 }])
  })

  it('of two words as near the more frequent one is meant', () => {
    const two = (first: number, second: number) =>
      correctionsOf('hzt', [
        { word: 'hat', articles: first },
        { word: 'hot', articles: second },
      ])
    expect(two(1, 1000)[0]?.word).toBe('hot')
    expect(two(1000, 1)[0]?.word).toBe('hat')
  })

  it('one slip in a word of five letters or more always finds it', () => {
    const slip = fc.tuple(fc.constantFrom('parcel', 'delivery', 'password', 'refund'), fc.nat(), fc.nat(3), fc.constantFrom(...'abcdexyz'))
    fc.assert(
      fc.property(slip, ([word, place, kind, letter]) => {
        const at = place % word.length
        const swapped = at + 1 < word.length ? `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}` : word
        const slipped = [
          word.slice(0, at) + word.slice(at + 1),
          word.slice(0, at) + letter + word.slice(at),
          word.slice(0, at) + letter + word.slice(at + 1),
          swapped,
        ]
        expect(correctionsOf(slipped[kind] as string, known).map((each) => each.word)).toContain(word)
      }),
    )
  })

  it('letters fit in an int4', () => {
    fc.assert(fc.property(fc.string(), (word) => void expect(lettersOf(word) | 0).toBe(lettersOf(word))))
  })
})

describe('doubt', () => {
  it.each([
    ['en', 'parcel', false],
    ['en', 'colour', false],
    ['en', 'color', false],
    ['en', 'parcle', true],
    ['en', 'ab', false],
    ['en', '20418x', false],
    ['fr', 'commande', false],
    ['fr', 'comande', true],
    ['es', 'devolucion', false],
    ['es', 'devoluzion', true],
    ['nl', 'bestelling', false],
    ['ru', 'заказ', false],
    ['ru', 'закась', true],
    // Without a dictionary only the articles say what is a word.
    ['sw', 'bidhaa', true],
  ])('%s %s: %s', (language, word, expected) => expect(maybeMisspelled(word, language)).toBe(expected))

  it('"teh" says as little as "the"', () => {
    expect(isMixedUpStopWord('teh', 'en')).toBe(true)
    expect(queryWordsOf('teh parcel', 'en').map(({ word }) => word)).toEqual(['parcel'])
    // A word of its own, although "own" has its letters.
    expect(queryWordsOf('won parcel', 'en').map(({ word }) => word)).not.toEqual([])
  })

  it('a dictionary forgets nothing and takes few strangers for known', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 200 }), (words) => {
        const dictionary = dictionaryOf(words)
        expect(words.filter((word) => !isInDictionary(word, dictionary))).toEqual([])
      }),
    )
    const dictionary = dictionaryOf(Array.from({ length: 5000 }, (_, n) => `known${n}`))
    const taken = Array.from({ length: 5000 }, (_, n) => `stranger${n}`).filter((word) => isInDictionary(word, dictionary))
    expect(taken.length / 5000).toBeLessThan(0.02)
  })
})

describe('spelling of Britain and America', () => {
  it.each([
    ['color', 'colour'],
    ['organise', 'organize'],
    ['centre', 'center'],
    ['cancelled', 'canceled'],
    ['cheque', 'check'],
    ['pyjamas', 'pajamas'],
    ['licence', 'license'],
  ])('%s, %s', (one, other) => {
    expect(otherSpellingsOf(one, 'en')).toContain(other)
    expect(otherSpellingsOf(one, 'de')).toEqual([])
  })
})
