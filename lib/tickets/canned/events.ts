import { z } from 'zod'
import { changed } from '../../events/event-types'

export const cannedEvents = {
  'canned_response.created': z.object({ name: z.string(), scope: z.string() }),
  'canned_response.changed': changed,
  'canned_response.deleted': z.object({ name: z.string() }),
  'canned_response.restored': z.object({ name: z.string() }),
  'macro.created': z.object({ name: z.string(), scope: z.string() }),
  'macro.changed': changed,
  'macro.deleted': z.object({ name: z.string() }),
  'macro.restored': z.object({ name: z.string() }),
}

type Own = typeof cannedEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
