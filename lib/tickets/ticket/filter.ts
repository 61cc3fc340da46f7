import { reachOf } from '../../access/visible-tickets'
import { type Actor, isStaff } from '../../actor/actor'
import { invalid } from '../../core/errors'
import { type FieldFilter, type Filter, FilterError, leavesOf, maxStoredLength, parseFilter, textsOf } from '../../core/filter'
import { isId } from '../../core/id'
import { msg } from '../../core/message'
import { distance, slipsIn } from '../../core/words'
import { Prisma } from '../../db/generated/tenant/client'
import { idsOf } from '../../db/rows'
import { customField, flagCondition, numberOf, questionOf } from './attribute-filters'
import { filterName, type NamedKind, type ReferenceKind } from './attribute-names'
import { either, type Question, type Scope, textCondition, tsqueryOf } from './attribute-question'
import { attributeEntries } from './attributes'
import { findNamed, type Reading } from './named'

/** What can be asked, by its name in the language; `is` asks what the attributes answer with yes or no. */
const questions = new Map<string, Question & { isPublic?: boolean }>()
const aliases = new Map<string, string>()
const flags = new Map<string, (scope: Scope) => Prisma.Sql>()
for (const [key, attribute] of attributeEntries) {
  for (const [word, flag] of Object.entries(attribute.is ?? {})) flags.set(word, (scope) => flagCondition(attribute, flag, scope))
  const question = attribute.filter && questionOf(attribute)
  if (!attribute.filter || !question) continue
  const name = filterName(key)
  questions.set(name, { ...question, isPublic: attribute.filter.isPublic })
  for (const alias of attribute.filter.aliases ?? []) aliases.set(alias, name)
}
questions.set('is', {
  compile(filter, scope) {
    if (filter.comparison !== '=')
      throw new FilterError(msg('filter.notCompared', { name: filter.name, comparison: filter.comparison }), filter.at)
    return either(
      filter.values.map((value) => {
        const condition = flags.get(value)
        if (!condition)
          throw new FilterError(msg('filter.oneOf', { name: filter.name, values: [...flags.keys()].join(', '), value }), filter.at)
        return condition(scope)
      }),
    )
  },
})

/** The names of all that can be asked. */
export const askable = [...questions.keys()]

const not = (condition: Prisma.Sql) => Prisma.sql`NOT coalesce(${condition}, FALSE)`

function questionAbout(name: string, at: number, actor: Actor): Question {
  if (name.startsWith('field.') && name.length > 6 && isStaff(actor)) return customField(name.slice(6))
  const question = questions.get(aliases.get(name) ?? name)
  if (question && (question.isPublic || isStaff(actor))) return question
  const near = [...questions.keys()].find((other) => distance(other, name, 2) <= Math.min(2, slipsIn(name) + 1))
  throw new FilterError(near && isStaff(actor) ? msg('filter.unknownNear', { name, near }) : msg('filter.unknown', { name }), at)
}

/** What a value of a field names by its name or id; null where it is a word of the language, a pattern or a text. */
export const namedBy = ({ name }: FieldFilter, value: string): NamedKind | null =>
  questions.get(aliases.get(name) ?? name)?.names?.(value) ?? null

export const markOf = (tenantId: string) => tenantId.slice(-8)

function compile(filter: Filter, scope: Scope): Prisma.Sql {
  switch (filter.kind) {
    case 'all':
      return filter.parts.length === 0
        ? Prisma.sql`TRUE`
        : Prisma.sql`(${Prisma.join(
            filter.parts.map((part) => compile(part, scope)),
            ' AND ',
          )})`
    case 'any':
      return either(filter.parts.map((part) => compile(part, scope)))
    case 'not':
      return not(compile(filter.part, scope))
    case 'text':
      return textCondition(scope, filter)
    case 'range': {
      const { range } = questionAbout(filter.name, filter.at, scope.actor)
      if (!range) throw new FilterError(msg('filter.noRange', { name: filter.name }), filter.at)
      return range(filter, scope)
    }
    case 'field':
      return questionAbout(filter.name, filter.at, scope.actor).compile(filter, scope)
  }
}

/** Finds what the values of a filter name, also what was removed since: one query for each kind of thing. */
async function lookUp(work: Reading, filter: Filter): Promise<Map<string, string[]>> {
  const wanted: Record<ReferenceKind, Set<string>> = { person: new Set(), department: new Set(), category: new Set() }
  for (const leaf of leavesOf(filter)) {
    if (leaf.kind !== 'field') continue
    for (const value of leaf.values) {
      const kind = isId(value) ? null : namedBy(leaf, value)
      if (kind && kind in wanted) wanted[kind as ReferenceKind].add(value)
    }
  }
  const found = new Map<string, string[]>()
  for (const kind of Object.keys(wanted) as ReferenceKind[])
    for (const row of await findNamed(work, kind, [...wanted[kind]], 'all'))
      found.set(`${kind}:${row.wanted}`, [...(found.get(`${kind}:${row.wanted}`) ?? []), row.id])
  return found
}

