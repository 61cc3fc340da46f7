import { z } from 'zod'
import { newId } from '../core/id'
import { Prisma } from '../db/generated/tenant/client'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import type { EventOf, EventType } from '../events/event-types'
import type { Work } from '../events/work'
import { enqueueJob } from '../jobs/enqueue'
import { sendNotificationsJob } from './jobs'
import type { Notice } from './notice'
import { dueAt } from './quiet-hours'
import type { Reader } from './recipients'
import { type Way, weightyTypes } from './schema'

/** What is about the same within this time is one notification, and one message by each way. */
const burstMs = 10 * 60_000

/** A reader of one notice. */
export interface Addressee extends Reader {
  wanted: Way[]
  forStaff: boolean
  href: string
}

export interface Text {
  title: string
  body: string
}

/** One notice for one reader. */
export interface Entry {
  event: EventOf<EventType>
  notice: Notice
  addressee: Addressee
  text: Text
}

export interface Written extends Entry {
  /** Of its row. */
  id: string
  isFresh: boolean
}

const takenIn = z.object({ given: z.string(), id: z.string() })

/**
 * One row for each; an unread one about the same, not long ago, takes this in: a weightier one keeps its place and says
 * what came after it as well.
 * @param entries of one reader none about the same as another
 */
export async function writeRows({ tx, tenant, now }: Work, entries: readonly Entry[]): Promise<Written[]> {
  if (entries.length === 0) return []
  const tenantId = tenant.ref.id
  const given = entries.map((entry) => ({ ...entry, id: newId() }))
  const variants = new Map<string, object>()
  const keys = given.map(({ notice, addressee: { forStaff, href }, text }) => {
    const { type, groupKey, ticketId, isUrgent, isOfNote = false } = notice
    const variant = { ...text, type, groupKey, ticketId, isUrgent, isOfNote, isWeighty: weightyTypes.includes(type), forStaff, href }
    const key = JSON.stringify(variant)
    variants.set(key, variant)
    return key
  })
  const places = new Map([...variants.keys()].map((key, place) => [key, place]))
  const rows = [...variants.values()].map((variant, place) => ({ place, ...variant }))
  const stays = Prisma.sql`(n.type = ANY(${weightyTypes}) AND NOT said."isWeighty")`
  // A note says the same as the mention in it. What is being read at this moment is read: the row says so under its lock, and a
  // fresh one is made.
  const query = tx.$queryRaw`
    WITH said AS (
      SELECT ${plannedOnce} e.id, e.person_id, e.in_app, v.*
      FROM unnest(${given.map(({ id }) => id)}::uuid[], ${given.map(({ addressee }) => addressee.id)}::uuid[],
        ${keys.map((key) => places.get(key) as number)}::int[], ${given.map(({ addressee }) => addressee.wanted.includes('in_app'))}::boolean[])
        AS e (id, person_id, place, in_app)
      JOIN jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v (place int, title text, body text, type text, "groupKey" text,
        "ticketId" uuid, "isUrgent" boolean, "isOfNote" boolean, "isWeighty" boolean, "forStaff" boolean, href text) USING (place)),
    taken AS (
      UPDATE notification n SET count = n.count + 1, updated_at = ${now}, is_urgent = n.is_urgent OR said."isUrgent",
        in_app = n.in_app OR said.in_app,
        type = CASE WHEN ${stays} THEN n.type ELSE said.type END,
        title = CASE WHEN ${stays} THEN n.title ELSE said.title END,
        body = CASE WHEN NOT ${stays} THEN said.body WHEN n.body = said.body THEN n.body
          ELSE left(n.body || E'\n' || said.title || ': ' || left(said.body, 150), 1000) END,
        is_of_note = said."isOfNote" AND (n.is_of_note OR NOT ${stays})
      FROM said CROSS JOIN LATERAL (
        SELECT x.id FROM notification x
        WHERE x.tenant_id = ${tenantId}::uuid AND x.person_id = said.person_id AND x.group_key = said."groupKey" AND x.read_at IS NULL
          AND x.updated_at > ${new Date(now.getTime() - burstMs)}
        ORDER BY x.updated_at DESC LIMIT 1) b
      WHERE n.tenant_id = ${tenantId}::uuid AND n.id = b.id AND n.read_at IS NULL
      RETURNING said.id AS given, n.id),
    made AS (
      INSERT INTO notification (tenant_id, id, person_id, type, title, body, href, group_key, is_urgent, is_of_note, for_staff, ticket_id,
        in_app, created_at, updated_at)
      SELECT ${tenantId}::uuid, id, person_id, type, title, body, href, "groupKey", "isUrgent", "isOfNote", "forStaff", "ticketId",
        in_app, ${now}, ${now}
      FROM said WHERE NOT EXISTS (SELECT FROM taken t WHERE t.given = said.id))
    SELECT given::text, id::text FROM taken`
  const earlier = new Map((await rowsOf(takenIn, query)).map((row) => [row.given, row.id]))
  return given.map((entry) => ({ ...entry, id: earlier.get(entry.id) ?? entry.id, isFresh: !earlier.has(entry.id) }))
}

