import './wire'
import { call } from '@orpc/server'
import type { AuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { startBrowserSession } from '../accounts/auth'
import { browserSessionSeconds, sessionCookieName } from '../actor/cookies'
import { mailAddress } from '../core/mail-address'
import { env } from '../env'
import { startPlatformSession } from '../platform/admins'
import type { Caller } from '../procedure/context'
import { secretFor } from '../secrets'
import { isRootHost } from '../tenancy/host'
import { resolveHost } from '../tenancy/resolve'
import { openRequest } from '../tickets/ticket/request-link'

// The host is settled by the middleware, and it alone says where a sign-in leads back to.
process.env.AUTH_TRUST_HOST = 'true'
delete process.env.NEXTAUTH_URL

interface Proven {
  id: string
  sid: string
  tid: string
}

/** next-auth for one request: which workspace it signs in to is decided by the host alone. */
export async function authOptionsFor(caller: Caller, isHttps: boolean): Promise<AuthOptions | null> {
  const desk = await deskOf(caller)
  if (!desk) return null
  const options = { httpOnly: true, sameSite: 'lax' as const, path: '/', secure: isHttps }
  const prefix = `${isHttps ? '__Host-' : ''}baraza.${desk.slug}`
  return {
    secret: secretFor('session'),
    session: { strategy: 'jwt', maxAge: browserSessionSeconds },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    useSecureCookies: isHttps,
    cookies: {
      sessionToken: { name: sessionCookieName(desk.slug, isHttps), options },
      csrfToken: { name: `${prefix}.csrf`, options },
      callbackUrl: { name: `${prefix}.callback`, options },
    },
    providers: [
      CredentialsProvider({
        credentials: { email: {}, password: {}, magicToken: {}, requestKey: {} },
        authorize: (credentials) => desk.authorize(credentials ?? {}),
      }),
    ],
    callbacks: {
      redirect: ({ url, baseUrl }) =>
        URL.canParse(url, baseUrl) && new URL(url, baseUrl).origin === baseUrl ? new URL(url, baseUrl).href : baseUrl,
      jwt: ({ token, user }) => {
        const proven = user as Proven | undefined
        return proven ? { sub: proven.id, sid: proven.sid, tid: proven.tid } : token
      },
      // One secret serves all workspaces, so a token that names another workspace is nobody here.
      session: ({ session, token }) => (token.tid === desk.tid ? session : { expires: session.expires }),
    },
  }
}

type Given = Partial<Record<'email' | 'password' | 'magicToken' | 'requestKey', string>>

async function deskOf(caller: Caller) {
  if (!caller.host) return null
  if (isRootHost(caller.host, env().ROOT_DOMAIN)) {
    const authorize = async ({ email = '', password = '' }: Given): Promise<Proven> => {
      const { adminId, sessionId } = await startPlatformSession(caller, { email: mailAddress(email) ?? '', password })
      return { id: adminId, sid: sessionId, tid: 'platform' }
    }
    return { slug: 'platform', tid: 'platform', authorize }
  }
  const tenant = await resolveHost(caller.host)
  if (!tenant) return null
  const tid = tenant.ref.id
  const authorize = async ({ email = '', password = '', magicToken, requestKey }: Given): Promise<Proven> => {
    const { personId, sessionId } = requestKey
      ? await call(openRequest, { key: requestKey }, { context: { caller } })
      : await call(startBrowserSession, magicToken ? { magicToken } : { email, password }, { context: { caller } })
    return { id: personId, sid: sessionId, tid }
  }
  return { slug: tenant.ref.slug, tid, authorize }
}
