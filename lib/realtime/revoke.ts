import { withTenant } from '../db/scope'
import type { EventOf, EventType } from '../events/event-types'
import { defineSubscriber } from '../events/subscriber'
import type { ResolvedTenant } from '../tenancy/resolve'
import { pusher } from './access'
import { channels } from './schema'

type Losing<T extends EventType> = (tenant: ResolvedTenant, event: EventOf<T>) => Promise<string[]>

const subject: Losing<EventType> = async (_, { subjectId }) => (subjectId ? [subjectId] : [])
const holders: Losing<EventType> = async (tenant, { subjectId }) => holdersOf(tenant, subjectId)
const agents: Losing<EventType> = async (tenant, { subjectId }) => (subjectId ? agentsAt(subjectId, tenant) : [])

/** Who may have lost a right by what happened. */
const losing: { [T in EventType]?: Losing<T> } = {
  'person.changed': subject,
  'person.deleted': subject,
  'person.signed_out': subject,
  'person.session_revoked': subject,
  'person.password_changed': subject,
  'person.refresh_token_reused': subject,
  'role.changed': holders,
  'role.deleted': holders,
  'grant.removed': async (tenant, { payload: { personId, roleId } }) => (personId ? [personId] : holdersOf(tenant, roleId)),
  'department.changed': async (_, { payload: { before, after } }) => {
    const [old, now] = [before, after].map(({ memberIds }) => (memberIds ?? []) as string[]) as [string[], string[]]
    return old.filter((id) => !now.includes(id))
  },
  'department.deleted': async (_, { payload: { memberIds } }) => memberIds ?? [],
  'contact.erased': async (_, { payload: { personIds } }) => personIds ?? [],
  // Who shares an organisation hears each other's requests: of whoever leaves it, and whoever stays.
  'contact.changed': async (tenant, { subjectId, payload: { before, after } }) => {
    const old = before.organisationId
    if (typeof old !== 'string' || old === after.organisationId) return []
    return [...(subjectId ? await accountOf(tenant, subjectId) : []), ...(await accountsIn(tenant, [old]))]
  },
  'contact.merged': async (tenant, { subjectId, payload: { organisationIds } }) => [
    ...(subjectId ? await accountOf(tenant, subjectId) : []),
    ...(await accountsIn(tenant, organisationIds ?? [])),
  ],
  'contact.unmerged': async (tenant, { payload: { fromId, intoId, organisationIds } }) => [
    ...(await accountOf(tenant, fromId)),
    ...(await accountOf(tenant, intoId)),
    ...(await accountsIn(tenant, organisationIds ?? [])),
  ],
  'organisation.changed': async (tenant, { subjectId, payload: { before, after } }) =>
    subjectId && before.sharesTickets && !after.sharesTickets ? accountsIn(tenant, [subjectId]) : [],
  'organisation.deleted': async (_, { payload: { personIds } }) => personIds ?? [],
  // It is its requester's alone from now on.
  'ticket.details_changed': async (tenant, { subjectId, payload: { after } }) =>
    subjectId && after.isPublic === false ? colleaguesOf(tenant, subjectId) : [],
  'ticket.department_changed': agents,
  'ticket.requester_changed': async (tenant, { payload: { before } }) => accountOf(tenant, before),
  'ticket.assigned': agents,
  'ticket.watched': agents,
}

/**
 * Ends the connections of people who may have lost a right: their browsers come
 * back at once and ask again for each channel, and get what they still may hear.
 */
export const revokeListening = defineSubscriber('realtime.revoke', Object.keys(losing) as EventType[], async ({ tenant, event }) => {
  const client = await pusher()
  const whoMayHaveLost = losing[event.type] as Losing<EventType> | undefined
  if (client && whoMayHaveLost) for (const id of new Set(await whoMayHaveLost(tenant, event))) await client.terminateUserConnections(id)
})

const holdersOf = async (tenant: ResolvedTenant, roleId: string | null): Promise<string[]> => {
  if (!roleId) return []
  const where = { tenantId: tenant.ref.id, customRoleId: roleId }
  const rows = await withTenant(tenant.ref, (tx) => tx.person.findMany({ where, select: { id: true } }))
  return rows.map(({ id }) => id)
}

const accountOf = async (tenant: ResolvedTenant, contactId: string): Promise<string[]> => {
  const where = { tenantId_id: { tenantId: tenant.ref.id, id: contactId } }
  const contact = await withTenant(tenant.ref, (tx) => tx.contact.findUnique({ where, select: { personId: true } }))
  return contact?.personId ? [contact.personId] : []
}

const accountsIn = async (tenant: ResolvedTenant, organisationIds: string[]): Promise<string[]> => {
  if (organisationIds.length === 0) return []
  const where = { tenantId: tenant.ref.id, organisationId: { in: organisationIds }, personId: { not: null } }
  const rows = await withTenant(tenant.ref, (tx) => tx.contact.findMany({ where, select: { personId: true } }))
  return rows.flatMap(({ personId }) => personId ?? [])
}

/** Who shares an organisation with the requester of a ticket. */
async function colleaguesOf(tenant: ResolvedTenant, ticketId: string): Promise<string[]> {
  const where = { tenantId_id: { tenantId: tenant.ref.id, id: ticketId } }
  const select = { requester: { select: { organisationId: true } } }
  const ticket = await withTenant(tenant.ref, (tx) => tx.ticket.findUnique({ where, select }))
  return ticket?.requester.organisationId ? accountsIn(tenant, [ticket.requester.organisationId]) : []
}

/** The agents who look at a ticket that changed hands, but for those whose department or name it now has. */
async function agentsAt(ticketId: string, tenant: ResolvedTenant): Promise<string[]> {
  const tenantId = tenant.ref.id
  const client = await pusher()
  const answer = await client?.get({ path: `/channels/${channels.ticket(ticketId)}/users` })
  const { users = [] } = ((await answer?.json()) ?? {}) as { users?: { id: string }[] }
  if (users.length === 0) return []
  return withTenant(tenant.ref, async (tx) => {
    const ticket = await tx.ticket.findUnique({ where: { tenantId_id: { tenantId, id: ticketId } } })
    const rows = await tx.person.findMany({
      where: {
        tenantId,
        id: { in: users.map(({ id }) => id), not: ticket?.assigneeId ?? undefined },
        role: 'agent',
        departments: { none: { departmentId: ticket?.departmentId ?? undefined } },
      },
      select: { id: true },
    })
    return rows.map(({ id }) => id)
  })
}
