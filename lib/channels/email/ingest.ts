import { findOrCreateContact } from '../../contacts/record'
import { isError } from '../../core/errors'
import { cut } from '../../core/text'
import { defineSubscriber } from '../../events/subscriber'
import type { Work } from '../../events/work'
import { storeFile } from '../../files/attachments'
import { slugOfAddress, supportAddress } from '../../mail/addresses'
import { say } from '../../text/say'
import { workspaceTranslator } from '../../text/translator'
import { type NewMessage, recordAnswer, recordNote, recordTicket } from '../../tickets/conversation/record'
import { lockLiving } from '../../tickets/ticket/lock'
import { loadTicket } from '../../tickets/ticket/queries'
import { type ParsedMail, readMail } from './parse'
import { loadRaw } from './receive'
import { findThread } from './thread'

type Outcome = { status: 'delivered'; ticketId: string; messageId: string | null } | { status: 'ignored'; reason: string }

/** Makes or continues a ticket from a stored message. It is parsed before the unit of work, which holds a connection. */
export const ingestMail = defineSubscriber<ParsedMail | null>(
  'mail.ingest',
  {
    'mail.received': async (work, event, mail) => {
      const where = { tenantId_id: { tenantId: work.tenant.ref.id, id: event.subjectId as string } }
      const stored = await work.tx.inboundMail.findUniqueOrThrow({ where, select: { id: true, status: true, recipient: true } })
      if (stored.status === 'delivered' || !mail) return
      const outcome = await file(work, mail, stored.recipient)
      if (outcome.status === 'ignored') work.emit('mail.ignored', { reason: outcome.reason }, { subjectId: stored.id })
      await work.tx.inboundMail.update({
        where,
        data: { ...outcome, attempts: { increment: 1 }, processedAt: work.now },
        select: { id: true },
      })
    },
  },
  async ({ tenant, event }) => {
    const raw = await loadRaw(tenant, event.subjectId as string)
    return raw && readMail(raw)
  },
)

async function file(work: Work, mail: ParsedMail, recipient: string): Promise<Outcome> {
  if (!mail.from) return { status: 'ignored', reason: 'no_sender' }
  if (mail.isAutoReply) return { status: 'ignored', reason: 'auto_reply' }
  if (mail.isReport) return { status: 'ignored', reason: 'mail_report' }
  if (isOwnAddress(work, mail.from.email)) return { status: 'ignored', reason: 'own_address' }
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  const before = await tx.ticketMessage.findUnique({ where: { tenantId_messageId: { tenantId, messageId: mail.messageId } } })
  if (before && before.bodyText === mail.bodyText) return { status: 'delivered', ticketId: before.ticketId, messageId: before.id }

  const sender = await findOrCreateContact(work, mail.from)
  const message: NewMessage = {
    author: { kind: 'contact', id: sender.id },
    bodyText: mail.bodyText,
    bodyHtml: mail.bodyHtml,
    quotedText: mail.quotedText,
    // Another message under the same Message-ID is broken, not the same: it is kept under one of our own.
    messageId: before ? undefined : mail.messageId,
    source: 'email',
  }
  const thread = await findThread(work, mail, recipient, sender.id)
  if (!thread) {
    const title = cut(mail.subject, 200) || (await workspaceTranslator(work.tenant))('mails.inbound.noSubject')
    const acknowledge = !mail.isAutomatic
    const { id, messageId } = await recordTicket(work, { ...message, title, requesterId: sender.id, creator: mail.from, acknowledge })
    await keepFiles(work, mail, { ticketId: id, messageId })
    return { status: 'delivered', ticketId: id, messageId: null }
  }
  const ticket = await lockLiving(work, thread.ticketId)
  if (ticket.requesterId === sender.id) {
    const acknowledge = !mail.isAutomatic
    const answer = await recordAnswer(work, ticket, { ...message, acknowledge })
    await keepFiles(work, mail, answer)
    return { status: 'delivered', ...answer }
  }
  // A sender's address proves nothing, so whoever is not the requester is shown to staff only, a colleague's address or not.
  const note = await recordNote(work, ticket, { ...message, isStranger: true })
  await keepFiles(work, mail, { ticketId: ticket.id, messageId: note.id })
  return { status: 'delivered', ticketId: ticket.id, messageId: note.id }
}

/** What came with the mail. What is not accepted is named in a note, so that nobody waits for it; the mail itself is kept whole. */
async function keepFiles(
  work: Work,
  { files, filesLeftOut }: ParsedMail,
  { ticketId, messageId }: { ticketId: string; messageId: string },
) {
  const refused: string[] = []
  const t = await workspaceTranslator(work.tenant)
  for (const file of files) {
    if (file.bytes.length === 0) continue
    await storeFile(work, file, { messageId }).catch((error) => {
      if (!isError(error, 'INVALID')) throw error
      refused.push(say((error as Error).message, t))
    })
  }
  if (filesLeftOut.length > 0)
    refused.push(t('mails.inbound.moreFiles', { count: filesLeftOut.length, names: cut(filesLeftOut.join(', '), 2000) }))
  if (refused.length === 0) return
  const ticket = await loadTicket(work, ticketId, 'lock')
  const bodyText = t('mails.inbound.filesRefused', { why: refused.join(' ') })
  await recordNote(work, ticket, { author: { kind: 'system', id: null }, bodyText, source: 'email' })
}

const isOwnAddress = ({ tenant }: Work, address: string) =>
  address === supportAddress(tenant.ref) || slugOfAddress(address) === tenant.ref.slug
