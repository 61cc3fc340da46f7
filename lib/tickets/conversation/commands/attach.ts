import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { msg } from '../../../core/message'
import { flagInput } from '../../../core/schema'
import { filesInput, storeFile } from '../../../files/attachments'
import { attachmentOutput, maxFileSize, sizeInWords } from '../../../files/schema'
import { customerProcedure } from '../../../procedure/builders'
import { refuseUnless } from '../../ticket/lock'
import { canNote, canReply } from '../../ticket/policy'
import { loadTicket } from '../../ticket/queries'
import { ticketOutput, ticketRef } from '../../ticket/schema'
import { attachmentIds, messageBody } from '../schema'
import { addMessage } from './reply'

/** A form sends one file as itself and several as a list. */
const files = z.preprocess((given) => (given instanceof Blob ? [given] : given), filesInput)

export const attachToTicket = customerProcedure
  .meta({ permission: 'ticket.reply', limit: 'upload', limitedAs: 'files.upload', body: 'files' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/attachments',
    tags: ['Files'],
    summary: 'Add files to a ticket, as a reply or a note that may be files alone',
    successStatus: 201,
  })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      /** As multipart/form-data; or the ids of files that were uploaded before. */
      files,
      attachmentIds: attachmentIds.default([]),
      body: messageBody.optional(),
      isInternal: flagInput.default(false),
    }),
  )
  .output(z.object({ messageId: z.uuid(), items: z.array(attachmentOutput), ticket: ticketOutput }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor } = context
    // Nothing is stored for a ticket that the caller does not see or may not write on.
    refuseUnless(input.isInternal ? canNote : canReply, context, await loadTicket(context, input.id))
    const brought = [...input.attachmentIds]
    const personId = actor.kind === 'person' ? actor.id : null
    for (const file of input.files) {
      if (file.size > maxFileSize) throw invalid({ files: [msg('files.tooLarge', { name: file.name, size: sizeInWords(maxFileSize) })] })
      const bytes = new Uint8Array(await file.arrayBuffer())
      const { id } = await storeFile(context, { name: file.name ?? 'file', bytes, contentType: file.type }, { personId })
      brought.push(id)
    }
    if (brought.length === 0) throw invalid({ files: ['files.multipart'] })
    const { id: ticketId, body } = input
    const { id, ticket } = await addMessage(context, { id: ticketId, body, isInternal: input.isInternal, attachmentIds: brought })
    const items = await tx.attachment.findMany({ where: { tenantId: tenant.ref.id, messageId: id }, orderBy: { id: 'asc' } })
    return { messageId: id, items, ticket }
  })
