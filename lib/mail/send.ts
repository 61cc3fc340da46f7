import { gathered } from '../core/gathered'
import { errorText } from '../core/text'
import type { OutboundMail, Prisma } from '../db/generated/tenant/client'
import { plannedOnce } from '../db/prepared'
import { outsideUnitOfWork } from '../db/scope'
import { asSystem } from '../events/as-system'
import type { RetryLaterError } from '../events/subscriber'
import type { Work } from '../events/work'
import type { ResolvedTenant } from '../tenancy/resolve'
import { columnsOfMail, keyOf, lockMails, type ReportedMail, sayUndelivered, setStatus } from './delivery-report'
import { type FileToSend, keptEnclosures } from './enclosure'
import { failureOf, MailFailure, maxAttempts, retryOf } from './failure'
import { type Route, routeOf, serverRoute } from './routing'
import type { UndeliveredReason } from './schema'
import { fromMailbox } from './sender'
import { suppress, withheldOf } from './suppression'
import { type HandedOver, handsOverSingly, knowsWhoHasIt } from './transport'

interface Taken {
  mail: OutboundMail
  /** Without those that it is withheld from. */
  recipients: string[]
  withheld: string[]
  files: FileToSend[]
  route: Route
}

/** All of sending is over before the relay gives the delivery to another (60 s), who would send it as well. */
export const sendingLimits = { longestMs: 50_000 }

const forMail = <T>(tenant: ResolvedTenant, body: (work: Work) => Promise<T>) => asSystem(tenant, 'mail', body)

/** What became of handing a message over to one or several recipients. */
interface HandOver extends HandedOver {
  recipients: string[]
  failure: MailFailure | null
}

/**
 * Hands a message over, and marks it in the next moment. If the process ends between the two, it is handed over again: a provider
 * that knows idempotency keys sees the same key and delivers once; for SMTP, which knows none, the window lasts from the server's
 * last 250 to the commit of one UPDATE, and what it doubles has the same Message-ID.
 * @throws RetryLaterError where it may work another time; what can't is marked as failed
 */
export async function sendQueued(tenant: ResolvedTenant, id: string) {
  const over = AbortSignal.timeout(sendingLimits.longestMs)
  const taken = await takeUp({ tenant, of: id })
  if (!taken) return
  const { recipients, route } = taken
  const isSingle = handsOverSingly(route.transport.name)
  const envelopes = isSingle ? recipients.map((email) => [email]) : [recipients]
  const manner = { over, isOneOfSeveral: isSingle && envelopes.length > 1 }
  const done = (await Promise.all(envelopes.map((to) => handOver(tenant, taken, to, manner)))).flat()
  const retry = await conclude({ tenant, of: { taken, done } })
  if (retry) throw retry
}

interface OfMail<T> {
  tenant: ResolvedTenant
  of: T
}

/** One unit of work for the messages of a workspace that come to the same point while another one is under way; each for itself where that fails. */
const inUnits = <T, R>(body: (work: Work, mails: readonly T[]) => Promise<R[]>) =>
  gathered<OfMail<T>, R>(
    ({ tenant }) => tenant.ref.id,
    ([first, ...others]) =>
      outsideUnitOfWork(() =>
        forMail(first.tenant, (work) =>
          body(
            work,
            [first, ...others].map(({ of }) => of),
          ),
        ),
      ),
  )

interface Manner {
  over: AbortSignal
  /** Whoever has it is noted at once: however the others fare, it is not sent to them again. */
  isOneOfSeveral: boolean
}

async function handOver(
  tenant: ResolvedTenant,
  { mail, files, route }: Taken,
  recipients: string[],
  { over, isOneOfSeveral }: Manner,
): Promise<HandOver[]> {
  const { transport, mailbox } = route
  const raw = mailbox ? fromMailbox(mail.raw, mailbox) : mail.raw
  const sending = transport.send({ id: mail.id, key: keyOf(mail), tenant: tenant.ref, recipients, raw, files, over })
  const result = await sending.catch(failureOf)
  if (result instanceof MailFailure) return [{ providerId: null, refused: [], recipients, failure: result }]
  const waiting = result.refused.filter(({ passes }) => passes)
  const others = result.refused.filter(({ passes }) => !passes)
  const settled = recipients.filter((email) => !isIn(waiting, email))
  const has = settled.filter((email) => !isIn(others, email))
  if (isOneOfSeveral || waiting.length > 0) await forMail(tenant, (work) => noteReached(work, mail, { provider: transport.name, has }))
  return [
    { ...result, refused: others, recipients: settled, failure: null },
    ...waiting.map(({ recipient, answer }) => {
      const failure = new MailFailure('try_later', answer, 'later')
      return { providerId: null, refused: [], recipients: [recipient], failure }
    }),
  ]
}

