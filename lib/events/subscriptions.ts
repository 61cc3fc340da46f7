import type { EventType } from './catalogue'

/**
 * Who listens to what, by name only, so that a command can write the deliveries
 * of its event without knowing any consumer. The handlers are in `subscribers.ts`.
 */
export const subscriptions = {
  'mail.ingest': ['mail.received'],
  'mail.compose': [
    'desk.opened',
    'ticket.merged',
    'ticket.created',
    'ticket.replied',
    'ticket.status_changed',
    'person.locked',
    'person.link_requested',
  ],
  'mail.send': ['mail.queued'],
  'tickets.turns': ['ticket.status_changed'],
  'tickets.route': ['ticket.created', 'ticket.department_changed'],
  'sla.escalate': ['ticket.escalated'],
  'sla.follow': [
    'contact.changed',
    'contact.merged',
    'contact.unmerged',
    'organisation.changed',
    'organisation.deleted',
    'department.deleted',
  ],
  'domain.check': ['domain.check_requested'],
  'notifications.create': [
    'ticket.created',
    'ticket.assigned',
    'ticket.replied',
    'ticket.noted',
    'ticket.mentioned',
    'ticket.status_changed',
    'ticket.hold_reminded',
    'ticket.sla_breached',
    'ticket.escalation_told',
    'person.signed_in',
    'domain.checked',
  ],
  'search.index': [
    'ticket.created',
    'ticket.replied',
    'ticket.noted',
    'ticket.tagged',
    'ticket.details_changed',
    'message.edited',
    'ticket.merged',
    'ticket.unmerged',
    'contact.changed',
    'contact.merged',
    'contact.unmerged',
  ],
  'realtime.publish': [
    'ticket.created',
    'message.edited',
    'message.marked',
    'draft.failed',
    'ticket.linked',
    'ticket.merged',
    'ticket.unmerged',
    'ticket.split',
    'ticket.details_changed',
    'ticket.archived',
    'ticket.deleted',
    'ticket.restored',
    'ticket.replied',
    'ticket.noted',
    'ticket.assigned',
    'ticket.status_changed',
    'ticket.priority_changed',
    'ticket.tagged',
    'ticket.watched',
    'ticket.department_changed',
    'ticket.policy_applied',
    'ticket.sla_breached',
  ],
  'realtime.revoke': [
    'person.changed',
    'person.deleted',
    'person.signed_out',
    'person.session_revoked',
    'person.password_changed',
    'person.refresh_token_reused',
    'role.changed',
    'role.deleted',
    'grant.removed',
    'department.changed',
    'ticket.department_changed',
    'ticket.assigned',
    'ticket.watched',
  ],
} as const satisfies Record<string, readonly EventType[]>

export type SubscriberName = keyof typeof subscriptions

export const subscribersOf = (type: EventType): SubscriberName[] =>
  (Object.keys(subscriptions) as SubscriberName[]).filter((name) => (subscriptions[name] as readonly EventType[]).includes(type))

export const isSubscriber = (name: string): name is SubscriberName => Object.hasOwn(subscriptions, name)
