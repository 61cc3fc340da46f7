import { z } from 'zod'

export const auditEvents = {
  'delivery.retried': z.object({ subscriber: z.string() }),
  /** Given up after its last try, it and what died soon after it. */
  'delivery.died': z.object({ subscriber: z.string() }),
  'job.died': z.object({ name: z.string() }),
  'audit.exported': z.object({ rows: z.number() }),
}

type Own = typeof auditEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
