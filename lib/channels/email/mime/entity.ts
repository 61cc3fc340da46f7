import { cut } from '../../../core/text'
import type { mailLimits } from '../../../tickets/conversation/schema'
import { decodeText } from './charset'
import { decodeWords, type Header, readHeaders } from './header'
import { decodeTransfer } from './transfer-encoding'

/** A message or a part of one (RFC 2045), its content decoded. */
export interface Entity {
  headers: Header[]
  /** In small letters, such as "text/plain". */
  type: string
  parameters: Map<string, string>
  /** "inline", "attachment", or null when nothing is said. */
  disposition: string | null
  /** A file's name, as it was given. */
  name: string | null
  content: Buffer
  parts: Entity[]
  /** What stands before and behind the parts, where no part is. */
  outside: { before: string; behind: string }
}

export type LimitCode = (typeof mailLimits)[number]

/** How far a message is read. What is beyond is kept as bytes. */
export interface Reading {
  limits: Set<LimitCode>
  parts: number
  /** What was not taken apart any more. */
  rest: Buffer[]
}

const maxParts = 1000
const maxDepth = 50
const maxParameters = 200

export function readEntity(bytes: Buffer, reading: Reading, usualType = 'text/plain', depth = 0): Entity {
  reading.parts++
  const { headers, end, isCut } = readHeaders(bytes, depth === 0)
  if (isCut) reading.limits.add('headers')
  const header = (name: string) => headers.find((one) => one.name === name)?.value ?? ''
  const contentType = header('content-type')
  const contentDisposition = readParameters(header('content-disposition'))
  const parameters = readParameters(contentType).parameters
  const disposition = /^\s*"?([\w-]+)/.exec(header('content-disposition'))?.[1]?.toLowerCase() ?? null
  const type = typeOf(contentType, usualType)
  // Parts that stand there to be read are not encoded, whatever is said of all of them together.
  const boundary = type.startsWith('multipart/') ? parameters.get('boundary') : undefined
  const written = bytes.subarray(end)
  const isPlain = boundary !== undefined && boundary.trim() !== '' && written.includes(`--${boundary.trimEnd()}`, 0, 'latin1')
  const content = isPlain ? written : decodeTransfer(written, header('content-transfer-encoding'))
  const entity: Entity = {
    headers,
    type,
    parameters,
    disposition: disposition === 'inline' || disposition === null ? disposition : 'attachment',
    name: contentDisposition.parameters.get('filename') ?? parameters.get('name') ?? null,
    content,
    parts: [],
    outside: { before: '', behind: '' },
  }
  if (entity.type.startsWith('multipart/')) readParts(entity, reading, depth)
  return entity
}

export const headerOf = (entity: Pick<Entity, 'headers'>, name: string): string =>
  entity.headers.find((header) => header.name === name)?.value ?? ''

function typeOf(value: string, usual: string): string {
  const match = /^[\s"']*([\w!#$&.+^-]{1,100})\/([\w!#$&.+^-]{1,100})/.exec(value)
  if (match) return `${match[1]}/${match[2]}`.toLowerCase()
  return value.trim() ? 'text/plain' : usual
}

function readParts(entity: Entity, reading: Reading, depth: number) {
  const { content, parameters } = entity
  const named = parameters.get('boundary')?.trimEnd()
  const divided = (named && divide(content, named)) || divide(content, likelyBoundary(content))
  if (!divided) {
    // No parts at all: what is there is text.
    entity.type = 'text/plain'
    return
  }
  const usual = entity.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
  const text = (bytes: Buffer) => decodeText(bytes, parameters.get('charset'))
  entity.outside = { before: text(divided.before), behind: text(Buffer.concat(divided.behind)) }
  for (const [n, { start, end }] of divided.parts.entries()) {
    const isTooDeep = depth >= maxDepth
    if (isTooDeep || reading.parts >= maxParts) {
      reading.limits.add(isTooDeep ? 'depth' : 'parts')
      reading.rest.push(content.subarray(start, divided.parts.at(isTooDeep ? n : -1)?.end))
      if (isTooDeep) continue
      return
    }
    entity.parts.push(readEntity(content.subarray(start, end), reading, usual, depth + 1))
  }
}

interface Divided {
  before: Buffer
  parts: { start: number; end: number }[]
  behind: Buffer[]
}

/** Where the parts of a multipart begin and end; null when its boundary never comes. */
function divide(bytes: Buffer, boundary: string | null): Divided | null {
  if (!boundary) return null
  const delimiter = Buffer.from(`--${boundary}`, /[^\x00-\xff]/.test(boundary) ? 'utf8' : 'latin1')
  const parts: Divided['parts'] = []
  const behind: Buffer[] = []
  let before: Buffer | null = null
  let start = 0
  let isInPart = false
  const close = (end: number) => {
    if (before === null) before = bytes.subarray(0, end)
    else if (isInPart) parts.push({ start, end: Math.max(start, end) })
    else behind.push(bytes.subarray(start, end))
  }
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
    const isAtLineStart = at === 0 || bytes[at - 1] === 0x0a || bytes[at - 1] === 0x0d
    const line = isAtLineStart ? boundaryLine(bytes, at + delimiter.length) : null
    if (!line) continue
    close(withoutLineEnd(bytes, at))
    isInPart = !line.isLast
    start = line.end
  }
  if (before === null) return null
  close(bytes.length)
  return { before, parts, behind }
}

