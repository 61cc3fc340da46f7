import { createHash } from 'node:crypto'
import { fileTypeFromBuffer } from 'file-type'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { afterCommit, type TenantRef, withTenant } from '../db/scope'
import { upload } from '../files/attachments'
import { drawPicture, type Shape } from '../files/picture'
import { fileStorage } from '../files/storage'
import { getGuarded } from '../net/guarded'
import { adminInPieces } from '../procedure/builders'
import { normalizeHost } from '../tenancy/host'
import { originOf } from '../tenancy/origin'
import { resolveHost } from '../tenancy/resolve'
import { refuseOther } from './settings'

/** Logo and favicon of a workspace, and the photo on the start page of its portal. */
export const pictures = { logo: 'logoUrl', favicon: 'faviconUrl', photo: 'portalPhotoUrl' } as const
export type PictureName = keyof typeof pictures

/** Where a page finds the picture that is kept at `address`; another address is another picture. */
export const addressOfPicture = (name: PictureName, address: string | null): string | null =>
  address && `/api/pictures/${name}?v=${createHash('sha256').update(address).digest('hex').slice(0, 12)}`

interface Picture {
  type: string
  bytes: Buffer
}

const mostBytes = 512 * 1024
const hourMs = 3_600_000
const seen = new LRUCache<string, Promise<Picture | null>>({ max: 500 })

/**
 * The bytes of a picture, read from its address at most once an hour. Handing them out ourselves keeps the pages' policy
 * for pictures at 'self', and tells nobody elsewhere who looks at a portal.
 */
async function readPicture(hostname: string, name: PictureName): Promise<Picture | null> {
  const host = normalizeHost(hostname)
  const tenant = host ? await resolveHost(host) : null
  if (tenant?.status !== 'active') return null
  const column = pictures[name]
  const where = { tenantId: tenant.ref.id }
  const select = { logoUrl: true, faviconUrl: true, portalPhotoUrl: true }
  const row = await withTenant(tenant.ref, (tx) => tx.workspace.findUnique({ where, select }))
  const address = row?.[column]
  if (!address) return null
  const own = await readOwn(tenant.ref, name, address)
  if (own) return own
  const known = seen.get(address)
  if (known) return known
  const reading = fetchPicture(address).catch(() => null)
  seen.set(address, reading, { ttl: hourMs })
  // What could not be read is tried again sooner.
  if ((await reading) === null) seen.set(address, reading, { ttl: hourMs / 12 })
  return reading
}

const typeOf = (name: PictureName) => (name === 'photo' ? 'image/jpeg' : 'image/png')

const keyOf = (tenant: TenantRef, version: string) => `${tenant.id}/pictures/${version}`

/** The version of a picture that was uploaded, by its address; null for what is elsewhere. */
function versionIn(name: PictureName, address: string | null): string | null {
  if (!address || !URL.canParse(address)) return null
  const { pathname, searchParams } = new URL(address)
  const version = searchParams.get('v') ?? ''
  return pathname === `/api/pictures/${name}` && /^[0-9a-f]{32}$/.test(version) ? version : null
}

/** What was uploaded to this workspace, and to no other. */
async function readOwn(tenant: TenantRef, name: PictureName, address: string): Promise<Picture | null> {
  const version = versionIn(name, address)
  const bytes = version && (await fileStorage().get(keyOf(tenant, version)))
  return bytes ? { type: typeOf(name), bytes: Buffer.from(bytes) } : null
}

const transparent = { r: 0, g: 0, b: 0, alpha: 0 }

/** As large as it is shown on a sharp screen. */
const shapes: Record<PictureName, Shape> = {
  logo: (read) => read.resize(640, 160, { fit: 'inside', withoutEnlargement: true }).png(),
  favicon: (read) => read.resize(128, 128, { fit: 'contain', background: transparent }).png(),
  photo: (read) => read.resize(2000, 1200, { fit: 'inside', withoutEnlargement: true }).jpeg({ quality: 80 }),
}

export const uploadPicture = adminInPieces
  .meta({ permission: 'workspace.manage', limit: 'upload', body: 'form' })
  .route({
    method: 'POST',
    path: '/business/{id}/pictures/{name}',
    tags: ['Workspace'],
    summary: 'Upload the logo, the favicon or the photo of the portal; without a file it is removed',
  })
  .input(z.strictObject({ id: z.uuid(), name: z.enum(['logo', 'favicon', 'photo']), file: upload.optional() }))
  .output(z.object({ address: z.string().nullable() }))
  .handler(async ({ context: { tenant, conclude }, input: { id, name, file } }) => {
    refuseOther({ tenant }, id)
    const column = pictures[name]
    const address = file ? await storePicture(tenant.ref, name, new Uint8Array(await file.arrayBuffer())) : null
    return conclude(async ({ tx, emit }) => {
      const where = { tenantId: id }
      const before = await tx.workspace.findUniqueOrThrow({ where, select: { logoUrl: true, faviconUrl: true, portalPhotoUrl: true } })
      // The version stays: whoever edits the settings meanwhile has no picture among them.
      await tx.workspace.update({ where, data: { [column]: address } })
      emit('workspace.changed', { before: { [column]: before[column] }, after: { [column]: address } }, { subjectId: id })
      const former = versionIn(name, before[column])
      if (former && former !== versionIn(name, address))
        afterCommit(
          () =>
            void fileStorage()
              .remove(keyOf(tenant.ref, former))
              .catch(() => {}),
        )
      return { address }
    })
  })

/** Stored before its row commits: what a failure leaves is bytes that no row leads to. @returns its address */
async function storePicture(tenant: TenantRef, name: PictureName, given: Uint8Array): Promise<string> {
  const bytes = await drawPicture(given, shapes[name])
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, 32)
  await fileStorage().put(keyOf(tenant, version), bytes, typeOf(name))
  return `${originOf(tenant)}/api/pictures/${name}?v=${version}`
}

async function fetchPicture(address: string): Promise<Picture | null> {
  const found = await getGuarded(address, { most: mostBytes })
  if (!found) return null
  const known = await fileTypeFromBuffer(found.bytes)
  // A drawing is text, so that only its sender can say what it is.
  const type = known?.mime ?? (/^image\/svg\+xml\b/.test(found.type) ? 'image/svg+xml' : '')
  return type.startsWith('image/') ? { type, bytes: found.bytes } : null
}

/** Opened by itself, a drawing may run nothing and load nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

export async function answerPicture(request: Request, name: string): Promise<Response> {
  const picture = Object.hasOwn(pictures, name) ? await readPicture(request.headers.get('host') ?? '', name as PictureName) : null
  if (!picture) return new Response(null, { status: 404, headers: { 'cache-control': 'public, max-age=300' } })
  const headers = {
    'content-type': picture.type,
    'cache-control': 'public, max-age=3600',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-site',
  }
  return new Response(new Uint8Array(picture.bytes), { headers })
}
