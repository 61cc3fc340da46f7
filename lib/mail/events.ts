import { z } from 'zod'

export const mailEvents = {
  'mail.queued': z.object({ to: z.array(z.string()), subject: z.string() }),
}

type Own = typeof mailEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
