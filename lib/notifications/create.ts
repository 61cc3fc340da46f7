import { z } from 'zod'
import { newId } from '../core/id'
import { cut } from '../core/text'
import type { Event } from '../db/generated/tenant/client'
import type { Subscriber } from '../events/relay'
import { permissionsOf, roles } from '../identity/permissions'
import { enqueueJob } from '../jobs/enqueue'
import type { Work } from '../procedure/work'
import { announce } from '../realtime/announce'
import { channels } from '../realtime/schema'
import { callHooks } from './hooks'
import { type Notice, noticeOf } from './notices'
import { digests, isWanted, notificationKinds, readMatrix, type Way, ways } from './schema'
import { sendNotificationsJob } from './send'
import { dueAt, type Wishes } from './timing'

/** What is about the same within this time is one notification, and one message by each way. */
const burstMs = 10 * 60_000

/** Writes what people are told of an event, and when it leaves by mail and push. */
export const createNotifications: Subscriber = {
  async handle(work, event) {
    const notice = await noticeOf(work, event)
    if (!notice) return
    await tell(work, event, notice)
    await callHooks(work, event, notice)
  },
}

interface Reader {
  id: string
  href: string
  wanted: Way[]
  wishes: Wishes
}

async function tell(work: Work, event: Event, notice: Notice) {
  const readers = await readersOf(work, event, notice)
  if (readers.length === 0) return
  const ids = await writeRows(work, notice, readers)
  await planSends(work, notice, readers, ids)
  const inApp = readers.filter(({ wanted }) => wanted.includes('in_app'))
  if (inApp.length > 0)
    await announce(
      work,
      event.id,
      'notification',
      inApp.map(({ id }) => channels.user(id)),
    )
}

const readerRow = z.object({
  id: z.string(),
  role: z.enum(roles),
  timeZone: z.string(),
  custom: z.array(z.string()).nullable(),
  matrix: z.unknown(),
  desk: z.unknown(),
  quietFrom: z.number().nullable(),
  quietTo: z.number().nullable(),
  mutedUntil: z.date().nullable(),
  digest: z.enum(digests),
})

/** Who of those it concerns may know, wants to, and did not do it. */
async function readersOf({ tx, tenant }: Work, event: Event, { type, personIds, href, ticketId }: Notice): Promise<Reader[]> {
  const tenantId = tenant.ref.id
  const isOwn = event.type === 'person.signed_in'
  const wanted = [...new Set(personIds)].filter((id) => isOwn || id !== event.actorId)
  if (wanted.length === 0) return []
  const rows = await tx.$queryRaw`
    SELECT p.id::text, p.role::text, p.time_zone AS "timeZone", r.permissions AS custom, s.matrix, w.notification_defaults AS desk,
      s.quiet_from AS "quietFrom", s.quiet_to AS "quietTo", s.muted_until AS "mutedUntil", coalesce(s.digest::text, 'off') AS digest
    FROM person p
    JOIN workspace w ON w.tenant_id = p.tenant_id
    LEFT JOIN role r ON r.tenant_id = p.tenant_id AND r.id = p.custom_role_id AND r.deleted_at IS NULL
    LEFT JOIN notification_settings s ON s.tenant_id = p.tenant_id AND s.person_id = p.id
    WHERE p.tenant_id = ${tenantId}::uuid AND p.id = ANY(${wanted}::uuid[]) AND p.deleted_at IS NULL AND p.status = 'active'`
  return z
    .array(readerRow)
    .parse(rows)
    .flatMap(({ id, role, custom, matrix, desk, ...wishes }) => {
      const isCustomer = role === 'customer'
      const mayKnow = isCustomer ? notificationKinds[type].forCustomers : !ticketId || permissionsOf(role, custom).includes('ticket.view')
      const chosen = ways.filter((way) => isWanted(type, way, readMatrix(matrix), readMatrix(desk)))
      if (!mayKnow || chosen.length === 0) return []
      return [{ id, href: ticketId ? ticketPath(ticketId, isCustomer) : href, wanted: chosen, wishes }]
    })
}

