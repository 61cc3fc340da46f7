import { distance } from '../../core/words'
import { type Dictionary, isInDictionary } from './dictionary'
import { baseLanguage } from './stemming'
import { stopWordsOf } from './stop-words'
import { wordFile } from './word-file'

/** Languages that a dictionary was found for which may be passed on. */
const languages = new Set(['en', 'es', 'fr', 'nl', 'ru'])
const dictionaries = new Map<string, Dictionary>()

function dictionaryFor(language: string): Dictionary | undefined {
  const base = baseLanguage(language)
  if (!languages.has(base)) return undefined
  const known = dictionaries.get(base) ?? { bits: wordFile(`${base}.dictionary`), hashes: 7 }
  dictionaries.set(base, known)
  return known
}

const onlyLetters = /^\p{L}{3,30}$/u

/** Whether a word may be misspelled when it stands in no article: there is no dictionary that has it. */
export function maybeMisspelled(word: string, language: string): boolean {
  if (!onlyLetters.test(word)) return false
  const dictionary = dictionaryFor(language)
  return dictionary === undefined || !isInDictionary(word, dictionary)
}

/** Whether it is a word that says nothing, with its letters in another order: "teh". */
export const isMixedUpStopWord = (word: string, language: string): boolean => mixedUp(language).has(sorted(word))

const sorted = (word: string) => [...word].sort().join('')
const orders = new Map<string, Set<string>>()

function mixedUp(language: string): Set<string> {
  const base = baseLanguage(language)
  const known = orders.get(base) ?? new Set([...stopWordsOf(base)].filter((word) => word.length >= 3).map(sorted))
  orders.set(base, known)
  return known
}

/** Which letters a word has, as bits: words that differ in few letters differ in few bits. */
export function lettersOf(word: string): number {
  let letters = 0
  for (const each of word) letters |= 1 << ((each.codePointAt(0) as number) % 31)
  return letters
}

/** How many letters may be wrong in a word of this length. */
export const mostWrong = (word: string): number => (word.length <= 4 ? 1 : word.length <= 9 ? 2 : 3)

export interface KnownWord {
  word: string
  /** In how many articles it stands. */
  articles: number
}

export interface Correction {
  word: string
  /** 1 for the best. */
  weight: number
}

const leastSimilar = 0.6
/** Where no dictionary says which words there are, any word that articles lack would else become another. */
const leastSimilarUnknown = 0.75
const asGood = 0.06
const mostCorrections = 3
const otherWeight = 0.6
const once = (word: string) => word.replace(/(.)\1+/gu, '$1')

/** The words of articles that someone may have meant, the best first. */
export function correctionsOf(word: string, known: Iterable<KnownWord>, language = 'en'): Correction[] {
  const least = dictionaryFor(language) ? leastSimilar : leastSimilarUnknown
  const limit = mostWrong(word)
  const letters = lettersOf(word)
  const scored: { word: string; score: number }[] = []
  for (const { word: other, articles } of known) {
    if (Math.abs(other.length - word.length) > limit || countBits(lettersOf(other) ^ letters) > 2 * limit) continue
    const wrong = distance(word, other, limit)
    if (wrong > limit) continue
    const similarity = 1 - wrong / Math.max(word.length, other.length)
    if (similarity < least) continue
    const begins = word[0] === other[0] ? 0.08 : -0.04
    const doubled = once(word) === once(other) ? 0.08 : 0
    scored.push({ word: other, score: similarity + begins + doubled + 0.012 * Math.log2(1 + articles) })
  }
  scored.sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1))
  const best = scored[0]?.score ?? 0
  return scored
    .filter(({ score }) => score >= best - asGood)
    .slice(0, mostCorrections)
    .map(({ word: each }, n) => ({ word: each, weight: n === 0 ? 1 : otherWeight }))
}

const leastShared = 0.45
const mostSimilar = 5

/**
 * Words that share most of their groups of three letters. Where no stemmer knows how a language forms its words, this finds those of one
 * stem: kurudisha, kurudishwa.
 */
export function similarWordsOf(word: string, known: Iterable<KnownWord>): Correction[] {
  const own = trigramsOf(word)
  const similar: Correction[] = []
  for (const { word: other } of known) {
    if (other === word) continue
    const theirs = trigramsOf(other)
    let shared = 0
    for (const each of theirs) if (own.has(each)) shared++
    const dice = (2 * shared) / (own.size + theirs.size)
    if (dice >= leastShared) similar.push({ word: other, weight: 0.8 * dice })
  }
  return similar.sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1)).slice(0, mostSimilar)
}

function trigramsOf(word: string): Set<string> {
  const padded = ` ${word} `
  const trigrams = new Set<string>()
  for (let at = 0; at + 3 <= padded.length; at++) trigrams.add(padded.slice(at, at + 3))
  return trigrams
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

/** Endings as they are spelled in Britain and in America. */
const endings: [british: RegExp, american: string][] = [
  [/our(?=(?:s|ed|ing|ite|able|ful|less|er|ers)?$)/, 'or'],
  [/is(?=(?:e|es|ed|ing|er|ers|ation|ations)$)/, 'iz'],
  [/ys(?=(?:e|es|ed|ing|er)$)/, 'yz'],
  [/(?<=[^aeiou])re(?=s?$)/, 'er'],
  [/ogue(?=s?$)/, 'og'],
  [/ence(?=s?$)/, 'ense'],
  [/ll(?=(?:ed|ing|er|ers|ation|ations)$)/, 'l'],
]
const singleWords: Record<string, string> = {
  ...{ cheque: 'check', cheques: 'checks', programme: 'program', programmes: 'programs', grey: 'gray', jewellery: 'jewelry' },
  ...{ tyre: 'tire', tyres: 'tires', pyjamas: 'pajamas', instalment: 'installment', instalments: 'installments', parcelled: 'parceled' },
}
const american = Object.fromEntries(Object.entries(singleWords).map(([british, other]) => [other, british]))

/** The same English word as it is spelled on the other side of the Atlantic. It need not be one: what stands in no article finds nothing. */
export function otherSpellingsOf(word: string, language: string): string[] {
  if (baseLanguage(language) !== 'en') return []
  const found = [singleWords[word], american[word]].filter((each) => each !== undefined)
  for (const [british, other] of endings) if (british.test(word)) found.push(word.replace(british, other))
  if (/(?<=..)or(?=(?:s|ed|ing|ite|able|ful|er)?$)/.test(word)) found.push(word.replace(/or(?=(?:s|ed|ing|ite|able|ful|er)?$)/, 'our'))
  if (/iz(?=(?:e|es|ed|ing|er|ers|ation|ations)$)/.test(word)) found.push(word.replace(/iz(?=(?:e|es|ed|ing|er|ers|ation|ations)$)/, 'is'))
  if (/[aeiou]l(?=(?:ed|ing|er|ers|ation)$)/.test(word)) found.push(word.replace(/l(?=(?:ed|ing|er|ers|ation)$)/, 'll'))
  return [...new Set(found)].filter((each) => each !== word && each.length >= 3)
}
