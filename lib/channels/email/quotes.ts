import { foldedLines, lineOf } from './fold'
import { splitQuotedHtml } from './formatted-quote'

const tags = (list: string) => new RegExp(`^(?:\\[[^\\]]{1,60}\\] ?)*(?:${list})(?: ?\\[\\d+\\])? ?[:：]`, 'iu')
const isForwarding = tags('fwd?|wg|tr|rv|enc|i|vb|vl|doorst|pd|ilt|továbbítás|προωθ|转发|轉寄|転送|전달|إعادة توجيه|הועבר|пересл|hd')
const isAnswering = tags(
  're|aw|antw|sv|odp|ynt|cevap|r|rif|res|ref|vá|απ|σχετ|atb|bls|回复|答复|回覆|返信|답장|회신|رد|תגובה|השב|отв|на|nc',
)

/** Whether a subject says that a message was passed on. */
export const isForwardingSubject = (subject: string): boolean => isForwarding.test(subject.trim().slice(0, 300))

/** What was passed on is called as it was. */
export function withoutForwarding(subject: string): string {
  let title = subject.trim()
  for (let turn = 0; turn < 5 && isForwardingSubject(title); turn++) title = title.replace(isForwarding, '').trim()
  return title
}

/** The number of a ticket, and an address for answers, as our own mails have them. */
const ticketNumber = /\[[\p{L}\p{N}_-]{1,40}-\d{1,9}\]/u
const answerAddress = /^(?:reply|answer|note)\+[0-9a-f]{52}@/i

/** Whether a mail answers an earlier one, as it says itself. What is in a first mail, or forwarded, is what it is about. */
export function isAnswer(mail: { subject: string; refersTo: readonly string[]; recipients: readonly string[] }): boolean {
  const subject = mail.subject.trim().slice(0, 300)
  if (isForwardingSubject(subject)) return false
  return (
    mail.refersTo.length > 0 ||
    isAnswering.test(subject) ||
    ticketNumber.test(subject) ||
    mail.recipients.some((to) => answerAddress.test(to))
  )
}

/** Parts what someone wrote in an answer from the earlier messages in it. No word is lost: one or the other has it. */
export function splitQuoted(full: string): { visible: string; quoted: string | null } {
  const texts = full.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n')
  const folded = foldedLines(texts.map(lineOf))
  if (!folded.includes(true)) return { visible: full, quoted: null }
  return { visible: pick(texts, folded, false), quoted: pick(texts, folded, true) || null }
}

/** What is stored of a mail: what is shown at once, and what is folded. */
interface SplitMail {
  bodyText: string
  quotedText: string | null
  bodyHtml: string | null
  quotedHtml: string | null
}

/** Folds both views of an answer; of a first mail and a forward nothing. */
export function splitMail({ text, html, isAnswer }: { text: string; html: string | null; isAnswer: boolean }): SplitMail {
  if (!isAnswer) return { bodyText: text, quotedText: null, bodyHtml: html, quotedHtml: null }
  const formatted = html === null ? null : splitQuotedHtml(html)
  const plain = formatted?.isColoured ? { visible: text, quoted: null } : splitQuoted(text)
  // The structure of the formatted text says more than the words.
  const { visible, quoted } = plain.quoted === null && formatted?.quoted ? splitBehind(formatted.words, text) : plain
  return { bodyText: visible, quotedText: quoted, bodyHtml: formatted?.visible ?? null, quotedHtml: formatted?.quoted ?? null }
}

/** Parts a text at the end of the line up to which it has the same letters as what was said; whole, if it begins otherwise. */
function splitBehind(said: string, full: string): { visible: string; quoted: string | null } {
  const whole = { visible: full, quoted: null }
  let at = 0
  for (const sign of said) {
    if (!isLetter(sign)) continue
    while (at < full.length && !isLetter(signAt(full, at))) at += signAt(full, at).length
    if (!full.startsWith(sign, at)) return whole
    at += sign.length
  }
  const end = full.indexOf('\n', at)
  const [visible, quoted] = end < 0 ? [full, ''] : [full.slice(0, end).trim(), full.slice(end).trim()]
  return visible === '' || quoted === '' ? whole : { visible, quoted }
}

const isLetter = (sign: string) => /[\p{L}\p{N}]/u.test(sign)
const signAt = (text: string, at: number) => String.fromCodePoint(text.codePointAt(at) ?? 0)

/** The lines that are folded, or those that are not, with a blank line where others stood between them. */
export function pick(texts: readonly string[], folded: readonly boolean[], which: boolean): string {
  const parts: string[][] = []
  texts.forEach((text, n) => {
    if (folded[n] !== which) return
    if (n === 0 || folded[n - 1] !== which) parts.push([])
    parts.at(-1)?.push(text)
  })
  return parts
    .map((part) => trimLines(part))
    .filter((part) => part !== '')
    .join('\n\n')
}

const isBlank = (text: string) => text.trim() === ''

function trimLines(lines: string[]): string {
  const first = lines.findIndex((text) => !isBlank(text))
  if (first < 0) return ''
  return lines
    .slice(first, lines.findLastIndex((text) => !isBlank(text)) + 1)
    .join('\n')
    .trim()
}
