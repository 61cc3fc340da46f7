import { createHash } from 'node:crypto'
import { isReadable, sanitizeMailHtml } from '../../core/html'
import { shownAddress } from '../../core/mail-address'
import { cleanText, cut } from '../../core/text'
import { hasThreads, inThread } from '../../core/thread'
import { withoutKeys } from '../../tickets/ticket/request-key'
import { type Protection, type Report, readBody } from './body'
import { marked, picturesOf } from './inline-picture'
import { type Mailbox, readAddresses } from './mime/address-list'
import type { MailFile } from './mime/attachment'
import type { CalendarEvent } from './mime/calendar-event'
import { type LimitCode, type Reading, readEntity } from './mime/entity'
import { decodeWords, type Header, oneLine, readHeaders } from './mime/header'
import { htmlOf, textOf } from './passage'
import { isAnswer, splitMail } from './quotes'

export interface ParsedMail {
  /** The first of From, Reply-To, Sender and Return-Path that names an address. */
  from: { email: string; name: string } | null
  senders: Senders
  to: Mailbox[]
  cc: Mailbox[]
  /** Addresses of To and Cc. */
  recipients: string[]
  subject: string
  /** Without brackets; made from the content when the message has none. */
  messageId: string
  /** Message-IDs this one refers to, nearest first. */
  refersTo: string[]
  /** When it says it was written. */
  date: string | null
  headers: Header[]
  /** All its words, what it quotes included. */
  text: string
  /** Its formatted text as it came, not made harmless; null when there is none, or too much to look into. */
  html: string | null
  bodyText: string
  bodyHtml: string | null
  quotedText: string | null
  /** What of its formatted text repeats earlier messages, made harmless. */
  quotedHtml: string | null
  files: MailFile[]
  /** Names of files beyond what a message can have. */
  filesLeftOut: string[]
  /** Names of files that came with nothing in them. */
  emptyFiles: string[]
  events: CalendarEvent[]
  protection: Protection | null
  reports: Report[]
  /** Headers of messages within this one. */
  enclosed: Header[][]
  /** What was too much of it; the rest was read. */
  limits: LimitCode[]
}

export interface Senders {
  from: Mailbox[]
  replyTo: Mailbox[]
  sender: Mailbox[]
  /** Empty for the null path of what must not be answered. */
  returnPath: string[]
}

const maxFiles = 200
const maxTextLength = 200_000
const maxRecipients = 1000
const maxHeaders = 500

/** The addresses that a raw message says it is from: whoever sent it, and whom it says to answer. */
export const sendersOf = async (raw: Uint8Array): Promise<string[]> => {
  const { headers } = readHeaders(Buffer.from(raw), true)
  const senders = readSenders(headers)
  return [senderIn(senders), senders.replyTo[0]].flatMap((sender) => sender?.email ?? [])
}

/** What takes longer to parse than to start a thread. */
export const largeBytes = 500_000

/** Reads a raw message without holding up the process: a large one in a thread of its own. */
export const readMail = (tenantId: string, raw: Uint8Array): Promise<ParsedMail> =>
  raw.length > largeBytes && hasThreads() ? inThread(tenantId, 'lib/channels/email/parse.ts', 'parseMail', raw) : parseMail(raw)

