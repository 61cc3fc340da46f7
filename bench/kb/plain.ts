// The search of docs/decisions (knowledge base) written plainly, in memory: every article is scored. What the product's statement is measured
// against, and what it must never fall below.
import { confidenceOf, isAnswer } from '../../lib/kb/search/confidence'
import { blocksOfText, passagesOf } from '../../lib/kb/search/passages'
import { queryWordsOf, takeInstead } from '../../lib/kb/search/query-words'
import { correctionsOf } from '../../lib/kb/search/spelling'
import { tokensOf } from '../../lib/kb/search/tokens'

export interface Article {
  slug: string
  language: string
  title: string
  text: string
  /** Tags and keywords, a line each. */
  keywords: string
  excerpt: string
}

export interface Found {
  slug: string
  score: number
}

export interface Answer {
  found: Found[]
  confidence: number
  /** Whether the best passage is shown as the answer. */
  isAnswered: boolean
}

type Counts = Map<string, number>
interface Field {
  counts: Counts
  length: number
}
interface Indexed {
  article: Article
  document: Field
  passages: Field[]
  title: Field
}

const k1 = 1.2

function fieldOf(parts: { text: string; times: number }[], language: string): Field {
  const counts: Counts = new Map()
  let length = 0
  for (const { text, times } of parts)
    for (const { term } of tokensOf(text, language)) {
      counts.set(term, (counts.get(term) ?? 0) + times)
      length += times
    }
  return { counts, length }
}

/** A search over articles of one language. */
export function plainSearch(articles: readonly Article[], language: string): (query: string) => Answer {
  const all: Indexed[] = articles.map((article) => {
    const { title, text, keywords, excerpt } = article
    return {
      article,
      document: fieldOf(
        [
          { text: title, times: 3 },
          { text, times: 1 },
          { text: keywords, times: 2 },
          { text: excerpt, times: 1 },
        ],
        language,
      ),
      passages: passagesOf(blocksOfText(text)).map((passage) =>
        fieldOf(
          [
            { text: title, times: 2 },
            { text: keywords, times: 1 },
            { text: passage.headings.join('\n'), times: 1 },
            { text: passage.text, times: 1 },
          ],
          language,
        ),
      ),
      title: fieldOf([{ text: title, times: 1 }], language),
    }
  })
  const frequency: Counts = new Map()
  const words: Counts = new Map()
  for (const { document, article } of all) {
    for (const term of document.counts.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1)
    for (const word of new Set(
      tokensOf(`${article.title}\n${article.keywords}\n${article.excerpt}\n${article.text}`, language).map((token) => token.word),
    ))
      words.set(word, (words.get(word) ?? 0) + 1)
  }
  const known = [...words].map(([word, count]) => ({ word, articles: count }))
  const idf = (term: string) => {
    const n = frequency.get(term) ?? 0
    return Math.log(1 + (all.length - n + 0.5) / (n + 0.5))
  }
  const mean = (lengths: number[]) => lengths.reduce((sum, each) => sum + each, 0) / Math.max(1, lengths.length)
  const documentLength = mean(all.map(({ document }) => document.length))
  const passageLength = mean(all.flatMap(({ passages }) => passages.map(({ length }) => length)))
  const titleLength = mean(all.map(({ title }) => title.length))

  return (query) => {
    const asked = queryWordsOf(query, language)
    for (const each of asked)
      if (each.isDoubtful && !words.has(each.word))
        for (const { word, weight } of correctionsOf(each.word, known)) takeInstead(each, word, weight, language)
    const scoreOf = ({ counts, length }: Field, average: number, b: number) =>
      asked.reduce((sum, { members }) => {
        let best = 0
        for (const [term, weight] of members) {
          const tf = counts.get(term)
          if (tf) best = Math.max(best, (weight * idf(term) * (tf * (k1 + 1))) / (tf + k1 * (1 - b + (b * length) / average)))
        }
        return sum + best
      }, 0)
    const scored = all.map(({ article, document, passages, title }) => ({
      slug: article.slug,
      document: scoreOf(document, documentLength, 0.75),
      passage: Math.max(0, ...passages.map((each) => scoreOf(each, passageLength, 0.75))),
      counts: passages.toSorted((a, b) => scoreOf(b, passageLength, 0.75) - scoreOf(a, passageLength, 0.75))[0]?.counts,
      title: scoreOf(title, titleLength, 0.3),
    }))
    const [documents, passages, titles] = (['document', 'passage', 'title'] as const).map((part) =>
      standard(scored.map((each) => each[part])),
    )
    const found = scored
      .map((each, n) => ({ ...each, score: (documents?.[n] ?? 0) + (passages?.[n] ?? 0) + 0.6 * (titles?.[n] ?? 0) }))
      .filter(({ document }) => document > 0)
      .sort((a, b) => b.score - a.score || (a.slug < b.slug ? -1 : 1))
    const [best] = found
    // Of a word with corrections or other forms the best of those counts that stand in an article.
    const weights = asked.map(({ own, members }) => {
      const idfs = [...members].filter(([term, weight]) => weight >= 1 && frequency.has(term)).map(([term]) => idf(term))
      const weight = Math.max(...(idfs.length > 0 ? idfs : [idf('')]))
      const isCovered = best?.counts && [...own].some((term) => best.counts?.has(term))
      return { known: Math.max(0, ...idfs), asked: weight, covered: isCovered ? weight : 0 }
    })
    const sum = (part: 'known' | 'asked' | 'covered') => weights.reduce((total, each) => total + each[part], 0)
    const confidence = best ? confidenceOf({ document: best.document, passage: best.passage, asked: sum('asked'), known: sum('known') }) : 0
    const coverage = sum('asked') > 0 ? sum('covered') / sum('asked') : 0
    const isAnswered =
      best !== undefined && isAnswer({ confidence, coverage, inTitle: best.title, score: best.score, next: found[1]?.score ?? 0 })
    return { found, confidence, isAnswered }
  }
}

function standard(values: number[]): number[] {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length)
  return values.map((each) => (deviation === 0 ? 0 : (each - mean) / deviation))
}
