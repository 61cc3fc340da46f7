import { mailAddress } from './mail-address'
import { visibleText } from './text'

/** Whom a message goes to. */
export interface Addressee {
  email: string
  /** Empty where none is known. */
  name: string
}

export interface Addressees {
  to: Addressee[]
  cc: Addressee[]
}

/** One of several addresses as it was typed; `email` is null for what is none. */
export interface ReadAddressee {
  text: string
  email: string | null
  name: string
}

/** Addresses as people type and paste them: `Name <a@b>, c@d; "Doe, Jane" <j@d>`, one under the other or with spaces between. */
export function readAddressees(text: string): ReadAddressee[] {
  const found: ReadAddressee[] = []
  let pending = ''
  for (const piece of pieces(text)) {
    // A name with a comma that is not quoted: the rest of it follows.
    if (!piece.includes('@')) {
      pending = pending ? `${pending}, ${piece}` : piece
      continue
    }
    found.push(...readPiece(pending ? `${pending}, ${piece}` : piece))
    pending = ''
  }
  return pending ? [...found, { text: pending, email: null, name: '' }] : found
}

const pieces = (text: string) =>
  (text.match(/(?:"[^"]*"|<[^<>]*>|[^,;\r\n\t"<]|["<])+/g) ?? []).map((piece) => piece.trim()).filter(Boolean)

function readPiece(piece: string): ReadAddressee[] {
  const [, name = '', inside] = /^([^<>]*)<([^<>]*)>$/.exec(piece) ?? []
  if (inside !== undefined) return [{ text: piece, email: mailAddress(inside.replace(/^mailto:/i, '')), name: nameOf(name) }]
  const words = piece.split(/\s+/)
  if (words.length > 1 && words.every((word) => mailAddress(word))) return words.flatMap(readPiece)
  return [{ text: piece, email: mailAddress(piece.replace(/^mailto:/i, '')), name: '' }]
}

const nameOf = (words: string) =>
  visibleText(words)
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim()
    .slice(0, 120)

/** As one line, which `readAddressees` reads back. */
export const writeAddressee = ({ email, name }: Addressee): string => {
  const plain = name.replace(/["<>\r\n]/g, ' ').trim()
  return plain ? `"${plain}" <${email}>` : email
}
