import { z } from 'zod'
import { msg } from '../../core/message'
import { instant } from '../../core/page'
import { priorityInput } from '../../directory/schema'
import { messageBody } from '../conversation/schema'
import type { Attribute } from '../ticket/attribute'
import type { AttributeColumns } from '../ticket/attribute-columns'
import { type FieldName, fieldName, isReference, type KeysWith, keysWith, type ReferenceKey } from '../ticket/attribute-names'
import { attributes, type Entries } from '../ticket/attributes'
import { statusInput, tagsInput, type ValueOf, wireOf } from '../ticket/schema'
import { ticketStatuses } from '../ticket/workflow'
import { type ActionKind, type ActionUse, type actionKinds, type KindOf, kindsFor, recipientRoles, targetKinds } from './action-kinds'

/** Whom an action tells or writes to. */
export const recipients = z
  .strictObject({
    assignee: z.boolean().default(false),
    /** Of the ticket's department: its lead; all its members. */
    lead: z.boolean().default(false),
    members: z.boolean().default(false),
    roles: z.array(z.enum(recipientRoles)).max(recipientRoles.length).default([]),
    personIds: z.array(z.uuid()).max(50).default([]),
  })
  .refine(
    ({ assignee, lead, members, roles, personIds }) => assignee || lead || members || roles.length + personIds.length > 0,
    msg('actions.recipients'),
  )
export type Recipients = z.output<typeof recipients>

/** What each kind of action needs to know, beside its kind. Stored as it is: a shape that changes takes a migration. */
export const actionData = {
  assign: { assigneeId: z.uuid().nullable() },
  status: { status: statusInput, reason: z.string().trim().max(1000).optional() },
  priority: { priority: priorityInput },
  raise_priority: { priority: priorityInput },
  department: { departmentId: z.uuid() },
  tags: { add: tagsInput.default([]), remove: tagsInput.default([]) },
  hold: { reason: z.string().trim().max(1000).optional(), holdUntil: z.iso.datetime({ offset: true }).optional() },
  macro: { macroId: z.uuid() },
  merge: { intoId: z.uuid() },
  archive: { isArchived: z.boolean() },
  delete: {},
  reply: { body: messageBody },
  note: { body: messageBody },
  notify: { to: recipients },
  mail: {
    to: recipients,
    subject: z.string().trim().min(1, msg('actions.subject')).max(200),
    body: z.string().trim().min(1, msg('actions.text')).max(5000),
  },
  webhook: { hookId: z.uuid() },
} satisfies { [K in ActionKind]: { [F in keyof (typeof actionKinds)[K]['controls']]: z.ZodType } }

type Data<P extends ActionKind> = z.ZodObject<(typeof actionData)[P]>
// Nothing but its kind, where it needs no data.
type With<P, D> = string extends keyof D ? { kind: P } : { kind: P } & D
/** An action with its data; `Action<'assign' | 'tags'>` is one of these. */
export type Action<K extends ActionKind = ActionKind> = { [P in K]: With<P, z.output<Data<P>>> }[K]
export type ActionInput<K extends ActionKind> = { [P in K]: With<P, z.input<Data<P>>> }[K]

function schemaFor<U extends ActionUse>(use: U) {
  const [first, ...others] = kindsFor(use).map((kind) => z.strictObject({ kind: z.literal(kind), ...(actionData[kind] as z.ZodRawShape) }))
  if (!first) throw new Error(`no action is for ${use}`)
  return z.discriminatedUnion('kind', [first, ...others]) as unknown as z.ZodType<Action<KindOf<U>>, ActionInput<KindOf<U>>>
}

export const bulkChange = schemaFor('bulk')
export const macroChange = schemaFor('macro')
export const escalationAction = schemaFor('escalation')
export type BulkChange = z.output<typeof bulkChange>
/** What a bulk change does to each of its tickets, as it is kept: older ones are a single action. */
export const bulkActions = z.preprocess((kept) => (Array.isArray(kept) ? kept : [kept]), z.array(bulkChange))
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
  /** The number of the ticket that it was merged into. */
  mergedInto: z.string().nullable().default(null),
})
export type TicketBefore = z.output<typeof ticketBefore>

/** What is kept of a ticket around a change. */
export const stateOf = (ticket: AttributeColumns & Pick<TicketBefore, 'mergedInto'>): TicketBefore => ({
  ...(Object.fromEntries(restored.map(([name]) => [name, (ticket as Record<string, unknown>)[name]])) as Restored),
  isArchived: ticket.archivedAt !== null,
  mergedInto: ticket.mergedInto,
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
  /** Of a merge: how many of those it changes are of other requesters than the one that stays. */
  ofOthers: z.number().int(),
  /** What status any of them can be changed to. */
  statuses: z.array(z.enum(ticketStatuses)),
})
export type BulkPreview = z.output<typeof bulkPreview>
