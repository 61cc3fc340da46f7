// How good the search of the knowledge base is, on the questions of `questions.txt`: whether the articles asked for come first, and whether
// nothing is said where there is nothing.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { answers, isFound } from '../../lib/kb/search/confidence'
import type { Answer } from './plain'

export const kinds = ['exact', 'misspelled', 'paraphrase', 'unrelated', 'language'] as const
export type Kind = (typeof kinds)[number]

export interface Question {
  kind: Kind
  text: string
  /** Slugs: the article that it asks for, then those that help. */
  wanted: string[]
}

export const questions: Question[] = readFileSync(path.join(import.meta.dirname, 'questions.txt'), 'utf8')
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
  /** Of all questions that an article answers, and by kind. */
  ndcg: number
  exact: number
  misspelled: number
  paraphrase: number
  language: number
  /** The article asked for came first. */
  first: number
  /** Of 30 questions that no article answers, how many were answered. */
  unrelated: number
  /** Of the questions whose first article was shown as the answer, how many were asking for it; and how many were shown. */
  answered: number
  answersShown: number
}

export async function qualityOf(
  search: (question: Question) => Answer | Promise<Answer>,
  tell: (question: Question, answer: Answer, ndcg: number) => void = () => {},
): Promise<Quality> {
  const all: { question: Question; answer: Answer; ndcg: number }[] = []
  for (const question of questions) {
    const answer = await search(question)
    const shown = answer.confidence >= isFound ? answer.found.map(({ slug }) => slug) : []
    const ndcg = question.kind === 'unrelated' ? 0 : ndcgOf(question, shown)
    tell(question, answer, ndcg)
    all.push({ question, answer, ndcg })
  }
  const mean = (list: number[]) => (list.length === 0 ? 0 : list.reduce((sum, each) => sum + each, 0) / list.length)
  const of = (kind: Kind) => mean(all.filter(({ question }) => question.kind === kind).map(({ ndcg }) => ndcg))
  const related = all.filter(({ question }) => question.kind !== 'unrelated' && question.kind !== 'language')
  const isFirst = ({ question, answer }: (typeof all)[number]) => answer.found[0]?.slug === question.wanted[0]
  const sure = all.filter(({ answer, question }) => answer.confidence >= answers && question.kind !== 'language')
  return {
    ndcg: mean(related.map(({ ndcg }) => ndcg)),
    exact: of('exact'),
    misspelled: of('misspelled'),
    paraphrase: of('paraphrase'),
    language: of('language'),
    first: mean(related.map((each) => (isFirst(each) && each.answer.confidence >= isFound ? 1 : 0))),
    unrelated: all.filter(({ question, answer }) => question.kind === 'unrelated' && answer.confidence >= isFound).length,
    answered: mean(sure.map((each) => (isFirst(each) ? 1 : 0))),
    answersShown: sure.length,
  }
}
