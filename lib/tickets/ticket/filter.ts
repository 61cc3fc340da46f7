import { visibleTo } from '../../access/visible-tickets'
import { type Actor, isStaff, seesAll } from '../../actor/actor'
import { tiers } from '../../contacts/schema'
import { invalid } from '../../core/errors'
import { type Comparison, type Filter, FilterError, parseFilter, textsOf } from '../../core/filter'
import { isId } from '../../core/id'
import { distance, queryOf, slipsIn, weights, wordsOf } from '../../core/words'
import { instantAt, wallClock } from '../../core/zoned'
import { Prisma } from '../../db/generated/tenant/client'
import { type Priority, priorities, priorityAliases } from '../../directory/schema'
import type { Work } from '../../events/work'
import { sources, statusAliases, type TicketStatus, ticketStatuses, ticketTypes } from './schema'

type Reading = Pick<Work, 'tenant' | 'actor' | 'tx' | 'now'>

interface Scope {
  tenantId: string
  actor: Actor
  now: Date
  timeZone: string
  found: Map<string, string[]>
}

const nobody = 'none'
const isOpen = Prisma.sql`t.status IN ('created', 'assigned', 'in_progress', 'hold')`
const isDone = Prisma.sql`t.status IN ('resolved', 'closed', 'rejected')`
const not = (condition: Prisma.Sql) => Prisma.sql`NOT coalesce(${condition}, FALSE)`
const either = (conditions: Prisma.Sql[]) =>
  conditions.length === 0 ? Prisma.sql`FALSE` : Prisma.sql`(${Prisma.join(conditions, ' OR ')})`

type FieldFilter = Extract<Filter, { kind: 'field' }>
type RangeFilter = Extract<Filter, { kind: 'range' }>

interface Field {
  /** Customers may ask it too. */
  isPublic?: boolean
  compile: (filter: FieldFilter, scope: Scope) => Prisma.Sql
  range?: (filter: RangeFilter, scope: Scope) => Prisma.Sql
  /** What its values name, looked up before. */
  names?: Named
}

type Named = 'person' | 'department' | 'category'

const oneOf = <T extends string>(filter: FieldFilter, known: readonly T[], aliases: Record<string, T> = {}): T[] =>
  filter.values.map((value) => {
    const wanted = value.toLowerCase().replace(/[\s-]+/g, '_')
    const hit = known.find((name) => name === wanted) ?? aliases[wanted] ?? aliases[value]
    if (!hit) throw new FilterError(`“${filter.name}” can be ${known.join(', ')}; not “${value}”.`, filter.at)
    return hit
  })

/** Literal words of our own enums, so that partial indexes are recognised. */
const enumIs = (column: string, type: string, values: readonly string[]) =>
  Prisma.raw(`t.${column} IN (${[...new Set(values)].map((value) => `'${value}'::"${type}"`).join(', ')})`)

function onlyEquals({ comparison, name, at }: FieldFilter) {
  if (comparison !== '=') throw new FilterError(`“${name}” cannot be compared with ${comparison}.`, at)
}

const status: Field = {
  isPublic: true,
  compile(filter, { actor }) {
    onlyEquals(filter)
    const conditions = filter.values.map((value) => {
      if (value === 'open' || value === 'unsolved') return isOpen
      if (value === 'done' || value === 'solved') return isDone
      const [wanted] = oneOf({ ...filter, values: [value] }, ticketStatuses, statusAliases) as [TicketStatus]
      if (isStaff(actor)) return enumIs('status', 'TicketStatus', [wanted])
      // A customer is shown a hold as work in progress.
      return wanted === 'hold'
        ? Prisma.sql`FALSE`
        : enumIs('status', 'TicketStatus', wanted === 'in_progress' ? ['in_progress', 'hold'] : [wanted])
    })
    return either(conditions)
  },
}

const comparisons: Record<Comparison, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
}

const priority: Field = {
  isPublic: true,
  compile(filter) {
    const wanted = oneOf<Priority>(filter, priorities, priorityAliases)
    const compare = comparisons[filter.comparison]
    const values = priorities.filter((_, rank) => wanted.some((other) => compare(rank, priorities.indexOf(other))))
    return values.length === 0 ? Prisma.sql`FALSE` : enumIs('priority', 'Priority', values)
  },
}

