import { z } from 'zod'
import { stamps } from '../core/page'
import { portalPatterns } from './values'

export * from './values'

export const workspaceOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  slug: z.string(),
  ticketPrefix: z.string(),
  timeZone: z.string(),
  locale: z.string(),
  accent: z.string(),
  portalTitle: z.string().nullable(),
  portalPattern: z.enum(portalPatterns),
  portalPhotoUrl: z.string().nullable(),
  website: z.string().nullable(),
  supportUrl: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  logoUrl: z.string().nullable(),
  faviconUrl: z.string().nullable(),
  organizationSize: z.string().nullable(),
  allowSignUp: z.boolean(),
  accessMinutes: z.number().int(),
  refreshDays: z.number().int(),
  closeAfterDays: z.number().int(),
  reopenDays: z.number().int(),
  asksRating: z.boolean(),
  /** Days after which what was deleted is gone for good; null keeps it. */
  deletedDays: z.number().int().nullable(),
  undoSeconds: z.number().int(),
  bulkUndoSeconds: z.number().int(),
})
export type WorkspaceOutput = z.output<typeof workspaceOutput>

export const checklistItems = ['colleague', 'look', 'ticket', 'reply', 'mail', 'domain'] as const
export type ChecklistItem = (typeof checklistItems)[number]
