import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { confidenceOf, isAnswer } from './confidence'
import { highlightsOf } from './highlights'
import { type QueryWord, queryWordsOf, takeInstead } from './query-words'
import { relatedWordsOf } from './related-words'
import { wordFolder } from './word-file'

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

it('word lists stand beside the program, wherever it is started from', () => {
  const folder = path.resolve('lib/kb/search/words')
  expect(wordFolder(path.resolve('.next/own/server.mjs'), '/')).toBe(folder)
  expect(wordFolder('/elsewhere/main.mjs', process.cwd())).toBe(folder)
})

describe('words of a query', () => {
  it('stand once, without those that say nothing unless there are no others', () => {
    expect(queryWordsOf('the parcel and my parcels', 'en').map(({ word }) => word)).toEqual(['parcel'])
    expect(queryWordsOf('where is it', 'en').map(({ word }) => word)).toEqual(['where', 'is', 'it'])
    expect(queryWordsOf('?!', 'en')).toEqual([])
    expect(queryWordsOf('word '.repeat(10_000) + Array.from({ length: 100 }, (_, n) => `w${n}`).join(' '), 'en').length).toBe(24)
  })

  it('are none that say nothing in the language of who asks', () => {
    expect(queryWordsOf('die Lieferung', 'en', 'de').map(({ word }) => word)).toEqual(['lieferung'])
    expect(queryWordsOf('die Lieferung', 'en').map(({ word }) => word)).toEqual(['die', 'lieferung'])
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

it('a passage answers when it has what was asked, under a title that has some of it, and no other article is near', () => {
  const sure = { confidence: 3, coverage: 1, inTitle: 2, score: 10, next: 5 }
  expect(isAnswer(sure)).toBe(true)
  for (const less of [{ confidence: 1.9 }, { coverage: 0.7 }, { inTitle: 0 }, { next: 8 }])
    expect(isAnswer({ ...sure, ...less })).toBe(false)
})

it('confidence falls with what is not known, and nothing asked is not found', () => {
  expect(confidenceOf({ document: 6, passage: 6, asked: 4, known: 4 })).toBe(3)
  expect(confidenceOf({ document: 6, passage: 6, asked: 4, known: 2 })).toBe(1.5)
  expect(confidenceOf({ document: 0, passage: 0, asked: 0, known: 0 })).toBe(0)
})
