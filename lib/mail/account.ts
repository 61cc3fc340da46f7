import { setTimeout as wait } from 'node:timers/promises'
import type { ResolvedTenant } from '../tenancy/resolve'
import { say } from '../text/say'
import { english } from '../text/translator'
import { accessTokenOf } from './access-token'
import { type AccountApi, ApiError, type Ask, askWith } from './account-api'
import { MailboxError } from './connection-errors'
import { MailFailure, unanswered } from './failure'
import { gmail } from './gmail'
import { graph } from './graph'
import { ConsentRevokedError } from './oauth'
import type { OAuthProvider } from './schema'
import type { HandedOver, MailToSend } from './transport'

export const accountApis: Record<OAuthProvider, AccountApi> = { google: gmail, microsoft: graph }

interface Patience {
  /** Ends all requests. */
  over?: AbortSignal
  /** How often it waits when the provider is busy. */
  patience?: number
}

/** Asks as the account of a mailbox. A token that is refused is renewed once; a short wait that the provider asks for is kept. */
export async function askAs(tenant: ResolvedTenant, mailboxId: string, { over, patience = mostWaits }: Patience = {}): Promise<Ask> {
  let token = await accessTokenOf(tenant, mailboxId)
  let isRenewed = false
  return async (url, request) => {
    for (let waits = 0; ; waits++)
      try {
        return await askWith(token, over)(url, request)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (error.status === 401 && !isRenewed) {
          isRenewed = true
          token = await accessTokenOf(tenant, mailboxId, { instead: token })
        } else if (error.isBusy && waits < patience && (error.retryAfterSeconds ?? Infinity) <= shortSeconds)
          await wait((error.retryAfterSeconds ?? 0) * 1000, undefined, { signal: over })
        else throw error
      }
  }
}

const shortSeconds = 5
const mostWaits = 2

/** What came back to a request is not an answer. */
const isLost = /^mailboxes\.(stalled|providerSilent|providerGarbled)/

/** Sends as the account of a mailbox. @throws {MailFailure} */
export async function sendAs(tenant: ResolvedTenant, mailboxId: string, provider: OAuthProvider, mail: MailToSend): Promise<HandedOver> {
  try {
    return await accountApis[provider].send(await askAs(tenant, mailboxId, { patience: 0, over: mail.over }), mail)
  } catch (error) {
    if (error instanceof ApiError) throw failureOf(error)
    // It may have gone there.
    if (mail.over.aborted && error === mail.over.reason) throw new MailFailure('unconfirmed', String(error), 'soon')
    if (error instanceof MailboxError && isLost.test(error.text)) throw unanswered(say(error.text, english))
    throw tokenFailure(error)
  }
}

/** No token was to be had, or nothing came back. */
export function tokenFailure(error: unknown): unknown {
  if (!(error instanceof MailboxError)) return error
  return new MailFailure(error instanceof ConsentRevokedError ? 'not_allowed' : 'unreachable', say(error.text, english), 'soon')
}

/** What a no of the provider means for us. */
function failureOf({ status, reason, answer, isBusy, retryAfterSeconds }: ApiError): MailFailure {
  if (isBusy) return new MailFailure('try_later', answer, 'later', retryAfterSeconds ?? undefined)
  if (status >= 500) return new MailFailure('unreachable', answer, 'soon')
  if (status === 413 || /SizeExceeded|TooLarge/i.test(reason)) return new MailFailure('too_large', answer, 'never')
  if (/InvalidRecipients/i.test(reason)) return new MailFailure('recipient_refused', answer, 'never')
  if (/SendAsDenied|AccountSuspend/i.test(reason)) return new MailFailure('not_allowed', answer, 'never')
  if (status === 401 || status === 403 || /MailboxNotEnabled/i.test(reason)) return new MailFailure('not_allowed', answer, 'soon')
  return new MailFailure('message_refused', answer, 'never')
}
