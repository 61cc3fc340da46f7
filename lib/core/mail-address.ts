import punycode from 'punycode.js'

/**
 * What a mail address is, for forms, the API, mail that comes in, sign-up and imports alike. Each accepts what any of them does.
 */

const longest = 254
const longestLocal = 64
const longestLabel = 63
/** An atom in any script, with dots wherever mail systems put them. */
const atom = /^[^\s\p{C}@<>()[\],;:\\"]+$/u
/**
 * What stands in quotation marks may have spaces. Characters that end an address elsewhere are refused: not every program
 * on the way reads the marks, and what one of them makes of it is somebody else's address.
 */
const quoted = /^"([^\s\p{C}@<>()[\],;:\\"](?:[^\s\p{C}@<>()[\],;:\\"]| (?! ))*)(?<! )"$/u
/** Where a word in another character set begins (RFC 2047): some programs read on to the end of another, in the next address. */
const encodedWord = /=\?/
/** Names of hosts on the inside have underscores, and need no dot. */
const label = /^[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}\p{Join_Control}_-]*[\p{L}\p{N}\p{M}_])?$/u
const literal = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|ipv6:[0-9a-f:.]+)\]$/

/**
 * An address in its normal form, by which addresses are stored and compared: small letters, the domain in ASCII.
 * @returns null for what is no address
 */
export function mailAddress(text: string): string | null {
  const whole = text.trim()
  const at = whole.lastIndexOf('@')
  if (at < 1 || whole.length > 4 * longest) return null
  const name = localPart(whole.slice(0, at).normalize('NFC').toLowerCase())
  const host = asciiDomain(whole.slice(at + 1))
  if (!host || !name || name.length > longestLocal) return null
  const address = `${name}@${host}`
  return address.length <= longest ? address : null
}

/** Marks that are not needed are no part of it. */
function localPart(given: string): string | null {
  const name = quoted.exec(given)?.[1] ?? given
  if (encodedWord.test(name)) return null
  if (atom.test(name)) return name
  return name === given ? null : given
}

/** A domain in small letters and ASCII; null for what is none. */
export function asciiDomain(text: string): string | null {
  const host = text.normalize('NFKC').toLowerCase().replace(/\.$/, '')
  if (literal.test(host)) return host
  if (!host.split('.').every((part) => label.test(part))) return null
  // not-words: letters
  const ascii = /^[\x21-\x7e]+$/.test(host) ? host : URL.parse(`http://${host}`)?.hostname
  return ascii?.split('.').every((part) => part.length <= longestLabel && part.length > 0) ? ascii : null
}

/** An address as people write it: the domain in its own script. */
export const shownAddress = (address: string): string => {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  if (!domain.includes('xn--')) return address
  const shown = inItsScript(domain)
  // What would not lead back to it is no name for it.
  return shown && asciiDomain(shown) === domain ? address.slice(0, -domain.length) + shown : address
}

function inItsScript(domain: string): string | null {
  try {
    return punycode.toUnicode(domain)
  } catch {
    return null
  }
}
