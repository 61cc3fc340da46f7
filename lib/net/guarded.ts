import { lookup as resolveName } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { ErrorText } from '../core/message'
import { env } from '../env'

export class ForbiddenAddressError extends Error {}

/** There is no such name, or it leads into this machine's own network: one answer, or whoever asks learns which names that network has. */
export class NoPublicAddressError extends ForbiddenAddressError {
  readonly code = 'ENOTFOUND'
  constructor(hostname: string) {
    super(`no public address was found for ${hostname} (ENOTFOUND)`) // not-words: what the name server said
  }
}

/** What is not the public internet: this machine, its network, the cloud's metadata service, and what leads there by translation. */
function isInner(text: string) {
  if (!ipaddr.isValid(text)) return true
  const address = ipaddr.process(text)
  const isGlobal = address.kind() === 'ipv4' || address.match(ipaddr.parseCIDR('2000::/3'))
  return !isGlobal || address.range() !== 'unicast'
}

/** Whether the operator lets workspaces reach into this machine's own network. */
export const mayReachInner = () => env().ALLOW_PRIVATE_HOSTS === 'on'

/** Looks at the address that is really connected to, so that a name cannot lead elsewhere the second time it is asked for. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, options, (error, address, family) => {
    const addresses = Array.isArray(address) ? address.map((entry) => entry.address) : [address as string]
    const isRefused = !mayReachInner() && (error !== null || addresses.some(isInner))
    callback(isRefused ? new NoPublicAddressError(hostname) : error, isRefused ? '' : (address as string), family)
  })
}

/** What is wrong with an address that a tenant typed; null when it may be called. */
export function refusalOfUrl(text: string): ErrorText | null {
  if (!URL.canParse(text)) return 'address.notOne'
  const { protocol, hostname, username, password } = new URL(text)
  if (protocol !== 'https:' && !(protocol === 'http:' && mayReachInner())) return 'address.https'
  if (username || password) return 'address.credentials'
  return refusalOfHost(hostname)
}

/** What is wrong with a host that a tenant typed; where its name leads is looked at again when it is connected to (`guardedLookup`). */
export function refusalOfHost(hostname: string): ErrorText | null {
  const literal = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  const isLocalName =
    literal === 'localhost' || literal.endsWith('.localhost') || literal.endsWith('.internal') || literal.endsWith('.local')
  if (!mayReachInner() && (isLocalName || (isIP(literal) && isInner(literal)))) return 'address.privateNetwork'
  return null
}

interface Post {
  headers: Record<string, string | number>
  body: string | Buffer
  timeoutMs?: number
}

/**
 * Posts to an address that a tenant typed. Follows no redirects, reads at most
 * 2000 characters of the answer.
 * @throws {ForbiddenAddressError} when it leads into a private network
 */
export async function postGuarded(text: string, { body, headers, timeoutMs }: Post): Promise<{ status: number; text: string }> {
  const { status, bytes } = await ask(text, { method: 'POST', headers, timeoutMs, most: 8000 }, body)
  return { status, text: bytes.toString().slice(0, 2000) }
}

/**
 * Reads a file from an address that a tenant typed; null when it isn't there or is larger than `most` bytes. Follows as many
 * redirects as it is told, each looked at like the first.
 * @throws {ForbiddenAddressError} when it leads into a private network
 */
export async function getGuarded(text: string, { most, timeoutMs, redirects = 0 }: Get): Promise<{ type: string; bytes: Buffer } | null> {
  const { status, type, bytes, size, location } = await ask(text, { method: 'GET', headers: {}, timeoutMs, most })
  if (redirects > 0 && location && [301, 302, 303, 307, 308].includes(status) && URL.canParse(location, text))
    return getGuarded(new URL(location, text).href, { most, timeoutMs, redirects: redirects - 1 })
  return status === 200 && size <= most ? { type, bytes } : null
}

/**
 * Whether something answers at an address that a tenant typed, after as many redirects as there may be, each looked at like the first.
 * @throws {ForbiddenAddressError} when it leads into a private network
 */
export async function probeGuarded(
  text: string,
  {
    method,
    headers,
    timeoutMs,
    redirects,
  }: { method: 'HEAD' | 'GET'; headers: Record<string, string>; timeoutMs: number; redirects: number },
): Promise<number> {
  const { status, location } = await ask(text, { method, headers, timeoutMs, most: 0 })
  if (![301, 302, 303, 307, 308].includes(status) || !location || !URL.canParse(location, text)) return status
  if (redirects === 0) throw new Error('it leads on and on') // not-words: nobody sees it
  return probeGuarded(new URL(location, text).href, { method, headers, timeoutMs, redirects: redirects - 1 })
}

interface Get {
  most: number
  timeoutMs?: number
  redirects?: number
}

interface Request {
  method: 'GET' | 'POST' | 'HEAD'
  headers: Record<string, string | number>
  timeoutMs?: number
  /** Bytes of the answer that are kept. */
  most: number
}

interface Answer {
  status: number
  type: string
  bytes: Buffer
  size: number
  location: string | undefined
}

function ask(text: string, { method, headers, timeoutMs = 10_000, most }: Request, body?: string | Buffer): Promise<Answer> {
  const refusal = refusalOfUrl(text)
  if (refusal) return Promise.reject(new ForbiddenAddressError(refusal))
  const url = new URL(text)
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, lookup: guardedLookup, agent: false }, (incoming) => {
      const kept: Buffer[] = []
      let size = 0
      const answer = () => {
        const type = incoming.headers['content-type'] ?? ''
        resolve({ status: incoming.statusCode ?? 0, type, bytes: Buffer.concat(kept), size, location: incoming.headers.location })
      }
      incoming.on('data', (chunk: Buffer) => {
        if (size < most) kept.push(chunk.subarray(0, most - size))
        size += chunk.length
        // Nobody waits for the end of a file that is too large.
        if (method === 'GET' && size > most) {
          answer()
          outgoing.destroy()
        }
      })
      incoming.on('error', reject)
      incoming.on('end', answer)
    })
    // The clock decides, whatever the other side makes of the protocol.
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${timeoutMs / 1000} s`))
      outgoing.destroy()
    }, timeoutMs)
    outgoing.on('error', reject)
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy()
      reject(new Error('it wants to speak another protocol'))
    })
    outgoing.on('close', () => {
      clearTimeout(timer)
      reject(new Error('it hung up')) // no answer had come
    })
    outgoing.end(body)
  })
}

/**
 * The address that a host's name leads to now, for libraries that look names up themselves: they are given the address.
 * @throws {ForbiddenAddressError} when it leads into a private network
 */
export function guardedAddress(hostname: string): Promise<string> {
  const refusal = refusalOfHost(hostname)
  if (refusal) return Promise.reject(new ForbiddenAddressError(refusal))
  if (isIP(hostname)) return Promise.resolve(hostname)
  return new Promise((resolve, reject) => {
    guardedLookup(hostname, { all: false }, (error, address) => (error ? reject(error) : resolve(address as string)))
  })
}
