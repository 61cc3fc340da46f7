import { createHash } from 'node:crypto'
import { fileTypeFromBuffer } from 'file-type'
import { LRUCache } from 'lru-cache'
import { withTenant } from '../db/scope'
import { getGuarded } from '../net/guarded'
import { normalizeHost } from '../tenancy/host'
import { resolveHost } from '../tenancy/resolve'

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
  const known = seen.get(address)
  if (known) return known
  const reading = fetchPicture(address).catch(() => null)
  seen.set(address, reading, { ttl: hourMs })
  // What could not be read is tried again sooner.
  if ((await reading) === null) seen.set(address, reading, { ttl: hourMs / 12 })
  return reading
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
