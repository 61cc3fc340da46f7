import { z } from 'zod'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { ticketOfReplyAddress } from '../../mail/addresses'
import { takesPart } from '../../tickets/conversation/participant'
import { livingTicket } from '../../tickets/ticket/record'
import type { ParsedMail } from './parse'
import type { ThreadFact } from './schema'

/** `ACME-1042` in brackets, as our own subjects have it. */
function numberInSubject(subject: string, prefix: string): number | null {
  const escaped = prefix.replace(/[^\w]/g, '\\$&')
  const match = new RegExp(`\\[${escaped}-(\\d{1,9})\\]`, 'i').exec(subject)
  return match ? Number(match[1]) : null
}

const known = z.object({ ticketId: z.string(), id: z.string() })

/** The tickets a message may continue: by what it refers to, then by where it was sent, then by its subject, then by what others refer to. */
export async function findThreads(work: Work, mail: ParsedMail, recipient: string, senderIds: readonly (string | null)[]) {
  const { tx, tenant } = work
  const named: { by: ThreadFact['by']; ticketId: string }[] = []
  const rows = mail.refersTo.length > 0 ? await ticketsReferredTo(work, mail.refersTo) : []
  for (const id of mail.refersTo) for (const row of rows) if (row.id === id) named.push({ by: 'reference', ticketId: row.ticketId })
  for (const address of [recipient, ...mail.recipients]) {
    const ticketId = ticketOfReplyAddress(tenant.ref, address)
    if (ticketId) named.push({ by: 'reply_address', ticketId })
  }
  const { ticketPrefix } = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id }, select: { ticketPrefix: true } })
  const number = numberInSubject(mail.subject, ticketPrefix)
  const numbered = number === null ? null : await tx.ticket.findFirst({ where: { tenantId: tenant.ref.id, number }, select: { id: true } })
  if (numbered) named.push({ by: 'subject_number', ticketId: numbered.id })
  for (const ticketId of await ticketsOfRoot(work, mail)) named.push({ by: 'common_root', ticketId })
  return livingOf(work, named, senderIds)
}

/** What a message says began its thread, be it known or not. */
export const rootOf = ({ refersTo }: Pick<ParsedMail, 'refersTo'>): string | null => refersTo.at(-1) ?? null

/** Tickets of mails that name the same beginning, or this message as it. */
async function ticketsOfRoot({ tx, tenant }: Work, mail: ParsedMail): Promise<string[]> {
  const roots = [rootOf(mail), mail.messageId].filter((id) => id !== null)
  const where = { tenantId: tenant.ref.id, threadRoot: { in: roots }, ticketId: { not: null }, messageId: { not: null } }
  const rows = await tx.inboundMail.findMany({ where, select: { ticketId: true }, orderBy: { receivedAt: 'asc' }, take: maxThreads })
  return rows.flatMap(({ ticketId }) => ticketId ?? [])
}

const maxThreads = 20

/** Each ticket once, as it goes on now. */
async function livingOf(work: Work, named: { by: ThreadFact['by']; ticketId: string }[], senderIds: readonly (string | null)[]) {
  const { tx, tenant } = work
  const threads: ThreadFact[] = []
  const seen = new Set<string>()
  for (const { by, ticketId } of named) {
    if (seen.has(ticketId) || threads.length === maxThreads) continue
    seen.add(ticketId)
    const id = await livingTicket(work, ticketId)
    if (!id || threads.some((thread) => thread.ticketId === id)) continue
    const where = { tenantId_id: { tenantId: tenant.ref.id, id } }
    const { requesterId, status } = await tx.ticket.findUniqueOrThrow({ where, select: { requesterId: true, status: true } })
    const isIn = await Promise.all(senderIds.map((senderId) => takesPart(work, id, senderId)))
    threads.push({ by, ticketId: id, requesterId, takesPart: isIn.includes(true), status })
  }
  return { threads, isThreadGone: named.length > 0 && threads.length === 0 }
}

const ticketsReferredTo = ({ tx, tenant }: Work, ids: string[]) =>
  rowsOf(
    known,
    tx.$queryRaw`
      SELECT ticket_id::text AS "ticketId", message_id AS id FROM ticket_message
      WHERE tenant_id = ${tenant.ref.id}::uuid AND message_id = ANY(${ids})
      UNION ALL
      SELECT ticket_id::text, message_id FROM outbound_mail
      WHERE tenant_id = ${tenant.ref.id}::uuid AND message_id = ANY(${ids}) AND ticket_id IS NOT NULL
      UNION ALL
      SELECT ticket_id::text, sent_message_id FROM outbound_mail
      WHERE tenant_id = ${tenant.ref.id}::uuid AND sent_message_id = ANY(${ids}) AND ticket_id IS NOT NULL`,
  )
