import { z } from 'zod'
import { Prisma } from '../../db/generated/tenant/client'
import type { Attribute } from './attribute'
import { isReference, type PublicKey, publicName, type ReferenceKey } from './attribute-names'
import { type AttributeKey, attributeEntries, attributes, type Entries } from './attributes'
import { editionOfClock, overrunAt } from './overrun'
import { isShown, type ValueOf, wireOf } from './schema'

type PlainKey = {
  [K in AttributeKey]: K extends ReferenceKey | 'requester' ? never : [ValueOf<Entries[K]>] extends [never] ? never : K
}[AttributeKey]

/** What a row of a ticket holds of its attributes: a reference as an id and a name. */
export type AttributeColumns = { [K in PlainKey]: ValueOf<Entries[K]> } & { [K in ReferenceKey as `${K}Id`]: string | null } & {
  [K in ReferenceKey as `${K}Name`]: string | null
} & {
  requesterId: string
  requesterName: string
  requesterEmail: string | null
  organisationId: string | null
} & {
  [K in PublicKey as `public${Capitalize<K>}`]: ValueOf<Entries[K]>
}

const text = z.string().nullable()

/** A clock as `openClocks` names it: its moments as text. */
export const storedClock = z.object({
  metric: z.enum(['first_response', 'next_response', 'resolution']),
  startedAt: z.string(),
  dueAt: text,
  pausedAt: text,
  breachedAt: text,
  targetMinutes: z.number(),
  overrunFrom: text,
  overrunUntil: text,
  calendar: text,
})

const dateOf = (said: string | null) => (said === null ? null : new Date(said))

/** By how much a clock has passed its deadline; null unless it has. */
export function overrunOf({ breachedAt, overrunFrom, overrunUntil, calendar }: z.output<typeof storedClock>) {
  if (breachedAt === null) return null
  return overrunAt(new Date(), { from: new Date(overrunFrom ?? breachedAt), until: dateOf(overrunUntil), calendar })
}

const clockRow = storedClock.transform((clock) => ({
  metric: clock.metric,
  startedAt: new Date(clock.startedAt),
  dueAt: dateOf(clock.dueAt),
  pausedAt: dateOf(clock.pausedAt),
  breachedAt: dateOf(clock.breachedAt),
  targetMinutes: clock.targetMinutes,
  overrun: overrunOf(clock),
}))

const hasPublic = (attribute: Attribute) => attribute.publicColumn !== undefined || attribute.kind === 'fields'

function checksOf(key: AttributeKey, attribute: Attribute): [string, z.ZodType][] {
  if (isReference(attribute))
    return [
      [`${key}Id`, z.string().nullable()],
      [`${key}Name`, z.string().nullable()],
    ]
  if (attribute.kind === 'requester')
    return [
      ['requesterId', z.string()],
      ['requesterName', z.string()],
      ['requesterEmail', z.string().nullable()],
      ['organisationId', z.string().nullable()],
    ]
  if (attribute.kind === 'clocks') return [[key, z.array(clockRow)]]
  const check = attribute.kind !== 'instant' ? wireOf(attribute) : 'isRequired' in attribute ? z.date() : z.date().nullable()
  if (!check) return []
  return hasPublic(attribute)
    ? [
        [key, check],
        [publicName(key), check],
      ]
    : [[key, check]]
}

/** The check of the columns that `selectAttributes` reads. */
export const attributeColumns = Object.fromEntries(attributeEntries.flatMap(([key, attribute]) => checksOf(key, attribute))) as {
  [K in keyof AttributeColumns]: z.ZodType<AttributeColumns[K]>
}

/** Clocks that run or are paused; three at most. */
const openClocks = `(SELECT coalesce(json_agg(json_build_object('metric', k.metric, 'startedAt', k.started_at, 'dueAt', k.due_at,
    'pausedAt', k.paused_at, 'breachedAt', k.breached_at, 'targetMinutes', k.target_minutes,
    'overrunFrom', k.overrun_from, 'overrunUntil', k.overrun_until, 'calendar', CASE WHEN k.breached_at IS NOT NULL THEN ${editionOfClock} END)), '[]')
  FROM sla_clock k WHERE k.tenant_id = t.tenant_id AND k.ticket_id = t.id AND k.stopped_at IS NULL)`