async function noteReached({ tx, tenant, now }: Work, { id }: ReportedMail, { provider, has }: { provider: string; has: string[] }) {
  await tx.$executeRaw`
    UPDATE outbound_mail SET reached = reached || ${has}::text[], sent_at = coalesce(sent_at, ${now}), provider = ${provider}
    WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ${id}::uuid`
}

/**
 * Marks a message by what became of it at each of its recipients. Who was refused for good is so among others who have it; who may
 * get it another time is waited for.
 * @returns when to try again; null when that is all
 */
async function concludeOne(
  work: Work,
  { taken: { mail: given, recipients, withheld, route }, done }: Ended,
  mail: ReportedMail | undefined,
): Promise<RetryLaterError | null> {
  if (!mail) return null
  const isSingle = handsOverSingly(route.transport.name)
  const failures = done.flatMap(({ failure }) => failure ?? [])
  const refused = done.flatMap((each) => each.refused.concat(refusedBy(each)))
  const has = done.filter(({ failure }) => !failure).flatMap((each) => each.recipients.filter((email) => !isIn(refused, email)))
  const attempts = given.attempts + 1
  const again = failures.filter(({ retry }) => retry !== 'never').sort(longestFirst)[0]
  const mayTryAgain = again && attempts < maxAttempts && !(again.reason === 'unconfirmed' && given.reason === 'unconfirmed')
  const isWithSome = has.length > 0 || mail.sentAt !== null
  const missed = again && !mayTryAgain ? recipients.filter((email) => !has.includes(email)) : refused.map(({ recipient }) => recipient)
  const worst = again ?? failures[0]
  const answer = worst?.answer ?? refused[0]?.answer ?? null
  const standing = {
    attempts,
    withheld,
    lastError: answer,
    ...sentBy(route),
    undelivered: isWithSome || mail.reached.length > 0 ? united(mail.undelivered, missed) : mail.undelivered,
    reached: isSingle || again || knowsWhoHasIt(mail) ? united(mail.reached, has) : mail.reached,
  }
  const { mailbox } = route
  const isBlocked = worst !== undefined && keeping.includes(worst.reason)
  if (mailbox && (failures.length === 0 || isBlocked)) await noteMailbox(work, mailbox.id, failures.length === 0 ? null : answer)
  if (isSingle || recipients.length === 1)
    for (const { recipient, answer: said } of refused.filter((each) => isGone(each.answer)))
      await suppress(work, { email: recipient, reason: 'hard_bounce', detail: said, mailId: mail.id })
  if (mayTryAgain) {
    const isWaiting = mail.status === 'queued'
    await note(work, mail, { ...standing, ...(isWaiting ? { reason: keptReason(mail, again.reason) } : { lastError: mail.lastError }) })
    return retryOf(again, attempts)
  }
  const isOut = isWithSome && !again
  const sent = isOut ? { sentAt: mail.sentAt ?? work.now, providerId: done[0]?.providerId ?? null } : {}
  const reason = keptReason(mail, isOut ? null : (worst?.reason ?? null))
  const status = isOut ? ('sent' as const) : ('failed' as const)
  // What came back meanwhile stays so.
  if (mail.status === 'queued') await setStatus(work, mail, { status, reason, ...standing, ...sent })
  else await note(work, mail, { ...standing, ...sent, lastError: mail.lastError })
  const fresh = standing.undelivered.filter((email) => !mail.undelivered.includes(email))
  await sayUndelivered(work, mail, { recipients: fresh, reason: worst?.reason ?? 'recipient_refused' })
  return again && again.retry !== 'never' ? retryOf(again, maxAttempts) : null
}

interface Ended {
  taken: Taken
  done: HandOver[]
}

const conclude = inUnits<Ended, RetryLaterError | null>(async (work, all) => {
  const mails = await lockMails(
    work,
    all.map(({ taken }) => taken.mail.id),
  )
  return Promise.all(all.map((ended) => concludeOne(work, ended, mails.get(ended.taken.mail.id))))
})

const united = (some: string[], others: string[]) => [...new Set([...some, ...others])]
const isIn = (refused: HandedOver['refused'], email: string) => refused.some(({ recipient }) => recipient === email)
const longestFirst = (a: MailFailure, b: MailFailure) => Number(b.retry === 'later') - Number(a.retry === 'later')

/** Who was refused for good, where nobody of the same envelope was taken. */
const refusedBy = ({ recipients, failure }: HandOver): HandedOver['refused'] =>
  failure?.retry === 'never' ? recipients.map((recipient) => ({ recipient, answer: failure.answer, passes: false })) : []

/** What decides to whom a message goes and how: looked up where there is any. */
interface Surroundings {
  ofDepartmentId: string | null
  hasMailbox: boolean
  isSuppressed: boolean
}

