import { leavesTeam } from '../../accounts/events'
import { defineFollower, type FollowerWork } from '../../events/follower'
import { refuseSuccessor, releaseFromGone } from './hand-over'
import { passOn } from './jobs'
import { isReopening, type TicketStatus } from './workflow'

/** What becomes of tickets when what they refer to goes: each says so itself, as if it had been changed by hand. */
export const ticketFollower = defineFollower('tickets.ticket', {
  'department.deleted': async (work, { subjectId: departmentId, payload: { heirId } }) => {
    if (departmentId) await passOn(work, { kind: 'department', departmentId, heirId })
  },
  'person.deleted': async (work, { subjectId, payload: { successorId } }) => leave(work, subjectId, successorId ?? null),
  'person.changed': async (work, { subjectId, payload }) => {
    if (leavesTeam(payload)) await leave(work, subjectId, null)
  },
  /** What is opened again is of no use to somebody who left meanwhile. */
  'ticket.status_changed': async (work, { subjectId, payload: { before, after } }) => {
    if (subjectId && isReopening(before as TicketStatus, after as TicketStatus)) await releaseFromGone(work, subjectId)
  },
  'contact.merged': async (work, { subjectId: intoId, payload: { mergeId, fromId } }) => {
    if (intoId) await passOn(work, { kind: 'merge', mergeId, fromId, intoId })
  },
  'contact.unmerged': (work, { payload: { mergeId, fromId, intoId } }) => passOn(work, { kind: 'merge-undo', mergeId, fromId, intoId }),
})

/** Who is suspended keeps what they have: they come back. */
async function leave(work: FollowerWork, personId: string | null, successorId: string | null) {
  if (!personId) return
  if (successorId) await refuseSuccessor(work, personId, successorId)
  await passOn(work, { kind: 'person', personId, successorId })
  await work.tx.watcher.deleteMany({ where: { tenantId: work.tenant.ref.id, personId } })
}
