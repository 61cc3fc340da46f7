import { isStaff } from '../../actor/actor'
import { keepMoved, readMoved } from '../../contacts/merge'
import { withoutWaiting } from '../../db/scope'
import { defineFollower, type Follower, type FollowerWork, type Happened } from '../../events/follower'
import { releaseFiles } from '../../files/attachments'
import { numberTickets } from '../ticket/record'
import { mergeParticipations, partParticipations } from './participant'
import { noteReach } from './reach'

/** Whoever replies to a ticket or says who is to work on it has accepted it; what does so by itself has not. */
async function accept(work: FollowerWork, ticketId: string | null) {
  if (ticketId && work.actor.kind === 'person' && isStaff(work.actor)) withoutWaiting(releaseFiles(work, ticketId))
}

export const fileFollower = defineFollower('tickets.files', {
  'ticket.replied': (work, { subjectId }) => accept(work, subjectId),
  'ticket.assigned': async (work, { subjectId, payload: { after } }) => (after ? accept(work, subjectId) : undefined),
})

/** Contacts that are merged, parted or deleted take their place in other people's tickets with them. */
export const participantFollower = defineFollower('tickets.participants', {
  'contact.merged': async (work, { subjectId: intoId, payload: { mergeId, fromId } }) => {
    if (intoId) await keepMoved(work, mergeId, { participations: await mergeParticipations(work, fromId, intoId) })
  },
  'contact.unmerged': async (work, { payload: { mergeId, fromId, intoId } }) => {
    const { participations } = await readMoved(work, mergeId)
    await partParticipations(work, fromId, intoId, participations)
  },
  'contact.deleted': async ({ tx, tenant, now }, { subjectId: contactId }) => {
    if (contactId)
      await tx.ticketParticipant.updateMany({ where: { tenantId: tenant.ref.id, contactId, removedAt: null }, data: { removedAt: now } })
  },
})

/**
 * Gives new tickets the next numbers of the workspace. The counter's row is locked from here to the commit, so that numbers have
 * neither gaps nor doubles; it comes last of all followers, so that no one else waits for what a new ticket takes besides.
 */
export const numberFollower: Follower = {
  name: 'tickets.numbers',
  types: ['ticket.created'],
  async follow(work, fresh) {
    const created = fresh as readonly Happened<'ticket.created'>[]
    const complete = (numbers: Map<string, number>) => {
      for (const { subjectId, payload } of created) payload.number = numbers.get(subjectId ?? '')
    }
    const ids = created.flatMap(({ subjectId }) => subjectId ?? [])
    withoutWaiting(numberTickets(work, ids).then(complete))
  },
}

/** What becomes of an answer's mail decides whether it is a response. */
export const reachFollower = defineFollower('tickets.reach', {
  'mail.status_changed': (work, { payload }) => noteReach(work, payload),
  'mail.undelivered': (work, { payload }) => noteReach(work, payload),
})
