import { z } from 'zod'
import { invalid, notFound } from '../../core/errors'
import { msg } from '../../core/message'
import { ok } from '../../core/schema'
import { recordFile, removeFilesJob, storeBytes, upload } from '../../files/attachments'
import { attachmentOutput, maxFileSize, sizeInWords } from '../../files/schema'
import { enqueueJob } from '../../jobs/enqueue'
import { customerInPieces, customerProcedure } from '../../procedure/builders'

export const uploadFile = customerInPieces
  .meta({ permission: 'ticket.reply', limit: 'upload', body: 'files' })
  .route({ method: 'POST', path: '/files', tags: ['Files'], summary: 'Upload a file for a message', successStatus: 201 })
  .input(z.strictObject({ file: upload }))
  .output(attachmentOutput)
  .handler(async ({ context, input: { file } }) => {
    if (file.size > maxFileSize) throw invalid({ file: [msg('tickets.fileTooLarge', { size: sizeInWords(maxFileSize) })] })
    const bytes = new Uint8Array(await file.arrayBuffer())
    const stored = await storeBytes(context.tenant.ref, { name: file.name ?? 'file', bytes, contentType: file.type })
    const personId = context.actor.kind === 'person' ? context.actor.id : null
    return context.conclude((work) => recordFile(work, stored, { personId }))
  })

/** A file nobody has sent yet is its bringer's own. */
export const removeFile = customerProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'DELETE', path: '/files/{id}', tags: ['Files'], summary: 'Delete an upload that was not sent' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context: { tx, tenant, actor }, input }) => {
    const tenantId = tenant.ref.id
    const personId = actor.kind === 'person' ? actor.id : null
    const { count } = await tx.attachment.deleteMany({ where: { tenantId, id: input.id, personId, messageId: null } })
    if (count === 0) throw notFound('file')
    await enqueueJob({ tx, tenantId }, removeFilesJob, { fileIds: [input.id] })
    return { ok: true as const }
  })
