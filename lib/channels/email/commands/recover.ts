import { z } from 'zod'
import { has } from '../../../actor/actor'
import { findOrCreateContact } from '../../../contacts/record'
import { conflict, forbidden, invalid } from '../../../core/errors'
import { mailAddress } from '../../../core/mail-address'
import { cut } from '../../../core/text'
import type { Work } from '../../../events/work'
import { agentInPieces } from '../../../procedure/builders'
import { workspaceTranslator } from '../../../text/translator'
import { takesPart } from '../../../tickets/conversation/participant'
import { type NewMessage, recordAnswer, recordNote, recordTicket } from '../../../tickets/conversation/record'
import { loadNamed, otherTicket } from '../../../tickets/links/lock'
import { lockLiving, refuseUnless } from '../../../tickets/ticket/lock'
import { isOwnAddress } from '../../../tickets/ticket/own-address'
import { canNote, canReply } from '../../../tickets/ticket/policy'
import { authenticityOf } from '../authentication'
import { namesPeople } from '../decision'
import { lockMessageIds } from '../facts'
import { type Filed, keepFiles } from '../filing'
import { statusOf } from '../ingest'
import { withStoredPictures } from '../inline-picture'
import { bytesWithoutKeys, isMachines, recoveriesOf, storedDecision, storedFacts } from '../kept'
import type { MailFile } from '../mime/attachment'
import type { ParsedMail } from '../parse'
import { joinPeople } from '../participant'
import { loadMail, type MailRow, mailRef, readRaw } from '../queries'
import { loadRaw } from '../receive'
import { type Facts, mailStatuses, recoveries } from '../schema'

const recoverInput = mailRef.extend({
  action: z.enum(recoveries),
  /** The ticket to attach it to. */
  into: otherTicket.optional(),
  /** Who asks, where the message does not say, or says it wrong. */
  requester: z.strictObject({ email: z.string().trim().max(320), name: z.string().trim().max(120).optional() }).optional(),
})
type RecoverInput = z.output<typeof recoverInput>

/** What there is of a message to put into a ticket. */
type Content = Pick<ParsedMail, 'from' | 'subject' | 'bodyText' | 'files' | 'filesLeftOut' | 'emptyFiles'> &
  Partial<Pick<ParsedMail, 'bodyHtml' | 'quotedText' | 'quotedHtml' | 'messageId'>> & {
    /** The whole, where it could be read. */
    read: ParsedMail | null
  }

export const recoverMail = agentInPieces
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'POST',
    path: '/settings/mail/messages/{id}/recover',
    tags: ['Mail'],
    summary: 'Make a ticket of an email that was kept, attach it to one, ignore it, or block its sender',
  })
  .input(recoverInput)
  .output(z.object({ status: z.enum(mailStatuses), ticketId: z.uuid().nullable() }))
  .handler(async ({ context, input }) => {
    await context.piece((work) => loadMail(work, input.id))
    const raw = await loadRaw(context.tenant, input.id)
    const { mail, glance } = await readRaw(context.tenant.ref.id, raw)
    const content: Content = mail
      ? { ...withStoredPictures(mail), read: mail }
      : { ...glance, files: [wholeOf(raw)], filesLeftOut: [], emptyFiles: [], read: null }
    return context.conclude(async (work) => {
      const row = await loadMail(work, input.id, 'lock')
      // Not before: a request that is repeated under its Idempotency-Key gets the first one's answer.
      refuseTwice(work, row, input)
      return recover(work, row, { ...content, from: storedFacts(row)?.found?.writer ?? content.from }, input)
    })
  })

// not-words: a name of a file
const wholeOf = (raw: Buffer): MailFile => ({
  name: 'message.eml',
  contentType: 'message/rfc822',
  bytes: bytesWithoutKeys(raw),
  contentId: null,
})

