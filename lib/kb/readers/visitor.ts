import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Actor } from '../../actor/actor'
import { readCookie } from '../../actor/cookies'
import type { Caller } from '../../procedure/context'
import { secretFor } from '../../secrets'
import type { ResolvedTenant } from '../../tenancy/resolve'

const lifeSeconds = 400 * 24 * 3600

const keyed = (text: string) => createHmac('sha256', secretFor('visitor')).update(text).digest('base64url')

/** What stands for an account where it must not be known whose it is. */
export const voterOfPerson = (personId: string): string => keyed(`person:${personId}`)

/** The cookie of whoever voted without an account: a random number, signed, of one workspace. */
export function visitorCookie(headers: Headers, { ref }: Pick<ResolvedTenant, 'ref'>) {
  const isHttps = headers.get('x-forwarded-proto') === 'https'
  const name = `${isHttps ? '__Host-' : ''}baraza.${ref.slug}.visitor`
  return { name, options: { path: '/', maxAge: lifeSeconds, httpOnly: true, sameSite: 'lax' as const, secure: isHttps } }
}

const signed = (id: string, { ref }: Pick<ResolvedTenant, 'ref'>) => keyed(`visitor:${ref.id}:${id}`)

function visitorOf(headers: Headers, tenant: Pick<ResolvedTenant, 'ref'>): string | null {
  const [id = '', given = ''] = readCookie(headers, visitorCookie(headers, tenant).name)?.split('.') ?? []
  const [expected, signature] = [Buffer.from(signed(id, tenant)), Buffer.from(given)]
  return id && signature.length === expected.length && timingSafeEqual(signature, expected) ? id : null
}

interface Asking {
  caller: Caller
  tenant: ResolvedTenant
  actor: Actor
}

/** Whose vote it is; null for somebody who is not known yet. Whoever came by a link about one request is as good as signed out. */
export function voterOf({ caller, tenant, actor }: Asking): string | null {
  if (actor.kind === 'person' && !actor.onlyTicketId) return voterOfPerson(actor.id)
  const visitor = visitorOf(caller.headers, tenant)
  return visitor && keyed(`voter:${visitor}`)
}

/**
 * Makes whoever asks known by a cookie. @returns whose votes are theirs from now on
 * @param visit a random number of the page that they vote on: of two votes that are sent at once each makes the same visitor of it
 */
export function newVisitor({ caller, tenant }: Asking, visit?: string): { voter: string } {
  const id = visit ? keyed(`visit:${tenant.ref.id}:${visit}`).slice(0, 16) : randomBytes(12).toString('base64url')
  const { name, options } = visitorCookie(caller.headers, tenant)
  // not-words: attributes of a cookie
  const secure = options.secure ? '; Secure' : ''
  caller.responseHeaders?.append(
    'set-cookie',
    `${name}=${id}.${signed(id, tenant)}; Path=/; Max-Age=${lifeSeconds}; HttpOnly; SameSite=Lax${secure}`,
  )
  return { voter: keyed(`voter:${id}`) }
}
