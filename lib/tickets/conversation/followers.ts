import { keepMoved, readMoved } from '../../contacts/merge'
import { defineFollower } from '../../events/follower'

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
