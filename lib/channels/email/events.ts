import { z } from 'zod'

export const emailEvents = {
  'mail.received': z.object({ provider: z.string(), recipient: z.string() }),
  'mail.ignored': z.object({ reason: z.string() }),
}

type Own = typeof emailEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
