import { decodeText } from './charset'

/** What Outlook packs into winmail.dat ([MS-OXTNEF]). */
export interface Tnef {
  text: string | null
  html: string | null
  files: { name: string | null; type: string; bytes: Buffer; contentId: string | null }[]
}

const signature = 0x223e9f78
const attribute = { codepage: 0x69007, properties: 0x69003, rendering: 0x69002, title: 0x18010, data: 0x6800f, attachment: 0x69005 }
const property = { text: 0x1000, rtf: 0x1009, html: 0x1013, data: 0x3701, name: 0x3704, longName: 0x3707, type: 0x370e, contentId: 0x3712 }
const maxFiles = 200

/** Null for what is none, or holds nothing that could be read. */
export function readTnef(bytes: Buffer): Tnef | null {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== signature) return null
  const found: Tnef = { text: null, html: null, files: [] }
  let charset = 'windows-1252'
  for (let at = 6; at + 9 <= bytes.length; ) {
    const id = bytes.readUInt32LE(at + 1)
    const length = bytes.readUInt32LE(at + 5)
    const data = bytes.subarray(at + 9, at + 9 + length)
    // Cut off: the container is worth more as it is than half of what was in it.
    if (data.length < length) return null
    at += 9 + length + 2
    const file = found.files.at(-1)
    if (id === attribute.codepage && length >= 4) charset = `cp${data.readUInt32LE(0)}`
    else if (id === attribute.properties) readMessage(data, charset, found)
    else if (id === attribute.rendering && found.files.length < maxFiles)
      found.files.push({ name: null, type: 'application/octet-stream', bytes: Buffer.of(), contentId: null })
    else if (id === attribute.title && file) file.name ??= zeroEnded(data, charset)
    else if (id === attribute.data && file) file.bytes = data
    else if (id === attribute.attachment && file) readAttachment(data, charset, file)
  }
  return found.text !== null || found.html !== null || found.files.length > 0 ? found : null
}

const zeroEnded = (data: Buffer, charset: string) =>
  decodeText(data.subarray(0, data.indexOf(0) >= 0 ? data.indexOf(0) : undefined), charset)

function readMessage(data: Buffer, charset: string, found: Tnef) {
  const all = readProperties(data, charset)
  const html = all.get(property.html)
  const rtf = all.get(property.rtf)
  if (typeof html === 'string') found.html = html
  else if (html) found.html = decodeText(html, null)
  const text = all.get(property.text)
  if (typeof text === 'string' && text) found.text = text
  if (found.text === null && found.html === null && rtf instanceof Buffer) {
    const plain = decompressRtf(rtf)
    if (plain !== null) found.text = rtfWords(plain)
  }
}

function readAttachment(data: Buffer, charset: string, file: Tnef['files'][number]) {
  const all = readProperties(data, charset)
  const textOf = (id: number) => {
    const value = all.get(id)
    return typeof value === 'string' && value ? value : null
  }
  file.name = textOf(property.longName) ?? textOf(property.name) ?? file.name
  file.type = textOf(property.type)?.toLowerCase() ?? file.type
  file.contentId = textOf(property.contentId)
  const bytes = all.get(property.data)
  if (bytes instanceof Buffer && file.bytes.length === 0) file.bytes = bytes
}

/** How long a value of fixed length is; the others say how long they are. */
const fixed: Record<number, number> = { 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16 }

/** Text and bytes by their id; what else there is is passed over. */
function readProperties(data: Buffer, charset: string): Map<number, string | Buffer> {
  const found = new Map<number, string | Buffer>()
  let at = 4
  const has = (bytes: number) => at + bytes <= data.length
  for (let count = has(0) && data.length >= 4 ? data.readUInt32LE(0) : 0; count > 0 && has(4); count--) {
    const type = data.readUInt16LE(at)
    const id = data.readUInt16LE(at + 2)
    at += 4
    if (id >= 0x8000) {
      // A named property: a GUID, then a number or a name.
      if (!has(24)) break
      const isName = data.readUInt32LE(at + 16) === 1
      at += 24 + (isName ? padded(data.readUInt32LE(at + 20)) : 0)
    }
    const width = fixed[type & 0xfff]
    const isVariable = width === undefined
    let values = 1
    if (isVariable || type & 0x1000) {
      if (!has(4)) break
      values = data.readUInt32LE(at)
      at += 4
    }
    for (; values > 0 && has(0); values--) {
      if (!isVariable) {
        at += width
        continue
      }
      if (!has(4)) return found
      const length = data.readUInt32LE(at)
      const value = data.subarray(at + 4, at + 4 + length)
      if (value.length < length) return found
      at += 4 + padded(length)
      const kind = type & 0xfff
      if (kind === 0x1e) found.set(id, zeroEnded(value, charset))
      else if (kind === 0x1f) found.set(id, value.toString('utf16le').replace(/\0.*$/s, ''))
      else if (kind === 0x102 || kind === 0x0d) found.set(id, value)
    }
  }
  return found
}

