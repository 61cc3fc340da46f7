import { z } from 'zod'
import { invalid, notFound } from '../../../core/errors'
import { newId } from '../../../core/id'
import type { Work } from '../../../events/work'
import { readFile, storeFile, storePicture } from '../../../files/attachments'
import { fileAddress } from '../../../files/schema'
import { agentProcedure } from '../../../procedure/builders'
import { copyParticipants } from '../../conversation/participant'
import { recordTicket } from '../../conversation/record'
import { loadTicket, toStaffView } from '../../ticket/queries'
import { changeTicket } from '../../ticket/record'
import { ticketOutput, ticketRef, ticketTitle } from '../../ticket/schema'
import { loadForUpdate } from '../lock'

export const splitMessage = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/comments/{messageId}/split',
    tags: ['Tickets'],
    summary: 'Split a message off into a new ticket, linked to this one',
    successStatus: 201,
  })
  .input(z.strictObject({ ...ticketRef.shape, messageId: z.uuid(), title: ticketTitle }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const ticket = await loadForUpdate(context, input.id, 'lock')
    const message = await tx.ticketMessage.findFirst({ where: { tenantId, id: input.messageId, ticketId: ticket.id } })
    if (!message) throw notFound('message')
    // What somebody in copy wrote stands among the notes, and is theirs all the same.
    const isTheirs = message.kind === 'note' && message.isStranger
    if (message.kind !== 'reply' && !isTheirs) throw invalid({ messageId: ['tickets.splitReply'] })
    const requesterId = message.contactId ?? ticket.requesterId
    const files = await tx.attachment.findMany({ where: { tenantId, messageId: message.id }, orderBy: { createdAt: 'asc' } })
    const copies = new Map(files.map((file) => [file.id, newId()]))
    /** Pictures within the text are those of the copy. */
    const copied = (html: string | null) =>
      html && [...copies].reduce((text, [from, to]) => text.replaceAll(`src="${fileAddress(from)}"`, `src="${fileAddress(to)}"`), html)
    const { id } = await recordTicket(context, {
      title: input.title,
      bodyText: message.bodyText,
      bodyHtml: copied(message.bodyHtml),
      quotedText: message.quotedText,
      quotedHtml: copied(message.quotedHtml),
      author: { kind: message.authorKind, id: message.personId ?? message.contactId },
      requesterId,
      departmentId: ticket.departmentId,
      details: { isPublic: ticket.isPublic },
      source: message.source,
      acknowledge: false,
      isUnverified: isTheirs && (await cameUnverified(context, message)),
    })
    // The files are copied with the words they belong to.
    const first = await tx.ticketMessage.findFirstOrThrow({ where: { tenantId, ticketId: id }, select: { id: true } })
    for (const file of files) {
      const bytes = await readFile(tenant.ref, file)
      if (!bytes) continue
      const copy = { id: copies.get(file.id) as string, name: file.name, contentType: file.contentType, contentId: file.contentId, bytes }
      if (file.isInline) await storePicture(context, copy, first.id)
      else await storeFile(context, copy, { personId: file.personId, messageId: first.id, quarantinedAt: file.quarantinedAt })
    }
    await copyParticipants(context, message.id, { ticketId: id, messageId: first.id })
    await tx.ticketLink.create({ data: { tenantId, id: newId(), kind: 'relates', fromId: id, toId: ticket.id, createdAt: now } })
    await context.flush() // it has its number then
    const made = await loadTicket({ ...context, actor: { kind: 'system', name: 'split' } }, id)
    emit('ticket.split', { messageId: message.id, newId: id, number: made.number }, { subjectId: ticket.id })
    await changeTicket(context, ticket, {})
    return toStaffView(context.actor, made)
  })

/** Whether its sender failed authentication when it was noted. */
async function cameUnverified({ tx, tenant }: Work, message: { id: string; ticketId: string }): Promise<boolean> {
  const place = { tenantId: tenant.ref.id, subjectId: message.ticketId, type: 'ticket.noted' }
  const said = [
    { path: ['messageId'], equals: message.id },
    { path: ['isUnverified'], equals: true },
  ]
  return (await tx.event.count({ where: { ...place, AND: said.map((payload) => ({ payload })) } })) > 0
}
