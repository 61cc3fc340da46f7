import { z } from 'zod'
import { cleanText, cut } from '../core/text'
import { type OutboundMail, Prisma } from '../db/generated/tenant/client'
import { changeOf, columnOf } from '../db/insertion'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import { asSystem } from '../events/as-system'
import type { Work } from '../events/work'
import { findTenant } from '../tenancy/resolve'
import { isReturnOf, returnAddressIn } from './addresses'
import type { OutboundStatus, ReportKind, UndeliveredReason } from './schema'
import { liftBounces, softBounces, suppress } from './suppression'
import type { MailTags } from './tags'

/** What is said of one recipient of a message that left us. */
export interface DeliveryReport {
  kind: ReportKind
  /** Null where several are possible: then nothing is said of an address. */
  recipient: string | null
  /** Of a bounce: the address does not work. */
  isHard: boolean
  /** In the words of who says it. */
  detail: string
}

export type ReportedMail = Omit<OutboundMail, 'raw'>

/** Of a message `t` all but the message itself. */
export const columnsOfMail = Prisma.raw(
  Object.values(Prisma.OutboundMailScalarFieldEnum)
    .filter((name) => name !== 'raw')
    // not-words: SQL
    .map((name) => `t."${columnOf(name)}" AS "${name}"`)
    .join(', '),
)

/**
 * Later news replaces earlier, in whatever order they come: a status only moves to the right. What failed may still turn out to
 * have arrived, where the answer was lost.
 */
const order: readonly OutboundStatus[] = ['queued', 'sent', 'failed', 'delivered', 'bounced', 'complained']
const isNews = (before: OutboundStatus, after: OutboundStatus) => order.indexOf(after) > order.indexOf(before)

/**
 * Marks a message by what is said of it, and suppresses the addresses that no more mail should go to. Saying it twice changes nothing.
 * @param isProven false where whoever says it may be anybody who has seen the message: then it only marks it
 * @param ticketId where it is said, the ticket of the message unless given
 */
export async function applyReport(
  work: Work,
  mail: ReportedMail,
  report: DeliveryReport,
  { isProven = true, ticketId = mail.ticketId }: { isProven?: boolean; ticketId?: string | null } = {},
) {
  const { kind, recipient, isHard } = report
  const detail = cut(cleanText(report.detail), 1000)
  if (kind === 'delivered' && recipient) await liftBounces(work, recipient)
  const undelivered =
    kind === 'delivered' || !recipient || mail.undelivered.includes(recipient) ? mail.undelivered : [...mail.undelivered, recipient]
  const reason = reasonOf(report)
  const claim = { isClaimed: !isProven }
  if (isNews(mail.status, kind)) await setStatus(work, mail, { status: kind, reason, undelivered, lastError: reason && detail }, claim)
  else if (undelivered !== mail.undelivered) await setUndelivered(work, mail, undelivered)
  const isNewly = undelivered !== mail.undelivered
  if (reason && recipient && (isNewly || (isProven && (await wasOnlyClaimed(work, mail, { recipient, ticketId })))))
    await sayUndelivered(work, mail, { recipients: [recipient], reason, isProven, ticketId })
  if (!recipient || !isProven) return
  const cause = { email: recipient, detail, mailId: mail.id }
  if (kind === 'complained') await suppress(work, { ...cause, reason: 'complaint' })
  if (kind !== 'bounced') return
  if (isHard) await suppress(work, { ...cause, reason: 'hard_bounce' })
  else if (await bouncesSoftly(work, recipient)) await suppress(work, { ...cause, reason: 'soft_bounce' })
}

/** Whether all that was said of a recipient so far may have been said by anybody: whoever is quick with a false report hides no true one. */
async function wasOnlyClaimed(
  { tx, tenant }: Pick<Work, 'tx' | 'tenant'>,
  mail: Pick<ReportedMail, 'id' | 'ticketId'>,
  { recipient, ticketId }: { recipient: string; ticketId: string | null },
): Promise<boolean> {
  const subjects = [mail.ticketId, ticketId].filter((id) => id !== null)
  if (subjects.length === 0) return false
  const [row] = await rowsOf(
    z.object({ isClaimed: z.boolean().nullable() }),
    tx.$queryRaw`
      SELECT bool_and(coalesce((e.payload ->> 'isClaimed')::boolean, FALSE)) AS "isClaimed" FROM event e
      WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ANY(${subjects}::uuid[]) AND e.type = 'mail.undelivered'
        AND e.payload ->> 'mailId' = ${mail.id} AND e.payload -> 'recipients' ? ${recipient} AND e.payload ->> 'reason' <> 'try_later'`,
  )
  return row?.isClaimed ?? false
}

