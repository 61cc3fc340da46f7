import { mailAddress } from '../../../core/mail-address'
import { cleanText, cut } from '../../../core/text'
import { decodeWords, oneLine } from './header'

/** An address in its normal form, and the name that stands beside it, if any. */
export interface Mailbox {
  email: string
  name: string
}

interface Piece {
  /** What stands outside brackets and comments, quotation marks taken off. */
  words: string
  /** The same with quotation marks, which belong to a local part. */
  written: string
  comments: string[]
  bracketed: string[]
}

/**
 * The addresses of a header (RFC 5322), and of much that only looks like one: names with commas, junk behind the address,
 * brackets and quotation marks that are not closed or stand in the wrong place.
 */
export function readAddresses(value: string, most = 1000): { list: Mailbox[]; isCut: boolean } {
  const list: Mailbox[] = []
  let pending = ''
  for (const piece of pieces(value)) {
    const found = mailboxOf(piece)
    if (!found) {
      // A name with a comma that is not quoted: the rest of it follows.
      pending = piece.bracketed.length > 0 ? '' : [pending, piece.words.trim()].filter(Boolean).join(', ')
      continue
    }
    if (list.length >= most) return { list, isCut: true }
    list.push(pending && found.name ? { ...found, name: shownName(`${pending}, ${found.name}`) } : found)
    pending = ''
  }
  if (list.length === 0) {
    // The address may be hidden within an encoded word, or be all that can be told from junk.
    const decoded = decodeWords(value)
    if (decoded !== value) return readAddresses(decoded, most)
    const loose = looseAddress(value)
    if (loose) return { list: [loose], isCut: false }
  }
  return { list, isCut: false }
}

/** Splits at commas and semicolons outside quotation marks, comments and brackets; the name of a group is left out. */
function* pieces(value: string): Generator<Piece> {
  let piece = empty()
  let at = 0
  while (at < value.length) {
    const letter = value[at] as string
    if (letter === '"') {
      const end = endOfQuoted(value, at)
      if (end < 0) {
        // Not closed: what follows is read as if it were not there.
        at++
        continue
      }
      const inside = value.slice(at + 1, end).replace(/\\(.)/gs, '$1')
      piece.words += inside
      piece.written += value.slice(at, end + 1)
      at = end + 1
    } else if (letter === '(') {
      const end = endOfComment(value, at)
      if (end < 0) {
        at++
        continue
      }
      piece.comments.push(value.slice(at + 1, end))
      at = end + 1
    } else if (letter === '<') {
      const rest = value.slice(at + 1, at + 2000)
      const close = rest.indexOf('>')
      const inside = close < 0 ? (/^[^,;]*/.exec(rest)?.[0] ?? '') : rest.slice(0, close)
      piece.bracketed.push(inside)
      at += 1 + inside.length + (close < 0 ? 0 : 1)
    } else if (letter === ',' || letter === ';') {
      yield piece
      piece = empty()
      at++
    } else if (letter === ':' && !piece.words.includes('@') && piece.bracketed.length === 0) {
      // The name of a group.
      piece = empty()
      at++
    } else {
      const run = /^[^"(<,;:]+/.exec(value.slice(at, at + 2000))?.[0] ?? letter
      piece.words += run
      piece.written += run
      at += run.length
    }
  }
  yield piece
}

const empty = (): Piece => ({ words: '', written: '', comments: [], bracketed: [] })

const longest = 1000

function endOfQuoted(value: string, from: number): number {
  const stop = Math.min(value.length, from + longest)
  for (let at = from + 1; at < stop; at++) {
    if (value[at] === '\\') at++
    else if (value[at] === '"') return at
  }
  return -1
}

function endOfComment(value: string, from: number): number {
  let depth = 0
  const stop = Math.min(value.length, from + longest)
  for (let at = from; at < stop; at++) {
    if (value[at] === '\\') at++
    else if (value[at] === '(') depth++
    else if (value[at] === ')' && --depth === 0) return at
  }
  return -1
}

function mailboxOf({ words, written, comments, bracketed }: Piece): Mailbox | null {
  for (const inside of bracketed) {
    const email = addressIn(inside)
    if (email) return { email, name: shownName(words.replace(/[<>]/g, ' ')) || shownName(comments.join(' ')) }
  }
  const bare = written.trim()
  const whole = mailAddress(bare)
  if (whole) return { email: whole, name: shownName(comments.join(' ')) }
  // Something like an address within other words: "Amina [amina@shop.example]", or all of it in quotation marks.
  return looseAddress(words)
}

/** An address in brackets, with what does not belong there taken off: a route, a scheme, stray marks. */
function addressIn(inside: string): string | null {
  const text = cleanText(inside)
    .replace(/^[\s<]+|[\s>]+$/g, '')
    .replace(/^mailto:/i, '')
    .replace(/^@[^:]*:/, '')
  const plain = mailAddress(text)
  // Quotation marks around all of it, or one that closes nothing.
  return plain ?? mailAddress(text.replace(/["'\s]/g, ''))
}

const loose = /[^\s<>()[\],;:"@]{1,64}@[^\s<>()[\],;:"'@]{1,254}/

function looseAddress(words: string): Mailbox | null {
  const text = cut(cleanText(words), longest)
  const match = loose.exec(text)
  const email = match && mailAddress(match[0].replace(/^'|'$/g, ''))
  if (!email || !match) return null
  return { email, name: shownName(text.slice(0, match.index).replace(/[<["'(]+\s*$/, '')) }
}

/** A name as it is shown: decoded, on one line, without marks around it and without what turns the line around. */
export function shownName(words: string): string {
  const text = oneLine(words)
  return cut(/^'(.*)'$/.exec(text)?.[1] ?? text, 200)
}
