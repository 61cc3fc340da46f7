import { z } from 'zod'
import { plannedOnce } from '../../db/prepared'
import { idsOf, rowsOf } from '../../db/rows'
import { routings } from '../../directory/schema'
import type { EventOf, EventPayload, EventType } from '../../events/event-types'
import { type Act, defineSubscriber } from '../../events/subscriber'
import type { Work } from '../../events/work'
import { isOpen } from './attribute-question'
import { assign } from './commands/assign'
import { findTicket } from './queries'

const memberRow = z.object({
  id: z.string(),
  /** Open tickets they have, in any department. */
  open: z.int(),
})
export type Member = z.output<typeof memberRow>

const routingRow = z.object({ routing: z.enum(routings), cap: z.int().nullable(), lastId: z.string().nullable() })

/**
 * Whose turn it is: the next after whoever had the last, or whoever has the
 * fewest, of equals the next in turn. Null when everybody has enough.
 * @param members in the order of turns
 */
export function nextMember(
  routing: 'round_robin' | 'least_loaded',
  members: readonly Member[],
  lastId: string | null,
  cap: number | null,
): string | null {
  const last = members.findIndex(({ id }) => id === lastId)
  const inTurn = [...members.slice(last + 1), ...members.slice(0, last + 1)].filter(({ open }) => cap === null || open < cap)
  if (routing === 'round_robin') return inTurn[0]?.id ?? null
  return inTurn.reduce<Member | null>((best, member) => (best && best.open <= member.open ? best : member), null)?.id ?? null
}

/**
 * Gives a ticket that came to a department, or was released by whoever left, to one of its members, where the department
 * wants that. What somebody unassigned by hand stays unassigned.
 */
export const routeTicket = defineSubscriber(
  'tickets.route',
  ['ticket.created', 'ticket.department_changed', 'ticket.assigned'],
  undefined,
  { handleActs: routeAll },
)

async function routeAll(acts: readonly Act[]) {
  const asked = acts.flatMap(({ work, events }) =>
    events.flatMap((event) =>
      isReleasing(event) || event.type !== 'ticket.assigned' ? [{ work, ticketId: event.subjectId as string }] : [],
    ),
  )
  if (asked.length === 0) return
  const routed = await routedOf(
    (acts[0] as Act).work,
    asked.map(({ ticketId }) => ticketId),
  )
  for (const { work, ticketId } of asked) if (routed.has(ticketId)) await route(work, ticketId)
}

const isReleasing = ({ type, payload }: EventOf<EventType>) =>
  type === 'ticket.assigned' && (payload as EventPayload<'ticket.assigned'>).isReleased === true

async function route(work: Work, ticketId: string) {
  const ticket = await findTicket(work, ticketId, 'lock')
  if (!ticket?.departmentId || ticket.assigneeId || (ticket.status !== 'created' && ticket.status !== 'in_progress')) return
  const memberId = await takeTurn(work, ticket.departmentId)
  if (!memberId) return
  await assign(work, ticket, memberId)
}

/** Most departments give out no tickets: that is known without the tickets. */
const routedOf = async ({ tx, tenant }: Work, ticketIds: readonly string[]): Promise<Set<string>> =>
  new Set(
    await idsOf(tx.$queryRaw`
    SELECT ${plannedOnce} t.id::text FROM ticket t JOIN department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id AND d.routing <> 'manual'
    WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ticketIds}::uuid[])`),
  )

/** The row of the department is held, so that two tickets at once go to two. */
async function takeTurn({ tx, tenant }: Work, departmentId: string): Promise<string | null> {
  const tenantId = tenant.ref.id
  const held = tx.$queryRaw`
    SELECT routing::text, routing_cap AS cap, routed_to_id::text AS "lastId" FROM department
    WHERE tenant_id = ${tenantId}::uuid AND id = ${departmentId}::uuid AND deleted_at IS NULL FOR UPDATE`
  const [department] = await rowsOf(routingRow, held)
  if (!department || department.routing === 'manual') return null
  const query = tx.$queryRaw`
    SELECT p.id::text, (SELECT count(*)::int FROM ticket t WHERE t.tenant_id = p.tenant_id AND t.assignee_id = p.id AND t.deleted_at IS NULL
      AND ${isOpen}) AS open
    FROM department_member m JOIN person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id
    WHERE m.tenant_id = ${tenantId}::uuid AND m.department_id = ${departmentId}::uuid
      AND p.deleted_at IS NULL AND p.status = 'active' AND p.availability = 'online' AND p.role <> 'customer' ORDER BY p.id`
  const members = await rowsOf(memberRow, query)
  const id = nextMember(department.routing, members, department.lastId, department.cap)
  if (id) await tx.department.update({ where: { tenantId_id: { tenantId, id: departmentId } }, data: { routedToId: id } })
  return id
}
