import { normalizeHost } from './host'

/** Pure rules on what comes in; the edge middleware and the server's own doors both use them, so nothing here does I/O. */

/** What is set here on every request; what a client sends under our names is dropped. */
const ownPrefix = 'x-baraza-'
const requestIdPattern = /^[\w-]{8,64}$/

interface Settings {
  TRUST_PROXY?: string
  VERCEL?: string | boolean
}

/**
 * Leaves in a request's headers only what is to be believed of it: none of our own but the request's id, and one host.
 * @returns the host as it was written and as `normalizeHost` gives it; null for what is none
 */
export function settleHeaders(headers: Headers, { TRUST_PROXY, VERCEL }: Settings): { given: string; host: string } | null {
  const requestId = headers.get('x-request-id')
  for (const name of [...headers.keys()]) if (name.startsWith(ownPrefix)) headers.delete(name)
  headers.set(`${ownPrefix}request-id`, requestId && requestIdPattern.test(requestId) ? requestId : crypto.randomUUID())
  const trustsProxy = !['', 'off', undefined].includes(TRUST_PROXY) || Boolean(VERCEL)
  const given = (trustsProxy && headers.get('x-forwarded-host')) || headers.get('host') || ''
  const host = normalizeHost(given)
  if (!host) return null
  headers.set('host', given)
  headers.set('x-forwarded-host', given)
  return { given, host }
}

/** What is said to a browser that came by https, by the request's settled headers. */
export const transportSecurity = (headers: Headers): [string, string][] =>
  headers.get('x-forwarded-proto') === 'https' ? [['strict-transport-security', 'max-age=31536000']] : []

/** What is said with every answer, whatever it is. */
export const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
  { key: 'X-Frame-Options', value: 'DENY' },
]
