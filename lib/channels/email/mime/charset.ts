import { analyse } from 'chardet'
import iconv from 'iconv-lite'

/** Names that mail programs use and the standard of the web does not know, or knows as something narrower. */
const aliases: Record<string, string> = {
  utf8: 'utf-8',
  utf_8: 'utf-8',
  unicode: 'utf-16',
  'utf-7': 'utf-7',
  utf7: 'utf-7',
  'unicode-1-1-utf-7': 'utf-7',
  'x-unicode-2-0-utf-7': 'utf-7',
  latin1: 'windows-1252',
  'iso-8859-1': 'windows-1252',
  gb2312: 'gb18030',
  gbk: 'gb18030',
  'x-gbk': 'gb18030',
  cp936: 'gb18030',
  hz: 'hz-gb-2312',
  cp932: 'shift_jis',
  'windows-31j': 'shift_jis',
  cp949: 'euc-kr',
  'x-windows-949': 'euc-kr',
  'ks_c_5601-1987': 'euc-kr',
  cp950: 'big5',
  'big5-hkscs': 'big5',
  'x-mac-roman': 'macintosh',
  'mac-roman': 'macintosh',
}
const saysNothing = /^(?:|us-ascii|ascii|ansi.*|7bit|8bit|unknown.*|x-unknown|x-user-defined|default.*|none|binary)$/

