import { type Actor, type GrantOnObject, has, hasOn, type PersonActor, seesAll } from '../actor/actor'
import type { Permission } from '../actor/permissions'
import { Prisma } from '../db/generated/tenant/client'
import { idsOf } from '../db/rows'
import type { Work } from '../events/work'

type Asking = Pick<Work, 'tx' | 'tenant' | 'actor'>

/** The tickets an actor may see, as a condition; `policy.canView` says the same of one ticket. */
export const visibleTo = (actor: Actor): Prisma.Sql => ticketsWith(actor, 'ticket.view')

/** Tickets are within it by any one of these. */
export interface Reach {
  departmentIds: readonly string[]
  ticketIds: readonly string[]
  /** Whose tickets, and watched by whom. */
  personId: string | null
}

/** How far someone has a permission apart from what they asked themselves; null for everywhere. */
export function reachOf(actor: Actor, permission: Permission = 'ticket.view'): Reach | null {
  if (actor.kind === 'system') return null
  if (actor.kind !== 'person') return { departmentIds: [], ticketIds: [], personId: null }
  const given = (type: GrantOnObject['objectType']) =>
    actor.grants.filter((grant) => grant.permission === permission && grant.objectType === type).map(({ objectId }) => objectId)
  const granted = { departmentIds: given('department'), ticketIds: given('ticket') }
  if (actor.role === 'customer' || !actor.permissions.has(permission)) return { ...granted, personId: null }
  if (seesAll(actor)) return null
  return { departmentIds: [...actor.departmentIds, ...granted.departmentIds], ticketIds: granted.ticketIds, personId: actor.id }
}

/** The tickets on which an actor has a permission, as a condition. */
export function ticketsWith(actor: Actor, permission: Permission): Prisma.Sql {
  const reach = reachOf(actor, permission)
  if (!reach) return Prisma.sql`TRUE`
  const { departmentIds, ticketIds, personId } = reach
  const conditions: Prisma.Sql[] = []
  if (actor.kind === 'person' && actor.role === 'customer' && actor.permissions.has(permission)) conditions.push(askedBy(actor))
  if (departmentIds.length > 0) conditions.push(Prisma.sql`t.department_id = ANY(${departmentIds}::uuid[])`)
  if (ticketIds.length > 0) conditions.push(Prisma.sql`t.id = ANY(${ticketIds}::uuid[])`)
  if (personId !== null)
    conditions.push(Prisma.sql`t.assignee_id = ${personId}::uuid
      OR EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id AND x.person_id = ${personId}::uuid)`)
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

function askedBy({ contactId, onlyTicketId, sharedOrganisationId }: PersonActor): Prisma.Sql {
  if (onlyTicketId) return Prisma.sql`(t.id = ${onlyTicketId}::uuid AND t.requester_id = ${contactId}::uuid)`
  if (!sharedOrganisationId) return Prisma.sql`t.requester_id = ${contactId}::uuid`
  return Prisma.sql`(t.requester_id = ${contactId}::uuid OR t.is_public AND t.requester_id IN (SELECT m.id FROM contact m
    WHERE m.tenant_id = t.tenant_id AND m.organisation_id = ${sharedOrganisationId}::uuid))`
}
