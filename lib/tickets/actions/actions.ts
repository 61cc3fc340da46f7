import type { Actor } from '../../actor/actor'
import { invalid } from '../../core/errors'
import type { ErrorText } from '../../core/message'
import { priorities } from '../../directory/schema'
import type { Work } from '../../events/work'
import { authorOf, sourceOf } from '../conversation/commands/reply'
import { recordNote, recordReply } from '../conversation/record'
import { assign } from '../ticket/commands/assign'
import { setDepartment } from '../ticket/commands/change-department'
import { setDetails } from '../ticket/commands/change-details'
import { setPriority } from '../ticket/commands/change-priority'
import { setStatus } from '../ticket/commands/change-status'
import { setTags } from '../ticket/commands/change-tags'
import { refuseUnless } from '../ticket/lock'
import { canAssign, canDelete, canNote, canReply, canUpdate, type TicketFacts } from '../ticket/policy'
import { loadTicket, readHeld, type TicketRow } from '../ticket/queries'
import { changeTicket, emitStatus } from '../ticket/record'
import { markDeleted, restore, setArchived } from '../ticket/removal'
import { tagsInput } from '../ticket/schema'
import type { ActionRegistry } from './action-registry'
import type { TicketBefore } from './schema'

type May = (actor: Actor, ticket: TicketFacts) => boolean

const update = { may: canUpdate } as const

/** The actions that change a ticket itself. */
export const ticketActions = {
  assign: {
    may: canAssign,
    run: (work, ticket, { assigneeId }) => assign(work, ticket, assigneeId),
    undo: (work, id, before) =>
      putBack(work, id, canAssign, async (ticket) => {
        await assign(work, ticket, before.assigneeId)
        await restoreStatus(work, await readHeld(work, id), before)
      }),
  },
  status: {
    ...update,
    run: (work, ticket, { status, reason }) => setStatus(work, ticket, status, { reason }),
    undo: (work, id, before) => putBack(work, id, canUpdate, (ticket) => restoreStatus(work, ticket, before)),
  },
  priority: {
    ...update,
    run: (work, ticket, { priority }) => setPriority(work, ticket, priority),
    undo: (work, id, before) => putBack(work, id, canUpdate, (ticket) => setPriority(work, ticket, before.priority)),
  },
  raise_priority: {
    ...update,
    run: async (work, ticket, { priority }) =>
      priorities.indexOf(priority) > priorities.indexOf(ticket.priority) && setPriority(work, ticket, priority),
  },
  department: {
    ...update,
    run: (work, ticket, { departmentId }) => setDepartment(work, ticket, departmentId),
    async undo(work, id, { departmentId, categoryId }) {
      if (!departmentId) return false
      return putBack(work, id, canUpdate, async (ticket) => {
        await setDepartment(work, ticket, departmentId)
        // One that was deleted since is not brought back.
        const where = { tenantId: work.tenant.ref.id, id: categoryId ?? '', deletedAt: null }
        if (categoryId && (await work.tx.category.count({ where }))) await setDetails(work, await readHeld(work, id), { categoryId })
      })
    },
  },
  tags: {
    ...update,
    async run(work, ticket, { add, remove }) {
      const tags = tagsInput.safeParse([...ticket.tags.filter((tag) => !remove.includes(tag)), ...add])
      if (!tags.success) throw invalid({ tags: tags.error.issues.map(({ message }) => message as ErrorText) })
      return setTags(work, ticket, tags.data)
    },
    undo: (work, id, before) => putBack(work, id, canUpdate, (ticket) => setTags(work, ticket, before.tags)),
  },
  archive: {
    ...update,
    run: (work, ticket, { isArchived }) => setArchived(work, ticket, isArchived),
    undo: (work, id, before) => putBack(work, id, canUpdate, (ticket) => setArchived(work, ticket, before.isArchived)),
  },
  delete: {
    may: canDelete,
    run: (work, ticket) => markDeleted(work, ticket),
    async undo(work, id) {
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

const writtenBy = (actor: Actor, bodyText: string) => ({ author: authorOf(actor), bodyText, source: sourceOf(actor) })

async function putBack(work: Work, id: string, may: May, change: (ticket: TicketRow) => Promise<unknown>): Promise<boolean> {
  const ticket = await loadTicket(work, id, 'lock')
  refuseUnless(may, work, ticket)
  await change(ticket)
  return true
}

/** Puts a status back with all that belongs to it, which no move of the workflow does. */
async function restoreStatus(work: Work, ticket: TicketRow, before: TicketBefore) {
  const { status, statusReason, heldAt, holdUntil, resolvedAt, closedAt, reopenCount } = before
  if (ticket.status === status) return
  await changeTicket(work, ticket, { status, statusReason, heldAt, holdUntil, remindedAt: null, resolvedAt, closedAt, reopenCount })
  emitStatus(work, ticket, status, { cause: 'undone' })
}
