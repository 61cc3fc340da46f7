import { maxFilterLength } from './filter-length'
import { type ErrorText, msg } from './message'

export { maxFilterLength }

/**
 * The filter language: `status:open assignee:me,none -tag:spam created:>7d "exact words" (a OR b)`.
 * Views, search, bulk actions and the API share it; what its fields mean is said by who compiles it.
 */

export type Comparison = '=' | '>' | '>=' | '<' | '<='

export type Filter =
  | { kind: 'all'; parts: Filter[] }
  | { kind: 'any'; parts: Filter[] }
  | { kind: 'not'; part: Filter }
  | { kind: 'field'; name: string; comparison: Comparison; values: string[]; at: number }
  /** `a..b`, both included; an empty end is open. */
  | { kind: 'range'; name: string; from: string; to: string; at: number }
  | { kind: 'text'; text: string; isExact: boolean; at: number }

/** With ids in place of names. */
export const maxStoredLength = 20_000
const maxParts = 100
const maxDepth = 20
const maxValues = 100

/** What is wrong with a filter, said to who wrote it. */
export class FilterError extends Error {
  constructor(
    readonly text: ErrorText,
    /** The character at which it went wrong, from 0. */
    readonly at: number,
  ) {
    super(text)
  }
}

interface Token {
  kind: '(' | ')' | 'or' | 'not' | 'leaf'
  at: number
  leaf?: Filter
}

/** @throws {FilterError} with the place and what to do about it */
export function parseFilter(text: string, maximum = maxFilterLength): Filter {
  if (text.length > maximum) throw new FilterError(msg('filter.tooLong', { maximum }), maximum)
  const tokens = tokensOf(text)
  if (tokens.filter(({ kind }) => kind === 'leaf').length > maxParts)
    throw new FilterError(msg('filter.tooMany', { maximum: maxParts }), text.length)
  let next = 0
  const peek = () => tokens[next]
  const any = (depth: number): Filter => {
    if (depth > maxDepth) throw new FilterError(msg('filter.tooDeep', { maximum: maxDepth }), peek()?.at ?? text.length)
    const parts = [all(depth)]
    while (peek()?.kind === 'or') {
      next++
      parts.push(all(depth))
    }
    return parts.length === 1 ? (parts[0] as Filter) : { kind: 'any', parts }
  }
  const all = (depth: number): Filter => {
    const parts: Filter[] = []
    for (let token = peek(); token && token.kind !== ')' && token.kind !== 'or'; token = peek()) parts.push(one(depth))
    if (parts.length === 0 && (next > 0 || next < tokens.length)) throw new FilterError('filter.noCondition', peek()?.at ?? text.length)
    return parts.length === 1 ? (parts[0] as Filter) : { kind: 'all', parts }
  }
  const one = (depth: number): Filter => {
    let isNegated = false
    for (let token = peek(); token?.kind === 'not'; token = peek()) {
      isNegated = !isNegated
      next++
    }
    const token = peek()
    next++
    let part: Filter
    if (token?.kind === 'leaf') part = token.leaf as Filter
    else if (token?.kind === '(') {
      part = any(depth + 1)
      if (peek()?.kind !== ')') throw new FilterError('filter.notClosed', token.at)
      next++
    } else throw new FilterError('filter.noCondition', token?.at ?? text.length)
    return isNegated ? { kind: 'not', part } : part
  }
  const filter = any(0)
  const rest = peek()
  if (rest) throw new FilterError('filter.notOpened', rest.at)
  return filter
}

