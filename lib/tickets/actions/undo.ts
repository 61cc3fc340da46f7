import { z } from 'zod'
import { conflict, forbidden, notFound } from '../../core/errors'
import { rowsOf } from '../../db/rows'
import { hasLeft, withdraw } from '../../events/act'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import type { TenantContext } from '../../procedure/context'
import { statusReasonBefore } from '../ticket/activity'
import { ticketEvents } from '../ticket/events'
import { findTicket, loadTicket, readHeld, toStaffView } from '../ticket/queries'
import { isConsequence, ticketOutput, ticketRef } from '../ticket/schema'
import type { ActionKind } from './action-kinds'
import { actionOf } from './action-registry'
import { stateOf, type TicketBefore, type Undoing } from './schema'

/** What can be undone of one ticket, in the order in which it is put back, with the events that say it. */
const undoable = {
  assign: ['ticket.assigned'],
  status: ['ticket.status_changed', 'ticket.hold_changed'],
  department: ['ticket.department_changed'],
  priority: ['ticket.priority_changed'],
  tags: ['ticket.tagged'],
  archive: ['ticket.archived'],
} as const
type Change = keyof typeof undoable
const changes = Object.keys(undoable) as [Change, ...Change[]]

const eventFor = <T extends (typeof undoable)[Change][number]>(type: T) => z.object({ type: z.literal(type), payload: ticketEvents[type] })
const changeEvent = z.discriminatedUnion('type', [
  eventFor('ticket.assigned'),
  eventFor('ticket.status_changed'),
  eventFor('ticket.hold_changed'),
  eventFor('ticket.department_changed'),
  eventFor('ticket.priority_changed'),
  eventFor('ticket.tagged'),
  eventFor('ticket.archived'),
])
type ChangeEvent = z.output<typeof changeEvent>

/**
 * The reverse of one's own last change, while nothing of it has been sent: the ticket is put back, and what waited to
 * leave is withdrawn, in one unit of work.
 */
export const undoChange = agentProcedure
  .meta({ permission: 'ticket.view', isUndo: true })
  .route({ method: 'POST', path: '/ticket/{id}/undo', tags: ['Tickets'], summary: 'Undo your last change, within the undo window' })
  .input(z.strictObject({ ...ticketRef.shape, change: z.enum(changes) }))
  .output(z.object({ ticket: ticketOutput.nullable() }))
  .handler(async ({ context, input: { id, change } }) => {
    const { actId, eventIds, events } = await loadAct(context, id, undoable[change])
    const before = stateOf(await readHeld(context, id, 'lock'))
    context.emit('ticket.undone', { actId }, { subjectId: id })
    await withdraw(context, actId, id)
    if (await hasLeft(context, eventIds)) throw notFound('changeToUndo')
    const undoing = { before: await reversed(context, id, before, events), after: { ...before, deletedAt: null } }
    const isPart = (each: Change) => events.some(({ type }) => (undoable[each] as readonly string[]).includes(type))
    await putAllBack(context, id, changes.filter(isPart), undoing)
    await context.flush()
    const ticket = await findTicket(context, id)
    return { ticket: ticket && toStaffView(context.actor, ticket) }
  })

/**
 * Puts back what several kinds of actions did to one ticket together.
 * @throws CONFLICT where one of them can't be
 */
export async function putAllBack(work: Work, id: string, kinds: readonly ActionKind[], undoing: Undoing) {
  // Whoever was assigned takes the status along that came with it.
  for (const kind of changes.filter((each) => kinds.includes(each) && !(each === 'status' && kinds.includes('assign'))))
    if (!(await actionOf(kind).undo?.(work, id, undoing, null))) throw conflict('tickets.changed')
}

const actRow = z.object({ eventId: z.string(), type: z.string(), payload: z.unknown(), actId: z.string() })

