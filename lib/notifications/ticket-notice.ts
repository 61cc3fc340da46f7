import { z } from 'zod'
import { cut } from '../core/text'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import type { EventOf, EventPayload } from '../events/event-types'
import type { Work } from '../events/work'
import { stepOf } from '../sla/escalation'
import { say } from '../text/say'
import { isReopening, shownToCustomers, type TicketStatus } from '../tickets/ticket/workflow'
import type { Notice, Telling, TicketFacts, Wording } from './notice'

/**
 * Whoever has the ticket or watches it; of one that nobody has, the whole department with them. While its sender is unverified,
 * nobody but its assignee.
 */
async function responsibleFor(work: Telling, ticket: TicketFacts): Promise<readonly string[]> {
  const { isAssigned, isUnverified, assigneeId, departmentId, staffIds } = ticket
  if (isUnverified) return assigneeId ? [assigneeId] : []
  return isAssigned ? staffIds : [...new Set([...staffIds, ...(await work.membersOf(departmentId))])]
}

/** Whose sender is unverified is told of once somebody confirms them. */
export async function onCreated(work: Telling, ticketId: string): Promise<Notice | null> {
  const { isUnverified, number, title, snippet, requesterName, departmentId, departmentName, common } = await work.ticketOf(ticketId)
  if (isUnverified) return null
  return {
    ...common,
    type: 'ticket_created',
    staffIds: await work.membersOf(departmentId),
    requesterIds: [],
    wording: (t) => ({
      title: t('notices.created.title', { number, title }),
      body: departmentName
        ? t('notices.created.bodyIn', { requester: requesterName, department: departmentName, snippet })
        : t('notices.created.body', { requester: requesterName, snippet }),
    }),
  }
}

export async function onBreach(
  work: Telling,
  ticketId: string,
  { metric, policy, isLate, isByRecompute }: EventPayload<'ticket.sla_breached'>,
): Promise<Notice | null> {
  if (isByRecompute) return null
  const ticket = await work.ticketOf(ticketId)
  const { number, title, common } = ticket
  return {
    ...common,
    type: 'sla_breach',
    staffIds: await responsibleFor(work, ticket),
    requesterIds: [],
    wording: (t) => ({
      title: t('notices.breached', { metric, number }),
      body: t(isLate ? 'notices.slaBodyLate' : 'notices.slaBody', { title, policy }),
    }),
    isUrgent: true,
  }
}

/** What an action tells: of the event that caused it. */
export async function noticeOfCause(work: Telling, event: EventOf<'ticket.notify_requested' | 'hook.call_requested'>): Promise<Notice> {
  const { number, title, common } = await work.ticketOf(event.subjectId as string)
  const id = event.causationId as string
  const cause = await work.tx.event.findUniqueOrThrow({ where: { tenantId_id: { tenantId: work.tenant.ref.id, id } } })
  if (cause.type !== 'ticket.escalated') throw new Error(`nobody says what ${cause.type} tells people`)
  const step = cause.payload as EventPayload<'ticket.escalated'>
  return { ...common, ...stepOf({ number, title }, step), staffIds: [], requesterIds: [], isUrgent: true }
}

export async function onAssigned(
  work: Telling,
  event: EventOf<'ticket.assigned'>,
  { after }: EventPayload<'ticket.assigned'>,
): Promise<Notice | null> {
  if (!after) return null
  const { number, common, ...ticket } = await work.ticketOf(event.subjectId as string)
  const by = event.actorKind === 'person' && event.actorId ? await nameOf(work, event.actorId) : null
  const wording: Wording = (t) => ({
    title: by ? t('notices.assigned.titleBy', { name: by, number }) : t('notices.assigned.title', { number }),
    body: ticket.title,
  })
  return { ...common, type: 'ticket_assigned', staffIds: [after], requesterIds: [], wording }
}

export async function onMentioned(
  work: Telling,
  event: EventOf<'ticket.mentioned'>,
  { messageId, personIds }: EventPayload<'ticket.mentioned'>,
): Promise<Notice> {
  const { number, common } = await work.ticketOf(event.subjectId as string)
  const message = await work.tx.ticketMessage.findFirst({
    where: { tenantId: work.tenant.ref.id, id: messageId },
    select: { bodyText: true, kind: true },
  })
  const by = event.actorId ? await nameOf(work, event.actorId) : null
  return {
    ...common,
    type: 'ticket_mentioned',
    isOfNote: message?.kind === 'note',
    staffIds: personIds,
    requesterIds: [],
    wording: (t) => ({
      title: t('notices.mentioned', { name: by ?? t('notices.someone'), number }),
      body: cut(message?.bodyText ?? '', 300),
    }),
  }
}

const said = z.object({ author: z.string().nullable(), authorId: z.string().nullable(), body: z.string() })

