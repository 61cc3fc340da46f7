import { type Actor, type GrantOnObject, has, hasOn, seesAll } from '../actor/actor'
import { type Permission, permissionsOf, type RoleName, roles } from '../actor/permissions'

/** Nobody makes, changes or removes someone above themselves. `roles` is in order of rank. */
export const outranks = (actor: Actor, role: RoleName) =>
  actor.kind === 'system' || (actor.kind === 'person' && roles.indexOf(actor.role) <= roles.indexOf(role))

/** Nor someone who may do more, whatever their rank: a token has its scopes, a custom role its list. */
export const covers = (actor: Actor, permissions: readonly Permission[]) => permissions.every((permission) => has(actor, permission))

export interface PersonPower {
  role: RoleName
  customRole: { permissions: string[]; grants: GrantOnObject[] } | null
}

export const canManage = (actor: Actor, { role, customRole }: PersonPower) =>
  has(actor, 'person.manage') &&
  outranks(actor, role) &&
  covers(actor, permissionsOf(role, customRole?.permissions)) &&
  (customRole?.grants ?? []).every(({ permission, objectType, objectId }) =>
    hasEither(actor, permission as Permission, objectType, objectId),
  )

const hasEither = (actor: Actor, permission: Permission, objectType: GrantOnObject['objectType'], objectId: string) =>
  seesAll(actor) ? has(actor, permission) : hasOn(actor, permission, objectType, objectId)
