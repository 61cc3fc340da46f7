import { relatedWordsOf } from './related-words'
import { isMixedUpStopWord, maybeMisspelled, otherSpellingsOf } from './spelling'
import { stemOf } from './stemming'
import { tokensOf, wordsIn } from './tokens'

/** One word of what someone looks for, with all that is taken for it. An article counts the best of them alone. */
export interface QueryWord {
  word: string
  /** Its own stem first. */
  members: Map<string, number>
  /** In no dictionary: when it stands in no article either, it is corrected. */
  isDoubtful: boolean
  from: number
  to: number
}

/** What is asked beyond this has no weight, and costs. */
const mostWords = 24

/** The words of a query, each once; those that say nothing only where there are no others. */
export function queryWordsOf(query: string, language: string): QueryWord[] {
  const saying = tokensOf(query, language).filter(({ word }) => !(maybeMisspelled(word, language) && isMixedUpStopWord(word, language)))
  const words = new Map<string, QueryWord>()
  for (const { word, term, from, to } of saying.length > 0 ? saying : wordsIn(query, language)) {
    if (words.has(term)) continue
    const members = membersOf(term, 1, language)
    for (const other of otherSpellingsOf(word, language)) add(members, stemOf(other, language), 1)
    words.set(term, { word, members, isDoubtful: maybeMisspelled(word, language), from, to })
    if (words.size === mostWords) break
  }
  return [...words.values()]
}

/** A word that was put in the place of another, with all that is taken for it. */
export function takeInstead(members: Map<string, number>, word: string, weight: number, language: string) {
  for (const [term, own] of membersOf(stemOf(word, language), weight, language)) add(members, term, own)
}

function membersOf(term: string, weight: number, language: string): Map<string, number> {
  const members = new Map([[term, weight]])
  for (const related of relatedWordsOf(term, language)) add(members, related.term, weight * related.weight)
  return members
}

function add(members: Map<string, number>, term: string, weight: number) {
  if (weight > (members.get(term) ?? 0)) members.set(term, weight)
}
