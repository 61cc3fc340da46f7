import { z } from 'zod'
import { instant } from '../core/page'
import { outboundStatuses } from './values'

export * from './values'

/** Whose accounts are connected by signing in there. */
export const oauthProviders = ['google', 'microsoft'] as const
export type OAuthProvider = (typeof oauthProviders)[number]

/** Why a mail was not sent, or came back; each is a sentence of the catalogue, `common.delivery.reasons`. */
export const undeliveredReasons = [
  'suppressed',
  /** The other side does not know the recipient. */
  'recipient_refused',
  /** The other side does not take the message. */
  'message_refused',
  'too_large',
  /** A file that it carries was deleted. */
  'file_gone',
  /** The way out refuses us: its password, its key, its sender. */
  'not_allowed',
  /** The other side takes it at another time. */
  'try_later',
  'unreachable',
  /** The other side had all of the message and did not say whether it takes it: it may have arrived, and arrives twice when it is sent again. */
  'unconfirmed',
  'hard_bounce',
  'soft_bounce',
  'complaint',
] as const
export type UndeliveredReason = (typeof undeliveredReasons)[number]

export const suppressionReasons = ['hard_bounce', 'soft_bounce', 'complaint', 'manual'] as const
export type SuppressionReason = (typeof suppressionReasons)[number]

/** What a provider or a mail system says of a message that left us. */
const reportKinds = ['delivered', 'bounced', 'complained', 'failed'] as const
export type ReportKind = (typeof reportKinds)[number]

/** What became of a mail. */
export const deliveryOutput = z.object({
  mailId: z.uuid(),
  status: z.enum(outboundStatuses),
  /** Why it did not arrive, or was not sent yet. */
  reason: z.enum(undeliveredReasons).nullable(),
  /** What the other side said. */
  lastError: z.string().nullable(),
  /** Recipients that it was not sent to, because their addresses are suppressed. */
  withheld: z.array(z.string()),
  /** Recipients that it came back from. */
  undelivered: z.array(z.string()),
  statusAt: instant.nullable(),
  again: z.object({
    /** How often a person had it sent again. */
    resends: z.number().int(),
    /** Recipients that do not have it, as long as it is on its way to them or did not arrive. */
    missing: z.array(z.string()),
    /** Those of them that no email is sent to. */
    suppressed: z.array(z.string()),
  }),
})
export type MailDelivery = z.output<typeof deliveryOutput>

export const outgoingOutput = deliveryOutput.omit({ mailId: true }).extend({
  id: z.uuid(),
  recipients: z.array(z.string()),
  subject: z.string(),
  messageId: z.string(),
  ticketId: z.uuid().nullable(),
  provider: z.string().nullable(),
  /** The mailbox that it was sent through, and the department that it was sent for. */
  mailboxId: z.uuid().nullable(),
  departmentId: z.uuid().nullable(),
  providerId: z.string().nullable(),
  attempts: z.number().int(),
  resends: z.number().int(),
  createdAt: instant,
  sentAt: instant.nullable(),
  /** Whether the caller may have it sent again. */
  mayResend: z.boolean(),
})
export type OutgoingOutput = z.output<typeof outgoingOutput>

export const suppressionOutput = z.object({
  email: z.string(),
  reason: z.enum(suppressionReasons),
  detail: z.string(),
  since: instant,
  /** The mail that caused it. */
  mailId: z.uuid().nullable(),
  /** Who added it. */
  addedBy: z.string().nullable(),
})

/** What there is to say of an address, wherever it is shown. */
export const suppressedOutput = suppressionOutput.pick({ email: true, reason: true, since: true })
export type SuppressedOutput = z.output<typeof suppressedOutput>
