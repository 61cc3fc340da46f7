import { z } from 'zod'
import { changed } from '../events/event-types'

export const notificationEvents = {
  /** An action tells people of the event that caused it. */
  'ticket.notify_requested': z.object({ personIds: z.array(z.string()) }),
  /** An action posts the event that caused it to an address. */
  'hook.call_requested': z.object({ hookId: z.string() }),
  'hook.added': z.object({ name: z.string(), kind: z.string(), types: z.array(z.string()) }),
  'hook.changed': changed,
  'hook.deleted': z.object({ name: z.string() }),
  'hook.restored': z.object({ name: z.string() }),
}

type Own = typeof notificationEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
