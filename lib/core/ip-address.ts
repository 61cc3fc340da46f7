import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'

/** Which addresses in front of the server are proxies: the last so many, or those in these networks. */
export type TrustedProxies = { hops: number } | { networks: [ipaddr.IPv4 | ipaddr.IPv6, number][] }

const networkNames: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  // not-words: networks
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/**
 * Reads TRUST_PROXY: `off`, `on` (one proxy), a number of proxies, or networks separated by commas,
 * among which `loopback` and `private` are names.
 * @returns null for anything else
 */
export function readTrustedProxies(text: string): TrustedProxies | null {
  if (text === 'off') return { hops: 0 }
  if (text === 'on') return { hops: 1 }
  if (/^\d+$/.test(text)) return Number(text) <= 10 ? { hops: Number(text) } : null
  const networks = text.split(',').flatMap((part) => networkNames[part.trim()] ?? [part.trim()])
  if (!networks.every((network) => ipaddr.isValid(network) || ipaddr.isValidCIDR(network))) return null
  return {
    networks: networks.map((network) => {
      if (ipaddr.isValidCIDR(network)) return ipaddr.parseCIDR(network)
      const address = ipaddr.process(network)
      return [address, address.kind() === 'ipv4' ? 32 : 128]
    }),
  }
}

/** The same few call again and again, and reading one takes a dozen expressions. */
const normalized = new LRUCache<string, { address: string | null }>({ max: 1000 })

/** An address as it is written everywhere: IPv4 where it is one, IPv6 shortened; null for what is none. */
export function normalizeAddress(text: string | undefined): string | null {
  if (text === undefined || text.length > 60) return readAddress(text)
  const known = normalized.get(text) ?? { address: readAddress(text) }
  normalized.set(text, known)
  return known.address
}

function readAddress(text: string | undefined): string | null {
  // Some proxies add the port.
  const bare = text?.trim().replace(/^\[([^\]]+)\](:\d+)?$|^(\d+(?:\.\d+){3}):\d+$/, '$1$3')
  return bare && ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : null
}

const privateRanges = ['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat', 'unspecified']

/** An address of somebody's own network, which says nothing of who called from the net. */
export const isPrivateAddress = (address: string): boolean => privateRanges.includes(ipaddr.process(address).range())

const isIn = (address: string, networks: [ipaddr.IPv4 | ipaddr.IPv6, number][]) => {
  const parsed = ipaddr.parse(address)
  return networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network as ipaddr.IPv4, bits))
}

/** What a request says of where it comes from, as far as it is to be believed. */
interface Origin {
  /** The client's address. */
  address: string | null
  /** Whether a trusted proxy passed it on, so that its other headers are believed too. */
  isProxied: boolean
}

/**
 * Where a request came from. Each proxy appends the address it was called from, so the list is read from its end: what stands
 * before the last trusted proxy may have been written by the client.
 */
export function originOfRequest(peer: string | undefined, forwardedFor: string | undefined, trust: TrustedProxies): Origin {
  const nearest = normalizeAddress(peer)
  const isTrusted = (address: string | null, place: number) =>
    'hops' in trust ? place < trust.hops : address !== null && isIn(address, trust.networks)
  if (!isTrusted(nearest, 0)) return { address: nearest, isProxied: false }
  const before = (forwardedFor ?? '')
    .split(',')
    .reverse()
    .map((part) => normalizeAddress(part))
  let address = nearest
  for (const [index, next] of before.entries()) {
    if (next === null) break
    address = next
    if (!isTrusted(next, index + 1)) break
  }
  return { address, isProxied: true }
}

/** What limits count as one client: an address, of IPv6 the /64 network that one household or machine has. */
export function addressKey(address: string | null): string {
  if (!address || !ipaddr.isValid(address)) return address ?? 'unknown'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/64`)}/64`
}
