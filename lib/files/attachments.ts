import { createHash } from 'node:crypto'
import { z } from 'zod'
import { invalid } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import type { Prisma } from '../db/generated/tenant/client'
import { rowsOf } from '../db/rows'
import { type TenantRef, withTenant } from '../db/scope'
import type { Work } from '../events/work'
import { defineJob } from '../jobs/define'
import { enqueueJob } from '../jobs/enqueue'
import { forEachIsolated } from '../log/for-each-isolated'
import { listTenants } from '../tenancy/resolve'
import { isGuestType, isProgram, safeName, typeOf } from './accept'
import { type AttachmentOutput, guestFiles, guestTypes, maxFileSize, maxFilesPerMessage, sizeInWords } from './schema'
import { fileStorage } from './storage'
import { hasQuickThumbnail, thumbnailOf } from './thumbnail'

const keyOf = (tenantId: string, id: string) => `${tenantId}/${id.slice(-2)}/${id}`

const thumbnailKeyOf = (tenantId: string, id: string) => `${keyOf(tenantId, id)}.webp`

export interface NewFile {
  name: string
  bytes: Uint8Array
  contentType: string
  contentId?: string | null
}

/** A file whose bytes are stored, and that no row leads to yet. */
interface StoredFile {
  id: string
  name: string
  contentType: string
  size: number
  sha256: string
  contentId: string | null
}

/**
 * Stores the bytes of a file. That is done before its row commits: what a failure leaves is bytes without a row, never a row without bytes.
 * @throws INVALID for what is too large, empty or a program
 */
export async function storeBytes(tenant: TenantRef, file: NewFile): Promise<StoredFile> {
  const { bytes, contentId = null } = file
  const name = safeName(file.name)
  if (bytes.length === 0) throw invalid({ file: [msg('files.empty', { name })] })
  if (bytes.length > maxFileSize) throw invalid({ file: [msg('files.tooLarge', { name, size: sizeInWords(maxFileSize) })] })
  const contentType = await typeOf(bytes, file.contentType)
  if (isProgram(name, contentType)) throw invalid({ file: [msg('files.program', { name })] })
  const id = newId()
  await fileStorage().put(keyOf(tenant.id, id), bytes, contentType)
  // In a thread: a large one takes long.
  const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex')
  return { id, name, contentType, size: bytes.length, sha256, contentId }
}

interface FileOwner {
  personId?: string | null
  messageId?: string
  quarantinedAt?: Date | null
}

/** Makes what was stored a file of somebody or of a message. */
export async function recordFile(
  { tx, tenant, now }: Pick<Work, 'tx' | 'tenant' | 'now'>,
  { sha256, contentId, ...file }: StoredFile,
  owner: FileOwner,
): Promise<AttachmentOutput> {
  const tenantId = tenant.ref.id
  const { id, contentType } = file
  // Made by itself after the commit: a picture may take seconds, and nobody waits for it.
  if (hasQuickThumbnail(contentType) && !owner.quarantinedAt)
    await enqueueJob({ tx, tenantId }, thumbnailJob, { fileId: id }, { uniqueKey: id })
  const shown = { ...file, hasThumbnail: false, isInline: false, quarantinedAt: owner.quarantinedAt ?? null }
  await tx.attachment.create({ data: { ...shown, tenantId, sha256, contentId, createdAt: now, ...owner } })
  return shown
}

/** Both, within a unit of work. @throws INVALID for what is too large, empty or a program */
export const storeFile = async (work: Pick<Work, 'tx' | 'tenant' | 'now'>, file: NewFile, owner: FileOwner = {}) =>
  recordFile(work, await storeBytes(work.tenant.ref, file), owner)

/**
 * Stores a picture that stands within the text of a message, under an id that the text has already. The same picture of one contact, as
 * in a signature, is stored once: each message has its own row, which says who may see it, and the rows share the bytes.
 */
export async function storePicture(
  { tx, tenant, now }: Pick<Work, 'tx' | 'tenant' | 'now'>,
  file: NewFile & { id: string },
  messageId: string,
) {
  const tenantId = tenant.ref.id
  const { id, bytes, contentId = null } = file
  const contentType = await typeOf(bytes, file.contentType)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  // Held until the end of the unit of work: bytes are removed when no row leads to them, and this one will.
  const [same] = await rowsOf(
    z.object({ storedAs: z.string() }),
    tx.$queryRaw`
      SELECT coalesce(a.stored_as, a.id)::text AS "storedAs" FROM attachment a
      JOIN ticket_message o ON o.tenant_id = a.tenant_id AND o.id = a.message_id
      JOIN ticket_message m ON m.tenant_id = o.tenant_id AND m.contact_id = o.contact_id AND m.id = ${messageId}::uuid
      WHERE a.tenant_id = ${tenantId}::uuid AND a.sha256 = ${sha256} AND a.is_inline
      ORDER BY a.created_at LIMIT 1 FOR KEY SHARE OF a`,
  )
  if (!same) await fileStorage().put(keyOf(tenantId, id), bytes, contentType)
  await tx.attachment.create({
    data: {
      ...{ tenantId, id, name: safeName(file.name), contentType, size: bytes.length, sha256, contentId, messageId, createdAt: now },
      isInline: true,
      storedAs: same?.storedAs ?? null,
    },
    select: { id: true },
  })
}

