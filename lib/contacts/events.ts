import { z } from 'zod'
import { changed } from '../events/event-types'

const id = z.string()

export const contactEvents = {
  'contact.created': z.object({ name: z.string() }),
  'contact.changed': changed,
  'contact.deleted': z.object({ name: z.string() }),
  'contact.restored': z.object({ name: z.string() }),
  /**
   * `accountId`: the account that gives way to the other's. `organisationIds`: where either belonged before, whose people may
   * see less now.
   */
  'contact.merged': z.object({
    mergeId: id,
    fromId: id,
    name: z.string(),
    into: z.string(),
    tickets: z.number(),
    accountId: id.nullable().optional(),
    organisationIds: z.array(id).optional(),
  }),
  /** `account`: the one that gave way, and the contact that has it back. */
  'contact.unmerged': z.object({
    mergeId: id,
    fromId: id,
    intoId: id,
    account: z.object({ id, contactId: id }).nullable().optional(),
    organisationIds: z.array(id).optional(),
  }),
  'contacts.imported': z.object({ total: z.number() }),
  'contacts.exported': z.object({ rows: z.number() }),
  'organisation.created': z.object({ name: z.string() }),
  'organisation.changed': changed,
  /** `personIds`: who shared it. */
  'organisation.deleted': z.object({ name: z.string(), personIds: z.array(id).optional() }),
  'organisation.restored': z.object({ name: z.string() }),
}

type Own = typeof contactEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
