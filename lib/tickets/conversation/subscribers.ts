import { isSeenByParticipant } from '../../access/visible-messages'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedOnce } from '../../db/prepared'
import { idsOf } from '../../db/rows'
import type { EventOf, EventType } from '../../events/event-types'
import { defineSubscriber, forEach } from '../../events/subscriber'
import type { Work } from '../../events/work'
import { announce } from '../../realtime/announce'
import { channels } from '../../realtime/schema'
import { shownToCustomers, type TicketStatus } from '../ticket/workflow'

/**
 * Those who take part in somebody else's ticket hear on their own channel that what they see of it changed. The ticket's channel is
 * not for them: it would tell of what was said to others.
 */
export const tellParticipants = defineSubscriber('participation.tell', {
  'ticket.replied': (work, event) => tellWhoSees(work, event, event.payload.messageId),
  'message.marked': async (work, event) => {
    if (event.payload.mark === 'solution') await tellWhoSees(work, event, event.payload.messageId)
  },
  'ticket.status_changed': async (work, event) => {
    const { before, after } = event.payload
    if (shownToCustomers(before as TicketStatus) !== shownToCustomers(after as TicketStatus)) await tellAll(work, event)
  },
  'ticket.details_changed': async (work, event) => {
    if ('title' in event.payload.after) await tellAll(work, event)
  },
  'ticket.participants_changed': (work, event) => tellAll(work, event, event.payload.removed),
  ...forEach(
    [
      'ticket.files_accepted',
      'ticket.merged',
      'ticket.unmerged',
      'ticket.split',
      'ticket.requester_changed',
      'ticket.redacted',
      'ticket.deleted',
      'ticket.restored',
    ],
    (work, event) => tellAll(work, event),
  ),
})

const tellWhoSees = (work: Work, event: EventOf<EventType>, messageId: string) =>
  tell(
    work,
    event,
    Prisma.sql`p.removed_at IS NULL AND EXISTS (SELECT 1 FROM ticket_message m
      WHERE m.tenant_id = p.tenant_id AND m.ticket_id = p.ticket_id AND m.id = ${messageId}::uuid AND ${isSeenByParticipant})`,
  )

/** @param leaving contacts that take part no more */
const tellAll = (work: Work, event: EventOf<EventType>, leaving: readonly string[] = []) =>
  tell(work, event, Prisma.sql`(p.removed_at IS NULL OR p.contact_id = ANY(${leaving}::uuid[]))`)

/** @param which a condition on `ticket_participant p` */
async function tell(work: Work, { subjectId }: EventOf<EventType>, which: Prisma.Sql) {
  const { tx, tenant } = work
  const personIds = await idsOf(tx.$queryRaw`
    SELECT ${plannedOnce} c.person_id::text AS id FROM ticket_participant p
    JOIN contact c ON c.tenant_id = p.tenant_id AND c.id = p.contact_id AND c.deleted_at IS NULL AND c.person_id IS NOT NULL
    WHERE p.tenant_id = ${tenant.ref.id}::uuid AND p.ticket_id = ${subjectId}::uuid AND ${which}`)
  if (personIds.length > 0) await announce(work, 'participation.changed', personIds.map(channels.user))
}
