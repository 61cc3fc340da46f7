import { findOrCreateContact } from '../../contacts/record'
import { forbidden, isError } from '../../core/errors'
import { shownAddress } from '../../core/mail-address'
import { cut } from '../../core/text'
import { workAs } from '../../events/as-system'
import type { Work } from '../../events/work'
import { storeFile, storePicture } from '../../files/attachments'
import { actorOfPerson } from '../../procedure/authenticate'
import { say } from '../../text/say'
import { workspaceTranslator } from '../../text/translator'
import { addMessage } from '../../tickets/conversation/commands/reply'
import { type NewMessage, recordAnswer, recordNote, recordTicket } from '../../tickets/conversation/record'
import { lockLiving } from '../../tickets/ticket/lock'
import { loadTicket } from '../../tickets/ticket/queries'
import { livingTicket } from '../../tickets/ticket/record'
import { authenticityOf } from './authentication'
import { readForward } from './forward'
import { marked, picturesOf, withStoredPictures } from './inline-picture'
import { harmless, type ParsedMail, parseMail } from './parse'
import { addresseesIn, joinPeople } from './participant'
import type { Facts, Outcome } from './schema'

/** Where a message went. */
export interface Filed {
  ticketId: string
  messageId: string
}

/** Does what was decided: makes a ticket, or adds to one. Null for what changes nothing. */
export async function fileMail(work: Work, read: ParsedMail, facts: Facts, outcome: Outcome): Promise<Filed | null> {
  if (outcome.kind === 'answer') return fileStaffAnswer(work, read, outcome)
  if (outcome.kind !== 'ticket' && outcome.kind !== 'reply' && outcome.kind !== 'note') return null
  if (outcome.kind === 'ticket' && outcome.forwardedBy) return fileForward(work, read, facts, outcome)
  const shown = outcome.kind === 'ticket' ? await unfolded(read) : read
  const mail = { ...withStoredPictures(shown), from: writerIn(read, facts) }
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
    addressees: addresseesIn(mail),
  }
  const filed = await record(work, message, outcome, facts, mail)
  await keepFiles(work, mail, filed)
  if (outcome.kind !== 'note' && outcome.joins && facts.found) {
    const isProven = authenticityOf(facts) === 'pass'
    await joinPeople(work, mail, facts.found, { ...filed, isProven })
  }
  return filed
}

/** A mail that begins a ticket, whole, though it looks like an answer: nobody here has seen what it quotes. */
async function unfolded(mail: ParsedMail): Promise<ParsedMail> {
  if (mail.quotedText === null && mail.quotedHtml === null) return mail
  const bodyHtml = mail.html === null ? null : harmless(mail.html, await picturesOf(mail.files))
  if (mail.html !== null && bodyHtml === null) return mail
  const files = marked(
    mail.files.map((each) => ({ ...each, isInline: undefined })),
    bodyHtml,
  )
  return { ...mail, bodyText: mail.text, bodyHtml, quotedText: null, quotedHtml: null, files }
}

/** Who wrote it, by a name that can be shown. */
function writerIn({ from }: ParsedMail, { found }: Facts): ParsedMail['from'] {
  const writer = found?.writer ?? from
  return writer && { email: writer.email, name: cut(writer.name || shownAddress(writer.email), 120) }
}

/** A ticket of whoever wrote what a colleague passed on; the colleague's own words are for the team. */
async function fileForward(
  work: Work,
  read: ParsedMail,
  { found }: Facts,
  { departmentId, forwardedBy }: FiledTicket,
): Promise<Filed | null> {
  const forward = readForward(read)
  if (!forward) return null
  const { original, words, file, html } = forward
  const inner = file && (await parseMail(file.bytes))
  const creator = { email: original.email, name: cut(original.name || shownAddress(original.email), 120) }
  const { id: requesterId } = await findOrCreateContact(work, creator)
  const title = cut(forward.subject || inner?.subject || '', 200) || (await workspaceTranslator(work.tenant))('mails.inbound.noSubject')
  const given = inner ? [...inner.files, ...read.files.filter((each) => each !== file)] : read.files
  const shown = inner ? inner.html : html
  const clean = shown === null ? null : harmless(shown, await picturesOf(given))
  const files = marked(
    given.map((each) => ({ ...each, isInline: undefined })),
    clean,
  )
  const mail = withStoredPictures({ ...read, files, bodyHtml: clean, quotedHtml: null })
  const filed = await recordTicket(work, {
    author: { kind: 'contact', id: requesterId },
    // not-words: stored in the place of what is not there, for whoever reads it
    bodyText: (inner?.text ?? forward.bodyText) || '(no text)',
    bodyHtml: mail.bodyHtml,
    messageId: found?.isIdTaken ? undefined : mail.messageId,
    source: 'email',
    title,
    requesterId,
    creator,
    departmentId,
    acknowledge: false,
  })
  const ticket = await loadTicket(work, filed.id, 'lock')
  if (words) await recordNote(work, ticket, { author: { kind: 'person', id: forwardedBy }, bodyText: words, source: 'email' })
  const place = { ticketId: filed.id, messageId: filed.messageId }
  await keepFiles(work, mail, place)
  return place
}

