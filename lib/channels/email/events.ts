import { z } from 'zod'
import { changed } from '../../events/event-types'
import { recoveries } from './schema'

export const emailEvents = {
  'mail.received': z.object({ provider: z.string(), recipient: z.string() }),
  'mail.ignored': z.object({ reason: z.string() }),
  /** Kept for a person: it needs attention, or it is spam. */
  'mail.kept': z.object({ status: z.enum(['attention', 'spam']), reason: z.string() }),
  'mail.recovered': z.object({ action: z.enum(recoveries) }),
  'mailbox.created': z.object({ name: z.string(), address: z.string() }),
  'mailbox.changed': changed,
  'mailbox.deleted': z.object({ name: z.string() }),
  'mailbox.restored': z.object({ name: z.string() }),
  /** Several fetches in a row failed, or its owner took the consent back; admins are told once. */
  'mailbox.failed': z.object({ name: z.string(), address: z.string(), error: z.string(), isRevoked: z.boolean() }),
  'mailbox.recovered': z.object({ name: z.string(), address: z.string() }),
  'sender.blocked': z.object({ email: z.string() }),
  'sender.unblocked': z.object({ email: z.string() }),
  'list.ignored': z.object({ listId: z.string(), name: z.string() }),
  'list.unignored': z.object({ listId: z.string(), name: z.string() }),
}

type Own = typeof emailEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
