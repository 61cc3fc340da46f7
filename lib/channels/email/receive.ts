import { createHash } from 'node:crypto'
import { newId } from '../../core/id'
import { withTenant } from '../../db/scope'
import { asSystem } from '../../events/as-system'
import type { Work } from '../../events/work'
import { slugOfAddress } from '../../mail/addresses'
import { findTenant, type ResolvedTenant, resolveHost } from '../../tenancy/resolve'

export interface Receipt {
  id: string
  status: 'received' | 'delivered' | 'ignored' | 'failed'
}

/** The tenant a recipient's address belongs to: on our mail domain, or on a domain of the tenant's own. */
export async function tenantOfRecipient(recipient: string): Promise<ResolvedTenant | null> {
  const slug = slugOfAddress(recipient)
  if (slug) return findTenant({ slug })
  const host = recipient.toLowerCase().split('@').at(-1)
  return host ? resolveHost(host) : null
}

/**
 * Stores a message as it came, before anything looks into it. Once this has
 * returned, the message cannot be lost; the same message again gives the same id.
 */
export async function receiveMail(
  tenant: ResolvedTenant,
  mail: { recipient: string; provider: string; raw: Uint8Array },
  requestId: string,
): Promise<Receipt> {
  const tenantId = tenant.ref.id
  const recipient = mail.recipient.toLowerCase()
  const sha256 = createHash('sha256').update(mail.raw).digest('hex')
  const store = async ({ tx, now, emit }: Work) => {
    const id = newId()
    const stored = await tx.$executeRaw`
      INSERT INTO inbound_mail (tenant_id, id, provider, recipient, raw, sha256, received_at)
      VALUES (${tenantId}::uuid, ${id}::uuid, ${mail.provider}, ${recipient}, ${mail.raw}, ${sha256}, ${now})
      ON CONFLICT DO NOTHING`
    if (stored === 0)
      return tx.inboundMail.findUniqueOrThrow({
        where: { tenantId_recipient_sha256: { tenantId, recipient, sha256 } },
        select: { id: true, status: true },
      })
    emit('mail.received', { provider: mail.provider, recipient }, { subjectId: id })
    return { id, status: 'received' as const }
  }
  return asSystem(tenant, 'mail', store, requestId)
}

export const readReceipt = (tenant: ResolvedTenant, id: string): Promise<Receipt & { ticketId: string | null; reason: string | null }> =>
  withTenant(tenant.ref, (tx) =>
    tx.inboundMail.findUniqueOrThrow({
      where: { tenantId_id: { tenantId: tenant.ref.id, id } },
      select: { id: true, status: true, ticketId: true, reason: true },
    }),
  )
