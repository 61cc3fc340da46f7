import EmailReplyParser from 'email-reply-parser'

/**
 * How much of a text is searched for where its quote begins. The parser's
 * patterns take time with the square of what they read; an answer is written
 * above its quote and seldom longer than this.
 */
const searched = 6000

/** Parts what someone wrote from the earlier message below it. Nothing is lost: one or the other has it. */
export function splitQuoted(full: string): { visible: string; quoted: string | null } {
  const head = full.length > searched ? full.slice(0, lineEndBefore(full, searched)) : full
  // Long runs of blanks and digits are what takes the patterns longest.
  const even = head.replace(/\n[ \t\n]*\n[ \t]*/g, '\n\n').replace(/[ \t]{8,}/g, '  ')
  if (/\d{200}/.test(even)) return { visible: full, quoted: null }
  const visible = new EmailReplyParser().read(even).getVisibleText().trim()
  if (!visible || visible.length >= even.trim().length) return { visible: full, quoted: null }
  const end = endOf(visible, full)
  return end === null ? { visible: full, quoted: null } : { visible: full.slice(0, end).trim(), quoted: full.slice(end).trim() || null }
}

function lineEndBefore(text: string, at: number): number {
  const end = text.lastIndexOf('\n', at)
  return end > 0 ? end : at
}

/** Where a part that was found at the beginning of an evened text ends in the text itself; null if it is not its beginning. */
function endOf(part: string, full: string): number | null {
  let at = 0
  for (const letter of part) {
    if (/\s/.test(letter)) continue
    while (at < full.length && /\s/.test(full[at] as string)) at++
    if (!full.startsWith(letter, at)) return null
    at += letter.length
  }
  return at
}
