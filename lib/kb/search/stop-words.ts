import * as lists from 'stopword'
import { foldText } from '../../core/words'
import { baseLanguage } from './stemming'

/** What "don't" and its like leave behind, what the list lacks of Snowball's, and words that are in every question and say nothing in it. */
const english = [
  ...['ain', 'aren', 'couldn', 'd', 'didn', 'doesn', 'don', 'hadn', 'hasn', 'haven', 'i', 'isn', 'll', 'm', 're', 'shouldn', 't', 've'],
  ...['wasn', 'weren', 'when', 'whose', 'why', 'won', 'wouldn', 'does', 'doing', 'having', 'not', 'nor', 'again', 'just', 'own', 'too'],
  ...['once', 'theirs', 'yours', 'ours', 'myself', 'yourself', 'themselves', 'itself', 'whom', 'until', 'above', 'below', 'any', 'every'],
  ...['please', 'want', 'wants', 'wanted', 'need', 'needs', 'let', 'something', 'anything', 'thing', 'things', 'else', 'everything'],
  ...['get', 'gets', 'getting', 'goes', 'going', 'tell', 'hello', 'hi', 'thanks', 'possible', 'able'],
]

const stopWords: Record<string, readonly string[]> = {
  ...{ ar: lists.ara, ca: lists.cat, cs: lists.ces, da: lists.dan, de: lists.deu, el: lists.ell, en: [...lists.eng, ...english] },
  ...{ es: lists.spa, eu: lists.eus, fa: lists.fas, fi: lists.fin, fr: lists.fra, ga: lists.gle, he: lists.heb, hi: lists.hin },
  ...{ hu: lists.hun, hy: lists.hye, id: lists.ind, it: lists.ita, nb: lists.nob, nl: lists.nld, no: lists.nob, pl: lists.pol },
  ...{ pt: lists.por, ro: lists.ron, ru: lists.rus, sk: lists.slk, sl: lists.slv, sv: lists.swe, sw: lists.swa, tr: lists.tur },
  ...{ uk: lists.ukr, ur: lists.urd, vi: lists.vie },
}

/** What the lists have although articles are about it: sizes, days, opening; in Arabic what is given back, and visits. */
const saying = /^(?:gross|klein|neu|offen|ordnung|tage?n?$|zeit|jahr|اعادة|زيارة)/

const folded = new Map<string, Set<string>>()

/** The words of a language that say nothing of what a text is about, folded. */
export function stopWordsOf(language: string): ReadonlySet<string> {
  const base = baseLanguage(language)
  const known =
    folded.get(base) ?? new Set((stopWords[base] ?? []).map(foldText).filter((word) => /^\p{L}+$/u.test(word) && !saying.test(word)))
  folded.set(base, known)
  return known
}

export const isStopWord = (word: string, language: string): boolean => stopWordsOf(language).has(word)
