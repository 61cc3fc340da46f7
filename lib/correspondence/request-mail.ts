import type { EventPayload } from '../events/event-types'
import type { Work } from '../events/work'
import { messageIdFor, replyAddress, senderOf } from '../mail/addresses'
import { queueMail } from '../mail/outbox'
import type { Translator } from '../text/translator'
import { requestLink } from '../tickets/ticket/request-link'
import { type Letter, writeLetter } from './letter'
import type { TemplateEventName } from './schema'
import { senderName } from './signature'
import { answering, requestValues, shownTitle, type Thread, threadOf } from './thread'

/** New tickets of one address that are acknowledged within an hour, whichever way they came. */
const acknowledgedPerHour = 10

/**
 * Says that a ticket is there. Two machines that answer each other without saying that they are machines, and whoever has mail sent
 * to another by our form, are acknowledged a few times: their tickets go on, the answers stop.
 */
export async function acknowledge(work: Work, ticketId: string, payload: EventPayload<'ticket.created'>) {
  if (!payload.acknowledge) return
  const thread = await threadOf(work, ticketId)
  const { requesterId, createdAt } = thread.ticket
  const hourBefore = new Date(createdAt.getTime() - 3600_000)
  const where = { tenantId: work.tenant.ref.id, requesterId, createdAt: { gt: hourBefore, lte: createdAt } }
  if ((await work.tx.ticket.count({ where, take: acknowledgedPerHour + 1 })) > acknowledgedPerHour) return
  const first = thread.ticket.messages[0]?.messageId
  const continues = await continuedBy(work, ticketId)
  await mailRequester(work, thread, `ack-${ticketId}`, continues ? 'ticket_follow_up' : 'ticket_received', () => ({
    values: { ...(continues ? { 'ticket.continues': continues } : {}) },
    inReplyTo: first,
    references: first ? [first] : [],
  }))
}

/** The number of the closed request that this one goes on with. */
async function continuedBy({ tx, tenant }: Work, ticketId: string): Promise<string | null> {
  const tenantId = tenant.ref.id
  const link = await tx.ticketLink.findFirst({
    where: { tenantId, fromId: ticketId, kind: 'follow_up' },
    select: { to: { select: { number: true } } },
  })
  if (!link) return null
  const { ticketPrefix } = await tx.workspace.findUniqueOrThrow({ where: { tenantId }, select: { ticketPrefix: true } })
  return `${ticketPrefix}-${link.to.number}`
}

/** Announces that a request counts as resolved, and what happens if nobody disagrees. */
export async function tellResolved(work: Work, ticketId: string, payload: EventPayload<'ticket.status_changed'>) {
  const thread = await threadOf(work, ticketId)
  const says = await resolution(work, thread, payload)
  if (!says) return
  await mailRequester(work, thread, `resolved-${ticketId}-${work.now.getTime()}`, 'ticket_resolved', (t) => ({
    values: { 'ticket.closing': says(t).closing },
    ...answering(thread.ticket.messages),
  }))
}

/** What is said of a request that was resolved and is so still; null for any other change. */
export async function resolution({ tx, tenant }: Work, { ticket }: Thread, { after, cause }: EventPayload<'ticket.status_changed'>) {
  if (after !== 'resolved' || cause === 'undone' || ticket.status !== 'resolved') return null
  const where = { tenantId: tenant.ref.id }
  const { closeAfterDays } = await tx.workspace.findUniqueOrThrow({ where, select: { closeAfterDays: true } })
  return (t: Translator) => ({
    resolved: t('mails.request.resolved'),
    closing: closeAfterDays > 0 ? t('mails.request.closes', { days: closeAfterDays }) : t('mails.request.reply'),
  })
}

/** Whoever asked twice is told under which number it goes on; of two people, neither: one can't see it, the other didn't ask it. */
export async function tellMerged(work: Work, intoId: string, { fromId, number }: EventPayload<'ticket.merged'>) {
  const from = await threadOf(work, fromId)
  const into = await threadOf(work, intoId)
  if (from.ticket.requesterId !== into.ticket.requesterId) return
  await mailRequester(work, into, `merged-${fromId}-${work.now.getTime()}`, 'ticket_merged', () => ({
    values: { 'ticket.number': number, 'ticket.title': shownTitle(from.ticket), 'ticket.mergedInto': into.number },
  }))
}

/** A mail to the requester about their request, which they may answer; nothing to someone without an address. */
async function mailRequester(
  work: Work,
  { ticket, to, number }: Thread,
  id: string,
  event: TemplateEventName,
  write: (t: Translator) => Letter & { inReplyTo?: string; references?: string[] },
) {
  if (!to) return
  const url = requestLink(work, ticket.id, to)
  let answers: { inReplyTo?: string; references?: string[] } = {}
  let name = ''
  const letter = await writeLetter(work, event, ticket.requester, (t) => {
    name = senderName(t, work, ticket.department)
    const { inReplyTo, references, values, ...rest } = write(t)
    answers = { inReplyTo, references }
    return {
      ...rest,
      values: { ...requestValues({ ticket, number }, to, url), ...values },
      blocks: { 'ticket.link': [{ action: { label: t('mails.action.request'), url } }] },
    }
  })
  await queueMail(work, {
    ...letter,
    ...answers,
    ticketId: ticket.id,
    from: { ...senderOf(work.tenant), name },
    replyTo: replyAddress(work.tenant.ref, ticket.id),
    to: [to],
    messageId: messageIdFor(work.tenant.ref, id),
    isAutomatic: true,
  })
}
