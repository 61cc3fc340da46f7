import { conflict } from '../../core/errors'
import { msg } from '../../core/message'
import type { Work } from '../../events/work'
import { type TicketRow, versionFor } from '../ticket/queries'

/**
 * Someone else answered while the writer was at it: they should read it first.
 * @throws CONFLICT with who it was
 */
export async function refuseUnread({ tx, tenant, actor }: Work, ticket: TicketRow, seenMessageId: string) {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT coalesce(p.name, c.name, ${tenant.name}) AS name FROM ticket_message m
    JOIN ticket_message seen ON seen.tenant_id = m.tenant_id AND seen.id = ${seenMessageId}::uuid AND seen.ticket_id = m.ticket_id
    LEFT JOIN person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id
    LEFT JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
    WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.ticket_id = ${ticket.id}::uuid AND m.kind <> 'note'
      AND (m.created_at, m.id) > (seen.created_at, seen.id)
      AND m.person_id IS DISTINCT FROM ${actor.kind === 'person' ? actor.id : null}::uuid
    ORDER BY m.created_at DESC LIMIT 1`
  if (rows[0]) throw conflict(msg('tickets.replied', { name: rows[0].name }), versionFor(actor, ticket))
}