const takeUp = inUnits<string, Taken | null>(async (work, ids) => {
  const { tx, tenant } = work
  const found = await tx.$queryRaw<(OutboundMail & Surroundings)[]>`
    SELECT ${plannedOnce} ${columnsOfMail}, t.raw, (SELECT k.department_id::text FROM ticket k WHERE k.tenant_id = t.tenant_id AND k.id = t.ticket_id)
        AS "ofDepartmentId",
      EXISTS (SELECT FROM mailbox b WHERE b.tenant_id = t.tenant_id AND b.is_outgoing AND b.deleted_at IS NULL) AS "hasMailbox",
      EXISTS (SELECT FROM suppressed_address s WHERE s.tenant_id = t.tenant_id AND s.email = ANY(t.recipients)) AS "isSuppressed"
    FROM outbound_mail t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[])`
  const byId = new Map(found.map((mail) => [mail.id, mail]))
  return Promise.all(ids.map((id) => takeUpOne(work, byId.get(id))))
})

/** What is still to be sent, and to whom; null when there is nothing more to do. */
async function takeUpOne(work: Work, found: (OutboundMail & Surroundings) | undefined): Promise<Taken | null> {
  if (!found) return null
  const { tx, tenant } = work
  const { id } = found
  const { ofDepartmentId, hasMailbox, isSuppressed, ...mail } = found
  const isWaiting = mail.status === 'queued' || mail.status === 'failed'
  // It came back from one before all the others had it.
  const isUnderWay = knowsWhoHasIt(mail) && mail.sentAt !== null && mail.status !== 'sent'
  if (!isWaiting && !isUnderWay) return null
  // Given up, and begun anew: who was refused may be taken now.
  const isAnew = mail.status === 'failed'
  const undelivered = isAnew ? mail.undelivered.filter((email) => mail.reached.includes(email)) : mail.undelivered
  const settled = [...mail.reached, ...undelivered, ...(isWaiting ? [] : mail.withheld)]
  const missing = mail.recipients.filter((email) => !settled.includes(email))
  const withheld = isSuppressed ? await withheldOf(work, { ...mail, recipients: missing }) : []
  const recipients = missing.filter((email) => !withheld.includes(email))
  if (recipients.length === 0) {
    const isOut = mail.sentAt !== null
    const standing = isOut
      ? ({ status: 'sent', reason: keptReason(mail, null) } as const)
      : ({ status: 'failed', reason: 'suppressed' } as const)
    if (isWaiting) await setStatus(work, mail, { ...standing, lastError: isOut ? mail.lastError : null, withheld })
    return null
  }
  const anew = { status: 'queued' as const, reason: null, attempts: 0, undelivered }
  if (isAnew) await tx.outboundMail.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, data: anew })
  return {
    mail: isAnew ? { ...mail, ...anew } : mail,
    recipients,
    withheld,
    files: await filesOf(work, mail),
    route: hasMailbox ? await routeOf(work, mail) : serverRoute(ofDepartmentId),
  }
}

async function filesOf({ tx, tenant }: Work, mail: Pick<OutboundMail, 'files'>): Promise<FileToSend[]> {
  const kept = keptEnclosures.parse(mail.files)
  if (kept.length === 0) return []
  const where = { tenantId: tenant.ref.id, id: { in: kept.map(({ fileId }) => fileId) } }
  const found = await tx.attachment.findMany({ where, select: { id: true, storedAs: true } })
  return kept.map(({ fileId, marker }) => ({ marker, file: found.find(({ id }) => id === fileId) ?? null }))
}

/** That it may have arrived twice stays true, whatever comes after. */
const keptReason = (mail: Pick<OutboundMail, 'reason'>, reason: UndeliveredReason | null): UndeliveredReason | null =>
  mail.reason === 'unconfirmed' ? mail.reason : reason

const sentBy = ({ transport, mailbox, departmentId }: Route) => ({ provider: transport.name, mailboxId: mailbox?.id ?? null, departmentId })

const keeping: UndeliveredReason[] = ['not_allowed', 'unreachable', 'unconfirmed']

/** What keeps a mailbox from sending stands at the mailbox as well. */
const noteMailbox = ({ tx, tenant }: Work, id: string, lastSendError: string | null) =>
  tx.mailbox.updateMany({
    where: { tenantId: tenant.ref.id, id, ...(lastSendError === null ? { lastSendError: { not: null } } : {}) },
    data: { lastSendError: lastSendError && errorText(lastSendError) },
  })

/** Changes what is known of a message, and not its status. */
const note = ({ tx, tenant }: Work, { id }: ReportedMail, data: Prisma.OutboundMailUpdateInput) =>
  tx.outboundMail.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, data, select: { id: true } })

/** The other side knows the domain, and no such address in it (RFC 3463). */
const isGone = (answer: string) => /\b5\.1\.(?:1|3|6|10)\b/.test(answer)
