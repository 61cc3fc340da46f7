import { errorText } from '../core/text'
import type { OutboundMail } from '../db/generated/tenant/client'
import { asSystem } from '../events/as-system'
import type { Work } from '../events/work'
import type { ResolvedTenant } from '../tenancy/resolve'
import { keyOf, type ReportedMail, setStatus } from './delivery-report'
import { failureOf, type MailFailure, maxAttempts, retryOf } from './failure'
import { type Route, routeOf } from './routing'
import { fromMailbox } from './sender'
import { suppress, withheldOf } from './suppression'

interface Taken {
  mail: OutboundMail
  /** Without those that it is withheld from. */
  recipients: string[]
  withheld: string[]
  route: Route
}

const forMail = <T>(tenant: ResolvedTenant, body: (work: Work) => Promise<T>) => asSystem(tenant, 'mail', body)

/**
 * Hands a message over, and marks it in the next moment. If the process ends between the two, it is handed over again: a provider
 * that knows idempotency keys sees the same key and delivers once; for SMTP, which knows none, the window lasts from the server's
 * last 250 to the commit of one UPDATE, and what it doubles has the same Message-ID.
 * @throws RetryLaterError where it may work another time; what can't is marked as failed
 */
export async function sendQueued(tenant: ResolvedTenant, id: string) {
  const taken = await forMail(tenant, (work) => takeUp(work, id))
  if (!taken) return
  const { mail, recipients, withheld, route } = taken
  const { transport, mailbox } = route
  try {
    const { providerId, refused } = await transport.send({
      id: mail.id,
      key: keyOf(mail),
      tenant: tenant.ref,
      recipients,
      raw: mailbox ? fromMailbox(mail.raw, mailbox) : mail.raw,
    })
    await forMail(tenant, async (work) => {
      const undelivered = refused.map(({ recipient }) => recipient)
      const sent = { ...sentBy(route), providerId, sentAt: work.now, attempts: mail.attempts + 1 }
      const lastError = refused[0]?.answer ?? null
      await setStatus(work, mail, { status: 'sent', reason: null, lastError, undelivered, withheld, ...sent })
      if (mailbox) await noteMailbox(work, mailbox.id, null)
    })
  } catch (error) {
    await fail(tenant, taken, failureOf(error))
  }
}

/** What is still to be sent, and to whom; null when there is nothing more to do. */
async function takeUp(work: Work, id: string): Promise<Taken | null> {
  const { tx, tenant } = work
  const where = { tenantId_id: { tenantId: tenant.ref.id, id } }
  const mail = await tx.outboundMail.findUnique({ where })
  if (!mail || (mail.status !== 'queued' && mail.status !== 'failed')) return null
  const missing = mail.recipients.filter((email) => !mail.reached.includes(email))
  const withheld = await withheldOf(work, { ...mail, recipients: missing })
  const recipients = missing.filter((email) => !withheld.includes(email))
  if (recipients.length === 0) {
    await setStatus(work, mail, { status: 'failed', reason: 'suppressed', lastError: null, withheld })
    return null
  }
  // Given up, and begun anew.
  if (mail.status === 'failed') await tx.outboundMail.update({ where, data: { status: 'queued', reason: null, attempts: 0 } })
  return { mail: mail.status === 'failed' ? { ...mail, attempts: 0 } : mail, recipients, withheld, route: await routeOf(work, mail) }
}

async function fail(tenant: ResolvedTenant, { mail, recipients, withheld, route }: Taken, failure: MailFailure) {
  const attempts = mail.attempts + 1
  const { reason, answer } = failure
  const tried = { attempts, lastError: answer, withheld, ...sentBy(route) }
  await forMail(tenant, async (work) => {
    if (failure.retry === 'never' || attempts >= maxAttempts) await setStatus(work, mail, { status: 'failed', reason, ...tried })
    else await noteTry(work, mail, { reason, ...tried })
    const { mailbox } = route
    if (mailbox && (reason === 'not_allowed' || reason === 'unreachable')) await noteMailbox(work, mailbox.id, answer)
    if (reason === 'recipient_refused' && isGone(answer) && recipients.length === 1)
      await suppress(work, { email: recipients[0] as string, reason: 'hard_bounce', detail: answer, mailId: mail.id })
  })
  if (failure.retry !== 'never') throw retryOf(failure, attempts)
}

const sentBy = ({ transport, mailbox, departmentId }: Route) => ({ provider: transport.name, mailboxId: mailbox?.id ?? null, departmentId })

/** What keeps a mailbox from sending stands at the mailbox as well. */
const noteMailbox = ({ tx, tenant }: Work, id: string, lastSendError: string | null) =>
  tx.mailbox.updateMany({
    where: { tenantId: tenant.ref.id, id, ...(lastSendError === null ? { lastSendError: { not: null } } : {}) },
    data: { lastSendError: lastSendError && errorText(lastSendError) },
  })

const noteTry = ({ tx, tenant }: Work, { id }: ReportedMail, data: { reason: string; attempts: number; lastError: string }) =>
  tx.outboundMail.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, data, select: { id: true } })

/** The other side knows the domain, and no such address in it (RFC 3463). */
const isGone = (answer: string) => /\b5\.1\.(?:1|3|6|10)\b/.test(answer)
