import type { AuthStatus, DKIMResult } from 'mailauth'
import { readNameServers } from '../../core/name-servers'
import { hasThreads, inThread } from '../../core/thread'
import { withTimeout } from '../../core/with-timeout'
import { env } from '../../env'
import { type Ask, askDns, recording } from '../../net/mail-dns'
import { domainOf, fromDomain, handedOverBy, isSameOrganisation, trustedResults } from './authentication'
import { largeBytes, type ParsedMail, parseMail } from './parse'
import type { Authentication, Received, Verdicts } from './schema'

/** What is trusted, and who is asked, when a sender is checked. */
interface Check {
  envelope: Received['envelope']
  /** Whose Authentication-Results are believed. */
  trusted: string[]
  /** Servers that answer; none for those of the system, null for asking nobody. */
  servers: string[] | null
}

/** All of it, so that a mail is never late for its sender's name servers. */
const longestMs = 4000
const mostAnswers = 60

const checkFor = (envelope: Received['envelope']): Check => ({
  envelope,
  trusted: [...env().TRUSTED_AUTHSERV_IDS, ...envelope.authservIds],
  servers: readNameServers(env().MAIL_DNS) ?? null,
})

export interface Checked {
  mail: ParsedMail
  authentication: Authentication | null
}

/** Reads a raw message and checks its sender, without holding up the process: a large one in a thread of its own. */
export function readAndCheck(tenantId: string, raw: Uint8Array, received: Pick<Received, 'envelope' | 'verdict'>): Promise<Checked> {
  const check = isGiven(received) ? null : checkFor(received.envelope)
  return raw.length > largeBytes && hasThreads()
    ? inThread(tenantId, 'lib/channels/email/sender-check.ts', 'readAndCheckHere', { raw, check })
    : readAndCheckHere({ raw, check })
}

/** The provider's word is enough. */
const isGiven = ({ verdict }: Pick<Received, 'verdict'>) => verdict !== null && (verdict.dmarc ?? verdict.spf ?? verdict.dkim) !== null

export async function readAndCheckHere({ raw, check }: { raw: Uint8Array; check: Check | null }): Promise<Checked> {
  const mail = await parseMail(raw)
  return { mail, authentication: check && (await checkSender(raw, mail, check)) }
}

/**
 * What can be proven of who sent a message; null where nobody may be asked. The name servers' silence is an answer too: it never
 * throws.
 */
export async function checkSender(raw: Uint8Array, mail: ParsedMail, check: Check, asks?: Ask): Promise<Authentication | null> {
  const { envelope, trusted, servers } = check
  const told = trustedResults(mail, trusted)
  if (told) return told
  const ask = asks ?? (servers && askDns(servers))
  if (!ask || mail.senders.from.length === 0) return null
  const heard = recording(ask)
  const hop = envelope.clientIp ? { ip: envelope.clientIp, helo: null } : handedOverBy(mail, [...envelope.relays, ...trusted])
  const sender = envelope.returnPath ?? mail.senders.returnPath[0] ?? ''
  const nothing: Verdicts = { spf: 'temperror', dkim: 'temperror', dmarc: 'temperror' }
  // not-words: for the log
  const results = await withTimeout(longestMs, 'checking the sender', verify(raw, mail, { ...hop, sender }, heard.ask)).catch(() => ({
    ...nothing,
    arc: null,
    isAligned: false,
  }))
  return { ...results, by: 'dns', clientIp: hop.ip, answers: heard.answers.slice(0, mostAnswers) }
}

interface Client {
  ip: string | null
  helo: string | null
  sender: string
}

async function verify(raw: Uint8Array, mail: ParsedMail, { ip, helo, sender }: Client, ask: Ask) {
  const { authenticate } = await import('mailauth')
  const result = await authenticate(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), {
    ...(ip ? { ip, helo: helo ?? undefined } : {}),
    sender,
    // not-words: a name
    mta: 'baraza',
    resolver: ask,
    disableBimi: true,
    minBitLength: 1024,
  })
  const domain = fromDomain(mail)
  // Another reader of the same headers must not have seen another sender.
  const seen = new Set(result.dkim.headerFrom.map((address) => domainOf(address).toLowerCase()))
  const isClear = domain !== null && result.dkim.fromFields === 1 && seen.size === 1 && seen.has(domain)
  const signatures = result.dkim.results
  const spf = ip ? verdictOf(result.spf ? result.spf.status : undefined) : 'none'
  const dkim = bestOf(signatures.map(signatureVerdict))
  const isAligned =
    isClear &&
    ((spf === 'pass' && isSameOrganisation(result.spf ? result.spf.domain : '', domain)) ||
      signatures.some(({ status, signingDomain = '' }) => status.result === 'pass' && isSameOrganisation(signingDomain, domain)))
  let dmarc = result.dmarc ? verdictOf(result.dmarc.status) : 'none'
  if (dmarc === 'pass' && !isClear) dmarc = 'none'
  if (dmarc === 'fail') {
    const isOurs = (name: string | undefined) => isSameOrganisation(name ?? '', domain ?? '')
    const own = bestOf(signatures.filter(({ signingDomain }) => isOurs(signingDomain)).map(signatureVerdict))
    // What could not be asked might have passed, but only what is of From's own organisation: the sender rules over any other.
    if (own === 'temperror' || (spf === 'temperror' && isOurs(result.spf ? result.spf.domain : ''))) dmarc = 'temperror'
    // Whether the host may send for the domain is not known, so that it can't be said that it may not.
    else if (!ip && own !== 'fail') dmarc = 'none'
  }
  return { spf, dkim, dmarc, arc: arcOf(result.arc), isAligned }
}

/** Great forwarders that say honestly what they found. */
const sealers = ['google.com', 'microsoft.com', 'outlook.com', 'fastmail.com']

function arcOf(arc: false | { status: AuthStatus; signature?: { signingDomain?: string } | false; authenticationResults?: object }) {
  if (!arc || arc.status.result === 'none') return null
  if (arc.status.result !== 'pass') return verdictOf(arc.status)
  const { signature } = arc
  const sealer = signature ? (signature.signingDomain ?? '') : ''
  const found = arc.authenticationResults as { dmarc?: { result?: string } } | undefined
  return sealers.some((each) => isSameOrganisation(each, sealer)) && found?.dmarc?.result === 'pass' ? 'pass' : 'none'
}

type Result = NonNullable<Verdicts['spf']>

function verdictOf(status: Pick<AuthStatus, 'result'> | undefined): Result {
  const result = status?.result
  if (result === 'pass' || result === 'fail') return result
  return result === 'temperror' || result === 'temperr' ? 'temperror' : 'none'
}

/** A body that was changed is a broken signature. */
const signatureVerdict = ({ status, bodyHash, bodyHashExpecting }: DKIMResult): Result =>
  status.result === 'neutral' && bodyHashExpecting && bodyHash !== bodyHashExpecting ? 'fail' : verdictOf(status)

/** One signature that holds is enough; one that could not be looked up may have held. */
const bestOf = (found: Result[]): Result => (['pass', 'temperror', 'fail'] as const).find((result) => found.includes(result)) ?? 'none'
