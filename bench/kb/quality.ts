// How good the search of the knowledge base is, on questions that were written before the articles: whether the articles asked for come first, and whether
// nothing is said where there is nothing.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { isFound } from '../../lib/kb/search/confidence'
import type { Answer } from './plain'

export const kinds = ['exact', 'misspelled', 'paraphrase', 'unrelated', 'language'] as const
export type Kind = (typeof kinds)[number]

export interface Question {
  kind: Kind
  text: string
  /** Slugs: the article that it asks for, then those that help. */
  wanted: string[]
}

export const questionsOf = (file: string): Question[] =>
  readFileSync(path.join(import.meta.dirname, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [kind, text, wanted = ''] = line.split('|').map((part) => part.trim()) as [Kind, string, string?]
      return {
        kind,
        text,
        wanted: wanted
          .split(',')
          .map((each) => each.trim())
          .filter(Boolean),
      }
    })

/** Three for the article asked for, one for each that helps, less the further down (nDCG@10). */
export function ndcgOf({ wanted }: Question, slugs: readonly string[]): number {
  const gain = (slug: string) => (slug === wanted[0] ? 3 : wanted.includes(slug) ? 1 : 0)
  const sum = (list: readonly string[]) => list.slice(0, 10).reduce((total, slug, n) => total + gain(slug) / Math.log2(n + 2), 0)
  return sum([...new Set(slugs)]) / sum(wanted)
}

export interface Quality {
  /** nDCG@10 of all questions that an article answers, and by kind. */
  ndcg: number
  exact: number
  misspelled: number
  paraphrase: number
  language: number
  /** The article asked for came first. */
  first: number
  /** The same as `ndcg`, where all is left out of which it says itself that it is only the nearest. */
  sure: number
  /** Of 30 questions that no article answers, for how many something was said to be found. */
  unrelated: number
  /** Of those whose passage was shown as the answer, in how many it was of the article asked for; and how many these were. */
  answered: number
  answersShown: number
}

export async function qualityOf(
  questions: readonly Question[],
  search: (question: Question) => Answer | Promise<Answer>,
  tell: (question: Question, answer: Answer, ndcg: number) => void = () => {},
): Promise<Quality> {
  const all: { question: Question; answer: Answer; ndcg: number }[] = []
  for (const question of questions) {
    const answer = await search(question)
    const slugs = answer.found.map(({ slug }) => slug)
    const ndcg = question.kind === 'unrelated' ? 0 : ndcgOf(question, slugs)
    tell(question, answer, ndcg)
    all.push({ question, answer, ndcg })
  }
  type Asked = (typeof all)[number]
  const mean = (list: readonly Asked[], value: (asked: Asked) => number) =>
    list.length === 0 ? 0 : list.reduce((sum, each) => sum + value(each), 0) / list.length
  const isFirst = ({ question, answer }: Asked) => (answer.found[0]?.slug === question.wanted[0] ? 1 : 0)
  const isSure = ({ answer }: Asked) => answer.confidence >= isFound
  const of = (kind: Kind) => all.filter(({ question }) => question.kind === kind)
  const related = all.filter(({ question }) => question.kind !== 'unrelated' && question.kind !== 'language')
  const shown = all.filter(({ answer, question }) => answer.isAnswered && question.kind !== 'language')
  const kind = (name: Kind) => mean(of(name), ({ ndcg }) => ndcg)
  return {
    ndcg: mean(related, ({ ndcg }) => ndcg),
    exact: kind('exact'),
    misspelled: kind('misspelled'),
    paraphrase: kind('paraphrase'),
    language: kind('language'),
    first: mean(related, isFirst),
    sure: mean(related, (each) => (isSure(each) ? each.ndcg : 0)),
    unrelated: of('unrelated').filter(isSure).length,
    answered: mean(shown, isFirst),
    answersShown: shown.length,
  }
}

/** The language in which a question is asked. */
export const languageOf = ({ kind, text }: Question) => (kind !== 'language' ? 'en' : /\p{Script=Arabic}/u.test(text) ? 'ar' : 'de')
