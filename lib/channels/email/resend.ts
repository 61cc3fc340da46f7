import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { newId } from '../../core/id'
import { addressKey } from '../../core/ip-address'
import { cleanText } from '../../core/text'
import { env } from '../../env'
import { type DeliveryReport, reportFromProvider } from '../../mail/delivery-report'
import { resendClient } from '../../mail/resend'
import { tagsSchema } from '../../mail/tags'
import { readUpTo } from '../../net/body-limit'
import { getGuarded } from '../../net/guarded'
import { callerOf } from '../../procedure/caller'
import { hasToken, takeToken } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { refuse } from './mailgun'
import { type Receipt, receiveMail, tenantOfRecipient } from './receive'

const maxEventBytes = 1024 * 1024
const maxMailBytes = 30 * 1024 * 1024
const refusalsPerMinute = 10
/** How old an event may be, as its library has it. */
const maxAgeMs = 5 * 60_000
const fetchMs = 30_000

/** An event that comes again is answered like the first, and does nothing. */
const seen = new LRUCache<string, true>({ max: 50_000, ttl: 30 * 60_000 })

const emails = z.array(z.string().toLowerCase())
const eventSchema = z.object({
  type: z.string(),
  data: z.looseObject({
    email_id: z.string().optional(),
    message_id: z.string().optional(),
    to: emails.optional(),
    cc: emails.nullish(),
    bcc: emails.nullish(),
    received_for: emails.nullish(),
    tags: z.unknown().optional(),
    bounce: z.object({ message: z.string(), type: z.string() }).optional(),
    failed: z.object({ reason: z.string() }).optional(),
    suppressed: z.object({ message: z.string() }).optional(),
  }),
})
type ResendEvent = z.output<typeof eventSchema>

/**
 * What Resend tells: what became of our mail, and mail that came in. Its own library checks the signature over the body as it came,
 * and refuses what is older than five minutes.
 */
export async function receiveFromResend(request: Request): Promise<Response> {
  const secret = env().RESEND_WEBHOOK_SECRET
  if (!secret) return refuse(403, 'This server has no RESEND_WEBHOOK_SECRET, so it accepts nothing here.')
  const sender = `resend-refused:${addressKey(callerOf('rest', request.headers, request.method).address)}`
  if (!hasToken(sender, refusalsPerMinute, Date.now())) return refuse(429, 'Too many requests with a wrong signature.') // not-words: for the mail provider
  if (Number(request.headers.get('content-length') ?? 0) > maxEventBytes) return refuse(413, 'The event is too large.') // not-words: for the mail provider
  const header = (name: string) => request.headers.get(`svix-${name}`) ?? request.headers.get(`webhook-${name}`) ?? ''
  const headers = { id: header('id'), timestamp: header('timestamp'), signature: header('signature') }
  const { id } = headers
  // What can't be signed is not read.
  const payload = isPlausible(headers) ? await readUpTo(request.body, maxEventBytes) : ''
  if (payload === null) return refuse(413, 'The event is too large.') // not-words: for the mail provider
  let said: unknown
  try {
    said = resendClient().webhooks.verify({ payload: payload.toString(), headers, webhookSecret: secret })
  } catch {
    await takeToken(sender, refusalsPerMinute, Date.now())
    return refuse(403, 'The signature is wrong, or the event is too old.') // not-words: for the mail provider
  }
  const event = eventSchema.safeParse(said)
  if (!event.success) return refuse(400, 'Expected an event with a type and data.') // not-words: for the mail provider
  if (seen.has(id)) return Response.json({ status: 'duplicate' })
  const answer = event.data.type === 'email.received' ? await receiveEmail(event.data) : await report(event.data)
  if (answer.ok) seen.set(id, true)
  return answer
}

const isPlausible = ({ id, timestamp, signature }: Record<'id' | 'timestamp' | 'signature', string>) =>
  id.length > 0 && /^\d{1,12}$/.test(timestamp) && Math.abs(Date.now() - Number(timestamp) * 1000) <= maxAgeMs && signature.startsWith('v1')

async function report({ type, data }: ResendEvent): Promise<Response> {
  const tags = tagsSchema.safeParse(data.tags)
  const what = reportOf(type, data)
  const sentMessageId = /^\s*<?([^<>\s]{1,500})>?\s*$/.exec(cleanText(data.message_id ?? ''))?.[1] ?? null
  if (!tags.success || !(what || sentMessageId)) return Response.json({ status: 'ignored' })
  // Of several recipients it does not say which one it means.
  const recipient = data.to?.length === 1 ? (data.to[0] ?? null) : null
  const status = await reportFromProvider(tags.data, what && { ...what, recipient }, sentMessageId)
  return Response.json({ status })
}

function reportOf(type: string, { bounce, failed, suppressed }: ResendEvent['data']): Omit<DeliveryReport, 'recipient'> | null {
  const soft = { isHard: false, detail: '' }
  if (type === 'email.delivered') return { ...soft, kind: 'delivered' }
  if (type === 'email.complained') return { ...soft, kind: 'complained' }
  if (type === 'email.bounced') return { kind: 'bounced', isHard: bounce?.type === 'Permanent', detail: bounce?.message ?? '' }
  if (type === 'email.failed') return { ...soft, kind: 'failed', detail: failed?.reason ?? '' }
  if (type === 'email.suppressed') return { ...soft, kind: 'failed', detail: suppressed?.message ?? '' }
  return null
}

/** The event names the message; the message itself is fetched, as it came. Once for each workspace that it is for. */
async function receiveEmail({ data }: ResendEvent): Promise<Response> {
  const addresses = data.received_for?.length ? data.received_for : [...(data.to ?? []), ...(data.cc ?? []), ...(data.bcc ?? [])]
  const tenants = new Map<string, { tenant: ResolvedTenant; recipient: string }>()
  for (const recipient of addresses) {
    const tenant = await tenantOfRecipient(recipient)
    if (tenant && !tenants.has(tenant.ref.id)) tenants.set(tenant.ref.id, { tenant, recipient })
  }
  if (tenants.size === 0 || !data.email_id) return Response.json({ status: 'ignored' })
  const raw = await fetchRaw(data.email_id)
  // Resend tells of it again.
  if (!raw) return refuse(503, 'The message could not be fetched.') // not-words: for the mail provider
  let receipt: Receipt | undefined
  for (const { tenant, recipient } of tenants.values()) receipt = await receiveMail(tenant, { recipient, provider: 'resend', raw }, newId())
  return Response.json(receipt)
}

async function fetchRaw(emailId: string): Promise<Buffer | null> {
  const { data } = await resendClient().emails.receiving.get(emailId, {}, { signal: AbortSignal.timeout(fetchMs) })
  const url = data?.raw?.download_url
  if (!url) return null
  const file = await getGuarded(url, { most: maxMailBytes, timeoutMs: fetchMs }).catch(() => null)
  return file?.bytes ?? null
}
