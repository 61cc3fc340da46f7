import { createHash } from 'node:crypto'
import EmailReplyParser from 'email-reply-parser'
import { type AddressObject, type HeaderValue, simpleParser } from 'mailparser'
import { cleanText } from '../../core/text'
import { sanitizeMailHtml } from '../../mail/html'

export interface ParsedMail {
  from: { email: string; name: string } | null
  recipients: string[]
  subject: string
  /** Without brackets; made from the content when the message has none. */
  messageId: string
  /** Message-IDs this one refers to, nearest first. */
  refersTo: string[]
  bodyText: string
  bodyHtml: string | null
  quotedText: string | null
  /** A robot's answer to a message: the beginning of a loop. */
  isAutoReply: boolean
  /** Written by a machine, though not in answer: an alert, a newsletter. Not to be acknowledged. */
  isAutomatic: boolean
}

const maxTextLength = 200_000

/** Reads a raw message. The same bytes always give the same result. */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const mail = await simpleParser(Buffer.from(raw))
  const header = (name: string) => textOf(mail.headers.get(name)).toLowerCase()
  const sender = mail.from?.value.find((address) => address.address)
  const full = cleanText((mail.text ?? '').replace(/\r\n/g, '\n'))
    .slice(0, maxTextLength)
    .trim()
  const visible = new EmailReplyParser().read(full).getVisibleText().trim()
  const bodyText = visible || full || '(no text)'
  const submitted = header('auto-submitted').split(';')[0]?.trim() ?? ''
  const precedence = header('precedence')
  const isAutoReply =
    submitted === 'auto-replied' || precedence === 'auto_reply' || mail.headers.has('x-autoreply') || mail.headers.has('x-autorespond')
  return {
    from: sender?.address
      ? { email: cleanText(sender.address).toLowerCase(), name: cleanText(sender.name || sender.address).slice(0, 120) }
      : null,
    recipients: [...addresses(mail.to), ...addresses(mail.cc)],
    subject: cleanText(mail.subject ?? '').trim(),
    messageId: idOf(mail.messageId) ?? `${createHash('sha256').update(raw).digest('hex').slice(0, 40)}@without-message-id`,
    refersTo: [mail.inReplyTo, ...[mail.references ?? []].flat().reverse()].map(idOf).filter((id) => id !== null),
    bodyText,
    bodyHtml: typeof mail.html === 'string' ? sanitizeMailHtml(cleanText(mail.html)).slice(0, maxTextLength) : null,
    quotedText: visible && visible.length < full.length ? full.slice(visible.length).trim() || null : null,
    isAutoReply,
    isAutomatic:
      isAutoReply ||
      (submitted !== '' && submitted !== 'no') ||
      ['bulk', 'junk', 'list'].includes(precedence) ||
      mail.headers.has('list-id') ||
      header('return-path') === '<>',
  }
}

const addresses = (value: AddressObject | AddressObject[] | undefined) =>
  [value ?? []].flat().flatMap((list) => list.value.flatMap(({ address }) => (address ? [address.toLowerCase()] : [])))

const textOf = (value: HeaderValue | undefined): string =>
  typeof value === 'string' ? value : value && typeof value === 'object' && 'value' in value ? String(value.value) : ''

const idOf = (value: string | undefined): string | null => {
  const id = /<([^<>\s]{1,500})>/.exec(value ?? '')?.[1]
  return id ? cleanText(id) : null
}
