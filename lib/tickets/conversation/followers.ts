import { isStaff } from '../../actor/actor'
import { defineFollower, type FollowerWork } from '../../events/follower'
import { releaseFiles } from '../../files/attachments'

/** Whoever replies to a ticket or says who is to work on it has accepted it; what does so by itself has not. */
async function accept(work: FollowerWork, ticketId: string | null) {
  if (ticketId && work.actor.kind === 'person' && isStaff(work.actor)) await releaseFiles(work, ticketId)
}

export const fileFollower = defineFollower('tickets.files', {
  'ticket.replied': (work, { subjectId }) => accept(work, subjectId),
  'ticket.assigned': async (work, { subjectId, payload: { after } }) => (after ? accept(work, subjectId) : undefined),
})
