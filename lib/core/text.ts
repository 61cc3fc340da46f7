/** Text that PostgreSQL can store: no NUL, no half characters. */
export const cleanText = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** Without what takes no room or turns the rest of a line around; joiners that letters need stay. */
export const visibleText = (text: string): string => text.replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')

/** The same in one line, without characters that control a terminal or end a header. */
export const lineOfText = (text: string): string => visibleText(text).replace(/\p{Cc}+/gu, ' ')

/** The first `length` UTF-16 units, without half a character at the end. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')

/** What went wrong, short enough to keep. */
export const errorText = (error: unknown): string => cut(cleanText(error instanceof Error ? error.message : String(error)), 2000)

/** Whether there is text anywhere in a value that PostgreSQL cannot store. */
export const hasUnstorable = (value: unknown): boolean => {
  if (typeof value === 'string') return cleanText(value) !== value
  if (Array.isArray(value)) return value.some(hasUnstorable)
  // What comes from an address is an object of a class of its own, so the prototype says nothing.
  if (value && typeof value === 'object' && !(value instanceof Blob) && !(value instanceof Date))
    return Object.entries(value).some(([name, field]) => hasUnstorable(name) || hasUnstorable(field))
  return false
}
