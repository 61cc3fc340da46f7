export const outboundStatuses = ['queued', 'sent', 'delivered', 'bounced', 'complained', 'failed'] as const
export type OutboundStatus = (typeof outboundStatuses)[number]

/** A mail as far as it is known whom it missed. */
interface Sent {
  status: OutboundStatus
  again: { missing: string[]; suppressed: string[] }
}

/** It did not arrive, and all whom it missed have suppressed addresses: sent again, it would reach nobody. */
export const isSuppressed = ({ status, again: { missing, suppressed } }: Sent): boolean =>
  (status === 'failed' || status === 'bounced') && missing.length > 0 && missing.every((email) => suppressed.includes(email))

/** What a person may have sent again: what did not arrive, and can. Who complained is not written to again. */
export const isResendable = (mail: Sent): boolean => (mail.status === 'failed' || mail.status === 'bounced') && !isSuppressed(mail)
