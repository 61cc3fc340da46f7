import { z } from 'zod'
import { stamps } from '../../core/page'
import { fieldKinds } from './values'

export * from './values'

/** What a custom field holds; a date is `2026-03-01`. */
export const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])
export type FieldValue = z.output<typeof fieldValue>

export const fieldOutput = z.object({
  id: z.uuid(),
  ...stamps,
  key: z.string(),
  name: z.string(),
  hint: z.string(),
  kind: z.enum(fieldKinds),
  options: z.array(z.string()),
  isRequired: z.boolean(),
  isPublic: z.boolean(),
  departmentId: z.uuid().nullable(),
  showWhen: z.object({ key: z.string(), equals: z.string() }).nullable(),
  position: z.number().int(),
})
export type FieldOutput = z.output<typeof fieldOutput>

/** Values as they are sent; null takes one away. */
export const fieldValues = z.record(z.string().max(60), fieldValue.nullable())
export type FieldValues = z.output<typeof fieldValues>
