import { cut } from '../../core/text'

/** A part of an article that stands on its own: as much as a person reads as one answer. */
export interface Passage {
  /** The headings that it stands under, the outermost first. */
  headings: string[]
  /** The anchor of the last of them that has one. */
  anchor: string
  text: string
}

/** A paragraph, a point of a list, a row of a table; or a heading with its level. */
export interface Block {
  text: string
  level?: number
  anchor?: string
}

const mostWords = 110
const longestHeading = 80
/** Each passage below a heading has it: of a longer one its first words. */
const longestKept = 300

/** A lone short line without an end is a heading. */
const looksLikeHeading = (text: string): boolean =>
  !text.includes('\n') && text.length <= longestHeading && wordCount(text) <= 12 && !/[.!?…:;,。！？؟۔]["'”’)\]]*$/u.test(text)

/** The blocks of a plain text, or of Markdown with its marks. */
export const blocksOfText = (text: string): Block[] =>
  text
    .replace(/\r\n?/g, '\n')
    .split(/\n\s*\n/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .flatMap((each): Block[] => {
      const [, marks, heading, rest] = /^(#{1,6})\s+([^\n]+?)\s*#*(?:\n([\s\S]*))?$/.exec(each) ?? []
      if (marks && heading) return [{ text: heading, level: marks.length }, ...(rest?.trim() ? [{ text: rest.trim() }] : [])]
      return [looksLikeHeading(each) ? { text: each, level: 6 } : { text: each }]
    })

/** Blocks that follow each other under the same headings, packed to at most 110 words; a longer block is cut at its sentences. */
export function passagesOf(blocks: readonly Block[]): Passage[] {
  const passages: Passage[] = []
  let headings: { text: string; level: number; anchor: string }[] = []
  let texts: string[] = []
  let words = 0
  const close = () => {
    const anchor = headings.findLast((each) => each.anchor)?.anchor ?? ''
    if (texts.length > 0) passages.push({ headings: headings.map(({ text }) => text), anchor, text: texts.join('\n') })
    texts = []
    words = 0
  }
  for (const { text, level, anchor = '' } of blocks) {
    if (level !== undefined) {
      close()
      headings = [...headings.filter((each) => each.level < level), { text: cut(text, longestKept), level, anchor }]
      continue
    }
    for (const part of partsOf(text)) {
      const count = wordCount(part)
      if (words > 0 && words + count > mostWords) close()
      texts.push(part)
      words += count
    }
  }
  close()
  return passages
}

const spaces = /\s+/u
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu

/** Of scripts without spaces two characters count as a word. */
const wordCount = (text: string): number => text.split(spaces).filter(Boolean).length + Math.floor((text.match(unspaced)?.length ?? 0) / 2)

/** Of what closes a sentence a few marks are looked through: a long run of them would be from each of its places. */
const sentenceEnd = /(?<=[.!?…。！？؟۔]["'”’)\]]{0,4})(?=\s|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana})/u

const partsOf = (text: string): string[] => (wordCount(text) <= mostWords ? [text] : packed(text.split(sentenceEnd).flatMap(piecesOf)))

/** As few parts as hold all pieces, in their order. */
function packed(pieces: readonly string[]): string[] {
  const parts: string[] = []
  let part = ''
  let words = 0
  for (const piece of pieces) {
    const count = wordCount(piece)
    if (words > 0 && words + count > mostWords) {
      parts.push(part.trim())
      part = ''
      words = 0
    }
    part += piece
    words += count
  }
  return part.trim() ? [...parts, part.trim()] : parts
}

/** A sentence that never ends, in pieces. */
const piecesOf = (sentence: string): string[] =>
  wordCount(sentence) <= mostWords ? [sentence] : packed(sentence.match(/\S{1,40}\s*|\s+/gu) ?? [])
