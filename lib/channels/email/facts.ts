import { createHash } from 'node:crypto'
import { z } from 'zod'
import { notFound } from '../../core/errors'
import { cut } from '../../core/text'
import { rowsOf } from '../../db/rows'
import type { TenantRef } from '../../db/scope'
import type { Work } from '../../events/work'
import { mailHostOf, supportAddress } from '../../mail/addresses'
import { findReturned } from '../../mail/delivery-report'
import { plainWords } from './auto-reply'
import { classify } from './classify'
import { alikePerHour, mailsPerHour } from './decision'
import { mailingListOf } from './mailing-list'
import type { ParsedMail } from './parse'
import type { Facts, Found, Received } from './schema'
import type { Checked } from './sender-check'
import { staffAnswerFacts } from './staff-answer'
import { livingThreads, namedThreads, numberInSubject, rootOf } from './thread'
import { isFromItself, writerOf } from './writer'

/** A stored message: the one that is decided, which is not its own double. */
export interface Stored {
  id: string
  messageId: string | null
}

/**
 * The same message by another way has the same key: id, sender, subject, both forms of the text and files. Null for one without an id, which only the
 * same bytes make the same.
 */
export function contentKeyOf(mail: ParsedMail): string | null {
  if (mail.messageId.endsWith('@without-message-id')) return null
  const files = mail.files.map(({ name, bytes }) => [name, createHash('sha256').update(bytes).digest('hex')])
  const { messageId, from, subject, bodyText, bodyHtml, quotedText, quotedHtml, filesLeftOut, emptyFiles } = mail
  const texts = [bodyText, bodyHtml, quotedText, quotedHtml]
  return createHash('sha256')
    .update(JSON.stringify([messageId, from?.email, subject, texts, files, filesLeftOut, emptyFiles]))
    .digest('hex')
}

/** What goes round in a loop is the same but for its numbers and what is put before its subject. */
export function alikeKeyOf({ from, subject, bodyText }: ParsedMail): string {
  return createHash('sha256')
    .update(JSON.stringify([from?.email, plainWords(subject), plainWords(cut(bodyText, 5000))]))
    .digest('hex')
}

/**
 * Looks up what the decision depends on. Messages of one id wait for each other here, so that the second finds the first. In few
 * statements, which read what they need of everything: each costs more than what it finds.
 */
export async function gatherFacts(work: Work, stored: Stored, received: Received, read: Checked | null): Promise<Facts> {
  const { mail = null, authentication = null } = read ?? {}
  const found = mail && (await findFor(work, stored, received.envelope, mail))
  return { ...received, gatheredAt: work.now.toISOString(), authentication, found }
}

async function findFor(work: Work, stored: Stored, { recipient, returnPath }: Facts['envelope'], mail: ParsedMail): Promise<Found> {
  // What names the same beginning waits as well.
  await lockMessageIds(work, [mail.messageId, rootOf(mail) ?? mail.messageId])
  const known = await aboutMessage(work, stored, mail)
  const { departmentId, addresses } = mailboxOf(known, work.tenant.ref, mail, recipient)
  const own = { addresses, host: mailHostOf(work.tenant.ref) }
  const { bounce, complaint } = classify(mail, { returnPath, own })
  // What a machine reports is about a message that it seldom answers by its headers.
  const returned = bounce || complaint ? await messageOfReturn(work, recipient) : null
  const said = [returned, bounce?.messageId, complaint?.messageId, ...mail.refersTo].filter((id) => typeof id === 'string')
  // Ours are in small letters, which some systems on the way do not keep.
  const refersTo = [...new Set(said.flatMap((id) => [id, id.toLowerCase()]))]
  const writer = writerOf(mail, own)
  const number = numberInSubject(mail.subject, known.ticketPrefix)
  const about = await aboutSender(work, { refersTo, number, email: writer?.email ?? null, from: mail.senders.from[0]?.email ?? null })
  const sender = writer && senderIn(about, writer.email, mail)
  const senderIds = sender ? [sender.fromContactId, ...(isFromItself(writer, mail) ? [sender.contactId] : [])] : []
  const named = namedThreads(work.tenant.ref, { ...mail, refersTo }, recipient, { ...about, roots: known.roots })
  return {
    sameAs: earliest(known.same),
    isIdTaken: known.isIdTaken,
    writer,
    sender,
    blockedRecipients: known.blockedRecipients,
    isListIgnored: known.isListIgnored,
    ...(await livingThreads(work, named, senderIds)),
    recent: { all: known.all, alike: known.alike },
    justAcknowledged: about.justAcknowledged,
    answer: await staffAnswerFacts(work, mail, recipient, sender?.staffId ?? null),
    own,
    departmentId,
  }
}