/** Makes the small picture of a picture. */
export const thumbnailJob = defineJob({
  id: 'files.thumbnail',
  title: 'makeThumbnail',
  input: z.object({ fileId: z.string() }),
  timeoutSeconds: 30,
  retries: 1,
  async run({ tenant, input: { fileId } }) {
    if (!tenant) return
    const bytes = await readFileOf(tenant.ref, fileId)
    const thumbnail = bytes && (await thumbnailOf(bytes))
    if (!thumbnail) return
    const tenantId = tenant.ref.id
    await fileStorage().put(thumbnailKeyOf(tenantId, fileId), thumbnail, 'image/webp')
    const where = { tenantId, id: fileId }
    const { count } = await withTenant(tenant.ref, (tx) => tx.attachment.updateMany({ where, data: { hasThumbnail: true } }))
    // Removed meanwhile: nothing would lead to it.
    if (count === 0) await fileStorage().remove(thumbnailKeyOf(tenantId, fileId))
  },
})

/** Removes the bytes of files whose rows are gone; as a job, so that a crash after the commit leaves none behind. */
export const removeFilesJob = defineJob({
  id: 'files.remove',
  title: 'deleteFiles',
  input: z.object({ fileIds: z.array(z.string()) }),
  priority: 'low',
  async run({ tenant, input: { fileIds } }) {
    if (tenant) await removeBytes(tenant.ref, fileIds)
  },
})

export async function readFileOf(tenant: TenantRef, id: string): Promise<Uint8Array | null> {
  return fileStorage().get(keyOf(tenant.id, id))
}

/** The same, of a row, whose bytes may be those of another. */
export const readFile = (tenant: TenantRef, { id, storedAs }: { id: string; storedAs: string | null }) => readFileOf(tenant, storedAs ?? id)

/** Its bytes, a piece at a time. */
export const openFile = (tenant: TenantRef, { id, storedAs }: { id: string; storedAs: string | null }) =>
  fileStorage().open(keyOf(tenant.id, storedAs ?? id))

export const upload = z.custom<File>((value) => value instanceof Blob, msg('files.multipart'))

/** Files that come together with a form. */
export const filesInput = z
  .array(upload)
  .max(maxFilesPerMessage, msg('files.tooMany', { maximum: maxFilesPerMessage }))
  .default([])

export async function storeFiles(work: Pick<Work, 'tx' | 'tenant' | 'now'>, files: readonly File[], messageId: string) {
  for (const file of files) {
    if (file.size > maxFileSize) throw invalid({ files: [msg('files.tooLarge', { name: file.name, size: sizeInWords(maxFileSize) })] })
    const bytes = new Uint8Array(await file.arrayBuffer())
    await storeFile(work, { name: file.name, bytes, contentType: file.type }, { messageId })
  }
}

/**
 * Stores files of somebody who is not signed in: few and small ones of known kinds, and nobody can open them until the ticket is
 * accepted.
 * @throws INVALID for too many, too large or another kind
 */
export async function storeGuestFiles(work: Pick<Work, 'tx' | 'tenant' | 'now'>, files: readonly File[], messageId: string) {
  const { count, size, total } = guestFiles
  if (files.length > count) throw invalid({ files: [msg('files.tooMany', { maximum: count })] })
  const large = files.find((file) => file.size > size)
  if (large) throw invalid({ files: [msg('files.tooLarge', { name: large.name, size: sizeInWords(size) })] })
  if (files.reduce((sum, file) => sum + file.size, 0) > total)
    throw invalid({ files: [msg('files.tooLargeTogether', { size: sizeInWords(total) })] })
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer())
    if (!(await isGuestType(safeName(file.name), file.type, bytes)))
      throw invalid({ files: [msg('files.guestType', { name: safeName(file.name), kinds: Object.keys(guestTypes).join(', ') })] })
    await storeFile(work, { name: file.name, bytes, contentType: file.type }, { messageId, quarantinedAt: work.now })
  }
}

