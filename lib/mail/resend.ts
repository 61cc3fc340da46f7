import { simpleParser } from 'mailparser'
import { Resend } from 'resend'
import { z } from 'zod'
import { env } from '../env'
import { bytesOf } from './enclosure'
import { MailFailure } from './failure'
import { tagsOf } from './tags'
import type { HandedOver, MailToSend, MailTransport } from './transport'

/** Of the message as we wrote it; what is not here has a field of its own. */
const keptHeaders = ['message-id', 'in-reply-to', 'references', 'auto-submitted', 'x-auto-response-suppress', 'x-loop'].concat([
  'list-unsubscribe',
  'list-unsubscribe-post',
])

export const resendClient = () => {
  const { RESEND_API_KEY, RESEND_BASE_URL } = env()
  return new Resend(RESEND_API_KEY, RESEND_BASE_URL ? { baseUrl: RESEND_BASE_URL } : {})
}

/** What its library passes on as it came: also what a proxy in between says. */
const errorSchema = z.object({
  statusCode: z.number().nullable().catch(null),
  name: z.string().catch(''),
  message: z.string().catch(''),
})

/** Under the same key Resend delivers once within a day, which is longer than we try. */
export const resend: MailTransport = {
  name: 'resend',
  async send(mail): Promise<HandedOver> {
    const { data, error, headers } = await resendClient().emails.send(await payloadOf(mail), {
      idempotencyKey: mail.key,
      signal: mail.over,
    })
    if (error) throw failureOf(errorSchema.parse(error), headers?.['retry-after'])
    // Whoever answered so may not be Resend. Under the same key it is handed over once all the same.
    if (typeof data?.id !== 'string') throw new MailFailure('unreachable', JSON.stringify(data), 'soon')
    return { providerId: data.id, refused: [] }
  },
}

/** Resend takes the parts of a message, not the message: they are read from the one that we wrote. */
async function payloadOf(mail: MailToSend) {
  const { recipients, raw, files } = mail
  // Left to itself it would put what stands in the place of a picture into the text.
  const read = await simpleParser(Buffer.from(raw), { keepCidLinks: true })
  const kept = read.headerLines.filter(({ key }) => keptHeaders.includes(key))
  const unfolded = kept.map(({ line }) => /^([^:]+):\s*([\s\S]*)$/.exec(line)?.slice(1) ?? [])
  return {
    from: read.from?.text ?? '',
    ...addressed(
      recipients,
      [read.cc ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address?.toLowerCase() ?? '')),
    ),
    subject: read.subject ?? '',
    replyTo: read.replyTo?.value.map(({ address = '' }) => address),
    text: read.text ?? '',
    ...(read.html ? { html: read.html } : {}),
    headers: withOwnId(Object.fromEntries(unfolded.map(([name = '', value = '']) => [name, value.replace(/\r?\n[ \t]+/g, ' ').trim()]))),
    attachments: await Promise.all(
      read.attachments.map(async ({ filename, content, contentType, cid }) => {
        const file = files.find(({ marker }) => content.equals(Buffer.from(marker)))
        return {
          filename: filename || 'attachment', // not-words: a name of a file
          content: file ? Buffer.concat(await Array.fromAsync(await bytesOf(mail, file))) : content,
          contentType,
          ...(cid ? { contentId: cid } : {}),
        }
      }),
    ),
    tags: Object.entries(tagsOf(mail)).map(([name, value]) => ({ name, value })),
  }
}

/** Resend sends by Amazon SES, which puts a Message-ID of its own in place of ours, and keeps References: answers repeat that one. */
function withOwnId(headers: Record<string, string>): Record<string, string> {
  const { References = headers['In-Reply-To'] ?? '', 'Message-ID': own = '' } = headers
  return { ...headers, References: `${References} ${own}`.trim() }
}

/** Who gets it, as the message names them. Somebody must be in To. */
function addressed(recipients: string[], copied: string[]) {
  const to = recipients.filter((email) => !copied.includes(email))
  return to.length > 0 ? { to, cc: recipients.filter((email) => copied.includes(email)) } : { to: recipients }
}

function failureOf({ statusCode, message, name }: z.output<typeof errorSchema>, retryAfter?: string) {
  const answer = `${statusCode ?? ''} ${name}: ${message}`.trim()
  if (statusCode === null || statusCode >= 500) return new MailFailure('unreachable', answer, 'soon')
  if (statusCode === 429) return new MailFailure('try_later', answer, 'soon', Number(retryAfter) || undefined)
  // The first of two that came at once is still under way.
  if (statusCode === 409) return new MailFailure('try_later', answer, 'soon')
  if (statusCode === 401 || statusCode === 403) return new MailFailure('not_allowed', answer, 'soon')
  return new MailFailure(statusCode === 413 ? 'too_large' : 'message_refused', answer, 'never')
}
