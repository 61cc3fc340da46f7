import { type Actor, has, hasOn, isStaff, seesAll } from '../../actor/actor'
import type { Permission } from '../../actor/permissions'
import type { TicketStatus } from './workflow'
import { allowedMoves, isAnswered, isDone } from './workflow'

/** What it depends on who is near a ticket. */
export interface TicketPlace {
  id: string
  departmentId: string | null
  requesterId: string
  /** Of the requester. */
  organisationId: string | null
  assigneeId: string | null
  /** Whether others of the organisation see it. */
  isPublic: boolean
  isWatchedByActor: boolean
}

/** What a decision about a ticket depends on. */
export interface TicketFacts extends TicketPlace {
  status: TicketStatus
  /** Its conversation went to another ticket, and so does the work. */
  isMerged: boolean
}

const isGranted = (actor: Actor, permission: Permission, ticket: TicketPlace) =>
  hasOn(actor, permission, 'ticket', ticket.id) || hasOn(actor, permission, 'department', ticket.departmentId)

const isNear = (actor: Actor, ticket: TicketPlace) => {
  if (seesAll(actor)) return true
  if (actor.kind !== 'person') return false
  if (actor.onlyTicketId !== null && actor.onlyTicketId !== ticket.id) return false
  if (actor.role === 'customer')
    return (
      (actor.contactId !== null && actor.contactId === ticket.requesterId) ||
      (ticket.isPublic && actor.sharedOrganisationId !== null && actor.sharedOrganisationId === ticket.organisationId)
    )
  return (
    ticket.assigneeId === actor.id ||
    ticket.isWatchedByActor ||
    (ticket.departmentId !== null && actor.departmentIds.includes(ticket.departmentId))
  )
}

const may = (permission: Permission) => (actor: Actor, ticket: TicketPlace) =>
  (isNear(actor, ticket) && has(actor, permission)) || isGranted(actor, permission, ticket)

const mayWork = (permission: Permission) => (actor: Actor, ticket: TicketFacts) => !ticket.isMerged && may(permission)(actor, ticket)

export const canView = may('ticket.view')

export const canReply = (actor: Actor, ticket: TicketFacts) => ticket.status !== 'draft' && mayWork('ticket.reply')(actor, ticket)

export const canNote = (actor: Actor, ticket: TicketFacts) => isStaff(actor) && mayWork('ticket.note')(actor, ticket)

export const canAssign = (actor: Actor, ticket: TicketFacts) => isStaff(actor) && mayWork('ticket.assign')(actor, ticket)

export const canDelete = (actor: Actor, ticket: TicketPlace) => isStaff(actor) && may('ticket.delete')(actor, ticket)
export const canUpdate = (actor: Actor, ticket: TicketFacts) => isStaff(actor) && mayWork('ticket.update')(actor, ticket)

/** The requester, and staff who may change it, close it or reopen it. */
const mayCloseOrReopen = (actor: Actor, ticket: TicketFacts) => (isStaff(actor) ? canUpdate(actor, ticket) : canReply(actor, ticket))

export const canClose = (actor: Actor, ticket: TicketFacts) =>
  mayCloseOrReopen(actor, ticket) && ticket.status !== 'draft' && ticket.status !== 'closed' && ticket.status !== 'rejected'

/** Reopening stays possible for staff; a requester's time for it ends. */
export const canReopen = (actor: Actor, ticket: TicketFacts & { isTooLate: boolean }) =>
  isDone(ticket.status) && mayCloseOrReopen(actor, ticket) && (isStaff(actor) || !ticket.isTooLate)

/** Who asked says how it was answered, once it was, and for as long as they could reopen it. */
export const canRate = (actor: Actor, ticket: AnsweredFacts) =>
  actor.kind === 'person' &&
  actor.role === 'customer' &&
  actor.contactId === ticket.requesterId &&
  ticket.asksRating &&
  !ticket.isTooLate &&
  isAnswered(ticket.status) &&
  canReply(actor, ticket)

export interface AnsweredFacts extends TicketFacts {
  /** To be reopened by its requester. */
  isTooLate: boolean
  /** Whether the workspace asks how it was answered. */
  asksRating: boolean
}

/** What the caller may do with the ticket, so that a screen offers nothing that would be refused. */
export function abilitiesOn(actor: Actor, ticket: AnsweredFacts) {
  const update = canUpdate(actor, ticket)
  return {
    reply: canReply(actor, ticket),
    note: canNote(actor, ticket),
    assign: canAssign(actor, ticket),
    update,
    close: canClose(actor, ticket),
    reopen: canReopen(actor, ticket),
    rate: canRate(actor, ticket),
    moves: update ? allowedMoves({ status: ticket.status, isAssigned: ticket.assigneeId !== null }) : [],
  }
}
