import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { msg } from '../core/message'
import { cut, errorText } from '../core/text'
import { env } from '../env'
import { MailboxError } from './connection-errors'
import type { OAuthProvider } from './schema'

interface Settings {
  server: oauth.AuthorizationServer
  clientId: string | undefined
  clientSecret: string | undefined
  /** What is asked for: to read and to send by IMAP and SMTP, or by the provider's own interface. */
  scopes: { imap: string[]; api: string[] }
  /** What makes the provider ask which account, and give a token that lasts. */
  asks: Record<string, string>
}

/** Where the provider's own interface is. */
export const apiOrigins: Record<OAuthProvider, () => string> = {
  google: () => env().GOOGLE_BASE_URL ?? 'https://gmail.googleapis.com',
  microsoft: () => env().MICROSOFT_BASE_URL ?? 'https://graph.microsoft.com',
}

const settingsOf: Record<OAuthProvider, () => Settings> = {
  google() {
    const { GOOGLE_BASE_URL: base, GOOGLE_OAUTH_CLIENT_ID: clientId, GOOGLE_OAUTH_CLIENT_SECRET: clientSecret } = env()
    const server = {
      issuer: base ?? 'https://accounts.google.com',
      authorization_endpoint: `${base ?? 'https://accounts.google.com'}/o/oauth2/v2/auth`,
      token_endpoint: `${base ?? 'https://oauth2.googleapis.com'}/token`,
      revocation_endpoint: `${base ?? 'https://oauth2.googleapis.com'}/revoke`,
    }
    const own = 'https://www.googleapis.com/auth'
    const scopes = {
      imap: ['openid', 'email', 'https://mail.google.com/'],
      api: ['openid', 'email', `${own}/gmail.readonly`, `${own}/gmail.send`],
    }
    return { server, clientId, clientSecret, scopes, asks: { access_type: 'offline', prompt: 'consent select_account' } }
  },
  microsoft() {
    const { MICROSOFT_BASE_URL: base, MICROSOFT_OAUTH_CLIENT_ID: clientId, MICROSOFT_OAUTH_CLIENT_SECRET: clientSecret } = env()
    const login = base ?? 'https://login.microsoftonline.com'
    const own = `${login}/${env().MICROSOFT_OAUTH_TENANT}`
    const server = {
      issuer: `${own}/v2.0`,
      authorization_endpoint: `${own}/oauth2/v2.0/authorize`,
      token_endpoint: `${own}/oauth2/v2.0/token`,
    }
    const always = ['openid', 'email', 'profile', 'offline_access']
    const scopes = {
      imap: [...always, 'https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send'],
      api: [
        ...always,
        'https://graph.microsoft.com/User.Read',
        'https://graph.microsoft.com/Mail.Read',
        'https://graph.microsoft.com/Mail.Send',
      ],
    }
    return { server, clientId, clientSecret, scopes, asks: { prompt: 'select_account' } }
  },
}

/** Whether the operator registered this installation with the provider. */
export function isConfigured(provider: OAuthProvider): boolean {
  const { clientId, clientSecret } = settingsOf[provider]()
  return Boolean(clientId && clientSecret)
}

/** @throws when the operator has not registered this installation with the provider */
function registered(provider: OAuthProvider) {
  const { clientId, clientSecret, ...settings } = settingsOf[provider]()
  if (!clientId || !clientSecret) throw new MailboxError(`mailboxes.notConfigured.${provider}`)
  const client: oauth.Client = { client_id: clientId, [oauth.clockTolerance]: 60 }
  return { ...settings, client, secret: oauth.ClientSecretPost(clientSecret) }
}

const requestMs = 10_000
const options = (server: oauth.AuthorizationServer) => ({
  signal: () => AbortSignal.timeout(requestMs),
  // Where the operator names another address, it may be on this machine.
  [oauth.allowInsecureRequests]: server.token_endpoint?.startsWith('http:') ?? false,
})

/** What proves at the end that it was us who began; none of it is seen by anybody else. */
export const newProof = () => ({ verifier: oauth.generateRandomCodeVerifier(), nonce: oauth.generateRandomNonce() })
export type Proof = ReturnType<typeof newProof>

interface Question {
  usesApi: boolean
  redirectUri: string
  state: string
  proof: Proof
  /** The account that is asked for, where that is known. */
  address?: string
}

/** Where the owner of an account is asked whether we may use it. */
export async function authorisationAddress(provider: OAuthProvider, question: Question): Promise<string> {
  const { server, client, scopes, asks } = registered(provider)
  const { usesApi, redirectUri, state, proof, address } = question
  const url = new URL(server.authorization_endpoint ?? '')
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: scopes[usesApi ? 'api' : 'imap'].join(' '),
    state,
    nonce: proof.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(proof.verifier),
    code_challenge_method: 'S256',
    ...asks,
    ...(address ? { login_hint: address } : {}),
  }).toString()
  return url.toString()
}

export interface Tokens {
  accessToken: string
  /** Some providers give another one each time, and then the old one ends. */
  refreshToken: string | null
  expiresAt: Date
}

const usualSeconds = 3600
const tokensOf = ({ access_token, refresh_token, expires_in = usualSeconds }: oauth.TokenEndpointResponse): Tokens => ({
  accessToken: access_token,
  refreshToken: refresh_token ?? null,
  expiresAt: new Date(Date.now() + expires_in * 1000),
})

