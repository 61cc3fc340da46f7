import { isIP } from 'node:net'
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
/** Until when each kind of questions is asked. What the sender names can't take the time of what From's own domain publishes. */
const untilMs = { foreignKeys: 2000, keys: 3000, hosts: 3000, policy: 3000, chain: 3500, alignment: 3800 }
/** Of From's own domain and the great forwarders, and of all others. */
const mostSignatures = 5
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
  const results = await withTimeout(longestMs, 'checking the sender', verify(raw, mail, { ...hop, sender }, heard)).catch(() => ({
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

async function verify(raw: Uint8Array, mail: ParsedMail, { ip, helo, sender }: Client, heard: ReturnType<typeof recording>) {
  const { dkimVerify, spf: checkHost, arc: checkChain, dmarc: checkPolicy } = await import('mailauth')
  const domain = fromDomain(mail)
  const decides = (name: string) => [domain ?? '', ...sealers].some((each) => isSameOrganisation(name, each))
  const [keys, foreignKeys] = [heard.until(untilMs.keys), heard.until(untilMs.foreignKeys)]
  const minBitLength = 1024
  const named = helo ?? ip ?? ''
  const [signed, host] = await Promise.all([
    dkimVerify(withFewSignatures(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), decides), {
      sender,
      minBitLength,
      resolver: (name, type) => (decides(name) ? keys : foreignKeys)(name, type),
    }),
    // not-words: a name
    ip && checkHost({ ip, helo: isIP(named) ? `[${named}]` : named, sender, mta: 'baraza', resolver: heard.until(untilMs.hosts) }),
    // What it answers is known below.
    domain && checkPolicy({ headerFrom: [`x@${domain}`], resolver: heard.until(untilMs.policy) }),
  ])
  const signatures = signed.results
  const chain = await checkChain({ ...signed.arc, chain: signed.arc?.chain || [] }, { minBitLength, resolver: heard.until(untilMs.chain) })
  const policy = await checkPolicy({
    headerFrom: signed.headerFrom,
    fromFields: signed.fromFields,
    spfDomains: host && host.status.result === 'pass' ? [host.domain] : [],
    dkimDomains: signatures.flatMap(({ id, signingDomain, status: { result, aligned, underSized } }) =>
      result === 'pass' && signingDomain ? { id, domain: signingDomain, aligned, underSized } : [],
    ),
    arcResult: chain,
    resolver: heard.until(untilMs.alignment),
  })
  // Another reader of the same headers must not have seen another sender.
  const seen = new Set(signed.headerFrom.map((address) => domainOf(address).toLowerCase()))
  const isClear = domain !== null && signed.fromFields === 1 && seen.size === 1 && seen.has(domain)
  const spf = ip ? verdictOf(host ? host.status : undefined) : 'none'
  const dkim = bestOf(signatures.map(signatureVerdict))
  const isAligned =
    isClear &&
    ((spf === 'pass' && isSameOrganisation(host ? host.domain : '', domain)) ||
      signatures.some(({ status, signingDomain = '' }) => status.result === 'pass' && isSameOrganisation(signingDomain, domain)))
  let dmarc = policy ? verdictOf(policy.status) : 'none'
  if (dmarc === 'pass' && !isClear) dmarc = 'none'
  if (dmarc === 'fail') {
    const isOurs = (name: string | undefined) => isSameOrganisation(name ?? '', domain ?? '')
    const own = bestOf(signatures.filter(({ signingDomain }) => isOurs(signingDomain)).map(signatureVerdict))
    // What could not be asked might have passed, but only what is of From's own organisation: the sender rules over any other.
    if (own === 'temperror' || (spf === 'temperror' && isOurs(host ? host.domain : ''))) dmarc = 'temperror'
    // Whether the host may send for the domain is not known, so that it can't be said that it may not.
    else if (!ip && own !== 'fail') dmarc = 'none'
  }
  return { spf, dkim, dmarc, arc: arcOf(chain), isAligned }
}

const signatureField = /^dkim-signature[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*/gim

/** Without the signatures that are too many: each may ask for a key, and for a hash of the whole body. */
function withFewSignatures(raw: Buffer, decides: (name: string) => boolean): Buffer {
  const end = Math.min(...['\n\n', '\n\r\n'].map((blank) => raw.indexOf(blank)).filter((at) => at >= 0), raw.length - 1) + 1
  const head = raw.toString('latin1', 0, end)
  const left = { deciding: mostSignatures, foreign: mostSignatures }
  const kept = head.replace(signatureField, (field) => {
    const signer = /[:;]\s*d\s*=\s*([^;\s]+)/i.exec(field)?.[1] ?? ''
    return left[decides(signer) ? 'deciding' : 'foreign']-- > 0 ? field : ''
  })
  return kept === head ? raw : Buffer.concat([Buffer.from(kept, 'latin1'), raw.subarray(end)])
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
