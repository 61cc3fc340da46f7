import { cut } from '../core/text'
import type { EventOf, EventType } from '../events/event-types'
import { type Act, defineSubscriber } from '../events/subscriber'
import type { Work } from '../events/work'
import { announce } from '../realtime/announce'
import { channels } from '../realtime/schema'
import { type Translator, translatorFor } from '../text/translator'
import { callHookLater, callHooks } from './hooks'
import { type Notice, type NoticeOf, type Telling, telling } from './notice'
import { notices } from './notices'
import { type Addressee, type Entry, planSends, type Text, writeRows } from './notification'
import { loadFacts, loadReaders, mayKnow, type Reader } from './recipients'
import { isWanted, notificationKinds, ways, weightyTypes } from './schema'
import { noticeOfCause } from './ticket-notice'

/** Writes what people are told of an event, and when it leaves by mail and push. */
export const createNotifications = defineSubscriber(
  'notifications.create',
  [...(Object.keys(notices) as EventType[]), 'hook.call_requested'],
  undefined,
  {
    // What came from outside is told at once.
    leaves: (Object.keys(notices) as EventType[]).filter((type) => type.startsWith('ticket.') && type !== 'ticket.created'),
    handleActs: tellOf,
  },
)

/** All that these acts have to tell: of each act a reader has one notification, and each other system one message. */
async function tellOf(acts: readonly Act[]) {
  const [{ work: first }] = acts as [Act]
  const events = acts.flatMap((act) => act.events)
  const work = telling(first, events)
  const told: Told[][] = []
  for (const act of acts) told.push(await toldOf(work, act.events))
  await findAddressees(work, told.flat())
  await tell(work, told.flatMap(byReaders))
  await callHooks(work, told)
  for (const event of events)
    if (event.type === 'hook.call_requested') {
      const requested = event as EventOf<'hook.call_requested'>
      await callHookLater(work, requested.payload.hookId, event, await noticeOfCause(work, requested))
    }
}

async function toldOf(work: Telling, events: readonly EventOf<EventType>[]): Promise<Told[]> {
  const told: Told[] = []
  for (const event of events) {
    const notice = await (notices[event.type] as NoticeOf<EventType> | undefined)?.(work, event)
    if (notice) told.push({ event, notice, addressees: [] })
  }
  return told
}

interface Told {
  event: EventOf<EventType>
  notice: Notice
  addressees: Addressee[]
}

/** What all these readers hear. */
type Group = Told

/** The readers who hear the same, with what they hear. */
function byReaders(told: readonly Told[]): Group[] {
  const groups = new Map<string, Group>()
  for (const id of new Set(told.flatMap(({ addressees }) => addressees.map((addressee) => addressee.id)))) {
    const own = told.flatMap(({ event, notice, addressees }) => {
      const addressee = addressees.find((each) => each.id === id)
      return addressee ? [{ event, notice, addressee }] : []
    })
    const [main, ...others] = own.sort((a, b) => weightOf(b) - weightOf(a)) as [(typeof own)[0], ...typeof own]
    const key = own.map(({ event }) => event.id).join()
    const known = groups.get(key)
    if (known) known.addressees.push(main.addressee)
    else
      groups.set(key, {
        event: main.event,
        notice: together(
          main.notice,
          others.map(({ notice }) => notice),
        ),
        addressees: [main.addressee],
      })
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

/** Who has to be told what: rows, what leaves by mail and push, and who is told at once. */
async function tell(work: Work, groups: readonly Group[]) {
  const entries: Entry[] = []
  for (const { event, notice, addressees } of groups) {
    const textFor = textsOf(work, notice)
    for (const addressee of addressees) entries.push({ event, notice, addressee, text: await textFor(addressee) })
  }
  // Of the same the later is taken in by the earlier, which must be there.
  for (const round of roundsOf(entries)) await planSends(work, await writeRows(work, round))
  const rung = entries.flatMap(({ addressee }) => (addressee.wanted.includes('in_app') ? channels.user(addressee.id) : []))
  if (rung.length > 0) await announce(work, 'notification', rung)
}

/** What is about the same and for the same reader, one after the other. */
function roundsOf(entries: readonly Entry[]): Entry[][] {
  const rounds: Entry[][] = []
  const before = new Map<string, number>()
  for (const entry of entries) {
    const key = `${entry.addressee.id} ${entry.notice.groupKey}`
    const place = before.get(key) ?? 0
    before.set(key, place + 1)
    const round = rounds[place] ?? []
    round.push(entry)
    rounds[place] = round
  }
  return rounds
}

/** Notes with each notice who of those it concerns may know, wants to, and did not do it. */
async function findAddressees(work: Work, told: readonly Told[]) {
  const concerned = told.map(({ event, notice: { staffIds, requesterIds } }) => {
    const isOwn = event.type === 'person.signed_in'
    return [...new Set([...staffIds, ...requesterIds])].filter((id) => isOwn || id !== event.actorId)
  })
  const readers = new Map((await loadReaders(work, [...new Set(concerned.flat())])).map((reader) => [reader.id, reader]))
  const ticketIds = new Set(told.flatMap(({ notice }, place) => (concerned[place]?.length ? (notice.ticketId ?? []) : [])))
  const facts = await loadFacts(work, readers.size > 0 ? [...ticketIds] : [])
  for (const [place, each] of told.entries())
    each.addressees = (concerned[place] ?? []).flatMap((id) => addresseeOf(readers.get(id), each.notice, facts))
}

function addresseeOf(
  reader: Reader | undefined,
  { type, staffIds, requesterIds, ticketId, href }: Notice,
  facts: Parameters<typeof mayKnow>[2],
): Addressee[] {
  if (!reader) return []
  const isCustomer = reader.actor.role === 'customer'
  const forStaff = staffIds.includes(reader.id) && !isCustomer
  if (!forStaff && !requesterIds.includes(reader.id)) return []
  if (isCustomer && !notificationKinds[type].forCustomers) return []
  if (!mayKnow(reader, { forStaff, ticketId: ticketId ?? null }, facts)) return []
  const wanted = ways.filter((way) => isWanted(type, way, reader.own, reader.desk))
  if (wanted.length === 0) return []
  return [{ ...reader, wanted, forStaff, href: ticketId ? ticketPath(ticketId, isCustomer) : href }]
}

const ticketPath = (id: string, isCustomer: boolean) => (isCustomer ? `/requests/${id}` : `/agent/tickets/${id}`)

/** A row stays in the language that its reader had when it was written. A department reads the same: each text is made once. */
function textsOf({ tenant }: Work, { wording }: Notice) {
  const [forStaff, forCustomers] = [new Map<Translator, Text>(), new Map<Translator, Text>()]
  return async (reader: Addressee): Promise<Text> => {
    const t = await translatorFor(reader.actor, tenant)
    const made = reader.forStaff ? forStaff : forCustomers
    const known = made.get(t)
    if (known) return known
    const { title, body } = wording(t, reader.forStaff)
    const text = { title: cut(title, 300), body: cut(body, 1000) }
    made.set(t, text)
    return text
  }
}
