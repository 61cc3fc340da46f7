import { z } from 'zod'

export const privacyEvents = {
  'contact.exported': z.object({ name: z.string() }),
  /** `personIds`: the accounts that went with it. */
  'contact.erased': z.object({ tickets: z.number(), personIds: z.array(z.string()).optional() }),
}

type Own = typeof privacyEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
