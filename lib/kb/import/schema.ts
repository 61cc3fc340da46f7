import { z } from 'zod'
import { instant } from '../../core/page'
import { reference } from '../../core/schema'
import { importKinds, importOutcomes, importStatuses } from './values'

export * from './values'

export const importKind = z.enum(importKinds)
export const importOutcome = z.enum(importOutcomes)

export const kbImportOutput = z.object({
  id: z.uuid(),
  fileName: z.string(),
  kind: importKind.nullable(),
  status: z.enum(importStatuses),
  by: reference,
  /** Files that become articles, and those that can't be read. */
  total: z.int(),
  /** How many of them are looked at or, once it runs, written. */
  done: z.int(),
  counts: z.object({ create: z.int(), update: z.int(), unchanged: z.int(), fail: z.int() }),
  /** Why nothing of it can be imported. */
  error: z.string().nullable(),
  createdAt: instant,
  finishedAt: instant.nullable(),
})
export type KbImportOutput = z.output<typeof kbImportOutput>

/** What would become, or became, of a file. */
export const kbImportFileOutput = z.object({
  /** Its place in the order in which they are written. */
  n: z.int(),
  path: z.string(),
  outcome: importOutcome,
  /** Fields and pictures that were left out. */
  leftOut: z.array(z.string()),
  field: z.string().nullable(),
  error: z.string().nullable(),
  article: z.object({ id: z.uuid(), title: z.string() }).nullable(),
  isDone: z.boolean(),
})
export type KbImportFileOutput = z.output<typeof kbImportFileOutput>
