import { z } from 'zod'
import { withTenant } from '../db/scope'
import { asSystem } from '../events/as-system'
import { defineJob } from '../jobs/define'
import { log } from '../log'
import { mailHostOf, supportAddress } from '../mail/addresses'
import { queueMail } from '../mail/outbox'
import { mailBodies } from '../mail/template'
import type { Work } from '../procedure/work'
import { originOf } from '../tenancy/origin'
import type { ResolvedTenant } from '../tenancy/resolve'
import { push } from './push'

/** Sends what is due of a desk: one mail for each person, one push for each notification and browser. */
export const sendNotificationsJob = defineJob({
  id: 'notifications.send',
  title: 'Send notifications',
  input: z.object({}),
  async run({ tenant }) {
    if (!tenant) return
    while (await asSystem(tenant, 'notifications.send', mailNextPerson)) {}
    await sendPushes(tenant)
  },
})

const digestTitles = { daily: 'Your day', weekly: 'Your week', off: null } as const

/** All that is due for one person, in one mail. @returns whether there was anybody */
async function mailNextPerson(work: Work): Promise<boolean> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const [next] = await tx.$queryRaw<{ personId: string }[]>`
    SELECT person_id::text AS "personId" FROM notification_send
    WHERE tenant_id = ${tenantId}::uuid AND channel = 'mail' AND sent_at IS NULL AND due_at <= ${now}
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED`
  if (!next) return false
  const { personId } = next
  const due = { tenantId, personId, channel: 'mail', sentAt: null, dueAt: { lte: now } } as const
  const sends = await tx.notificationSend.findMany({
    where: due,
    include: { notification: true },
    orderBy: { notification: { createdAt: 'asc' } },
    take: 200,
  })
  const person = await tx.person.findFirst({
    where: { tenantId, id: personId, deletedAt: null, status: 'active' },
    include: { notificationSettings: true },
  })
  const isMuted = (person?.notificationSettings?.mutedUntil ?? now) > now
  const unread = sends.map(({ notification }) => notification).filter(({ readAt }) => readAt === null)
  const ids = sends.map(({ notificationId }) => notificationId)
  await tx.notificationSend.updateMany({ where: { ...due, notificationId: { in: ids } }, data: { sentAt: now } })
  if (!person || isMuted || unread.length === 0) return true
  const [first, ...others] = unread as [(typeof unread)[0], ...typeof unread]
  const title = digestTitles[person.notificationSettings?.digest ?? 'off']
  const subject =
    others.length === 0 ? first.title : title ? `${title}: ${unread.length} notifications` : `${first.title}, and ${others.length} more`
  const origin = originOf(tenant.ref)
  await queueMail(work, {
    from: { name: tenant.name, address: supportAddress(tenant.ref) },
    to: [person.email],
    subject: `${subject} · ${tenant.name}`,
    ...mailBodies({
      greeting: `Hello ${person.name},`,
      items: unread.map(({ title, body, href, count }) => ({
        title: count > 1 ? `${title} (${count})` : title,
        text: body,
        url: origin + href,
      })),
      footer: { text: `You choose what ${tenant.name} tells you and how:`, url: `${origin}/settings/notifications` },
    }),
    messageId: `notice-${first.id}-${now.getTime()}@${mailHostOf(tenant.ref)}`,
    isAutomatic: true,
  })
  return true
}

/** How long another process leaves alone what this one is pushing. */
const leaseMs = 60_000
/** What could not be pushed for so long is old news. */
const staleMs = 86_400_000
const atOnce = 20
/** A little less than the job waits before its first further try. */
const retryMs = 8000

async function sendPushes(tenant: ResolvedTenant) {
  let failure: unknown
  const begun = new Date()
  for (;;) {
    const batch = await claimPushes(tenant, begun)
    if (batch.length === 0) break
    const results = await Promise.allSettled(batch.map((send) => pushToBrowsers(tenant, send)))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) failure ??= failed.reason
  }
  if (failure) throw failure // the browsers that were not reached get their next try with the job's
}

type Claimed = Awaited<ReturnType<typeof claimPushes>>[number]

/** @param dueBy what fails meanwhile is due later, so that a run ends */
const claimPushes = (tenant: ResolvedTenant, dueBy: Date) =>
  withTenant(tenant.ref, async (tx) => {
    const tenantId = tenant.ref.id
    const now = new Date()
    await tx.notificationSend.deleteMany({
      where: { tenantId, channel: 'push', sentAt: null, dueAt: { lt: new Date(now.getTime() - staleMs) } },
    })
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE notification_send SET due_at = ${new Date(now.getTime() + leaseMs)}
      WHERE tenant_id = ${tenantId}::uuid AND channel = 'push' AND notification_id IN (
        SELECT notification_id FROM notification_send
        WHERE tenant_id = ${tenantId}::uuid AND channel = 'push' AND sent_at IS NULL AND due_at <= ${dueBy}
        ORDER BY due_at LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)
      RETURNING notification_id::text AS id`
    const muted = await tx.notificationSettings.findMany({ where: { tenantId, mutedUntil: { gt: now } }, select: { personId: true } })
    const mutedIds = new Set(muted.map(({ personId }) => personId))
    const due = await tx.notification.findMany({
      where: { tenantId, id: { in: rows.map(({ id }) => id) } },
      include: { person: { include: { pushSubscriptions: true } } },
    })
    return due.map((notification) => ({ ...notification, isMuted: mutedIds.has(notification.personId) }))
  })

async function pushToBrowsers(tenant: ResolvedTenant, { id, title, body, href, isUrgent, readAt, isMuted, person }: Claimed) {
  const tenantId = tenant.ref.id
  const isWelcome = readAt === null && person.status === 'active' && !person.deletedAt && !isMuted
  const gone: string[] = []
  let failure: unknown
  for (const subscription of isWelcome ? person.pushSubscriptions : [])
    try {
      if (!(await push(subscription, { id, title, body, href }, isUrgent))) gone.push(subscription.id)
    } catch (error) {
      log().warn({ err: error, tenantId, subscriptionId: subscription.id }, 'a browser could not be reached')
      failure = error
    }
  await withTenant(tenant.ref, async (tx) => {
    await tx.pushSubscription.deleteMany({ where: { tenantId, id: { in: gone } } })
    const where = { tenantId, notificationId: id, channel: 'push' } as const
    await tx.notificationSend.updateMany({ where, data: failure ? { dueAt: new Date(Date.now() + retryMs) } : { sentAt: new Date() } })
  })
  if (failure) throw failure
}
