import { z } from 'zod'
import { type Tier, tiers } from '../../contacts/schema'
import { msg } from '../../core/message'
import { instant } from '../../core/page'
import { type Reference, reference, tagInput } from '../../core/schema'
import { visibleText } from '../../core/text'
import { type FieldValue, fieldValue } from '../fields/schema'
import type { Attribute } from './attribute'
import {
  type DetailKey,
  details,
  detailsOf,
  type FieldName,
  fieldName,
  type KeysWith,
  keysWith,
  namedKinds,
  type ReferenceKind,
} from './attribute-names'
import { type AttributeKey, attributeEntries, attributes, type Entries } from './attributes'
import { metrics } from './values'
import { statusAliases, ticketStatuses } from './workflow'

export * from './values'

/** Statuses by our names and by those other systems use. */
export const statusInput = z.preprocess((value) => statusAliases[String(value)] ?? value, z.enum(ticketStatuses))

export const ticketAbilities = z.object({
  reply: z.boolean(),
  note: z.boolean(),
  assign: z.boolean(),
  update: z.boolean(),
  /** What requesters do themselves: close their request, or reopen it. */
  close: z.boolean(),
  reopen: z.boolean(),
  /** Requesters say how it was answered. */
  rate: z.boolean(),
  /** Statuses the caller may set now. */
  moves: z.array(z.enum(ticketStatuses)),
})

/** A clock that runs or is paused. */
export const clockOutput = z.object({
  metric: z.enum(metrics),
  startedAt: instant,
  /** Null while it is paused, or where it is never reached. */
  dueAt: instant.nullable(),
  pausedAt: instant.nullable(),
  /** The deadline that has passed. */
  breachedAt: instant.nullable(),
  /** In business minutes. */
  targetMinutes: z.number(),
  /** Business time past the deadline; null unless it has passed. */
  overrun: z
    .object({
      minutes: z.number(),
      /** As of when, at the full minute. */
      at: instant,
      /** Until when it grows from then on, which is at closing time; null outside business hours and while it is paused. */
      growsUntil: instant.nullable(),
      isPaused: z.boolean(),
    })
    .nullable(),
})
export type ClockOutput = z.output<typeof clockOutput>

/** What an attribute is in an answer, and for most kinds in a row as well. */
export type ValueOf<A> = A extends { kind: 'choice' | 'status'; values: readonly (infer V)[] }
  ? Filled<A, V>
  : A extends { kind: infer K extends keyof ValueOfKind }
    ? Filled<A, ValueOfKind[K]>
    : never

/** Null where the column may hold nothing. */
type Filled<A, V> = A extends
  | { isRequired: true }
  | { kind: 'status' | 'number' | 'count' | 'flag' | 'requester' | 'tags' | 'fields' | 'clocks' }
  ? V
  : V | null

interface ValueOfKind {
  number: string
  text: string
  instant: Date
  count: number
  flag: boolean
  person: Reference
  department: Reference
  category: Reference
  requester: Reference & { email: string | null }
  tags: string[]
  fields: Record<string, FieldValue>
  clocks: ClockOutput[]
  requesterTier: Tier
}

export type ShownAttributes = {
  [K in AttributeKey as Entries[K] extends { visibleTo: 'nobody' } ? never : [ValueOf<Entries[K]>] extends [never] ? never : K]: ValueOf<
    Entries[K]
  >
}

/** The same as a check; null for what is only asked for, such as words of notes. */
export function wireOf(attribute: Attribute): z.ZodType | null {
  const whole = (check: z.ZodType) => ('isRequired' in attribute && attribute.isRequired ? check : check.nullable())
  switch (attribute.kind) {
    case 'number':
      return z.string()
    case 'text':
      return whole(z.string())
    case 'instant':
      return whole(instant)
    case 'count':
      return z.number().int()
    case 'flag':
      return z.boolean()
    case 'status':
      return z.enum(attribute.values)
    case 'choice':
      return whole(z.enum(attribute.values))
    case 'person':
    case 'department':
    case 'category':
      return reference.nullable()
    case 'requester':
      return reference.extend({ email: z.string().nullable() })
    case 'tags':
      return z.array(z.string())
    case 'fields':
      return z.record(z.string(), fieldValue)
    case 'clocks':
      return z.array(clockOutput)
    case 'requesterTier':
      return z.enum(tiers).nullable()
    default:
      return null
  }
}

/** Whether answers hold it at all. */
export const isShown = (attribute: Attribute): boolean => attribute.visibleTo !== 'nobody' && wireOf(attribute) !== null

/** What stands in place of an attribute that its reader may not see. */
export const emptyOf = ({ kind }: Attribute) =>
  kind === 'tags' || kind === 'clocks' ? [] : kind === 'flag' ? false : kind === 'count' ? 0 : null

const shown = Object.fromEntries(
  attributeEntries.flatMap(([key, attribute]) => (isShown(attribute) ? [[key, wireOf(attribute)]] : [])),
) as { [K in keyof ShownAttributes]: z.ZodType<ShownAttributes[K], ShownAttributes[K]> }

/** What is sent to set an attribute: a date as ISO 8601, a reference by its id. */
type InputOf<A> = A extends { kind: 'instant' | ReferenceKind } ? string | null : ValueOf<A>

function inputOf(attribute: Attribute): z.ZodType {
  const check = checkOf(attribute)
  return attribute.kind === 'flag' || ('isRequired' in attribute && attribute.isRequired) ? check : check.nullable()
}

