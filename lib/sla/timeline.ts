import { z } from 'zod'
import { rowsOf } from '../db/rows'
import type { EventType } from '../events/event-types'
import type { Happened } from '../events/follower'
import { conversationEvents } from '../tickets/conversation/events'
import { ticketEvents } from '../tickets/ticket/events'
import { isDone, isReopening, ticketStatuses } from '../tickets/ticket/workflow'
import type { Moment } from './clock'
import type { ClockWork } from './clock-changes'

/** What begins, ends or holds up a clock. */
export const moving = ['ticket.created', 'ticket.replied', 'ticket.status_changed'] as const satisfies EventType[]

/** Who has a ticket, and where it is: told of a deadline that passes meanwhile. */
export const reassigning = ['ticket.assigned', 'ticket.department_changed'] as const satisfies EventType[]

const about = { subjectId: z.string().nullable(), occurredAt: z.date(), actorId: z.string().nullable() }
const status = z.enum(ticketStatuses)

/** What the log says of them, also long ago: of each the part that concerns clocks. */
const logged = z.discriminatedUnion('type', [
  z.object({ ...about, type: z.literal('ticket.created'), payload: ticketEvents['ticket.created'].pick({ isAnswer: true }) }),
  z.object({ ...about, type: z.literal('ticket.replied'), payload: conversationEvents['ticket.replied'].pick({ by: true }) }),
  z.object({
    ...about,
    type: z.literal('ticket.status_changed'),
    payload: ticketEvents['ticket.status_changed']
      .pick({ reason: true, cause: true, isMerge: true })
      .extend({ before: status, after: status }),
  }),
  z.object({ ...about, type: z.literal('ticket.assigned'), payload: ticketEvents['ticket.assigned'] }),
  z.object({ ...about, type: z.literal('ticket.department_changed'), payload: ticketEvents['ticket.department_changed'] }),
])
type Logged = z.output<typeof logged>

/** What happened to a ticket, as far as it concerns its clocks. */
export interface Timeline {
  moments: Moment[]
  assignments: Assignment[]
}

/** A change of assignee or department. */
export interface Assignment {
  at: Date
  of: 'holderId' | 'departmentId'
  before: string | null
  after: string | null
}

/** A ticket that was written without a word of it in the log began when its row says. */
export const momentsOf = ({ createdAt }: { createdAt: Date }, { moments } = { moments: [] as Moment[] }): Moment[] =>
  moments.some(({ what }) => what === 'created') ? moments : [{ what: 'created', isAnswer: false, at: createdAt, by: null }, ...moments]

/** Whose ticket it was, or in which department, at a time. */
export function assignedAt(assignments: readonly Assignment[], of: Assignment['of'], at: Date, today: string | null): string | null {
  const own = assignments.filter((assignment) => assignment.of === of)
  const before = own.findLast((assignment) => assignment.at <= at)
  const after = own.find((assignment) => assignment.at > at)
  return before ? before.after : after ? after.before : today
}

/** What moved the clocks of some tickets, in order. */
export async function readTimelines(
  { tx, tenant }: Pick<ClockWork, 'tx' | 'tenant'>,
  ids: readonly string[],
  pending: readonly Happened[] = [],
) {
  const types: readonly string[] = [...moving, ...reassigning]
  const query = tx.$queryRaw`
    SELECT e.type, e.subject_id::text AS "subjectId", e.payload, e.occurred_at AS "occurredAt", e.actor_id::text AS "actorId" FROM event e
    WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ANY(${ids}::uuid[]) AND e.type = ANY(${types}::text[])
    ORDER BY e.seq`
  const stored = await rowsOf(logged, query)
  const fresh = pending.filter(({ type }) => types.includes(type)).map((event) => logged.parse(event))
  const timelines = new Map<string, Timeline>()
  for (const id of ids) timelines.set(id, { moments: [], assignments: [] })
  for (const event of [...stored, ...fresh]) {
    const timeline = timelines.get(event.subjectId ?? '')
    timeline?.moments.push(...momentsIn(event))
    timeline?.assignments.push(...assignmentsIn(event))
  }
  return timelines
}

function assignmentsIn(event: Logged): Assignment[] {
  if (event.type === 'ticket.assigned') return [{ at: event.occurredAt, of: 'holderId', ...event.payload }]
  if (event.type === 'ticket.department_changed') return [{ at: event.occurredAt, of: 'departmentId', ...event.payload }]
  return []
}

/** What an event is to the clocks; nothing for most. What was taken back may be opened and held in one. */
function momentsIn(event: Logged): Moment[] {
  const about = { at: event.occurredAt, by: event.actorId }
  if (event.type === 'ticket.created') return [{ ...about, what: 'created', isAnswer: event.payload.isAnswer ?? false }]
  if (event.type === 'ticket.replied') return [{ ...about, what: event.payload.by === 'agent' ? 'answered' : 'asked' }]
  if (event.type !== 'ticket.status_changed') return []
  const { before, after, reason, cause, isMerge } = event.payload
  if (isDone(after)) return [{ ...about, what: 'done', isMoot: after === 'rejected' || cause === 'merged' || isMerge === true }]
  const moments: Moment[] = []
  if (isReopening(before, after)) moments.push({ ...about, what: 'reopened' })
  if (after === 'hold') moments.push({ ...about, what: 'hold', reason })
  else if (before === 'hold') moments.push({ ...about, what: 'resumed' })
  return moments
}
