import { type Actor, isStaff } from '../../actor/actor'
import { type Comparison, type FieldFilter, type Filter, FilterError } from '../../core/filter'
import { msg } from '../../core/message'
import { queryOf } from '../../core/words'
import { Prisma } from '../../db/generated/tenant/client'
import type { NamedKind } from './attribute-names'
import { doneStatuses, openStatuses } from './workflow'

/** Who asks, and when. */
export interface Scope {
  tenantId: string
  /** Begins the tenant's words in the index of the search. */
  mark: string
  actor: Actor
  now: Date
  timeZone: string
  /** Ids of what the values name, by kind and name; null for a stored filter, which names by id alone. */
  found: Map<string, string[]> | null
}

export type RangeFilter = Extract<Filter, { kind: 'range' }>

/** What can be asked of an attribute, as conditions over `ticket t`. */
export interface Question {
  compile: (filter: FieldFilter, scope: Scope) => Prisma.Sql
  range?: (filter: RangeFilter, scope: Scope) => Prisma.Sql
  /** What a value names; null where it is a word of the language or a pattern. */
  names?: (value: string) => NamedKind | null
}

export const nobody = 'none'

/** Values of our own enums as literals, so that partial indexes are recognised. */
const literals = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ')
// not-words: SQL
export const isOpen = Prisma.raw(`t.status IN (${literals(openStatuses)})`)
// not-words: SQL
export const isDone = Prisma.raw(`t.status IN (${literals(doneStatuses)})`)
export const enumIs = (column: string, type: string, values: readonly string[]) =>
  // not-words: SQL
  Prisma.raw(`t.${column} IN (${[...new Set(values)].map((value) => `'${value}'::"${type}"`).join(', ')})`)

export const either = (conditions: Prisma.Sql[]) =>
  conditions.length === 0 ? Prisma.sql`FALSE` : Prisma.sql`(${Prisma.join(conditions, ' OR ')})`

export function oneOf<T extends string>(
  filter: FieldFilter,
  value: string,
  known: readonly T[],
  aliases: Readonly<Record<string, T>> = {},
): T {
  const wanted = value.toLowerCase().replace(/[\s-]+/g, '_')
  const hit = known.find((name) => name === wanted) ?? aliases[wanted] ?? aliases[value]
  if (!hit) throw new FilterError(msg('filter.oneOf', { name: filter.name, values: known.join(', '), value }), filter.at)
  return hit
}

const comparisons: Record<Comparison, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
}

/** Which of the values, from least to most, a filter asks for by comparing with some of them. */
export function rankedValues(filter: FieldFilter, values: readonly string[], aliases?: Readonly<Record<string, string>>): string[] {
  const wanted = filter.values.map((value) => values.indexOf(oneOf(filter, value, values, aliases)))
  return values.filter((_, rank) => wanted.some((other) => comparisons[filter.comparison](rank, other)))
}

export function onlyEquals({ comparison, name, at }: FieldFilter) {
  if (comparison !== '=') throw new FilterError(msg('filter.notCompared', { name, comparison }), at)
}

/** Alternatives, each of one value, that are compared with nothing. */
export const eachValue = (conditionOf: (value: string, filter: FieldFilter, scope: Scope) => Prisma.Sql): Question => ({
  compile(filter, scope) {
    onlyEquals(filter)
    return either(filter.values.map((value) => conditionOf(value, filter, scope)))
  },
})

/** Letters alike in any case; `*` stands for any of them, so `vip*` begins with it and `*vip*` has it. */
export const textIs = (text: Prisma.Sql, wanted: string) =>
  wanted.includes('*')
    ? Prisma.sql`lower(${text}) LIKE ${wanted
        .toLowerCase()
        .replace(/[\\%_]/g, '\\$&')
        .replace(/\*+/g, '%')}`
    : Prisma.sql`lower(${text}) = lower(${wanted})`

/** The weights an actor may match: notes and tags are for staff. */
export const weightsFor = (actor: Actor) => (isStaff(actor) ? 'ABCD' : 'ABC')

interface Asked {
  text: string
  isExact?: boolean
  within?: string
}

export const tsqueryOf = ({ mark, actor }: Pick<Scope, 'mark' | 'actor'>, { text, isExact, within }: Asked) =>
  queryOf(mark, { text, isExact, within: within ?? weightsFor(actor) })

export function textCondition(scope: Scope, asked: Asked): Prisma.Sql {
  const query = tsqueryOf(scope, asked)
  // Punctuation alone says nothing.
  if (!query) return Prisma.sql`TRUE`
  return Prisma.sql`EXISTS (SELECT 1 FROM ticket_search s WHERE s.tenant_id = t.tenant_id AND s.ticket_id = t.id AND s.document @@ ${query}::tsquery)`
}
