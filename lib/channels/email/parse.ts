import { createHash } from 'node:crypto'
import { type AddressObject, type HeaderValue, type ParsedMail as Mail, simpleParser } from 'mailparser'
import { isReadable, maxHtml, sanitizeMailHtml } from '../../core/html'
import { mailAddress, shownAddress } from '../../core/mail-address'
import { cleanText, cut, visibleText } from '../../core/text'
import { hasThreads, inThread } from '../../core/thread'
import { withoutKeys } from '../../tickets/ticket/request-key'
import { isAnswer, splitQuoted } from './quotes'

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
  files: MailFile[]
  /** Names of files beyond what a message can have. */
  filesLeftOut: string[]
  /** A robot's answer to a message: the beginning of a loop. */
  isAutoReply: boolean
  /** A mail system's report about a message that was sent before. */
  isReport: boolean
  /** Written by a machine, though not in answer: an alert, a newsletter. Not to be acknowledged. */
  isAutomatic: boolean
}

export interface MailFile {
  name: string
  contentType: string
  bytes: Uint8Array
  /** Of a picture inside the text, without brackets. */
  contentId: string | null
}

const maxFiles = 200
const maxTextLength = 200_000

/** The address a raw message says it is from. */
export const senderOf = async (raw: Uint8Array): Promise<string | null> =>
  mailAddress((await simpleParser(Buffer.from(raw), { maxHtmlLengthToParse: 0, skipTextToHtml: true })).from?.value[0]?.address ?? '')

/** What takes longer to parse than to start a thread. */
const largeBytes = 500_000

/** Reads a raw message without holding up the process: a large one in a thread of its own. */
export const readMail = (raw: Uint8Array): Promise<ParsedMail> =>
  raw.length > largeBytes && hasThreads() ? inThread('lib/channels/email/parse.ts', 'parseMail', raw) : parseMail(raw)

/** Reads a raw message. The same bytes always give the same result. */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const mail = await simpleParser(Buffer.from(raw), { maxHtmlLengthToParse: maxHtml, skipTextLinks: true, keepCidLinks: true })
  const sender = mail.from?.value.find(({ address }) => address && mailAddress(address))
  const email = sender?.address ? mailAddress(sender.address) : null
  const html = typeof mail.html === 'string' ? withoutKeys(mail.html) : null
  const text = withoutKeys(mail.text?.trim() || withoutTags(html ?? ''))
  const whole = cleanText(text.replace(/\r\n/g, '\n'))
  const full = cut(whole, maxTextLength).trim()
  const subject = nameOf(mail.subject)
  const refersTo = [mail.inReplyTo, ...[mail.references ?? []].flat().reverse()].map(idOf).filter((id) => id !== null)
  const recipients = [...addresses(mail.to), ...addresses(mail.cc)]
  const { visible, quoted } = isAnswer({ subject, refersTo, recipients }) ? splitQuoted(full) : { visible: full, quoted: null }
  const bodyHtml = html === null ? null : harmless(html)
  return {
    from: email ? { email, name: cut(nameOf(sender?.name) || shownAddress(email), 120) } : null,
    recipients,
    subject,
    messageId: idOf(mail.messageId) ?? `${createHash('sha256').update(raw).digest('hex').slice(0, 40)}@without-message-id`,
    refersTo,
    // not-words: stored in the place of what is not there, for whoever reads it
    bodyText: visible || full || '(no text)',
    bodyHtml,
    quotedText: quoted,
    files: [
      // not-words: names of files
      ...(whole.length > maxTextLength ? [wholeAs('Whole message.txt', whole)] : []),
      // not-words: a name of a file
      ...(html && bodyHtml === null ? [wholeAs('Whole message.html.txt', html)] : []),
      ...mail.attachments.slice(0, maxFiles).map(({ filename, contentType, content, cid }, n) => ({
        name: cleanText(filename ?? `file-${n + 1}`),
        contentType: contentType ?? '',
        bytes: content,
        contentId: cid ? cut(cleanText(cid), 200) : null,
      })),
    ],
    filesLeftOut: mail.attachments.slice(maxFiles).map(({ filename }, n) => cleanText(filename ?? `file-${maxFiles + n + 1}`)),
    ...natureOf(mail),
  }
}

const nameOf = (text: string | undefined) => visibleText(cleanText(text ?? '')).trim()

/** What is too long to be shown is to be had as a file. */
const wholeAs = (name: string, text: string): MailFile => ({ name, contentType: 'text/plain', bytes: Buffer.from(text), contentId: null })

/** The words of HTML that is too long to be converted with care. */
const withoutTags = (html: string) => cut(html, 4 * maxTextLength).replace(/<[^<>]*>?/g, ' ')

/** Null when it is too long or too tangled to show; the text remains. */
function harmless(html: string): string | null {
  if (!isReadable(html)) return null
  const clean = sanitizeMailHtml(cleanText(html))
  return clean.length > maxTextLength ? null : clean
}

/** Whether a person wrote it (RFC 3834, RFC 2919, RFC 6522, and what mail systems do in fact). */
function natureOf(mail: Mail): Pick<ParsedMail, 'isAutoReply' | 'isReport' | 'isAutomatic'> {
  const { headers } = mail
  const header = (name: string) => textOf(headers.get(name)).toLowerCase()
  const submitted = header('auto-submitted').split(';')[0]?.trim() ?? ''
  const precedence = header('precedence')
  const isAutoReply =
    submitted === 'auto-replied' || precedence === 'auto_reply' || headers.has('x-autoreply') || headers.has('x-autorespond')
  const path = headers.get('return-path') as AddressObject | undefined
  const isWithoutReturn = path !== undefined && !path.value.some(({ address }) => address)
  const isReport = header('content-type') === 'multipart/report' || /^(mailer-daemon|postmaster)@/i.test(mail.from?.value[0]?.address ?? '')
  const isAutomatic =
    isAutoReply ||
    isReport ||
    isWithoutReturn ||
    (submitted !== '' && submitted !== 'no') ||
    ['bulk', 'junk', 'list'].includes(precedence) ||
    headers.has('list') || // List-Id, List-Unsubscribe and their like, gathered by the parser
    /\b(all|autoreply|oof)\b/.test(header('x-auto-response-suppress'))
  return { isAutoReply, isReport, isAutomatic }
}

const addresses = (value: AddressObject | AddressObject[] | undefined) =>
  [value ?? []].flat().flatMap((list) => list.value.flatMap(({ address }) => mailAddress(address ?? '') ?? []))

const textOf = (value: HeaderValue | undefined): string =>
  typeof value === 'string' ? value : value && typeof value === 'object' && 'value' in value ? String(value.value) : ''

const idOf = (value: string | undefined): string | null => {
  const id = /<([^<>\s]{1,500})>/.exec(value ?? '')?.[1]
  return id ? cleanText(id) : null
}
