import type { ORPCError } from '@orpc/client'
import en from '../../messages/en.json'
import { readMessage } from '../core/message'
import type { Translator } from './translator'

/** A message that was compiled by the build is an array: a leaf. */
const keysOf = (tree: object, at = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' || Array.isArray(value) ? [at + key] : keysOf(value, `${at}${key}.`),
  )
const errorKeys = new Set(keysOf(en.errors))

/** An error's text in words; what is no key of `errors` is words already. */
export function say(text: string, t: Translator): string {
  const read = readMessage(text)
  if (!read || !errorKeys.has(read.key)) return text
  // A value may be such a text again: why one of several failed.
  const values = Object.fromEntries(
    Object.entries(read.values).map(([name, value]) => [name, typeof value === 'string' ? say(value, t) : value]),
  )
  // One key for all of them: the union of what each takes is too large for the compiler.
  return t(`errors.${read.key}` as 'errors.rateLimited', values as never)
}

/** The same for an error and for all it says of its fields. */
export function sayError(error: ORPCError<string, unknown>, t: Translator): void {
  error.message = say(error.message, t)
  const data = error.data as { fields?: Record<string, string[]> } | undefined
  for (const [field, texts] of Object.entries(data?.fields ?? {})) if (data?.fields) data.fields[field] = texts.map((text) => say(text, t))
}
