import type { Mailbox } from '../../../db/generated/tenant/client'
import { withTenant } from '../../../db/scope'
import { accessTokenOf } from '../../../mail/access-token'
import { isRefusedLogin, MailboxError } from '../../../mail/connection-errors'
import { CredentialError, credentials, type MailboxSecret } from '../../../mail/credentials'
import { type Imap, type ImapAccount, type ImapLimits, withImap } from '../../../mail/imap'
import type { ResolvedTenant } from '../../../tenancy/resolve'

type Row = Pick<Mailbox, 'tenantId' | 'id' | MailboxSecret>

/** A secret of a mailbox; undefined where there is none. */
const secretOf = ({ tenantId, id, ...row }: Row, field: MailboxSecret): string | undefined => {
  const sealed = row[field]
  return sealed ? credentials().open({ tenantId, id, field }, sealed) : undefined
}

type Incoming = Row & Pick<Mailbox, 'address' | 'provider' | 'imapHost' | 'imapPort' | 'imapSecurity' | 'imapUser'>

/** What a mailbox is read with. @param instead a token that was refused */
export async function imapAccountOf(tenant: ResolvedTenant, mailbox: Incoming, instead?: string): Promise<ImapAccount> {
  const { imapHost: host, imapPort: port, imapSecurity: security, address } = mailbox
  if (!host || !port) throw new CredentialError(`mailbox ${mailbox.id} has no incoming server`)
  const user = mailbox.imapUser || address
  const auth =
    mailbox.provider === 'imap'
      ? { user, password: secretOf(mailbox, 'imapPassword') ?? '' }
      : { user, accessToken: await accessTokenOf(tenant, mailbox.id, { instead }) }
  return { host, port, security, auth }
}

/** Signs in to what a mailbox is read with, and hands the connection over. A token that is refused is renewed once. */
export async function withMailbox<T>(
  tenant: ResolvedTenant,
  mailbox: Incoming,
  limits: ImapLimits,
  use: (imap: Imap) => Promise<T>,
): Promise<T> {
  const account = await imapAccountOf(tenant, mailbox)
  try {
    return await withImap(account, limits, use)
  } catch (error) {
    if (!('accessToken' in account.auth) || !isRefusedLogin(error)) throw error
    return withImap(await imapAccountOf(tenant, mailbox, account.auth.accessToken), limits, use).catch((again) => {
      throw isRefusedLogin(again) ? new MailboxError('mailboxes.tokenRefused') : again
    })
  }
}

/** The mailboxes of a workspace, by their addresses. */
export const listAccounts = ({ ref }: ResolvedTenant) =>
  withTenant(ref, (tx) =>
    tx.mailbox.findMany({
      where: { tenantId: ref.id, deletedAt: null },
      select: {
        id: true,
        address: true,
        provider: true,
        usesApi: true,
        state: true,
        isIncoming: true,
        lastError: true,
        lastFetchedAt: true,
      },
      orderBy: { address: 'asc' },
    }),
  )