/** Reads a raw message. The same bytes always give the same result, and any bytes give one. */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const reading: Reading = { limits: new Set(), parts: 0, rest: [] }
  const { limits } = reading
  const root = readEntity(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), reading)
  const { headers } = root
  const body = readBody(root, reading)
  const valuesOf = (name: string) => headers.filter((header) => header.name === name).map(({ value }) => value)
  const senders = readSenders(headers)
  const sender = senderIn(senders)
  const [to, cc] = [recipientsOf(valuesOf('to'), limits), recipientsOf(valuesOf('cc'), limits)]

  const written = htmlOf(body.passages)
  const html = written === null ? null : cleanText(withoutKeys(written))
  const whole = cleanText(withoutKeys(textOf(body.passages, limits))).replace(/\r\n/g, '\n')
  const full = cut(whole, maxTextLength).trim()
  const subject = oneLine(valuesOf('subject').find((value) => value.trim()) ?? '')
  const refersTo = [...new Set([...idsIn(valuesOf('in-reply-to')), ...idsIn(valuesOf('references')).reverse()])]
  const recipients = [...to, ...cc].map(({ email }) => email)
  const isShown = html !== null && isReadable(html)
  const split = splitMail({ text: full, html: isShown ? html : null, isAnswer: isAnswer({ subject, refersTo, recipients }) })
  const pictureOf = await picturesOf(body.files.slice(0, maxFiles))
  const bodyHtml = split.bodyHtml === null ? null : harmless(split.bodyHtml, pictureOf)
  const quotedHtml = split.quotedHtml === null ? null : harmless(split.quotedHtml, pictureOf)
  if (whole.length > maxTextLength) limits.add('text')
  if (html !== null && bodyHtml === null) limits.add('html')
  if (body.files.length > maxFiles) limits.add('files')
  return {
    from: sender && { email: sender.email, name: cut(sender.name || shownAddress(sender.email), 120) },
    senders,
    to,
    cc,
    recipients,
    subject,
    messageId: idsIn(valuesOf('message-id'))[0] ?? `${createHash('sha256').update(raw).digest('hex').slice(0, 40)}@without-message-id`,
    refersTo,
    date: dateOf(valuesOf('date')[0]),
    headers: headers.slice(0, maxHeaders).map(({ name, value }) => ({ name, value: cut(cleanText(value), 2000) })),
    text: full,
    html: isShown ? html : null,
    // not-words: stored in the place of what is not there, for whoever reads it
    bodyText: split.bodyText || '(no text)',
    bodyHtml,
    quotedText: split.quotedText,
    quotedHtml,
    files: [
      // not-words: names of files
      ...(whole.length > maxTextLength ? [wholeAs('Whole message.txt', Buffer.from(whole))] : []),
      // not-words: a name of a file
      ...(html && bodyHtml === null ? [wholeAs('Whole message.html.txt', Buffer.from(html))] : []),
      // not-words: a name of a file
      ...(reading.rest.length > 0 ? [wholeAs('Rest of the message.txt', Buffer.concat(reading.rest))] : []),
      ...marked(body.files.slice(0, maxFiles), bodyHtml, quotedHtml),
    ],
    filesLeftOut: body.files.slice(maxFiles).map(({ name }) => name),
    emptyFiles: body.emptyFiles.slice(0, maxFiles),
    events: body.events,
    protection: body.protection,
    reports: body.reports,
    enclosed: body.enclosed.slice(0, maxFiles),
    limits: [...limits],
  }
}

/** What is too long to be shown is to be had as a file. */
const wholeAs = (name: string, bytes: Buffer): MailFile => ({ name, contentType: 'text/plain', bytes, contentId: null })

/** Null when it is too long to show; the text remains. */
export function harmless(html: string, pictureOf: (src: string) => string | null): string | null {
  const clean = sanitizeMailHtml(html, pictureOf)
  if (clean.length <= maxTextLength) return clean
  // Addresses of pictures may be longer than all that was written.
  const short = clean.replace(/<img data-remote="[^>]*>/g, '')
  return short.length > maxTextLength ? null : short
}

function readSenders(headers: Header[]): Senders {
  const named = (name: string) => headers.filter((header) => header.name === name).flatMap(({ value }) => readAddresses(value, 20).list)
  const paths = headers.filter((header) => header.name === 'return-path').map(({ value }) => value)
  return {
    from: named('from'),
    replyTo: named('reply-to'),
    sender: named('sender'),
    returnPath: paths.map((value) => readAddresses(value, 1).list[0]?.email ?? ''),
  }
}

function senderIn({ from, replyTo, sender, returnPath }: Senders): Mailbox | null {
  const path = returnPath.find((address) => address)
  return from[0] ?? replyTo[0] ?? sender[0] ?? (path ? { email: path, name: '' } : null)
}

function recipientsOf(values: string[], limits: Set<LimitCode>): Mailbox[] {
  const found: Mailbox[] = []
  for (const value of values) {
    const { list, isCut } = readAddresses(value, maxRecipients - found.length)
    found.push(...list)
    if (isCut) limits.add('recipients')
  }
  return found
}

const maxIds = 200

/** Every Message-ID that is named: in brackets, or bare; comments are left out. */
function idsIn(values: string[]): string[] {
  const text = decodeWords(values.join(' ')).replace(/\([^()<>]{0,500}\)/g, ' ')
  const ids = [...text.matchAll(/<([^<>]{1,500})>|[^\s<>,;"]{1,250}@[^\s<>,;"]{1,250}/g)].map(([whole, inside]) =>
    (inside ?? whole).replace(/\s+|^\s*mailto:/gi, ''),
  )
  const clean = ids.map(cleanText).filter(Boolean)
  // Of a long thread its beginning and the nearest say where it belongs.
  return clean.length > maxIds ? [...clean.slice(0, 1), ...clean.slice(1 - maxIds)] : clean
}

function dateOf(value: string | undefined): string | null {
  const time = Date.parse((value ?? '').replace(/\([^()]*\)/g, '').trim())
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}
