import { relatedWordsOf } from './related-words'
import { isMixedUpStopWord, maybeMisspelled, otherSpellingsOf } from './spelling'
import { stemOf } from './stemming'
import { isStopWord } from './stop-words'
import { tokensOf, wordsIn } from './tokens'

/** One word of what someone looks for, with all that is taken for it. An article counts the best of them alone. */
export interface QueryWord {
  word: string
  /** Stems that are itself, in its spellings: not those of related words. */
  own: Set<string>
  /** Its own stem first. */
  members: Map<string, number>
  /** In no dictionary: when it stands in no article either, it is corrected. */
  isDoubtful: boolean
  from: number
  to: number
}

/** What is asked beyond this has no weight, and costs. */
const mostWords = 24

/**
 * The words of a query, each once; those that say nothing only where there are no others.
 * @param reader the language of who asks: what says nothing in it is no word of another ("die")
 */
export function queryWordsOf(query: string, language: string, reader = language): QueryWord[] {
  const saying = tokensOf(query, language).filter(
    ({ word }) => !(maybeMisspelled(word, language) && isMixedUpStopWord(word, language)) && !isStopWord(word, reader),
  )
  const words = new Map<string, QueryWord>()
  for (const { word, term, from, to } of saying.length > 0 ? saying : wordsIn(query, language)) {
    if (words.has(term)) continue
    const members = membersOf(term, 1, language)
    const spellings = otherSpellingsOf(word, language).map((other) => stemOf(other, language))
    for (const other of spellings) add(members, other, 1)
    words.set(term, { word, own: new Set([term, ...spellings]), members, isDoubtful: maybeMisspelled(word, language), from, to })
    if (words.size === mostWords) break
  }
  return [...words.values()]
}

/** A word that is put in the place of another, with all that is taken for it. */
export function takeInstead({ own, members }: Pick<QueryWord, 'own' | 'members'>, word: string, weight: number, language: string) {
  const stem = stemOf(word, language)
  own.add(stem)
  for (const [term, each] of membersOf(stem, weight, language)) add(members, term, each)
}

function membersOf(term: string, weight: number, language: string): Map<string, number> {
  const members = new Map([[term, weight]])
  for (const related of relatedWordsOf(term, language)) add(members, related.term, weight * related.weight)
  return members
}

function add(members: Map<string, number>, term: string, weight: number) {
  if (weight > (members.get(term) ?? 0)) members.set(term, weight)
}