async function assigneesOf({ tx, tenant }: Work, id: string): Promise<string[]> {
  const where = { tenantId_id: { tenantId: tenant.ref.id, id } }
  const { assigneeId } = await tx.ticket.findUniqueOrThrow({ where, select: { assigneeId: true } })
  return assigneeId ? [assigneeId] : []
}

export async function onMessage(
  work: Telling,
  ticketId: string,
  { messageId, by, isUnverified = false }: { messageId: string; by?: string; isUnverified?: boolean | undefined },
  isNote: boolean,
): Promise<Notice> {
  const isFromOutside = !isNote && by !== 'agent'
  const ticket = await work.ticketOf(ticketId)
  const { number, requesterIds, common } = ticket
  const staffIds = isFromOutside ? await responsibleFor(work, ticket) : isUnverified ? await assigneesOf(work, ticketId) : ticket.staffIds
  const query = work.tx.$queryRaw`
    SELECT ${plannedOnce} coalesce(p.name, c.name) AS author, coalesce(p.id, c.person_id)::text AS "authorId", left(m.body_text, 400) AS body FROM ticket_message m
    LEFT JOIN person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id
    LEFT JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
    WHERE m.tenant_id = ${work.tenant.ref.id}::uuid AND m.id = ${messageId}::uuid`
  const [message] = await rowsOf(said, query)
  return {
    ...common,
    type: 'ticket_commented',
    isOfNote: isNote,
    // By mail nobody is signed in, and still nobody is told what they wrote themselves.
    staffIds: staffIds.filter((id) => id !== message?.authorId),
    requesterIds: isNote ? [] : requesterIds.filter((id) => id !== message?.authorId),
    wording: (t) => ({
      title: t(isNote ? 'notices.noted' : 'notices.replied', { name: message?.author ?? t('notices.someone'), number }),
      body: cut(message?.body ?? '', 300),
    }),
  }
}

export async function onStatus(work: Telling, ticketId: string, payload: EventPayload<'ticket.status_changed'>): Promise<Notice | null> {
  const [before, after] = [payload.before, payload.after] as [TicketStatus, TicketStatus]
  const { isAutomatic } = payload
  const isReopened = isReopening(before, after)
  if (isAutomatic && !isReopened) return null
  const ticket = await work.ticketOf(ticketId)
  const { number, staffIds, requesterIds, common, title: body } = ticket
  if (isReopened)
    return {
      ...common,
      type: 'ticket_reopened',
      staffIds: await responsibleFor(work, ticket),
      requesterIds: [],
      wording: (t) => ({ title: t('notices.reopened', { number }), body }),
    }
  // They hear what the portal says: no more of a hold, and no less of what follows it.
  const [was, is] = [shownToCustomers(before), shownToCustomers(after)]
  return {
    ...common,
    type: 'ticket_status',
    staffIds,
    requesterIds: was === is ? [] : requesterIds,
    wording: (t, forStaff) => ({ title: t('notices.status', { number, status: forStaff ? after : is }), body }),
  }
}

export async function onHold(work: Telling, ticketId: string, { holdUntil }: EventPayload<'ticket.hold_reminded'>): Promise<Notice> {
  const ticket = await work.ticketOf(ticketId)
  const { number, common } = ticket
  const wording: Wording = (t) => ({
    title: holdUntil ? t('notices.heldUntil', { number, until: new Date(holdUntil) }) : t('notices.held', { number }),
    body: ticket.title,
  })
  return { ...common, type: 'ticket_held', staffIds: await responsibleFor(work, ticket), requesterIds: [], wording }
}

/** An answer that the customer does not have: whoever works on the ticket hears of it, or the department of one that nobody has. */
export async function onUndelivered(
  work: Telling,
  ticketId: string | null,
  { messageId, status, reason }: EventPayload<'mail.status_changed'>,
): Promise<Notice | null> {
  if (!ticketId || !messageId || (status !== 'bounced' && status !== 'failed' && status !== 'complained')) return null
  const { number, departmentId, assigneeId, common } = await work.ticketOf(ticketId)
  const wording: Wording = (t) => ({
    title: t('notices.undelivered', { number, status }),
    body: reason ? t(`common.delivery.reasons.${reason}`) : '',
  })
  const staffIds = assigneeId ? [assigneeId] : await work.membersOf(departmentId)
  return { ...common, type: 'mail_undelivered', staffIds, requesterIds: [], wording, isUrgent: status !== 'complained' }
}

/** Whoever wrote it may be at another ticket by now. */
export async function onFailedReply(work: Telling, ticketId: string, { personId, reason }: EventPayload<'draft.failed'>): Promise<Notice> {
  const { number, common } = await work.ticketOf(ticketId)
  const wording: Wording = (t) => ({ title: t('notices.replyFailed', { number }), body: say(reason, t) })
  return { ...common, type: 'reply_failed', staffIds: [personId], requesterIds: [], wording, isUrgent: true }
}

const nameOf = async ({ tx, tenant }: Work, id: string) =>
  (await tx.person.findUnique({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, select: { name: true } }))?.name