/** A charset's name as we use it; null when it says nothing. */
export function charsetOf(declared: string | null | undefined): string | null {
  const name = (/^[\s"']*([\w.:+-]*)/.exec(declared ?? '')?.[1] ?? '').toLowerCase()
  if (saysNothing.test(name)) return null
  const even = name
    .replace(/^(?:x-)?cp-?(\d+)$/, (_, page: string) => (/^125\d$/.test(page) ? `windows-${page}` : `cp${page}`))
    .replace(/^(?:win|windows)[-_]?(125\d)$/, 'windows-$1')
    .replace(/^iso[-_]?8859[-_](\d+)(?:-[ie])?$/, 'iso-8859-$1')
  const known = aliases[even] ?? even
  return known === 'hz-gb-2312' || known === 'iso-2022-kr' || decoderOf(known) ? known : null
}

type Decoder = (bytes: Uint8Array) => string | null

/** Decodes the whole, or says null where the bytes are none of this charset. */
function decoderOf(charset: string): Decoder | null {
  // The platform's own decoder of Big5 knows no letters of Hong Kong.
  if (charset === 'big5')
    return (bytes) => {
      const text = iconv.decode(Buffer.from(bytes), 'big5hkscs')
      return text.includes('\ufffd') ? null : text
    }
  // The platform's own decoder of windows-1252 has read some bytes as ISO-8859-1.
  if (charset !== 'windows-1252')
    try {
      const decoder = new TextDecoder(charset, { fatal: true })
      return (bytes) => {
        try {
          return decoder.decode(bytes)
        } catch {
          return null
        }
      }
    } catch {
      // Not one of the web's.
    }
  return iconv.encodingExists(charset) ? (bytes) => iconv.decode(Buffer.from(bytes), charset) : null
}

const strictUtf8 = decoderOf('utf-8') as Decoder
const windows1252 = decoderOf('windows-1252') as Decoder
const isMultiByte = /^(?:gb18030|big5|shift_jis|euc-|iso-2022|utf-)/

/** Text of bytes in the charset that they say they are in, or else in the one that they are most likely in. */
export function decodeText(bytes: Uint8Array, declared: string | null | undefined): string {
  const marked = byteOrderMark(bytes)
  if (marked) return lossy(bytes, marked)
  const charset = charsetOf(declared)
  if (charset === 'hz-gb-2312') return decodeHz(bytes)
  if (charset === 'iso-2022-kr') return decodeIso2022Kr(bytes)
  if (charset === 'utf-16') return iconv.decode(Buffer.from(bytes), 'utf-16')
  const text = strictUtf8(bytes)
  const isAscii = text !== null && text.length === bytes.length
  if (isAscii && /\x1b\$[@B]/.test(text)) return lossy(bytes, 'iso-2022-jp')
  if (!charset || charset === 'utf-8') {
    if (text !== null) return text
    return charset && isMostlyUtf8(bytes) ? lossy(bytes, 'utf-8') : lossy(bytes, likelyCharset(bytes))
  }
  // Many programs name one of 8 bits and write UTF-8; hardly any other text happens to be valid UTF-8.
  if (text !== null && !isAscii && !isMultiByte.test(charset)) return text
  return decoderOf(charset)?.(bytes) ?? text ?? nearest(bytes, charset)
}

/** As it says, when that damages a few letters only. */
function nearest(bytes: Uint8Array, charset: string): string {
  const text = lossy(bytes, charset)
  return isMostlyWhole(text) ? text : lossy(bytes, likelyCharset(bytes))
}

const lossy = (bytes: Uint8Array, charset: string): string =>
  charset === 'windows-1252' ? (windows1252(bytes) as string) : new TextDecoder(charset).decode(bytes)

function byteOrderMark(bytes: Uint8Array): string | null {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  return a === 0xfe && b === 0xff ? 'utf-16be' : null
}

/** Whether a few letters are damaged in what is UTF-8 otherwise. */
const isMostlyUtf8 = (bytes: Uint8Array) => isMostlyWhole(lossy(bytes.subarray(0, searched), 'utf-8'))

function isMostlyWhole(text: string): boolean {
  const damaged = text.split('\ufffd').length - 1
  const whole = text.match(/[^\x00-\x7f\ufffd]/g)?.length ?? 0
  return whole > 4 * damaged
}

/** How much of a text is looked at to guess its charset. */
const searched = 20_000
const asian = /^(?:Shift_JIS|EUC-JP|EUC-KR|Big5|GB18030|ISO-2022-(?:JP|KR|CN))$/
const eastern = /^(?:windows-125[1356]|KOI8-R|ISO-8859-[5678])$/

/** The charset that text is in which names none and is not UTF-8: windows-1252, unless it looks like another alphabet altogether. */
export function likelyCharset(bytes: Uint8Array): string {
  const sample = bytes.subarray(0, searched)
  let high = 0
  let adjacent = 0
  let letters = 0
  for (let at = 0; at < sample.length; at++) {
    const byte = sample[at] as number
    if (byte > 0x20) letters++
    if (byte < 0x80) continue
    high++
    if ((sample[at - 1] ?? 0) >= 0x80 || (sample[at + 1] ?? 0) >= 0x80) adjacent++
  }
  // In western languages few letters have an accent, and seldom two in a row.
  if (high < 4 || high < 0.1 * letters || (adjacent < 0.8 * high && high < 0.4 * letters)) return 'windows-1252'
  const found = analyse(sample).filter(({ name, confidence }) => confidence >= 10 && (asian.test(name) || eastern.test(name)))
  const fits = found.find(({ name }) => decoderOf(name)?.(sample.length < bytes.length ? upToLineEnd(sample) : sample) != null)
  return fits?.name.toLowerCase() ?? 'windows-1252'
}

/** A sample must not end within a letter. */
const upToLineEnd = (bytes: Uint8Array) => bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)

/** RFC 1843: GB 2312 between ~{ and ~}, with the high bits off. */
function decodeHz(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  return text.replace(/~\{([^~]*)(?:~\}|$)|~~|~\r?\n/g, (all, chinese?: string) =>
    chinese === undefined ? (all === '~~' ? '~' : '') : withHighBits(chinese, 'gb18030'),
  )
}

/** RFC 1557: KS X 1001 between shift out and shift in, with the high bits off. */
function decodeIso2022Kr(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  return text.replace(/\x1b\$\)C(?:\r?\n)?/g, '').replace(/\x0e([^\x0f]*)\x0f?/g, (_, korean: string) => withHighBits(korean, 'euc-kr'))
}

const withHighBits = (text: string, charset: string) =>
  lossy(
    Uint8Array.from(text, (letter) => (/[\r\n ]/.test(letter) ? letter.charCodeAt(0) : letter.charCodeAt(0) | 0x80)),
    charset,
  )
