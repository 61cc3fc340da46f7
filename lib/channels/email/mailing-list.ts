import { cut } from '../../core/text'
import { headerIn } from './bounce'
import type { ParsedMail } from './parse'

const longestId = 255

/** The list that a message came through, as its List-Id says (RFC 2919): the id stands between brackets, what it is called before them. */
export function mailingListOf({ headers }: Pick<ParsedMail, 'headers'>): { id: string; name: string } | null {
  const header = headerIn(headers, 'list-id')
  const [, phrase = '', inBrackets] = /^(.*)<([^<>]*)>\s*$/s.exec(header) ?? []
  const id = (inBrackets ?? header).replace(/\s+/g, '').toLowerCase()
  if (id === '' || id.length > longestId || /[<>"]/.test(id)) return null
  const name = phrase
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^"(.*)"$/, '$1')
  return { id, name: cut(name, 120) || id }
}
