import { z } from 'zod'

const id = z.string()

export const linkEvents = {
  'ticket.linked': z.object({ kind: z.string(), otherId: id, isLinked: z.boolean(), number: z.string() }),
  /** On the ticket that took the other in. */
  'ticket.merged': z.object({
    fromId: id,
    intoId: id,
    number: z.string(),
    messages: z.number(),
    /** Since when somebody waits for an answer to what came with it. */
    askedAt: z.string().nullable().optional(),
  }),
  /** `mergedAt`: when that was which is undone. */
  'ticket.unmerged': z.object({ fromId: id, number: z.string(), mergedAt: z.string().optional() }),
  'ticket.split': z.object({ messageId: id, newId: id, number: z.string() }),
}

type Own = typeof linkEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
