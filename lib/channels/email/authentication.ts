import { getDomain } from 'tldts'
import { isPrivateAddress, normalizeAddress } from '../../core/ip-address'
import type { ParsedMail } from './parse'
import type { Authentication, Facts, Verdicts } from './schema'

/** Whether what a message says of its sender is proven: `fail` where the sender's own domain says that it is not. */
export type Authenticity = 'pass' | 'fail' | 'not_checked'

/** Fails where the domain's policy says so, or where there is none and neither check passes. */
export function authenticityOf({ verdict, authentication }: Pick<Facts, 'verdict' | 'authentication'>): Authenticity {
  const isGiven = verdict && (verdict.dmarc ?? verdict.spf ?? verdict.dkim) !== null
  const checked = isGiven ? { arc: null, isAligned: false, ...verdict } : authentication
  if (!checked) return 'not_checked'
  const { spf, dkim, dmarc, arc, isAligned } = checked
  if (dmarc === 'pass') return 'pass'
  // A forwarder that is trusted says that it was right when it came there, and that it changed it.
  if (dmarc === 'fail') return arc === 'pass' ? 'not_checked' : 'fail'
  if (isAligned && (spf === 'pass' || dkim === 'pass')) return 'pass'
  return spf === 'fail' && dkim === 'fail' && dmarc !== 'temperror' ? 'fail' : 'not_checked'
}

/** Two names of one organisation. */
export function isSameOrganisation(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => domainOf(name).toLowerCase().replace(/\.$/, ''))
  if (!a || !b) return false
  return (getDomain(a, { allowPrivateDomains: true }) ?? a) === (getDomain(b, { allowPrivateDomains: true }) ?? b)
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** The one domain that a message says it is from; null when it names several, or none. */
export function fromDomain({ senders: { from } }: Pick<ParsedMail, 'senders'>): string | null {
  const domains = new Set(from.map(({ email }) => domainOf(email)))
  const [domain] = domains
  return domains.size === 1 && domain ? domain : null
}

/** How a host is named: as it is listed, or beneath it. */
const isListed = (host: string, listed: readonly string[]) => {
  const name = `.${host.toLowerCase().replace(/\.$/, '')}`
  return listed.some((each) => name.endsWith(each.startsWith('.') ? each : `.${each}`))
}

type Read = Pick<ParsedMail, 'headers' | 'senders'>

/** Who handed a message over, as one of the hosts that are trusted to say it wrote. */
interface Hop {
  ip: string | null
  helo: string | null
}

const byHost = /\bby\s+([^\s;()]{1,255})/i

/**
 * The client that the first of the trusted hosts heard of: the topmost public one. What stands below may have been made up, whatever
 * host it says wrote it.
 * @param relays hosts that are trusted, as their `by` names them
 */
export function handedOverBy({ headers }: Read, relays: readonly string[]): Hop {
  let last: Hop = { ip: null, helo: null }
  if (relays.length === 0) return last
  for (const { name, value } of headers) {
    if (name !== 'received') continue
    const at = value.search(/(?:^|\s)by\s/i)
    const host = byHost.exec(value)?.[1]
    if (at < 0 || !host || !isListed(host, relays)) break
    const from = value.slice(0, at)
    // What the client calls itself stands before what its connection was.
    const ips = [...from.matchAll(/[[(](?:IPv6:)?([0-9a-f:.]{3,45})[\])]/gi)].flatMap(([, ip]) => normalizeAddress(ip) ?? [])
    const helo = /\bhelo[= ]([^\s()]+)/i.exec(from)?.[1] ?? /^from\s+([^\s()]+)/i.exec(from)?.[1] ?? null
    const ip = ips.at(-1) ?? null
    if (ip) last = { ip, helo }
    if (ip && !isPrivateAddress(ip)) break
  }
  return last
}

const results: Record<string, Verdicts[keyof Verdicts]> = {
  pass: 'pass',
  bestguesspass: 'none',
  fail: 'fail',
  hardfail: 'fail',
  temperror: 'temperror',
}

/** RFC 8601 */
const authservId = /^\s*(?:\([^()]*\)\s*)*"?([^\s;"]{1,255})"?(?:\s+\d+)?\s*(?:;|$)/

