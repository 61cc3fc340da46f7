import { z } from 'zod'
import { has } from '../../actor/actor'
import { forbidden, invalid } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { flagInput } from '../../core/schema'
import { cleanText, cut, lineOfText } from '../../core/text'
import type { Work } from '../../events/work'
import { storeBytes, upload } from '../../files/attachments'
import { maxFileSize, sizeInWords } from '../../files/schema'
import { enqueueJob } from '../../jobs/enqueue'
import { adminInPieces, adminProcedure } from '../../procedure/builders'
import { kbImportJob } from './jobs'
import { loadImport } from './queries'
import { importKind, kbImportOutput } from './schema'

export const uploadImport = adminInPieces
  .meta({ permission: 'kb.manage', limit: 'upload', body: 'files' })
  .route({
    method: 'POST',
    path: '/kb/imports',
    tags: ['Knowledge base'],
    summary: 'Upload articles to import: a ZIP of Markdown or HTML files, a Zendesk export or CSV; what would become of them is said first',
    successStatus: 202,
  })
  .input(
    z.strictObject({
      file: upload,
      /** What to read, where there are files of several kinds. */
      kind: importKind.optional(),
      /** Whether it is written as soon as it is read. */
      isDirect: flagInput.default(false),
    }),
  )
  .output(kbImportOutput)
  .handler(async ({ context, input: { file, kind, isDirect } }) => {
    const { tenant, conclude } = context
    mayImport(context)
    if (file.size > maxFileSize) throw invalid({ file: [msg('tickets.fileTooLarge', { size: sizeInWords(maxFileSize) })] })
    const fileName = cut(lineOfText(cleanText(file.name)), 200) || 'articles'
    // Under a name of ours: what is in it is not opened by that.
    const bytes = new Uint8Array(await file.arrayBuffer())
    const stored = await storeBytes(tenant.ref, { name: 'articles.zip', bytes, contentType: 'application/octet-stream' })
    return conclude(async (work) => {
      const { tx, actor, now } = work
      const personId = mayImport({ actor })
      const tenantId = tenant.ref.id
      const id = newId()
      await tx.kbImport.createMany({ data: [{ tenantId, id, personId, fileName, kind, fileId: stored.id, isDirect, createdAt: now }] })
      await enqueueJob({ tx, tenantId }, kbImportJob, { importId: id }, { uniqueKey: `${id}:read` })
      return loadImport(work, id)
    })
  })

/** It is done later with all that the person may do; a token of theirs that may do less asks for no more than that. */
function mayImport({ actor }: Pick<Work, 'actor'>): string {
  if (actor.kind !== 'person') throw forbidden('kb.import.personOnly')
  if (!has(actor, 'kb.write') || (actor.via !== 'cookie' && !has(actor, 'kb.publish'))) throw forbidden()
  return actor.id
}

export const startImport = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({
    method: 'POST',
    path: '/kb/imports/{id}/start',
    tags: ['Knowledge base'],
    summary: 'Write the articles of an import that was looked at',
    successStatus: 202,
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(kbImportOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant } = context
    const tenantId = tenant.ref.id
    await loadImport(context, id)
    // From then on it is theirs: it is written with what they may do.
    const data = { status: 'running' as const, personId: mayImport(context) }
    const { count } = await tx.kbImport.updateMany({ where: { tenantId, id, status: 'planned' }, data })
    if (count === 0) throw invalid({ id: ['kb.import.notPlanned'] })
    await enqueueJob({ tx, tenantId }, kbImportJob, { importId: id }, { uniqueKey: `${id}:write` })
    return loadImport(context, id)
  })

export const discardImport = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({
    method: 'POST',
    path: '/kb/imports/{id}/discard',
    tags: ['Knowledge base'],
    summary: 'Give up an import; what it has written stays',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(kbImportOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, now } = context
    const where = { tenantId: tenant.ref.id, id, status: { in: ['reading' as const, 'planned' as const, 'running' as const] } }
    await loadImport(context, id)
    await tx.kbImport.updateMany({ where, data: { status: 'discarded', finishedAt: now } })
    return loadImport(context, id)
  })
