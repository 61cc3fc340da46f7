import { createHash } from 'node:crypto'
import { newId } from '../core/id'
import type { Prisma } from '../db/generated/tenant/client'
import { withTenant } from '../db/scope'
import { env } from '../env'
import { sealedTokens } from '../mail/access-token'
import type { OAuthProvider } from '../mail/schema'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type Recorded, startRecorder } from './recorder'

interface Consent {
  provider: OAuthProvider
  address: string
  /** Other than what its address stands for. */
  accountId?: string
  /** What an administrator at Microsoft wrote in the place of the account's address. */
  claimed?: string
  scopes: string[]
}

interface Code extends Consent {
  challenge: string
  nonce: string
  redirectUri: string
}

/** An answer of the provider; a test puts one in the way of the usual one. */
export interface ProviderAnswer {
  status?: number
  headers?: Record<string, string>
  body: unknown
}

const organisation = '9122040d-6c67-4c5b-b112-36a304b66dad'
const refused = (error: string, status = 400) => ({ status, body: { error, error_description: `${error} (test)` } })
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Google and Microsoft on this machine, at the addresses that their documents name: sign-in with PKCE, tokens that end, refresh
 * tokens that at Microsoft are good for one use, and their interfaces to mail.
 */
export async function startMailProvider() {
  const codes = new Map<string, Code>()
  const refreshTokens = new Map<string, Consent>()
  const accessTokens = new Map<string, Consent>()
  let counter = 0
  const provider = {
    url: '',
    /** The seconds that access tokens live. */
    seconds: 3600,
    /** Who is signed in there, in a browser: allows what is asked for at once, or denies it. */
    owner: '',
    denies: false,
    /** Answers instead of the provider, where a test wants that. */
    interfere: null as ((request: Recorded) => ProviderAnswer | null | Promise<ProviderAnswer | null>) | null,
    /** Who answers to requests with a token; set by what stands in for their interfaces to mail. */
    api: null as ((request: Recorded, consent: Consent) => ProviderAnswer) | null,
    requests: [] as Recorded[],
    refreshTokens,
    accessTokens,
    /** What the owner of an account does in the browser: allows it, or part of it. @returns where the provider sends them */
    allow(
      authorisation: string,
      address: string,
      { scopes, accountId, claimed }: { scopes?: string[]; accountId?: string; claimed?: string } = {},
    ): URL {
      const asked = new URL(authorisation)
      const { searchParams } = asked
      const name = asked.pathname.startsWith('/o/') ? 'google' : 'microsoft'
      const code = `code-${++counter}`
      codes.set(code, {
        provider: name,
        address,
        accountId,
        claimed,
        scopes: scopes ?? (searchParams.get('scope') ?? '').split(' '),
        challenge: searchParams.get('code_challenge') ?? '',
        nonce: searchParams.get('nonce') ?? '',
        redirectUri: searchParams.get('redirect_uri') ?? '',
      })
      return answerTo(asked, { code, ...(name === 'google' ? { iss: provider.url, scope: 'mail' } : { session_state: 'x' }) })
    },
    deny: (authorisation: string): URL => answerTo(new URL(authorisation), { error: 'access_denied' }),
    /** Tokens of an account, as if somebody had connected it. */
    grant: (name: OAuthProvider, address: string, scopes: string[] = []) => tokensFor({ provider: name, address, scopes }),
    /** As when the owner takes the consent back in the account's settings. */
    revoke(address: string) {
      for (const tokens of [refreshTokens, accessTokens])
        for (const [token, consent] of tokens) if (consent.address === address) tokens.delete(token)
    },
    close: async () => {},
  }

  function tokensFor({ provider: name, address, accountId, claimed, scopes }: Consent, nonce?: string) {
    const accessToken = `access-${++counter}`
    const refreshToken = `refresh-${counter}`
    accessTokens.set(accessToken, { provider: name, address, scopes })
    refreshTokens.set(refreshToken, { provider: name, address, scopes })
    const now = Math.floor(Date.now() / 1000)
    const { GOOGLE_OAUTH_CLIENT_ID, MICROSOFT_OAUTH_CLIENT_ID } = env()
    const claims = {
      iss: name === 'google' ? provider.url : `${provider.url}/${organisation}/v2.0`,
      aud: name === 'google' ? GOOGLE_OAUTH_CLIENT_ID : MICROSOFT_OAUTH_CLIENT_ID,
      sub: accountId ?? address,
      iat: now,
      exp: now + 3600,
      ...(nonce ? { nonce } : {}),
      ...(name === 'google'
        ? { email: address, email_verified: true }
        : { preferred_username: address, email: claimed ?? address, tid: organisation, oid: accountId ?? address }),
    }
    return {
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: provider.seconds,
      scope: scopes.join(' '),
      id_token: `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}.${encoded({})}`,
    }
  }

  function token(form: URLSearchParams): ProviderAnswer {
    const { GOOGLE_OAUTH_CLIENT_SECRET, MICROSOFT_OAUTH_CLIENT_SECRET } = env()
    const secret = form.get('client_secret')
    if (secret !== GOOGLE_OAUTH_CLIENT_SECRET && secret !== MICROSOFT_OAUTH_CLIENT_SECRET) return refused('invalid_client', 401)
    if (form.get('grant_type') === 'authorization_code') {
      const given = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      if (!given || given.challenge !== challenge || given.redirectUri !== form.get('redirect_uri')) return refused('invalid_grant')
      return { body: tokensFor(given, given.nonce) }
    }
    const old = form.get('refresh_token') ?? ''
    const consent = refreshTokens.get(old)
    if (!consent) return refused('invalid_grant')
    const { refresh_token, ...answer } = tokensFor(consent)
    if (consent.provider === 'microsoft') {
      refreshTokens.delete(old)
      return { body: { ...answer, refresh_token } }
    }
    refreshTokens.delete(refresh_token)
    return { body: answer }
  }

  const recorder = await startRecorder(async (request) => {
    const interference = await provider.interfere?.(request)
    if (interference) return interference
    const { pathname } = new URL(request.path, 'http://localhost')
    const form = new URLSearchParams(request.body)
    if (/\/(auth|authorize)$/.test(pathname)) {
      const asked = `${provider.url}${request.path}`
      const location = provider.denies ? provider.deny(asked) : provider.allow(asked, provider.owner)
      return { status: 302, headers: { location: location.toString() }, body: {} }
    }
    if (pathname === '/token' || /^\/[\w.-]+\/oauth2\/v2\.0\/token$/.test(pathname)) return token(form)
    if (pathname === '/revoke') {
      const consent = refreshTokens.get(form.get('token') ?? '')
      if (!consent) return refused('invalid_token')
      provider.revoke(consent.address)
      return { body: {} }
    }
    const consent = accessTokens.get(/^Bearer (.+)$/.exec(String(request.headers.authorization))?.[1] ?? '')
    if (!consent) return { status: 401, body: { error: { code: 'InvalidAuthenticationToken', message: 'no such token' } } }
    if (pathname === '/v1.0/me') return { body: { mail: consent.address, userPrincipalName: consent.address } }
    return provider.api?.(request, consent) ?? { status: 404, body: {} }
  })
  provider.url = recorder.url
  provider.requests = recorder.requests
  provider.close = recorder.close
  return provider
}