const padded = (length: number) => length + ((4 - (length % 4)) % 4)

const maxRtf = 5_000_000
/** What every compressed text may refer to before it has said anything ([MS-OXRTFCP]). */
const dictionary =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx'

/** Rich text as it was written, one letter per byte; null when it is damaged. */
export function decompressRtf(data: Buffer): string | null {
  if (data.length < 16) return null
  const size = Math.min(data.readUInt32LE(4), maxRtf)
  const kind = data.toString('latin1', 8, 12)
  if (kind === 'MELA') return data.toString('latin1', 16, 16 + size)
  if (kind !== 'LZFu') return null
  const window = Buffer.alloc(4096, 0x20)
  let to = window.write(dictionary, 'latin1')
  const out: number[] = []
  const put = (byte: number) => {
    out.push(byte)
    window[to] = byte
    to = (to + 1) & 4095
  }
  for (let at = 16; at < data.length && out.length < size; ) {
    const flags = data[at++] as number
    for (let bit = 0; bit < 8 && at < data.length && out.length < size; bit++) {
      if (!((flags >> bit) & 1)) {
        put(data[at++] as number)
        continue
      }
      if (at + 1 >= data.length) return Buffer.from(out).toString('latin1')
      const reference = data.readUInt16BE(at)
      at += 2
      const from = reference >> 4
      if (from === to) return Buffer.from(out).toString('latin1')
      for (let n = 0; n < (reference & 15) + 2; n++) put(window[(from + n) & 4095] as number)
    }
  }
  return Buffer.from(out).toString('latin1')
}

/** Groups that hold no words of the text. */
const silent = /^\{\\(?:\*|fonttbl|colortbl|stylesheet|info|pict|object|header|footer|generator|listtable|themedata)/

/** The words of rich text. */
export function rtfWords(rtf: string): string {
  const charset = `cp${/\\ansicpg(\d{3,5})/.exec(rtf)?.[1] ?? 1252}`
  let text = ''
  let high: number[] = []
  const flush = () => {
    if (high.length > 0) text += decodeText(Buffer.from(high), charset)
    high = []
  }
  const stack: { isSilent: boolean; skip: number }[] = []
  let state = { isSilent: false, skip: 1 }
  let dropped = 0
  const token = /\\'([0-9a-f]{2})|\\([a-z]{1,32})(-?\d{1,10})? ?|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)/gi
  for (const { 0: all, 1: code, 2: word, 3: number, 4: sign, 5: brace, 6: letters, index } of rtf.matchAll(token)) {
    if (code === undefined) flush()
    if (brace === '{') {
      stack.push(state)
      state = { ...state, isSilent: state.isSilent || silent.test(rtf.slice(index, index + 20)) }
    } else if (brace === '}') state = stack.pop() ?? state
    else if (state.isSilent) continue
    else if (word === 'uc') state.skip = Number(number ?? 1)
    else if (word === 'u') {
      text += String.fromCharCode(Number(number) & 0xffff)
      dropped = state.skip
    } else if (word === 'par' || word === 'line' || word === 'row') text += '\n'
    else if (word === 'tab' || word === 'cell') text += '\t'
    else if (code !== undefined) {
      if (dropped > 0) dropped--
      else high.push(Number.parseInt(code, 16))
    } else if (sign !== undefined) text += sign === '~' ? '\u00a0' : /[\\{}]/.test(sign) ? sign : ''
    else if (letters !== undefined) {
      text += letters.slice(dropped)
      dropped = Math.max(0, dropped - letters.length)
    } else if (!all) break
  }
  flush()
  return text
}
