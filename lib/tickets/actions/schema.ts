import { z } from 'zod'
import { msg } from '../../core/message'
import { priorities, priorityInput } from '../../directory/schema'
import { messageBody } from '../conversation/schema'
import { statusInput, tagsInput } from '../ticket/schema'
import { ticketStatuses } from '../ticket/workflow'

/** Whom an action tells or writes to. */
export const recipients = z
  .strictObject({
    assignee: z.boolean().default(false),
    /** Of the ticket's department: its lead; all its members. */
    lead: z.boolean().default(false),
    members: z.boolean().default(false),
    roles: z
      .array(z.enum(['owner', 'admin', 'moderator', 'agent']))
      .max(4)
      .default([]),
    personIds: z.array(z.uuid()).max(50).default([]),
  })
  .refine(
    ({ assignee, lead, members, roles, personIds }) => assignee || lead || members || roles.length + personIds.length > 0,
    msg('actions.recipients'),
  )
export type Recipients = z.output<typeof recipients>

/** Where an action is offered. */
export type ActionUse = 'bulk' | 'macro' | 'escalation'

interface ActionKindEntry {
  /** What it needs to know, beside its kind. Stored as it is: a shape that changes takes a migration. */
  data: z.ZodRawShape
  uses: readonly ActionUse[]
}

/**
 * Every kind of action: the part that a browser knows as well. Its words are `common.actions.<kind>` in messages/en.json,
 * what it does stands in the `actions.ts` of its domain.
 */
export const actionKinds = {
  assign: { data: { assigneeId: z.uuid().nullable() }, uses: ['bulk', 'macro', 'escalation'] },
  status: { data: { status: statusInput, reason: z.string().trim().max(1000).optional() }, uses: ['bulk', 'macro'] },
  priority: { data: { priority: priorityInput }, uses: ['bulk', 'macro'] },
  /** A higher one stays. */
  raise_priority: { data: { priority: priorityInput }, uses: ['escalation'] },
  department: { data: { departmentId: z.uuid() }, uses: ['bulk', 'macro'] },
  tags: { data: { add: tagsInput.default([]), remove: tagsInput.default([]) }, uses: ['bulk', 'macro', 'escalation'] },
  archive: { data: { isArchived: z.boolean() }, uses: ['bulk', 'macro'] },
  delete: { data: {}, uses: ['bulk'] },
  reply: { data: { body: messageBody }, uses: ['macro'] },
  note: { data: { body: messageBody }, uses: ['macro', 'escalation'] },
  notify: { data: { to: recipients }, uses: ['escalation'] },
  /** {number}, {title} and {due} are filled in. */
  mail: {
    data: {
      to: recipients,
      subject: z.string().trim().min(1, msg('actions.subject')).max(200),
      body: z.string().trim().min(1, msg('actions.text')).max(5000),
    },
    uses: ['escalation'],
  },
  /** Posts it, signed, to one of the addresses that notifications go to. */
  webhook: { data: { hookId: z.uuid() }, uses: ['escalation'] },
} as const satisfies Record<string, ActionKindEntry>

type Kinds = typeof actionKinds
export type ActionKind = keyof Kinds
type Data<P extends ActionKind> = z.ZodObject<Kinds[P]['data']>
// Nothing but its kind, where it needs no data.
type With<P, D> = string extends keyof D ? { kind: P } : { kind: P } & D
/** An action with its data; `Action<'assign' | 'tags'>` is one of these. */
export type Action<K extends ActionKind = ActionKind> = { [P in K]: With<P, z.output<Data<P>>> }[K]
type ActionInput<K extends ActionKind> = { [P in K]: With<P, z.input<Data<P>>> }[K]
type KindOf<U extends ActionUse> = { [P in ActionKind]: U extends Kinds[P]['uses'][number] ? P : never }[ActionKind]

/** The kinds that are offered there, in their order. */
export const kindsFor = <U extends ActionUse>(use: U): KindOf<U>[] =>
  (Object.keys(actionKinds) as ActionKind[]).filter((kind) => (actionKinds[kind].uses as readonly ActionUse[]).includes(use)) as KindOf<U>[]

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

/** Of a ticket before it was changed: what undoing puts back. */
export const ticketBefore = z.object({
  assigneeId: z.uuid().nullable(),
  status: z.enum(ticketStatuses),
  statusReason: z.string().nullable(),
  heldAt: z.coerce.date().nullable(),
  holdUntil: z.coerce.date().nullable(),
  resolvedAt: z.coerce.date().nullable(),
  closedAt: z.coerce.date().nullable(),
  reopenCount: z.number(),
  priority: z.enum(priorities),
  departmentId: z.uuid().nullable(),
  categoryId: z.uuid().nullable(),
  tags: z.array(z.string()),
  isArchived: z.boolean(),
})
export type TicketBefore = z.output<typeof ticketBefore>

export const maxBulk = 1000

export const bulkOutput = z.object({
  id: z.uuid(),
  status: z.enum(['running', 'done', 'undoing', 'undone']),
  total: z.number().int(),
  done: z.number().int(),
  failed: z.number().int(),
  undone: z.number().int(),
  kept: z.number().int(),
  /** The first few that failed, and why. */
  problems: z.array(z.object({ number: z.string(), error: z.string() })),
})
export type BulkOutput = z.output<typeof bulkOutput>
