import { z } from 'zod'
import { isStaff } from '../actor/actor'
import { callName } from '../core/person-name'
import { richTextOf } from '../core/plain'
import { writeLetter } from '../correspondence/letter'
import type { Notification, PushSubscription } from '../db/generated/tenant/client'
import { idsOf, rowsOf } from '../db/rows'
import { unsafeAllTenants, withTenant } from '../db/scope'
import { asSystem } from '../events/as-system'
import type { Work } from '../events/work'
import { defineJob } from '../jobs/define'
import { enqueueJob } from '../jobs/enqueue'
import { forEachIsolated } from '../log/for-each-isolated'
import { log } from '../log/log'
import { messageIdFor, senderOf, staffAddress } from '../mail/addresses'
import { queueMail } from '../mail/outbox'
import { originOf } from '../tenancy/origin'
import { findTenant, listSchemas, type ResolvedTenant } from '../tenancy/resolve'
import type { Translator } from '../text/translator'
import { push } from './push'
import { loadFacts, loadReaders, mayKnow, type Reader } from './recipients'
import { type Digest, isNotificationType, isWanted, type Way } from './schema'
import { unsubscribeLink } from './unsubscribe'

/** Sends what is due of a desk: one mail for each person, one push for each notification and browser. */
export const sendNotificationsJob = defineJob({
  id: 'notifications.send',
  title: 'sendNotifications',
  input: z.object({}),
  priority: 'high',
  async run({ tenant }) {
    if (!tenant) return
    while (await asSystem(tenant, 'notifications.send', mailNextPerson)) {}
    await sendPushes(tenant)
  },
})

function subjectOf(t: Translator, digest: Digest, title: string, count: number): string {
  if (count === 1) return title
  if (digest === 'off') return t('mails.notifications.more', { title, count: count - 1 })
  return t(digest === 'daily' ? 'mails.notifications.day' : 'mails.notifications.week', { count })
}

/** All that is due for one person, in one mail. @returns whether there was anybody */
async function mailNextPerson(work: Work): Promise<boolean> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  // The person is held, not the rows: two at work never have parts of the same mail.
  const [personId] = await idsOf(tx.$queryRaw`
    SELECT p.id::text FROM person p
    WHERE p.tenant_id = ${tenantId}::uuid AND p.id IN (
      SELECT person_id FROM notification_send
      WHERE tenant_id = ${tenantId}::uuid AND channel = 'mail' AND sent_at IS NULL AND due_at <= ${now})
    LIMIT 1 FOR NO KEY UPDATE OF p SKIP LOCKED`)
  if (!personId) return false
  const due = { tenantId, personId, channel: 'mail', sentAt: null, dueAt: { lte: now } } as const
  const sends = await tx.notificationSend.findMany({
    where: due,
    include: { notification: true },
    orderBy: { notification: { createdAt: 'asc' } },
    take: 200,
  })
  const ids = sends.map(({ notificationId }) => notificationId)
  await tx.notificationSend.updateMany({ where: { ...due, notificationId: { in: ids } }, data: { sentAt: now } })
  const [person] = await loadReaders(work, [personId])
  if (!person || (person.wishes.mutedUntil ?? now) > now) return true
  const notifications = sends.map(({ notification }) => notification)
  const facts = await loadFacts(work, ticketsOf(notifications))
  const unread = notifications.filter((notification) => isStillWelcome(person, notification, 'mail', facts))
  if (unread.length === 0) return true
  const [first] = unread as [(typeof unread)[0], ...typeof unread]
  const origin = originOf(tenant.ref)
  const answered = answerOf(work, person, unread)
  const { digest } = person.wishes
  const letter = await writeLetter(work, digest === 'off' ? 'notification' : 'digest', person.actor, (t) => ({
    values: {
      'person.name': person.name,
      'person.firstName': callName(person.name),
      'notifications.title': subjectOf(t, digest, first.title, unread.length),
      'notifications.count': String(unread.length),
    },
    blocks: {
      notifications: [
        {
          items: unread.map(({ title, body, href, count }) => ({
            title: count > 1 ? t('mails.notifications.repeated', { title, count }) : title,
            text: body,
            url: origin + href,
          })),
        },
      ],
    },
    ...(answered
      ? {
          above: [{ html: richTextOf(answerMark(t('mails.notifications.answerAbove'))) }],
          below: [{ html: richTextOf(answered.says(t)) }],
        }
      : {}),
    footer: { text: t('mails.notifications.footer'), url: `${origin}/settings/notifications` },
  }))
  await queueMail(work, {
    ...letter,
    from: senderOf(tenant),
    ...(answered ? { replyTo: answered.address } : {}),
    to: [person.email],
    messageId: messageIdFor(tenant.ref, `notice-${first.id}-${now.getTime()}`),
    isAutomatic: true,
    unsubscribe: unsubscribeLink(work, person.id, unread.map(({ type }) => type).filter(isNotificationType)),
  })
  return true
}

