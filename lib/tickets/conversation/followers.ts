import { isStaff } from '../../actor/actor'
import { keepMoved, readMoved } from '../../contacts/merge'
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

/** What two contacts wrote who turned out to be one is by one, and by two again when they part. */
export const messageFollower = defineFollower('tickets.messages', {
  'contact.merged': async ({ tx, tenant, ...work }, { subjectId: contactId, payload: { mergeId, fromId } }) => {
    const where = { tenantId: tenant.ref.id, contactId: fromId }
    const rows = await tx.ticketMessage.updateManyAndReturn({ where, data: { contactId }, select: { id: true } })
    await keepMoved({ tx, tenant, ...work }, mergeId, { messageIds: rows.map(({ id }) => id) })
  },
  'contact.unmerged': async (work, { payload: { mergeId, fromId, intoId } }) => {
    const { messageIds } = await readMoved(work, mergeId)
    const where = { tenantId: work.tenant.ref.id, contactId: intoId, id: { in: messageIds } }
    await work.tx.ticketMessage.updateMany({ where, data: { contactId: fromId } })
  },
})
