import { z } from 'zod'
import { env } from '../env'
import { readUpTo } from '../net/body-limit'
import { wholeBytes } from './enclosure'
import { MailFailure, unanswered } from './failure'
import { tagsOf } from './tags'
import type { MailTransport } from './transport'

const mostBytes = 64 * 1024
const answerSchema = z.object({ id: z.string().optional(), message: z.string().optional() })

/**
 * Takes the message as we wrote it. Mailgun knows no idempotency keys: what is handed over twice because the process ended before it
 * was marked goes out twice, with the same Message-ID.
 */
export const mailgun: MailTransport = {
  name: 'mailgun',
  async send(mail) {
    const { MAILGUN_API_KEY, MAILGUN_DOMAIN = '', MAILGUN_API_URL } = env()
    const form = new FormData()
    for (const recipient of mail.recipients) form.append('to', recipient)
    form.append('message', new Blob([await wholeBytes(mail)], { type: 'message/rfc822' }), 'message.eml')
    mail.over.throwIfAborted()
    for (const [name, value] of Object.entries(tagsOf(mail))) form.append(`v:${name}`, value)
    const credentials = Buffer.from(`api:${MAILGUN_API_KEY}`).toString('base64')
    const response = await fetch(`${MAILGUN_API_URL}/v3/${encodeURIComponent(MAILGUN_DOMAIN)}/messages.mime`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` }, // not-words: HTTP
      body: form,
      signal: mail.over,
    }).catch((error: Error) => {
      throw unanswered(`${error.message} ${error.cause ?? ''}`)
    })
    const said = await readAnswer(response)
    if (!response.ok) throw failureOf(response, said?.message ?? response.statusText)
    // Whoever answered so may not be Mailgun.
    if (!said?.id) throw new MailFailure('unconfirmed', `${response.status} ${said?.message ?? ''}`, 'soon')
    return { providerId: said.id.replace(/[<>]/g, ''), refused: [] }
  },
}

async function readAnswer({ body }: Response) {
  try {
    return answerSchema.parse(JSON.parse(String(await readUpTo(body, mostBytes))))
  } catch {
    return null
  }
}

function failureOf({ status, headers }: Response, message: string) {
  const answer = `${status} ${message}`
  if (status === 429) return new MailFailure('try_later', answer, 'soon', Number(headers.get('retry-after')) || undefined)
  if (status >= 500) return new MailFailure('unreachable', answer, 'soon')
  if (status === 401 || status === 403 || status === 404) return new MailFailure('not_allowed', answer, 'soon')
  return new MailFailure(status === 413 ? 'too_large' : 'message_refused', answer, 'never')
}
