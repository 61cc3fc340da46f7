import { findOrCreateContact } from '../../contacts/record'
import { isError } from '../../core/errors'
import { cut } from '../../core/text'
import type { Work } from '../../events/work'
import { storeFile, storePicture } from '../../files/attachments'
import { say } from '../../text/say'
import { workspaceTranslator } from '../../text/translator'
import { type NewMessage, recordAnswer, recordNote, recordTicket } from '../../tickets/conversation/record'
import { lockLiving } from '../../tickets/ticket/lock'
import { loadTicket } from '../../tickets/ticket/queries'
import { withStoredPictures } from './inline-picture'
import type { ParsedMail } from './parse'
import { joinPeople } from './participant'
import type { Facts, Outcome } from './schema'

/** Where a message went. */
export interface Filed {
  ticketId: string
  messageId: string
}

/** Does what was decided: makes a ticket, or adds to one. Null for what changes nothing. */
export async function fileMail(work: Work, read: ParsedMail, facts: Facts, outcome: Outcome): Promise<Filed | null> {
  if (outcome.kind !== 'ticket' && outcome.kind !== 'reply' && outcome.kind !== 'note') return null
  const mail = withStoredPictures(read)
  const author = await authorOf(work, mail, facts, outcome)
  if (!author) return null
  const message: NewMessage = {
    author,
    bodyText: mail.bodyText,
    bodyHtml: mail.bodyHtml,
    quotedText: mail.quotedText,
    quotedHtml: mail.quotedHtml,
    // Another message under the same Message-ID is broken, not the same: it is kept under one of our own.
    messageId: facts.found?.isIdTaken ? undefined : mail.messageId,
    source: 'email',
  }
  const filed = await record(work, message, outcome, mail)
  await keepFiles(work, mail, filed)
  if (outcome.kind !== 'note' && outcome.joins && facts.found) await joinPeople(work, mail, facts.found, filed)
  return filed
}

type Filing = Extract<Outcome, { kind: 'ticket' | 'reply' | 'note' }>

const isAutomaticNote = (outcome: Filing) => outcome.kind === 'note' && outcome.why === 'automatic_note'

/** A machine becomes no contact: what it says is that of a contact who is there, as a vacation notice, or of nobody. */
async function authorOf(work: Work, { from }: ParsedMail, { found }: Facts, outcome: Filing): Promise<NewMessage['author'] | null> {
  const knownId = found?.sender?.contactId
  if (isAutomaticNote(outcome)) return knownId ? { kind: 'contact', id: knownId } : { kind: 'system', id: null }
  return from && { kind: 'contact', id: (await findOrCreateContact(work, from)).id }
}

async function record(work: Work, message: NewMessage, outcome: Filing, { from, subject }: ParsedMail): Promise<Filed> {
  if (outcome.kind === 'ticket') {
    const { departmentId, acknowledge } = outcome
    const title = cut(subject, 200) || (await workspaceTranslator(work.tenant))('mails.inbound.noSubject')
    const requesterId = message.author.id as string
    const creator = from ?? undefined
    const { id, messageId } = await recordTicket(work, { ...message, title, requesterId, creator, departmentId, acknowledge })
    return { ticketId: id, messageId }
  }
  const ticket = await lockLiving(work, outcome.ticketId)
  if (outcome.kind === 'reply') return recordAnswer(work, ticket, { ...message, acknowledge: outcome.acknowledge })
  const isAutomatic = isAutomaticNote(outcome)
  const note = await recordNote(work, ticket, { ...message, isStranger: !isAutomatic, isAutomatic })
  return { ticketId: ticket.id, messageId: note.id }
}

/** What came with the mail. What is not accepted is named in a note, so that nobody waits for it; the mail itself is kept whole. */
export async function keepFiles(
  work: Work,
  { files, filesLeftOut, emptyFiles }: Pick<ParsedMail, 'files' | 'filesLeftOut' | 'emptyFiles'>,
  { ticketId, messageId }: { ticketId: string; messageId: string },
) {
  const refused: string[] = []
  const t = await workspaceTranslator(work.tenant)
  for (const file of files) {
    if (file.bytes.length === 0) continue
    const { id } = file
    await (id ? storePicture(work, { ...file, id }, messageId) : storeFile(work, file, { messageId })).catch((error) => {
      if (!isError(error, 'INVALID')) throw error
      refused.push(say((error as Error).message, t))
    })
  }
  if (filesLeftOut.length > 0)
    refused.push(t('mails.inbound.moreFiles', { count: filesLeftOut.length, names: cut(filesLeftOut.join(', '), 2000) }))
  if (emptyFiles.length > 0) refused.push(t('mails.inbound.emptyFiles', { names: cut(emptyFiles.join(', '), 2000) }))
  if (refused.length === 0) return
  const ticket = await loadTicket(work, ticketId, 'lock')
  const bodyText = t('mails.inbound.filesRefused', { why: refused.join(' ') })
  await recordNote(work, ticket, { author: { kind: 'system', id: null }, bodyText, source: 'email' })
}