/** What stands behind a boundary: nothing but blanks, or two dashes for the last. */
function boundaryLine(bytes: Buffer, from: number): { isLast: boolean; end: number } | null {
  const isLast = bytes[from] === 0x2d && bytes[from + 1] === 0x2d
  let at = isLast ? from + 2 : from
  while ((bytes[at] === 0x20 || bytes[at] === 0x09) && at - from < 1000) at++
  if (at >= bytes.length) return { isLast, end: at }
  let next = at
  while (bytes[next] === 0x0d) next++
  if (bytes[next] === 0x0a) return { isLast, end: next + 1 }
  return next > at ? { isLast, end: at + 1 } : null
}

function withoutLineEnd(bytes: Buffer, end: number): number {
  let at = end
  if (bytes[at - 1] === 0x0a) at--
  else if (bytes[at - 1] === 0x0d) return at - 1
  while (bytes[at - 1] === 0x0d) at--
  return at
}

/** A line of dashes with headers below it is a boundary, whatever the message says. */
function likelyBoundary(bytes: Buffer): string | null {
  const text = bytes.toString('latin1', 0, 64 * 1024)
  return /(?:^|[\r\n])--([^\r\n]{1,200}?)[ \t]*(?:\r\n?|\n)content-[a-z-]{1,40}[ \t]*:/i.exec(text)?.[1] ?? null
}

/** The parameters of a header (RFC 2045, 2231), and those of programs that quote wrongly. */
function readParameters(value: string): { parameters: Map<string, string> } {
  const parameters = new Map<string, string>()
  const pieces = new Map<string, { n: number; value: string; isEncoded: boolean }[]>()
  const from = value.indexOf(';') + 1 || value.search(/\s[\w-]+=/) + 1 || value.length
  let at = from
  for (let count = 0; at < value.length && count < maxParameters; count++) {
    const match = /^[\s;]*([^\s=;"]{1,100})\s*=\s*/.exec(value.slice(at, at + 400))
    if (!match) {
      const next = value.indexOf(';', at)
      if (next < 0) break
      at = next + 1
      continue
    }
    at += match[0].length
    const { text, end } = readValue(value, at)
    at = end
    const [, name = '', n, star] = /^([^*]*)(?:\*(\d{1,4}))?(\*)?$/.exec((match[1] as string).toLowerCase()) ?? []
    if (!name) continue
    if (n === undefined && !star) {
      if (!parameters.has(name)) parameters.set(name, text)
      continue
    }
    const known = pieces.get(name)
    const piece = { n: Number(n ?? 0), value: text, isEncoded: Boolean(star) }
    if (known) known.push(piece)
    else pieces.set(name, [piece])
  }
  for (const [name, found] of pieces) parameters.set(name, joined(found))
  for (const [name, text] of parameters) parameters.set(name, decodeWords(text))
  return { parameters }
}

function readValue(value: string, at: number): { text: string; end: number } {
  if (value[at] !== '"') {
    const end = value.indexOf(';', at)
    return { text: value.slice(at, end < 0 ? undefined : end).trim(), end: end < 0 ? value.length : end }
  }
  const match = /"((?:[^"\\]|\\.)*)"?/sy
  match.lastIndex = at
  const [whole = '"', inside = ''] = match.exec(value) ?? []
  return { text: inside.replace(/\\(["\\])/g, '$1'), end: at + whole.length }
}

/** The pieces of RFC 2231 in order; the first names the charset. */
function joined(pieces: { n: number; value: string; isEncoded: boolean }[]): string {
  const inOrder = pieces.toSorted((a, b) => a.n - b.n)
  const [, charset, content] = inOrder[0]?.isEncoded ? (/^([^']*)'[^']*'(.*)$/s.exec(inOrder[0].value) ?? []) : []
  const bytes = inOrder.map(({ value, isEncoded }, n) => {
    const text = n === 0 && content !== undefined ? content : value
    return isEncoded ? percentDecoded(text) : Buffer.from(text)
  })
  return decodeText(Buffer.concat(bytes), charset || 'utf-8')
}

const percentDecoded = (text: string): Buffer =>
  Buffer.from(
    Buffer.from(cut(text, 4000))
      .toString('latin1')
      .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  )