/** Microsoft's servers leave their name out, and give it in Received-SPF. */
const nameless = 'protection.outlook.com'
const isNameless = (value: string) => /^\s*(?:spf|dkim|dmarc)\s*=/i.test(value)

/** Its name as it is listed, or one beneath a name that is listed with a dot before it. */
const isTrusted = (id: string, trusted: readonly string[]) =>
  trusted.some((each) => (each.startsWith('.') ? id.endsWith(each) : id === each))

/**
 * What the hosts that are trusted found of a sender: their topmost Authentication-Results and those of the same host that
 * follow it at once. Others further below came with the message.
 */
export function trustedResults(mail: Read, trusted: readonly string[]): Authentication | null {
  if (trusted.length === 0) return null
  const values: string[] = []
  let by: string | undefined
  for (const { name, value } of mail.headers) {
    if (name === 'received' && isForeign(value, trusted)) break
    const id = name === 'authentication-results' ? nameOf(value) : undefined
    if (by !== undefined && id !== by) break
    if (id === undefined || !isTrusted(id, trusted)) continue
    by = id
    values.push(value)
    // Who wrote the next one without a name nobody can tell.
    if (isNameless(value)) break
  }
  return values.length > 0 ? readResults(values, mail) : null
}

const nameOf = (value: string) => (isNameless(value) ? nameless : authservId.exec(value)?.[1]?.toLowerCase())

/** One who is not trusted took it over from the net after that. */
function isForeign(received: string, trusted: readonly string[]): boolean {
  const host = byHost.exec(received)?.[1]
  const isFromNet = /^from\s/i.test(received)
  return (
    isFromNet && host !== undefined && !isListed(host, trusted) && !trusted.some((id) => isSameOrganisation(id.replace(/^\./, ''), host))
  )
}

function readResults(values: string[], mail: Read): Authentication {
  const found: Authentication = {
    by: 'header',
    spf: null,
    dkim: null,
    dmarc: null,
    arc: null,
    isAligned: false,
    clientIp: null,
    answers: [],
  }
  const domain = fromDomain(mail)
  const saidAbove = new Set<keyof Verdicts>()
  for (const value of values) {
    const saidHere = new Set<keyof Verdicts>()
    for (const part of withoutComments(value).split(';')) {
      const [, method, said] = /^\s*(spf|dkim|dmarc)(?:\/\d+)?\s*=\s*([a-z]+)/i.exec(part) ?? []
      if (!method || !said) continue
      const which = method.toLowerCase() as keyof Verdicts
      // The next header may be the sender's own: it adds a check, and never says another thing of one.
      if (saidAbove.has(which) || (which === 'dmarc' && saidHere.has(which))) continue
      saidHere.add(which)
      const result = results[said.toLowerCase()] ?? 'none'
      const about = aboutWhom(part, which)
      const isOurs = domain !== null && about !== undefined && isSameOrganisation(about, domain)
      // It may be about another From than the one that is shown.
      if (which === 'dmarc') found.dmarc = result === 'pass' && about !== undefined && !isOurs ? 'none' : result
      else if (found[which] !== 'pass' || (result === 'pass' && isOurs)) found[which] = result
      if (which !== 'dmarc' && result === 'pass' && isOurs) found.isAligned = true
    }
    for (const which of saidHere) saidAbove.add(which)
  }
  if (domain === null && found.dmarc === 'pass') found.dmarc = 'none'
  return found
}

function aboutWhom(part: string, method: keyof Verdicts): string | undefined {
  const property = {
    spf: /smtp\.mailfrom\s*=\s*([^\s;]+)/i,
    dkim: /header\.[di]\s*=\s*([^\s;]+)/i,
    dmarc: /header\.from\s*=\s*([^\s;]+)/i,
  }[method]
  const value = property.exec(part)?.[1]?.replace(/^["<]+|[">]+$/g, '')
  return value && domainOf(value)
}

function withoutComments(value: string): string {
  let text = value
  for (let turn = 0; turn < 4; turn++) text = text.replace(/\([^()]*\)/g, ' ')
  return text
}