/** What reads the answers looks for these signs. */
const answerMark = (words: string) => `##- ${words} -##`

/** Where a member of staff answers a mail that tells of one ticket alone: what answers a note stays inside, as the note does. */
function answerOf({ tenant }: Work, { id, actor }: Reader, told: readonly Notification[]) {
  const [ticketId, ...others] = ticketsOf([...told])
  if (!ticketId || others.length > 0 || !isStaff(actor) || told.some((each) => !each.forStaff || each.ticketId === null)) return null
  const answer = staffAddress(tenant.ref, { ticketId, isNote: false }, id)
  const note = staffAddress(tenant.ref, { ticketId, isNote: true }, id)
  return told.every(({ isOfNote }) => isOfNote)
    ? { address: note, says: (t: Translator) => t('mails.notifications.answerNote', { answer }) }
    : { address: answer, says: (t: Translator) => t('mails.notifications.answer', { note }) }
}

/** What is unread, may still be seen, and is still wanted: much can change until a digest. */
function isStillWelcome(reader: Reader, notification: Notification, way: Way, facts: Awaited<ReturnType<typeof loadFacts>>): boolean {
  const { type, readAt } = notification
  const isStillWanted = isNotificationType(type) && isWanted(type, way, reader.own, reader.desk)
  // Whose it is no longer need not look at it.
  const isStillTrue = type !== 'ticket_assigned' || facts.get(notification.ticketId ?? '')?.assigneeId === reader.id
  return readAt === null && isStillWanted && isStillTrue && mayKnow(reader, notification, facts)
}

const ticketsOf = (notifications: Notification[]) => [...new Set(notifications.flatMap(({ ticketId }) => (ticketId ? [ticketId] : [])))]

/** How long another process leaves alone what this one is pushing. */
const leaseMs = 60_000
/** What could not be pushed for so long is old news. */
const staleMs = 86_400_000
const atOnce = 20
const tries = 4
/** A browser that fails so often in a row is given up. */
const failuresAllowed = 20

/** Browsers that cannot be reached now get another turn of their own; nobody else waits for them. */
async function sendPushes(tenant: ResolvedTenant) {
  const begun = new Date()
  for (;;) {
    const batch = await asSystem(tenant, 'notifications.send', (work) => claimPushes(work, begun))
    if (batch.length === 0) return
    await Promise.all(batch.map((claim) => pushToBrowsers(tenant, claim)))
  }
}

interface Claim {
  notification: Notification
  browsers: PushSubscription[]
  attempts: number
  lease: Date
}

const claimed = z.object({ id: z.string(), attempts: z.int() })

