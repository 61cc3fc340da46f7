import { newIdAt } from '../core/id'
import { tidyDatabase } from '../db/connection'
import { withTenant } from '../db/scope'
import { findTenant } from '../tenancy/resolve'
import { snippetOf } from '../tickets/conversation/record'
import { randomFrom, type SeedProgress } from './seed'
import { type Story, stories } from './stories'

const batch = 500

/**
 * Adds `count` tickets with their conversations in bulk: for trying out size.
 * Written straight into the tables, in batches that commit alone; stop it whenever you like.
 */
export async function addManyTickets(slug: string, count: number, onProgress: SeedProgress, now = new Date()) {
  const tenant = await findTenant({ slug })
  if (!tenant) throw new Error(`There is no desk called ${slug}.`)
  const tenantId = tenant.ref.id
  const random = randomFrom(`${slug}:${count}`)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const { departments, contacts, agents } = await withTenant(tenant.ref, async (tx) => ({
    departments: await tx.department.findMany({ where: { tenantId, deletedAt: null } }),
    contacts: await tx.contact.findMany({ where: { tenantId, deletedAt: null }, take: 5000 }),
    agents: await tx.person.findMany({ where: { tenantId, role: 'agent', deletedAt: null } }),
  }))
  for (let done = 0; done < count; done += batch) {
    const size = Math.min(batch, count - done)
    await withTenant(tenant.ref, async (tx) => {
      const rows = await tx.$queryRaw<{ last: number }[]>`
        UPDATE workspace SET last_ticket_number = last_ticket_number + ${size}
        WHERE tenant_id = ${tenantId}::uuid RETURNING last_ticket_number AS last`
      const first = (rows[0]?.last ?? size) - size + 1
      const tickets = Array.from({ length: size }, (_, n) => {
        const story = pick<Story>(stories)
        const at = new Date(now.getTime() - (1 - (done + n) / count) * 365 * 24 * 3600_000 - random() * 3600_000)
        const isOpen = random() < 0.1
        const assignee = isOpen && random() < 0.4 ? null : pick(agents)
        return {
          story,
          agent: assignee ?? pick(agents),
          row: {
            tenantId,
            id: newIdAt(at),
            number: first + n,
            title: story.title,
            status: isOpen ? (assignee ? ('assigned' as const) : ('created' as const)) : ('closed' as const),
            priority: story.priority,
            source: 'email' as const,
            departmentId: departments.find(({ name }) => name === story.department)?.id,
            requesterId: pick(contacts).id,
            assigneeId: assignee?.id,
            snippet: snippetOf(story.turns.at(-1) as string),
            messageCount: story.turns.length,
            publicMessageCount: story.turns.length,
            resolvedAt: isOpen ? null : at,
            closedAt: isOpen ? null : at,
            createdAt: at,
            updatedAt: new Date(at.getTime() + story.turns.length * 3600_000),
            publicUpdatedAt: new Date(at.getTime() + story.turns.length * 3600_000),
          },
        }
      })
      await tx.ticket.createMany({ data: tickets.map(({ row }) => row) })
      await tx.ticketMessage.createMany({
        data: tickets.flatMap(({ row, story, agent }) =>
          story.turns.map((bodyText, turn) => {
            const at = new Date(row.createdAt.getTime() + turn * 3600_000)
            const isAgent = turn % 2 === 1
            const id = newIdAt(at)
            return {
              tenantId,
              id,
              ticketId: row.id,
              kind: turn === 0 ? ('description' as const) : ('reply' as const),
              authorKind: isAgent ? ('person' as const) : ('contact' as const),
              personId: isAgent ? agent.id : null,
              contactId: isAgent ? null : row.requesterId,
              bodyText,
              messageId: `${id}@${slug}.baraza`,
              source: 'email' as const,
              createdAt: at,
            }
          }),
        ),
      })
    })
    onProgress(done + size, count, tenant.name)
  }
  await tidyDatabase()
}
