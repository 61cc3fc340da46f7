import type { EventType } from '../events/event-types'
import type { Happened } from '../events/follower'
import type { Changes, ClockWork } from './clock-changes'
import { withFirings, writeChanges } from './clock-changes'
import { matched } from './conditions'
import { loadStoredTargets, recomputeTicket } from './recompute-ticket'
import { readPolicies } from './targets'
import { moving, reaching, readTimelines, unknownTimeline } from './timeline'

/** What may bring a ticket under another policy or another target. */
const sorting: readonly EventType[] = [
  'ticket.priority_changed',
  'ticket.department_changed',
  'ticket.requester_changed',
  'ticket.archived',
  'ticket.tagged',
  'ticket.details_changed',
  'ticket.deleted',
  'ticket.restored',
]

/** Types of events after which a ticket's clocks are worked out again. */
export const movesClocks: readonly EventType[] = [...moving, ...sorting]

/**
 * Works the clocks of tickets out again: in the unit of work that moves them and before it ends, so that a ticket and its
 * deadlines are never seen apart, or because policies or calendars changed, or time went by. In the first case the row is
 * locked by then, for it was changed; two of these on one ticket wait for each other.
 * @param pending what has happened in this unit of work and is not written yet
 */
export async function recomputeClocks(work: ClockWork, ids: readonly string[], pending: readonly Happened[] = []) {
  const policies = await readPolicies(work.tx, work.tenant.ref.id)
  const tickets = await matched(work, ids, policies)
  // A workspace without policies has no clocks, but for those that run still.
  const concerned = tickets.filter(({ policy, slaPolicyId, hasClocks }) => policy || slaPolicyId || hasClocks)
  if (concerned.length === 0) return
  const timelines = await readTimelines(
    work,
    concerned.map(({ id }) => id),
    pending,
  )
  const clocks = await work.tx.slaClock.findMany({
    where: { tenantId: work.tenant.ref.id, ticketId: { in: concerned.map(({ id }) => id) } },
    include: withFirings,
  })
  const rejudged = new Set(pending.flatMap(({ type, subjectId }) => ((reaching as readonly EventType[]).includes(type) ? [subjectId] : [])))
  const storedTargets = await loadStoredTargets(work, policies, clocks, rejudged)
  const changes: Changes = { dropped: [], added: [], changed: [], taken: [], tickets: [], left: [], told: [] }
  for (const ticket of concerned) {
    const timeline = timelines.get(ticket.id) ?? unknownTimeline
    const stored = clocks.filter(({ ticketId }) => ticketId === ticket.id)
    const rules = { policies, storedTargets, isByRecompute: pending.length === 0, isRejudged: rejudged.has(ticket.id) }
    recomputeTicket(work, ticket, rules, timeline, stored, changes)
  }
  await writeChanges(work, policies, changes)
}
