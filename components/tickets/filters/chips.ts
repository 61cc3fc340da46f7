import { type Comparison, type Filter, parseFilter, writeFilter } from '@/lib/core/filter'
import type { FieldKind } from '@/lib/tickets/fields/values'
import type { Attribute } from '@/lib/tickets/ticket/attribute'
import { attributeAsked } from '@/lib/tickets/ticket/attribute-names'

/** `..` is a range, of which an end may be empty. */
export type Operator = Comparison | '!=' | '..'

/** One condition that every ticket of a list meets. */
export interface Chip {
  /** Of the filter language. */
  name: string
  operator: Operator
  values: string[]
}

/** What asks for words of `is:`, which belong to several attributes. */
export const flags = 'is'

/** What asks for a custom field, before its key. */
export const fieldPrefix = 'field.'

/** The key of the custom field that chips of a name ask; null for any other. */
export const fieldAsked = (name: string): string | null =>
  name.startsWith(fieldPrefix) && name.length > fieldPrefix.length ? name.slice(fieldPrefix.length) : null

/** The name that chips have for what a filter asks; null for what they can't say. */
function nameOf(asked: string): string | null {
  if (asked === flags || fieldAsked(asked)) return asked
  const [name, attribute] = attributeAsked(asked) ?? []
  return name && attribute?.kind !== 'fields' ? name : null
}

function chipOf(part: Filter): Chip | null {
  const leaf = part.kind === 'not' ? part.part : part
  const name = leaf.kind === 'field' || leaf.kind === 'range' ? nameOf(leaf.name) : null
  if (!name) return null
  // A custom field has no ranges.
  if (leaf.kind === 'range')
    return part.kind === 'range' && !fieldAsked(name) ? { name, operator: '..', values: [leaf.from, leaf.to] } : null
  if (leaf.kind !== 'field') return null
  if (part.kind === 'field') return { name, operator: leaf.comparison, values: leaf.values }
  return leaf.comparison === '=' ? { name, operator: '!=', values: leaf.values } : null
}

function partOf({ name, operator, values }: Chip): Filter {
  if (operator === '..') return { kind: 'range', name, from: values[0] ?? '', to: values[1] ?? '', at: 0 }
  const leaf: Filter = { kind: 'field', name, comparison: operator === '!=' ? '=' : operator, values, at: 0 }
  return operator === '!=' ? { kind: 'not', part: leaf } : leaf
}

function parsed(text: string): Filter | null {
  try {
    return parseFilter(text)
  } catch {
    return null // what is wrong with it is said by who runs it
  }
}

/** A filter as chips, and as text what they can't say. */
export function splitFilter(q: string): { chips: Chip[]; text: string } {
  const filter = parsed(q)
  const parts = filter?.kind === 'all' ? filter.parts : filter ? [filter] : []
  const chips = parts.flatMap((part) => chipOf(part) ?? [])
  if (chips.length === 0) return { chips, text: q.trim() }
  const rest = parts.filter((part) => !chipOf(part))
  return { chips, text: rest.length > 0 ? writeFilter({ kind: 'all', parts: rest }) : '' }
}

/** The filter that tickets of the list meet: all that the text says, and each of the chips. */
export function joinFilter(text: string, chips: readonly Chip[]): string {
  const typed = text.trim()
  const isOne = chips.length === 0 || parsed(typed)?.kind !== 'any'
  return [isOne ? typed : `(${typed})`, ...chips.map((chip) => writeFilter(partOf(chip)))].filter(Boolean).join(' ')
}

/** How an attribute or a custom field can be asked for; the first is what is meant most. */
export function operatorsOf(attribute: Attribute | null, field?: FieldKind): Operator[] {
  if (field === 'number' || field === 'date') return ['=', '!=', '>', '>=', '<', '<=']
  if (attribute?.kind === 'instant') return ['>', '<', '=']
  if (attribute?.kind === 'choice' && attribute.isOrdered) return ['=', '!=', '>=', '<=']
  if (attribute?.kind === 'number' || attribute?.kind === 'count') return ['=', '!=', '>', '<']
  return ['=', '!=']
}

/** Whether one of several values is enough. */
export const isOfSeveral = (attribute: Attribute | null, operator: Operator) =>
  attribute?.kind !== 'instant' && (operator === '=' || operator === '!=')