type FiledTicket = Extract<Outcome, { kind: 'ticket' }>
type Filing = Extract<Outcome, { kind: 'ticket' | 'reply' | 'note' }>

const isAutomaticNote = (outcome: Filing) => outcome.kind === 'note' && outcome.why === 'automatic_note'

/** Nobody is told of what may be a loop. */
const isMuted = (outcome: Filing) => outcome.kind === 'note' && outcome.why === 'too_many'

/** A machine becomes no contact: what it says is that of a contact who is there, as a vacation notice, or of nobody. */
async function authorOf(work: Work, mail: ParsedMail, facts: Facts, outcome: Filing): Promise<NewMessage['author'] | null> {
  const { found } = facts
  const knownId = found?.sender?.contactId
  if (isAutomaticNote(outcome)) return knownId ? { kind: 'contact', id: knownId } : { kind: 'system', id: null }
  const thread = outcome.kind === 'reply' ? found?.threads.find(({ ticketId }) => ticketId === outcome.ticketId) : undefined
  // Whoever sends it for them, or from another address of theirs, is them.
  if (thread && thread.requesterId === found?.sender?.fromContactId) return { kind: 'contact', id: thread.requesterId }
  const writer = writerIn(mail, facts)
  return writer && { kind: 'contact', id: (await findOrCreateContact(work, writer)).id }
}

async function record(work: Work, message: NewMessage, outcome: Filing, facts: Facts, { from, subject }: ParsedMail): Promise<Filed> {
  if (outcome.kind === 'ticket') {
    const { departmentId, acknowledge } = outcome
    const title = cut(subject, 200) || (await workspaceTranslator(work.tenant))('mails.inbound.noSubject')
    const requesterId = message.author.id as string
    const creator = from ?? undefined
    const isUnverified = authenticityOf(facts) === 'fail'
    const ticket = { ...message, title, requesterId, creator, departmentId, acknowledge, isUnverified }
    const { id, messageId } = await recordTicket(work, ticket)
    return { ticketId: id, messageId }
  }
  const ticket = await lockLiving(work, outcome.ticketId)
  if (outcome.kind === 'reply') return recordAnswer(work, ticket, { ...message, acknowledge: outcome.acknowledge })
  const isAutomatic = isAutomaticNote(outcome)
  const note = await recordNote(work, ticket, {
    ...message,
    isStranger: !isAutomatic,
    isAutomatic: isAutomatic || isMuted(outcome),
    isUnverified: outcome.why === 'unverified',
  })
  return { ticketId: ticket.id, messageId: note.id }
}

/** Writes what a member of staff answered by mail, as if they had done so at a screen: it leaves after the undo window. */
async function fileStaffAnswer(work: Work, read: ParsedMail, { ticketId, personId, isNote }: Extract<Outcome, { kind: 'answer' }>) {
  const { tx, tenant } = work
  const actor = await actorOfPerson(tx, tenant.ref.id, personId)
  if (!actor) throw forbidden()
  const id = (await livingTicket(work, ticketId)) ?? ticketId
  const mail = withStoredPictures(read)
  const write = async (their: Work<typeof actor>) => {
    const body = mail.bodyHtml === null ? { body: mail.bodyText } : { bodyHtml: mail.bodyHtml }
    const message = await addMessage(their, { id, ...body, attachmentIds: [], isInternal: isNote, source: 'email' })
    const filed = { ticketId: message.ticket.id, messageId: message.id }
    await keepFiles(their, mail, filed)
    return filed
  }
  return workAs(tx, tenant, actor, write, undefined, { hold: 'window' })
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
