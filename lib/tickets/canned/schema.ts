import { z } from 'zod'
import { stamps } from '../../core/page'
import { nameInput } from '../../core/schema'
import { goneTarget, macroChange } from '../actions/schema'
import { viewScopes } from '../views/schema'

export * from './values'

/** What it is called, and who else sees it. */
export const sharing = {
  name: nameInput,
  scope: z.enum(viewScopes).default('personal'),
  /** Whose it is, with scope `department`. */
  departmentId: z.uuid().nullable().default(null),
}

export const cannedResponseOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  bodyHtml: z.string(),
  scope: z.enum(viewScopes),
  departmentId: z.uuid().nullable(),
  usedCount: z.number().int(),
  isOwn: z.boolean(),
})
export type CannedResponseOutput = z.output<typeof cannedResponseOutput>

export const macroOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  changes: z.array(macroChange),
  /** What its changes name and that is no longer there: until it is replaced, the macro can't be applied. */
  gone: z.array(goneTarget),
  bodyHtml: z.string().nullable(),
  isNote: z.boolean(),
  scope: z.enum(viewScopes),
  departmentId: z.uuid().nullable(),
  isOwn: z.boolean(),
})
export type MacroOutput = z.output<typeof macroOutput>
