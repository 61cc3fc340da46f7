import { z } from 'zod'
import { isSeenByParticipant } from '../../../access/visible-messages'
import { invalid, notFound } from '../../../core/errors'
import { newId } from '../../../core/id'
import { type Attachment, Prisma, type TicketMessage } from '../../../db/generated/tenant/client'
import { idsOf } from '../../../db/rows'
import type { Work } from '../../../events/work'
import { readFile, storeFile, storePicture } from '../../../files/attachments'
import { fileAddress } from '../../../files/schema'
import { agentProcedure } from '../../../procedure/builders'
import { copyParticipants } from '../../conversation/participant'
import { messageRow, type NewMessage, recordTicket, snippetOf } from '../../conversation/record'
import { loadTicket, type TicketRow, toStaffView } from '../../ticket/queries'
import { changeTicket } from '../../ticket/record'
import { ticketOutput, ticketRef, ticketTitle } from '../../ticket/schema'
import { loadForUpdate } from '../lock'

const mostSplit = 100

export const splitMessage = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/comments/{messageId}/split',
    tags: ['Tickets'],
    summary: 'Split a message, and others with it, off into a new ticket, linked to this one',
    successStatus: 201,
  })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      messageId: z.uuid(),
      /** Others that go with it; the oldest of all begins the new ticket, and its sender is the requester. */
      messageIds: z.array(z.uuid()).max(mostSplit).default([]),
      title: ticketTitle,
    }),
  )
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const ticket = await loadForUpdate(context, input.id, 'lock')
    const wanted = [...new Set([input.messageId, ...input.messageIds])]
    const messages = await tx.ticketMessage.findMany({
      where: { tenantId, id: { in: wanted }, ticketId: ticket.id },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      include: { attachments: { orderBy: { createdAt: 'asc' } } },
    })
    if (messages.length < wanted.length) throw notFound('message')
    if (!messages.every((message) => message.kind === 'reply' || isTheirs(message))) throw invalid({ messageId: ['tickets.splitReply'] })
    const [first, ...others] = messages.map(copyOf) as [Copy, ...Copy[]]
    const { message } = first
    const requesterId = message.contactId ?? ticket.requesterId
    const made = await recordTicket(context, {
      ...first.words,
      title: input.title,
      requesterId,
      departmentId: ticket.departmentId,
      details: { isPublic: ticket.isPublic },
      acknowledge: false,
      isUnverified: isTheirs(message) && (await cameUnverified(context, message)),
    })
    await copyFiles(context, first, made.messageId)
    await copyParticipants(context, message.id, { ticketId: made.id, messageId: made.messageId })
    await tx.ticketLink.create({ data: { tenantId, id: newId(), kind: 'relates', fromId: made.id, toId: ticket.id, createdAt: now } })
    await context.flush() // it has its number then
    const load = () => loadTicket({ ...context, actor: { kind: 'system', name: 'split' } }, made.id)
    const opened = await load()
    if (others.length > 0) await addCopies(context, opened, others)
    emit('ticket.split', { messageId: message.id, newId: made.id, number: opened.number }, { subjectId: ticket.id })
    await changeTicket(context, ticket, {})
    return toStaffView(context.actor, others.length > 0 ? await load() : opened)
  })

type Message = TicketMessage & { attachments: Attachment[] }

/** What somebody in copy wrote stands among the notes, and is theirs all the same. */
const isTheirs = ({ kind, isStranger }: Pick<Message, 'kind' | 'isStranger'>) => kind === 'note' && isStranger

/** A message with the words of its copy, and the ids of the files of that. */
function copyOf(message: Message) {
  const fileIds = new Map(message.attachments.map(({ id }) => [id, newId()]))
  /** Pictures within the text are those of the copy. */
  const copied = (html: string | null) =>
    html && [...fileIds].reduce((text, [from, to]) => text.replaceAll(`src="${fileAddress(from)}"`, `src="${fileAddress(to)}"`), html)
  const { bodyText, quotedText, authorKind, personId, contactId, source } = message
  const author = { kind: authorKind, id: personId ?? contactId }
  const html = { bodyHtml: copied(message.bodyHtml), quotedHtml: copied(message.quotedHtml) }
  return { message, fileIds, words: { bodyText, quotedText, ...html, author, source } satisfies NewMessage }
}
type Copy = ReturnType<typeof copyOf>

/**
 * What follows the first: nobody is told of it or sent it again. What the new requester wrote is theirs there, whatever it was here; what
 * they did not see here is a note there.
 */
async function addCopies(context: Work, ticket: TicketRow, copies: readonly Copy[]) {
  let publicCount = 0
  let snippet: string | undefined
  const seen = await seenBy(context, ticket.requesterId, copies)
  for (const { message, words, ...files } of copies) {
    const isReply = message.contactId === ticket.requesterId || (message.kind === 'reply' && seen.has(message.id))
    const addressees = message.addressees ? (message.addressees as Prisma.InputJsonObject) : Prisma.DbNull
    const row = messageRow(context, ticket.id, isReply ? 'reply' : 'note', { ...words, isStranger: !isReply && isTheirs(message) })
    await context.tx.ticketMessage.create({ data: { ...row, addressees } })
    await copyFiles(context, { message, ...files }, row.id)
    if (!isReply) continue
    publicCount++
    snippet = snippetOf(words.bodyText)
  }
  await changeTicket(context, ticket, {
    messageCount: { increment: copies.length },
    publicMessageCount: { increment: publicCount },
    snippet,
  })
}

/** Which of some messages somebody sees where they are: as the requester, or as whoever takes part. */
async function seenBy({ tx, tenant }: Work, contactId: string, copies: readonly Copy[]): Promise<Set<string>> {
  const ids = copies.map(({ message }) => message.id)
  const found = await idsOf(tx.$queryRaw`
    SELECT m.id::text FROM ticket_message m JOIN ticket t ON t.tenant_id = m.tenant_id AND t.id = m.ticket_id
    WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.id = ANY(${ids}::uuid[]) AND (t.requester_id = ${contactId}::uuid
      OR EXISTS (SELECT 1 FROM ticket_participant p WHERE p.tenant_id = t.tenant_id AND p.ticket_id = t.id
        AND p.contact_id = ${contactId}::uuid AND p.removed_at IS NULL AND ${isSeenByParticipant}))`)
  return new Set(found)
}

/** The files are copied with the words they belong to. */
async function copyFiles(context: Work, { message, fileIds }: Pick<Copy, 'message' | 'fileIds'>, messageId: string) {
  for (const file of message.attachments) {
    const bytes = await readFile(context.tenant.ref, file)
    if (!bytes) continue
    const { name, contentType, contentId } = file
    const copy = { id: fileIds.get(file.id) as string, name, contentType, contentId, bytes }
    if (file.isInline) await storePicture(context, copy, messageId)
    else await storeFile(context, copy, { personId: file.personId, messageId, quarantinedAt: file.quarantinedAt })
  }
}

/** Whether its sender failed authentication when it was noted. */
async function cameUnverified({ tx, tenant }: Work, message: { id: string; ticketId: string }): Promise<boolean> {
  const place = { tenantId: tenant.ref.id, subjectId: message.ticketId, type: 'ticket.noted' }
  const said = [
    { path: ['messageId'], equals: message.id },
    { path: ['isUnverified'], equals: true },
  ]
  return (await tx.event.count({ where: { ...place, AND: said.map((payload) => ({ payload })) } })) > 0
}
