import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface QuoteCase {
  name: string
  kind: 'text' | 'html'
  isAnswer: boolean
  /** The mail's text or HTML. */
  content: string
  /** Words that must stay visible, and words that must be folded; what may be either is in neither. */
  own: string[]
  quoted: string[]
}

/** Words of a text, in order. */
export const wordsIn = (text: string): string[] => text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []

export const wordsInHtml = (html: string): string[] => wordsIn(html.replace(/<style.*?<\/style>|<[^>]*>|&nbsp;/gs, ' '))

/** How many of these words are among those; each counts once. */
export function countAmong(words: readonly string[], given: readonly string[]): number {
  const left = new Map<string, number>()
  for (const word of given) left.set(word, (left.get(word) ?? 0) + 1)
  return words.filter((word) => {
    const n = left.get(word) ?? 0
    left.set(word, n - 1)
    return n > 0
  }).length
}

/**
 * Answers, first mails and forwards as programs write them, in the languages that people use. In a mail ⟦ and ⟧ stand around what
 * must be folded, ⟨ and ⟩ around what may be: signatures, and the line above questions that are answered one by one.
 */
export function quoteCases(file: 'known' | 'held-back'): QuoteCase[] {
  const all = readFileSync(path.join(import.meta.dirname, `${file}.txt`), 'utf8')
  return all
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [head = '', ...lines] = part.split('\n')
      const [name = '', kind, role] = head.split(' | ')
      const content = lines.join('\n').trimEnd()
      const clear = content.replace(/⟨[^⟩]*⟩/g, ' ')
      const words = kind === 'html' ? wordsInHtml : wordsIn
      return {
        name,
        kind: kind === 'html' ? 'html' : 'text',
        isAnswer: role === 'reply',
        content: content.replace(/[⟦⟧⟨⟩]/g, ''),
        own: words(clear.replace(/⟦[^⟧]*⟧/g, ' ')),
        quoted: words([...clear.matchAll(/⟦([^⟧]*)⟧/g)].map(([, inner]) => inner).join(' ')),
      }
    })
}
