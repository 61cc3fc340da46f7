import { z } from 'zod'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { ticketOfReplyAddress } from '../../mail/addresses'
import { livingTicket } from '../../tickets/ticket/record'
import type { ParsedMail } from './parse'

export type Thread = { ticketId: string; by: 'reference' | 'reply-address' | 'subject' } | null

/** `ACME-1042` in brackets, as our own subjects have it. */
export function numberInSubject(subject: string, prefix: string): number | null {
  const escaped = prefix.replace(/[^\w]/g, '\\$&')
  const match = new RegExp(`\\[${escaped}-(\\d{1,9})\\]`, 'i').exec(subject)
  return match ? Number(match[1]) : null
}

const known = z.object({ ticketId: z.string(), id: z.string() })

/** Which ticket a message continues: by what it refers to, then by where it was sent, then by its subject. */
export async function findThread(work: Work, mail: ParsedMail, recipient: string, senderContactId: string): Promise<Thread> {
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  if (mail.refersTo.length > 0) {
    const query = tx.$queryRaw`
      SELECT ticket_id::text AS "ticketId", message_id AS id FROM ticket_message
      WHERE tenant_id = ${tenantId}::uuid AND message_id = ANY(${mail.refersTo})
      UNION ALL
      SELECT ticket_id::text, message_id FROM outbound_mail
      WHERE tenant_id = ${tenantId}::uuid AND message_id = ANY(${mail.refersTo}) AND ticket_id IS NOT NULL`
    const rows = await rowsOf(known, query)
    const nearest = mail.refersTo.map((id) => rows.find((row) => row.id === id)).find((row) => row)
    const ticketId = nearest && (await livingTicket(work, nearest.ticketId))
    if (ticketId) return { ticketId, by: 'reference' }
  }
  for (const address of [recipient, ...mail.recipients]) {
    const named = ticketOfReplyAddress(tenant.ref, address)
    const ticketId = named && (await livingTicket(work, named))
    if (ticketId) return { ticketId, by: 'reply-address' }
  }
  const { ticketPrefix } = await tx.workspace.findUniqueOrThrow({ where: { tenantId }, select: { ticketPrefix: true } })
  const number = numberInSubject(mail.subject, ticketPrefix)
  if (number === null) return null
  const ticket = await tx.ticket.findFirst({ where: { tenantId, number, requesterId: senderContactId }, select: { id: true } })
  const ticketId = ticket && (await livingTicket(work, ticket.id))
  return ticketId ? { ticketId, by: 'subject' } : null
}