const space = /\s/
const nameStart = /^[\p{L}_][\p{L}\p{N}_.-]*$/u

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  /** Reads a quoted text from its opening mark on; `\"` is a mark inside. */
  const quoted = (): string => {
    const start = at
    let found = ''
    for (at++; at < text.length; at++) {
      if (text[at] === '\\' && at + 1 < text.length) found += text[++at]
      else if (text[at] === '"') {
        at++
        return found
      } else found += text[at]
    }
    throw new FilterError('filter.quoteNotClosed', start)
  }
  const bare = (until: RegExp): string => {
    const start = at
    while (at < text.length && !until.test(text[at] as string)) at++
    return text.slice(start, at)
  }
  while (at < text.length) {
    const char = text[at] as string
    if (space.test(char)) at++
    else if (char === '(' || char === ')') tokens.push({ kind: char, at: at++ })
    else if (char === '-' && at + 1 < text.length && !space.test(text[at + 1] as string)) tokens.push({ kind: 'not', at: at++ })
    else if (char === '"') {
      const start = at
      tokens.push({ kind: 'leaf', at: start, leaf: { kind: 'text', text: quoted(), isExact: true, at: start } })
    } else {
      const start = at
      const first = bare(/[\s():"]/)
      const follows = text[at + 1]
      // "Re: hello" and "https://x" are words, not fields.
      const isField = text[at] === ':' && nameStart.test(first) && follows !== undefined && !space.test(follows) && follows !== '/'
      if (isField) {
        at++
        tokens.push({ kind: 'leaf', at: start, leaf: field(first.toLowerCase(), start) })
      } else {
        const said = first + bare(/[\s()"]/)
        if (said === 'OR' || said === 'NOT') tokens.push({ kind: said === 'OR' ? 'or' : 'not', at: start })
        else if (said !== 'AND') tokens.push({ kind: 'leaf', at: start, leaf: { kind: 'text', text: said, isExact: false, at: start } })
      }
    }
  }
  return tokens

  function field(name: string, start: number): Filter {
    const comparison = (/^(?:>=|<=|>|<|=)/.exec(text.slice(at, at + 2))?.[0] ?? '=') as Comparison
    if (text.startsWith(comparison, at)) at += comparison.length
    const values: string[] = []
    const isQuoted = text[at] === '"'
    do {
      if (values.length > 0) at++
      values.push(text[at] === '"' ? quoted() : bare(/[\s(),"]/))
    } while (text[at] === ',')
    if (values.some((value) => value === '')) throw new FilterError(msg('filter.noValue', { name }), at)
    if (values.length > maxValues) throw new FilterError(msg('filter.tooManyValues', { name, maximum: maxValues }), start)
    const range = values.length === 1 && comparison === '=' && !isQuoted ? /^(.*?)\.\.(.*)$/.exec(values[0] as string) : null
    if (range) return { kind: 'range', name, from: range[1] as string, to: range[2] as string, at: start }
    if (comparison !== '=' && values.length > 1) throw new FilterError(msg('filter.oneValue', { name }), start)
    return { kind: 'field', name, comparison, values, at: start }
  }
}

const quote = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`
const writeValue = (value: string) => (/[\s(),":\\]|^$|^[<>=/-]|\.\./.test(value) ? quote(value) : value)

/** The shortest text that means the same. */
export function writeFilter(filter: Filter, isInside = false): string {
  switch (filter.kind) {
    case 'text':
      return filter.isExact ? quote(filter.text) : filter.text
    case 'range':
      return `${filter.name}:${filter.from}..${filter.to}`
    case 'field': {
      const { name, comparison, values } = filter
      return `${name}:${comparison === '=' ? '' : comparison}${values.map(writeValue).join(',')}`
    }
    case 'not':
      return `-${filter.part.kind === 'not' ? `(${writeFilter(filter.part)})` : writeFilter(filter.part, true)}`
    default: {
      const text = filter.parts
        .map((part) => writeFilter(part, part.kind === 'all' || part.kind === 'any'))
        .join(filter.kind === 'any' ? ' OR ' : ' ')
      return isInside ? `(${text})` : text
    }
  }
}

export const leavesOf = (filter: Filter): Filter[] =>
  filter.kind === 'all' || filter.kind === 'any' ? filter.parts.flatMap(leavesOf) : filter.kind === 'not' ? leavesOf(filter.part) : [filter]

export type FieldFilter = Extract<Filter, { kind: 'field' }>

/** The same filter with other values in its fields. */
export function mapFields(filter: Filter, change: (leaf: FieldFilter) => FieldFilter): Filter {
  switch (filter.kind) {
    case 'all':
    case 'any':
      return { ...filter, parts: filter.parts.map((part) => mapFields(part, change)) }
    case 'not':
      return { ...filter, part: mapFields(filter.part, change) }
    case 'field':
      return change(filter)
    default:
      return filter
  }
}

/** The texts that are looked for, for showing where they were found. */
export function textsOf(filter: Filter): string[] {
  if (filter.kind === 'text') return [filter.text]
  if (filter.kind === 'all' || filter.kind === 'any') return filter.parts.flatMap(textsOf)
  return []
}
