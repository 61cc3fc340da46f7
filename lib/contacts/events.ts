import { z } from 'zod'
import { changed } from '../events/event-types'

const id = z.string()

export const contactEvents = {
  'contact.created': z.object({ name: z.string() }),
  'contact.changed': changed,
  'contact.deleted': z.object({ name: z.string() }),
  'contact.merged': z.object({ mergeId: id, fromId: id, name: z.string(), into: z.string(), tickets: z.number() }),
  'contact.unmerged': z.object({ mergeId: id, fromId: id, intoId: id }),
  'contacts.imported': z.object({ total: z.number() }),
  'contacts.exported': z.object({ rows: z.number() }),
  'organisation.created': z.object({ name: z.string() }),
  'organisation.changed': changed,
  'organisation.deleted': z.object({ name: z.string() }),
}

type Own = typeof contactEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
