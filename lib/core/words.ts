const word = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu
/** Scripts that are written without spaces between words, or with what belongs to a word grown onto it. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]+/gu
const longestWord = 60

/** Accents, the points of Hebrew, the vowels and the lengthening of Arabic: what is left out by who writes in a hurry. */
const marks =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]/g
/** Letters that Unicode does not take apart, by the plain ones that are typed for them. */
const plainLetters: Record<string, string> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ŋ: 'ng' },
  ...{
    ς: 'σ',
    ł: 'l',
    đ: 'd',
    ð: 'd',
    ø: 'o',
    ı: 'i',
    ħ: 'h',
    ŧ: 't',
    ƀ: 'b',
    ɨ: 'i',
    ʉ: 'u',
    ĸ: 'k',
    ɖ: 'd',
    ɗ: 'd',
    ɓ: 'b',
    ɛ: 'e',
    ɔ: 'o',
  },
}
const special = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'g')

/** Small plain letters: "Łukasz" and "lukasz", "Ünïque" and "unique" are found by each other. */
export const foldText = (text: string): string =>
  text
    .replaceAll('№', ' no ')
    .replace(/\p{Cf}/gu, '')
    .normalize('NFKD')
    .replace(marks, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(marks, '')
    .replace(special, (letter) => plainLetters[letter] as string)

/** The pattern of `LIKE` for what `fold_text` made of a column. */
export const likeFolded = (text: string): string => `%${foldText(text).replace(/[\\%_]/g, '\\$&')}%`

const foldedOf = new Map<string, string>()

/** A character with the marks on it. */
const letter = /\P{M}\p{M}*|\p{M}+/gu

/** Those of a text are few. */
function foldCharacter(each: string): string {
  if (each < '\x80') return each.toLowerCase()
  const known = foldedOf.get(each)
  if (known !== undefined) return known
  const folded = foldText(each)
  if (foldedOf.size < 5000) foldedOf.set(each, folded)
  return folded
}

/** Where texts stand in another, as "lukasz" stands in "Łukasz": from and until which character, in order and apart. */
export function placesOf(text: string, wanted: readonly string[]): [from: number, to: number][] {
  let folded = ''
  const begins: number[] = []
  const ends: number[] = []
  let at = 0
  for (const [each] of text.matchAll(letter)) {
    const plain = foldCharacter(each)
    for (let n = 0; n < plain.length; n++) {
      begins.push(at)
      ends.push(at + each.length)
    }
    at += each.length
    // What is not seen belongs to what stands before it.
    if (plain === '' && ends.length > 0) ends[ends.length - 1] = at
    folded += plain
  }
  const found: [number, number][] = []
  for (const term of new Set(wanted.map((each) => foldText(each).trim()))) {
    if (!term) continue
    for (let place = folded.indexOf(term); place >= 0; place = folded.indexOf(term, place + term.length))
      found.push([begins[place] as number, ends[place + term.length - 1] as number])
  }
  const united: [number, number][] = []
  for (const [from, to] of found.sort((a, b) => a[0] - b[0])) {
    const last = united.at(-1)
    if (last && from < last[1]) last[1] = Math.max(last[1], to)
    else united.push([from, to])
  }
  return united
}

/**
 * The words of a text as they are looked for, in order. What is written without
 * spaces is taken in overlapping pairs of characters.
 */
export function wordsOf(text: string): string[] {
  const found: string[] = []
  for (const [run] of foldText(text).matchAll(word)) {
    let at = 0
    for (const match of run.matchAll(unspaced)) {
      if (match.index > at) found.push(run.slice(at, match.index))
      found.push(...pairs(match[0]))
      at = match.index + match[0].length
    }
    if (at < run.length) found.push(run.slice(at))
  }
  return found.map((each) => each.slice(0, longestWord))
}

/** One letter of a script that is taken in pairs. */
const isSingle = (each: string) => [...each].length === 1 && each.match(unspaced) !== null

function pairs(run: string): string[] {
  const letters = [...run]
  return letters.length === 1 ? letters : letters.slice(1).map((letter, n) => `${letters[n]}${letter}`)
}

/** What words weigh by where they stand. Customers never match what is for staff alone. */
export const weights = { title: 'A', people: 'B', said: 'C', inner: 'D' } as const
export type Weight = (typeof weights)[keyof typeof weights]

// PostgreSQL's own limits of a tsvector.
const lastPosition = 16_383
const longestDocument = 900_000

/**
 * The `tsvector` of a ticket, written here so that asking and answering cut
 * words alike. Each word carries its owner's mark: words of one tenant share no
 * index entry with those of another.
 */
export function documentOf(mark: string, parts: readonly { weight: Weight; text: string }[]): string {
  const places = new Map<string, string[]>()
  let position = 0
  let size = 0
  for (const { weight, text } of parts) {
    for (const each of wordsOf(text)) {
      position = Math.min(position + 1, lastPosition)
      const known = places.get(each)
      size += known ? 6 : each.length * 3 + mark.length + 8
      if (size > longestDocument) break
      if (!known) places.set(each, [`${position}${weight}`])
      else if (known.length < 200) known.push(`${position}${weight}`)
    }
    position = Math.min(position + 10, lastPosition) // no phrase reaches over the end of a message
  }
  return [...places].map(([each, where]) => `'${mark}:${each}':${where.join(',')}`).join(' ')
}

export interface TextQuery {
  text: string
  /** As typed, word by word; else each word may go on. */
  isExact?: boolean
  /** Only words of these weights. */
  within: string
}

const shortestPrefix = 3

/** What Korean puts after a noun, such as "to" and "of": who asks for the noun with one finds it with any other. */
const particles = [
  ...[
    '으로부터',
    '에게서',
    '이라고',
    '에서',
    '에게',
    '한테',
    '께서',
    '까지',
    '부터',
    '처럼',
    '보다',
    '라고',
    '하고',
    '이나',
    '이랑',
    '밖에',
    '마다',
  ],
  ...['조차', '으로', '은', '는', '이', '가', '을', '를', '의', '에', '도', '만', '와', '과', '로', '랑', '나'],
]
const withParticle = new RegExp(`(\\p{Script=Hangul}{2})(?:${particles.join('|')})$`, 'u')
/** A term without the particle that Korean has grown onto it. */
export const bare = (term: string) => term.normalize('NFC').replace(withParticle, '$1')

/** The `tsquery` of a text: all of its words, in order where they are one expression. Null where there is no word in it. */
export function queryOf(mark: string, { text, isExact, within }: TextQuery): string | null {
  const terms = text.split(/\s+/).flatMap((term) => {
    const words = wordsOf(isExact ? term : bare(term))
    const last = words.length - 1
    const lexemes = words.map((each, n) => {
      const isPrefix = !isExact && n === last && (each.length >= shortestPrefix || isSingle(each))
      return `'${mark}:${each}':${isPrefix ? '*' : ''}${within}`
    })
    return lexemes.length === 0 ? [] : [`(${lexemes.join(' <-> ')})`]
  })
  return terms.length === 0 ? null : terms.join(isExact ? ' <-> ' : ' & ')
}

/** How many letters must be changed, added, dropped or swapped to make one word of the other; `limit` + 1 for more than `limit`. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, n) => n)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      let best = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + (isSame ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] as number) + 1)
      row.push(best)
    }
    if (Math.min(...row) > limit) return limit + 1
    before = last
    last = row
  }
  return Math.min(last[b.length] as number, limit + 1)
}

/** Words worth knowing for when someone slips: no numbers, nothing endless. */
export const isMemorable = (each: string): boolean => each.length >= 4 && each.length <= 30 && !/\p{N}/u.test(each)

/** Letters that may be wrong in a word of this length. */
export const slipsIn = (each: string): number => (each.length < 4 ? 0 : each.length < 8 ? 1 : 2)
