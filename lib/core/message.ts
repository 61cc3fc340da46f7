import type { ICUArgs, MessageKeys, Messages, NestedKeyOf, NestedValueOf } from 'use-intl/core'

/** The key of any text of the catalogue, `messages/en.json`. */
export type MessageKey = MessageKeys<Messages, NestedKeyOf<Messages>>

type Errors = Messages['errors']
/** The key of an error's text, counted from `errors`: `signIn.refused`. */
export type ErrorKey = MessageKeys<Errors, NestedKeyOf<Errors>>

// Values travel inside the text until someone is there to read it, so they are what JSON can hold; a date is its milliseconds.
type Values<K extends ErrorKey> = ICUArgs<
  NestedValueOf<Errors, K>,
  { ICUArgument: string | number; ICUNumberArgument: number; ICUDateArgument: number }
>
/** The keys that take no values. */
export type PlainKey = { [K in ErrorKey]: Record<never, never> extends Values<K> ? K : never }[ErrorKey]

declare const filled: unique symbol
/** A key together with its values. */
export type Filled = string & { readonly [filled]: true }

/** What an error says: a key, or `msg(key, values)`. It becomes words where the caller's language is known (lib/text/say.ts). */
export type ErrorText = PlainKey | Filled

/** A text of `errors` for where a value is needed, or where zod wants a string: `.min(1, msg('enterName'))`. */
export const msg = <K extends ErrorKey>(key: K, ...[values]: Record<never, never> extends Values<K> ? [] : [values: Values<K>]): Filled =>
  (values ? `${key}${JSON.stringify(values)}` : key) as Filled

/** The key and the values that `msg` put together; null for anything else. */
export function readMessage(text: string): { key: string; values: Record<string, string | number> } | null {
  const [, key, values] = /^([a-z][\w]*(?:\.\w+)*)(\{.*\})?$/is.exec(text) ?? []
  if (!key) return null
  try {
    return { key, values: values ? JSON.parse(values) : {} }
  } catch {
    return null
  }
}
