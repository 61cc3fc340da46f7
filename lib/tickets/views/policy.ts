import { type Actor, has, isStaff, seesAll } from '../../actor/actor'
import { forbidden, invalid } from '../../core/errors'
import { Prisma } from '../../db/generated/tenant/client'
import type { Work } from '../../events/work'
import type { ViewScope } from './values'

// Saved views, canned responses and macros are shared alike: with nobody, with a department, with the whole workspace.

interface Shared {
  scope: ViewScope
  ownerId: string
}

/** A condition for what someone sees: their own, what their departments share, what the workspace shares. */
export function sharedWith(actor: Actor) {
  if (!isStaff(actor)) return { id: { in: [] as string[] } }
  if (actor.kind !== 'person') return {}
  const ofDepartments = seesAll(actor) ? {} : { departmentId: { in: [...actor.departmentIds] } }
  return {
    OR: [{ scope: 'desk' as const }, { scope: 'department' as const, ...ofDepartments }, { scope: 'personal' as const, ownerId: actor.id }],
  }
}

/** What is personal is its maker's; what is shared is of everybody who may share. */
export const canChangeShared = (actor: Actor, { scope, ownerId }: Shared): boolean =>
  scope === 'personal' ? actor.kind === 'person' && actor.id === ownerId : has(actor, 'view.share')

/** The same as a condition on a table `t`, as far as they see it. */
export function changeableShared(actor: Actor): Prisma.Sql {
  if (actor.kind !== 'person') return Prisma.sql`${isStaff(actor)}`
  const own = Prisma.sql`t.scope = 'personal' AND t.owner_id = ${actor.id}::uuid`
  if (!has(actor, 'view.share')) return Prisma.sql`(${own})`
  const seen = seesAll(actor) ? Prisma.sql`TRUE` : Prisma.sql`t.department_id = ANY(${[...actor.departmentIds]}::uuid[])`
  return Prisma.sql`(${own} OR t.scope = 'desk' OR (t.scope = 'department' AND ${seen}))`
}

/**
 * @param before as it is now, for what is changed
 * @throws FORBIDDEN for sharing by someone who may not share
 * @throws INVALID for a department that is missing, not there, or not among theirs
 */
export async function refuseSharing(
  work: Work,
  { scope, departmentId }: { scope: ViewScope; departmentId: string | null },
  before?: Shared,
) {
  const { tx, tenant, actor } = work
  if (scope !== 'personal' && !has(actor, 'view.share')) throw forbidden('sharing.notAllowed')
  // It would be gone for everybody, its editor too.
  if (scope === 'personal' && before && actor.kind === 'person' && before.ownerId !== actor.id)
    throw invalid({ scope: ['sharing.othersPersonal'] })
  if ((scope === 'department') !== (departmentId !== null))
    throw invalid({ departmentId: [scope === 'department' ? 'sharing.departmentMissing' : 'sharing.departmentUnexpected'] })
  if (!departmentId) return
  const known = await tx.department.count({ where: { tenantId: tenant.ref.id, id: departmentId, deletedAt: null } })
  const isForeign = actor.kind === 'person' && !seesAll(actor) && !actor.departmentIds.includes(departmentId)
  if (!known || isForeign) throw invalid({ departmentId: ['sharing.departmentForeign'] })
}
