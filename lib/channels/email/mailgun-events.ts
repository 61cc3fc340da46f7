import { createHash } from 'node:crypto'
import { z } from 'zod'
import { addressKey } from '../../core/ip-address'
import { env } from '../../env'
import { reportFromProvider } from '../../mail/delivery-report'
import { tagsSchema } from '../../mail/tags'
import { readUpTo } from '../../net/body-limit'
import { callerOf } from '../../procedure/caller'
import { hasToken, takeToken } from '../../procedure/rate-limit'
import { isFresh, isReplayed, isSigned, refusalsPerMinute, refuse } from './mailgun'

const maxEventBytes = 1024 * 1024

const eventSchema = z.object({
  signature: z.object({ timestamp: z.string().regex(/^\d{1,12}$/), token: z.string().min(1).max(100), signature: z.string() }),
  'event-data': z.object({
    event: z.string(),
    severity: z.string().optional(),
    reason: z.string().optional(),
    recipient: z.string().toLowerCase().optional(),
    'delivery-status': z
      .looseObject({ code: z.number().optional(), message: z.string().nullish(), description: z.string().nullish() })
      .optional(),
    'user-variables': z.unknown().optional(),
  }),
})
type MailgunEvent = z.output<typeof eventSchema>['event-data']

const isJson = ({ headers }: Request) => headers.get('content-type')?.startsWith('application/json') ?? false

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What became of mail that we handed to Mailgun. It says some things twice, which changes nothing. */
export async function receiveMailgunEvent(request: Request, now = new Date()): Promise<Response> {
  const key = env().MAILGUN_SIGNING_KEY
  if (!key) return refuse(403, 'This server has no MAILGUN_SIGNING_KEY, so it accepts nothing here.')
  const sender = `mailgun-refused:${addressKey(callerOf('rest', request.headers, request.method).address)}`
  if (!hasToken(sender, refusalsPerMinute, now.getTime())) return refuse(429, 'Too many requests with a wrong signature.') // not-words: for the mail provider
  if (Number(request.headers.get('content-length') ?? 0) > maxEventBytes) return refuse(413, 'The event is too large.') // not-words: for the mail provider
  const read = isJson(request) ? await readUpTo(request.body, maxEventBytes) : ''
  if (read === null) return refuse(413, 'The event is too large.') // not-words: for the mail provider
  const body = read.toString()
  const parsed = eventSchema.safeParse(jsonOf(body))
  if (!parsed.success || !/^[0-9a-f]{64}$/.test(parsed.data.signature.signature) || !isSigned(parsed.data.signature, key)) {
    await takeToken(sender, refusalsPerMinute, now.getTime())
    return refuse(parsed.success ? 403 : 400, parsed.success ? 'The signature is wrong.' : 'Expected an event with its signature.') // not-words: for the mail provider
  }
  const { signature, 'event-data': event } = parsed.data
  if (!isFresh(signature, now)) return refuse(403, 'The event is too old.') // not-words: for the mail provider
  // The signature covers no body.
  if (isReplayed(signature.token, createHash('sha256').update(body).digest('hex')))
    return refuse(403, 'This token was used for another event.') // not-words: for the mail provider
  const tags = tagsSchema.safeParse(event['user-variables'])
  const what = reportOf(event)
  if (!tags.success || !what) return Response.json({ status: 'ignored' })
  return Response.json({ status: await reportFromProvider(tags.data, { ...what, recipient: event.recipient ?? null }) })
}

/** Codes that say that the address does not work; 605 is Mailgun's own for one that it knows not to. */
const gone = [550, 551, 553, 605]

function reportOf({ event, severity, 'delivery-status': status }: MailgunEvent) {
  const detail = status?.message || status?.description || ''
  if (event === 'delivered') return { kind: 'delivered', isHard: false, detail } as const
  if (event === 'complained') return { kind: 'complained', isHard: false, detail } as const
  if (event === 'failed' && severity === 'permanent')
    return { kind: 'bounced', isHard: gone.includes(status?.code ?? 0), detail: `${status?.code ?? ''} ${detail}`.trim() } as const
  return null
}
