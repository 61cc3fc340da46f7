import { escapeHtml } from '../../core/plain'

const placeholder = /\{\{\s*([\w.]+)\s*\}\}/g
const space = '(?:[^\\S\\r\\n]|&nbsp;)*'
/** What stands around a place, as far as it goes when there is nothing to put in. */
const empty = '\u0001'
const before = new RegExp(`(^|<(?:p|div|li|td|th|h\\d|br|blockquote)\\b[^>]*>)${empty}[\\s,;:]*(\\p{Ll})?`, 'gu')
const inside = new RegExp(`${space}${empty}(?=${space}[,.;:!?<]|$)|${empty}${space}`, 'g')

export const placeholdersIn = (bodyHtml: string): string[] => [...bodyHtml.matchAll(placeholder)].map(([, name]) => name as string)

/** Fills in texts, escaped. Where one is empty, the space or the comma that belonged to it goes as well. */
export function fillPlaceholders(bodyHtml: string, values: Record<string, string>): string {
  const filled = bodyHtml.replaceAll(empty, '').replace(placeholder, (whole, name: string) => {
    if (!Object.hasOwn(values, name)) return whole
    return escapeHtml((values[name] as string).replaceAll(empty, '')) || empty
  })
  return filled
    .replace(before, (_, start: string, letter: string | undefined) => `${start}${(letter ?? '').toUpperCase()}`)
    .replace(inside, '')
}
