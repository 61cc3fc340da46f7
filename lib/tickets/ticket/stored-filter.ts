import { invalid } from '../../core/errors'
import {
  type FieldFilter,
  type Filter,
  FilterError,
  leavesOf,
  mapFields,
  maxStoredLength,
  parseFilter,
  writeFilter,
} from '../../core/filter'
import { isId } from '../../core/id'
import { type ErrorText, msg } from '../../core/message'
import { Prisma } from '../../db/generated/tenant/client'
import { type NamedKind, namedKinds } from './attribute-names'
import { isAllWithout } from './cover'
import { type CompiledFilter, compileParsed, namedBy } from './filter'
import { type Candidate, findNamed, type Known, mayName, type Reading, readNamed } from './named'
import type { GoneReference, ShownFilter } from './schema'

/**
 * A filter that is kept names departments, categories, people and organisations by their ids, so that it stays right when they
 * are renamed. It is written and shown with names.
 */

interface Named {
  kind: NamedKind
  value: string
  at: number
}

const namedIn = (filter: Filter): Named[] =>
  leavesOf(filter).flatMap((leaf) =>
    leaf.kind !== 'field'
      ? []
      : leaf.values.flatMap((value) => {
          const kind = namedBy(leaf, value)
          return kind ? [{ kind, value, at: leaf.at }] : []
        }),
  )

const keyOf = (kind: NamedKind, value: string) => `${kind} ${value.toLowerCase()}`

/** Other values in place of what is named. */
const renamed = (filter: Filter, to: (kind: NamedKind, value: string) => string): Filter =>
  mapFields(filter, (leaf) => ({
    ...leaf,
    values: leaf.values.map((value) => {
      const kind = namedBy(leaf, value)
      return kind ? to(kind, value) : value
    }),
  }))

const parseStored = (text: string) => parseFilter(text, maxStoredLength)

/**
 * A filter as someone wrote it, with ids in place of names. What stood in it before may stay although it is gone.
 * @throws INVALID on `filter` for a name or an id that means nothing to the caller, and for a name that could mean several
 */
export async function resolveFilter(work: Reading, text: string, before = ''): Promise<string> {
  return asInvalid(async () => {
    const filter = await resolve(work, parseStored(text), namedIn(parseStored(before)))
    compileParsed(work, filter, null)
    return writeFilter(filter)
  })
}

async function asInvalid<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof FilterError) throw invalid({ filter: [error.text] })
    throw error
  }
}

async function resolve(work: Reading, filter: Filter, before: readonly Named[]): Promise<Filter> {
  const wanted = namedIn(filter)
  const ids = new Map<string, string>()
  for (const kind of namedKinds) {
    const ofKind = wanted.filter((each) => each.kind === kind)
    const kept = before.filter((each) => each.kind === kind).map(({ value }) => value)
    const known = await readNamed(work, kind, ofKind.map(({ value }) => value).filter(isId))
    const names = ofKind.map(({ value }) => value).filter((value) => !isId(value))
    const found = await findNamed(work, kind, [...new Set(names)], kept.filter(isId))
    for (const { value, at } of ofKind) {
      const isKept = kept.includes(value)
      const row = known.get(value)
      const id = isId(value) ? (row && (!row.isGone || isKept) ? value : null) : theOne(work, { kind, value, at }, found)
      if (id && (isKept || mayName(work.actor, kind, id))) ids.set(keyOf(kind, value), id)
      else if (!isKept) throw new FilterError(refusalOf(work, kind, value, row), at)
    }
  }
  return renamed(filter, (kind, value) => ids.get(keyOf(kind, value)) ?? value)
}

function refusalOf({ actor }: Reading, kind: NamedKind, value: string, row: Known | undefined): ErrorText {
  if (row?.isGone && mayName(actor, kind)) return msg('filter.gone', { kind, name: row.name })
  return msg(isId(value) ? 'filter.idNotFound' : 'filter.notFound', { kind, value })
}

const mostCandidates = 5

/** @throws FilterError where the name could mean several */
function theOne({ actor }: Reading, { kind, value, at }: Named, found: readonly Candidate[]): string | null {
  const all = found.filter(({ id, wanted }) => wanted === value && mayName(actor, kind, id))
  const live = all.filter(({ isGone }) => !isGone)
  const meant = live.length > 0 ? live : all
  const best = meant.filter(({ rank }) => rank === meant[0]?.rank)
  if (best.length > 1) {
    const candidates = best
      .slice(0, mostCandidates)
      .map(({ id, name, other }) => (kind === 'organisation' ? id : `${name} (${other ?? id})`))
    throw new FilterError(msg('filter.ambiguous', { value, count: best.length, candidates: candidates.join(', ') }), at)
  }
  return best[0]?.id ?? null
}

