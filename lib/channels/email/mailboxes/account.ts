import type { Mailbox } from '../../../db/generated/tenant/client'
import { withTenant } from '../../../db/scope'
import { CredentialError, credentials, type MailboxSecret } from '../../../mail/credentials'
import type { ImapAccount } from '../../../mail/imap'
import type { ResolvedTenant } from '../../../tenancy/resolve'

type Row = Pick<Mailbox, 'tenantId' | 'id' | MailboxSecret>

/** A secret of a mailbox; undefined where there is none. */
const secretOf = ({ tenantId, id, ...row }: Row, field: MailboxSecret): string | undefined => {
  const sealed = row[field]
  return sealed ? credentials().open({ tenantId, id, field }, sealed) : undefined
}

/** What a mailbox is read with. */
export function imapAccountOf(
  mailbox: Row & Pick<Mailbox, 'address' | 'provider' | 'imapHost' | 'imapPort' | 'imapSecurity' | 'imapUser'>,
): ImapAccount {
  const { imapHost: host, imapPort: port, imapSecurity: security, address } = mailbox
  if (!host || !port) throw new CredentialError(`mailbox ${mailbox.id} has no incoming server`)
  const user = mailbox.imapUser || address
  const auth =
    mailbox.provider === 'imap'
      ? { user, password: secretOf(mailbox, 'imapPassword') ?? '' }
      : { user, accessToken: secretOf(mailbox, 'accessToken') ?? '' }
  return { host, port, security, auth }
}

/** The mailboxes of a workspace, by their addresses. */
export const listAccounts = ({ ref }: ResolvedTenant) =>
  withTenant(ref, (tx) =>
    tx.mailbox.findMany({
      where: { tenantId: ref.id, deletedAt: null },
      select: { id: true, address: true, state: true, isIncoming: true, lastError: true, lastFetchedAt: true },
      orderBy: { address: 'asc' },
    }),
  )
