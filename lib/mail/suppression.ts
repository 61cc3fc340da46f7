import type { SuppressedAddress } from '../db/generated/tenant/client'
import type { TenantTx } from '../db/scope'
import type { Work } from '../events/work'
import type { SuppressedOutput, SuppressionReason } from './schema'

/** As many mails that came back within so many days, none of which arrived, suppress an address although each may pass. */
export const softBounces = { count: 5, days: 7 }

/** How often a mail that somebody asked for is sent to an address from which mail came back. */
const askedEveryHours = 24

interface Outgoing {
  id: string
  recipients: string[]
  isAsked: boolean
}

/**
 * Which of a mail's recipients it is not sent to. An address from which mails came back may work again, and whoever can't get a
 * link to sign in has no other way to find out: what its owner asks for goes out once a day all the same, and so where a provider
 * told us of a complaint. One that came by mail may be forged, and keeps nobody out. Nothing goes to an address that staff have added.
 */
export async function withheldOf({ tx, tenant, now }: Pick<Work, 'tx' | 'tenant' | 'now'>, { id, recipients, isAsked }: Outgoing) {
  const tenantId = tenant.ref.id
  const rows = await tx.suppressedAddress.findMany({ where: { tenantId, email: { in: recipients } } })
  const withheld: string[] = []
  const byMail = isAsked ? await complainedByMail({ tx, tenant }, rows) : []
  const longAgo = new Date(now.getTime() - askedEveryHours * 3600_000)
  for (const { email, reason, triedMailId, triedAt } of rows) {
    if (byMail.includes(email)) continue
    const mayTry = isAsked && reason !== 'manual' && (triedMailId === id || triedAt === null || triedAt < longAgo)
    if (!mayTry) withheld.push(email)
    else if (triedMailId !== id)
      await tx.suppressedAddress.update({ where: { tenantId_email: { tenantId, email } }, data: { triedMailId: id, triedAt: now } })
  }
  return withheld
}

/** The providers that tell us of complaints themselves, signed; of what left any other way only a mail can tell. */
const telling = ['resend', 'mailgun']

async function complainedByMail({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, rows: SuppressedAddress[]) {
  const complained = rows.filter(({ reason }) => reason === 'complaint')
  const ids = complained.flatMap(({ mailId }) => mailId ?? [])
  if (ids.length === 0) return []
  const where = { tenantId: tenant.ref.id, id: { in: ids }, provider: { notIn: telling } }
  const mails = new Set((await tx.outboundMail.findMany({ where, select: { id: true } })).map(({ id }) => id))
  return complained.filter(({ mailId }) => mailId && mails.has(mailId)).map(({ email }) => email)
}

interface Suppressed {
  email: string
  reason: SuppressionReason
  detail: string
  mailId?: string
  personId?: string
}

/** Sends nothing more to an address. What somebody complained of outweighs what came back; what was said first stays otherwise. */
export async function suppress({ tx, tenant, now, emit }: Work, { email, reason, detail, mailId, personId }: Suppressed) {
  const tenantId = tenant.ref.id
  const added = await tx.$executeRaw`
    INSERT INTO suppressed_address AS s (tenant_id, email, reason, detail, mail_id, person_id, created_at)
    VALUES (${tenantId}::uuid, ${email}, ${reason}::"SuppressionReason", ${detail}, ${mailId ?? null}::uuid, ${personId ?? null}::uuid, ${now})
    ON CONFLICT (tenant_id, email) DO UPDATE SET reason = EXCLUDED.reason, detail = EXCLUDED.detail, mail_id = EXCLUDED.mail_id
      WHERE EXCLUDED.reason = 'complaint' AND s.reason <> 'complaint'`
  if (added > 0) emit('address.suppressed', { email, reason })
  return added > 0
}

/** An address that takes mail again: what was said of it for mails that came back is over. */
export async function liftBounces({ tx, tenant, emit }: Work, email: string) {
  const where = { tenantId: tenant.ref.id, email, reason: { in: ['hard_bounce', 'soft_bounce'] satisfies SuppressionReason[] } }
  const { count } = await tx.suppressedAddress.deleteMany({ where })
  if (count > 0) emit('address.unsuppressed', { email })
}

/** Those of some addresses that no email is sent to. */
export async function suppressedOf(tx: TenantTx, tenantId: string, emails: readonly string[]): Promise<SuppressedOutput[]> {
  if (emails.length === 0) return []
  const where = { tenantId, email: { in: [...new Set(emails)] } }
  const rows = await tx.suppressedAddress.findMany({ where, orderBy: { email: 'asc' } })
  return rows.map(({ email, reason, createdAt: since }) => ({ email, reason, since }))
}
