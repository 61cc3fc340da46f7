import type { EventPayload, EventType } from '../events/event-types'
import type { Happened } from '../events/follower'
import type { TicketStatus } from '../tickets/ticket/workflow'
import { isDone, isReopening } from '../tickets/ticket/workflow'
import type { Moment } from './clock'
import type { ClockWork } from './clock-changes'

/** What begins, ends or holds up a clock. */
export const moving = ['ticket.created', 'ticket.replied', 'ticket.status_changed'] as const satisfies EventType[]

/** Who has a ticket, and where it is: told of a deadline that passes meanwhile. */
export const handing = ['ticket.assigned', 'ticket.department_changed'] as const satisfies EventType[]

/** What happened to a ticket, as far as it concerns its clocks. */
export interface Timeline {
  moments: Moment[]
  hands: Hand[]
}

/** It went from one person or department to another. */
export interface Hand {
  at: Date
  of: 'holderId' | 'departmentId'
  before: string | null
  after: string | null
}

/** A ticket that was written without a word of it in the log began when its row says. */
export const momentsOf = ({ createdAt }: { createdAt: Date }, { moments } = { moments: [] as Moment[] }): Moment[] =>
  moments.some(({ what }) => what === 'created') ? moments : [{ what: 'created', isAnswer: false, at: createdAt, by: null }, ...moments]

/** Who had it, or where it was, at a time. */
export function inHands(hands: readonly Hand[], of: Hand['of'], at: Date, today: string | null): string | null {
  const own = hands.filter((hand) => hand.of === of)
  const before = own.findLast((hand) => hand.at <= at)
  const after = own.find((hand) => hand.at > at)
  return before ? before.after : after ? after.before : today
}

/** What moved the clocks of some tickets, in order. */
export async function readTimelines(
  { tx, tenant }: Pick<ClockWork, 'tx' | 'tenant'>,
  ids: readonly string[],
  pending: readonly Happened[] = [],
) {
  const stored = await tx.$queryRaw<Happened[]>`
    SELECT e.type, e.subject_id::text AS "subjectId", e.payload, e.occurred_at AS "occurredAt", e.actor_id::text AS "actorId" FROM event e
    WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ANY(${ids}::uuid[]) AND e.type = ANY(${[...moving, ...handing] as string[]}::text[])
    ORDER BY e.seq`
  const timelines = new Map<string, Timeline>()
  for (const id of ids) timelines.set(id, { moments: [], hands: [] })
  for (const event of [...stored, ...pending]) {
    const timeline = timelines.get(event.subjectId ?? '')
    timeline?.moments.push(...momentsIn(event))
    timeline?.hands.push(...handsIn(event))
  }
  return timelines
}

function handsIn({ type, payload, occurredAt }: Happened): Hand[] {
  if (!(handing as readonly EventType[]).includes(type)) return []
  const { before, after } = payload as EventPayload<(typeof handing)[number]>
  return [{ at: occurredAt, of: type === 'ticket.assigned' ? 'holderId' : 'departmentId', before, after }]
}

/** What an event is to the clocks; nothing for most. What was taken back may be opened and held in one. */
function momentsIn({ type, payload, occurredAt, actorId }: Happened): Moment[] {
  const about = { at: occurredAt, by: actorId }
  if (type === 'ticket.created') return [{ ...about, what: 'created', isAnswer: (payload as { isAnswer?: boolean }).isAnswer ?? false }]
  if (type === 'ticket.replied') return [{ ...about, what: (payload as { by: string }).by === 'agent' ? 'answered' : 'asked' }]
  if (type !== 'ticket.status_changed') return []
  const { reason, cause, isMerge, ...moved } = payload as EventPayload<'ticket.status_changed'>
  const { before, after } = moved as { before: TicketStatus; after: TicketStatus }
  if (isDone(after)) return [{ ...about, what: 'done', isMoot: after === 'rejected' || cause === 'merged' || isMerge === true }]
  const moments: Moment[] = []
  if (isReopening(before, after)) moments.push({ ...about, what: 'reopened' })
  if (after === 'hold') moments.push({ ...about, what: 'hold', reason })
  else if (before === 'hold') moments.push({ ...about, what: 'resumed' })
  return moments
}