/** What stands for an id in the language: a name that leads back to it, else the id. */
function written(kind: NamedKind, { id, name, other, isGone, sameName, sameOther }: Known): string {
  const isPlain = (text: string) => !isId(text) && namedBy(fieldOf[kind], text) === kind
  if (kind === 'contact') return id
  if (sameName === 0 && isPlain(name)) return name
  return other && !isGone && sameOther === 0 && isPlain(other) ? other : id
}

const field = (name: string): FieldFilter => ({ kind: 'field', name, comparison: '=', values: [], at: 0 })
const fieldOf: Record<NamedKind, FieldFilter> = {
  person: field('assignee'),
  department: field('department'),
  category: field('category'),
  organisation: field('organisation'),
  contact: field('requester'),
}

/** Stored filters as they are shown, in one query for each kind of thing that they name. Whoever may not name a thing reads its id. */
export async function showFilters(work: Reading, stored: readonly string[]): Promise<ShownFilter[]> {
  const filters = stored.map(parseStored)
  const known = await readAll(work, filters)
  for (const { kind, value } of filters.flatMap(namedIn)) {
    const row = known.get(keyOf(kind, value))
    if (row && !mayName(work.actor, kind, row.id)) known.set(keyOf(kind, value), { ...row, name: row.id, other: null })
  }
  return filters.map((filter, n) => {
    const named = namedIn(filter).map((each) => ({ ...each, row: known.get(keyOf(each.kind, each.value)) }))
    const rows = new Map(named.flatMap(({ kind, row }) => (row ? [[row.id, { kind, id: row.id, name: row.name }] as const] : [])))
    const shown = renamed(filter, (kind, value) => {
      const row = known.get(keyOf(kind, value))
      return row ? written(kind, row) : value
    })
    return {
      filter: writeFilter(shown),
      filterById: stored[n] as string,
      names: [...rows.values()],
      gone: goneIn(filter, known),
      findsNothing: isLost(filter, known),
    }
  })
}

async function readAll(work: Reading, filters: readonly Filter[]): Promise<Map<string, Known>> {
  const named = filters.flatMap(namedIn)
  const known = new Map<string, Known>()
  for (const kind of namedKinds) {
    const ids = named.flatMap((each) => (each.kind === kind && isId(each.value) ? [each.value] : []))
    for (const [id, row] of await readNamed(work, kind, ids)) known.set(keyOf(kind, id), row)
  }
  return known
}

function goneIn(filter: Filter, known: Map<string, Known>, isExcluded = false): GoneReference[] {
  if (filter.kind === 'not') return goneIn(filter.part, known, !isExcluded)
  if (filter.kind === 'all' || filter.kind === 'any') return filter.parts.flatMap((part) => goneIn(part, known, isExcluded))
  return namedIn(filter).flatMap(({ kind, value }) => {
    const row = known.get(keyOf(kind, value))
    return row && !row.isGone ? [] : [{ kind, id: isId(value) ? value : null, name: row?.name ?? value, isExcluded }]
  })
}

/**
 * Whether a filter must find nothing: a name in it means nothing, or it asked only that tickets are without something, which is
 * gone, and would find every ticket now.
 */
function isLost(filter: Filter, known: Map<string, Known>): boolean {
  const isGone = (leaf: FieldFilter, value: string) => {
    const kind = namedBy(leaf, value)
    return kind !== null && (known.get(keyOf(kind, value))?.isGone ?? true)
  }
  const named = namedIn(filter)
  return named.some(({ value }) => !isId(value)) || (named.length > 0 && isAllWithout(filter, isGone))
}

/** Whether it would find every ticket without what it names: only then does it matter here what is gone. */
const couldBeAll = (filter: Filter) => isAllWithout(filter, (leaf, value) => namedBy(leaf, value) !== null)

/**
 * The SQL of a stored filter, with conditions besides whose values are no names.
 * @throws INVALID on `filter` for what can't be asked any more
 */
export async function compileStoredFilter(work: Reading, stored: string, others: readonly string[] = []): Promise<CompiledFilter> {
  return asInvalid(async () => {
    const filter = parseStored(stored)
    const parts = [filter, ...others.map((other) => parseFilter(other))]
    const compiled = compileParsed(work, parts.length === 1 ? filter : { kind: 'all', parts }, null)
    const named = namedIn(filter)
    const mustAsk = named.length > 0 && (named.some(({ value }) => !isId(value)) || couldBeAll(filter))
    if (!mustAsk || !isLost(filter, await readAll(work, [filter]))) return compiled
    return { ...compiled, condition: Prisma.sql`FALSE`, words: null }
  })
}
