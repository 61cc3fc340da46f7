import { decode, encode } from 'next-auth/jwt'
import { secretFor } from '../secrets'

/** What the browser's cookie says; it is believed only together with the session row it names. */
export interface SessionClaims {
  sid: string
  /** Tenant id, or 'platform'. A cookie of one tenant means nothing on another's host. */
  tid: string
}

/** Seconds a browser session lives. */
export const browserSessionSeconds = 14 * 24 * 3600

/** Host-only by its prefix on https; named by tenant so that two workspaces never mix. */
export const sessionCookieName = (slug: string, isHttps: boolean): string => `${isHttps ? '__Host-' : ''}baraza.${slug}.session`

/** Every name a session cookie can have; cookies are host-only, so all of them here are this workspace's. */
export const sessionCookiePattern = /^(__Host-)?baraza\.[a-z0-9-]+\.session$/

export const sealSession = (claims: SessionClaims): Promise<string> =>
  encode({ token: { ...claims }, secret: secretFor('session'), maxAge: browserSessionSeconds })

export async function openSession(cookie: string): Promise<SessionClaims | null> {
  const token = await decode({ token: cookie, secret: secretFor('session') }).catch(() => null)
  return token && typeof token.sid === 'string' && typeof token.tid === 'string' ? { sid: token.sid, tid: token.tid } : null
}

export function readCookie(headers: Headers, name: string): string | null {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return decoded(part.slice(at + 1).trim())
  }
  return null
}

/** Null for what nobody who sets our cookies writes. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
