import { z } from 'zod'
import { deletionKinds } from '../deletion/schema'

export const privacyEvents = {
  'contact.exported': z.object({ name: z.string() }),
  /** `personIds`: the accounts that went with it. */
  'contact.erased': z.object({ tickets: z.number(), personIds: z.array(z.string()).optional() }),
  /** What was deleted long ago is gone for good; `isKept`: something still names its row, in which nothing of a person is left. */
  'deletion.purged': z.object({ kind: z.enum(deletionKinds), isKept: z.boolean() }),
}

type Own = typeof privacyEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
