import { cut } from '../core/text'
import { browserOf } from '../core/user-agent'
import type { Event } from '../db/generated/tenant/client'
import type { EventPayload } from '../events/catalogue'
import type { Work } from '../procedure/work'
import type { NotificationType } from './schema'

/** What there is to tell about an event, and whom it concerns; whoever did it is left out later. */
export interface Notice {
  type: NotificationType
  personIds: string[]
  title: string
  body: string
  /** The page it leads to; of a ticket the reader's own view of it. */
  href: string
  ticketId?: string
  isUrgent: boolean
  /** What is about the same shows as one. */
  groupKey: string
}

const done = ['resolved', 'closed', 'rejected']

/** @returns at most one notice: of what happened together, the later says the more important */
export async function noticeOf(work: Work, event: Event): Promise<Notice | null> {
  const { type, payload } = event
  const subjectId = event.subjectId as string
  switch (type) {
    case 'ticket.created':
      return onCreated(work, subjectId)
    case 'ticket.assigned':
      return onAssigned(work, event, payload as EventPayload<'ticket.assigned'>)
    case 'ticket.replied':
    case 'ticket.noted':
      return onMessage(work, subjectId, payload as EventPayload<'ticket.replied'>, type === 'ticket.noted')
    case 'ticket.status_changed':
      return onStatus(work, subjectId, payload as EventPayload<'ticket.status_changed'>)
    case 'person.signed_in':
      return onSignIn(work, subjectId, payload as EventPayload<'person.signed_in'>)
    case 'domain.checked':
      return onDomain(work, subjectId, payload as EventPayload<'domain.checked'>)
    default:
      return null
  }
}

async function ticketOf({ tx, tenant }: Work, id: string) {
  const tenantId = tenant.ref.id
  const ticket = await tx.ticket.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id } },
    include: {
      requester: { select: { name: true, personId: true } },
      watchers: { select: { personId: true } },
      department: { select: { name: true } },
    },
  })
  const { ticketPrefix } = await tx.workspace.findUniqueOrThrow({ where: { tenantId }, select: { ticketPrefix: true } })
  const number = `${ticketPrefix}-${ticket.number}`
  return {
    ticket,
    number,
    /** Who works on it, and who wants to know. */
    staffIds: [ticket.assigneeId, ...ticket.watchers.map(({ personId }) => personId)].filter((id) => id !== null),
    common: { href: '', ticketId: id, isUrgent: ticket.priority === 'urgent', groupKey: `ticket:${id}` },
  }
}

async function onCreated(work: Work, ticketId: string): Promise<Notice> {
  const { ticket, number, common } = await ticketOf(work, ticketId)
  const tenantId = work.tenant.ref.id
  const members = ticket.departmentId
    ? await work.tx.departmentMember.findMany({ where: { tenantId, departmentId: ticket.departmentId }, take: 1000 })
    : []
  return {
    ...common,
    type: 'ticket_created',
    personIds: members.map(({ personId }) => personId),
    title: `New: ${number} ${ticket.title}`,
    body: `${ticket.requester.name}${ticket.department ? ` in ${ticket.department.name}` : ''}: ${ticket.snippet}`,
  }
}

async function onAssigned(work: Work, event: Event, { after }: EventPayload<'ticket.assigned'>): Promise<Notice | null> {
  if (!after) return null
  const { ticket, number, common } = await ticketOf(work, event.subjectId as string)
  const by = event.actorKind === 'person' && event.actorId ? await nameOf(work, event.actorId) : null
  const title = by ? `${by} assigned ${number} to you` : `${number} is assigned to you`
  return { ...common, type: 'ticket_assigned', personIds: [after], title, body: ticket.title }
}

async function onMessage(work: Work, ticketId: string, { messageId }: { messageId: string }, isNote: boolean): Promise<Notice> {
  const { ticket, number, staffIds, common } = await ticketOf(work, ticketId)
  const message = await work.tx.ticketMessage.findUniqueOrThrow({
    where: { tenantId_id: { tenantId: work.tenant.ref.id, id: messageId } },
    include: { person: { select: { name: true } }, contact: { select: { name: true } } },
  })
  const author = message.person?.name ?? message.contact?.name ?? 'Somebody'
  const requester = isNote ? [] : [ticket.requester.personId].filter((id) => id !== null)
  return {
    ...common,
    type: 'ticket_commented',
    personIds: [...staffIds, ...requester],
    title: `${author} ${isNote ? 'wrote a note' : 'replied'} on ${number}`,
    body: cut(message.bodyText, 300),
  }
}

async function onStatus(work: Work, ticketId: string, payload: EventPayload<'ticket.status_changed'>): Promise<Notice | null> {
  const { before, after, isAutomatic } = payload
  const isReopened = done.includes(before) && !done.includes(after)
  if (isAutomatic && !isReopened) return null
  const { ticket, number, staffIds, common } = await ticketOf(work, ticketId)
  const requester = [ticket.requester.personId].filter((id) => id !== null)
  if (isReopened)
    return { ...common, type: 'ticket_reopened', personIds: staffIds, title: `${number} was opened again`, body: ticket.title }
  const title = `${number} is now ${after.replaceAll('_', ' ')}`
  return { ...common, type: 'ticket_status', personIds: [...staffIds, ...requester], title, body: ticket.title }
}

/** A device is known by its browser; somebody's first sign-in ever is no news to them. */
async function onSignIn(work: Work, personId: string, { sessionId }: EventPayload<'person.signed_in'>): Promise<Notice | null> {
  const where = { tenantId: work.tenant.ref.id, personId }
  const session = await work.tx.session.findFirst({ where: { ...where, id: sessionId } })
  if (!session) return null
  const earlier = { ...where, id: { not: sessionId }, createdAt: { lte: session.createdAt } }
  const isKnown = await work.tx.session.count({ where: { ...earlier, userAgent: session.userAgent }, take: 1 })
  if (isKnown || !(await work.tx.session.count({ where: earlier, take: 1 }))) return null
  const device = browserOf(session.userAgent)
  return {
    type: 'login_alert',
    personIds: [personId],
    title: `New sign-in with ${device}`,
    body: `From ${session.address ?? 'an unknown address'}. If it was not you, end that session and change your password.`,
    href: '/settings/sessions',
    isUrgent: true,
    groupKey: `session:${sessionId}`,
  }
}

async function onDomain(work: Work, domainId: string, payload: EventPayload<'domain.checked'>): Promise<Notice | null> {
  const { hostname, before, status, error } = payload
  if (before === status || status === 'pending') return null
  const isVerified = status === 'verified'
  const admins = await work.tx.person.findMany({
    where: { tenantId: work.tenant.ref.id, deletedAt: null, role: { in: ['owner', 'admin'] } },
    select: { id: true },
    take: 200,
  })
  return {
    type: isVerified ? 'domain_verified' : 'domain_failed',
    personIds: admins.map(({ id }) => id),
    title: isVerified ? `${hostname} is verified` : `${hostname} cannot be verified`,
    body: isVerified ? 'The desk answers on it from now on.' : (error ?? 'Its DNS records are not as they should be.'),
    href: '/settings/domains',
    isUrgent: false,
    groupKey: `domain:${domainId}`,
  }
}

const nameOf = async ({ tx, tenant }: Work, id: string) =>
  (await tx.person.findUnique({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, select: { name: true } }))?.name