const named = (column: string, kind: Named): Field => ({
  names: kind,
  compile(filter, { actor, found }) {
    onlyEquals(filter)
    const field = Prisma.raw(`t.${column}`)
    return either(
      filter.values.map((value) => {
        if (value === nobody) return Prisma.sql`${field} IS NULL`
        if (value === 'any') return Prisma.sql`${field} IS NOT NULL`
        if (value === 'me' && kind === 'person') return Prisma.sql`${field} = ${actor.kind === 'person' ? actor.id : null}::uuid`
        if (isId(value)) return Prisma.sql`${field} = ${value}::uuid`
        const ids = found.get(`${kind}:${value.toLowerCase()}`) ?? []
        if (ids.length === 0) throw new FilterError(`There is no ${kind} called “${value}”.`, filter.at)
        return ids.length === 1 ? Prisma.sql`${field} = ${ids[0]}::uuid` : Prisma.sql`${field} = ANY(${ids}::uuid[])`
      }),
    )
  },
})

const dayMs = 86_400_000
/** A deadline that is no further away is soon. */
const soonMs = 4 * 3600_000
const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs }

/** The stretch of time a word means: a day or month of the reader's zone, or an instant so long ago (`7d`) or ahead (`+2h`). */
function stretchOf(value: string, name: string, at: number, { now, timeZone }: Scope): { from: Date; to: Date } {
  const relative = /^([+-]?)(\d{1,5})(m|h|d|w)$/.exec(value)
  if (relative) {
    const ms = Number(relative[2]) * (units[relative[3] as string] as number)
    const instant = new Date(now.getTime() + (relative[1] === '+' ? ms : -ms))
    return { from: instant, to: instant }
  }
  if (value === 'now') return { from: now, to: now }
  const day = { today: 0, yesterday: -1, tomorrow: 1 }[value]
  if (day !== undefined) return dayAt(wallClock(now, timeZone).slice(0, 10), day)
  if (/^\d{4}-\d{2}$/.test(value) && isDay(`${value}-01`)) return { from: startOf(`${value}-01`), to: startOf(nextMonth(value)) }
  if (/^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value)) return dayAt(value, 0)
  const instant = /^\d{4}-\d{2}-\d{2}T/.test(value) ? new Date(value) : null
  if (instant && !Number.isNaN(instant.getTime()) && instant.getUTCFullYear() >= 1970 && instant.getUTCFullYear() < 3000)
    return { from: instant, to: instant }
  throw new FilterError(`“${name}” takes a day (2026-03-01), a month (2026-03), today, or so long ago (7d, 12h, 30m); not “${value}”.`, at)

  function startOf(date: string) {
    return instantAt(`${date}T00:00`, timeZone)
  }
  function dayAt(date: string, days: number) {
    const shifted = (by: number) => new Date(Date.parse(`${date}T00:00:00Z`) + by * dayMs).toISOString().slice(0, 10)
    return { from: startOf(shifted(days)), to: startOf(shifted(days + 1)) }
  }
}

