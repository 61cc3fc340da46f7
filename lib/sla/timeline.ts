import { z } from 'zod'
import { plannedOnce } from '../db/prepared'
import { among, rowsOf } from '../db/rows'
import type { EventType } from '../events/event-types'
import type { Happened } from '../events/follower'
import { conversationEvents } from '../tickets/conversation/events'
import { linkEvents } from '../tickets/links/events'
import { ticketEvents } from '../tickets/ticket/events'
import { isDone, isReopening, ticketStatuses } from '../tickets/ticket/workflow'
import type { Moment } from './clock'
import type { ClockWork } from './clock-changes'

/** Whether an answer got to anybody: what is over is judged again by it. */
export const reaching = ['message.unreached', 'message.reached'] as const satisfies EventType[]

/** What begins, ends or holds up a clock. */
export const moving = [
  'ticket.created',
  'ticket.sender_confirmed',
  'ticket.replied',
  'ticket.status_changed',
  'ticket.merged',
  'ticket.unmerged',
  ...reaching,
] as const satisfies EventType[]

/** Who has a ticket, and where it is: told of a deadline that passes meanwhile. */
export const reassigning = ['ticket.assigned', 'ticket.department_changed'] as const satisfies EventType[]

const about = { subjectId: z.string().nullable(), occurredAt: z.date(), actorId: z.string().nullable() }
const status = z.enum(ticketStatuses)

/** What the log says of them, also long ago: of each the part that concerns clocks. */
const logged = z.discriminatedUnion('type', [
  z.object({
    ...about,
    type: z.literal('ticket.created'),
    payload: ticketEvents['ticket.created'].pick({ isAnswer: true, isUnverified: true }),
  }),
  z.object({ ...about, type: z.literal('ticket.sender_confirmed'), payload: ticketEvents['ticket.sender_confirmed'] }),
  z.object({
    ...about,
    type: z.literal('ticket.replied'),
    payload: conversationEvents['ticket.replied'].pick({ by: true, messageId: true }),
  }),
  z.object({ ...about, type: z.literal('message.unreached'), payload: conversationEvents['message.unreached'] }),
  z.object({ ...about, type: z.literal('message.reached'), payload: conversationEvents['message.reached'] }),
  z.object({
    ...about,
    type: z.literal('ticket.status_changed'),
    payload: ticketEvents['ticket.status_changed']
      .pick({ reason: true, cause: true, isMerge: true })
      .extend({ before: status, after: status }),
  }),
  z.object({ ...about, type: z.literal('ticket.merged'), payload: linkEvents['ticket.merged'].pick({ number: true, askedAt: true }) }),
  z.object({ ...about, type: z.literal('ticket.unmerged'), payload: linkEvents['ticket.unmerged'].pick({ mergedAt: true }) }),
  z.object({ ...about, type: z.literal('ticket.assigned'), payload: ticketEvents['ticket.assigned'] }),
  z.object({ ...about, type: z.literal('ticket.department_changed'), payload: ticketEvents['ticket.department_changed'] }),
])
type Logged = z.output<typeof logged>

/** What happened to a ticket, as far as it concerns its clocks. */
export interface Timeline {
  moments: Moment[]
  assignments: Assignment[]
  /** Nobody has confirmed who sent it: no clock runs. */
  isUnverified: boolean
}

/** A change of assignee or department. */
export interface Assignment {
  at: Date
  of: 'holderId' | 'departmentId'
  before: string | null
  after: string | null
}

/** A ticket that was written without a word of it in the log began when its row says. */
export function momentsOf({ createdAt }: { createdAt: Date }, { moments, isUnverified } = unknownTimeline): Moment[] {
  if (isUnverified) return []
  return moments.some(({ what }) => what === 'created')
    ? moments
    : [{ what: 'created', isAnswer: false, at: createdAt, by: null }, ...moments]
}

/** Of a ticket of which the log says nothing. */
export const unknownTimeline: Timeline = { moments: [], assignments: [], isUnverified: false }

/** Whose ticket it was, or in which department, at a time. */
export function assignedAt(assignments: readonly Assignment[], of: Assignment['of'], at: Date, today: string | null): string | null {
  const own = assignments.filter((assignment) => assignment.of === of)
  const before = own.findLast((assignment) => assignment.at <= at)
  const after = own.find((assignment) => assignment.at > at)
  return before ? before.after : after ? after.before : today
}

const types: readonly string[] = [...moving, ...reassigning]

const readLog = ({ tx, tenant }: Pick<ClockWork, 'tx' | 'tenant'>, ids: readonly string[]) => tx.$queryRaw`
    SELECT ${plannedOnce} e.type, e.subject_id::text AS "subjectId", e.payload, e.occurred_at AS "occurredAt", e.actor_id::text AS "actorId" FROM event e
    WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id ${among(ids)} AND e.type = ANY(${types}::text[])
    ORDER BY e.n`