function reasonOf({ kind, isHard }: DeliveryReport): UndeliveredReason | null {
  if (kind === 'delivered') return null
  if (kind === 'complained') return 'complaint'
  if (kind === 'failed') return 'message_refused'
  return isHard ? 'hard_bounce' : 'soft_bounce'
}

interface Standing {
  status: OutboundStatus
  reason: UndeliveredReason | null
  lastError?: string | null
  undelivered?: string[]
  reached?: string[]
  withheld?: string[]
  provider?: string
  mailboxId?: string | null
  departmentId?: string | null
  providerId?: string | null
  sentAt?: Date | null
  attempts?: number
}

/** Brings a message to a status, and says so: where it is part of a conversation, and where it did not arrive. */
export async function setStatus(
  { tx, tenant, now, emit }: Work,
  mail: Pick<ReportedMail, 'id' | 'ticketId' | 'messageId'>,
  next: Standing,
  { isClaimed = false } = {},
) {
  const { set, source } = changeOf('outbound_mail', { ...next, statusAt: now })
  const query = tx.$queryRaw`
    UPDATE outbound_mail t SET ${plannedOnce} ${set} FROM ${source} WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ${mail.id}::uuid
    RETURNING ${answerOf} AS "messageId"`
  const [changed] = await rowsOf(answer, query)
  const { status, reason } = next
  const messageId = changed?.messageId ?? null
  const isBad = status === 'bounced' || status === 'complained' || status === 'failed'
  if (!messageId && !isBad) return
  const payload = { mailId: mail.id, messageId, status, reason, ...(isClaimed ? { isClaimed } : {}) }
  emit('mail.status_changed', payload, { subjectId: mail.ticketId ?? undefined })
}

const answer = z.object({ messageId: z.string().nullable() })

/** The answer of a conversation that a message `t` carries. */
const answerOf = Prisma.sql`(SELECT m.id::text FROM ticket_message m
  WHERE m.tenant_id = t.tenant_id AND m.message_id = t.message_id AND t.ticket_id IS NOT NULL LIMIT 1)`

async function answerIn({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, { id }: Pick<ReportedMail, 'id'>) {
  const query = tx.$queryRaw`
    SELECT ${plannedOnce} ${answerOf} AS "messageId" FROM outbound_mail t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ${id}::uuid`
  return (await rowsOf(answer, query))[0]?.messageId ?? null
}

interface Undelivered {
  recipients: string[]
  reason: UndeliveredReason
  isProven?: boolean
  ticketId?: string | null
}

/** Says on a ticket whom a message did not reach. */
export async function sayUndelivered(
  work: Work,
  mail: ReportedMail,
  { recipients, reason, isProven = true, ticketId = mail.ticketId }: Undelivered,
) {
  if (!ticketId || recipients.length === 0) return
  const messageId = await answerIn(work, mail)
  const payload = { mailId: mail.id, messageId, recipients, reason, ...(isProven ? {} : { isClaimed: true }) }
  work.emit('mail.undelivered', payload, { subjectId: ticketId })
}

const setUndelivered = ({ tx, tenant }: Work, { id }: ReportedMail, undelivered: string[]) =>
  tx.outboundMail.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, data: { undelivered }, select: { id: true } })

/** With the mail at hand, so many of the last days came back and none arrived. */
async function bouncesSoftly({ tx, tenant, now }: Work, email: string) {
  const since = new Date(now.getTime() - softBounces.days * 24 * 3600_000)
  const where = { tenantId: tenant.ref.id, recipients: { has: email }, statusAt: { gte: since } }
  const bounced = await tx.outboundMail.count({ where: { ...where, status: 'bounced', undelivered: { has: email } } })
  return bounced >= softBounces.count && (await tx.outboundMail.count({ where: { ...where, status: 'delivered' }, take: 1 })) === 0
}

/** What is told at once of a message is applied in turn. @returns how it stands by then */
export const lockMail = async (work: Pick<Work, 'tx' | 'tenant'>, id: string): Promise<ReportedMail | null> =>
  (await lockMails(work, [id])).get(id) ?? null

