import { z } from 'zod'
import { priorities } from '../../directory/schema'
import { ticketStatuses } from '../ticket/workflow'
import { type Action, type ActionInput, type ActionUse, actionKinds, type KindOf, kindsFor } from './action-kinds'

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

/** What is kept of a ticket around a change. */
export const stateOf = (ticket: Omit<TicketBefore, 'isArchived'> & { archivedAt: Date | null }): TicketBefore => ({
  assigneeId: ticket.assigneeId,
  status: ticket.status,
  statusReason: ticket.statusReason,
  heldAt: ticket.heldAt,
  holdUntil: ticket.holdUntil,
  resolvedAt: ticket.resolvedAt,
  closedAt: ticket.closedAt,
  reopenCount: ticket.reopenCount,
  priority: ticket.priority,
  departmentId: ticket.departmentId,
  categoryId: ticket.categoryId,
  tags: ticket.tags,
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
  done: z.number().int(),
  failed: z.number().int(),
  undone: z.number().int(),
  kept: z.number().int(),
  /** The first few that failed, and why. */
  problems: z.array(z.object({ number: z.string(), error: z.string() })),
})
export type BulkOutput = z.output<typeof bulkOutput>
