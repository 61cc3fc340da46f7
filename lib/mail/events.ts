import { z } from 'zod'
import { outboundStatuses, suppressionReasons, undeliveredReasons } from './schema'

/** Whoever said it may be anybody who has seen the message: nothing but its mark follows from it. */
const isClaimed = z.boolean().optional()

export const mailEvents = {
  'mail.queued': z.object({ to: z.array(z.string()), subject: z.string() }),
  /** Of a message of a ticket (the subject) whatever becomes of it, of all other mail that it did not arrive. */
  'mail.status_changed': z.object({
    mailId: z.string(),
    /** The answer of the conversation that it carries. */
    messageId: z.string().nullable(),
    status: z.enum(outboundStatuses),
    reason: z.enum(undeliveredReasons).nullable(),
    isClaimed,
  }),
  /** Of a message of a ticket (the subject): these recipients do not get it, or with `try_later` not yet. */
  'mail.undelivered': z.object({
    mailId: z.string(),
    messageId: z.string().nullable(),
    recipients: z.array(z.string()),
    reason: z.enum(undeliveredReasons),
    isClaimed,
  }),
  'address.suppressed': z.object({ email: z.string(), reason: z.enum(suppressionReasons) }),
  'address.unsuppressed': z.object({ email: z.string() }),
}

type Own = typeof mailEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
