import { z } from 'zod'
import { newId } from '../core/id'
import { cut } from '../core/text'
import { Prisma } from '../db/generated/tenant/client'
import { rowsOf } from '../db/rows'
import type { EventOf, EventType } from '../events/event-types'
import { defineSubscriber, type Handlers } from '../events/subscriber'
import type { Work } from '../events/work'
import { enqueueJob } from '../jobs/enqueue'
import { announce } from '../realtime/announce'
import { channels } from '../realtime/schema'
import { translatorFor } from '../text/translator'
import { callHookLater, callHooks } from './hooks'
import { sendNotificationsJob } from './jobs'
import type { Notice, NoticeOf } from './notice'
import { notices } from './notices'
import { dueAt } from './quiet-hours'
import { loadFacts, loadReaders, mayKnow, type Reader } from './recipients'
import { isWanted, notificationKinds, type Way, ways, weightyTypes } from './schema'
import { noticeOfCause } from './ticket-notice'

/** What is about the same within this time is one notification, and one message by each way. */
const burstMs = 10 * 60_000

/** Writes what people are told of an event, and when it leaves by mail and push. */
export const createNotifications = defineSubscriber(
  'notifications.create',
  {
    ...(Object.fromEntries(
      Object.keys(notices).map((type) => [type, (work: Work, event: EventOf<EventType>) => tellOf(work, [event])]),
    ) as Handlers),
    'hook.call_requested': (work, event) => callRequested(work, event),
  },
  undefined,
  {
    // What came from outside is told at once.
    leaves: (Object.keys(notices) as EventType[]).filter((type) => type.startsWith('ticket.') && type !== 'ticket.created'),
    async handleAct(work, events) {
      await tellOf(work, events)
      for (const event of events)
        if (event.type === 'hook.call_requested') await callRequested(work, event as EventOf<'hook.call_requested'>)
    },
  },
)

const callRequested = async (work: Work, event: EventOf<'hook.call_requested'>) =>
  callHookLater(work, event.payload.hookId, event, await noticeOfCause(work, event))

/** A reader of this one notice. */
interface Addressee extends Reader {
  wanted: Way[]
  forStaff: boolean
  href: string
}

/** All that one act has to tell: each reader has one notification of it, and each other system one message. */
async function tellOf(work: Work, events: readonly EventOf<EventType>[]) {
  const told: Told[] = []
  for (const event of events) {
    const notice = await (notices[event.type] as NoticeOf<EventType> | undefined)?.(work, event)
    if (notice) told.push({ event, notice, addressees: await addresseesOf(work, event, notice) })
  }
  for (const [event, notice, addressees] of byReaders(told)) await tell(work, event, notice, addressees)
  await callHooks(work, told)
}

interface Told {
  event: EventOf<EventType>
  notice: Notice
  addressees: Addressee[]
}

/** The readers who hear the same, with what they hear. */
function byReaders(told: readonly Told[]): [EventOf<EventType>, Notice, Addressee[]][] {
  const groups = new Map<string, [EventOf<EventType>, Notice, Addressee[]]>()
  for (const id of new Set(told.flatMap(({ addressees }) => addressees.map((addressee) => addressee.id)))) {
    const own = told.flatMap(({ event, notice, addressees }) => {
      const addressee = addressees.find((each) => each.id === id)
      return addressee ? [{ event, notice, addressee }] : []
    })
    const [main, ...others] = own.sort((a, b) => weightOf(b) - weightOf(a)) as [(typeof own)[0], ...typeof own]
    const key = own.map(({ event }) => event.id).join()
    const known = groups.get(key)
    if (known) known[2].push(main.addressee)
    else
      groups.set(key, [
        main.event,
        together(
          main.notice,
          others.map(({ notice }) => notice),
        ),
        [main.addressee],
      ])
  }
  return [...groups.values()]
}

