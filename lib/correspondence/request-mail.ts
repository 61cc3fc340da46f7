import { z } from 'zod'
import { notFound } from '../core/errors'
import { newId } from '../core/id'
import { richTextOf } from '../core/plain'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import type { EventPayload } from '../events/event-types'
import type { Work } from '../events/work'
import { messageIdFor, replyAddress, senderOf } from '../mail/addresses'
import { queueMail } from '../mail/outbox'
import { type Translator, translatorFor } from '../text/translator'
import { requestLink, whoMayOpen } from '../tickets/ticket/request-link'
import { designOf, type Letter, renderFixed, writeLetter } from './letter'
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
  const read = [threadOf(work, ticketId), acknowledging(work, ticketId), designOf(work, 'ticket_received', 'ticket_follow_up')] as const
  const [thread, { recent, continues }, design] = await Promise.all(read)
  if (recent > acknowledgedPerHour) return
  const first = thread.ticket.messages[0]?.messageId
  await mailRequester(
    work,
    thread,
    `ack-${ticketId}`,
    continues ? 'ticket_follow_up' : 'ticket_received',
    () => ({
      values: { ...(continues ? { 'ticket.continues': continues } : {}) },
      inReplyTo: first,
      references: first ? [first] : [],
    }),
    design,
  )
}

const acknowledgingRow = z.object({ recent: z.int(), continues: z.string().nullable() })

/** How many tickets they opened within the hour before, and the number of the closed request that this one goes on with. */
async function acknowledging({ tx, tenant }: Work, ticketId: string) {
  const [row] = await rowsOf(
    acknowledgingRow,
    tx.$queryRaw`
      SELECT ${plannedOnce} (SELECT count(*)::int FROM (SELECT FROM (
            SELECT r.created_at FROM ticket r WHERE r.tenant_id = t.tenant_id AND r.requester_id = t.requester_id
              AND r.updated_at > t.created_at - interval '1 hour' OFFSET 0 -- by the index of the requester, however many tickets came within the hour
          ) r WHERE r.created_at > t.created_at - interval '1 hour' AND r.created_at <= t.created_at LIMIT ${acknowledgedPerHour + 1}) r) AS recent,
        (SELECT w.ticket_prefix || '-' || e.number FROM ticket_link l JOIN ticket e ON e.tenant_id = l.tenant_id AND e.id = l.to_id
          WHERE l.tenant_id = t.tenant_id AND l.from_id = t.id AND l.kind = 'follow_up' LIMIT 1) AS continues
      FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ${ticketId}::uuid`,
  )
  if (!row) throw notFound('ticket')
  return row
}

/** Announces that a request counts as resolved, and what happens if nobody disagrees. */
export async function tellResolved(work: Work, ticketId: string, payload: EventPayload<'ticket.status_changed'>) {
  const thread = await threadOf(work, ticketId)
  const says = await resolution(work, thread, payload)
  if (!says) return
  await mailRequester(work, thread, `resolved-${ticketId}-${work.now.getTime()}`, 'ticket_resolved', (t) => {
    const { closing, rate } = says(t)
    return { values: { 'ticket.closing': closing }, below: rate ? [{ html: richTextOf(rate) }] : [], ...answering(thread.ticket.messages) }
  })
}

/** What is said of a request that was resolved and is so still; null for any other change. */
export async function resolution({ tx, tenant }: Work, { ticket }: Thread, { after, cause }: EventPayload<'ticket.status_changed'>) {
  if (after !== 'resolved' || cause === 'undone' || ticket.status !== 'resolved') return null
  const where = { tenantId: tenant.ref.id }
  const { closeAfterDays, asksRating } = await tx.workspace.findUniqueOrThrow({ where, select: { closeAfterDays: true, asksRating: true } })
  return (t: Translator) => ({
    resolved: t('mails.request.resolved'),
    closing: closeAfterDays > 0 ? t('mails.request.closes', { days: closeAfterDays }) : t('mails.request.reply'),
    rate: asksRating ? t('mails.request.rate') : null,
  })
}

