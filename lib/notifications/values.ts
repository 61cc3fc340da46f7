/** Ways a notification reaches a person. */
export const ways = ['in_app', 'mail', 'push'] as const
export type Way = (typeof ways)[number]

interface Kind {
  /** Customers know only some; replies reach them by mail as messages of their own. */
  forCustomers: boolean
  /** What is one person's own stays inside: no channel is told of it. */
  isPersonal: boolean
  defaults: Record<Way, boolean>
}

const kind = (on: Way[], { forCustomers = false, isPersonal = false } = {}): Kind => ({
  forCustomers,
  isPersonal,
  defaults: { in_app: on.includes('in_app'), mail: on.includes('mail'), push: on.includes('push') },
})

/** What people are notified of. Its words are `notifications.types` of the catalogue. */
export const notificationKinds = {
  ticket_created: kind(['in_app']),
  ticket_assigned: kind(['in_app', 'mail', 'push']),
  ticket_mentioned: kind(['in_app', 'mail', 'push']),
  ticket_commented: kind(['in_app', 'push'], { forCustomers: true }),
  ticket_status: kind(['in_app'], { forCustomers: true }),
  ticket_reopened: kind(['in_app', 'mail', 'push']),
  ticket_held: kind(['in_app', 'mail']),
  reply_failed: kind(['in_app', 'mail', 'push'], { isPersonal: true }),
  mail_undelivered: kind(['in_app', 'mail']),
  review_due: kind(['in_app', 'mail']),
  sla_reminder: kind(['in_app', 'push']),
  ticket_escalated: kind(['in_app', 'mail', 'push']),
  sla_breach: kind(['in_app', 'mail', 'push']),
  article_review: kind(['in_app', 'mail']),
  login_alert: kind(['in_app', 'mail'], { forCustomers: true, isPersonal: true }),
  domain_verified: kind(['in_app']),
  domain_failed: kind(['in_app', 'mail']),
  mailbox_failing: kind(['in_app', 'mail']),
  // Stays inside: it may be a webhook that failed, and would be told of it by a webhook.
  work_failed: kind(['in_app', 'mail'], { isPersonal: true }),
} satisfies Record<string, Kind>

export type NotificationType = keyof typeof notificationKinds
export const notificationTypes = Object.keys(notificationKinds) as [NotificationType, ...NotificationType[]]

export const digests = ['off', 'daily', 'weekly'] as const
export type Digest = (typeof digests)[number]

/** What concerns one person alone is not for others. */
export const hookTypes = notificationTypes.filter((type) => !notificationKinds[type].isPersonal)