/** What is for the reader in person comes first, then what they want to hear of in the most ways. */
const weightOf = ({ notice, addressee }: { notice: Notice; addressee: Addressee }) =>
  (weightyTypes.includes(notice.type) ? 10 : 0) + addressee.wanted.length

/** One notice that says the others as well. */
const together = (main: Notice, others: readonly Notice[]): Notice => ({
  ...main,
  isUrgent: main.isUrgent || others.some(({ isUrgent }) => isUrgent),
  isOfNote: [main, ...others].every(({ isOfNote }) => isOfNote),
  wording(t, forStaff) {
    const { title, body } = main.wording(t, forStaff)
    const more = others.map(({ wording }) => wording(t, forStaff)).filter((other) => other.body !== body)
    return { title, body: [body, ...more.map((other) => `${other.title}: ${cut(other.body, 150)}`)].join('\n') }
  },
})

async function tell(work: Work, event: EventOf<EventType>, notice: Notice, addressees: Addressee[]) {
  const ids = await writeRows(work, notice, addressees)
  await planSends(work, notice, addressees, ids)
  const inApp = addressees.filter(({ wanted }) => wanted.includes('in_app'))
  if (inApp.length > 0)
    await announce(
      work,
      event.id,
      'notification',
      inApp.map(({ id }) => channels.user(id)),
    )
}

/** Who of those it concerns may know, wants to, and did not do it. */
async function addresseesOf(
  work: Work,
  event: EventOf<EventType>,
  { type, staffIds, requesterIds, ticketId, href }: Notice,
): Promise<Addressee[]> {
  const isOwn = event.type === 'person.signed_in'
  const ids = [...new Set([...staffIds, ...requesterIds])].filter((id) => isOwn || id !== event.actorId)
  const readers = await loadReaders(work, ids)
  const facts = await loadFacts(work, ticketId && readers.length > 0 ? [ticketId] : [])
  const asStaff = new Set(staffIds)
  return readers.flatMap((reader) => {
    const isCustomer = reader.actor.role === 'customer'
    const forStaff = asStaff.has(reader.id) && !isCustomer
    if (!forStaff && !requesterIds.includes(reader.id)) return []
    if (isCustomer && !notificationKinds[type].forCustomers) return []
    if (!mayKnow(reader, { forStaff, ticketId: ticketId ?? null }, facts)) return []
    const wanted = ways.filter((way) => isWanted(type, way, reader.own, reader.desk))
    if (wanted.length === 0) return []
    return [{ ...reader, wanted, forStaff, href: ticketId ? ticketPath(ticketId, isCustomer) : href }]
  })
}

const ticketPath = (id: string, isCustomer: boolean) => (isCustomer ? `/requests/${id}` : `/agent/tickets/${id}`)

/** A row stays in the language that its reader had when it was written. */
async function textFor({ tenant }: Work, { wording }: Notice, { actor, forStaff }: Addressee): Promise<{ title: string; body: string }> {
  const { title, body } = wording(await translatorFor(actor, tenant), forStaff)
  return { title: cut(title, 300), body: cut(body, 1000) }
}

const takenIn = z.object({ id: z.string(), personId: z.string() })

/**
 * One row for each; an unread one about the same, not long ago, takes this in: a weightier one keeps its place and says
 * what came after it as well.
 * @returns row ids by person
 */