/**
 * Whoever asked twice is told under which number it goes on; of two people, neither: one can't see it, the other didn't ask it.
 * @param merged all that one act merged into it, of which one mail tells
 */
export async function tellMerged(work: Work, intoId: string, merged: readonly EventPayload<'ticket.merged'>[]) {
  const { tx, tenant, now } = work
  const into = await threadOf(work, intoId)
  const { requesterId } = into.ticket
  const asked = { tenantId: tenant.ref.id, id: { in: merged.map(({ fromId }) => fromId) }, requesterId }
  const theirs = new Set((await tx.ticket.findMany({ where: asked, select: { id: true } })).map(({ id }) => id))
  const [first, ...others] = merged.filter(({ fromId }) => theirs.has(fromId))
  if (!first) return
  const { fromId, number } = first
  const from = await threadOf(work, fromId)
  await mailRequester(work, into, `merged-${fromId}-${now.getTime()}`, 'ticket_merged', (t) => ({
    values: { 'ticket.number': number, 'ticket.title': shownTitle(from.ticket), 'ticket.mergedInto': into.number },
    below:
      others.length > 0
        ? [{ html: richTextOf(t('mails.request.mergedToo', { numbers: others.map((each) => each.number).join(', ') })) }]
        : [],
  }))
}

/** So many links to one request are mailed to an address within an hour: whoever has them needs no more. */
const linksPerHour = 5

/** A link of their own to whoever takes part in a request; nothing to anybody else. */
export async function mailLink(work: Work, ticketId: string, { email }: EventPayload<'ticket.link_requested'>) {
  const { tx, tenant, now } = work
  const contact = await whoMayOpen(work, ticketId, email)
  if (!contact) return
  const recent = { ticketId, recipients: { equals: [email] }, isAsked: true, createdAt: { gt: new Date(now.getTime() - 3600_000) } }
  if ((await tx.outboundMail.count({ where: { tenantId: tenant.ref.id, ...recent } })) >= linksPerHour) return
  const { ticket, number } = await threadOf(work, ticketId)
  const t = await translatorFor(contact, tenant)
  const words = (text: string) => ({ html: richTextOf(text) })
  // What a request is about was said by whoever asked, who may be another.
  const title = shownTitle(ticket)
  const parts = [
    words(t('mails.greeting', { name: contact.name })),
    words(t('mails.request.link', { number, title })),
    { action: { label: t('mails.action.request'), url: requestLink(work, ticketId, email) } },
    words(t('mails.link.ignore')),
  ]
  await queueMail(work, {
    subject: `[${number}] ${title}`,
    ...(await renderFixed(work, t, parts)),
    ticketId,
    from: senderOf(tenant),
    replyTo: replyAddress(tenant.ref, ticketId),
    to: [email],
    messageId: messageIdFor(tenant.ref, `link-${newId()}`),
    isAutomatic: true,
    isAsked: true,
  })
}

/** A mail to the requester about their request, which they may answer; nothing to someone without an address. */
async function mailRequester(
  work: Work,
  { ticket, to, number }: Thread,
  id: string,
  event: TemplateEventName,
  write: (t: Translator) => Letter & { inReplyTo?: string; references?: string[] },
  design?: Awaited<ReturnType<typeof designOf>>,
) {
  if (!to) return
  const url = requestLink(work, ticket.id, to)
  let answers: { inReplyTo?: string; references?: string[] } = {}
  let name = ''
  const letter = await writeLetter(
    work,
    event,
    ticket.requester,
    (t) => {
      name = senderName(t, work, ticket.department)
      const { inReplyTo, references, values, ...rest } = write(t)
      answers = { inReplyTo, references }
      return {
        ...rest,
        values: { ...requestValues({ ticket, number }, to, url), ...values },
        blocks: { 'ticket.link': [{ action: { label: t('mails.action.request'), url } }] },
      }
    },
    design,
  )
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
