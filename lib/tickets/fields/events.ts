import { z } from 'zod'
import { changed } from '../../events/event-types'

export const fieldEvents = {
  'field.created': z.object({ name: z.string(), key: z.string() }),
  'field.changed': changed,
  'field.deleted': z.object({ name: z.string() }),
  'field.restored': z.object({ name: z.string() }),
}

type Own = typeof fieldEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
