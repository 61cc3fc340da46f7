import { z } from 'zod'

export const auditEvents = {
  'delivery.retried': z.object({ subscriber: z.string() }),
}

type Own = typeof auditEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
