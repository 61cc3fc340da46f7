import { escapeHtml } from '../../core/plain'
import { distance } from '../../core/words'

/** Letters that differ in a name that is still known for what it was meant to be. */
const mostSlips = 4

const placeholder = /\{\{\s*([\w.]+)\s*\}\}/g
const space = '(?:[^\\S\\r\\n]|&nbsp;)*'
/** What stands around a place, as far as it goes when there is nothing to put in. */
const empty = '\u0001'
const before = new RegExp(`(^|<(?:p|div|li|td|th|h\\d|br|blockquote)\\b[^>]*>)${empty}[\\s,;:]*(\\p{Ll})?`, 'gu')
// A run of spaces is looked at from its beginning alone: from each of its places it would be read again to its end.
const inside = new RegExp(`(?<![^\\S\\r\\n]|&nbsp;)${space}${empty}(?=${space}[,.;:!?<]|$)|${empty}${space}`, 'g')

export const placeholdersIn = (bodyHtml: string): string[] => [...bodyHtml.matchAll(placeholder)].map(([, name]) => name as string)

/**
 * Fills in texts, escaped. Where one is empty, the space or the comma that belonged to it goes as well.
 * @param show what stands for a text in its place; escaped unless said
 */
export function fillPlaceholders(
  text: string,
  values: Record<string, string>,
  show: (value: string, name: string, at: number) => string = escapeHtml,
): string {
  const filled = text.replaceAll(empty, '').replace(placeholder, (whole, name: string, at: number) => {
    if (!Object.hasOwn(values, name)) return whole
    const value = (values[name] as string).replaceAll(empty, '')
    return value ? show(value, name, at) : empty
  })
  return filled
    .replace(before, (_, start: string, letter: string | undefined) => `${start}${(letter ?? '').toUpperCase()}`)
    .replace(inside, '')
}

/** What a placeholder that is none was meant to be: the known name that is nearest to it, if any is near. */
export const meantPlaceholder = (name: string, known: readonly string[]): string | undefined =>
  known
    .map((other) => ({ other, slips: distance(name.toLowerCase(), other.toLowerCase(), mostSlips) }))
    .filter(({ slips }) => slips <= mostSlips)
    .sort((a, b) => a.slips - b.slips)[0]?.other
