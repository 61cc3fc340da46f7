import { type Actor, isStaff } from '../../actor/actor'
import { tiers } from '../../contacts/schema'
import { FilterError } from '../../core/filter'
import { isId } from '../../core/id'
import { mailAddress } from '../../core/mail-address'
import { msg } from '../../core/message'
import { stretchOf } from '../../core/stretch'
import { weights } from '../../core/words'
import { Prisma } from '../../db/generated/tenant/client'
import type { Attribute, Flag } from './attribute'
import type { ReferenceKind } from './attribute-names'
import {
  eachValue,
  either,
  enumIs,
  isDone,
  isOpen,
  nobody,
  oneOf,
  onlyEquals,
  type Question,
  rankedValues,
  type Scope,
  textCondition,
  textIs,
} from './attribute-question'
import { statusAliases, type TicketStatus, ticketStatuses } from './workflow'

const status = eachValue((value, filter, { actor }) => {
  if (value === 'open' || value === 'unsolved') return isOpen
  if (value === 'done' || value === 'solved') return isDone
  const wanted = oneOf<TicketStatus>(filter, value, ticketStatuses, statusAliases)
  if (isStaff(actor)) return enumIs('status', 'TicketStatus', [wanted])
  // A customer is shown a hold as work in progress.
  return wanted === 'hold'
    ? Prisma.sql`FALSE`
    : enumIs('status', 'TicketStatus', wanted === 'in_progress' ? ['in_progress', 'hold'] : [wanted])
})

type Choice = Extract<Attribute, { kind: 'choice' }>

const choice = ({ column, type, values, aliases, isOrdered }: Choice): Question => ({
  compile(filter) {
    if (!isOrdered) onlyEquals(filter)
    const asked = isOrdered ? filter.values : filter.values.filter((value) => value !== nobody)
    const meant = isOrdered ? rankedValues(filter, values, aliases) : asked.map((value) => oneOf(filter, value, values, aliases))
    const conditions = meant.length > 0 ? [enumIs(column, type, meant)] : []
    // not-words: SQL
    if (asked.length < filter.values.length) conditions.push(Prisma.raw(`t.${column} IS NULL`))
    return conditions.length === 1 ? (conditions[0] as Prisma.Sql) : either(conditions)
  },
})

const personId = (actor: Actor) => (actor.kind === 'person' ? actor.id : null)

function reference(column: string, kind: ReferenceKind): Question {
  const field = Prisma.raw(`t.${column}`)
  const conditions = eachValue((value, filter, { actor, found }) => {
    if (value === nobody) return Prisma.sql`${field} IS NULL`
    if (value === 'any') return Prisma.sql`${field} IS NOT NULL`
    if (value === 'me' && kind === 'person') return Prisma.sql`${field} = ${personId(actor)}::uuid`
    if (isId(value)) return Prisma.sql`${field} = ${value}::uuid`
    if (!found) return Prisma.sql`FALSE`
    const ids = found.get(`${kind}:${value}`) ?? []
    if (ids.length === 0) throw new FilterError(msg('filter.notFound', { kind, value }), filter.at)
    return ids.length === 1 ? Prisma.sql`${field} = ${ids[0]}::uuid` : Prisma.sql`${field} = ANY(${ids}::uuid[])`
  })
  const isWord = (value: string) => value === nobody || value === 'any' || (value === 'me' && kind === 'person')
  return { ...conditions, names: (value) => (isWord(value) ? null : kind) }
}

function instant(column: string, publicColumn = column): Question {
  const columns = { staff: Prisma.raw(`t.${column}`), customer: Prisma.raw(`t.${publicColumn}`) }
  const fieldFor = ({ actor }: Scope) => columns[isStaff(actor) ? 'staff' : 'customer']
  return {
    compile(filter, scope) {
      const field = fieldFor(scope)
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
                throw new FilterError(msg('filter.beforeOrAfter', { name: filter.name, value }), filter.at)
              return Prisma.sql`(${field} >= ${from} AND ${field} < ${to})`
          }
        }),
      )
    },
    range(filter, scope) {
      const field = fieldFor(scope)
      const ends: Prisma.Sql[] = []
      if (filter.from) ends.push(Prisma.sql`${field} >= ${stretchOf(filter.from, filter.name, filter.at, scope).from}`)
      if (filter.to) {
        const { from, to } = stretchOf(filter.to, filter.name, filter.at, scope)
        ends.push(from.getTime() === to.getTime() ? Prisma.sql`${field} <= ${to}` : Prisma.sql`${field} < ${to}`)
      }
      if (ends.length === 0) throw new FilterError('filter.noEnds', filter.at)
      return Prisma.sql`(${Prisma.join(ends, ' AND ')})`
    },
  }
}

