/** What stands in signed data that is no text by itself (RFC 8551, "opaque signing"): the message within. Whether it is genuine is not checked. */
export function contentOfSigned(bytes: Buffer): Buffer | null {
  try {
    // ContentInfo { signedData, [0] SignedData { version, algorithms, EncapsulatedContentInfo { data, [0] content } } }
    const info = childrenOf(elementAt(bytes, 0))
    const signed = info[1] && childrenOf(childrenOf(info[1])[0])
    const content = signed?.[2] && childrenOf(signed[2])[1]
    const octets = content && childrenOf(content)[0]
    return octets ? octetsOf(octets, 0) : null
  } catch {
    return null
  }
}

/** An element of BER: its tag, its content, and where it ends. Of unknown length it ends with two zeros. */
interface Element {
  tag: number
  content: Buffer
  end: number
}

const mostElements = 20_000

function elementAt(bytes: Buffer, at: number): Element {
  const tag = bytes[at] as number
  const first = bytes[at + 1]
  if (first === undefined) throw new RangeError('cut')
  if (first < 0x80) return whole(bytes, tag, at + 2, first)
  const size = first & 0x7f
  if (size > 0) return whole(bytes, tag, at + 2 + size, bytes.readUIntBE(at + 2, Math.min(size, 6)))
  let end = at + 2
  for (let n = 0; !(bytes[end] === 0 && bytes[end + 1] === 0); n++) {
    if (n > mostElements) throw new RangeError('too many')
    end = elementAt(bytes, end).end
  }
  return { tag, content: bytes.subarray(at + 2, end), end: end + 2 }
}

function whole(bytes: Buffer, tag: number, from: number, length: number): Element {
  if (from + length > bytes.length) throw new RangeError('cut')
  return { tag, content: bytes.subarray(from, from + length), end: from + length }
}

function childrenOf(element: Element | undefined): Element[] {
  const found: Element[] = []
  if (!element) return found
  for (let at = 0; at < element.content.length && found.length < mostElements; ) {
    const child = elementAt(element.content, at)
    found.push(child)
    at = child.end
  }
  return found
}

const isConstructed = ({ tag }: Element) => (tag & 0x20) !== 0

/** A text that is in one piece, or in many. */
function octetsOf(element: Element, depth: number): Buffer {
  if (!isConstructed(element)) return element.content
  if (depth > 5) throw new RangeError('too deep')
  return Buffer.concat(childrenOf(element).map((child) => octetsOf(child, depth + 1)))
}
