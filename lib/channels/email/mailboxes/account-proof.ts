import { msg } from '../../../core/message'
import { ApiError, askWith } from '../../../mail/account-api'
import { MailboxError } from '../../../mail/connection-errors'
import { testImap, testSmtp } from '../../../mail/connection-test'
import { addressesAtMicrosoft } from '../../../mail/graph'
import type { Account } from '../../../mail/oauth'
import type { OAuthProvider } from '../../../mail/schema'
import { oauthPresets, presets } from './schema'

interface Granted {
  account: Account
  accessToken: string
  usesApi: boolean
  isIncoming: boolean
}

/**
 * The account with an address that is its own. Google confirms addresses itself. What Microsoft's ID token says of an address is not
 * confirmed by anybody, so it counts where the account's profile says the same, or its mailbox opens under it.
 * @throws {MailboxError}
 */
export async function proveAccount(provider: OAuthProvider, { account, accessToken, usesApi, isIncoming }: Granted): Promise<Account> {
  if (provider !== 'microsoft') return account
  const named = [...new Set([account.address, account.user])]
  if (usesApi) {
    const own = await addressesAtMicrosoft(askWith(accessToken)).catch(explain)
    const address = named.find((name) => own.includes(name)) ?? own[0]
    if (!address) throw new MailboxError('mailboxes.noAddress')
    return { ...account, address }
  }
  const { incoming, outgoing } = presets[oauthPresets[provider]]
  for (const address of named) {
    const auth = { user: address, accessToken }
    const error = isIncoming
      ? incoming && (await testImap({ ...incoming, auth })).error
      : outgoing && (await testSmtp({ ...outgoing, auth }))
    if (!error) return { ...account, address, user: address }
    if (address === named.at(-1)) throw new MailboxError(isRefused.test(error) ? 'mailboxes.tokenRefused' : error)
  }
  throw new MailboxError('mailboxes.noAddress')
}

/** There is no password to be wrong. */
const isRefused = /^mailboxes\.wrongPassword/

function explain(error: unknown): never {
  throw error instanceof ApiError ? new MailboxError(msg('mailboxes.other', { detail: error.answer })) : error
}
