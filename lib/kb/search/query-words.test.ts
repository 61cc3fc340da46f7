import { describe, expect, it } from 'vitest'
import { confidenceOf } from './confidence'
import { highlightsOf } from './highlights'
import { type QueryWord, queryWordsOf, takeInstead } from './query-words'
import { relatedWordsOf } from './related-words'

describe('related words', () => {
  it('of English are known by their stems, from nearly the same down to remote', () => {
    const related = relatedWordsOf('parcel', 'en')
    expect(related[0]).toEqual({ term: 'packag', weight: 0.4 })
    expect(related.map(({ weight }) => weight)).toEqual(related.map(({ weight }) => weight).sort((a, b) => b - a))
    expect(related.length).toBeLessThanOrEqual(30)
    expect(Math.min(...related.map(({ weight }) => weight))).toBeGreaterThanOrEqual(0.1)
  })

  it('the first and the last of the file are found, others not', () => {
    expect(relatedWordsOf('aa', 'en')).not.toEqual([])
    expect(relatedWordsOf('zygot', 'en')).not.toEqual([])
    for (const none of ['', 'a', 'parce', 'parcels', 'zzzz', '0']) expect(relatedWordsOf(none, 'en'), none).toEqual([])
    expect(relatedWordsOf('parcel', 'de')).toEqual([])
  })
})

describe('words of a query', () => {
  it('stand once, without those that say nothing unless there are no others', () => {
    expect(queryWordsOf('the parcel and my parcels', 'en').map(({ word }) => word)).toEqual(['parcel'])
    expect(queryWordsOf('where is it', 'en').map(({ word }) => word)).toEqual(['where', 'is', 'it'])
    expect(queryWordsOf('?!', 'en')).toEqual([])
    expect(queryWordsOf('word '.repeat(10_000) + Array.from({ length: 100 }, (_, n) => `w${n}`).join(' '), 'en').length).toBe(24)
  })

  it('bring what is taken for them, themselves first', () => {
    const [word] = queryWordsOf('colour', 'en')
    expect([...(word?.members ?? [])][0]).toEqual(['colour', 1])
    expect(word?.members.get('color')).toBe(1)
  })

  it('a correction brings its own related words, by its weight', () => {
    const [word] = queryWordsOf('parcle', 'en')
    expect(word?.isDoubtful).toBe(true)
    takeInstead(word as QueryWord, 'parcel', 0.5, 'en')
    expect([...(word?.own ?? [])]).toEqual(['parcl', 'parcel'])
    expect(word?.members.get('parcel')).toBe(0.5)
    expect(word?.members.get('packag')).toBeCloseTo(0.2)
  })
})

it('highlights are where the words stand, joined where they overlap', () => {
  const text = 'Your parcels: 返品する, Parcel'
  const marked = highlightsOf(text, new Set(['parcel', '返品', '品す']), 'en').map(([from, to]) => text.slice(from, to))
  expect(marked).toEqual(['parcels', '返品す', 'Parcel'])
})

it('confidence falls with what is not known, and nothing asked is not found', () => {
  expect(confidenceOf({ document: 6, passage: 6, asked: 4, known: 4 })).toBe(3)
  expect(confidenceOf({ document: 6, passage: 6, asked: 4, known: 2 })).toBe(1.5)
  expect(confidenceOf({ document: 0, passage: 0, asked: 0, known: 0 })).toBe(0)
})
