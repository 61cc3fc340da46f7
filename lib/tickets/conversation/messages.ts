import { z } from 'zod'
import { isStaff } from '../../actor/actor'
import { forbidden, invalid, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { instant } from '../../core/page'
import { ok } from '../../core/schema'
import type { Work } from '../../events/work'
import { readFile, readThumbnailOf, releaseFiles } from '../../files/attachments'
import { attachmentOutput, pictureTypes } from '../../files/schema'
import { agentProcedure, customerProcedure } from '../../procedure/builders'
import type { TenantContext } from '../../procedure/context'
import { refuseUnless } from '../ticket/lock'
import { canNote, canUpdate } from '../ticket/policy'
import { findTicket, loadTicket } from '../ticket/queries'
import { ticketRef } from '../ticket/schema'
import { bodyOf } from './commands/reply'
import { seesAsParticipant } from './participation'
import { mayEditNote } from './policy'
import { recordMentions } from './record'
import { messageBody, noteEditMinutes, richBody } from './schema'

const messageRef = z.strictObject({ ...ticketRef.shape, messageId: z.uuid() })

async function loadMessage(work: Work, { id, messageId }: z.output<typeof messageRef>) {
  const ticket = await loadTicket(work, id)
  const message = await work.tx.ticketMessage.findFirst({ where: { tenantId: work.tenant.ref.id, id: messageId, ticketId: id } })
  if (!message || (message.kind === 'note' && !isStaff(work.actor))) throw notFound('message')
  return { ticket, message }
}

export const editNote = agentProcedure
  .meta({ permission: 'ticket.note', body: 'text' })
  .route({
    method: 'PATCH',
    path: '/ticket/{id}/comments/{messageId}',
    tags: ['Tickets'],
    summary: `Edit your own note, within ${noteEditMinutes} minutes`,
  })
  .input(z.strictObject({ ...messageRef.shape, body: messageBody.optional(), bodyHtml: richBody.optional() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    const { ticket, message } = await loadMessage(context, input)
    refuseUnless(canNote, context, ticket)
    if (message.kind !== 'note') throw forbidden()
    if (!mayEditNote(actor, message, now)) throw invalid({ messageId: [msg('tickets.noteEdit', { minutes: noteEditMinutes })] })
    const { bodyText, bodyHtml } = bodyOf({ ...input, isInternal: true })
    if (bodyText === message.bodyText && bodyHtml === message.bodyHtml) return { ok: true as const }
    const tenantId = tenant.ref.id
    const before = { bodyText: message.bodyText, bodyHtml: message.bodyHtml }
    await tx.messageEdit.create({ data: { tenantId, id: newId(), messageId: message.id, ...before, editedAt: now } })
    await tx.ticketMessage.update({ where: { tenantId_id: { tenantId, id: message.id } }, data: { bodyText, bodyHtml, editedAt: now } })
    await recordMentions(context, ticket, message.id, bodyHtml, message.bodyHtml)
    emit('message.edited', { messageId: message.id }, { subjectId: ticket.id })
    return { ok: true as const }
  })

export const listEdits = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}/comments/{messageId}/edits', tags: ['Tickets'], summary: 'List earlier versions of a note' })
  .input(messageRef)
  .output(z.object({ items: z.array(z.object({ bodyText: z.string(), editedAt: instant })) }))
  .handler(async ({ context, input }) => {
    await loadMessage(context, input)
    const where = { tenantId: context.tenant.ref.id, messageId: input.messageId }
    const select = { bodyText: true, editedAt: true }
    return { items: await context.tx.messageEdit.findMany({ where, orderBy: { editedAt: 'desc' }, take: 50, select }) }
  })

export const markMessage = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'PUT',
    path: '/ticket/{id}/comments/{messageId}/marks/{mark}',
    tags: ['Tickets'],
    summary: 'Like, flag or mark a message as the solution, or undo it',
  })
  .input(z.strictObject({ ...messageRef.shape, mark: z.enum(['solution', 'flag', 'like']), isOn: z.boolean() }))
  .output(ok)
  .handler(async ({ context, input: { mark, isOn, ...ref } }) => {
    const { tx, tenant, actor, now, emit } = context
    const { ticket, message } = await loadMessage(context, ref)
    const tenantId = tenant.ref.id
    if (mark === 'like') {
      if (actor.kind !== 'person') throw forbidden()
      const like = { tenantId, messageId: message.id, personId: actor.id }
      if (isOn) await tx.messageLike.createMany({ data: [{ ...like, createdAt: now }], skipDuplicates: true })
      else await tx.messageLike.deleteMany({ where: like })
    } else {
      refuseUnless(canUpdate, context, ticket)
      if (mark === 'solution') {
        if (message.kind === 'note') throw invalid({ messageId: ['tickets.noteSolution'] })
        // There is one solution.
        await tx.ticketMessage.updateMany({ where: { tenantId, ticketId: ticket.id, isSolution: true }, data: { isSolution: false } })
      }
      const data = mark === 'solution' ? { isSolution: isOn } : { isFlagged: isOn }
      await tx.ticketMessage.update({ where: { tenantId_id: { tenantId, id: message.id } }, data })
    }
    emit('message.marked', { messageId: message.id, mark, isOn }, { subjectId: ticket.id })
    return { ok: true as const }
  })

