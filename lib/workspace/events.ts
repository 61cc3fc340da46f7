import { z } from 'zod'
import { changed } from '../events/event-types'

export const workspaceEvents = {
  'desk.opened': z.object({ email: z.string() }),
  'workspace.changed': changed,
  'domain.added': z.object({ hostname: z.string() }),
  'domain.check_requested': z.object({ hostname: z.string(), token: z.string() }),
  /** `isLost`: it was proven, and its record is not there any more. */
  'domain.checked': z.object({
    hostname: z.string(),
    before: z.string().optional(),
    status: z.string(),
    error: z.string().nullable(),
    isLost: z.boolean().optional(),
  }),
  'domain.primary_chosen': z.object({ hostname: z.string(), isPrimary: z.boolean() }),
  'domain.removed': z.object({ hostname: z.string() }),
}

type Own = typeof workspaceEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
