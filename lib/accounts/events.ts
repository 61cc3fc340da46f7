import { z } from 'zod'
import { changed, type EventPayload } from '../events/event-types'

const id = z.string()

export const accountEvents = {
  'person.signed_in': z.object({
    via: z.enum(['password', 'magic_link', 'request_link', 'api']),
    sessionId: id,
    isFirst: z.boolean().optional(),
  }),
  'person.signed_out': z.object({ sessionId: id, everywhere: z.boolean() }),
  'person.sign_in_failed': z.object({ email: z.string(), reason: z.enum(['unknown', 'password', 'locked', 'suspended']) }),
  /** `source`: an address or a device is locked out; `account`: every device that the account does not know. */
  'person.locked': z.object({ until: z.string(), scope: z.enum(['source', 'account']).optional(), email: z.string().optional() }),
  'person.refresh_token_reused': z.object({ sessionId: id }),
  'person.session_revoked': z.object({ sessionId: id }),
  'person.registered': z.object({ email: z.string() }),
  'person.invited': z.object({ email: z.string(), role: z.string() }),
  'person.changed': changed,
  /** `successorId`: who takes over what they worked on; else it is released. */
  'person.deleted': z.object({ email: z.string(), successorId: id.nullable().optional() }),
  /** By an admin, or because two contacts that had been merged are two again. */
  'person.restored': z.object({ email: z.string() }),
  'person.password_changed': z.object({ how: z.enum(['reset', 'invitation', 'self']) }),
  /** A link with a secret must reach the person by mail; the secret itself is only in the delivery. */
  'person.link_requested': z.object({
    purpose: z.enum(['invitation', 'password_reset', 'magic_link']),
    next: z.string().optional(),
    /** What somebody entered, whether or not anybody has this address. */
    email: z.string().optional(),
    /** Of whoever signs up. */
    name: z.string().optional(),
    /** Who asked for it, as `linkSource` says. */
    source: z.string().optional(),
  }),
  'role.created': z.object({ name: z.string(), permissions: z.array(z.string()) }),
  'role.changed': changed,
  'role.deleted': z.object({ name: z.string() }),
  'role.restored': z.object({ name: z.string() }),
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
}

/** Whether somebody who was staff is a customer now. */
export const leavesTeam = ({ before, after }: EventPayload<'person.changed'>) =>
  before.role !== undefined && before.role !== 'customer' && after.role === 'customer'

type Own = typeof accountEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
