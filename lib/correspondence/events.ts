import { z } from 'zod'
import { changed } from '../events/event-types'

const which = { event: z.string(), language: z.string() }

export const correspondenceEvents = {
  'mail_template.changed': changed.extend(which),
  'mail_template.reset': z.object({ ...which, before: z.record(z.string(), z.unknown()) }),
}

type Own = typeof correspondenceEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
