/** Q of RFC 2047: quoted-printable in which "_" is a blank. */
export const decodeQ = (text: string): Buffer => decodeQuotedPrintable(Buffer.from(text.replaceAll('_', ' '), 'utf8'))

/** The bytes of a part, as its Content-Transfer-Encoding says. */
export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  const name = /^[\s"']*([\w-]*)/.exec(encoding)?.[1]?.toLowerCase()
  if (name === 'quoted-printable') return decodeQuotedPrintable(bytes)
  if (name === 'base64') return isBase64(bytes) ? decodeBase64(bytes) : bytes
  if (name === 'uuencode' || name === 'x-uuencode' || name === 'x-uue') return decodeUu(bytes) ?? bytes
  return bytes
}

const hex = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const small = byte | 0x20
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1
}

/** What is no code stays as it is. */
function decodeQuotedPrintable(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte !== 0x3d) {
      out[length++] = byte
      continue
    }
    const [high, low] = [hex(bytes[at + 1]), hex(bytes[at + 2])]
    if (high >= 0 && low >= 0) {
      out[length++] = high * 16 + low
      at += 2
      continue
    }
    const end = softLineEnd(bytes, at + 1)
    if (end > 0) at = end - 1
    else out[length++] = byte
  }
  return out.subarray(0, length)
}

/** The place behind blanks and a line end; 0 where there is none. */
function softLineEnd(bytes: Buffer, from: number): number {
  let at = from
  while ((bytes[at] === 0x20 || bytes[at] === 0x09) && at - from < 100) at++
  if (at >= bytes.length) return at
  if (bytes[at] === 0x0d) return bytes[at + 1] === 0x0a ? at + 2 : at + 1
  return bytes[at] === 0x0a ? at + 1 : 0
}

/** Whether there is base64 at all: some programs say so of plain text. */
function isBase64(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, 1000).trim()
  const other = text.match(/[^A-Za-z0-9+/=_\r\n-]/g)?.length ?? 0
  return other * 10 <= text.length
}

function decodeBase64(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1')
  const padding = text.indexOf('=')
  if (padding < 0 || /^[=\s]*$/.test(text.slice(padding, padding + 100))) return Buffer.from(text, 'base64')
  // Pieces that were encoded one by one, each with its own padding.
  return Buffer.concat(text.split(/=+/).map((piece) => Buffer.from(piece, 'base64')))
}

function decodeUu(bytes: Buffer): Buffer | null {
  const content = /^begin [0-7]{3,4} [^\r\n]*\r?\n([\s\S]*?)^(?:`?\r?\n)?end/m.exec(bytes.toString('latin1'))?.[1]
  if (content === undefined) return null
  const lines = content.split(/\r?\n/).map((line) => {
    const length = (line.charCodeAt(0) - 32) & 63
    const out = Buffer.alloc(Math.ceil(length / 3) * 3)
    for (let at = 1, to = 0; to < length; at += 4, to += 3) {
      const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((n) => ((line.charCodeAt(at + n) || 32) - 32) & 63)
      out.writeUIntBE((a << 18) | (b << 12) | (c << 6) | d, to, 3)
    }
    return out.subarray(0, length || 0)
  })
  return Buffer.concat(lines)
}