/** A file's row, for whoever may see the message it belongs to, or brought it. */
async function loadAttachment(work: Work, id: string) {
  const { tx, tenant, actor } = work
  const row = await tx.attachment.findFirst({
    where: { tenantId: tenant.ref.id, id },
    include: { message: { select: { id: true, kind: true, ticketId: true } } },
  })
  if (!row) throw notFound('file')
  const isBringer = actor.kind === 'person' && row.personId === actor.id
  if (!row.message) {
    if (isBringer) return row
    throw notFound('file')
  }
  const isSeen =
    (await findTicket(work, row.message.ticketId)) !== null ||
    (await seesAsParticipant(work, { id, isInline: row.isInline, messageId: row.message.id }))
  if (!isSeen) throw notFound('file')
  if (row.message.kind === 'note' && !isStaff(actor)) throw notFound('file')
  if (row.quarantinedAt) throw forbidden('files.quarantined')
  return row
}

export const listAttachments = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}/attachments', tags: ['Files'], summary: 'List the files of a ticket, oldest first' })
  .input(ticketRef)
  .output(z.object({ items: z.array(attachmentOutput.extend({ messageId: z.uuid().nullable() })) }))
  .handler(async ({ context, input }) => {
    await loadTicket(context, input.id)
    const rows = await context.tx.attachment.findMany({
      where: {
        tenantId: context.tenant.ref.id,
        message: { ticketId: input.id, ...(isStaff(context.actor) ? {} : { kind: { not: 'note' } }) },
      },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: 1000,
    })
    return { items: rows }
  })

/** Files of somebody who was not signed in wait until a person of the staff replies, assigns the ticket, or accepts them here. */
export const acceptFiles = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/files/accept',
    tags: ['Files'],
    summary: 'Accept the files that wait on a ticket: they can be opened',
  })
  .input(ticketRef)
  .output(ok)
  .handler(async ({ context, input }) => {
    refuseUnless(canUpdate, context, await loadTicket(context, input.id, 'lock'))
    const files = await releaseFiles(context, input.id)
    if (files > 0) context.emit('ticket.files_accepted', { files }, { subjectId: input.id })
    return { ok: true as const }
  })

export const fileOutput = z.custom<File>((value) => value instanceof Blob)

/** Nothing that comes from outside runs on the workspace's own host: only pictures are shown, the rest is saved. */
export function guard({ caller }: Pick<TenantContext, 'caller'>, name: string, isShown: boolean) {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, '_')
  caller.responseHeaders?.set(
    'Content-Disposition',
    `${isShown ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`,
  )
  caller.responseHeaders?.set('Content-Security-Policy', "default-src 'none'; sandbox")
  caller.responseHeaders?.set('X-Content-Type-Options', 'nosniff')
}

export const downloadFile = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/files/{id}', tags: ['Files'], summary: 'Download a file' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(fileOutput)
  .handler(async ({ context, input }) => {
    const file = await loadAttachment(context, input.id)
    const { name, contentType } = file
    const bytes = await readFile(context.tenant.ref, file)
    if (!bytes) throw notFound('file')
    const isShown = pictureTypes.includes(contentType)
    guard(context, name, isShown)
    return new File([bytes as Uint8Array<ArrayBuffer>], name, { type: isShown ? contentType : 'application/octet-stream' })
  })

export const downloadThumbnail = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/files/{id}/thumbnail', tags: ['Files'], summary: 'Download the thumbnail of an image' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(fileOutput)
  .handler(async ({ context, input }) => {
    const { hasThumbnail, id } = await loadAttachment(context, input.id)
    const bytes = hasThumbnail ? await readThumbnailOf(context.tenant.ref, id) : null
    if (!bytes) throw notFound('thumbnail')
    guard(context, `${id}.webp`, true)
    return new File([bytes as Uint8Array<ArrayBuffer>], `${id}.webp`, { type: 'image/webp' })
  })
