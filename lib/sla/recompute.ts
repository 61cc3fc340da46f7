import type { EventType } from '../events/event-types'
import type { Happened } from '../events/follower'
import type { Changes, ClockWork } from './clock-changes'
import { readClocks, writeChanges } from './clock-changes'
import { type Concerned, matched } from './conditions'
import { loadStoredTargets, recomputeTicket } from './recompute-ticket'
import { lastPolicies, readPolicies } from './targets'
import { moving, reaching, readTimelines, type Timeline, unknownTimeline } from './timeline'

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
 * @param made tickets that it has just made: they have no clocks yet, nor any history but what is pending
 */
export async function recomputeClocks(work: ClockWork, ids: readonly string[], pending: readonly Happened[] = [], made = noneMade) {
  const { policies, concerned, timelines, clocks } = await readAll(work, ids, pending, made)
  if (concerned.length === 0) return
  const rejudged = new Set(pending.flatMap(({ type, subjectId }) => ((reaching as readonly EventType[]).includes(type) ? [subjectId] : [])))
  const storedTargets = await loadStoredTargets(work, policies, clocks, rejudged)
  const changes: Changes = { dropped: [], added: [], changed: [], taken: [], tickets: [], left: [], told: [] }
  for (const ticket of concerned) {
    const timeline = timelines.get(ticket.id) ?? unknownTimeline
    const stored = clocks.filter(({ ticketId }) => ticketId === ticket.id)
    const rules = { policies, storedTargets, isByRecompute: pending.length === 0, isRejudged: rejudged.has(ticket.id) }
    recomputeTicket(work, ticket, rules, timeline, stored, changes)
  }
  await writeChanges(work, policies, changes, made)
}

const noneMade: ReadonlySet<string> = new Set()

// A workspace without policies has no clocks, but for those that run still.
const concernedOf = (tickets: readonly Concerned[]) =>
  tickets.filter(({ policy, slaPolicyId, hasClocks }) => policy || slaPolicyId || hasClocks)

/** What clocks are worked out from: asked for at once, by the policies as they were last known, which are hardly ever others by now. */
async function readAll(work: ClockWork, ids: readonly string[], pending: readonly Happened[], made: ReadonlySet<string>) {
  const { tx, tenant } = work
  const isStored = (id: string) => !made.has(id)
  const history = (of: readonly string[]) =>
    Promise.all([readTimelines(work, of, pending, of.filter(isStored)), readClocks(work, of.filter(isStored))])
  const last = lastPolicies(tenant.ref.id) ?? (await readPolicies(tx, tenant.ref.id))
  const [tickets, early] = await Promise.all([matched(work, ids, last), last.length > 0 ? history(ids) : null])
  const policies = tickets[0] ? await readPolicies(tx, tenant.ref.id, tickets[0]) : last
  const concerned = concernedOf(policies === last ? tickets : await matched(work, ids, policies))
  if (concerned.length === 0) return { policies, concerned, timelines: new Map<string, Timeline>(), clocks: [] }
  const [timelines, clocks] = early ?? (await history(concerned.map(({ id }) => id)))
  return { policies, concerned, timelines, clocks }
}
