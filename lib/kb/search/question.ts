import type { Work } from '../../events/work'
import { confidenceOf, isAnswer } from './confidence'
import { type QueryWord, queryWordsOf, takeInstead } from './query-words'
import { type Asked, type AskedTerm, type FoundArticle, scoreArticles } from './score'
import { correctionsOf, similarWordsOf } from './spelling'
import { baseLanguage, hasStemmer, stemOf } from './stemming'
import { isUnspaced, tokensOf } from './tokens'
import { type LookedUp, nearWords } from './vocabulary'

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

export interface Question extends Omit<Asked, 'terms'> {
  query: string
  /** While somebody types, the last word may go on. */
  isTyping?: boolean
}

export interface Found extends FoundArticle {
  /** How sure it is that this article is meant: see `confidenceOf`. */
  confidence: number
  /** The share of what was asked that stands in its best passage, or above it. */
  coverage: number
  /** Stems to be highlighted in it: of what was asked for, its corrections and synonyms. */
  terms: ReadonlySet<string>
}

export interface Result {
  found: Found[]
  /** Whether the best passage of the first article answers. */
  isAnswered: boolean
  /** The query with words put right, where the first article was found by them. */
  corrected: string | null
}

/** Finds the articles that answer a question, of those that the actor may read, the best first. */
export async function findAnswers(work: Reading, question: Question): Promise<Result> {
  const first = languagesOf(work, question)
  const result = await findIn(work, question, first)
  if (result.found.some(({ document }) => document > 0) || question.languages) return result
  // Somebody wrote in a language that is neither theirs nor the workspace's.
  const other = await findIn(
    work,
    question,
    latin.filter((language) => !first.includes(language)),
  )
  return other.found.length > 0 ? other : result
}

const latin = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'sw', 'sv', 'da', 'no', 'nb', 'pl', 'tr', 'ro', 'fi', 'hu', 'cs', 'id', 'vi']

/** The languages that others write in a script. */
const scripts: [RegExp, string[]][] = [
  [/\p{Script=Arabic}/u, ['ar', 'ur', 'fa']],
  [/\p{Script=Cyrillic}/u, ['ru', 'uk', 'bg', 'sr']],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, ['ja']],
  [/\p{Script=Han}/u, ['zh', 'ja']],
  [/\p{Script=Hangul}/u, ['ko']],
  [/\p{Script=Greek}/u, ['el']],
  [/\p{Script=Hebrew}/u, ['he']],
  [/\p{Script=Devanagari}/u, ['hi', 'mr', 'ne']],
  [/\p{Script=Thai}/u, ['th']],
]

function languagesOf({ tenant }: Reading, { query, language, languages }: Question): string[] {
  if (languages) return [...languages]
  const written = scripts.filter(([script]) => script.test(query)).flatMap(([, others]) => others)
  return [...new Set([language, baseLanguage(tenant.locale), ...(written.length > 0 ? written : ['en'])])]
}

async function findIn(work: Reading, question: Question, languages: readonly string[]): Promise<Result> {
  const { query, isTyping = false } = question
  const words = languages.flatMap((language) =>
    queryWordsOf(query, language, question.language).map((word, n) => ({ ...word, language, n })),
  )
  const isLast = ({ to }: QueryWord) => isTyping && to === query.trimEnd().length && query.trimEnd() === query
  const lookUp = (word: (typeof words)[number]): LookedUp[] => {
    const { language, word: text } = word
    if (isUnspaced(text)) return []
    if (isLast(word)) return [{ language, word: text, isLoose: false, isPrefix: true }]
    const isLoose = !hasStemmer(language) && text.length >= 4
    return isLoose || word.isDoubtful ? [{ language, word: text, isLoose, isPrefix: false }] : []
  }
  const near = await nearWords(work, words.flatMap(lookUp))
  // What is a word in one of the languages, or a form of one, is no slip in another.
  const isWord = (word: (typeof words)[number]) => {
    const [term] = word.members.keys()
    const isForm = (known: string) => known === word.word || stemOf(known, word.language) === term
    return lookUp(word).some((looked) => near(looked).some((known) => isForm(known.word)))
  }
  const isKnown = new Set(words.filter(isWord).map(({ word }) => word))
  const corrections = new Map<string, string>()
  const terms: AskedTerm[] = words.flatMap((word) => {
    const taken = { own: new Set(word.own), members: new Map(word.members) }
    for (const looked of lookUp(word)) {
      const known = near(looked)
      if (looked.isPrefix) {
        for (const each of known) takeInstead(taken, each.word, each.word === word.word ? 1 : 0.8, word.language)
        if (known.length > 0) continue
      }
      if (looked.isLoose) for (const each of similarWordsOf(word.word, known)) takeInstead(taken, each.word, each.weight, word.language)
      if (!word.isDoubtful || isKnown.has(word.word) || looked.isPrefix) continue
      const found = correctionsOf(word.word, known, word.language)
      for (const each of found) takeInstead(taken, each.word, each.weight, word.language)
      if (found[0]) corrections.set(`${word.language}:${word.word}`, found[0].word)
    }
    return [...taken.members].map(([term, weight]) => ({
      language: word.language,
      word: word.n,
      term,
      weight,
      isMeant: taken.own.has(term),
    }))
  })
  // The second says how sure the first is, whether or not it is asked for.
  const rows = await scoreArticles(work, { ...question, limit: Math.max(2, question.limit), terms })
  const all = rows.map((row) => withConfidence(row, terms))
  const [best, second] = all
  return {
    found: all.slice(0, question.limit),
    isAnswered: best !== undefined && isAnswer({ ...best, next: second?.score ?? 0 }),
    corrected: best
      ? correctedQuery(
          query,
          words.filter(({ language }) => language === best.language),
          corrections,
        )
      : null,
  }
}

function withConfidence(row: FoundArticle, terms: readonly AskedTerm[]): Found {
  const { language, best, title, tags } = row
  const unknown = row.unknown.find((each) => each.language === language)?.idf ?? 0
  const known = row.known.filter((each) => each.language === language)
  const asked = new Set(terms.filter((each) => each.language === language).map(({ word }) => word))
  const shown = new Set(tokensOf([title, ...tags, ...best.headings, best.text].join('\n'), language).map(({ term }) => term))
  const sums = { asked: 0, known: 0, covered: 0 }
  for (const word of asked) {
    const members = known.filter((each) => each.word === word)
    const own = members.filter(({ isOwn }) => isOwn).map(({ idf }) => idf)
    const weight = own.length > 0 ? Math.max(...own) : unknown
    sums.known += Math.max(0, ...own)
    sums.asked += weight
    if (members.some(({ isMeant, term }) => isMeant && shown.has(term))) sums.covered += weight
  }
  return {
    ...row,
    confidence: confidenceOf({ ...row, ...sums }),
    coverage: sums.asked === 0 ? 0 : sums.covered / sums.asked,
    terms: new Set(known.filter(({ isMeant }) => isMeant).map(({ term }) => term)),
  }
}

function correctedQuery(
  query: string,
  words: readonly (QueryWord & { language: string })[],
  corrections: ReadonlyMap<string, string>,
): string | null {
  let text = ''
  let at = 0
  for (const { language, word, from, to } of words.toSorted((a, b) => a.from - b.from)) {
    const correction = corrections.get(`${language}:${word}`)
    if (!correction) continue
    text += query.slice(at, from) + correction
    at = to
  }
  return at === 0 ? null : text + query.slice(at)
}
