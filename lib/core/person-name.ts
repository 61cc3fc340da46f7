import { cut, visibleText } from './text'

export interface PersonName {
  firstName: string
  lastName: string
}

// Words that are read, not shown.

/** What stands before a name, written with or without a full stop. */
const plainTitles = new Set(
  // not-words: read
  'mr mrs ms mx miss dr prof professor rev reverend herr frau mme mlle madame monsieur señor señora senor senora sir doctor'.split(' '),
)
/** What could be a name or an initial as well, unless a full stop ends it: "Fr. Doe", "Sr. García". */
const dottedTitles = new Set(
  // not-words: read
  'fr hr sr sra srta sig dott ing mag dipl med phil rer nat iur jur habil hon capt col gen lt sgt eng'.split(' '),
)
// not-words: read
const suffixes = new Set('jr sr ii iii iv phd dphil'.split(' '))
/** What follows a name after a comma alone: Jack Ma is no master of arts. */
// not-words: read
const degrees = new Set('MD DDS MBA MSc BSc MA BA MSW RN CPA CFA PMP Esq Esquire LLB LLM JD'.split(' '))
// not-words: read
const companyForms = new Set('inc ltd limited llc llp plc gmbh corp corporation pty'.split(' '))
/** Names as well, when they are not in capitals. */
// not-words: read
const capitalForms = new Set('AG KG OHG UG SA BV NV OY AB SRL SPA SARL'.split(' '))
const familyFirst = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\s]+$/u
const initials = /^(?:\p{Lu}\.-?)+$/u

/** "Ph.D." and "PhD" are one word. */
const dotless = (word: string) => word.replaceAll('.', '')
const plain = (word: string) => dotless(word).toLowerCase()
const isTitle = (word: string): boolean =>
  plainTitles.has(plain(word)) ||
  (word.endsWith('.') && word.split(/[.-]/).every((part) => !part || plainTitles.has(plain(part)) || dottedTitles.has(plain(part))))
const isSuffix = (word: string) => suffixes.has(plain(word))
const isBehindComma = (word: string) => isSuffix(word) || degrees.has(dotless(word)) || isTitle(word)
const isCompany = (words: readonly string[]) =>
  words.length > 1 && words.some((word) => companyForms.has(plain(word)) || capitalForms.has(dotless(word)))
const wordsIn = (text: string) => text.split(' ').filter(Boolean)

/** @returns the words behind the titles, and whether there was a title */
function withoutTitles(words: readonly string[]): { words: string[]; isTitled: boolean } {
  const start = words.findIndex((word) => !isTitle(word))
  const rest = start < 0 ? [] : words.slice(start)
  const isTitled = start !== 0 && words.length > 0
  let end = rest.length
  while (end > 1 && isSuffix(rest[end - 1] as string)) end--
  return { words: rest.slice(0, end), isTitled }
}

/**
 * The first and the last name in a name as people write it: "Dr. Jane Doe", "Doe, Jane", "Jane Doe, PhD". Titles and what stands
 * in brackets belong to neither. What is not known is empty: "Dr. Doe" has no first name, "Cher" no last one, and an address
 * or a number is no name.
 */
export function splitName(name: string): PersonName {
  const text = cut(visibleText(name), 400)
    .replace(/\([^()]*\)|\[[^[\]]*\]/g, ' ')
    .replace(/["“”«»<>]|(?<!\p{L})['‘’]|['‘’](?!\p{L})/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (text.includes('@') || !/\p{L}/u.test(text)) return { firstName: '', lastName: '' }
  const [before = '', ...after] = text.split(/[,，、]/).map((part) => part.trim())
  if (isCompany(wordsIn(text.replaceAll(',', ' ')))) return { firstName: '', lastName: text }
  const behind = after.filter((part) => part && !wordsIn(part).every(isBehindComma))
  if (behind.length > 0) {
    const given = withoutTitles(wordsIn(behind[0] as string)).words
    return { firstName: given.join(' '), lastName: withoutTitles(wordsIn(before)).words.join(' ') }
  }
  const { words, isTitled } = withoutTitles(wordsIn(before))
  // One word before a comma is the last name, whether anything stands behind it or not.
  const isLast = isTitled || after.length > 0
  if (words.length < 2) {
    const [only = ''] = words
    return isLast || initials.test(only) ? { firstName: '', lastName: only } : { firstName: only, lastName: '' }
  }
  if (familyFirst.test(before)) return { firstName: words.slice(1).join(' '), lastName: words[0] as string }
  // "J. Edgar Hoover": initials go with the name behind them, as long as a last name is left.
  const full = words.findIndex((word) => !initials.test(word))
  const firsts = full < 0 ? words.length - 1 : Math.max(1, full > 0 && full < words.length - 1 ? full + 1 : full)
  return { firstName: words.slice(0, firsts).join(' '), lastName: words.slice(firsts).join(' ') }
}

/** The name of somebody with this first and last name. */
export const joinName = ({ firstName, lastName }: PersonName): string =>
  [firstName, lastName]
    .map((part) => part.trim())
    .filter(Boolean)
    .join(' ')

/**
 * What to call somebody in "Hello …,": the first name, else the name as it is ("Dr. Doe"), and nothing where there is no name
 * to call them by.
 */
export function callName(name: string): string {
  const { firstName, lastName } = splitName(name)
  if (firstName && !wordsIn(firstName).every((word) => initials.test(word))) return firstName
  return firstName || lastName
    ? name
        .replace(/\s+/g, ' ')
        .replace(/[\s,]+$/, '')
        .trim()
    : ''
}

/** What somebody may be called of whom only the address is known: "amina.haddad@acme.test" is "Amina Haddad". */
export function nameOfAddress(email: string): string {
  const words = email
    .slice(0, email.lastIndexOf('@'))
    .replace(/\+.*$/, '')
    .split(/[._-]+/)
    .filter(Boolean)
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || email
}