/** A message becomes part of a ticket once, whoever is quicker. */
function refuseTwice({ actor }: Pick<Work, 'actor'>, row: MailRow, { action }: RecoverInput) {
  if (!recoveriesOf(actor, row).includes(action)) throw conflict('mails.recovered')
}

async function recover(work: Work, row: MailRow, content: Content, input: RecoverInput) {
  const { action } = input
  const same = await sameFiled(work, row, content, input)
  if (same) return finish(work, row, input, { ...same, recovery: action === 'ticket' ? 'ticket' : 'attached' })
  if (action === 'ticket') return finish(work, row, input, { ...(await openTicket(work, row, content, input)), recovery: 'ticket' })
  if (action === 'attach') return finish(work, row, input, { ...(await attach(work, row, content, input)), recovery: 'attached' })
  if (action === 'restore') {
    const decision = storedDecision(row)
    const before = decision ? statusOf(decision.outcome) : { status: 'attention' as const, reason: row.reason }
    return finish(work, row, input, { ...before, recovery: null })
  }
  if (action === 'block') await blockSender(work, senderOf(content, input).email)
  return finish(work, row, input, { status: 'ignored', recovery: 'ignored' })
}

/** Where the same message, which came by another way, went before: it goes there as well, as it would have when it came. */
async function sameFiled(work: Work, row: MailRow, { messageId }: Content, { action, into }: RecoverInput) {
  if (action !== 'ticket' && action !== 'attach') return null
  const { tx, tenant, actor } = work
  if (action === 'ticket' && !has(actor, 'ticket.create')) throw forbidden()
  if (messageId) await lockMessageIds(work, [messageId])
  if (!row.contentKey) return null
  const ticketId = action === 'attach' && into ? (await loadNamed(work, into)).id : { not: null }
  const before = await tx.inboundMail.findFirst({
    where: { tenantId: tenant.ref.id, contentKey: row.contentKey, id: { not: row.id }, ticketId, messageId: { not: null } },
    orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
    select: { ticketId: true, messageId: true },
  })
  return before && { ticketId: before.ticketId ?? undefined, messageId: before.messageId ?? undefined }
}

interface Recovered {
  status?: MailRow['status']
  reason?: string | null
  recovery: MailRow['recovery']
  ticketId?: string
  messageId?: string
}

async function finish({ tx, tenant, emit, now }: Work, { id }: MailRow, { action }: RecoverInput, given: Recovered) {
  const data = { status: given.ticketId ? ('delivered' as const) : given.status, ...given, processedAt: now }
  const where = { tenantId_id: { tenantId: tenant.ref.id, id } }
  const { status, ticketId } = await tx.inboundMail.update({ where, data, select: { status: true, ticketId: true } })
  emit('mail.recovered', { action }, { subjectId: id })
  return { status, ticketId }
}

/** @throws INVALID where nobody is named, or under no address */
function senderOf({ from }: Content, { requester }: RecoverInput): { email: string; name: string } {
  if (!requester) {
    if (!from) throw invalid({ 'requester.email': ['mails.noSender'] })
    return from
  }
  const email = mailAddress(requester.email)
  if (!email) throw invalid({ 'requester.email': ['input.email'] })
  return { email, name: requester.name || email }
}

const messageOf = (content: Content, isIdTaken: boolean, author: NewMessage['author']): NewMessage => ({
  author,
  bodyText: content.bodyText,
  bodyHtml: content.bodyHtml,
  quotedText: content.quotedText,
  quotedHtml: content.quotedHtml,
  messageId: isIdTaken ? undefined : content.messageId,
  source: 'email',
})

/** A mail of ours has its Message-ID for itself, as a message of a ticket has. */
async function isTaken({ tx, tenant }: Work, { messageId }: Content) {
  if (messageId === undefined) return false
  const where = { tenantId: tenant.ref.id, messageId }
  return (await tx.ticketMessage.count({ where })) > 0 || (await tx.outboundMail.count({ where })) > 0
}