export type MailProvider = Awaited<ReturnType<typeof startMailProvider>>

function answerTo({ searchParams }: URL, answer: Record<string, string>): URL {
  const url = new URL(searchParams.get('redirect_uri') ?? '')
  url.search = new URLSearchParams({ ...answer, state: searchParams.get('state') ?? '' }).toString()
  return url
}

/** Registers this installation with it. @returns what takes that back */
export function registerWith(provider: MailProvider): () => void {
  const given = {
    GOOGLE_OAUTH_CLIENT_ID: 'google-client',
    GOOGLE_OAUTH_CLIENT_SECRET: 'google-secret',
    GOOGLE_BASE_URL: provider.url,
    MICROSOFT_OAUTH_CLIENT_ID: 'microsoft-client',
    MICROSOFT_OAUTH_CLIENT_SECRET: 'microsoft-secret',
    MICROSOFT_BASE_URL: provider.url,
  }
  Object.assign(env(), given)
  return () => void Object.assign(env(), Object.fromEntries(Object.keys(given).map((name) => [name, undefined])))
}

interface Granted {
  name: OAuthProvider
  address?: string
  usesApi?: boolean
  /** How long the access token is still good. */
  minutes?: number
  servers?: Partial<Prisma.MailboxUncheckedCreateInput>
}

/** A mailbox whose account was signed in to. @returns it, with the tokens that it has */
export async function makeConsentedMailbox(tenant: ResolvedTenant, provider: MailProvider, given: Granted) {
  const { name, address = 'support@acme.test', usesApi = false, minutes = 60, servers = {} } = given
  const place = { tenantId: tenant.ref.id, id: newId() }
  const { access_token: accessToken, refresh_token: refreshToken } = provider.grant(name, address)
  const tokens = sealedTokens(place, { accessToken, refreshToken, expiresAt: new Date(Date.now() + minutes * 60_000) })
  await withTenant(tenant.ref, async (tx) => {
    const own = { name: 'Support', address, provider: name, usesApi, fetchSince: new Date(Date.now() - 60_000) }
    await tx.mailbox.create({ data: { ...place, ...own, ...tokens, ...servers } })
    await tx.mailboxFolder.create({ data: { tenantId: place.tenantId, mailboxId: place.id, path: 'INBOX' } })
  })
  return { id: place.id, address, accessToken, refreshToken }
}
