/** Levels of what is in what; few need more than a dozen. */
export const maxDepth = 32
const maxKeys = 5000
const maxValues = 100_000

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a

/**
 * Whether a JSON text is so deep or in so many parts that reading and checking it would hold up everybody else: it is looked through
 * once, without being parsed. What is no JSON is for the parser to refuse.
 */
export function isUnreasonable(text: string, mostDepth = maxDepth): boolean {
  let depth = 0
  let keys = 0
  let values = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      for (at++; at < text.length && text.charCodeAt(at) !== quote; at++) if (text.charCodeAt(at) === backslash) at++
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > mostDepth) return true
    } else if (code === 0x5d || code === 0x7d) depth--
    else if (code === colon) {
      if (++keys > maxKeys) return true
    } else if (code === comma && ++values > maxValues) return true
  }
  return false
}