/** Nobody is answered by itself for what a person took out of the rest. */
async function openTicket(work: Work, row: MailRow, content: Content, input: RecoverInput) {
  const creator = senderOf(content, input)
  const { id: requesterId } = await findOrCreateContact(work, creator)
  const title = cut(content.subject, 200) || (await workspaceTranslator(work.tenant))('mails.inbound.noSubject')
  const message = messageOf(content, await isTaken(work, content), { kind: 'contact', id: requesterId })
  const facts = storedFacts(row)
  const departmentId = facts?.found?.departmentId
  const isUnverified = isInDoubt(facts, input)
  const ticket = await recordTicket(work, { ...message, title, requesterId, creator, departmentId, acknowledge: false, isUnverified })
  const filed = { ticketId: ticket.id, messageId: ticket.messageId }
  await keepFiles(work, content, filed)
  await joinNamed(work, content, { facts, sender: creator, as: 'ticket', filed })
  return filed
}

/** Whoever says who asks speaks for them. */
const isInDoubt = (facts: Facts | null, { requester }: RecoverInput) => facts !== null && !requester && authenticityOf(facts) === 'fail'

interface Named {
  facts: Facts | null
  /** Whose words it became. */
  sender: { email: string }
  as: 'ticket' | 'reply'
  filed: Filed
}

/** Whom it names takes part as they would have when it came; in the name of another than its writer it names nobody. */
async function joinNamed(work: Work, { from, read }: Content, { facts, sender, as, filed }: Named) {
  if (!read || !facts?.found || sender.email !== from?.email || !namesPeople(read, facts, as)) return
  await joinPeople(work, { ...read, from }, facts.found, { ...filed, isProven: authenticityOf(facts) === 'pass' })
}

/** What the requester wrote, or who takes part, is their reply; of anybody else, of a sender in doubt and of a machine, it is a note. */
async function attach(work: Work, row: MailRow, content: Content, input: RecoverInput) {
  if (!input.into) throw invalid({ into: ['mails.chooseTicket'] })
  const { id } = await loadNamed(work, input.into)
  const ticket = await lockLiving(work, id)
  const isMachine = isMachines(row.classification)
  const facts = storedFacts(row)
  const knownId = facts?.found?.sender?.contactId
  // A machine becomes no contact.
  const senderId = isMachine ? knownId : content.from && (await findOrCreateContact(work, senderOf(content, input))).id
  const isUnverified = !isMachine && isInDoubt(facts, input)
  const isReply = !isMachine && !isUnverified && (senderId === ticket.requesterId || (await takesPart(work, ticket.id, senderId)))
  refuseUnless(isReply ? canReply : canNote, work, ticket)
  const author: NewMessage['author'] = senderId ? { kind: 'contact', id: senderId } : { kind: 'system', id: null }
  const message = messageOf(content, await isTaken(work, content), author)
  const filed = isReply
    ? await recordAnswer(work, ticket, { ...message, acknowledge: false })
    : {
        ticketId: ticket.id,
        messageId: (await recordNote(work, ticket, { ...message, isStranger: !isMachine, isAutomatic: isMachine, isUnverified })).id,
      }
  await keepFiles(work, content, filed)
  if (isReply) await joinNamed(work, content, { facts, sender: senderOf(content, input), as: 'reply', filed })
  return filed
}

/** @throws INVALID for an address of ours or of the team: nothing of it would come in any more */
async function blockSender(work: Work, email: string) {
  const { tx, tenant, emit, now } = work
  const isTeams = await tx.person.count({ where: { tenantId: tenant.ref.id, email, deletedAt: null, role: { not: 'customer' } } })
  if (isTeams > 0 || (await isOwnAddress(work, email))) throw invalid({ 'requester.email': ['mails.ownAddress'] })
  await tx.blockedSender.createMany({ data: [{ tenantId: tenant.ref.id, email, createdAt: now }], skipDuplicates: true })
  emit('sender.blocked', { email })
}
