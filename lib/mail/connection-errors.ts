import { type ErrorText, msg, type PlainKey } from '../core/message'
import { cut, errorText } from '../core/text'
import { TimeoutError } from '../core/with-timeout'
import { ForbiddenAddressError, NoPublicAddressError } from '../net/guarded'
import { CredentialError } from './credentials'

/** What the libraries for IMAP and SMTP, and Node, put on their errors. */
interface ConnectionError {
  code?: string
  errno?: unknown
  message?: string
  authenticationFailed?: boolean
  /** What the server answered. */
  response?: unknown
  responseText?: string
  responseStatus?: string
  responseCode?: number
  serverResponseCode?: string
}

/** What is wrong is known already, as a text of the catalogue. */
export class MailboxError extends Error {
  constructor(readonly text: ErrorText) {
    super(text)
  }
}

const byCode: Record<string, PlainKey> = {
  ENOTFOUND: 'mailboxes.hostUnknown',
  EDNS: 'mailboxes.hostUnknown',
  EAI_AGAIN: 'mailboxes.dnsSilent',
  ECONNREFUSED: 'mailboxes.portClosed',
  EHOSTUNREACH: 'mailboxes.noAnswer',
  ENETUNREACH: 'mailboxes.noAnswer',
  ETIMEDOUT: 'mailboxes.noAnswer',
  CONNECT_TIMEOUT: 'mailboxes.noAnswer',
  GREETING_TIMEOUT: 'mailboxes.noGreeting',
  UPGRADE_TIMEOUT: 'mailboxes.stalled',
  ETIMEOUT: 'mailboxes.stalled',
  ECONNRESET: 'mailboxes.hungUp',
  EPIPE: 'mailboxes.hungUp',
  NoConnection: 'mailboxes.hungUp',
  EConnectionClosed: 'mailboxes.hungUp',
  ClosedAfterConnectText: 'mailboxes.hungUp',
  ClosedAfterConnectTLS: 'mailboxes.hungUp',
  MissingServerExtension: 'mailboxes.noStartTls',
  ETLS: 'mailboxes.noStartTls',
  EPROTO: 'mailboxes.noTls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'mailboxes.noTls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'mailboxes.noTls',
  CERT_HAS_EXPIRED: 'mailboxes.certificateExpired',
  CERT_NOT_YET_VALID: 'mailboxes.certificateExpired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'mailboxes.certificateName',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'mailboxes.certificateUnknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'mailboxes.certificateUnknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'mailboxes.certificateUnknown',
  UNABLE_TO_GET_ISSUER_CERT: 'mailboxes.certificateUnknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'mailboxes.certificateUnknown',
}

/** Where a wrapper has put its own code over the first one, the text still names it. */
const byText: [RegExp, PlainKey][] = [
  [/ENOTFOUND/, 'mailboxes.hostUnknown'],
  [/ECONNREFUSED/, 'mailboxes.portClosed'],
  [/EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|connection timeout/i, 'mailboxes.noAnswer'],
  [/greeting never received/i, 'mailboxes.noGreeting'],
  [/not support STARTTLS|STARTTLS (is )?not (supported|available)|upgrade.* with STARTTLS/i, 'mailboxes.noStartTls'],
  [/wrong version number|packet length too long/i, 'mailboxes.noTls'],
  [/altnames|does not match certificate/i, 'mailboxes.certificateName'],
  [/certificate has expired/i, 'mailboxes.certificateExpired'],
  [/self.signed certificate|unable to (verify|get)[\w ]* (certificate|issuer)/i, 'mailboxes.certificateUnknown'],
  [/ECONNRESET|connection closed|socket hang up/i, 'mailboxes.hungUp'],
]

/** No IMAP at all, or more of it than anybody needs. */
const isGarbage = (code: string) =>
  /^(ParserError|MAX_IMAP_NESTING|LineTooLarge|LiteralTooLarge|ResponseTooLarge|TooMany|UnexpectedTag|MissingTag|InvalidResponse|ResponseProcessingFailed|EPROTOCOL)/.test(
    code,
  )

/** Whether the server knows us and does not let us in: with another password or token it might. */
export function isRefusedLogin(error: unknown): boolean {
  const { authenticationFailed, code, serverResponseCode } = error as ConnectionError
  return Boolean(authenticationFailed) || code === 'EAUTH' || serverResponseCode === 'AUTHENTICATIONFAILED'
}

/** Why a mailbox could not be reached, and what to do, as a text of the catalogue. */
export function explainConnectionError(error: unknown): ErrorText {
  if (error instanceof MailboxError) return error.text
  if (error instanceof NoPublicAddressError) return 'mailboxes.hostUnknown'
  if (error instanceof ForbiddenAddressError) return 'mailboxes.privateNetwork'
  if (error instanceof CredentialError) return 'mailboxes.unreadable'
  if (error instanceof TimeoutError) return 'mailboxes.stalled'
  const e = error as ConnectionError
  const code = e.code ?? ''
  const said = [e.responseText, e.response, e.message].filter((text) => typeof text === 'string').join(' ')
  const answer = cut(typeof e.responseText === 'string' ? e.responseText : typeof e.response === 'string' ? e.response : said, 200)
  if (isRefusedLogin(error)) return refusalToSignIn(said, answer)
  if (isGarbage(code)) return 'mailboxes.garbage'
  const key = byText.find(([pattern]) => pattern.test(e.message ?? ''))?.[1] ?? byCode[code]
  return key ?? msg('mailboxes.other', { detail: answer || errorText(error) })
}

function refusalToSignIn(said: string, answer: string): ErrorText {
  if (/app(lication)?[- ]?(specific )?password|InvalidSecondFactor|ApplicationPassword/i.test(said)) return 'mailboxes.appPassword'
  if (/(imap|pop|smtp|mail) ?(access)? ?(is|has been)? ?(disabled|not enabled|turned off)|SmtpClientAuthentication is disabled/i.test(said))
    return 'mailboxes.accessDisabled'
  if (/basic ?auth(entication)? is (disabled|blocked)|please log ?in (via|with) your (web )?browser|WEBALERT/i.test(said))
    return 'mailboxes.oauthNeeded'
  return msg('mailboxes.wrongPassword', { answer })
}
