import { z } from 'zod'
import { changed } from '../../events/event-types'

export const viewEvents = {
  'tickets.exported': z.object({ view: z.string(), q: z.string(), rows: z.number() }),
  'view.created': z.object({ name: z.string(), scope: z.string(), filter: z.string() }),
  'view.changed': changed,
  'view.deleted': z.object({ name: z.string() }),
  'view.restored': z.object({ name: z.string() }),
}

type Own = typeof viewEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