/** Words of one search: each may have to be checked ticket by ticket. */
export const mostTexts = 12

/** Words are looked up while they lead to few tickets; what leads to more is common, and checked ticket by ticket. */
const fewCandidates = 2000

export interface CompiledFilter {
  /** All of it, whatever way the rows are found. */
  condition: Prisma.Sql
  /** The words that every ticket of the answer must hold, apart from the other conditions; null where there are none. */
  words: { condition: Prisma.Sql; others: Prisma.Sql[]; query: string; number: number | null } | null
  /** What was looked for in the tickets' words. */
  texts: string[]
  /** There are words that a ticket of the answer need not hold: they are alternatives, or must not be there. */
  hasOptionalWords: boolean
}

/**
 * The SQL of a filter over `ticket t`, for one actor at one time.
 * @throws INVALID on `field`, with what is wrong and where
 */
export async function compileFilter(work: Reading, asked: string | Filter, field = 'q'): Promise<CompiledFilter> {
  try {
    const filter = typeof asked === 'string' ? parseFilter(asked) : asked
    return compileParsed(work, filter, await lookUp(work, filter))
  } catch (error) {
    if (error instanceof FilterError) throw invalid({ [field]: [error.text] })
    throw error
  }
}

/**
 * The SQL of a parsed filter.
 * @param found ids of the names in it; null for a stored filter, which names by ids
 */
export function compileParsed(work: Reading, filter: Filter, found: Map<string, string[]> | null): CompiledFilter {
  const texts = leavesOf(filter).filter(({ kind }) => kind === 'text')
  if (texts.length > mostTexts) throw new FilterError(msg('filter.tooManyWords', { maximum: mostTexts }), 0)
  const number = filter.kind === 'text' && !filter.isExact ? numberOf(filter.text) : null
  const { actor, now, tenant } = work
  const timeZone = actor.kind === 'person' ? actor.timeZone : 'UTC'
  const scope: Scope = { tenantId: tenant.ref.id, mark: markOf(tenant.ref.id), actor, now, timeZone, found }
  const orNumber = (condition: Prisma.Sql) => (number === null ? condition : Prisma.sql`(t.number = ${number}::int OR ${condition})`)
  const parts = filter.kind === 'all' ? filter.parts : [filter]
  const query = parts.flatMap((part) => (part.kind === 'text' ? (tsqueryOf(scope, part) ?? []) : [])).join(' & ')
  const condition = orNumber(compile(filter, scope))
  const inParts = (isText: boolean) => parts.filter((part) => (part.kind === 'text') === isText).map((part) => compile(part, scope))
  const words = query && { condition: orNumber(Prisma.join(inParts(true), ' AND ')), others: inParts(false), query, number }
  return { condition, words: words || null, texts: textsOf(filter), hasOptionalWords: texts.some((leaf) => !parts.includes(leaf)) }
}

/** The tickets within the reach of a member of staff that the index of the words has for a query, `most` of them. */
export const inIndex = (actor: Actor, query: Prisma.Sql, most: number): Prisma.Sql => {
  const { departmentIds, ticketIds, personId } = reachOf(actor) ?? { departmentIds: null, ticketIds: null, personId: null }
  return Prisma.sql`search_tickets(${query}::tsquery, ${most}, ${departmentIds}::uuid[], ${personId}::uuid, ${ticketIds}::uuid[])`
}

/** The same condition by way of the index, where the words lead to few tickets. Customers have so few that each is looked at. */
export async function throughIndex({ tx, actor }: Reading, { condition, words }: CompiledFilter): Promise<Prisma.Sql> {
  if (!words || !isStaff(actor)) return condition
  const ids = await idsOf(tx.$queryRaw`SELECT unnest(${inIndex(actor, Prisma.sql`${words.query}`, fewCandidates + 1)})::text AS id`)
  if (ids.length > fewCandidates) return condition
  const found = Prisma.sql`t.id = ANY(${ids}::uuid[])`
  const isIt = words.number === null ? found : Prisma.sql`(t.number = ${words.number}::int OR ${found})`
  return Prisma.join([isIt, ...words.others], ' AND ')
}

/** The names of the fields that a filter asks, as they are kept; '' for words. */
export const fieldsAsked = (text: string): string[] =>
  leavesOf(parseFilter(text, maxStoredLength)).map((leaf) =>
    leaf.kind === 'field' || leaf.kind === 'range' ? (aliases.get(leaf.name) ?? leaf.name) : '',
  )