function checkOf(attribute: Attribute): z.ZodType {
  switch (attribute.kind) {
    case 'text':
      return z
        .string()
        .overwrite(visibleText)
        .trim()
        .min(1, attribute.isHeading ? msg('tickets.enterSubject') : undefined)
        .max(attribute.maxLength)
    case 'choice':
      return z.preprocess((value) => attribute.aliases?.[String(value)] ?? value, z.enum(attribute.values))
    case 'instant':
      return z.iso.datetime({ offset: true })
    case 'count':
      return z.coerce.number().int().min(0)
    case 'flag':
      return z.boolean()
    case 'tags':
      return tagsInput
    default:
      return z.uuid()
  }
}

export const ticketTitle = inputOf(attributes.title) as z.ZodType<string, string>

export type Details = { [K in DetailKey as FieldName<K>]?: InputOf<Entries[K]> }

/** What can be said of a ticket's details. */
export const detailInputs = Object.fromEntries(
  [...details].map(([name, key]) => [name, inputOf(attributes[key]).optional()]),
) as InputsOf<Details>

/** Details that may come with a new ticket; a title always does, and a category brings more with it. */
const ofNew = [...details].filter(([, key]) => !('isHeading' in attributes[key]) && attributes[key].kind !== 'category')

export type NewDetails = {
  [K in Exclude<DetailKey, KeysWith<{ isHeading: true } | { kind: 'category' }>> as FieldName<K>]?: InputOf<Entries[K]>
}

type InputsOf<D> = { [K in keyof D]-?: z.ZodOptional<z.ZodType<Exclude<D[K], undefined>, Exclude<D[K], undefined>>> }

/** All details at once: what is left out is empty, and a flag stays as it is. */
export const wholeDetailInputs = Object.fromEntries(
  [...details].map(([name, key]) => {
    const input = inputOf(attributes[key])
    if (attributes[key].kind === 'flag') return [name, input.optional()]
    return [name, input.safeParse(null).success ? input.default(null) : input]
  }),
) as {
  [N in keyof Details]-?: z.ZodType<Exclude<Details[N], undefined>, null extends Details[N] ? Details[N] : Exclude<Details[N], undefined>>
}

const inputsFor = (names: string[]) => Object.fromEntries(names.map((name) => [name, (detailInputs as Record<string, z.ZodType>)[name]]))

export const newDetailInputs = inputsFor(ofNew.map(([name]) => name)) as InputsOf<NewDetails>

/** Those of them that requesters give themselves. */
export const portalDetailInputs = inputsFor(detailsOf('portal').map(([name]) => name)) as Partial<typeof newDetailInputs>

/** The details among what was sent. */
export const detailsIn = (given: object): NewDetails =>
  Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== undefined && Object.hasOwn(newDetailInputs, name)))

export const ticketOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  ...shown,
  /** When a resolved ticket closes by itself. */
  closesAt: instant.nullable(),
  /** By when the first response is due, while that lies ahead. */
  answerBy: instant.nullable(),
  abilities: ticketAbilities,
})
export type TicketOutput = z.output<typeof ticketOutput>

export const maxTags = 20

export const tagsInput = z
  .array(tagInput)
  .transform((tags) => [...new Set(tags)])
  .pipe(z.array(z.string()).max(maxTags, msg('tickets.tooManyTags', { maximum: maxTags })))

type CreateKey = KeysWith<{ create: string }>
type NewValues = { [K in CreateKey as FieldName<K>]: Entries[K]['kind'] extends ReferenceKind ? string : ValueOf<Entries[K]> }
const createKeys = keysWith('create')

/** What comes with a new ticket beside its details. */
export const newTicketInputs = Object.fromEntries(createKeys.map((key) => [fieldName(key), checkOf(attributes[key]).optional()])) as {
  [N in keyof NewValues]: z.ZodOptional<z.ZodType<NewValues[N], NewValues[N]>>
}

/** Whether some of what came with a new ticket is for staff to say. */
export const isSorted = (given: object): boolean =>
  Object.entries(given).some(([name, value]) => value !== undefined && staffOnly.has(name))
const staffOnly = new Set([
  ...createKeys.filter((key) => attributes[key].create === 'staff').map(fieldName),
  ...Object.keys(newDetailInputs).filter((name) => !Object.hasOwn(portalDetailInputs, name)),
])

export const ticketRef = z.strictObject({ id: z.uuid(msg('tickets.id')) })

/** Something that happened to a ticket, as its page tells it between the messages. */
const consequences: ReadonlySet<string> = new Set(['ticket.policy_applied', 'ticket.sla_breached', 'ticket.escalated'])

/** What the product does by itself, also where it follows from what a person did. */
export const isConsequence = (type: string) => consequences.has(type)

export const activityOutput = z.object({
  id: z.uuid(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  at: instant,
  /** Who did it; the product itself by its name. */
  actor: z.string(),
  /** Names of what the payload knows by id. */
  names: z.record(z.string(), z.string()),
})
export type ActivityOutput = z.output<typeof activityOutput>

/** Something that a rule names and that is no longer there. */
export const goneReference = z.object({
  kind: z.enum(namedKinds),
  /** Null for a name that has meant nothing since it was stored. */
  id: z.uuid().nullable(),
  name: z.string(),
  /** Tickets with it are left out by the rule, instead of found. */
  isExcluded: z.boolean(),
})
export type GoneReference = z.output<typeof goneReference>

/** What is said of a stored filter wherever it is shown. */
export const shownFilter = {
  /** With the names of today. What is sent may have names or ids. */
  filter: z.string(),
  /** The same with ids, as it is kept. */
  filterById: z.string(),
  /** What the ids in it stand for. */
  names: z.array(z.object({ kind: z.enum(namedKinds), id: z.uuid(), name: z.string() })),
  gone: z.array(goneReference),
  /** It finds nothing until it is changed: a name means nothing, or what is gone was all that it asked for. */
  findsNothing: z.boolean(),
}
export type ShownFilter = { [K in keyof typeof shownFilter]: z.output<(typeof shownFilter)[K]> }
