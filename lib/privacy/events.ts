import { z } from 'zod'

export const privacyEvents = {
  'contact.exported': z.object({ name: z.string() }),
  'contact.erased': z.object({ tickets: z.number() }),
}

type Own = typeof privacyEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
