import type { Actor, PersonActor } from '../actor/actor'
import { Prisma } from '../db/generated/tenant/client'

/** The tickets an actor may see, as a condition; `policy.canView` says the same of one ticket. */
export function visibleTo(actor: Actor): Prisma.Sql {
  if (actor.kind === 'system') return Prisma.sql`TRUE`
  if (actor.kind !== 'person') return Prisma.sql`FALSE`
  const conditions = actor.permissions.has('ticket.view') ? [nearby(actor)] : []
  for (const [type, column] of [
    ['department', 'department_id'],
    ['ticket', 'id'],
  ] as const) {
    const ids = actor.grants.filter((g) => g.permission === 'ticket.view' && g.objectType === type).map((g) => g.objectId)
    if (ids.length > 0) conditions.push(Prisma.sql`t.${Prisma.raw(column)} = ANY(${ids}::uuid[])`)
  }
  return conditions.length > 0 ? Prisma.sql`(${Prisma.join(conditions, ' OR ')})` : Prisma.sql`FALSE`
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
