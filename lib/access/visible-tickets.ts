import { type Actor, type GrantOnObject, has, hasOn, type PersonActor, seesAll } from '../actor/actor'
import type { Permission } from '../actor/permissions'
import { Prisma } from '../db/generated/tenant/client'
import { idsOf } from '../db/rows'
import type { Work } from '../events/work'

type Asking = Pick<Work, 'tx' | 'tenant' | 'actor'>

/** The tickets an actor may see, as a condition; `policy.canView` says the same of one ticket. */
export const visibleTo = (actor: Actor): Prisma.Sql => ticketsWith(actor, 'ticket.view')

/** The tickets on which an actor has a permission, as a condition. */
export function ticketsWith(actor: Actor, permission: Permission): Prisma.Sql {
  if (actor.kind === 'system') return Prisma.sql`TRUE`
  if (actor.kind !== 'person') return Prisma.sql`FALSE`
  const conditions = actor.permissions.has(permission) ? [nearby(actor)] : []
  for (const [type, column] of [
    ['department', 'department_id'],
    ['ticket', 'id'],
  ] as const) {
    const ids = actor.grants.filter((g) => g.permission === permission && g.objectType === type).map((g) => g.objectId)
    if (ids.length > 0) conditions.push(Prisma.sql`t.${Prisma.raw(column)} = ANY(${ids}::uuid[])`)
  }
  return conditions.length > 0 ? Prisma.sql`(${Prisma.join(conditions, ' OR ')})` : Prisma.sql`FALSE`
}

/**
 * Whether the actor sees every ticket that meets a condition. Whoever lets others see tickets must see them: each way to
 * widen who sees what asks this.
 * @param which a condition on `ticket t`
 */
export async function seesEach({ tx, tenant, actor }: Asking, which: Prisma.Sql): Promise<boolean> {
  const unseen = await idsOf(tx.$queryRaw`
    SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND ${which} AND ${visibleTo(actor)} IS NOT TRUE LIMIT 1`)
  return unseen.length === 0
}

/** Whether the actor may let others see what comes to a department: who sees it, and who was given it with its members. */
export const maySetMembers = (actor: Actor, departmentId: string): boolean =>
  hasOnDepartment(actor, 'ticket.view', departmentId) || hasOn(actor, 'department.manage', 'department', departmentId)

/** Whether the actor has a permission on one object, and so may give it there. */
export async function hasOnObject(
  work: Asking,
  permission: Permission,
  { objectType, objectId }: Pick<GrantOnObject, 'objectType' | 'objectId'>,
): Promise<boolean> {
  if (objectType === 'department') return hasOnDepartment(work.actor, permission, objectId)
  if (objectType !== 'ticket') return false
  const { tx, tenant, actor } = work
  const found = await idsOf(tx.$queryRaw`
    SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ${objectId}::uuid AND ${ticketsWith(actor, permission)}`)
  return found.length > 0
}

function hasOnDepartment(actor: Actor, permission: Permission, id: string): boolean {
  if (hasOn(actor, permission, 'department', id)) return true
  const isNear = seesAll(actor) || (actor.kind === 'person' && actor.departmentIds.includes(id))
  return isNear && has(actor, permission)
}

function nearby(actor: PersonActor): Prisma.Sql {
  if (actor.role === 'customer')
    return actor.onlyTicketId
      ? Prisma.sql`(t.id = ${actor.onlyTicketId}::uuid AND t.requester_id = ${actor.contactId}::uuid)`
      : actor.sharedOrganisationId
        ? Prisma.sql`(t.requester_id = ${actor.contactId}::uuid OR t.requester_id IN (SELECT m.id FROM contact m
          WHERE m.tenant_id = t.tenant_id AND m.organisation_id = ${actor.sharedOrganisationId}::uuid))`
        : Prisma.sql`t.requester_id = ${actor.contactId}::uuid`
  if (actor.role !== 'agent') return Prisma.sql`TRUE`
  return Prisma.sql`(t.department_id = ANY(${[...actor.departmentIds]}::uuid[]) OR t.assignee_id = ${actor.id}::uuid
    OR EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id AND x.person_id = ${actor.id}::uuid))`
}
