import { createHash } from 'node:crypto'
import { z } from 'zod'
import { newId } from '../../core/id'
import { rowsOf } from '../../db/rows'
import { withTenant } from '../../db/scope'
import { asSystem } from '../../events/as-system'
import type { Work } from '../../events/work'
import { slugOfAddress } from '../../mail/addresses'
import { findTenant, type ResolvedTenant, resolveHost } from '../../tenancy/resolve'
import type { MailStatus, Received, Verdict } from './schema'

export interface Receipt {
  id: string
  status: MailStatus
}

/** A message as it is handed over. */
export interface IncomingMail {
  recipient: string
  provider: string
  raw: Uint8Array
  /** The envelope's sender, where the provider says it; empty for one that wants no answer. */
  returnPath?: string
  verdict?: Verdict
  /** The host that handed it to the provider. */
  clientIp?: string
  /** Hosts of the provider's, as their Received headers name them. */
  relays?: string[]
  /** Whose Authentication-Results are believed, as they name themselves. */
  authservIds?: string[]
  /** The mailbox it was fetched from, and the fetch that brought it. */
  fetched?: { mailboxId: string; fetchId: string }
}

/** The tenant a recipient's address belongs to: on our mail domain, or on a domain of the tenant's own. */
export async function tenantOfRecipient(recipient: string): Promise<ResolvedTenant | null> {
  const slug = slugOfAddress(recipient)
  if (slug) return findTenant({ slug })
  const host = recipient.toLowerCase().split('@').at(-1)
  return host ? resolveHost(host) : null
}

/** How much of a message one statement stores. */
const partBytes = 256 * 1024

/**
 * Stores a message as it came, before anything looks into it. Once this has
 * returned, the message cannot be lost; the same message again gives the same id.
 */
export async function receiveMail(tenant: ResolvedTenant, mail: IncomingMail, requestId: string): Promise<Receipt & { isNew: boolean }> {
  const tenantId = tenant.ref.id
  const recipient = mail.recipient.toLowerCase()
  const sha256 = createHash('sha256').update(mail.raw).digest('hex')
  const isWhole = mail.raw.length <= partBytes
  const begin = mail.raw.subarray(0, partBytes)
  const facts = (now: Date) => {
    const { returnPath = null, clientIp = null, relays = [], authservIds = [] } = mail
    const envelope = { recipient, returnPath, clientIp, relays, authservIds }
    return JSON.stringify({ receivedAt: now.toISOString(), envelope, verdict: mail.verdict ?? null, attempt: 0 } satisfies Received)
  }
  const store = async ({ tx, now, emit }: Work) => {
    const id = newId()
    const stored = await tx.$executeRaw`
      INSERT INTO inbound_mail (tenant_id, id, provider, recipient, raw, sha256, is_whole, received_at, facts, mailbox_id, fetch_id)
      VALUES (${tenantId}::uuid, ${id}::uuid, ${mail.provider}, ${recipient}, ${begin}, ${sha256}, ${isWhole}, ${now}, ${facts(now)}::jsonb,
        ${mail.fetched?.mailboxId ?? null}::uuid, ${mail.fetched?.fetchId ?? null}::uuid)
      ON CONFLICT DO NOTHING`
    if (stored === 0) {
      const where = { tenantId_recipient_sha256: { tenantId, recipient, sha256 } }
      return { ...(await tx.inboundMail.findUniqueOrThrow({ where, select: { id: true, status: true, isWhole: true } })), isNew: false }
    }
    if (isWhole) emit('mail.received', { provider: mail.provider, recipient }, { subjectId: id })
    return { id, status: 'received' as const, isWhole, isNew: true }
  }
  const { isWhole: isThere, ...receipt } = await asSystem(tenant, 'mail', store, requestId)
  // One that a crash left unfinished is finished when it comes again.
  if (!isThere) await storeRest(tenant, receipt.id, { ...mail, recipient }, requestId)
  return receipt
}

/** The parts of a large message, each in a unit of work of its own; with the last it is received. */
async function storeRest(
  tenant: ResolvedTenant,
  mailId: string,
  { raw, provider, recipient }: { raw: Uint8Array; provider: string; recipient: string },
  requestId: string,
) {
  const tenantId = tenant.ref.id
  for (let position = 1; position * partBytes < raw.length; position++) {
    const bytes = raw.subarray(position * partBytes, (position + 1) * partBytes)
    await withTenant(
      tenant.ref,
      (tx) => tx.$executeRaw`
        INSERT INTO inbound_mail_part (tenant_id, mail_id, position, bytes)
        VALUES (${tenantId}::uuid, ${mailId}::uuid, ${position}, ${bytes}) ON CONFLICT DO NOTHING`,
    )
  }
  const finish = async ({ tx, emit }: Work) => {
    const { count } = await tx.inboundMail.updateMany({ where: { tenantId, id: mailId, isWhole: false }, data: { isWhole: true } })
    if (count > 0) emit('mail.received', { provider, recipient }, { subjectId: mailId })
  }
  await asSystem(tenant, 'mail', finish, requestId)
}

const partRow = z.object({ bytes: z.instanceof(Uint8Array) })

/** A stored message, read as it was stored. */
export async function loadRaw(tenant: Pick<ResolvedTenant, 'ref'>, id: string): Promise<Buffer> {
  const where = { tenantId_id: { tenantId: tenant.ref.id, id } }
  const { raw } = await withTenant(tenant.ref, (tx) => tx.inboundMail.findUniqueOrThrow({ where, select: { raw: true } }))
  return loadRest(tenant, id, raw)
}

/** A stored message of which the beginning is there. */
export async function loadRest({ ref }: Pick<ResolvedTenant, 'ref'>, id: string, raw: Uint8Array): Promise<Buffer> {
  const tenantId = ref.id
  if (raw.length < partBytes) return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  const pieces = [raw]
  for (;;) {
    const position = pieces.length
    const [part] = await withTenant(ref, (tx) =>
      rowsOf(
        partRow,
        tx.$queryRaw`SELECT bytes FROM inbound_mail_part
          WHERE tenant_id = ${tenantId}::uuid AND mail_id = ${id}::uuid AND position = ${position}`,
      ),
    )
    if (!part) return Buffer.concat(pieces)
    pieces.push(part.bytes)
  }
}

export const readReceipt = (tenant: ResolvedTenant, id: string): Promise<Receipt & { ticketId: string | null; reason: string | null }> =>
  withTenant(tenant.ref, (tx) =>
    tx.inboundMail.findUniqueOrThrow({
      where: { tenantId_id: { tenantId: tenant.ref.id, id } },
      select: { id: true, status: true, ticketId: true, reason: true },
    }),
  )