async function writeRows(work: Work, notice: Notice, addressees: Addressee[]): Promise<Map<string, string>> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const { type, groupKey, ticketId, isUrgent, isOfNote = false } = notice
  const texts = await Promise.all(addressees.map((addressee) => textFor(work, notice, addressee)))
  const textOf = new Map(addressees.map(({ id }, place) => [id, texts[place]]))
  const inApp = addressees.filter(({ wanted }) => wanted.includes('in_app')).map(({ id }) => id)
  const isWeighty = weightyTypes.includes(type)
  // A note says the same as the mention in it.
  const stays = isWeighty ? Prisma.sql`FALSE` : Prisma.sql`n.type = ANY(${weightyTypes})`
  const tail = Prisma.sql`CASE WHEN n.body = said.body THEN '' ELSE E'\n' || said.title || ': ' || left(said.body, 150) END`
  // What is being read at this moment is read: the row says so under its lock, and a fresh one is made.
  const query = tx.$queryRaw`
    UPDATE notification n SET count = count + 1, type = CASE WHEN ${stays} THEN n.type ELSE ${type} END,
      title = CASE WHEN ${stays} THEN n.title ELSE said.title END,
      body = CASE WHEN ${stays} THEN left(n.body || ${tail}, 1000) ELSE said.body END,
      updated_at = ${now}, is_urgent = is_urgent OR ${isUrgent},
      is_of_note = CASE WHEN ${stays} THEN n.is_of_note AND ${isOfNote} ELSE ${isOfNote} END, in_app = in_app OR n.person_id = ANY(${inApp}::uuid[])
    FROM unnest(${addressees.map(({ id }) => id)}::uuid[], ${texts.map(({ title }) => title)}::text[], ${texts.map(({ body }) => body)}::text[])
      AS said (person_id, title, body)
    WHERE n.tenant_id = ${tenantId}::uuid AND n.person_id = said.person_id AND n.read_at IS NULL AND n.id IN (
      SELECT DISTINCT ON (person_id) id FROM notification
      WHERE tenant_id = ${tenantId}::uuid AND person_id = ANY(${addressees.map(({ id }) => id)}::uuid[]) AND group_key = ${groupKey}
        AND read_at IS NULL AND updated_at > ${new Date(now.getTime() - burstMs)}
      ORDER BY person_id, updated_at DESC)
    RETURNING n.id::text, n.person_id::text AS "personId"`
  const rows = new Map((await rowsOf(takenIn, query)).map(({ id, personId }) => [personId, id]))
  const fresh = addressees.filter(({ id }) => !rows.has(id))
  for (const { id } of fresh) rows.set(id, newId())
  const shown = new Set(inApp)
  if (fresh.length > 0)
    await tx.notification.createMany({
      data: fresh.map(({ id, href, forStaff }) => ({
        type,
        title: '',
        body: '',
        ...textOf.get(id),
        tenantId,
        id: rows.get(id) as string,
        personId: id,
        href,
        groupKey,
        isUrgent,
        isOfNote,
        forStaff,
        ticketId,
        inApp: shown.has(id),
        createdAt: now,
        updatedAt: now,
      })),
    })
  return rows
}

const minuteMs = 60_000
/** Jobs come a little after what they are for, so that clocks may differ by as much. */
const slackMs = 5000
const outgoing = ['mail', 'push'] as const

async function planSends({ tx, tenant, now }: Work, { isUrgent }: Notice, addressees: Addressee[], ids: Map<string, string>) {
  const tenantId = tenant.ref.id
  const wanting = addressees.filter(({ wanted }) => outgoing.some((channel) => wanted.includes(channel)))
  if (wanting.length === 0) return
  const notificationIds = wanting.map(({ id }) => ids.get(id) as string)
  const before = await tx.notificationSend.findMany({ where: { tenantId, notificationId: { in: notificationIds } } })
  const planned = wanting.flatMap(({ id: personId, wanted, wishes }) =>
    outgoing
      .filter((channel) => wanted.includes(channel))
      .flatMap((channel) => {
        const notificationId = ids.get(personId) as string
        const earlier = before.find((send) => send.notificationId === notificationId && send.channel === channel)
        const burstEnd = earlier?.sentAt ? new Date(earlier.sentAt.getTime() + burstMs) : null
        const at = dueAt(channel, now, isUrgent, wishes, burstEnd)
        if (!at) return []
        // What waits already goes when it was to go, or sooner.
        const due = earlier && !earlier.sentAt && earlier.dueAt < at ? earlier.dueAt : at
        return [{ notificationId, personId, channel, due }]
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