const released = z.object({ id: z.string(), contentType: z.string() })

/** Opens what waited on a ticket. Their small pictures are made now: nothing of a stranger's is decoded before. */
export async function releaseFiles({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, ticketId: string): Promise<number> {
  const tenantId = tenant.ref.id
  const query = tx.$queryRaw`
    UPDATE attachment a SET quarantined_at = NULL FROM ticket_message m
    WHERE m.tenant_id = ${tenantId}::uuid AND m.ticket_id = ${ticketId}::uuid AND a.tenant_id = m.tenant_id AND a.message_id = m.id
      AND a.quarantined_at IS NOT NULL RETURNING a.id::text, a.content_type AS "contentType"`
  const files = await rowsOf(released, query)
  for (const { id, contentType } of files)
    if (hasQuickThumbnail(contentType)) await enqueueJob({ tx, tenantId }, thumbnailJob, { fileId: id }, { uniqueKey: id })
  return files.length
}

/**
 * Makes files part of a message. Only who brought a file may send it.
 * @throws INVALID when one is unknown, someone else's or sent already
 */
export async function claimFiles({ tx, tenant, actor }: Work, ids: readonly string[], messageId: string): Promise<void> {
  if (ids.length === 0) return
  const wanted = [...new Set(ids)]
  const personId = actor.kind === 'person' ? actor.id : null
  const { count } = await tx.attachment.updateMany({
    where: { tenantId: tenant.ref.id, id: { in: wanted }, personId, messageId: null },
    data: { messageId, draftId: null },
  })
  if (count !== wanted.length) throw invalid({ attachmentIds: ['files.gone'] })
}

/** Gives the files of a ticket that is taken back to whoever brought them, as if they had not been sent. */
export async function giveBackFiles({ tx, tenant, actor }: Work, ticketId: string): Promise<void> {
  if (actor.kind !== 'person') return
  const where = { tenantId: tenant.ref.id, personId: actor.id, message: { ticketId } }
  await tx.attachment.updateMany({ where, data: { messageId: null } })
}

/** Removes the bytes that no row leads to any more. */
export async function removeBytes(tenant: TenantRef, ids: readonly string[]): Promise<void> {
  const tenantId = tenant.id
  const where = { tenantId, OR: [{ id: { in: [...ids] } }, { storedAs: { in: [...ids] } }] }
  const rows = await withTenant(tenant, (tx) => tx.attachment.findMany({ where, select: { id: true, storedAs: true } }))
  const used = new Set(rows.map(({ id, storedAs }) => storedAs ?? id))
  for (const id of ids) {
    if (used.has(id)) continue
    await fileStorage().remove(keyOf(tenantId, id))
    await fileStorage().remove(thumbnailKeyOf(tenantId, id))
  }
}

/** Removes the bytes of all files of a workspace, and what was left without a row. */
export const removeAllBytes = ({ id }: TenantRef) => fileStorage().removeFolder(id)

export const readThumbnailOf = (tenant: TenantRef, id: string) => fileStorage().get(thumbnailKeyOf(tenant.id, id))

const atOnce = 200

/** Days after which files that wait on a rejected or deleted ticket are removed. */
const quarantineDays = 30
const day = 86_400_000

/** Files that were brought and never sent, and those of strangers that nobody accepted. */
const left = (now: number): Prisma.AttachmentWhereInput => ({
  OR: [
    { messageId: null, draftId: null, createdAt: { lt: new Date(now - 2 * day) } },
    {
      quarantinedAt: { lt: new Date(now - quarantineDays * day) },
      message: { ticket: { OR: [{ status: 'rejected' }, { deletedAt: { not: null } }] } },
    },
  ],
})

/** Removes files that were brought and never sent, or never accepted. */
export const sweepFilesJob = defineJob({
  id: 'files.sweep',
  title: 'deleteUnsentFiles',
  input: z.object({}),
  schedule: '53 4 * * *',
  priority: 'low',
  timeoutSeconds: 1800,
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', (tenant) => removeLeftFiles(tenant, Date.now()))
  },
})

export async function removeLeftFiles(tenant: TenantRef, now: number) {
  for (let found = atOnce; found === atOnce; ) {
    const where = { tenantId: tenant.id, AND: left(now) }
    const rows = await withTenant(tenant, (tx) => tx.attachment.findMany({ where, select: { id: true }, take: atOnce }))
    const ids = rows.map(({ id }) => id)
    await withTenant(tenant, (tx) => tx.attachment.deleteMany({ where: { ...where, id: { in: ids } } }))
    await removeBytes(tenant, ids)
    found = ids.length
  }
}