/** All that the act did to the ticket which made the last such change that stands, and what followed from it. An undo is none. */
async function loadAct(work: TenantContext, ticketId: string, types: readonly ChangeEvent['type'][]) {
  const { tx, tenant, actor } = work
  if (actor.kind !== 'person') throw forbidden('actions.personOnly')
  const tenantId = tenant.ref.id
  const query = tx.$queryRaw`
    WITH last AS (
      SELECT e.request_id, e.actor_id, e.occurred_at FROM event e
      WHERE e.tenant_id = ${tenantId}::uuid AND e.subject_id = ${ticketId}::uuid AND e.type = ANY(${types}) AND e.depth = 0
        AND NOT EXISTS (SELECT 1 FROM event u WHERE u.tenant_id = e.tenant_id AND u.subject_id = e.subject_id AND u.type = 'ticket.undone'
          AND e.request_id IN (u.request_id, u.payload->>'actId'))
      ORDER BY e.n DESC LIMIT 1)
    SELECT e.id::text AS "eventId", e.type, e.payload, e.request_id AS "actId" FROM last JOIN event e ON e.request_id = last.request_id
    WHERE last.actor_id = ${actor.id}::uuid AND e.tenant_id = ${tenantId}::uuid AND e.subject_id = ${ticketId}::uuid
      AND last.occurred_at > now() - make_interval(secs => (SELECT undo_seconds FROM workspace WHERE tenant_id = ${tenantId}::uuid))
    ORDER BY e.n`
  const rows = await rowsOf(actRow, query)
  const said = rows.filter((row) => !isConsequence(row.type))
  const events = said.flatMap((row) => changeEvent.safeParse(row).data ?? [])
  // An act that did anything else as well, such as writing to somebody, stays.
  if (!rows[0] || events.length < said.length) {
    await loadTicket(work, ticketId) // one that is hidden is not found
    throw notFound('changeToUndo')
  }
  return { actId: rows[0].actId, eventIds: rows.map(({ eventId }) => eventId), events }
}

/**
 * How a ticket was before some changes, the last undone first.
 * @throws CONFLICT where somebody changed one of the same since
 */
async function reversed(context: TenantContext, id: string, now: TicketBefore, events: readonly ChangeEvent[]): Promise<TicketBefore> {
  const before = { ...now }
  for (const event of [...events].reverse()) {
    const change = changeBack(event, before)
    if (!change) throw conflict('tickets.changed')
    Object.assign(before, change)
  }
  return before.status === now.status ? before : { ...before, statusReason: await statusReasonBefore(context, id, before.status) }
}

/** Null where the ticket is not as the event left it. */
function changeBack({ type, payload }: ChangeEvent, is: TicketBefore): Partial<TicketBefore> | null {
  switch (type) {
    case 'ticket.assigned':
      return is.assigneeId === payload.after ? { assigneeId: payload.before } : null
    case 'ticket.status_changed': {
      const { before: status, after, was } = payload
      const dates = was && {
        ...was,
        heldAt: at(was.heldAt),
        holdUntil: at(was.holdUntil),
        resolvedAt: at(was.resolvedAt),
        closedAt: at(was.closedAt),
      }
      return is.status === after && dates ? { ...dates, status: status as TicketBefore['status'] } : null
    }
    case 'ticket.hold_changed':
      return is.status === 'hold' && (is.holdUntil?.toISOString() ?? null) === payload.after
        ? { holdUntil: at(payload.before), statusReason: payload.reasonBefore }
        : null
    case 'ticket.department_changed':
      return is.departmentId === payload.after ? { departmentId: payload.before, categoryId: payload.categoryBefore ?? null } : null
    case 'ticket.priority_changed':
      return is.priority === payload.after ? { priority: payload.before as TicketBefore['priority'] } : null
    case 'ticket.tagged':
      return {
        tags: [...is.tags.filter((tag) => !payload.added.includes(tag)), ...payload.removed.filter((tag) => !is.tags.includes(tag))],
      }
    case 'ticket.archived':
      return is.isArchived === payload.isArchived ? { isArchived: !payload.isArchived } : null
  }
}

const at = (iso: string | null) => (iso === null ? null : new Date(iso))
