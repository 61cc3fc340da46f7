import { foldText } from '../../core/words'
import { baseLanguage, stemOf } from './stemming'
import { isStopWord } from './stop-words'

/** A word of a text as it is looked for: folded, and as its stem; and where it stands. */
export interface Token {
  word: string
  term: string
  from: number
  to: number
}

const run = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u0640]*/gu
/** What is written without spaces between words, or with what belongs to a word grown onto it, is taken in pairs of characters. */
const unspaced =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\u30fc]+$/u
const spacedOrNot =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\u30fc][\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\u30fc\p{M}]*|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\u30fc]+/gu
const longestWord = 60

export const isUnspaced = (word: string): boolean => unspaced.test(word)

/** The short i of Russian is a letter of its own, by which its endings are known. */
const fold = (text: string, language: string): string =>
  baseLanguage(language) === 'ru' ? text.normalize('NFC').split(/й/iu).map(foldText).join('й') : foldText(text)

const folded = new Map<string, { word: string; term: string }>()
const mostFolded = 20_000

/** Texts use the same words again and again. */
function formsOf(text: string, language: string): { word: string; term: string } {
  const key = `${baseLanguage(language)}:${text}`
  const known = folded.get(key)
  if (known) return known
  const word = fold(text, language).slice(0, longestWord)
  const forms = { word, term: isUnspaced(word) ? word : stemOf(word, language).slice(0, longestWord) }
  if (folded.size >= mostFolded) folded.clear()
  folded.set(key, forms)
  return forms
}

/** All words of a text in order, those that say nothing as well. */
export function wordsIn(text: string, language: string): Token[] {
  const tokens: Token[] = []
  const add = (from: number, to: number) => {
    const forms = formsOf(text.slice(from, to), language)
    if (forms.word) tokens.push({ ...forms, from, to })
  }
  for (const { 0: found, index } of text.matchAll(run)) {
    // The s of "customer's"; what stands before it was found already.
    if (/^s$/i.test(found) && /['’]/.test(text[index - 1] ?? '') && /\p{L}/u.test(text[index - 2] ?? '')) continue
    for (const { 0: part, index: at } of found.matchAll(spacedOrNot)) {
      const start = index + at
      if (!isUnspaced(part.normalize('NFC'))) add(start, start + part.length)
      else addPairs(part, start, add)
    }
  }
  return tokens
}

const letter = /\P{M}\p{M}*/gu

function addPairs(part: string, start: number, add: (from: number, to: number) => void) {
  const letters = [...part.matchAll(letter)].map(({ 0: each, index }) => [start + index, start + index + each.length] as const)
  if (letters.length === 1) return add(start, start + part.length)
  for (let n = 1; n < letters.length; n++)
    add((letters[n - 1] as readonly [number, number])[0], (letters[n] as readonly [number, number])[1])
}

/** The words by which a text is found. */
export const tokensOf = (text: string, language: string): Token[] =>
  wordsIn(text, language).filter(({ word }) => !isStopWord(word, language))