/**
 * What moved the clocks of some tickets, in order.
 * @param stored those of which the log can say something
 */
export async function readTimelines(
  { tx, tenant }: Pick<ClockWork, 'tx' | 'tenant'>,
  ids: readonly string[],
  pending: readonly Happened[] = [],
  stored: readonly string[] = ids,
) {
  const written = stored.length > 0 ? await rowsOf(logged, readLog({ tx, tenant }, stored)) : []
  const fresh = pending.filter(({ type }) => types.includes(type)).map((event) => logged.parse(event))
  const timelines = new Map<string, Timeline>()
  const all = Map.groupBy([...written, ...fresh], ({ subjectId }) => subjectId)
  for (const id of ids) {
    const events = all.get(id) ?? []
    const isUnverified = events.reduce(doubtAfter, false)
    timelines.set(id, {
      moments: asReached(withoutUndone(events)).flatMap(momentsIn),
      assignments: events.flatMap(assignmentsIn),
      isUnverified,
    })
  }
  return timelines
}

/** Who is confirmed was genuine all along: their clocks run from when they wrote. */
function doubtAfter(before: boolean, event: Logged): boolean {
  if (event.type === 'ticket.created') return event.payload.isUnverified ?? false
  return event.type === 'ticket.sender_confirmed' ? !event.payload.isConfirmed : before
}

const isAt = (event: Logged, at: Date) => event.occurredAt.getTime() === at.getTime()
const isMoveOf = (event: Logged, cause: 'merged' | 'undone') => event.type === 'ticket.status_changed' && event.payload.cause === cause

/** A merge that was undone never was: the clocks of both tickets run as if they had been apart all along. */
function withoutUndone(events: readonly Logged[]): readonly Logged[] {
  const undone = new Set<Logged>()
  for (const [n, event] of events.entries()) {
    // Of the ticket that took another in: the question that came with it, and what that did to its status if that went back.
    if (event.type === 'ticket.unmerged' && event.payload.mergedAt) {
      const mergedAt = new Date(event.payload.mergedAt)
      const [move, back] = [
        events.find((each) => isAt(each, mergedAt) && isMoveOf(each, 'merged')),
        events.find((each) => isAt(each, event.occurredAt) && isMoveOf(each, 'undone')),
      ]
      for (const each of events) if (each.type === 'ticket.merged' && isAt(each, mergedAt)) undone.add(each)
      if (move && back) undone.add(move).add(back)
    }
    // Of the ticket that was merged: it stood still between the two.
    const earlier = events.slice(0, n).findLast(({ type }) => type === 'ticket.status_changed')
    if (isMoveOf(event, 'undone') && earlier && isMoveOf(earlier, 'merged') && isClosed(earlier)) undone.add(earlier).add(event)
  }
  return events.filter((event) => !undone.has(event))
}

/** An answer that reached nobody never was; one that got to somebody in the end was given then. */
function asReached(events: readonly Logged[]): readonly Logged[] {
  const last = new Map(events.flatMap((event) => (isReach(event) ? [[event.payload.messageId, event]] : [])))
  if (last.size === 0) return events
  const answers = new Map(events.flatMap((event) => (event.type === 'ticket.replied' ? [[event.payload.messageId, event]] : [])))
  return events.flatMap((event): Logged[] => {
    if (event.type === 'ticket.replied') return last.has(event.payload.messageId) ? [] : [event]
    if (!isReach(event)) return [event]
    const { messageId } = event.payload
    const answer = event.type === 'message.reached' && last.get(messageId) === event && answers.get(messageId)
    return answer ? [{ ...answer, occurredAt: event.occurredAt }] : []
  })
}

const isReach = (event: Logged) => event.type === 'message.unreached' || event.type === 'message.reached'

const isClosed = (event: Logged) => event.type === 'ticket.status_changed' && event.payload.after === 'closed'

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
  if (event.type === 'ticket.merged') {
    const { askedAt, number } = event.payload
    return askedAt ? [{ at: new Date(askedAt), by: event.actorId, what: 'asked', moved: { number, at: event.occurredAt } }] : []
  }
  if (event.type !== 'ticket.status_changed') return []
  const { before, after, reason, cause, isMerge } = event.payload
  if (isDone(after)) return [{ ...about, what: 'done', isMoot: after === 'rejected' || cause === 'merged' || isMerge === true }]
  const moments: Moment[] = []
  if (isReopening(before, after)) moments.push({ ...about, what: 'reopened' })
  if (after === 'hold') moments.push({ ...about, what: 'hold', reason })
  else if (before === 'hold') moments.push({ ...about, what: 'resumed' })
  return moments
}
