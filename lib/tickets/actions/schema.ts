import { z } from 'zod'
import { instant } from '../../core/page'
import type { Attribute } from '../ticket/attribute'
import type { AttributeColumns } from '../ticket/attribute-columns'
import { type FieldName, fieldName, isReference, type KeysWith, keysWith, type ReferenceKey } from '../ticket/attribute-names'
import { attributes, type Entries } from '../ticket/attributes'
import { type ValueOf, wireOf } from '../ticket/schema'
import { ticketStatuses } from '../ticket/workflow'
import { type Action, type ActionInput, type ActionUse, actionKinds, type KindOf, kindsFor, targetKinds } from './action-kinds'

function schemaFor<U extends ActionUse>(use: U) {
  const [first, ...others] = kindsFor(use).map((kind) => z.strictObject({ kind: z.literal(kind), ...actionKinds[kind].data }))
  if (!first) throw new Error(`no action is for ${use}`)
  return z.discriminatedUnion('kind', [first, ...others]) as unknown as z.ZodType<Action<KindOf<U>>, ActionInput<KindOf<U>>>
}

export const bulkChange = schemaFor('bulk')
export const macroChange = schemaFor('macro')
export const escalationAction = schemaFor('escalation')
export type BulkChange = z.output<typeof bulkChange>
export type MacroChange = z.output<typeof macroChange>
export type EscalationAction = z.output<typeof escalationAction>

/** What a stored action names and can't go to any more. */
export const goneTarget = z.object({
  kind: z.enum(targetKinds),
  id: z.uuid(),
  /** Null where it is not known any more. */
  name: z.string().nullable(),
  /** Of the action that names it, from 0. */
  place: z.int(),
})
export type GoneTarget = z.output<typeof goneTarget>

type RestoredKey = KeysWith<{ isRestored: true }>
type Restored = { [K in RestoredKey as FieldName<K>]: K extends ReferenceKey ? string | null : ValueOf<Entries[K]> }

const restored = keysWith('isRestored').map((key) => [fieldName(key), attributes[key]] as const)

function storedOf(attribute: Attribute): z.ZodType {
  if (isReference(attribute)) return z.uuid().nullable()
  return attribute.kind === 'instant' ? z.coerce.date().nullable() : (wireOf(attribute) as z.ZodType)
}

/** Of a ticket before it was changed: what undoing puts back. */
export const ticketBefore = z.object({
  ...(Object.fromEntries(restored.map(([name, attribute]) => [name, storedOf(attribute)])) as {
    [N in keyof Restored]: z.ZodType<Restored[N]>
  }),
  isArchived: z.boolean(),
})
export type TicketBefore = z.output<typeof ticketBefore>

/** What is kept of a ticket around a change. */
export const stateOf = (ticket: AttributeColumns): TicketBefore => ({
  ...(Object.fromEntries(restored.map(([name]) => [name, (ticket as Record<string, unknown>)[name]])) as Restored),
  isArchived: ticket.archivedAt !== null,
})

/** A ticket around a change that is to be undone; after its deletion nothing but when that was. */
export const undoing = z.object({
  before: ticketBefore,
  after: ticketBefore.partial().extend({ deletedAt: z.coerce.date().nullable().default(null) }),
})
export type Undoing = z.output<typeof undoing>

export const maxBulk = 1000

export const bulkOutput = z.object({
  id: z.uuid(),
  status: z.enum(['running', 'done', 'undoing', 'undone']),
  total: z.number().int(),
  /** Until then it can be undone without anybody having been told; null while it runs. */
  leavesAt: instant.nullable(),
  done: z.number().int(),
  /** Tickets that were so before. */
  already: z.number().int(),
  failed: z.number().int(),
  undone: z.number().int(),
  kept: z.number().int(),
  /** Why tickets were not changed, and how many for each reason. */
  reasons: z.array(z.object({ error: z.string(), count: z.number().int() })),
  /** The first few that failed, and why. */
  problems: z.array(z.object({ number: z.string(), error: z.string() })),
})
export type BulkOutput = z.output<typeof bulkOutput>

export const bulkPreview = z.object({
  /** How many tickets it is about: of a whole view the first `maxBulk`. */
  chosen: z.number().int(),
  /** How many there are. */
  total: z.number().int(),
  /** How many of those it changes: the caller may change them, and they are not so already. */
  changed: z.number().int(),
  /** How many customers it sends an email to. */
  mailed: z.number().int(),
  /** What status any of them can be changed to. */
  statuses: z.array(z.enum(ticketStatuses)),
})
export type BulkPreview = z.output<typeof bulkPreview>
