import { isForwardMark, isInDashes, isOriginalMark, isRule, plainLine } from './attribution'
import { lineOf, type MailLine } from './fold'
import { splitHtmlAt } from './formatted-quote'
import { headerBlockAt, senderInBlock } from './header-block'
import { type Mailbox, readAddresses } from './mime/address-list'
import type { MailFile } from './mime/attachment'
import type { ParsedMail } from './parse'
import { isForwardingSubject, withoutForwarding } from './quotes'

/** A message that somebody passed on, parted from their own words. */
export interface Forward {
  /** Who wrote what was passed on. */
  original: Mailbox
  subject: string
  /** What whoever passed it on wrote above it. */
  words: string
  bodyText: string
  /** Not made harmless. */
  html: string | null
  /** The message, where it is a file. */
  file: MailFile | null
}

interface Place {
  start: number
  end: number
  original: Mailbox
}

/** What was passed on in a message, by its words, or as a file; null where it does not say who wrote that. */
export function readForward(mail: ParsedMail): Forward | null {
  const isSaid = isForwardingSubject(mail.subject)
  const texts = mail.text.replaceAll('\r\n', '\n').split('\n')
  const place = findForward(texts.map(lineOf), isSaid)
  const subject = withoutForwarding(mail.subject)
  if (place) {
    const below = texts.slice(place.end)
    const isMarked = below.every((text) => text.trim() === '' || lineOf(text).isQuoted)
    const html = mail.html === null ? null : splitHtmlAt(mail.html, (lines) => findForward(lines, isSaid)?.end ?? null)
    return {
      original: place.original,
      subject,
      words: texts.slice(0, place.start).join('\n').trim(),
      bodyText: (isMarked ? below.map((text) => lineOf(text).text) : below).join('\n').trim(),
      html,
      file: null,
    }
  }
  const files = mail.files.filter(({ contentType }) => contentType === 'message/rfc822')
  const [file] = files
  const headers = mail.enclosed[0]
  if (files.length !== 1 || !file || !headers) return null
  const value = headers.find(({ name }) => name === 'from')?.value ?? ''
  const original = readAddresses(value, 1).list[0]
  return original ? { original, subject, words: mail.text.trim(), bodyText: '', html: null, file } : null
}

const searched = 400

/** Where what was passed on begins, and where the text of it does. */
function findForward(lines: readonly MailLine[], isSaid: boolean): Place | null {
  for (let n = 0; n < Math.min(lines.length, searched); n++) {
    const text = plainLine(lines[n]?.text ?? '')
    if (text === '') continue
    const isMark = isForwardMark(text)
    if (!isMark && !(isSaid && (isOriginalMark(text) || isInDashes(text) || isRule(text) || beginsBlock(lines, n)))) continue
    const from = isMark || !beginsBlock(lines, n) ? nextWritten(lines, n + 1) : n
    const read = readerAt(lines, from)
    const length = headerBlockAt(read, true)
    const original = length === null ? undefined : readAddresses(senderInBlock(read).replace(/\[mailto:([^\]]*)\]/i, '<$1>'), 1).list[0]
    if (length !== null && original) return { start: n, end: from + length, original }
    if (isMark) return null
  }
  return null
}

const beginsBlock = (lines: readonly MailLine[], n: number) => headerBlockAt(readerAt(lines, n), false) !== null

function nextWritten(lines: readonly MailLine[], n: number): number {
  let at = n
  while (at < lines.length && plainLine(lines[at]?.text ?? '') === '') at++
  return at
}

/** Lines from a place on as long as they are of one paragraph. */
const readerAt = (lines: readonly MailLine[], from: number) => (distance: number) => {
  const text = lines[from + distance]?.text
  return text !== undefined && plainLine(text) !== '' ? text : undefined
}
