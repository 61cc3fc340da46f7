import type { Permission, RoleName } from './permissions'

export interface GrantOnObject {
  permission: string
  objectType: 'department' | 'ticket' | 'kb_category'
  objectId: string
}

export interface PersonActor {
  kind: 'person'
  id: string
  name: string
  email: string
  role: RoleName
  /** Null: they chose none. */
  locale: string | null
  timeZone: string
  /** Role AND, for a token, its scopes. */
  permissions: ReadonlySet<Permission>
  departmentIds: readonly string[]
  grants: readonly GrantOnObject[]
  /** The contact this person is, if they ever asked for help. */
  contactId: string | null
  /** The organisation whose people see each other's requests, if theirs does. */
  sharedOrganisationId: string | null
  /** Null when an API token speaks. */
  sessionId: string | null
  via: 'cookie' | 'access-token' | 'api-token'
  /** The one ticket there is for someone who came by the link in a mail about it. */
  onlyTicketId: string | null
}

export interface AnonymousActor {
  kind: 'anonymous'
}

/** The product itself: mail ingestion, jobs, the command line. It may do what its caller decided. */
export interface SystemActor {
  kind: 'system'
  name: string
}

export interface PlatformActor {
  kind: 'platform'
  id: string
  name: string
  email: string
  sessionId: string
}

export type Actor = PersonActor | AnonymousActor | SystemActor | PlatformActor
export type TenantActor = PersonActor | SystemActor

export const isStaff = (actor: Actor): boolean => actor.kind === 'system' || (actor.kind === 'person' && actor.role !== 'customer')

export const isAdmin = (actor: Actor): boolean =>
  actor.kind === 'system' || (actor.kind === 'person' && (actor.role === 'owner' || actor.role === 'admin'))

/** Whether nothing is hidden from the actor because of its department. */
export const seesAll = (actor: Actor): boolean =>
  actor.kind === 'system' || (actor.kind === 'person' && ['owner', 'admin', 'moderator'].includes(actor.role))

/** Whether the actor has the permission on everything of its kind it can see. */
export const has = (actor: Actor, permission: Permission): boolean =>
  actor.kind === 'system' || (actor.kind === 'person' && actor.permissions.has(permission))

/** Whether the actor was given the permission on this one object. */
export const hasOn = (actor: Actor, permission: Permission, objectType: GrantOnObject['objectType'], objectId: string | null): boolean =>
  actor.kind === 'person' &&
  actor.grants.some((grant) => grant.permission === permission && grant.objectType === objectType && grant.objectId === objectId)

/** Whether there is anything at all that the actor has the permission on. */
export const hasAnywhere = (actor: Actor, permission: Permission): boolean =>
  has(actor, permission) || (actor.kind === 'person' && actor.grants.some((grant) => grant.permission === permission))
