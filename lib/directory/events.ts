import { z } from 'zod'
import { changed } from '../events/event-types'

export const directoryEvents = {
  'department.created': z.object({ name: z.string() }),
  'department.changed': changed,
  /** `heirId`: where its open tickets go; `memberIds`: who were its members. */
  'department.deleted': z.object({ name: z.string(), heirId: z.string().nullable(), memberIds: z.array(z.string()).default([]) }),
  'department.restored': z.object({ name: z.string() }),
  'category.created': z.object({ name: z.string() }),
  'category.changed': changed,
  'category.deleted': z.object({ name: z.string() }),
  'category.restored': z.object({ name: z.string() }),
}

type Own = typeof directoryEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