function text(column: string): Question {
  const field = Prisma.raw(`t.${column}`)
  return eachValue((value) => {
    if (value === nobody) return Prisma.sql`${field} IS NULL`
    return value === 'any' ? Prisma.sql`${field} IS NOT NULL` : textIs(field, value)
  })
}

const inWords = (within: string): Question =>
  eachValue((value, _, scope) => textCondition(scope, { text: value, isExact: /\s/.test(value), within }))

export const numberOf = (said: string): number | null => {
  const found = /^(?:[A-Za-z][A-Za-z0-9]*-)?(\d{1,9})$/.exec(said)?.[1]
  return found ? Number(found) : null
}

const number: Question = {
  compile(filter) {
    const numbers = filter.values.map((value) => numberOf(value))
    if (numbers.includes(null)) throw new FilterError(msg('filter.takesTicketNumber', { name: filter.name }), filter.at)
    const symbol = Prisma.raw(filter.comparison)
    return either(numbers.map((wanted) => Prisma.sql`t.number ${symbol} ${wanted}::int`))
  },
}

function count(column: string): Question {
  const field = Prisma.raw(`t.${column}`)
  return {
    compile({ name, values, comparison, at }) {
      if (values.some((value) => !/^\d{1,9}$/.test(value))) throw new FilterError(msg('filter.takesNumber', { name }), at)
      return either(values.map((value) => Prisma.sql`${field} ${Prisma.raw(comparison)} ${Number(value)}::int`))
    },
  }
}

/** Something about who asked: `c` is the contact, `o` its organisation. */
const ofRequester = (condition: Prisma.Sql) => Prisma.sql`EXISTS (SELECT 1 FROM contact c
  LEFT JOIN organisation o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.deleted_at IS NULL
  WHERE c.tenant_id = t.tenant_id AND c.id = t.requester_id AND ${condition})`

const requesterCondition = eachValue((value, _, scope) => {
  if (isId(value)) return Prisma.sql`t.requester_id = ${value}::uuid`
  if (value === 'me') return Prisma.sql`t.requester_id = ${scope.actor.kind === 'person' ? scope.actor.contactId : null}::uuid`
  if (value.includes('@'))
    return Prisma.sql`t.requester_id IN (SELECT a.contact_id FROM contact_address a
      WHERE a.tenant_id = ${scope.tenantId}::uuid AND a.email = ${mailAddress(value) ?? value.toLowerCase()})`
  return textCondition(scope, { text: value, within: weights.people })
})

/** An address stays the same when its contact is renamed, and goes along when contacts are merged. */
const requester: Question = { ...requesterCondition, names: (value) => (isId(value) ? 'contact' : null) }

const requesterTier = eachValue((value, filter) => {
  // A contact has the tier of its organisation unless it has one of its own.
  const tier = Prisma.sql`coalesce(c.tier, o.tier)::text`
  return ofRequester(value === nobody ? Prisma.sql`${tier} IS NULL` : Prisma.sql`${tier} = ${oneOf(filter, value, tiers)}`)
})

const isOrganisationName = (value: string) => value !== nobody && value !== 'any' && !value.includes('*')

const requesterOrganisation: Question = {
  ...eachValue((value, _, { found }) => {
    if (value === nobody) return ofRequester(Prisma.sql`o.id IS NULL`)
    if (value === 'any') return ofRequester(Prisma.sql`o.id IS NOT NULL`)
    if (isId(value)) return ofRequester(Prisma.sql`o.id = ${value}::uuid`)
    return !found && isOrganisationName(value) ? Prisma.sql`FALSE` : ofRequester(textIs(Prisma.sql`o.name`, value))
  }),
  names: (value) => (isOrganisationName(value) ? 'organisation' : null),
}

const tags = eachValue((value, _, { tenantId }) => {
  if (value === nobody) return Prisma.sql`t.tags = '{}'`
  if (value.includes('*')) return Prisma.sql`EXISTS (SELECT 1 FROM unnest(t.tags) AS tag WHERE ${textIs(Prisma.sql`tag`, value)})`
  return Prisma.sql`t.id IN (SELECT g.ticket_id FROM ticket_tag g WHERE g.tenant_id = ${tenantId}::uuid AND g.name = ${value.normalize('NFKC').toLowerCase()})`
})

/** A deadline that is no further away is soon. */
const soonMs = 4 * 3600_000
/** As the index has it, which is in the order of the list; null stands last. */
const slaDueAt = Prisma.sql`least(t.sla_due_at, 'infinity')`