/** The same of several, in the order of their ids, so that two units of work don't wait for each other in a circle. */
export async function lockMails({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, ids: readonly string[]): Promise<Map<string, ReportedMail>> {
  const mails = await tx.$queryRaw<ReportedMail[]>`
    SELECT ${plannedOnce} ${columnsOfMail} FROM outbound_mail t
    WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[]) ORDER BY t.id FOR UPDATE`
  return new Map(mails.map((mail) => [mail.id, mail]))
}

/** The key of a message at a provider; sent again by a person it is another message there. */
export const keyOf = ({ id, resends }: Pick<ReportedMail, 'id' | 'resends'>) => (resends === 0 ? id : `${id}-${resends}`)

/**
 * Marks a message by what the provider says that it was handed to. It comes signed, with the tags that we gave it.
 * @param report null where it says nothing but the Message-ID under which it went out
 */
export async function reportFromProvider(
  tags: MailTags,
  report: DeliveryReport | null,
  sentMessageId: string | null = null,
): Promise<'applied' | 'ignored'> {
  const tenant = await findTenant({ id: tags.tenant })
  if (!tenant) return 'ignored'
  return asSystem(tenant, 'mail', async (work) => {
    const mail = await lockMail(work, tags.mail)
    if (!mail || keyOf(mail) !== tags.key) return 'ignored'
    if (sentMessageId && sentMessageId !== mail.sentMessageId && sentMessageId !== mail.messageId)
      await work.tx.outboundMail.update({
        where: { tenantId_id: { tenantId: tenant.ref.id, id: mail.id } },
        data: { sentMessageId },
        select: { id: true },
      })
    if (!report) return 'applied'
    const only = mail.recipients.length === 1 ? (mail.recipients[0] ?? null) : null
    const recipient = mail.recipients.find((email) => email === report.recipient) ?? only
    await applyReport(work, mail, { ...report, recipient })
    return 'applied'
  })
}

/** How long after it was sent a mail can come back. */
const believedDays = 30

/** The message and the recipient whose return address this is. */
export async function findReturned(work: Work, address: string): Promise<{ mail: ReportedMail; recipient: string } | null> {
  const said = returnAddressIn(address)
  const mail = said && (await lockMail(work, said.mailId))
  const recipient = said && mail?.recipients.find((email) => isReturnOf(work.tenant.ref, said, email))
  return mail && recipient ? { mail, recipient } : null
}

/**
 * The message of ours that a mail system reports on, with the recipient it means. Anybody can write such a report, so it counts only
 * where it shows that its writer has the message: it came to the address that the message of that very recipient had to come back to,
 * or it names the Message-ID under which we wrote to them. Everybody in To and Cc knows the Message-ID, and so does whoever had a later
 * mail of its conversation, whose References repeat it; that alone marks the message only. Of a bounce it says more where nobody
 * but its one recipient was written to: servers that we don't hand our own return address have no other way. Whether an address that is
 * only claimed not to work is suppressed is for a person to say.
 */
export async function findReported(
  work: Work,
  said: { messageId: string | null; recipient: string | null; addressedTo: string },
): Promise<{ mail: ReportedMail; recipient: string; isByReturnAddress: boolean; isOnlyTheirs: boolean } | null> {
  const { tx, tenant, now } = work
  const since = new Date(now.getTime() - believedDays * 24 * 3600_000)
  const isRecent = ({ sentAt }: ReportedMail) => sentAt !== null && sentAt >= since
  // An address that forwards is reported by the name of where it leads.
  const returned = await findReturned(work, said.addressedTo)
  if (returned) return isRecent(returned.mail) ? { ...returned, isByReturnAddress: true, isOnlyTheirs: true } : null
  const { messageId } = said
  const isNamed = { tenantId: tenant.ref.id, OR: [{ messageId: messageId ?? '' }, { sentMessageId: messageId ?? '' }] }
  const known = messageId && (await tx.outboundMail.findFirst({ where: isNamed, select: { id: true } }))
  const mail = known ? await lockMail(work, known.id) : null
  if (!mail || !isRecent(mail)) return null
  const only = mail.recipients.length === 1 && !said.recipient ? mail.recipients[0] : undefined
  const recipient = mail.recipients.find((email) => email === said.recipient) ?? only
  return recipient ? { mail, recipient, isByReturnAddress: false, isOnlyTheirs: await isOnlyTheirs(work, mail) } : null
}

/** Whether nobody but one recipient can know a message: nobody else has had mail of its conversation, or takes part in it. */
async function isOnlyTheirs({ tx, tenant }: Work, { ticketId, messageId, recipients }: ReportedMail): Promise<boolean> {
  if (recipients.length !== 1) return false
  if (!ticketId) return true
  const tenantId = tenant.ref.id
  const [row] = await rowsOf(
    z.object({ others: z.boolean() }),
    tx.$queryRaw`
      WITH place AS (SELECT ${ticketId}::uuid AS id UNION
        SELECT m.ticket_id FROM ticket_message m WHERE m.tenant_id = ${tenantId}::uuid AND m.message_id = ${messageId})
      SELECT EXISTS (SELECT 1 FROM outbound_mail o JOIN place ON o.ticket_id = place.id
          WHERE o.tenant_id = ${tenantId}::uuid AND NOT o.recipients <@ ${recipients}::text[])
        OR EXISTS (SELECT 1 FROM ticket_participant p JOIN place ON p.ticket_id = place.id WHERE p.tenant_id = ${tenantId}::uuid) AS others`,
  )
  return !row?.others
}
