import { z } from 'zod'

const id = z.string()

/** Every kind of event and what it carries. The payload is what the audit trail shows. */
export const eventCatalogue = {
  'person.signed_in': z.object({ via: z.enum(['password', 'magic_link', 'api']), sessionId: id, isFirst: z.boolean().optional() }),
  'person.signed_out': z.object({ sessionId: id, everywhere: z.boolean() }),
  'person.sign_in_failed': z.object({ email: z.string(), reason: z.enum(['unknown', 'password', 'locked', 'suspended']) }),
  'person.locked': z.object({ until: z.string() }),
  'person.refresh_token_reused': z.object({ sessionId: id }),
  'person.session_revoked': z.object({ sessionId: id }),
  'person.registered': z.object({ email: z.string() }),
  'desk.opened': z.object({ email: z.string() }),
  'person.invited': z.object({ email: z.string(), role: z.string() }),
  'person.changed': z.object({ before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) }),
  'person.deleted': z.object({ email: z.string() }),
  'person.password_changed': z.object({ how: z.enum(['reset', 'invitation', 'self']) }),
  /** A link with a secret must reach the person by mail; the secret itself is only in the delivery. */
  'person.link_requested': z.object({ purpose: z.enum(['invitation', 'password_reset', 'magic_link']), next: z.string().optional() }),
  'role.created': z.object({ name: z.string(), permissions: z.array(z.string()) }),
  'role.changed': z.object({ before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) }),
  'role.deleted': z.object({ name: z.string() }),
  'grant.added': z.object({ permission: z.string(), objectType: z.string(), objectId: id, personId: id.nullable(), roleId: id.nullable() }),
  'grant.removed': z.object({
    permission: z.string(),
    objectType: z.string(),
    objectId: id,
    personId: id.nullable(),
    roleId: id.nullable(),
  }),
  'api_token.created': z.object({ name: z.string(), scopes: z.array(z.string()) }),
  'api_token.revoked': z.object({ name: z.string() }),
  'department.created': z.object({ name: z.string() }),
  'department.changed': z.object({ before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) }),
  'department.deleted': z.object({ name: z.string() }),
  'workspace.changed': z.object({ before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) }),
  'hook.added': z.object({ name: z.string(), kind: z.string(), types: z.array(z.string()) }),
  'hook.changed': z.object({ before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) }),
  'hook.deleted': z.object({ name: z.string() }),
  'domain.added': z.object({ hostname: z.string() }),
  'domain.check_requested': z.object({ hostname: z.string(), token: z.string() }),
  'domain.checked': z.object({ hostname: z.string(), before: z.string().optional(), status: z.string(), error: z.string().nullable() }),
  'domain.removed': z.object({ hostname: z.string() }),
  'ticket.created': z.object({ number: z.number(), title: z.string(), source: z.string(), messageId: id, acknowledge: z.boolean() }),
  'ticket.replied': z.object({ messageId: id, by: z.enum(['agent', 'requester', 'participant']) }),
  'ticket.noted': z.object({ messageId: id }),
  'ticket.assigned': z.object({ before: id.nullable(), after: id.nullable() }),
  /** `isAutomatic`: it followed from something else that was done, which is told on its own. */
  'ticket.status_changed': z.object({
    before: z.string(),
    after: z.string(),
    reason: z.string().nullable(),
    isAutomatic: z.boolean().optional(),
  }),
  'ticket.hold_reminded': z.object({ heldAt: z.string(), holdUntil: z.string().nullable() }),
  'ticket.tagged': z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
  'ticket.watched': z.object({ personId: id, isWatching: z.boolean() }),
  'ticket.priority_changed': z.object({ before: z.string(), after: z.string() }),
  'ticket.department_changed': z.object({ before: id.nullable(), after: id.nullable() }),
  'mail.received': z.object({ provider: z.string(), recipient: z.string() }),
  'mail.ignored': z.object({ reason: z.string() }),
  'delivery.retried': z.object({ subscriber: z.string() }),
  'mail.queued': z.object({ to: z.array(z.string()), subject: z.string() }),
} as const

export type EventType = keyof typeof eventCatalogue
export type EventPayload<T extends EventType> = z.input<(typeof eventCatalogue)[T]>
