import { hasColoured, saysBetween } from './answers-between'
import { attributionAt, isAnswerMark, isForwardMark, isInDashes, isMarkWithHead, isOriginalMark, isRule, plainLine } from './attribution'
import { headerBlockAt } from './header-block'
import { notesHeaderAt } from './notes-header'
import { fencedLines, withBrokenLines, withInitials } from './quote-marks'
import { signatureStart } from './signature'

/** "Hello," with nothing after it is no answer. */
const isGreeting = (text: string) => text.length <= 40 && /[,،，、]$/.test(text)

/** A line of a mail, of its words or of its formatted text. */
export interface MailLine {
  /** As it is, without the signs of quoting. */
  text: string
  isQuoted: boolean
  /** It begins a block, so that no sentence goes on in it. */
  isApart?: boolean
  /** What the structure of formatted text says: a program's own container of a quote, what announces one, or where an earlier message begins. */
  mark?: 'quote' | 'attribution' | 'rest' | 'signature' | undefined
  /** All of it is in a strong colour. */
  isStriking?: boolean
}

const quoteSigns = /^[ \t\u00a0\u200b-\u200f\u202a-\u202e\ufeff]{0,3}(?:[>＞][ \t\u00a0]?)+/

/** GroupWise writes so above the earlier message, which it does not mark. */
const ofGroupWise = /^>>> ?[^>].{0,300}\d.{0,100}>>>[ \t\u00a0]*$/

/** A line of words: quoted when it begins with ">". */
export function lineOf(text: string): MailLine {
  if (ofGroupWise.test(text.slice(0, 500))) return { text, isQuoted: false, mark: 'rest' }
  const signs = quoteSigns.exec(text.slice(0, 200))?.[0]
  return signs === undefined ? { text, isQuoted: false } : { text: text.slice(signs.length), isQuoted: true }
}

interface Block {
  from: number
  end: number
  /** Announced, put there by a program, or only marked as quoted. */
  kind: 'announced' | 'program' | 'bare'
}

const mostPasses = 4

/**
 * Which lines of an answer repeat an earlier message or are the signature at its end. What was folded once is never found to
 * hold more: where that cannot be had, nothing is folded.
 */
export function foldedLines(given: readonly MailLine[]): boolean[] {
  const folded = given.map(() => false)
  const lines = withBrokenLines(withInitials(given))
  let left = lines.map((_, n) => n)
  for (let pass = 0; pass < mostPasses; pass++) {
    const ranges = foldOnce(left.map((n) => lines[n] ?? gap))
    if (ranges.length === 0) return folded
    const next: number[] = []
    let at = 0
    for (const [from, end] of ranges) {
      next.push(...left.slice(at, from), -1)
      for (const n of left.slice(from, end)) if (n >= 0) folded[n] = true
      at = end
    }
    left = [...next, ...left.slice(at)]
  }
  return lines.map(() => false)
}

const gap: MailLine = { text: '', isQuoted: false }

type Range = readonly [from: number, end: number]

