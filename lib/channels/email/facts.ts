import { createHash } from 'node:crypto'
import { cut } from '../../core/text'
import type { Work } from '../../events/work'
import { mailHostOf, mailOfReturnAddress, supportAddress } from '../../mail/addresses'
import { plainWords } from './auto-reply'
import { classify } from './classify'
import { alikePerHour, mailsPerHour } from './decision'
import type { ParsedMail } from './parse'
import type { Facts, Found, Received } from './schema'
import type { Checked } from './sender-check'
import { staffAnswerFacts } from './staff-answer'
import { findThreads, rootOf } from './thread'
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

/** Looks up what the decision depends on. Messages of one id wait for each other here, so that the second finds the first. */
export async function gatherFacts(work: Work, stored: Stored, received: Received, read: Checked | null): Promise<Facts> {
  const { mail = null, authentication = null } = read ?? {}
  const found = mail && (await findFor(work, stored, received.envelope, mail))
  return { ...received, gatheredAt: work.now.toISOString(), authentication, found }
}

async function findFor(work: Work, stored: Stored, { recipient, returnPath }: Facts['envelope'], mail: ParsedMail): Promise<Found> {
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  const contentKey = contentKeyOf(mail)
  // In one order, so that no two wait for each other; what names the same beginning waits as well.
  for (const id of [...new Set([mail.messageId, rootOf(mail) ?? mail.messageId])].sort()) await lockMessageId(work, id)
  const before =
    contentKey &&
    (await tx.inboundMail.findFirst({
      where: { tenantId, contentKey, id: { not: stored.id } },
      orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
      select: { id: true, ticketId: true, messageId: true },
    }))
  const taken = await tx.ticketMessage.findFirst({
    where: { tenantId, messageId: mail.messageId, ...(stored.messageId ? { id: { not: stored.messageId } } : {}) },
    select: { id: true },
  })
  const { departmentId, addresses } = await mailboxOf(work, mail, recipient)
  const own = { addresses, host: mailHostOf(tenant.ref) }
  const { bounce, complaint } = classify(mail, { returnPath, own })
  // What a machine reports is about a message that it seldom answers by its headers.
  const returned = bounce || complaint ? await messageOfReturn(work, recipient) : null
  const refersTo = [returned, bounce?.messageId, complaint?.messageId, ...mail.refersTo].filter((id) => typeof id === 'string')
  const writer = writerOf(mail, own)
  const sender = writer && (await senderFacts(work, writer.email, mail))
  const senderIds = sender ? [sender.fromContactId, ...(isFromItself(writer, mail) ? [sender.contactId] : [])] : []
  const blocked = await tx.blockedSender.findMany({ where: { tenantId, email: { in: mail.recipients } }, select: { email: true } })
  return {
    sameAs: before ? { mailId: before.id, ticketId: before.ticketId, messageId: before.messageId } : null,
    isIdTaken: taken !== null,
    writer,
    sender,
    blockedRecipients: blocked.map(({ email }) => email),
    ...(await findThreads(work, { ...mail, refersTo }, recipient, senderIds)),
    recent: await recentOf(work, stored, mail),
    justAcknowledged: writer ? await justAcknowledged(work, writer.email) : [],
    answer: await staffAnswerFacts(work, mail, recipient, sender?.staffId ?? null),
    own,
    departmentId,
  }
}

/** The message of ours whose return address this is. */
async function messageOfReturn({ tx, tenant }: Work, recipient: string): Promise<string | null> {
  const id = mailOfReturnAddress(tenant.ref, recipient)
  return (
    id && ((await tx.outboundMail.findFirst({ where: { tenantId: tenant.ref.id, id }, select: { messageId: true } }))?.messageId ?? null)
  )
}

/** Messages of one id wait for each other until the unit of work ends. */
export const lockMessageId = ({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, messageId: string) =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${tenant.ref.id} ${messageId}`}, 0))`

async function senderFacts({ tx, tenant }: Work, email: string, { senders }: ParsedMail) {
  const tenantId = tenant.ref.id
  const from = senders.from[0]?.email ?? email
  const emails = { in: [...new Set([email, from])] }
  const known = await tx.contactAddress.findMany({ where: { tenantId, email: emails }, select: { email: true, contactId: true } })
  const blocked = await tx.blockedSender.count({ where: { tenantId, email: emails } })
  const staff = { tenantId, email: from, deletedAt: null, status: 'active' as const, role: { not: 'customer' as const } }
  const person = await tx.person.findFirst({ where: staff, select: { id: true } })
  const contactOf = (address: string) => known.find((each) => each.email === address)?.contactId ?? null
  return {
    contactId: contactOf(email),
    isBlocked: blocked > 0,
    fromContactId: from === email ? null : contactOf(from),
    staffId: person?.id ?? null,
  }
}

const hourMs = 3_600_000

async function recentOf({ tx, tenant, now }: Work, { id }: Stored, mail: ParsedMail): Promise<Found['recent']> {
  if (!mail.from) return { all: 0, alike: 0 }
  const where = { tenantId: tenant.ref.id, id: { not: id }, receivedAt: { gt: new Date(now.getTime() - hourMs) } }
  const all = await tx.inboundMail.count({ where: { ...where, fromAddress: mail.from.email }, take: mailsPerHour })
  const alike = await tx.inboundMail.count({ where: { ...where, alikeKey: alikeKeyOf(mail) }, take: alikePerHour })
  return { all, alike }
}

/** A program answers within moments; a person who has another request does not mind. */
const momentMs = 60_000
const acknowledgements = 10

async function justAcknowledged({ tx, tenant, now }: Work, email: string): Promise<string[]> {
  const createdAt = { gt: new Date(now.getTime() - momentMs) }
  // not-words: how identifiers begin
  const where = { tenantId: tenant.ref.id, createdAt, messageId: { startsWith: 'ack-' }, recipients: { has: email } }
  return (await tx.outboundMail.findMany({ where, select: { subject: true }, take: acknowledgements })).map(({ subject }) => subject)
}

/** Our addresses, and the department whose mailbox a message names first. */
async function mailboxOf({ tx, tenant }: Work, { recipients }: ParsedMail, recipient: string) {
  const where = { tenantId: tenant.ref.id, deletedAt: null }
  const departments = await tx.department.findMany({ where, select: { id: true, supportAddress: true }, orderBy: { id: 'asc' } })
  const mailboxes = await tx.mailbox.findMany({ where, select: { address: true, departmentId: true } })
  const byAddress = new Map<string, string | null>()
  for (const { id, supportAddress: address } of departments) if (address !== null) byAddress.set(address.toLowerCase(), id)
  const living = new Set<string | null>(departments.map(({ id }) => id))
  // What a mailbox says of its address holds more than what a department does.
  for (const { address, departmentId } of mailboxes)
    if (living.has(departmentId)) byAddress.set(address, departmentId)
    else if (!byAddress.has(address)) byAddress.set(address, null)
  const support = supportAddress(tenant.ref)
  const first = [...recipients, recipient].find((address) => byAddress.has(address) || address === support)
  return { departmentId: (first && byAddress.get(first)) ?? null, addresses: [support, ...byAddress.keys()] }
}