/** @param dueBy what fails meanwhile is due later, so that a run ends */
async function claimPushes(work: Work, dueBy: Date): Promise<Claim[]> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const lease = new Date(now.getTime() + leaseMs)
  const query = tx.$queryRaw`
    UPDATE notification_send SET due_at = ${lease}, attempts = attempts + 1
    WHERE tenant_id = ${tenantId}::uuid AND channel = 'push' AND notification_id IN (
      SELECT notification_id FROM notification_send
      WHERE tenant_id = ${tenantId}::uuid AND channel = 'push' AND sent_at IS NULL AND due_at <= ${dueBy}
      ORDER BY due_at LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)
    RETURNING notification_id::text AS id, attempts`
  const rows = await rowsOf(claimed, query)
  const notifications = await tx.notification.findMany({ where: { tenantId, id: { in: rows.map(({ id }) => id) } } })
  const people = [...new Set(notifications.map(({ personId }) => personId))]
  const readers = new Map((await loadReaders(work, people)).map((reader) => [reader.id, reader]))
  const subscriptions = await tx.pushSubscription.findMany({
    where: { tenantId, personId: { in: people }, session: { revokedAt: null, expiresAt: { gt: now } } },
  })
  const facts = await loadFacts(work, ticketsOf(notifications))
  return notifications.map((notification) => {
    const reader = readers.get(notification.personId)
    const isMuted = (reader?.wishes.mutedUntil ?? now) > now
    const isStale = notification.updatedAt.getTime() < now.getTime() - staleMs
    const isWelcome = reader && !isMuted && !isStale && isStillWelcome(reader, notification, 'push', facts)
    const browsers = isWelcome ? subscriptions.filter(({ personId }) => personId === notification.personId) : []
    return { notification, browsers, attempts: rows.find(({ id }) => id === notification.id)?.attempts ?? tries, lease }
  })
}

async function pushToBrowsers(tenant: ResolvedTenant, { notification, browsers, attempts, lease }: Claim) {
  const tenantId = tenant.ref.id
  const { id, title, body, href, isUrgent } = notification
  const outcomes = await Promise.all(
    browsers.map(async (browser) => {
      const outcome = await push(browser, { id, title, body, href }, isUrgent).catch((error: unknown) => {
        log().warn({ err: error, tenantId, subscriptionId: browser.id }, 'a browser could not be reached')
        return 'failed' as const
      })
      return { id: browser.id, outcome }
    }),
  )
  const idsOf = (wanted: string) => outcomes.filter(({ outcome }) => outcome === wanted).map(({ id }) => id)
  const isOver = idsOf('failed').length === 0 || attempts >= tries
  const retryAt = new Date(Date.now() + 10_000 * 2 ** attempts)
  await withTenant(tenant.ref, async (tx) => {
    await tx.pushSubscription.updateMany({ where: { tenantId, id: { in: idsOf('sent') } }, data: { failures: 0 } })
    await tx.pushSubscription.updateMany({ where: { tenantId, id: { in: idsOf('failed') } }, data: { failures: { increment: 1 } } })
    const isGone = { OR: [{ id: { in: idsOf('gone') } }, { failures: { gte: failuresAllowed } }] }
    await tx.pushSubscription.deleteMany({ where: { tenantId, personId: notification.personId, ...isGone } })
    // Something newer may have been planned meanwhile: then it is due anew, and this is not the end of it.
    const mine = { tenantId, notificationId: id, channel: 'push', dueAt: lease } as const
    const { count } = await tx.notificationSend.updateMany({ where: mine, data: isOver ? { sentAt: new Date() } : { dueAt: retryAt } })
    if (count > 0 && !isOver) await enqueueJob({ tx, tenantId }, sendNotificationsJob, {}, { dueAt: retryAt })
  })
}

/** How long something may be overdue before the sweep asks. */
const overdueMs = 60_000

/** Finds what nobody is coming for: a job that was cancelled, a clock that was behind. */
export const sweepNotificationsJob = defineJob({
  id: 'notifications.sweep',
  title: 'findNotifications',
  input: z.object({}),
  schedule: '*/2 * * * *',
  async run() {
    const where = { sentAt: null, dueAt: { lt: new Date(Date.now() - overdueMs) } }
    await forEachIsolated(await listSchemas(), 'schema', async (schema) => {
      const rows = await unsafeAllTenants('the sweep must find which tenants have notifications due', schema, (tx) =>
        tx.notificationSend.groupBy({ by: ['tenantId'], where }),
      )
      for (const { tenantId } of rows) {
        const tenant = await findTenant({ id: tenantId })
        if (tenant?.status === 'active')
          await withTenant(tenant.ref, (tx) => enqueueJob({ tx, tenantId }, sendNotificationsJob, {}, { uniqueKey: 'overdue' }))
      }
    })
  },
})