/** The message of ours whose return address this is. */
const messageOfReturn = async (work: Work, address: string): Promise<string | null> =>
  (await findReturned(work, address))?.mail.messageId ?? null

/** Messages of these ids wait for each other until the unit of work ends; in one order, so that no two wait in a circle. */
export const lockMessageIds = ({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, messageIds: readonly string[]) => {
  const names = [...new Set(messageIds)].sort().map((id) => `${tenant.ref.id} ${id}`)
  return tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(${names}::text[]) AS name`
}

const messageRow = z.object({
  same: z.array(z.object({ mailId: z.string(), ticketId: z.string().nullable(), messageId: z.string().nullable() })),
  isIdTaken: z.boolean(),
  departments: z.array(z.object({ id: z.string(), address: z.string().nullable() })),
  mailboxes: z.array(z.object({ address: z.string(), departmentId: z.string().nullable() })),
  blockedRecipients: z.array(z.string()),
  isListIgnored: z.boolean(),
  ticketPrefix: z.string(),
  roots: z.array(z.object({ ticketId: z.string(), at: z.string() })),
  all: z.int(),
  alike: z.int(),
})
type MessageRow = z.output<typeof messageRow>

const hourMs = 3_600_000

/** What is known of a message itself, and where it may go. Nothing in it is asked for in an order, so that its plan is kept. */
async function aboutMessage({ tx, tenant, now }: Work, stored: Stored, mail: ParsedMail): Promise<MessageRow> {
  const tenantId = tenant.ref.id
  const contentKey = contentKeyOf(mail)
  const from = mail.from?.email ?? null
  const listId = mailingListOf(mail)?.id ?? null
  const roots = [...new Set([rootOf(mail), mail.messageId])].filter((id) => id !== null)
  const hourAgo = new Date(now.getTime() - hourMs)
  const [row] = await rowsOf(
    messageRow,
    tx.$queryRaw`
      SELECT w.ticket_prefix AS "ticketPrefix",
        (SELECT coalesce(jsonb_agg(jsonb_build_object('mailId', m.id, 'ticketId', m.ticket_id, 'messageId', m.message_id)), '[]') FROM inbound_mail m
          WHERE m.tenant_id = w.tenant_id AND m.content_key = ${contentKey} AND m.id <> ${stored.id}::uuid
            AND m.received_at = (SELECT min(e.received_at) FROM inbound_mail e
              WHERE e.tenant_id = w.tenant_id AND e.content_key = ${contentKey} AND e.id <> ${stored.id}::uuid)) AS same,
        EXISTS (SELECT 1 FROM ticket_message m WHERE m.tenant_id = w.tenant_id AND m.message_id = ${mail.messageId}
          AND m.id IS DISTINCT FROM ${stored.messageId}::uuid)
        OR EXISTS (SELECT 1 FROM outbound_mail o WHERE o.tenant_id = w.tenant_id AND o.message_id = ${mail.messageId}) AS "isIdTaken",
        (SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'address', d.support_address)), '[]') FROM department d
          WHERE d.tenant_id = w.tenant_id AND d.deleted_at IS NULL) AS departments,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('address', b.address, 'departmentId', b.department_id)), '[]') FROM mailbox b
          WHERE b.tenant_id = w.tenant_id AND b.deleted_at IS NULL) AS mailboxes,
        ARRAY(SELECT b.email::text FROM blocked_sender b
          WHERE b.tenant_id = w.tenant_id AND b.email = ANY(${mail.recipients}::text[])) AS "blockedRecipients",
        EXISTS (SELECT 1 FROM ignored_list l WHERE l.tenant_id = w.tenant_id AND l.list_id = ${listId}) AS "isListIgnored",
        (SELECT coalesce(jsonb_agg(jsonb_build_object('ticketId', r.ticket_id, 'at', r.at)), '[]') FROM (
          SELECT m.ticket_id, min(m.received_at) AS at FROM inbound_mail m WHERE m.tenant_id = w.tenant_id
            AND m.thread_root = ANY(${roots}::text[]) AND m.ticket_id IS NOT NULL AND m.message_id IS NOT NULL GROUP BY m.ticket_id) r) AS roots,
        (SELECT count(*)::int FROM (SELECT 1 FROM inbound_mail m WHERE m.tenant_id = w.tenant_id AND m.from_address = ${from}
          AND m.received_at > ${hourAgo} AND m.id <> ${stored.id}::uuid LIMIT ${mailsPerHour}) a) AS all,
        (SELECT count(*)::int FROM (SELECT 1 FROM inbound_mail m WHERE m.tenant_id = w.tenant_id
          AND m.alike_key = ${from === null ? null : alikeKeyOf(mail)}
          AND m.received_at > ${hourAgo} AND m.id <> ${stored.id}::uuid LIMIT ${alikePerHour}) a) AS alike
      FROM workspace w WHERE w.tenant_id = ${tenantId}::uuid`,
  )
  if (!row) throw notFound('workspace')
  return row
}

/** Of several that came at the same moment the first by its id. */
const earliest = (same: MessageRow['same']) => same.toSorted((a, b) => (a.mailId < b.mailId ? -1 : 1))[0] ?? null

const senderRow = z.object({
  contacts: z.array(z.object({ email: z.string(), contactId: z.string() })),
  isBlocked: z.boolean(),
  staffId: z.string().nullable(),
  justAcknowledged: z.array(z.string()),
  references: z.array(z.object({ ticketId: z.string(), id: z.string() })),
  numbered: z.string().nullable(),
})
type SenderRow = z.output<typeof senderRow>

/** A program answers within moments; a person who has another request does not mind. */
const momentMs = 60_000
const acknowledgements = 10

interface Asked {
  refersTo: string[]
  number: number | null
  /** Whoever is taken to have written it. */
  email: string | null
  from: string | null
}

/** What is known of who wrote a message, and of what it refers to. */
async function aboutSender({ tx, tenant, now }: Work, { refersTo, number, email, from }: Asked): Promise<SenderRow> {
  const tenantId = tenant.ref.id
  const emails = email === null ? [] : [...new Set([email, from ?? email])]
  const momentAgo = new Date(now.getTime() - momentMs)
  // not-words: how identifiers begin
  const [row] = await rowsOf(
    senderRow,
    tx.$queryRaw`
      SELECT
        (SELECT coalesce(jsonb_agg(jsonb_build_object('email', a.email, 'contactId', a.contact_id)), '[]') FROM contact_address a
          WHERE a.tenant_id = ${tenantId}::uuid AND a.email = ANY(${emails}::text[])) AS contacts,
        EXISTS (SELECT 1 FROM blocked_sender b WHERE b.tenant_id = ${tenantId}::uuid AND b.email = ANY(${emails}::text[])) AS "isBlocked",
        (SELECT p.id::text FROM person p WHERE p.tenant_id = ${tenantId}::uuid AND p.email = ${email && (from ?? email)}
          AND p.deleted_at IS NULL AND p.status = 'active' AND p.role <> 'customer') AS "staffId",
        ARRAY(SELECT o.subject FROM outbound_mail o WHERE o.tenant_id = ${tenantId}::uuid AND o.created_at > ${momentAgo}
          AND o.message_id LIKE 'ack-%' AND o.recipients @> ARRAY[${email}]::text[] LIMIT ${acknowledgements}) AS "justAcknowledged",
        (SELECT coalesce(jsonb_agg(jsonb_build_object('ticketId', r.ticket_id, 'id', r.message_id)), '[]') FROM (
          SELECT ticket_id, message_id FROM ticket_message WHERE tenant_id = ${tenantId}::uuid AND message_id = ANY(${refersTo}::text[])
          UNION ALL
          SELECT ticket_id, message_id FROM outbound_mail
          WHERE tenant_id = ${tenantId}::uuid AND message_id = ANY(${refersTo}::text[]) AND ticket_id IS NOT NULL
          UNION ALL
          SELECT ticket_id, sent_message_id FROM outbound_mail
          WHERE tenant_id = ${tenantId}::uuid AND sent_message_id = ANY(${refersTo}::text[]) AND ticket_id IS NOT NULL) r) AS references,
        (SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenantId}::uuid AND t.number = ${number}::int) AS numbered`,
  )
  return row as SenderRow
}

function senderIn({ contacts, isBlocked, staffId }: SenderRow, email: string, { senders }: ParsedMail) {
  const from = senders.from[0]?.email ?? email
  const contactOf = (address: string) => contacts.find((each) => each.email === address)?.contactId ?? null
  return { contactId: contactOf(email), isBlocked, fromContactId: from === email ? null : contactOf(from), staffId }
}

/** Our addresses, and the department whose mailbox a message names first. */
function mailboxOf({ departments, mailboxes }: MessageRow, ref: TenantRef, { recipients }: ParsedMail, recipient: string) {
  const byAddress = new Map<string, string | null>()
  const inOrder = departments.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  for (const { id, address } of inOrder) if (address !== null) byAddress.set(address.toLowerCase(), id)
  const living = new Set<string | null>(departments.map(({ id }) => id))
  // What a mailbox says of its address holds more than what a department does.
  for (const { address, departmentId } of mailboxes)
    if (living.has(departmentId)) byAddress.set(address, departmentId)
    else if (!byAddress.has(address)) byAddress.set(address, null)
  const support = supportAddress(ref)
  const first = [...recipients, recipient].find((address) => byAddress.has(address) || address === support)
  return { departmentId: (first && byAddress.get(first)) ?? null, addresses: [support, ...byAddress.keys()] }
}
