import { cleanText, visibleText } from '../../../core/text'
import { charsetOf, decodeText, likelyCharset } from './charset'
import { decodeQ } from './transfer-encoding'

/** A header with its name in small letters; raw letters are decoded, encoded words are not. */
export interface Header {
  name: string
  value: string
}

export interface HeaderBlock {
  headers: Header[]
  /** Where the body begins. */
  end: number
  /** Not all was kept. */
  isCut: boolean
}

const maxBytes = 256 * 1024
const maxValue = 128 * 1024
/** Read even behind more headers than anybody needs. */
const important =
  /^(?:from|to|cc|subject|date|message-id|in-reply-to|references|reply-to|sender|return-path|content-[a-z-]+|auto-submitted|precedence|list-[a-z]+|x-loop|x-spam-flag)$/
const usual =
  /^(?:from|to|cc|subject|date|message-id|mime-version|received|return-path|reply-to|in-reply-to|references|sender|content-[a-z-]+|x-[\w-]+|list-[a-z]+|dkim-signature|user-agent)[ \t]*:/i
const begin = /^([!-9;-~]{1,200})[ \t]*:/

/** Reads the headers at the beginning of a message or a part: leniently, since everything below depends on where they end. */
export function readHeaders(bytes: Buffer, isMessage = false): HeaderBlock {
  const lines = new Lines(bytes, isMessage)
  const found: { name: string; pieces: string[]; size: number }[] = []
  let total = 0
  let isCut = false
  let end = lines.at
  for (let isFirst = true; ; isFirst = false) {
    const start = lines.at
    const line = lines.next()
    if (line === null) {
      end = bytes.length
      break
    }
    if (line === '') {
      end = lines.at
      break
    }
    if (isFirst && /^>?From /.test(line)) continue
    const last = found.at(-1)
    const name = begin.exec(line)?.[1]?.toLowerCase()
    const isFolded = /^[ \t]/.test(line)
    if (!isFolded && !name && !(last && isUnfolded(line, last.name, lines))) {
      end = start
      break
    }
    total += line.length
    const isNew = !isFolded && name !== undefined
    const entry = isNew ? { name: name as string, pieces: [], size: 0 } : last
    if (!entry) continue
    if (isNew && total > maxBytes && !important.test(name as string)) {
      isCut = true
      // What continues it is left out as well.
      found.push({ ...entry, name: '', size: maxValue })
      continue
    }
    if (isNew) found.push(entry)
    const piece = isNew ? line.slice(line.indexOf(':') + 1) : line
    if (entry.size + piece.length > maxValue) {
      isCut = isCut || entry.name !== ''
      entry.pieces.push(piece.slice(0, Math.max(0, maxValue - entry.size)))
      entry.size = maxValue
    } else {
      entry.pieces.push(piece)
      entry.size += piece.length
    }
  }
  const raw = found
    .filter(({ name }) => name)
    .map(({ name, pieces }) => ({
      name,
      value: pieces
        .map((piece) => piece.trim())
        .join(' ')
        .trim(),
    }))
  return { headers: decodeRaw(raw, bytes.subarray(end)), end, isCut }
}

/** A line that should begin with a blank: a parameter, or one that has more headers below. */
function isUnfolded(line: string, previous: string, lines: Lines): boolean {
  if (previous.startsWith('content-') && /^[\w*-]{1,80}=/.test(line)) return true
  return lines.ahead(10).some((next) => usual.test(next))
}

/** Lines of bytes whatever ends them, as text of one letter per byte. */
class Lines {
  at = 0
  constructor(
    private readonly bytes: Buffer,
    isMessage: boolean,
  ) {
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3
    // A part that begins with a blank line has no headers; a message has.
    if (!isMessage) return
    const first = this.at
    while (this.bytes[this.at] === 0x0a || this.bytes[this.at] === 0x0d) this.at++
    if (!begin.test(bytes.toString('latin1', this.at, this.at + 250))) this.at = first
  }

  next(): string | null {
    const { bytes } = this
    if (this.at >= bytes.length) return null
    const start = this.at
    let end = start
    while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end++
    let next = end
    while (bytes[next] === 0x0d) next++
    this.at = bytes[next] === 0x0a ? next + 1 : Math.min(end + 1, bytes.length)
    return bytes.toString('latin1', start, end)
  }

  /** Lines up to a blank one, without going on. */
  ahead(count: number): string[] {
    const before = this.at
    const found: string[] = []
    for (let line = this.next(); line && found.length < count; line = this.next()) found.push(line.slice(0, 300))
    this.at = before
    return found
  }
}

const isPlain = /^[\x00-\x1a\x1c-\x7f]*$/

/** Letters that stand in headers as they are: UTF-8, else as the body says, else what the whole message looks like. */
function decodeRaw(headers: Header[], body: Buffer): Header[] {
  const raw = headers.filter(({ value }) => !isPlain.test(value))
  if (raw.length === 0) return headers
  const said = headers.find(({ name }) => name === 'content-type')?.value ?? ''
  const declared = charsetOf(/charset\s*=\s*"?([^\s";]+)/i.exec(said)?.[1])
  let likely: string | null = null
  const charsetFor = (bytes: Buffer) => {
    if (declared && declared !== 'utf-8') return declared
    likely ??= likelyCharset(
      Buffer.concat([...raw.map(({ value }) => Buffer.from(value.slice(0, 2000), 'latin1')), body.subarray(0, 8000)]),
    )
    return likely === 'windows-1252' ? likelyCharset(bytes) : likely
  }
  return headers.map(({ name, value }) => {
    if (isPlain.test(value)) return { name, value }
    const bytes = Buffer.from(value, 'latin1')
    const text = decodeText(bytes, 'utf-8')
    return { name, value: Buffer.from(text).equals(bytes) || value.includes('\x1b$') ? text : decodeText(bytes, charsetFor(bytes)) }
  })
}

const encodedWord = /=\?([\w.:+-]{1,60})(?:\*[\w-]{0,20})?\?([bq])\?(.{0,2000}?)\?=/gis

/** Text with the encoded words of RFC 2047 read. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value
  let text = ''
  let at = 0
  let open: { charset: string; bytes: Buffer[] } | null = null
  const close = () => {
    if (open) text += decodeText(Buffer.concat(open.bytes), open.charset)
    open = null
  }
  for (const match of value.matchAll(encodedWord)) {
    const [whole, charset = '', encoding = '', content = ''] = match
    const between = value.slice(at, match.index)
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : decodeQ(content)
    // A letter may begin in one word and end in the next.
    const previous = open as { charset: string; bytes: Buffer[] } | null
    if (previous && !between.trim() && previous.charset === charset.toLowerCase()) previous.bytes.push(bytes)
    else {
      close()
      if (at === 0 || between.trim()) text += between
      open = { charset: charset.toLowerCase(), bytes: [bytes] }
    }
    at = match.index + whole.length
  }
  close()
  return text + value.slice(at)
}

/** Decoded, on one line, and without what cannot be seen. */
export const oneLine = (value: string): string =>
  visibleText(cleanText(decodeWords(value)))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
