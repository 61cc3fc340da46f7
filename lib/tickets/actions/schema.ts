import { z } from 'zod'
import { priorityInput } from '../../directory/schema'
import { statusInput, tagsInput } from '../ticket/schema'

/** A change that can be made to many tickets at once. */
export const bulkChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('assign'), assigneeId: z.uuid().nullable() }),
  z.strictObject({ kind: z.literal('status'), status: statusInput, reason: z.string().trim().max(1000).optional() }),
  z.strictObject({ kind: z.literal('priority'), priority: priorityInput }),
  z.strictObject({ kind: z.literal('department'), departmentId: z.uuid() }),
  z.strictObject({ kind: z.literal('tags'), add: tagsInput.default([]), remove: tagsInput.default([]) }),
  z.strictObject({ kind: z.literal('archive'), isArchived: z.boolean() }),
  z.strictObject({ kind: z.literal('delete') }),
])
export type BulkChange = z.output<typeof bulkChange>

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
