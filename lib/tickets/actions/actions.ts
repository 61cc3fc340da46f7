import { z } from 'zod'
import type { Actor } from '../../actor/actor'
import { invalid } from '../../core/errors'
import type { ErrorText } from '../../core/message'
import { idsOf, rowsOf } from '../../db/rows'
import { priorities } from '../../directory/schema'
import type { Work } from '../../events/work'
import { authorOf, sourceOf } from '../conversation/commands/reply'
import { recordNote, recordReply } from '../conversation/record'
import { merge } from '../links/commands/merge'
import { undoMerge } from '../links/commands/undo-merge'
import { assign } from '../ticket/commands/assign'
import { setDepartment } from '../ticket/commands/change-department'
import { setDetails } from '../ticket/commands/change-details'
import { setPriority } from '../ticket/commands/change-priority'
import { setStatus } from '../ticket/commands/change-status'
import { setTags } from '../ticket/commands/change-tags'
import { refuseUnless } from '../ticket/lock'
import { canAssign, canDelete, canNote, canReply, canUpdate, type TicketFacts } from '../ticket/policy'
import { loadTicket, readHeld, type TicketRow } from '../ticket/queries'
import { changeHold, changeTicket, emitStatus } from '../ticket/record'
import { removeTicket, restore, setArchived } from '../ticket/removal'
import { tagsInput } from '../ticket/schema'
import { afterAssignment, allowedMoves, type TicketStatus } from '../ticket/workflow'
import type { ActionRegistry, Foreseen, Standing } from './action-registry'
import { type Action, stateOf, type TicketBefore, type Undoing } from './schema'

type May = (actor: Actor, ticket: TicketFacts) => boolean

const update = { may: canUpdate } as const

/** The actions that change a ticket itself. */
export const ticketActions = {
  assign: {
    may: canAssign,
    foresee: ({ status, assigneeId: before }, { assigneeId }) =>
      assigneeId === before ? {} : { assigneeId, status: afterAssignment({ status, isAssigned: before !== null }, assigneeId !== null) },
    run: (work, ticket, { assigneeId }) => assign(work, ticket, assigneeId),
    undo: (work, id, undoing) =>
      putBack(work, id, canAssign, undoing, ['assigneeId', 'status'], async (ticket, before) => {
        await assign(work, ticket, before.assigneeId)
        await restoreStatus(work, await readHeld(work, id), before)
      }),
  },
  status: {
    ...update,
    foresee: (ticket, { status }) => afterMove(ticket, status),
    run: (work, ticket, { status, reason }) => setStatus(work, ticket, status, { reason }),
    undo: putStatusBack,
  },
  hold: {
    ...update,
    foresee: (ticket, { holdUntil }) => {
      const after = afterMove(ticket, 'hold')
      return after && { ...after, holdUntil: holdUntil ? new Date(holdUntil) : null }
    },
    run: (work, ticket, { reason, holdUntil }) =>
      setStatus(work, ticket, 'hold', { reason, holdUntil: holdUntil ? new Date(holdUntil) : null }),
    undo: putStatusBack,
  },
  merge: {
    ...update,
    async prepare(work, action) {
      refuseUnless(canUpdate, work, await loadTicket(work, action.intoId))
      return [action]
    },
    others: ({ intoId }) => [intoId],
    foresee: () => ({ isMerged: true }),
    async run(work, ticket, { intoId }) {
      await merge(work, ticket, await loadTicket(work, intoId, 'lock'), 'into')
    },
    async undo(work, id, _, act) {
      const at = act && (await mergedAt(work, id, act.action.intoId, act.id))
      if (at) await undoMerge(work, { fromId: id, createdAt: at })
      return at !== null
    },
  },
  priority: {
    ...update,
    foresee: (_, { priority }) => ({ priority }),
    run: (work, ticket, { priority }) => setPriority(work, ticket, priority),
    undo: (work, id, undoing) =>
      putBack(work, id, canUpdate, undoing, ['priority'], (ticket, before) => setPriority(work, ticket, before.priority)),
  },
  raise_priority: {
    ...update,
    run: async (work, ticket, { priority }) =>
      priorities.indexOf(priority) > priorities.indexOf(ticket.priority) && setPriority(work, ticket, priority),
  },
  department: {
    ...update,
    foresee: (_, { departmentId }) => ({ departmentId }),
    run: (work, ticket, { departmentId }) => setDepartment(work, ticket, departmentId),
    async undo(work, id, undoing) {
      const { departmentId, categoryId } = undoing.before
      if (!departmentId) return false
      return putBack(work, id, canUpdate, undoing, ['departmentId', 'categoryId'], async (ticket, before) => {
        if (await wasRouted(work, ticket, before)) await assign(work, ticket, before.assigneeId)
        await setDepartment(work, await readHeld(work, id), departmentId)
        // One that was deleted since, or is offered no more, is not brought back.
        const where = { tenantId: work.tenant.ref.id, id: categoryId ?? '', deletedAt: null, isActive: true }
        if (categoryId && (await work.tx.category.count({ where }))) await setDetails(work, await readHeld(work, id), { categoryId })
      })
    },
  },
  tags: {
    ...update,
    foresee(ticket, given) {
      const tags = tagsAfter(ticket, given).data
      return tags ? { tags: [...tags].sort() } : null
    },
    async run(work, ticket, given) {
      const tags = tagsAfter(ticket, given)
      if (!tags.success) throw invalid({ tags: tags.error.issues.map(({ message }) => message as ErrorText) })
      return setTags(work, ticket, tags.data)
    },
    // Tag by tag: others that came or went since are left alone.
    undo: (work, id, undoing) =>
      putBack(work, id, canUpdate, undoing, [], (ticket, before, after) => {
        const added = (after.tags ?? []).filter((tag) => !before.tags.includes(tag))
        const removed = before.tags.filter((tag) => !after.tags?.includes(tag) && !ticket.tags.includes(tag))
        return setTags(work, ticket, [...ticket.tags.filter((tag) => !added.includes(tag)), ...removed])
      }),
  },
  archive: {
    ...update,
    foresee: ({ archivedAt }, { isArchived }) => ({ archivedAt: isArchived ? (archivedAt ?? new Date()) : null }),
    run: (work, ticket, { isArchived }) => setArchived(work, ticket, isArchived),
    undo: (work, id, undoing) =>
      putBack(work, id, canUpdate, undoing, ['isArchived'], (ticket, before) => setArchived(work, ticket, before.isArchived)),
  },
  delete: {
    may: canDelete,
    foresee: () => ({ isDeleted: true }),
    run: (work, ticket) => removeTicket(work, ticket),
    async undo(work, id, { after }) {
      const { tenant, tx } = work
      // Deleted once more after it was restored, it stays so.
      if (!(await tx.ticket.count({ where: { tenantId: tenant.ref.id, id, deletedAt: after.deletedAt } }))) return false
      await restore(work, id)
      return true
    },
  },
  reply: {
    may: canReply,
    run: (work, ticket, { body }) => recordReply(work, ticket, writtenBy(work.actor, body)),
  },
  note: {
    may: canNote,
    run: (work, ticket, { body }) => recordNote(work, ticket, writtenBy(work.actor, body)),
  },
} satisfies Partial<ActionRegistry>

