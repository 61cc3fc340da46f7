import { z } from 'zod'
import { nameInput } from '../../core/schema'
import { macroChange } from '../actions/schema'
import { viewScopes } from '../views/schema'

/** What it is called, and who else sees it. */
export const sharing = {
  name: nameInput,
  scope: z.enum(viewScopes).default('personal'),
  /** Whose it is, with scope `department`. */
  departmentId: z.uuid().nullable().default(null),
}

/** What is filled into a canned response, by its name. */
export const responseVariables = [
  { name: 'requester.name', says: 'Their whole name' },
  { name: 'requester.firstName', says: 'Their first name' },
  { name: 'requester.email', says: 'Their address' },
  { name: 'ticket.number', says: 'ACME-1042' },
  { name: 'ticket.title', says: 'The title' },
  { name: 'agent.name', says: 'Your name' },
  { name: 'agent.firstName', says: 'Your first name' },
  { name: 'desk.name', says: 'The name of the desk' },
] as const

export const cannedResponseOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
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
  version: z.number().int(),
  name: z.string(),
  changes: z.array(macroChange),
  bodyHtml: z.string().nullable(),
  isNote: z.boolean(),
  scope: z.enum(viewScopes),
  departmentId: z.uuid().nullable(),
  isOwn: z.boolean(),
})
export type MacroOutput = z.output<typeof macroOutput>