const minuteMs = 60_000
/** Jobs come a little after what they are for, so that clocks may differ by as much. */
const slackMs = 5000
const outgoing = ['mail', 'push'] as const

/** When each leaves by mail and push. */
export async function planSends({ tx, tenant, now }: Work, written: readonly Written[]) {
  const tenantId = tenant.ref.id
  // Whom no browser can tell anything is not pushed to: most people have none.
  const ways = ({ wanted, hasBrowser }: Addressee) => outgoing.filter((way) => wanted.includes(way) && (way === 'mail' || hasBrowser))
  const wanting = written.filter(({ addressee }) => ways(addressee).length > 0)
  if (wanting.length === 0) return
  const older = wanting.filter(({ isFresh }) => !isFresh).map(({ id }) => id)
  const before = older.length > 0 ? await tx.notificationSend.findMany({ where: { tenantId, notificationId: { in: older } } }) : []
  const planned = wanting.flatMap(({ id: notificationId, notice: { isUrgent }, addressee }) =>
    ways(addressee).flatMap((channel) => {
      const earlier = before.find((send) => send.notificationId === notificationId && send.channel === channel)
      const burstEnd = earlier?.sentAt ? new Date(earlier.sentAt.getTime() + burstMs) : null
      const at = dueAt(channel, now, isUrgent, addressee.wishes, burstEnd)
      if (!at) return []
      // What waits already goes when it was to go, or sooner.
      const due = earlier && !earlier.sentAt && earlier.dueAt < at ? earlier.dueAt : at
      return [{ notificationId, personId: addressee.id, channel, due }]
    }),
  )
  if (planned.length === 0) return
  await tx.$executeRaw`
    INSERT INTO notification_send (tenant_id, notification_id, person_id, channel, due_at)
    SELECT ${tenantId}::uuid, * FROM unnest(${planned.map((send) => send.notificationId)}::uuid[], ${planned.map((send) => send.personId)}::uuid[],
      ${planned.map((send) => send.channel)}::"NotificationChannel"[], ${planned.map((send) => send.due)}::timestamptz[])
    ON CONFLICT (tenant_id, notification_id, channel) DO UPDATE SET due_at = EXCLUDED.due_at, sent_at = NULL, attempts = 0`
  const times = new Set(planned.map(({ due }) => (due <= now ? 0 : Math.ceil(due.getTime() / minuteMs) * minuteMs + slackMs)))
  // In order, so that two at once do not wait for each other.
  for (const time of [...times].sort((a, b) => a - b)) {
    // A time at once has no key: one that runs already may have looked before this commits.
    const options = time === 0 ? {} : { dueAt: new Date(time), uniqueKey: new Date(time).toISOString() }
    await enqueueJob({ tx, tenantId }, sendNotificationsJob, {}, options)
  }
}