/** Who issues tokens of this account: at Microsoft the organisation that it belongs to, which the token names. */
async function issuing(provider: OAuthProvider, server: oauth.AuthorizationServer, response: Response): Promise<oauth.AuthorizationServer> {
  if (provider !== 'microsoft') return server
  const body = (await response
    .clone()
    .json()
    .catch(() => null)) as { id_token?: unknown } | null
  if (typeof body?.id_token !== 'string') return server
  const { tid } = decodeJwt(body.id_token)
  const isOne = typeof tid === 'string' && /^[\w-]{1,64}$/.test(tid)
  return isOne ? { ...server, issuer: server.issuer.replace(/\/[^/]+\/v2\.0$/, `/${tid}/v2.0`) } : server
}

export interface Account {
  /** What the provider knows it by, whatever it is called: two accounts never have the same. */
  id: string
  /** In lower case. What Microsoft says here, an administrator of any organisation may have written. */
  address: string
  /** As whom the account signs in, where that is another name. */
  user: string
}

/** What the provider says of the account; it comes from the token's issuer by TLS, under our own secret. */
function accountOf(claims: oauth.IDToken | undefined): Account {
  const named = [claims?.email, claims?.preferred_username].filter((name): name is string => typeof name === 'string' && name.includes('@'))
  const [address] = named
  if (!claims || !address || claims.email_verified === false) throw new MailboxError('mailboxes.noAddress')
  return { id: idOf(claims), address: address.toLowerCase(), user: (named.at(-1) ?? address).toLowerCase() }
}

/** At Microsoft a person of an organisation; elsewhere `sub` says it alone. */
function idOf({ sub, tid, oid }: oauth.IDToken): string {
  return typeof tid === 'string' ? `${tid}.${typeof oid === 'string' ? oid : sub}` : sub
}

/** Whether all that we need was allowed: people can take single points out. */
function isWhole(wanted: string[], granted: string | undefined): boolean {
  if (granted === undefined) return true
  const last = (scope: string) => scope.replace(/\/$/, '').split('/').at(-1)?.toLowerCase()
  const given = new Set(granted.split(/\s+/).map(last))
  return wanted.filter((scope) => scope.includes('/')).every((scope) => given.has(last(scope)))
}

interface Answer {
  usesApi: boolean
  redirectUri: string
  proof: Proof
  code: string
  /** Who says that it answers, where it says so (RFC 9207). */
  issuer?: string
}

/** Gives the code that the provider sent back for tokens of the account. @throws {MailboxError} */
export async function exchangeCode(provider: OAuthProvider, { usesApi, redirectUri, proof, code, issuer }: Answer) {
  const { server, client, secret, scopes } = registered(provider)
  if (issuer && new URL(server.issuer).origin !== originIn(issuer)) throw new MailboxError('mailboxes.consentRefused')
  try {
    const params = oauth.validateAuthResponse(server, client, new URLSearchParams({ code }), oauth.expectNoState)
    const { verifier, nonce } = proof
    const response = await oauth.authorizationCodeGrantRequest(server, client, secret, params, redirectUri, verifier, options(server))
    const by = await issuing(provider, server, response)
    const answer = await oauth.processAuthorizationCodeResponse(by, client, response, { expectedNonce: nonce, requireIdToken: true })
    if (!isWhole(scopes[usesApi ? 'api' : 'imap'], answer.scope)) throw new MailboxError('mailboxes.scopesMissing')
    const { refreshToken, ...tokens } = tokensOf(answer)
    if (!refreshToken) throw new MailboxError('mailboxes.noRefreshToken')
    const given = answer.scope?.split(/\s+/).filter(Boolean) ?? scopes[usesApi ? 'api' : 'imap']
    return { ...tokens, refreshToken, scopes: given, account: accountOf(oauth.getValidatedIdTokenClaims(answer)) }
  } catch (error) {
    throw explained(error, provider, 'mailboxes.consentRefused')
  }
}

const originIn = (text: string) => (URL.canParse(text) ? new URL(text).origin : null)

/** The owner, or the provider, took the consent back. */
export class ConsentRevokedError extends MailboxError {
  constructor() {
    super('mailboxes.revoked')
  }
}

/** @throws {ConsentRevokedError} when the account has to be connected again, {MailboxError} when it may work another time */
export async function refreshTokens(provider: OAuthProvider, refreshToken: string): Promise<Tokens> {
  const { server, client, secret } = registered(provider)
  try {
    const response = await oauth.refreshTokenGrantRequest(server, client, secret, refreshToken, options(server))
    const by = await issuing(provider, server, response)
    return tokensOf(await oauth.processRefreshTokenResponse(by, client, response))
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') throw new ConsentRevokedError()
    throw explained(error, provider)
  }
}

/** Tells the provider that we need the consent no more. @returns false where it can't be told, or does not answer */
export async function revokeToken(provider: OAuthProvider, token: string): Promise<boolean> {
  try {
    const { server, client, secret } = registered(provider)
    if (!server.revocation_endpoint) return false
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, secret, token, options(server)))
    return true
  } catch (error) {
    // A token that ended by itself is one that nobody can use.
    return error instanceof oauth.ResponseBodyError && error.error === 'invalid_token'
  }
}

/** Why the provider gave nothing, as a text of the catalogue. */
function explained(error: unknown, provider: OAuthProvider, refusal?: 'mailboxes.consentRefused'): MailboxError {
  if (error instanceof MailboxError) return error
  if (error instanceof oauth.ResponseBodyError) {
    if (/^(invalid|unauthorized)_client$/.test(error.error)) return new MailboxError(`mailboxes.clientRefused.${provider}`)
    if (refusal && error.status < 500) return new MailboxError(refusal)
    return new MailboxError(msg('mailboxes.other', { detail: cut(error.error_description ?? error.error, 200) }))
  }
  if (error instanceof oauth.OperationProcessingError && refusal && error.code !== oauth.RESPONSE_IS_NOT_CONFORM)
    return new MailboxError(refusal)
  return new MailboxError(msg('mailboxes.providerSilent', { detail: cut(errorText(error), 200) }))
}
