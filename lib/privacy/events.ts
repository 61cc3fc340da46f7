import { z } from 'zod'

export const privacyEvents = {
  'contact.exported': z.object({ name: z.string() }),
  /** `personIds`: the accounts that went with it; `ticketIds`: what they asked; `otherIds`: what they wrote in beside that. */
  'contact.erased': z.object({
    tickets: z.number(),
    personIds: z.array(z.string()).optional(),
    ticketIds: z.array(z.string()).optional(),
    otherIds: z.array(z.string()).optional(),
  }),
}

type Own = typeof privacyEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
