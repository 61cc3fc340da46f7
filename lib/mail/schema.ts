export const outboundStatuses = ['queued', 'sent', 'delivered', 'bounced', 'complained', 'failed'] as const
export type OutboundStatus = (typeof outboundStatuses)[number]

/** Why a mail was not sent, or came back; each is a sentence of the catalogue, `delivery.reasons`. */
export const undeliveredReasons = [
  'suppressed',
  /** The other side does not know the recipient. */
  'recipient_refused',
  /** The other side does not take the message. */
  'message_refused',
  'too_large',
  /** The way out refuses us: its password, its key, its sender. */
  'not_allowed',
  /** The other side takes it at another time. */
  'try_later',
  'unreachable',
  'hard_bounce',
  'soft_bounce',
  'complaint',
] as const
export type UndeliveredReason = (typeof undeliveredReasons)[number]

export const suppressionReasons = ['hard_bounce', 'soft_bounce', 'complaint', 'manual'] as const
export type SuppressionReason = (typeof suppressionReasons)[number]

/** What a provider or a mail system says of a message that left us. */
export const reportKinds = ['delivered', 'bounced', 'complained', 'failed'] as const
export type ReportKind = (typeof reportKinds)[number]
