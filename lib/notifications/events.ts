import { z } from 'zod'
import { changed } from '../events/event-types'

export const notificationEvents = {
  'hook.added': z.object({ name: z.string(), kind: z.string(), types: z.array(z.string()) }),
  'hook.changed': changed,
  'hook.deleted': z.object({ name: z.string() }),
}

type Own = typeof notificationEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
