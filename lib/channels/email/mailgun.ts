import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Readable } from 'node:stream'
import busboy from 'busboy'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { newId } from '../../core/id'
import { addressKey } from '../../core/ip-address'
import { env } from '../../env'
import { callerOf } from '../../procedure/caller'
import { hasToken, takeToken } from '../../procedure/rate-limit'
import { receiveMail, tenantOfRecipient } from './receive'

/** How old a signed request may be (PRODUCT 8). */
const maxAgeMs = 15 * 60_000
// not-words: names of hosts
const relays = ['mailgun.org', 'mailgun.net']
const maxMailBytes = 30 * 1024 * 1024
/** A message with the fields around it. */
const maxFormBytes = maxMailBytes + 1024 * 1024
/** Requests with a wrong signature that are read from one client. */
export const refusalsPerMinute = 10

// What each token brought: bringing something else under it is a replay, the same again a repeated delivery.
const seenTokens = new LRUCache<string, string>({ max: 50_000, ttl: 2 * maxAgeMs })

const fields = z.object({
  timestamp: z.string().regex(/^\d{1,12}$/),
  token: z.string().min(1).max(100),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
  recipient: z.string().min(3).max(320),
  /** The envelope's sender; empty for what wants no answer. */
  sender: z.string().max(320).optional(),
  'body-mime': z.string().min(1),
})

/** Whether a token came with something else before. */
export function isReplayed(token: string, brought: string): boolean {
  if ((seenTokens.get(token) ?? brought) !== brought) return true
  seenTokens.set(token, brought)
  return false
}

export const refuse = (status: number, detail: string) =>
  Response.json({ type: 'about:blank', status, title: detail, detail }, { status, headers: { 'content-type': 'application/problem+json' } })

/**
 * Mailgun's "store and notify" with the raw message. A repeated delivery of the
 * same message is answered like the first.
 * Source: documentation.mailgun.com, "Securing Webhooks".
 */
export async function receiveFromMailgun(request: Request, now = new Date()): Promise<Response> {
  const key = env().MAILGUN_SIGNING_KEY
  if (!key) return refuse(403, 'This server has no MAILGUN_SIGNING_KEY, so it accepts no mail here.')
  if (Number(request.headers.get('content-length') ?? 0) > maxMailBytes) return refuse(413, 'The message is too large.') // not-words: for the mail provider
  // Who was refused for its signature is not read again at once, however much it sends.
  const sender = `mailgun-refused:${addressKey(callerOf('rest', request.headers, request.method).address)}`
  if (!hasToken(sender, refusalsPerMinute, now.getTime())) return refuse(429, 'Too many requests with a wrong signature.') // not-words: for the mail provider
  const isPlausible = (given: Form) => isFresh(given, now) && isSigned(given, key)
  const form = await readForm(request, isPlausible).catch(() => null)
  const parsed = fields.safeParse(form)
  if (form === 'unsigned' || !parsed.success) await takeToken(sender, refusalsPerMinute, now.getTime())
  if (form === 'unsigned') return refuse(403, 'The signature is wrong, or the request is too old.') // not-words: for the mail provider
  if (form === 'cut') return refuse(413, 'The message is too large.') // not-words: for the mail provider
  if (!parsed.success) return refuse(400, 'Expected the form fields timestamp, token, signature, recipient and body-mime.') // not-words: for the mail provider
  const { token, recipient, sender: returnPath } = parsed.data
  const raw = Buffer.from(parsed.data['body-mime'], 'latin1')
  const brought = createHash('sha256').update(`${recipient}\n`).update(raw).digest('hex')
  if (isReplayed(token, brought)) return refuse(403, 'This token was used for another message.') // not-words: for the mail provider
  const tenant = await tenantOfRecipient(recipient)
  // 406 tells Mailgun not to try again.
  if (!tenant) return refuse(406, 'No workspace receives mail at this address.') // not-words: for the mail provider
  const { id, status } = await receiveMail(tenant, { recipient, provider: 'mailgun', raw, returnPath, relays }, newId())
  return Response.json({ id, status })
}

type Form = Record<string, string>

export const isFresh = ({ timestamp = '' }: Form, now: Date): boolean => !(Math.abs(now.getTime() - Number(timestamp) * 1000) > maxAgeMs)

export function isSigned({ timestamp = '', token = '', signature = '' }: Form, key: string): boolean {
  const expected = createHmac('sha256', key)
    .update(timestamp + token)
    .digest()
  // What is none is refused with the fields.
  return !/^[0-9a-f]{64}$/.test(signature) || timingSafeEqual(expected, Buffer.from(signature, 'hex'))
}

/**
 * The form's text fields, byte for byte: each character is one byte, as a message in any charset needs. Reading stops where the
 * signature turns out to be wrong, and where there is more than a message.
 */
function readForm(request: Request, isPlausible: (form: Form) => boolean): Promise<Form | 'cut' | 'unsigned'> {
  return new Promise((resolve, reject) => {
    const parser = busboy({
      headers: Object.fromEntries(request.headers),
      defCharset: 'latin1',
      limits: { fieldSize: maxMailBytes, fields: 200, files: 100 },
    })
    const form: Form = {}
    let source: Readable | undefined
    let isCut = false
    parser.on('field', (name, value, info) => {
      isCut ||= info.valueTruncated
      form[name] = value
      if (!('timestamp' in form && 'token' in form && 'signature' in form) || isPlausible(form)) return
      resolve('unsigned')
      source?.destroy()
    })
    parser.on('file', (_name, file) => file.resume())
    parser.on('close', () => resolve(isCut ? 'cut' : form))
    parser.on('error', reject)
    if (!request.body) return reject(new Error('no body'))
    source = Readable.fromWeb(request.body as never)
    let size = 0
    source.on('data', (chunk: Uint8Array) => {
      size += chunk.byteLength
      if (size <= maxFormBytes) return
      resolve('cut')
      source?.destroy()
    })
    source.on('error', reject).pipe(parser)
  })
}