const ticketPath = (id: string, isCustomer: boolean) => (isCustomer ? `/requests/${id}` : `/agent/tickets/${id}`)

/** One row for each reader; an unread one about the same, not long ago, takes this in. @returns row ids by person */
async function writeRows({ tx, tenant, now }: Work, notice: Notice, readers: Reader[]): Promise<Map<string, string>> {
  const tenantId = tenant.ref.id
  const { type, groupKey, isUrgent } = notice
  const content = { type, title: cut(notice.title, 300), body: cut(notice.body, 1000) }
  const known = await tx.notification.findMany({
    where: {
      tenantId,
      personId: { in: readers.map(({ id }) => id) },
      groupKey,
      readAt: null,
      updatedAt: { gt: new Date(now.getTime() - burstMs) },
    },
    orderBy: { updatedAt: 'desc' },
    select: { id: true, personId: true },
  })
  const rows = new Map<string, string>()
  for (const { id, personId } of known) if (!rows.has(personId)) rows.set(personId, id)
  const inApp = new Set(readers.filter(({ wanted }) => wanted.includes('in_app')).map(({ id }) => id))
  for (const shows of [true, false]) {
    const ids = [...rows].filter(([personId]) => inApp.has(personId) === shows).map(([, id]) => id)
    if (ids.length === 0) continue
    const data = {
      ...content,
      count: { increment: 1 },
      updatedAt: now,
      ...(isUrgent ? { isUrgent } : {}),
      ...(shows ? { inApp: true } : {}),
    }
    await tx.notification.updateMany({ where: { tenantId, id: { in: ids } }, data })
  }
  const fresh = readers.filter(({ id }) => !rows.has(id))
  for (const { id } of fresh) rows.set(id, newId())
  if (fresh.length > 0)
    await tx.notification.createMany({
      data: fresh.map(({ id, href }) => ({
        ...content,
        tenantId,
        id: rows.get(id) as string,
        personId: id,
        href,
        groupKey,
        isUrgent,
        inApp: inApp.has(id),
        createdAt: now,
        updatedAt: now,
      })),
    })
  return rows
}

const minuteMs = 60_000
const outgoing = ['mail', 'push'] as const

async function planSends({ tx, tenant, now }: Work, { isUrgent }: Notice, readers: Reader[], ids: Map<string, string>) {
  const tenantId = tenant.ref.id
  const planned = await tx.notificationSend.findMany({ where: { tenantId, notificationId: { in: [...ids.values()] } } })
  const turns = new Set<number>()
  for (const { id: personId, wanted, wishes } of readers)
    for (const channel of outgoing) {
      if (!wanted.includes(channel)) continue
      const notificationId = ids.get(personId) as string
      const before = planned.find((send) => send.notificationId === notificationId && send.channel === channel)
      const settled = before?.sentAt ? new Date(before.sentAt.getTime() + burstMs) : null
      const at = dueAt(channel, now, isUrgent, wishes, settled)
      if (!at) continue
      // What waits already goes when it was to go, or sooner.
      const due = before && !before.sentAt && before.dueAt < at ? before.dueAt : at
      const where = { tenantId_notificationId_channel: { tenantId, notificationId, channel } }
      const data = { dueAt: due, sentAt: null }
      await tx.notificationSend.upsert({ where, create: { tenantId, notificationId, channel, personId, ...data }, update: data })
      turns.add(due <= now ? 0 : Math.ceil(due.getTime() / minuteMs) * minuteMs)
    }
  for (const turn of turns) {
    // A turn at once has no key: one that runs already may have looked before this commits.
    const options = turn === 0 ? {} : { dueAt: new Date(turn), uniqueKey: new Date(turn).toISOString() }
    await enqueueJob({ tx, tenantId }, sendNotificationsJob, {}, options)
  }
}
