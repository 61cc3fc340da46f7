import { createHash } from 'node:crypto'
import { invalid } from '../core/errors'

/** The name of the query that chooses fields; no procedure has an input of this name. */
const fieldsName = 'fields'
const maxFields = 100
const fieldPattern = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/

/**
 * Takes `?fields=id,number,requester.name` off an address.
 * @throws INVALID for what cannot be the name of a field
 */
export function takeFields(url: URL): string[] | null {
  const given = url.searchParams.get(fieldsName)
  if (given === null) return null
  url.searchParams.delete(fieldsName)
  const fields = given.split(',').map((name) => name.trim())
  const wrong = fields.find((name) => !fieldPattern.test(name))
  if (wrong !== undefined || fields.length > maxFields) throw invalid({ fields: ['input.fields'] })
  return fields
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Only these fields of an object, or of each item of a list. What an object does not have is left out. */
export function select(value: unknown, fields: readonly string[]): unknown {
  if (!isObject(value)) return value
  if (Array.isArray(value.items)) return { ...value, items: value.items.map((item) => pick(item, fields)) }
  return pick(value, fields)
}

function pick(value: unknown, fields: readonly string[]): unknown {
  if (!isObject(value)) return value
  const picked: Json = {}
  for (const field of fields) {
    const [head, ...rest] = field.split('.') as [string, ...string[]]
    if (!Object.hasOwn(value, head)) continue
    if (rest.length === 0) picked[head] = value[head]
    else picked[head] = { ...(isObject(picked[head]) ? (picked[head] as Json) : {}), ...(pick(value[head], [rest.join('.')]) as Json) }
  }
  return picked
}

/**
 * The tag of a thing that has versions: the version, which `If-Match` asks for, and a digest of all that is said of it, for names,
 * clocks and what the caller may do change without one.
 */
export const etagOf = (version: number, text: string): string => `"${version}.${digestOf(text)}"`

/** The version of what a procedure answers; null where it has none, as a list. */
export const versionOf = (output: unknown): number | null =>
  isObject(output) && typeof output.version === 'number' ? output.version : null

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22)

/** The version that `If-Match` names; null without one, or for `*`, which matches any. */
export function versionIn(ifMatch: string | null): number | null {
  if (ifMatch === null || ifMatch.trim() === '*') return null
  const version = /^(?:W\/)?"(\d{1,9})(?:\.[\w-]+)?"$/.exec(ifMatch.trim())?.[1]
  if (!version) throw invalid({ 'If-Match': ['input.etag'] })
  return Number(version)
}