/** Of the custom fields, those that customers may see. */
const publicFields = `CASE WHEN t.fields = '{}' THEN t.fields ELSE (SELECT coalesce(jsonb_object_agg(v.key, v.value), '{}')
  FROM jsonb_each(t.fields) v
  JOIN custom_field f ON f.tenant_id = t.tenant_id AND f.key = v.key AND f.is_public AND f.deleted_at IS NULL) END`

/** A contact has the tier of its organisation unless it has one of its own. */
const tierColumn = `(CASE WHEN c.tier IS NULL AND c.organisation_id IS NOT NULL THEN
    (SELECT o.tier FROM organisation o WHERE o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.deleted_at IS NULL)
    ELSE c.tier END)::text`

const requesterColumns = `t.requester_id::text AS "requesterId", c.name AS "requesterName", c.organisation_id::text AS "organisationId",
    (SELECT coalesce(min(a.email) FILTER (WHERE a.is_primary), min(a.email)) FROM contact_address a
     WHERE a.tenant_id = t.tenant_id AND a.contact_id = t.requester_id) AS "requesterEmail"`

function columnOf(key: AttributeKey, attribute: Attribute): string | null {
  const own = ownColumn(key, attribute)
  if (own === null || !hasPublic(attribute)) return own
  // not-words: SQL
  return `${own}, ${attribute.kind === 'fields' ? publicFields : `t.${attribute.publicColumn}`} AS "${publicName(key)}"`
}

function ownColumn(key: AttributeKey, attribute: Attribute): string | null {
  switch (attribute.kind) {
    case 'number':
      return `w.ticket_prefix || '-' || t.number AS "${key}"`
    case 'status':
    case 'choice':
      // not-words: SQL
      return `t.${attribute.column}::text AS "${key}"`
    case 'person':
    case 'department':
    case 'category':
      // not-words: SQL
      return `t.${attribute.column}::text AS "${key}Id", "${key}".name AS "${key}Name"`
    case 'requester':
      return requesterColumns
    case 'clocks':
      // not-words: SQL
      return `${openClocks} AS "${key}"`
    case 'requesterTier':
      // not-words: SQL
      return `${tierColumn} AS "${key}"`
    default:
      // not-words: SQL
      return attribute.kind === 'fields' || wireOf(attribute) ? `t.${attribute.column} AS "${key}"` : null
  }
}

/** All columns of attributes of `ticket t`, beside its `workspace w` and its requester, `contact c`. */
export const selectAttributes = Prisma.raw(attributeEntries.flatMap(([key, attribute]) => columnOf(key, attribute) ?? []).join(',\n    '))

/** Those of them that staff are shown. */
export const selectShown = Prisma.raw(
  attributeEntries.flatMap(([key, attribute]) => (isShown(attribute) ? (ownColumn(key, attribute) ?? []) : [])).join(',\n    '),
)

/** The tables that hold the names of what a ticket refers to. */
export const joinReferences = Prisma.raw(
  attributeEntries
    .flatMap(([key, attribute]) =>
      isReference(attribute)
        ? [`LEFT JOIN ${attribute.kind} "${key}" ON "${key}".tenant_id = t.tenant_id AND "${key}".id = t.${attribute.column}`]
        : [],
    )
    .join('\n  '),
)

/** The value of an attribute in a row, as it goes out. */
export function valueIn(row: AttributeColumns, key: AttributeKey): unknown {
  const columns = row as Record<string, unknown>
  const { kind } = attributes[key]
  if (kind === 'requester') return { id: row.requesterId, name: row.requesterName, email: row.requesterEmail }
  if (!isReference(attributes[key])) return columns[key]
  const id = columns[`${key}Id`]
  return id ? { id, name: columns[`${key}Name`] ?? '' } : null
}

/** The same as customers know it. */
export const publicValueIn = (row: AttributeColumns, key: AttributeKey): unknown =>
  hasPublic(attributes[key]) ? (row as Record<string, unknown>)[publicName(key)] : valueIn(row, key)
