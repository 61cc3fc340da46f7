import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { notFound } from '../core/errors'
import { rowsOf } from '../db/rows'
import type { TenantRef } from '../db/scope'
import { upload } from '../files/attachments'
import { drawPicture, type Shape } from '../files/picture'
import { fileStorage } from '../files/storage'
import { agentInPieces, agentProcedure } from '../procedure/builders'
import { originOf } from '../tenancy/origin'
import { holderOf } from './account'
import { avatarVersion, forgetAvatar, keyOf, lockAvatar, pathOf, removeAvatar } from './avatar-file'

/** Pixels of a side: as large as it is shown on a sharp screen. */
const side = 256

/** A square: the page sends the one that was chosen, and of anything else the middle is kept. */
const square: Shape = (read) => read.resize(side, side, { fit: 'cover' }).flatten({ background: '#fff' }).webp({ quality: 82 })

export const uploadAvatar = agentInPieces
  .meta({ permission: 'signed-in', limit: 'upload', body: 'form' })
  .route({
    method: 'POST',
    path: '/users/profile/avatar',
    tags: ['Account'],
    summary: 'Upload your picture, of which the middle square is kept; without a file it is removed',
  })
  .input(z.strictObject({ file: upload.optional() }))
  .output(z.object({ avatarUrl: z.string().nullable() }))
  .handler(async ({ context: { tenant, actor, conclude }, input: { file } }) => {
    const { id } = holderOf(actor)
    const avatarUrl = file ? await store(tenant.ref, id, new Uint8Array(await file.arrayBuffer())) : null
    const change = conclude(async ({ tx, emit }) => {
      const before = { avatarUrl: await lockAvatar({ tx, tenant }, id) }
      // The version stays: whoever edits the profile meanwhile has no picture in their form.
      await tx.person.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, data: { avatarUrl } })
      emit('person.changed', { before, after: { avatarUrl } }, { subjectId: id })
      forgetAvatar(tenant.ref, id, before.avatarUrl, avatarUrl)
      return { avatarUrl }
    })
    return change.catch(async (error: unknown) => {
      await removeAvatar(tenant.ref, id, avatarUrl)
      throw error
    })
  })

/** Stored before its row commits. Each upload has a key of its own, so that removing one takes no other's bytes away. @returns its address */
async function store(tenant: TenantRef, personId: string, given: Uint8Array): Promise<string> {
  const bytes = await drawPicture(given, square)
  const version = randomBytes(16).toString('hex')
  await fileStorage().put(keyOf(tenant.id, personId, version), bytes, 'image/webp')
  return `${originOf(tenant)}${pathOf(personId)}?v=${version}`
}

const pictured = z.object({ id: z.string(), avatarUrl: z.string() })

export const listAvatars = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/users/avatars', tags: ['People'], summary: 'List who has a picture, and where it is' })
  .output(z.object({ items: z.array(z.object({ id: z.uuid(), address: z.string() })) }))
  .handler(async ({ context: { tx, tenant } }) => {
    const rows = await rowsOf(
      pictured,
      tx.$queryRaw`SELECT id::text, avatar_url AS "avatarUrl" FROM person
        WHERE tenant_id = ${tenant.ref.id}::uuid AND avatar_url IS NOT NULL AND deleted_at IS NULL AND role <> 'customer'
        ORDER BY id LIMIT 1000`,
    )
    const items = rows.flatMap(({ id, avatarUrl }) => {
      const version = avatarVersion(id, avatarUrl)
      // Below the host that is asked, whichever it is.
      return version ? [{ id, address: `${pathOf(id)}?v=${version}` }] : []
    })
    return { items }
  })

export const downloadAvatar = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/users/{id}/avatar', tags: ['People'], summary: "Download a person's picture" })
  .input(z.strictObject({ id: z.uuid(), v: z.string().max(64).optional() }))
  .output(z.custom<File>((value) => value instanceof Blob))
  .handler(async ({ context: { tx, tenant, caller }, input: { id, v } }) => {
    const where = { tenantId: tenant.ref.id, id, deletedAt: null }
    const person = await tx.person.findFirst({ where, select: { avatarUrl: true } })
    if (!person) throw notFound('person')
    const version = avatarVersion(id, person.avatarUrl)
    const bytes = version && (!v || v === version) ? await fileStorage().get(keyOf(tenant.ref.id, id, version)) : null
    if (!bytes) throw notFound('thumbnail')
    // Another picture has another address.
    if (v) caller.responseHeaders?.set('Cache-Control', 'private, max-age=31536000, immutable')
    caller.responseHeaders?.set('Content-Disposition', 'inline; filename="avatar.webp"')
    caller.responseHeaders?.set('Content-Security-Policy', "default-src 'none'; sandbox")
    caller.responseHeaders?.set('X-Content-Type-Options', 'nosniff')
    return new File([bytes as Uint8Array<ArrayBuffer>], 'avatar.webp', { type: 'image/webp' })
  })
