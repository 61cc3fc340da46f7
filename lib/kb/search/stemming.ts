import * as loaded from 'snowball-stemmers'

/** Node gives the package as a default, bundlers as it says itself that it is. */
const snowball: typeof loaded = 'newStemmer' in loaded ? loaded : (loaded as { default: typeof loaded }).default

/** The algorithms of Snowball by the code of the language; words of others stay as they are. */
const algorithms: Record<string, string> = {
  ...{ ar: 'arabic', ca: 'catalan', cs: 'czech', da: 'danish', de: 'german', en: 'english', es: 'spanish', eu: 'basque', fi: 'finnish' },
  ...{ fr: 'french', ga: 'irish', hu: 'hungarian', hy: 'armenian', it: 'italian', nb: 'norwegian', nl: 'dutch', nn: 'norwegian' },
  ...{ no: 'norwegian', pt: 'portuguese', ro: 'romanian', ru: 'russian', sl: 'slovene', sv: 'swedish', ta: 'tamil', tr: 'turkish' },
}

const twice = new Set(['ca', 'es', 'fr', 'it', 'pt', 'ro'])

const stemmers = new Map<string, loaded.Stemmer>()

/** Of "pt-BR" the part that says how words are formed. */
export const baseLanguage = (language: string): string => (language.split(/[-_]/)[0] as string).toLowerCase()

export const hasStemmer = (language: string): boolean => baseLanguage(language) in algorithms

/** The part of a folded word that its forms share. */
export function stemOf(word: string, language: string): string {
  const base = baseLanguage(language)
  const algorithm = algorithms[base]
  if (algorithm === undefined) return word
  const stemmer = stemmers.get(base) ?? snowball.newStemmer(algorithm)
  stemmers.set(base, stemmer)
  const stem = stemmer.stem(word) || word
  // Without their accents, some endings of Romance languages are seen only when what stood behind them is gone.
  return twice.has(base) ? stemmer.stem(stem) || stem : stem
}