const isDay = (text: string) => {
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) && at.getUTCFullYear() >= 1970 && at.getUTCFullYear() < 3000
}
const nextMonth = (month: string) => {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`
}

const time = (column: string, isPublic = false): Field => {
  const field = Prisma.raw(`t.${column}`)
  return {
    isPublic,
    compile(filter, scope) {
      return either(
        filter.values.map((value) => {
          if (value === nobody) return Prisma.sql`${field} IS NULL`
          if (value === 'any') return Prisma.sql`${field} IS NOT NULL`
          const { from, to } = stretchOf(value, filter.name, filter.at, scope)
          switch (filter.comparison) {
            case '>':
              return from === to || from.getTime() === to.getTime() ? Prisma.sql`${field} > ${from}` : Prisma.sql`${field} >= ${to}`
            case '>=':
              return Prisma.sql`${field} >= ${from}`
            case '<':
              return Prisma.sql`${field} < ${from}`
            case '<=':
              return from.getTime() === to.getTime() ? Prisma.sql`${field} <= ${to}` : Prisma.sql`${field} < ${to}`
            default:
              if (from.getTime() === to.getTime())
                throw new FilterError(`Say whether “${filter.name}” is before or after: ${filter.name}:>${value}.`, filter.at)
              return Prisma.sql`(${field} >= ${from} AND ${field} < ${to})`
          }
        }),
      )
    },
    range(filter, scope) {
      const ends: Prisma.Sql[] = []
      if (filter.from) ends.push(Prisma.sql`${field} >= ${stretchOf(filter.from, filter.name, filter.at, scope).from}`)
      if (filter.to) {
        const { from, to } = stretchOf(filter.to, filter.name, filter.at, scope)
        ends.push(from.getTime() === to.getTime() ? Prisma.sql`${field} <= ${to}` : Prisma.sql`${field} < ${to}`)
      }
      if (ends.length === 0) throw new FilterError(`Say from when or until when.`, filter.at)
      return Prisma.sql`(${Prisma.join(ends, ' AND ')})`
    },
  }
}

/** Customers know a time of their own: it moves only with what they see. */
const updatedFor = (actor: Actor) => (isStaff(actor) ? 'updated_at' : 'public_updated_at')

const plain = (column: string, type: string, values: readonly string[]): Field => ({
  compile(filter) {
    onlyEquals(filter)
    const wanted = filter.values.filter((value) => value !== nobody)
    const conditions = wanted.length > 0 ? [enumIs(column, type, oneOf({ ...filter, values: wanted }, values))] : []
    if (wanted.length < filter.values.length) conditions.push(Prisma.raw(`t.${column} IS NULL`))
    return either(conditions)
  },
})

const inWords = (within: string, isPublic = false): Field => ({
  isPublic,
  compile(filter, scope) {
    onlyEquals(filter)
    return either(filter.values.map((text) => textCondition(scope, { text, isExact: /\s/.test(text), within })))
  },
})

const is: Record<string, (scope: Scope) => Prisma.Sql> = {
  open: () => isOpen,
  done: () => isDone,
  unassigned: () => Prisma.sql`t.assignee_id IS NULL`,
  mine: ({ actor }) => Prisma.sql`t.assignee_id = ${actor.kind === 'person' ? actor.id : null}::uuid`,
  unread: () => Prisma.sql`t.has_new_reply`,
  archived: () => Prisma.sql`t.archived_at IS NOT NULL`,
  answered: () => Prisma.sql`t.first_response_at IS NOT NULL`,
  reopened: () => Prisma.sql`t.reopen_count > 0`,
  overdue: ({ now }) => Prisma.sql`(t.due_at < ${now} AND ${isOpen})`,
  watched: ({ actor, tenantId }) => Prisma.sql`EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = ${tenantId}::uuid AND x.ticket_id = t.id
    AND x.person_id = ${actor.kind === 'person' ? actor.id : null}::uuid)`,
}

/** Something about who asked: `c` is the contact, `o` its organisation. */
const ofRequester = (condition: Prisma.Sql) => Prisma.sql`EXISTS (SELECT 1 FROM contact c
  LEFT JOIN organisation o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.deleted_at IS NULL
  WHERE c.tenant_id = t.tenant_id AND c.id = t.requester_id AND ${condition})`

/** Letters alike in any case; `*` stands for any of them, so `vip*` begins with it and `*vip*` has it. */
const textIs = (text: Prisma.Sql, wanted: string) =>
  wanted.includes('*')
    ? Prisma.sql`lower(${text}) LIKE ${wanted
        .toLowerCase()
        .replace(/[\\%_]/g, '\\$&')
        .replace(/\*+/g, '%')}`
    : Prisma.sql`lower(${text}) = lower(${wanted})`

/** What can be asked; `filterFields` says it in words. */
export const fields: Record<string, Field> = {
  status,
  priority,
  assignee: named('assignee_id', 'person'),
  department: named('department_id', 'department'),
  category: named('category_id', 'category'),
  type: plain('type', 'TicketType', ticketTypes),
  source: plain('source', 'TicketSource', sources),
  tier: {
    compile(filter) {
      onlyEquals(filter)
      // A contact has the tier of its organisation unless it has one of its own.
      const tier = Prisma.sql`coalesce(c.tier, o.tier)::text`
      return either(
        filter.values.map((value) => {
          if (value === nobody) return ofRequester(Prisma.sql`${tier} IS NULL`)
          return ofRequester(Prisma.sql`${tier} = ${oneOf({ ...filter, values: [value] }, tiers)[0]}`)
        }),
      )
    },
  },
  organisation: {
    compile(filter) {
      onlyEquals(filter)
      return either(
        filter.values.map((value) => {
          if (value === nobody) return ofRequester(Prisma.sql`o.id IS NULL`)
          if (value === 'any') return ofRequester(Prisma.sql`o.id IS NOT NULL`)
          return ofRequester(isId(value) ? Prisma.sql`o.id = ${value}::uuid` : textIs(Prisma.sql`o.name`, value))
        }),
      )
    },
  },
  tag: {
    compile(filter, { tenantId }) {
      onlyEquals(filter)
      return either(
        filter.values.map((value) =>
          value === nobody
            ? Prisma.sql`t.tags = '{}'`
            : value.includes('*')
              ? Prisma.sql`EXISTS (SELECT 1 FROM unnest(t.tags) AS tag WHERE ${textIs(Prisma.sql`tag`, value)})`
              : Prisma.sql`t.id IN (SELECT g.ticket_id FROM ticket_tag g WHERE g.tenant_id = ${tenantId}::uuid AND g.name = ${value.normalize('NFKC').toLowerCase()})`,
        ),
      )
    },
  },
  requester: {
    compile(filter, scope) {
      onlyEquals(filter)
      return either(
        filter.values.map((value) => {
          if (isId(value)) return Prisma.sql`t.requester_id = ${value}::uuid`
          if (value === 'me') return Prisma.sql`t.requester_id = ${scope.actor.kind === 'person' ? scope.actor.contactId : null}::uuid`
          if (value.includes('@'))
            return Prisma.sql`t.requester_id IN (SELECT a.contact_id FROM contact_address a
              WHERE a.tenant_id = ${scope.tenantId}::uuid AND a.email = ${value.toLowerCase()})`
          return textCondition(scope, { text: value, within: weights.people })
        }),
      )
    },
  },
  number: {
    isPublic: true,
    compile(filter) {
      const numbers = filter.values.map((value) => numberOf(value))
      if (numbers.includes(null)) throw new FilterError('“number” takes a ticket number.', filter.at)
      const symbol = Prisma.raw(filter.comparison)
      return either(numbers.map((number) => Prisma.sql`t.number ${symbol} ${number}::int`))
    },
  },
  title: inWords(weights.title, true),
  note: inWords(weights.inner),
  is: {
    compile(filter, scope) {
      onlyEquals(filter)
      return either(
        filter.values.map((value) => {
          const condition = is[value]
          if (!condition) throw new FilterError(`“is” can be ${Object.keys(is).join(', ')}; not “${value}”.`, filter.at)
          return condition(scope)
        }),
      )
    },
  },
  created: time('created_at', true),
  updated: {
    ...time('updated_at', true),
    compile: (filter, scope) => time(updatedFor(scope.actor)).compile(filter, scope),
    range: (filter, scope) => (time(updatedFor(scope.actor)).range as NonNullable<Field['range']>)(filter, scope),
  },
  resolved: time('resolved_at', true),
  closed: time('closed_at', true),
  due: time('due_at'),
  sla: {
    compile(filter, { now }) {
      onlyEquals(filter)
      const soon = new Date(now.getTime() + soonMs)
      const standings: Record<string, Prisma.Sql> = {
        breached: Prisma.sql`t.sla_due_at < ${now}`,
        soon: Prisma.sql`(t.sla_due_at >= ${now} AND t.sla_due_at < ${soon})`,
        paused: Prisma.sql`EXISTS (SELECT 1 FROM sla_clock k WHERE k.tenant_id = t.tenant_id AND k.ticket_id = t.id
          AND k.stopped_at IS NULL AND k.paused_at IS NOT NULL)`,
        any: Prisma.sql`t.sla_policy_id IS NOT NULL`,
        [nobody]: Prisma.sql`t.sla_policy_id IS NULL`,
      }
      const conditions = filter.values.map((value) => standings[value])
      const wrong = conditions.indexOf(undefined)
      if (wrong >= 0) throw new FilterError(`“sla” can be ${Object.keys(standings).join(', ')}; not “${filter.values[wrong]}”.`, filter.at)
      return either(conditions as Prisma.Sql[])
    },
  },
}

const aliases: Record<string, string> = {
  tags: 'tag',
  from: 'requester',
  via: 'source',
  channel: 'source',
  opened: 'created',
  subject: 'title',
}

/** `field.KEY:value`, for what the desk asks besides. */
const customField = (key: string): Field => ({
  compile(filter) {
    const value = Prisma.sql`t.fields -> ${key}::text`
    const text = Prisma.sql`t.fields ->> ${key}::text`
    if (filter.comparison !== '=') {
      const [limit] = filter.values as [string]
      const symbol = Prisma.raw(filter.comparison)
      // Dates are written so that their order is that of their letters.
      return /^-?\d+(\.\d+)?$/.test(limit)
        ? Prisma.sql`CASE WHEN jsonb_typeof(${value}) = 'number' THEN (${text})::numeric ${symbol} ${limit}::numeric ELSE FALSE END`
        : Prisma.sql`(${text}) ${symbol} ${limit}`
    }
    return either(
      filter.values.map((wanted) => {
        if (wanted === nobody) return Prisma.sql`${value} IS NULL`
        if (wanted === 'any') return Prisma.sql`${value} IS NOT NULL`
        return Prisma.sql`(${textIs(text, wanted)} OR (jsonb_typeof(${value}) = 'array' AND EXISTS (
          SELECT 1 FROM jsonb_array_elements_text(${value}) AS chosen WHERE ${textIs(Prisma.sql`chosen`, wanted)})))`
      }),
    )
  },
})

function fieldOf(name: string, at: number, actor: Actor): Field {
  if (name.startsWith('field.') && name.length > 6 && isStaff(actor)) return customField(name.slice(6))
  const key = aliases[name] ?? name
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined
  if (field && (field.isPublic || isStaff(actor))) return field
  const near = Object.keys(fields).find((other) => distance(other, name, 2) <= Math.min(2, slipsIn(name) + 1))
  const hint = near && isStaff(actor) ? `Did you mean “${near}”? ` : ''
  throw new FilterError(`There is no field “${name}”. ${hint}Put it in quotation marks to look for it as text.`, at)
}

export const markOf = (tenantId: string) => tenantId.slice(-8)

/** The weights an actor may match: notes and tags are for staff. */
const weightsFor = (actor: Actor) => (isStaff(actor) ? 'ABCD' : 'ABC')

function tsqueryOf(
  scope: Pick<Scope, 'tenantId' | 'actor'>,
  { text, isExact, within }: { text: string; isExact?: boolean; within?: string },
) {
  return queryOf(markOf(scope.tenantId), { text, isExact, within: within ?? weightsFor(scope.actor) })
}

function textCondition(scope: Scope, asked: { text: string; isExact?: boolean; within?: string }): Prisma.Sql {
  const query = tsqueryOf(scope, asked)
  // Punctuation alone says nothing.
  if (!query) return Prisma.sql`TRUE`
  return Prisma.sql`EXISTS (SELECT 1 FROM ticket_search s WHERE s.tenant_id = t.tenant_id AND s.ticket_id = t.id AND s.document @@ ${query}::tsquery)`
}

const numberOf = (text: string): number | null => {
  const found = /^(?:[A-Za-z][A-Za-z0-9]*-)?(\d{1,9})$/.exec(text)?.[1]
  return found ? Number(found) : null
}

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
      const field = fieldOf(filter.name, filter.at, scope.actor)
      if (!field.range) throw new FilterError(`“${filter.name}” has no ranges.`, filter.at)
      return field.range(filter, scope)
    }
    case 'field':
      return fieldOf(filter.name, filter.at, scope.actor).compile(filter, scope)
  }
}

const leaves = (filter: Filter): Filter[] =>
  filter.kind === 'all' || filter.kind === 'any' ? filter.parts.flatMap(leaves) : filter.kind === 'not' ? leaves(filter.part) : [filter]

/** Finds what the values of a filter name, also what was removed since: one query for each kind of thing. */
async function lookUp({ tx, tenant }: Reading, filter: Filter): Promise<Map<string, string[]>> {
  const wanted: Record<Named, Set<string>> = { person: new Set(), department: new Set(), category: new Set() }
  for (const leaf of leaves(filter)) {
    if (leaf.kind !== 'field') continue
    const kind = fields[aliases[leaf.name] ?? leaf.name]?.names
    if (!kind) continue
    for (const value of leaf.values)
      if (value !== nobody && value !== 'any' && value !== 'me' && !isId(value)) wanted[kind].add(value.toLowerCase())
  }
  const found = new Map<string, string[]>()
  for (const kind of Object.keys(wanted) as Named[]) {
    const names = [...wanted[kind]]
    if (names.length === 0) continue
    const table = Prisma.raw(kind)
    const other = kind === 'person' ? Prisma.sql`e.email` : kind === 'department' ? Prisma.sql`e.slug` : Prisma.sql`e.name`
    const rows = await tx.$queryRaw<{ wanted: string; id: string }[]>`
      SELECT w AS wanted, e.id::text FROM unnest(${names}::text[]) AS w JOIN ${table} e
        ON e.tenant_id = ${tenant.ref.id}::uuid AND (lower(e.name) = w OR lower(${other}) = w OR lower(e.name) LIKE replace(replace(w, '\\', '\\\\'), '%', '\\%') || ' %')`
    for (const row of rows) found.set(`${kind}:${row.wanted}`, [...(found.get(`${kind}:${row.wanted}`) ?? []), row.id])
  }
  return found
}

/** Words of one search: each may have to be checked ticket by ticket. */
const mostTexts = 12

/** Words are looked up while they lead to few tickets; what leads to more is common, and checked ticket by ticket. */
const fewCandidates = 2000

export interface CompiledFilter {
  /** All of it, whatever way the rows are found. */
  condition: Prisma.Sql
  /** The words that every ticket of the answer must hold, apart from the other conditions; null where there are none. */
  words: { condition: Prisma.Sql; others: Prisma.Sql[]; query: string; number: number | null } | null
  /** What was looked for in place of a word that nobody has ever written. */
  corrections: { from: string; to: string }[]
  /** What was looked for in the tickets' words. */
  texts: string[]
}

/**
 * The SQL of a filter over `ticket t`, for one actor at one time.
 * @throws INVALID on `field`, with what is wrong and where
 */
export async function compileFilter(work: Reading, text: string, field = 'q', { corrects = true } = {}): Promise<CompiledFilter> {
  try {
    const parsed = parseFilter(text)
    if (leaves(parsed).filter(({ kind }) => kind === 'text').length > mostTexts)
      throw new FilterError(`Look for at most ${mostTexts} words at a time.`, 0)
    const number = parsed.kind === 'text' && !parsed.isExact ? numberOf(parsed.text) : null
    const { filter, corrections } = corrects ? await correct(work, parsed) : { filter: parsed, corrections: [] }
    const { actor, now, tenant } = work
    const timeZone = actor.kind === 'person' ? actor.timeZone : 'UTC'
    const scope: Scope = { tenantId: tenant.ref.id, actor, now, timeZone, found: await lookUp(work, filter) }
    const orNumber = (condition: Prisma.Sql) => (number === null ? condition : Prisma.sql`(t.number = ${number}::int OR ${condition})`)
    const parts = filter.kind === 'all' ? filter.parts : [filter]
    const query = parts.flatMap((part) => (part.kind === 'text' ? (tsqueryOf(scope, part) ?? []) : [])).join(' & ')
    const condition = orNumber(compile(filter, scope))
    const inParts = (isText: boolean) => parts.filter((part) => (part.kind === 'text') === isText).map((part) => compile(part, scope))
    const words = query && { condition: orNumber(Prisma.join(inParts(true), ' AND ')), others: inParts(false), query, number }
    return { condition, words: words || null, corrections, texts: textsOf(filter) }
  } catch (error) {
    if (error instanceof FilterError) throw invalid({ [field]: [error.text] })
    throw error
  }
}

/** The same condition by way of the index, where the words lead to few tickets. */
export async function throughIndex({ tx }: Reading, { condition, words }: CompiledFilter): Promise<Prisma.Sql> {
  if (!words) return condition
  const rows = await tx.$queryRaw<{ ids: string[] }[]>`
    SELECT search_tickets(${words.query}::tsquery, ${fewCandidates + 1})::text[] AS ids`
  const ids = rows[0]?.ids ?? []
  if (ids.length > fewCandidates) return condition
  const found = Prisma.sql`t.id = ANY(${ids}::uuid[])`
  const isIt = words.number === null ? found : Prisma.sql`(t.number = ${words.number}::int OR ${found})`
  return Prisma.join([isIt, ...words.others], ' AND ')
}

/** The names of the fields that a filter asks, as they are kept; '' for words. */
export const fieldsAsked = (text: string): string[] =>
  leaves(parseFilter(text)).map((leaf) => (leaf.kind === 'field' || leaf.kind === 'range' ? (aliases[leaf.name] ?? leaf.name) : ''))

/** Words that occur nowhere give way to the nearest that does. */
async function correct(work: Reading, filter: Filter): Promise<{ filter: Filter; corrections: { from: string; to: string }[] }> {
  const words = new Set(leaves(filter).flatMap((leaf) => (leaf.kind === 'text' && !leaf.isExact ? wordsOf(leaf.text) : [])))
  const doubtful = [...words].filter((word) => slipsIn(word) > 0 && !/\p{N}/u.test(word))
  if (doubtful.length === 0) return { filter, corrections: [] }
  const { tx, tenant } = work
  const known = await tx.$queryRaw<{ word: string }[]>`
    SELECT w AS word FROM unnest(${doubtful}::text[]) AS w
    WHERE EXISTS (SELECT 1 FROM search_word s WHERE s.tenant_id = ${tenant.ref.id}::uuid AND s.word >= w COLLATE "C" AND s.word < (w || U&'\\+10FFFF') COLLATE "C")`
  const isKnown = new Set(known.map(({ word }) => word))
  const replaced = new Map<string, string>()
  for (const word of doubtful.filter((each) => !isKnown.has(each)).slice(0, 5)) {
    const nearest = await nearestWord(work, word)
    if (nearest) replaced.set(word, nearest)
  }
  if (replaced.size === 0) return { filter, corrections: [] }
  const mend = (part: Filter): Filter => {
    if (part.kind === 'text' && !part.isExact)
      return {
        ...part,
        text: wordsOf(part.text)
          .map((word) => replaced.get(word) ?? word)
          .join(' '),
      }
    if (part.kind === 'all' || part.kind === 'any') return { ...part, parts: part.parts.map(mend) }
    return part.kind === 'not' ? { ...part, part: mend(part.part) } : part
  }
  return { filter: mend(filter), corrections: [...replaced].map(([from, to]) => ({ from, to })) }
}

/** Whether a word stands where the asker may read it: what nobody showed them is not told by putting their words right. */
async function isReadable(work: Reading, word: string): Promise<boolean> {
  if (seesAll(work.actor)) return true
  const query = tsqueryOf({ tenantId: work.tenant.ref.id, actor: work.actor }, { text: word, isExact: true })
  const rows = await work.tx.$queryRaw<unknown[]>`
    SELECT 1 FROM ticket t WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL AND ${visibleTo(work.actor)}
      AND t.id = ANY(search_tickets(${query}::tsquery, ${fewCandidates})) LIMIT 1`
  return rows.length > 0
}

/** The known word with the fewest slips; most begin with the right letter, or with the first two swapped. */
async function nearestWord(work: Reading, word: string): Promise<string | null> {
  const { tx, tenant } = work
  const slips = slipsIn(word)
  const letters = [...word]
  const starts = [...new Set([letters[0] as string, letters[1] as string])]
  const rows = await tx.$queryRaw<{ word: string }[]>`
    SELECT s.word FROM unnest(${starts}::text[]) AS b JOIN search_word s
      ON s.tenant_id = ${tenant.ref.id}::uuid AND s.word >= b COLLATE "C" AND s.word < (b || U&'\\+10FFFF') COLLATE "C"
    WHERE length(s.word) BETWEEN ${letters.length - slips} AND ${letters.length + slips} LIMIT 20000`
  const near = rows
    .map(({ word: other }) => ({ other, slips: distance(word, other, slips) }))
    .filter((candidate) => candidate.slips <= slips)
    .sort((x, y) => x.slips - y.slips || (x.other < y.other ? -1 : 1))
  for (const { other } of near.slice(0, 5)) if (await isReadable(work, other)) return other
  return null
}