const ofClocks = eachValue((value, { name, at }, { now }) => {
  const soon = new Date(now.getTime() + soonMs)
  const states: Record<string, Prisma.Sql> = {
    breached: Prisma.sql`${slaDueAt} < ${now}`,
    soon: Prisma.sql`(${slaDueAt} >= ${now} AND ${slaDueAt} < ${soon})`,
    paused: Prisma.sql`EXISTS (SELECT 1 FROM sla_clock k WHERE k.tenant_id = t.tenant_id AND k.ticket_id = t.id
          AND k.stopped_at IS NULL AND k.paused_at IS NOT NULL)`,
    any: Prisma.sql`t.sla_policy_id IS NOT NULL`,
    [nobody]: Prisma.sql`t.sla_policy_id IS NULL`,
  }
  const condition = states[value]
  if (!condition) throw new FilterError(msg('filter.oneOf', { name, values: Object.keys(states).join(', '), value }), at)
  return condition
})

/** What is breached or soon is one stretch of the index; as two of them, PostgreSQL would read the whole table. */
const clocks: Question = {
  compile(filter, scope) {
    const others = filter.values.filter((value) => value !== 'breached' && value !== 'soon')
    if (!filter.values.includes('breached') || !filter.values.includes('soon')) return ofClocks.compile(filter, scope)
    const dueByThen = Prisma.sql`${slaDueAt} < ${new Date(scope.now.getTime() + soonMs)}`
    return others.length === 0 ? dueByThen : Prisma.sql`(${dueByThen} OR ${ofClocks.compile({ ...filter, values: others }, scope)})`
  },
}

/** `field.KEY:value`, for what a workspace asks besides. */
export const customField = (key: string): Question => ({
  compile(filter) {
    const value = Prisma.sql`t.fields -> ${key}::text`
    const said = Prisma.sql`t.fields ->> ${key}::text`
    if (filter.comparison !== '=') {
      const [limit] = filter.values as [string]
      const symbol = Prisma.raw(filter.comparison)
      // Dates are written so that their order is that of their letters.
      return /^-?\d+(\.\d+)?$/.test(limit)
        ? Prisma.sql`CASE WHEN jsonb_typeof(${value}) = 'number' THEN (${said})::numeric ${symbol} ${limit}::numeric ELSE FALSE END`
        : Prisma.sql`(${said}) ${symbol} ${limit}`
    }
    return either(
      filter.values.map((wanted) => {
        if (wanted === nobody) return Prisma.sql`${value} IS NULL`
        if (wanted === 'any') return Prisma.sql`${value} IS NOT NULL`
        return Prisma.sql`(${textIs(said, wanted)} OR (jsonb_typeof(${value}) = 'array' AND EXISTS (
          SELECT 1 FROM jsonb_array_elements_text(${value}) AS chosen WHERE ${textIs(Prisma.sql`chosen`, wanted)})))`
      }),
    )
  },
})

/** What a filter can ask of an attribute, by its kind; null where there is nothing to ask by its own name. */
export function questionOf(attribute: Attribute): Question | null {
  switch (attribute.kind) {
    case 'status':
      return status
    case 'choice':
      return choice(attribute)
    case 'person':
    case 'department':
    case 'category':
      return reference(attribute.column, attribute.kind)
    case 'instant':
      return instant(attribute.column, attribute.publicColumn)
    case 'text':
      return attribute.searchWeight ? inWords(weights[attribute.searchWeight]) : text(attribute.column)
    case 'count':
      return count(attribute.column)
    case 'number':
      return number
    case 'requester':
      return requester
    case 'requesterTier':
      return requesterTier
    case 'requesterOrganisation':
      return requesterOrganisation
    case 'tags':
      return tags
    case 'clocks':
      return clocks
    case 'notes':
      return inWords(weights.inner)
    default:
      return null
  }
}

/** A word of `is:`, as a condition on the attribute that has it. */
export function flagCondition(attribute: Attribute, flag: Flag, { now, actor, tenantId }: Scope): Prisma.Sql {
  if (flag === 'open') return isOpen
  if (flag === 'done') return isDone
  if (attribute.kind === 'watched')
    return Prisma.sql`EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = ${tenantId}::uuid AND x.ticket_id = t.id
    AND x.person_id = ${personId(actor)}::uuid)`
  if (attribute.kind === 'mentioned')
    return Prisma.sql`t.id IN (SELECT m.ticket_id FROM unread_mention u JOIN ticket_message m ON m.tenant_id = u.tenant_id AND m.id = u.message_id
      WHERE u.tenant_id = ${tenantId}::uuid AND u.person_id = ${personId(actor)}::uuid)`
  const field = Prisma.raw(`t.${attribute.column}`)
  if (flag === 'mine') return Prisma.sql`${field} = ${personId(actor)}::uuid`
  if (flag === 'past') return Prisma.sql`(${field} < ${now} AND ${isOpen})`
  if (flag === 'empty') return Prisma.sql`${field} IS NULL`
  if (attribute.kind === 'flag') return field
  return attribute.kind === 'count' ? Prisma.sql`${field} > 0` : Prisma.sql`${field} IS NOT NULL`
}