function foldOnce(lines: readonly MailLine[]): Range[] {
  const plain = lines.map(({ text }) => plainLine(text))
  const textAt = (n: number) => plain[n] as string
  const isEmpty = (n: number) => plain[n] === ''
  const nextWritten = (n: number) => {
    let at = n
    while (at < lines.length && isEmpty(at)) at++
    return at
  }
  /** Lines from a place on as long as they are of one paragraph and quoted alike. */
  const readerAt = (from: number, given: (n: number) => string) => (distance: number) => {
    const line = lines[from + distance]
    return line && !isEmpty(from + distance) && line.isQuoted === lines[from]?.isQuoted ? given(from + distance) : undefined
  }
  const attribution = (n: number) => {
    const read = readerAt(n, textAt)
    // Within a quote it may go over two blocks, and announces nothing but the quote.
    const isCut = (at: number) => at > n && lines[at]?.isApart && !lines[at]?.isQuoted
    return attributionAt((distance) => (isCut(n + distance) ? undefined : read(distance)))
  }
  const headerBlock = (n: number, isAnnounced: boolean) => {
    const read = readerAt(n, (at) => lines[at]?.text ?? '')
    const isApart = n === 0 || isEmpty(n - 1) || lines[n]?.isApart === true
    const head = headerBlockAt(read, isAnnounced, isApart)
    if (head !== null || read(1) !== undefined || isEmpty(n)) return head
    // Some gateways put a blank line after each label.
    const spread = (distance: number) =>
      distance === 0 || isEmpty(n + 2 * distance - 1) ? readerAt(n + 2 * distance, (at) => lines[at]?.text ?? '')(0) : undefined
    const labels = headerBlockAt(spread, isAnnounced, isApart)
    return labels && 2 * labels - 1
  }
  /** The middle of a list of labels of whatever kind, which is somebody's own: a program's head begins its list. */
  const isWithinLabels = (n: number) => n > 0 && lines[n]?.isApart !== true && /^[\p{L}-]{2,40}: ?\S/u.test(textAt(n - 1))
  const endOfQuote = (from: number) => {
    let end = from
    for (let n = from; n < lines.length; n++) {
      if (lines[n]?.isQuoted) end = n + 1
      else if (!isEmpty(n)) break
    }
    return end
  }
  /** Between dashes it is a program's; as words with a colon only above a message. */
  const isForwardAbove = (next: number, text: string) =>
    isInDashes(text) || next >= lines.length || lines[next]?.isQuoted === true || headerBlock(next, true) !== null
  /** Where the text of an earlier message begins that a line of its program announces. */
  const messageBelow = (n: number): number | null => {
    if (lines[n]?.mark === 'rest') return n + 1
    if (isAnswerMark(textAt(n)) || isMarkWithHead(textAt(n))) return n + 1
    if (isOriginalMark(textAt(n))) {
      const next = nextWritten(n + 1)
      if (next >= lines.length || lines[next]?.isQuoted) return next
      const head = headerBlock(next, true) ?? attribution(next)?.lines ?? 0
      return next + head
    }
    if (isRule(textAt(n)) || isInDashes(textAt(n))) {
      const next = nextWritten(n + 1)
      if (next >= lines.length) return null
      if (lines[next]?.mark === 'rest') return next + 1
      const head = headerBlock(next, true)
      return head && next + head
    }
    const head = (isWithinLabels(n) ? null : headerBlock(n, false)) ?? notesHeaderAt((distance) => lines[n + distance]?.text)
    return head && n + head
  }

  const fenced = fencedLines(lines)
  const blocks: Block[] = []
  let isWritten = false
  /** What they wrote last, of how many lines, and whether any says that more of it is in what follows. */
  let [lastWritten, writtenLines, isBetween] = ['', 0, false]
  /** From where on all is an earlier message. */
  let rest: number | null = null
  for (let n = 0; n < lines.length; ) {
    if (isEmpty(n) && lines[n]?.mark !== 'rest') {
      n++
      continue
    }
    if (fenced.has(n)) {
      isWritten = true
      lastWritten = textAt(n)
      writtenLines++
      n++
      continue
    }
    if (lines[n]?.isQuoted && lines[n]?.mark !== 'rest') {
      const end = endOfQuote(n)
      if (isForwardMark(textAt(n))) isWritten = true
      else {
        const first = lines[n]?.mark === 'attribution' || attribution(n) || headerBlock(n, false) ? 'announced' : null
        blocks.push({ from: n, end, kind: first ?? (lines[n]?.mark === 'quote' ? 'program' : 'bare') })
      }
      n = end
      continue
    }
    if (isForwardMark(textAt(n)) && isForwardAbove(nextWritten(n + 1), textAt(n))) break
    let below = messageBelow(n)
    let isCertain = below !== null
    if (below === null) {
      let marked = n
      while (lines[marked]?.mark === 'attribution' && !lines[marked]?.isQuoted) marked++
      const head = marked > n ? null : attribution(n)
      below = marked > n ? marked : head && n + head.lines
      isCertain = head?.isCertain ?? false
    }
    if (below !== null) {
      const next = nextWritten(below)
      if (lines[next]?.isQuoted && lines[n]?.mark !== 'rest') {
        const end = endOfQuote(next)
        blocks.push({ from: n, end, kind: 'announced' })
        n = end
        continue
      }
      if (isCertain && (lines[n]?.mark === 'rest' || !/[:：]$/.test(lastWritten))) {
        if (isWritten && !isBetween && !hasColoured(lines, below) && !(writtenLines === 1 && isGreeting(lastWritten))) rest = n
        // With nothing above, an answer below could not be told from what it answers; what is marked there still can.
        else if (!isWritten && lines[n]?.mark !== 'rest') {
          isWritten = true
          lastWritten = textAt(below - 1)
          n = below
          continue
        }
        break
      }
      // A head that they announce themselves is something they show.
      if (isCertain) {
        lastWritten = textAt(below - 1)
        n = below
        continue
      }
    }
    if (!isRule(textAt(n))) {
      isWritten = true
      lastWritten = textAt(n)
      writtenLines++
      isBetween ||= saysBetween(lastWritten)
    }
    n++
  }

  const until = rest ?? lines.length
  const written = (from: number, end: number) => {
    let at = end
    while (at > from && isEmpty(at - 1)) at--
    return at
  }
  const textBelow = (n: number) => [blocks[n]?.end ?? 0, blocks[n + 1]?.from ?? until] as const
  const wordsBefore = (from: number, end: number) => {
    const own: string[] = []
    for (let n = from; n < end; n++) if (!isEmpty(n)) own.push(textAt(n))
    return own.slice(
      0,
      signatureStart((n) => own[n] as string, 0, own.length),
    )
  }
  const hasNoWords = (from: number, end: number) => wordsBefore(from, end).length === 0
  const isFarewell = (from: number, end: number) => {
    const above = wordsBefore(from, end)
    return above.length <= 4 && above.every((text) => text.length <= 40 && !/[.?!:;。？！]$/.test(text))
  }
  const ranges: Range[] = []
  for (let n = 0; n < blocks.length; ) {
    const first = blocks[n] as Block
    let last = n
    while (blocks[last + 1]?.kind === 'bare' || blocks[last + 1]?.kind === 'program') last++
    const above = written(n === 0 ? 0 : (blocks[n - 1] as Block).end, first.from)
    const lastWords = above > 0 ? textAt(above - 1) : ''
    const isCited = /[:：]$/.test(lastWords)
    const end = blocks[last] as Block
    const [below, stop] = textBelow(last)
    if (last > n) {
      // Answers between: what they answer stays with them. What nobody answered is folded, unless one answer alone would be left below a quote.
      if (first.kind !== 'bare' && !isCited && last > n + 1 && hasNoWords(below, stop)) ranges.push([end.from, end.end])
    } else if ((first.kind === 'announced' || first.kind === 'program') && !isCited) {
      // What holds all that follows may hold the answers of which they say that they are there.
      const isContainer = lines.slice(first.from, first.end).some(({ mark }) => mark === 'quote')
      const mayHoldMore = isContainer && hasNoWords(below, stop) && (isBetween || hasColoured(lines, first.from))
      if (!mayHoldMore) ranges.push([first.from, first.end])
    } else if (!isCited && blocks.length === 1 && rest === null) {
      // Right below their own words a sign may mean anything.
      const isAdjacent = above > 0 && above === first.from && lines[first.from]?.isApart !== true
      const isAfterSentence = lastWords === '' || /[.!?…。！？)]$/.test(lastWords) || lastWords.split(' ').length <= 2
      if (!isAdjacent && isAfterSentence && (lastWords === '' || isFarewell(below, stop))) ranges.push([first.from, first.end])
    }
    n = last + 1
  }
  if (rest !== null) ranges.push([rest, lines.length])

  return withOwnWords(withSignatures(ranges)) ?? withOwnWords(ranges) ?? []

  /** Each range with the signature before it, and the signature at the end. */
  function withSignatures(found: Range[]): Range[] {
    const whole: Range[] = []
    let at = 0
    for (const [from, end] of [...found, [lines.length, lines.length] as const]) {
      let start = from
      // What a device adds stands above or below a signature.
      for (let turn = 0; turn < 2; turn++) start = signedFrom(at, start)
      if (end > start) whole.push([start, end])
      at = end
    }
    return whole
  }

  function signedFrom(from: number, end: number): number {
    const stop = written(from, end)
    let start = stop
    while (start > from && (lines[start - 1]?.mark === 'signature' || (isEmpty(start - 1) && start < stop))) start--
    if (start < stop) return start
    if (stop === from || lines[stop - 1]?.isQuoted) return end
    start = signatureStart(textAt, from, stop)
    return start < stop ? start : end
  }

  /** These ranges, if any word of their own is outside of them. */
  function withOwnWords(found: Range[]): Range[] | null {
    let after = 0
    for (const [from, end] of [...found, [lines.length, lines.length] as const]) {
      for (let n = after; n < from; n++) if (!isEmpty(n) && !lines[n]?.isQuoted && !isRule(textAt(n))) return found
      after = end
    }
    return null
  }
}
