import { type Language, languages, pseudoLanguages } from './generated/languages'

/** Languages made for the eye of a tester. They are chosen like any other, where that is allowed. */
const allowsPseudo = () => process.env.NODE_ENV !== 'production' || process.env.PSEUDO_LANGUAGES === 'on'

/** The languages that can be chosen here: those that are shipped, and where that is allowed the made-up ones. */
export const choosable = (): readonly Language[] => (allowsPseudo() ? [...languages, ...pseudoLanguages] : languages)

export const isChoosable = (locale: string): boolean => choosable().some((language) => language === locale)

/** The best of ours for a language tag: de-CH finds de; null when none fits. */
export function fitting(tag: string): Language | null {
  for (let cut = tag.toLowerCase(); cut; cut = cut.slice(0, Math.max(0, cut.lastIndexOf('-')))) {
    const found = choosable().find((language) => language.toLowerCase() === cut)
    if (found) return found
  }
  return null
}

/** The best of ours for what a browser asks for (RFC 9110, Accept-Language). */
export function negotiate(header: string | null): Language | null {
  const asked = (header ?? '').split(',').map((part) => {
    const [tag = '', ...rest] = part.trim().split(';')
    return { tag, q: Number(rest.find((each) => each.trim().startsWith('q='))?.split('=')[1] ?? 1) }
  })
  for (const { tag } of asked.filter(({ tag, q }) => tag && q > 0).sort((a, b) => b.q - a.q)) {
    const found = fitting(tag)
    if (found) return found
  }
  return null
}

interface Wishes {
  /** What the person chose. */
  person?: string | null
  /** Accept-Language of their browser. */
  browser?: string | null
  /** What the workspace speaks. */
  workspace?: string | null
}

/** The person's own language, else the browser's, else the workspace's, else English. */
export const languageFor = ({ person, browser, workspace }: Wishes): Language =>
  (isChosen(person) && fitting(person)) || negotiate(browser ?? null) || (workspace && fitting(workspace)) || 'en'

/** Accounts used to begin with `en`, which nobody chose: it must not win over the browser. English that was chosen is `en-GB`. */
const isChosen = (locale: string | null | undefined): locale is string => Boolean(locale) && locale !== 'en'

/** What dates and numbers follow, and what the page says it is written in. Ours is British English. */
export const localeOf = (language: Language): string => (language === 'en' ? 'en-GB' : language)

type Directed = Intl.Locale & { getTextInfo(): { direction: 'ltr' | 'rtl' } }
export const directionOf = (locale: string) => (new Intl.Locale(locale) as Directed).getTextInfo().direction
