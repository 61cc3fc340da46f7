import { z } from 'zod'
import { recoveries } from './schema'

export const emailEvents = {
  'mail.received': z.object({ provider: z.string(), recipient: z.string() }),
  'mail.ignored': z.object({ reason: z.string() }),
  /** Kept for a person: it needs attention, or it is spam. */
  'mail.kept': z.object({ status: z.enum(['attention', 'spam']), reason: z.string() }),
  'mail.recovered': z.object({ action: z.enum(recoveries) }),
  'sender.blocked': z.object({ email: z.string() }),
  'sender.unblocked': z.object({ email: z.string() }),
}

type Own = typeof emailEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
