import type { EventOf, EventPayload, EventType } from '../events/event-types'
import { type Act, defineSubscriber, type Handlers } from '../events/subscriber'
import type { Work } from '../events/work'
import { sendLink, tellLocked, welcomeOwner } from './account-mail'
import { sendReply } from './reply-mail'
import { acknowledge, mailLink, tellMerged, tellResolved } from './request-mail'

const composers: Handlers = {
  'ticket.created': (work, { subjectId, payload }) => acknowledge(work, subjectId as string, payload),
  'ticket.replied': (work, { subjectId, payload }) => sendReply(work, subjectId as string, payload),
  'ticket.status_changed': (work, { subjectId, payload }) => tellResolved(work, subjectId as string, payload),
  'ticket.merged': (work, { subjectId, payload }) => tellMerged(work, subjectId as string, [payload]),
  'ticket.link_requested': (work, { subjectId, payload }) => mailLink(work, subjectId as string, payload),
  'person.link_requested': (work, { subjectId, payload }) => sendLink(work, subjectId, payload),
  'desk.opened': (work, { subjectId }) => welcomeOwner(work, subjectId as string),
  'person.locked': async (work, { subjectId, payload }) => subjectId && tellLocked(work, subjectId, payload),
}

/** Turns what happened into the mail that people expect of it. */
export const composeMail = defineSubscriber('mail.compose', composers, undefined, {
  priority: 'first',
  leaves: ['ticket.created', 'ticket.replied', 'ticket.status_changed', 'ticket.merged'],
  handleActs: writeAll,
})

const isMerge = (event: EventOf<EventType>): event is EventOf<'ticket.merged'> => event.type === 'ticket.merged'

/** Side by side, so that what they ask for goes together; but for what counts the mails before it. */
async function writeAll(acts: readonly Act[]) {
  const counts = ({ events }: Act) => events.some(({ type }) => type === 'ticket.link_requested' || type === 'person.link_requested')
  await Promise.all(acts.filter((act) => !counts(act)).map(({ work, events }) => writeOnce(work, events)))
  for (const { work, events } of acts.filter(counts)) await writeOnce(work, events)
}

/** One act, one mail: a reply that resolves says so itself, and what is merged into one ticket is told together. */
async function writeOnce(work: Work, events: readonly EventOf<EventType>[]) {
  const answers = events.filter((event) => event.type === 'ticket.replied' && event.payload.by === 'agent')
  const last = answers.at(-1)
  const merges = events.filter(isMerge)
  for (const event of events) {
    if (last && event.type === 'ticket.status_changed') continue
    if (event === last) await sendReply(work, event.subjectId as string, event.payload as EventPayload<'ticket.replied'>, events)
    else if (!isMerge(event)) await (composers[event.type] as (work: Work, event: EventOf<EventType>) => Promise<unknown>)?.(work, event)
    else if (event === merges[0])
      await tellMerged(
        work,
        event.subjectId as string,
        merges.map(({ payload }) => payload),
      )
  }
}
