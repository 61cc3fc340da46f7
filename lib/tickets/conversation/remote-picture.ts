import { fileTypeFromBuffer } from 'file-type'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { isStaff } from '../../actor/actor'
import { notFound } from '../../core/errors'
import type { Work } from '../../events/work'
import { pictureTypes } from '../../files/schema'
import { getGuarded, mayReachInner } from '../../net/guarded'
import { customerInPieces } from '../../procedure/builders'
import { findTicket } from '../ticket/queries'
import { seesAsParticipant } from './participation'
import { addressesIn, type Part, parts } from './picture-address'

export const readRemotePicture = customerInPieces
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/messages/{messageId}/pictures/{part}/{n}',
    tags: ['Tickets'],
    summary: 'Load a picture that a message shows from another server, for whoever asks to see it',
  })
  .input(z.strictObject({ messageId: z.uuid(), part: z.enum(['body', 'quoted']), n: z.coerce.number().int().min(0).max(10_000) }))
  .output(z.custom<File>((value) => value instanceof Blob))
  .handler(async ({ context: { caller, tenant, piece }, input }) => {
    // Read outside of any unit of work: the other side may be slow.
    const address = await piece((work) => addressOf(work, input))
    const picture = await readPicture(tenant.ref.id, address)
    if (!picture) throw notFound('remotePicture')
    caller.responseHeaders?.set('Content-Disposition', 'inline')
    caller.responseHeaders?.set('Content-Security-Policy', "default-src 'none'; sandbox")
    caller.responseHeaders?.set('X-Content-Type-Options', 'nosniff')
    caller.responseHeaders?.set('Cross-Origin-Resource-Policy', 'same-origin')
    caller.responseHeaders?.set('Cache-Control', 'private, max-age=86400')
    // not-words: a name of a file
    return new File([picture.bytes as Uint8Array<ArrayBuffer>], 'picture', { type: picture.type })
  })

interface Place {
  messageId: string
  part: Part
  n: number
}

/** @throws NOT_FOUND for a message that the caller does not see, and for a picture that does not stand in it */
async function addressOf(work: Work, { messageId, part, n }: Place): Promise<string> {
  const { tx, tenant, actor } = work
  const message = await tx.ticketMessage.findUnique({ where: { tenantId_id: { tenantId: tenant.ref.id, id: messageId } } })
  const isSeen =
    message !== null &&
    (message.kind !== 'note' || isStaff(actor)) &&
    // Who takes part does not see what was quoted.
    ((await findTicket(work, message.ticketId)) !== null ||
      (part === 'body' && (await seesAsParticipant(work, { id: messageId, isInline: false, messageId }))))
  const address = isSeen ? addressesIn(message[parts[part]])[n] : undefined
  if (!address) throw notFound('file')
  return address
}

interface Picture {
  type: string
  bytes: Buffer
}

const mostBytes = 5 * 1024 * 1024
const timeoutMs = 8000
const hourMs = 3_600_000
const nothing = 'nothing' as const
const seen = new LRUCache<string, Picture | typeof nothing>({
  maxSize: 48 * 1024 * 1024,
  sizeCalculation: (found) => (found === nothing ? 0 : found.bytes.length) + 500,
})
const underWay = new Map<string, Promise<Picture | null>>()

/** Asked by us, once for all who look: the other side learns nothing of them, neither address nor browser nor cookies. */
async function readPicture(tenantId: string, address: string): Promise<Picture | null> {
  const key = `${tenantId} ${address}`
  const known = seen.get(key)
  if (known) return known === nothing ? null : known
  const reading = underWay.get(key) ?? fetchPicture(address).catch(() => null)
  underWay.set(key, reading)
  const found = await reading
  underWay.delete(key)
  // What could not be read is tried again sooner.
  seen.set(key, found ?? nothing, { ttl: found ? 24 * hourMs : hourMs / 12 })
  return found
}

async function fetchPicture(address: string): Promise<Picture | null> {
  const safe = mayReachInner() ? address : address.replace(/^http:/i, 'https:')
  const found = await getGuarded(safe, { most: mostBytes, timeoutMs, redirects: 3 })
  // Its bytes say what it is, whatever the other side calls it. A drawing (SVG) can run things, and is none.
  const type = found && (await fileTypeFromBuffer(found.bytes))?.mime
  return found && type && pictureTypes.includes(type) ? { type, bytes: found.bytes } : null
}
