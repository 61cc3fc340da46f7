import type { Actor } from '../actor/actor'
import { Prisma } from '../db/generated/tenant/client'

/**
 * Who takes part in tickets that somebody else asked sees these by a door of its own: of `ticket t` what stands here, of its
 * messages those from one on. Nothing that asks `visibleTo` finds them.
 * @returns a condition on `ticket_participant p`, also what a link opened to one ticket alone
 */
export function participationOf(actor: Actor): Prisma.Sql {
  if (actor.kind !== 'person' || actor.role !== 'customer' || !actor.contactId || !actor.permissions.has('ticket.view'))
    return Prisma.sql`FALSE`
  const { contactId, onlyTicketId } = actor
  return Prisma.sql`(p.contact_id = ${contactId}::uuid AND p.removed_at IS NULL
    ${onlyTicketId ? Prisma.sql`AND p.ticket_id = ${onlyTicketId}::uuid` : Prisma.empty})`
}

/**
 * Whether `ticket_message m` is one that `ticket_participant p` of its ticket sees: what was said in public from the message on
 * that named them, but for an answer of the team that went to others.
 */
export const isSeenByParticipant = Prisma.sql`(m.kind <> 'note'
  AND (m.created_at > p.since_at OR m.created_at = p.since_at AND (p.since_message_id IS NULL OR m.id >= p.since_message_id))
  AND (m.addressees IS NULL OR m.author_kind = 'contact' OR EXISTS (SELECT 1 FROM contact_address a WHERE a.tenant_id = p.tenant_id AND a.contact_id = p.contact_id
    AND (m.addressees->'to') || (m.addressees->'cc') @> jsonb_build_array(jsonb_build_object('email', a.email)))))`
