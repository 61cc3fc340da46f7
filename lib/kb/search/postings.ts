import { blocksOfHtml } from './blocks'
import { type Passage, passagesOf } from './passages'
import { tokensOf } from './tokens'

/** Where a stem stands in an article. Numbers are weighted: a title counts three times in an article, twice in each of its passages. */
export interface Posting {
  term: string
  title: number
  document: number
  /** Of each passage that has it: which, how often, and how long that one is. */
  passages: number[]
  counts: number[]
  lengths: number[]
}

/** An article as it can be found. */
export interface IndexedArticle {
  titleLength: number
  documentLength: number
  passageLength: number
  passages: Passage[]
  postings: Posting[]
  /** Words as they are written, folded, each once: what corrections are chosen from. */
  words: string[]
}

const titleInDocument = 3
const keywordsInDocument = 2
const titleInPassage = 2
/** What fits into a smallint. */
const most = 32_767
/** An article is no book; what stands behind these is not found. */
const mostPassages = 2000

export interface WrittenArticle {
  title: string
  content: string
  language: string
  /** Tags and keywords: words that readers may use where the text has others. */
  keywords?: string
  excerpt?: string
}

export function indexedOf({ title, content, language, keywords = '', excerpt = '' }: WrittenArticle): IndexedArticle {
  const words = new Set<string>()
  const postings = new Map<string, Posting>()
  const postingOf = (term: string) => {
    const known = postings.get(term) ?? { term, title: 0, document: 0, passages: [], counts: [], lengths: [] }
    postings.set(term, known)
    return known
  }
  const terms = (text: string) =>
    tokensOf(text, language).map(({ word, term }) => {
      if (isCorrection(word)) words.add(word)
      return term
    })

  const inTitle = terms(title)
  for (const term of inTitle) {
    const posting = postingOf(term)
    posting.title++
    posting.document += titleInDocument
  }
  const beside = terms(keywords)
  for (const term of beside) postingOf(term).document += keywordsInDocument
  const summary = terms(excerpt)
  for (const term of summary) postingOf(term).document++
  const found = passagesOf(blocksOfHtml(content)).slice(0, mostPassages)
  // An article of a title alone is found by it, and answers nothing.
  const passages = found.length > 0 ? found : [{ headings: [], anchor: '', text: '' }]
  let documentLength = titleInDocument * inTitle.length + keywordsInDocument * beside.length + summary.length
  let passageLength = 0
  let headings: readonly string[] = []
  passages.forEach((passage, n) => {
    const own = terms(passage.text)
    const above = terms(passage.headings.join('\n'))
    // A heading stands once in the article, however many passages are below it.
    const fresh = passage.headings.filter((heading, level) => heading !== headings[level])
    headings = passage.headings
    const once = [...own, ...terms(fresh.join('\n'))]
    for (const term of once) postingOf(term).document++
    documentLength += once.length
    const counts = new Map<string, number>()
    for (const term of inTitle) counts.set(term, (counts.get(term) ?? 0) + titleInPassage)
    for (const term of [...beside, ...above, ...own]) counts.set(term, (counts.get(term) ?? 0) + 1)
    const length = titleInPassage * inTitle.length + beside.length + above.length + own.length
    passageLength += length
    for (const [term, count] of counts) {
      const posting = postingOf(term)
      posting.passages.push(n)
      posting.counts.push(Math.min(count, most))
      posting.lengths.push(Math.min(length, most))
    }
  })
  for (const posting of postings.values()) posting.document = Math.min(posting.document, most)
  return {
    titleLength: Math.min(inTitle.length, most),
    documentLength,
    passageLength,
    passages,
    postings: [...postings.values()],
    words: [...words],
  }
}

/** Words worth knowing for when someone slips: no numbers, nothing endless. */
const isCorrection = (word: string): boolean => /^\p{L}{3,30}$/u.test(word)
