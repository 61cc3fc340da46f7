import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { readCookie } from '../../../actor/cookies'
import { hashSecret } from '../../../actor/hash'
import type { OAuthProvider } from '../../../mail/schema'
import { secretFor } from '../../../secrets'
import { originAt, platformOrigin } from '../../../tenancy/origin'

/** How long somebody may take to sign in at the provider. */
export const consentSeconds = 600

/** Where every provider sends people back to: it wants to know the one address of an installation, and workspaces have hosts of their own. */
export const redirectUri = (provider: OAuthProvider): string => `${platformOrigin()}${landing(provider)}/`
const landing = (provider: OAuthProvider) => `/settings/mail/integrations/${provider}/callback`

const claims = z.strictObject({ host: z.string(), id: z.uuid(), provider: z.enum(['google', 'microsoft']), until: z.number() })
type Claims = z.output<typeof claims>

const sign = (text: string) => createHmac('sha256', secretFor('mailbox-consent')).update(text).digest()

/** What the provider carries to and fro: which consent it is, and on which host it was begun. */
export function sealState(state: Claims): string {
  const text = Buffer.from(JSON.stringify(state)).toString('base64url')
  return `${text}.${sign(text).toString('base64url')}`
}

/** @returns null for what we did not write, not for this provider, or too long ago */
export function readState(provider: OAuthProvider, state: string, now: Date): Claims | null {
  const [text = '', signature = ''] = state.split('.')
  const [given, expected] = [Buffer.from(signature, 'base64url'), sign(text)]
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const read = claims.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  return read.provider === provider && read.until > now.getTime() ? read : null
}

/** What a provider answers with that is handed on; nothing else is. */
export const answered = ['code', 'state', 'iss', 'error', 'error_description'] as const

/**
 * Where the answer of a provider, which comes to the root host, is handed on to: the host on which it was asked for, as our own
 * signature says. What it says is looked at there, under that host's session.
 * @returns null for an answer to nothing that we asked
 */
export function destinationOf(provider: OAuthProvider, answer: URLSearchParams, now: Date): string | null {
  const state = readState(provider, answer.get('state') ?? '', now)
  if (!state) return null
  const kept = answered.flatMap((name) => (answer.has(name) ? [[name, answer.get(name) ?? '']] : []))
  return `${originAt(state.host)}${landing(provider)}?${new URLSearchParams(kept)}`
}

const cookieName = (slug: string, isHttps: boolean) => `${isHttps ? '__Host-' : ''}baraza.${slug}.consent`
const isHttps = (headers: Headers) => headers.get('x-forwarded-proto') === 'https'

/** A hash of what makes this browser known until the consent is there; null for any other. */
export function browserHashOf(headers: Headers, slug: string): string | null {
  const secret = readCookie(headers, cookieName(slug, isHttps(headers)))
  return secret && /^[\w-]{43}$/.test(secret) ? hashSecret(secret) : null
}

/** Makes the browser that is answered known. One that is known stays so: two consents may be under way in it. */
export function rememberBrowser(headers: Headers, responseHeaders: Headers, slug: string): string {
  const name = cookieName(slug, isHttps(headers))
  const kept = readCookie(headers, name)
  const secret = kept && /^[\w-]{43}$/.test(kept) ? kept : randomBytes(32).toString('base64url')
  // not-words: attributes of a cookie
  const secure = isHttps(headers) ? '; Secure' : ''
  responseHeaders.append('set-cookie', `${name}=${secret}; Path=/; Max-Age=${consentSeconds}; HttpOnly; SameSite=Lax${secure}`)
  return hashSecret(secret)
}
