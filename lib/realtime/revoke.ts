import { withTenant } from '../db/scope'
import type { EventPayload } from '../events/catalogue'
import type { Delivery, Subscriber } from '../events/relay'
import { pusher } from './access'
import { channels } from './schema'

/**
 * Ends the connections of people who may have lost a right: their browsers come
 * back at once and ask again for each channel, and get what they still may hear.
 */
export const revokeListening: Subscriber = {
  async outside(delivery) {
    const client = await pusher()
    if (client) for (const id of await whoMayHaveLost(delivery)) await client.terminateUserConnections(id)
  },
  async handle() {},
}

async function whoMayHaveLost({ tenant, event }: Delivery): Promise<string[]> {
  const tenantId = tenant.ref.id
  const subject = event.subjectId ? [event.subjectId] : []
  const holders = (roleId: string | null) =>
    roleId
      ? withTenant(tenant.ref, (tx) => tx.person.findMany({ where: { tenantId, customRoleId: roleId }, select: { id: true } })).then(
          (rows) => rows.map(({ id }) => id),
        )
      : []
  switch (event.type) {
    case 'role.changed':
    case 'role.deleted':
      return holders(event.subjectId)
    case 'grant.removed': {
      const { personId, roleId } = event.payload as EventPayload<'grant.removed'>
      return personId ? [personId] : holders(roleId)
    }
    case 'department.changed': {
      const { before, after } = event.payload as EventPayload<'department.changed'>
      const [old, now] = [before, after].map(({ memberIds }) => (memberIds ?? []) as string[]) as [string[], string[]]
      return old.filter((id) => !now.includes(id))
    }
    case 'ticket.department_changed':
    case 'ticket.assigned':
    case 'ticket.watched':
      return event.subjectId ? agentsAt(event.subjectId, { tenant }) : []
    default:
      return subject
  }
}

/** The agents who look at a ticket that changed hands, but for those whose department or name it now has. */
async function agentsAt(ticketId: string, { tenant }: Pick<Delivery, 'tenant'>): Promise<string[]> {
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
