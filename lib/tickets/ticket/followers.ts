import { leavesTeam } from '../../accounts/events'
import { keepMoved, readMoved } from '../../contacts/merge'
import { Prisma } from '../../db/generated/tenant/client'
import { defineFollower, type FollowerWork } from '../../events/follower'
import { handOver, releaseFromGone } from './hand-over'
import { redactTickets } from './personal-data'
import { changeTickets } from './record'
import { isReopening, type TicketStatus } from './workflow'

/** What becomes of tickets when what they refer to goes: each says so itself, as if it had been changed by hand. */
export const ticketFollower = defineFollower('tickets.ticket', {
  /** Finished tickets stay where they were; a category is its department's own and stays with it. */
  'department.deleted': async (work, { subjectId: before, payload: { heirId: after } }) => {
    if (!before) return
    const ids = await changeTickets(
      work,
      Prisma.sql`t.department_id = ${before}::uuid AND t.status NOT IN ('closed', 'rejected')`,
      Prisma.sql`department_id = ${after}::uuid, category_id = NULL`,
    )
    for (const subjectId of ids) work.emit('ticket.department_changed', { before, after }, { subjectId })
  },
  'person.deleted': async (work, { subjectId, payload: { successorId } }) => leave(work, subjectId, successorId ?? null),
  'person.changed': async (work, { subjectId, payload }) => {
    if (leavesTeam(payload)) await leave(work, subjectId, null)
  },
  /** What is opened again is of no use to somebody who left meanwhile. */
  'ticket.status_changed': async (work, { subjectId, payload: { before, after } }) => {
    if (subjectId && isReopening(before as TicketStatus, after as TicketStatus)) await releaseFromGone(work, subjectId)
  },
  'contact.erased': (work, { payload }) => redactTickets(work, payload),
  'contact.merged': async (work, { subjectId, payload: { mergeId, fromId } }) => {
    if (!subjectId) return
    const ticketIds = await changeRequester(work, fromId, subjectId)
    await keepMoved(work, mergeId, { ticketIds })
  },
  /** What came since stays. */
  'contact.unmerged': async (work, { payload: { mergeId, fromId, intoId } }) => {
    const { ticketIds } = await readMoved(work, mergeId)
    await changeRequester(work, intoId, fromId, ticketIds)
  },
})

/** Who is suspended keeps what they have: they come back. */
async function leave(work: FollowerWork, personId: string | null, successorId: string | null) {
  if (!personId) return
  await handOver(work, personId, successorId)
  await work.tx.watcher.deleteMany({ where: { tenantId: work.tenant.ref.id, personId } })
}

/** @param only the tickets that are meant, of those that `before` asked; all of them unless given */
async function changeRequester(work: FollowerWork, before: string, after: string, only?: readonly string[]): Promise<string[]> {
  const which = only
    ? Prisma.sql`t.requester_id = ${before}::uuid AND t.id = ANY(${only}::uuid[])`
    : Prisma.sql`t.requester_id = ${before}::uuid`
  const ids = await changeTickets(work, which, Prisma.sql`requester_id = ${after}::uuid`)
  for (const subjectId of ids) work.emit('ticket.requester_changed', { before, after }, { subjectId })
  return ids
}
