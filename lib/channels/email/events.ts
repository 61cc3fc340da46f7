import { z } from 'zod'

export const emailEvents = {
  'mail.received': z.object({ provider: z.string(), recipient: z.string() }),
  'mail.ignored': z.object({ reason: z.string() }),
  /** Kept for a person: it needs attention, or it is spam. */
  'mail.kept': z.object({ status: z.enum(['attention', 'spam']), reason: z.string() }),
}

type Own = typeof emailEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
