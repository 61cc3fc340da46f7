import { z } from 'zod'
import { rowsOf } from '../../db/rows'
import type { TenantRef } from '../../db/scope'
import type { Work } from '../../events/work'
import { ticketOfReplyAddress } from '../../mail/addresses'
import { readAddresses } from './mime/address-list'
import type { ParsedMail } from './parse'
import type { ThreadFact } from './schema'

/** `ACME-1042` in brackets, as our own subjects have it. */
export function numberInSubject(subject: string, prefix: string): number | null {
  const escaped = prefix.replace(/[^\w]/g, '\\$&')
  const match = new RegExp(`\\[${escaped}-(\\d{1,9})\\]`, 'i').exec(subject)
  return match ? Number(match[1]) : null
}

/** What may be continued, and what names it. */
interface Named {
  by: ThreadFact['by']
  ticketId: string
}

interface Known {
  /** Messages of ours that it refers to. */
  references: { ticketId: string; id: string }[]
  /** The ticket of the number in its subject. */
  numbered: string | null
  /** Tickets of mails that name the same beginning, or this message as it. */
  roots: { ticketId: string; at: string }[]
}

/** The tickets a message may continue: by what it refers to, then by where it was sent, then by its subject, then by what others refer to. */
export function namedThreads(ref: TenantRef, mail: ParsedMail, recipient: string, { references, numbered, roots }: Known): Named[] {
  const named: Named[] = []
  for (const id of mail.refersTo) for (const row of references) if (row.id === id) named.push({ by: 'reference', ticketId: row.ticketId })
  for (const address of [recipient, ...mail.recipients, ...deliveredTo(mail)]) {
    const ticketId = ticketOfReplyAddress(ref, address)
    if (ticketId) named.push({ by: 'reply_address', ticketId })
  }
  if (numbered) named.push({ by: 'subject_number', ticketId: numbered })
  const inOrder = roots.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(0, maxThreads)
  for (const { ticketId } of inOrder) named.push({ by: 'common_root', ticketId })
  return named
}

/** Where servers on the way say that they took it: a mailbox that is fetched does not say to which of its addresses it was sent. */
const deliveredTo = ({ headers }: Pick<ParsedMail, 'headers'>): string[] =>
  headers
    .filter(({ name }) => /^(?:delivered-to|x-original-to|(?:x-)?envelope-to)$/.test(name))
    .flatMap(({ value }) => readAddresses(value, 5).list.map(({ email }) => email))

/** What a message says began its thread, be it known or not. */
export const rootOf = ({ refersTo }: Pick<ParsedMail, 'refersTo'>): string | null => refersTo.at(-1) ?? null

const maxThreads = 20

const living = z.object({ named: z.string(), ticketId: z.string(), requesterId: z.string(), status: z.string(), takesPart: z.boolean() })

/** Each ticket once, as it goes on now: itself, or where it went by merging. */
export async function livingThreads({ tx, tenant }: Work, named: readonly Named[], senderIds: readonly (string | null)[]) {
  if (named.length === 0) return { threads: [], isThreadGone: false }
  const tenantId = tenant.ref.id
  const rows = await rowsOf(
    living,
    tx.$queryRaw`
      WITH RECURSIVE way AS (
        SELECT id AS named, id, merged_into_id, deleted_at, 1 AS step FROM ticket
        WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${[...new Set(named.map(({ ticketId }) => ticketId))]}::uuid[])
        UNION ALL
        SELECT w.named, t.id, t.merged_into_id, t.deleted_at, w.step + 1
        FROM ticket t JOIN way w ON t.tenant_id = ${tenantId}::uuid AND t.id = w.merged_into_id WHERE w.step < 50
      ) SELECT w.named::text, t.id::text AS "ticketId", t.requester_id::text AS "requesterId", t.status::text AS status,
        EXISTS (SELECT 1 FROM ticket_participant p WHERE p.tenant_id = t.tenant_id AND p.ticket_id = t.id AND p.removed_at IS NULL
          AND p.contact_id = ANY(${senderIds.filter((id) => id !== null)}::uuid[])) AS "takesPart"
      FROM way w JOIN ticket t ON t.tenant_id = ${tenantId}::uuid AND t.id = w.id WHERE w.merged_into_id IS NULL AND w.deleted_at IS NULL`,
  )
  const byName = new Map(rows.map(({ named: from, ...row }) => [from, row]))
  const threads = new Map<string, ThreadFact>()
  for (const { by, ticketId } of named) {
    const row = byName.get(ticketId)
    if (row && !threads.has(row.ticketId) && threads.size < maxThreads) threads.set(row.ticketId, { by, ...row })
  }
  return { threads: [...threads.values()], isThreadGone: threads.size === 0 }
}
