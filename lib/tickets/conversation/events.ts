import { z } from 'zod'

const id = z.string()

export const conversationEvents = {
  'ticket.replied': z.object({ messageId: id, by: z.enum(['agent', 'requester', 'participant']) }),
  'ticket.noted': z.object({ messageId: id, isAutomatic: z.boolean().optional(), isUnverified: z.boolean().optional() }),
  'ticket.mentioned': z.object({ messageId: id, personIds: z.array(id) }),
  /** Contacts that take part from now on, and no more. */
  'ticket.participants_changed': z.object({ added: z.array(id), removed: z.array(id) }),
  'message.edited': z.object({ messageId: id }),
  'message.marked': z.object({ messageId: id, mark: z.enum(['solution', 'flag', 'like']), isOn: z.boolean() }),
  /** An answer reached nobody: it is none to the clocks. It got to somebody in the end, from when on it is. */
  'message.unreached': z.object({ messageId: id }),
  'message.reached': z.object({ messageId: id }),
  'ticket.files_accepted': z.object({ files: z.number() }),
  'draft.failed': z.object({ reason: z.string(), personId: id }),
}

type Own = typeof conversationEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