function afterMove({ status: is, assigneeId }: Standing, status: TicketStatus): Foreseen | null {
  if (is === status) return {}
  return allowedMoves({ status: is, isAssigned: assigneeId !== null }).includes(status) ? { status } : null
}

/** When an act merged one ticket into another; null where it did not. */
async function mergedAt({ tx, tenant }: Work, fromId: string, intoId: string, actId: string): Promise<Date | null> {
  const rows = tx.$queryRaw`
    SELECT e.occurred_at AS at FROM event e WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ${intoId}::uuid
      AND e.type = 'ticket.merged' AND e.request_id = ${actId} AND e.payload->>'fromId' = ${fromId}`
  const [row] = await rowsOf(z.object({ at: z.date() }), rows)
  return row?.at ?? null
}

const tagsAfter = ({ tags }: { tags: readonly string[] }, { add, remove }: Pick<Action<'tags'>, 'add' | 'remove'>) =>
  tagsInput.safeParse([...tags.filter((tag) => !remove.includes(tag)), ...add])

const writtenBy = (actor: Actor, bodyText: string) => ({ author: authorOf(actor), bodyText, source: sourceOf(actor) })

function putStatusBack(work: Work, id: string, undoing: Undoing) {
  return putBack(work, id, canUpdate, undoing, ['status', 'heldAt', 'holdUntil', 'resolvedAt', 'closedAt'], (ticket, before) =>
    restoreStatus(work, ticket, before),
  )
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/**
 * Takes back what a change made of the named fields. Who may is judged by where the ticket would be without the change, which
 * may have taken it out of their sight.
 * @returns false where somebody changed one of them since
 */
async function putBack(
  work: Work,
  id: string,
  may: May,
  { before, after }: Undoing,
  fields: readonly (keyof TicketBefore)[],
  change: (ticket: TicketRow, before: TicketBefore, after: Undoing['after']) => Promise<unknown>,
): Promise<boolean> {
  const ticket = await readHeld(work, id, 'lock')
  const now: Partial<TicketBefore> = stateOf(ticket)
  const touched = fields.filter((field) => !isSame(before[field], after[field]))
  if (touched.some((field) => !isSame(now[field], after[field]))) return false
  const without = Object.fromEntries(touched.map((field) => [field, before[field]]))
  refuseUnless((actor, facts) => may(actor, { ...facts, ...without, status: facts.status }), work, ticket)
  await change(ticket, before, after)
  return true
}

/** Whether the department that it came to gave it to somebody, who has not begun. */
async function wasRouted({ tx, tenant }: Work, { id, assigneeId, status }: TicketRow, before: TicketBefore): Promise<boolean> {
  if (!assigneeId || before.assigneeId || status !== afterAssignment({ status: before.status, isAssigned: false }, true)) return false
  const [routed] = await idsOf(tx.$queryRaw`
    SELECT e.id::text FROM event e JOIN event c ON c.tenant_id = e.tenant_id AND c.id = e.causation_id
    WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ${id}::uuid AND e.type = 'ticket.assigned'
      AND e.payload->>'after' = ${assigneeId} AND c.subject_id = e.subject_id AND c.type = 'ticket.department_changed' LIMIT 1`)
  return routed !== undefined
}

/** Puts a status back with all that belongs to it, which no move of the workflow does. */
async function restoreStatus(work: Work, ticket: TicketRow, before: TicketBefore) {
  const { status, statusReason, heldAt, holdUntil, resolvedAt, closedAt, reopenCount } = before
  if (ticket.status === status) {
    const isOtherHold = status === 'hold' && !isSame(ticket.holdUntil, holdUntil)
    if (isOtherHold) await changeHold(work, ticket, holdUntil, { reason: statusReason, cause: 'undone' })
    return
  }
  await changeTicket(work, ticket, { status, statusReason, heldAt, holdUntil, remindedAt: null, resolvedAt, closedAt, reopenCount })
  emitStatus(work, ticket, status, { cause: 'undone' })
}
