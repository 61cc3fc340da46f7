import { z } from 'zod'
import { changed } from '../../events/event-types'
import { statusCauses } from './workflow'

const id = z.string()

export const ticketEvents = {
  /** `isAnswer`: its first words are the team's own. `isUnverified`: its sender failed authentication. */
  'ticket.created': z.object({
    /** Taken as the last thing before the commit, so it is not known yet when this is emitted. */
    number: z.number().optional(),
    title: z.string(),
    source: z.string(),
    messageId: id,
    acknowledge: z.boolean(),
    isAnswer: z.boolean().optional(),
    isUnverified: z.boolean().optional(),
  }),
  /** Somebody wants a link to the request at an address; whether that takes part in it, whoever writes the mail finds out. */
  'ticket.link_requested': z.object({ email: z.string() }),
  /** A member of staff says that who sent it is genuine, or takes that back. */
  'ticket.sender_confirmed': z.object({ isConfirmed: z.boolean() }),
  /** `isReleased`: whoever had it left the team. */
  'ticket.assigned': z.object({ before: id.nullable(), after: id.nullable(), isReleased: z.boolean().optional() }),
  /** `reason`: in the words of the person who did it. `cause`: what it followed from; its words are made when it is shown. */
  'ticket.status_changed': z.object({
    before: z.string(),
    after: z.string(),
    reason: z.string().nullable(),
    cause: z.enum(statusCauses).optional(),
    /** It followed from something else that was done, which is told on its own. */
    isAutomatic: z.boolean().optional(),
    /** Of events written before there were causes: it went into another ticket. */
    isMerge: z.boolean().optional(),
    /** What belonged to the status before, for putting it back. */
    was: z
      .object({
        heldAt: z.string().nullable(),
        holdUntil: z.string().nullable(),
        resolvedAt: z.string().nullable(),
        closedAt: z.string().nullable(),
        reopenCount: z.number(),
      })
      .optional(),
  }),
  /** How its requester says that it was answered. */
  'ticket.rated': z.object({ before: z.string().nullable(), after: z.string(), comment: z.string().nullable() }),
  /** One that is on hold already is held until another time; `before` and `after` are null without an end. */
  'ticket.hold_changed': z.object({
    before: z.string().nullable(),
    after: z.string().nullable(),
    reason: z.string().nullable(),
    reasonBefore: z.string().nullable(),
    cause: z.enum(statusCauses).optional(),
  }),
  'ticket.hold_reminded': z.object({ heldAt: z.string(), holdUntil: z.string().nullable() }),
  'ticket.tagged': z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
  'ticket.watched': z.object({ personId: id, isWatching: z.boolean() }),
  'ticket.priority_changed': z.object({ before: z.string(), after: z.string() }),
  /** Title, type, category, due date. */
  'ticket.details_changed': changed,
  'ticket.archived': z.object({ isArchived: z.boolean() }),
  'ticket.deleted': z.object({ number: z.number() }),
  'ticket.restored': z.object({ number: z.number() }),
  /** Who asks turned out to be another contact, or not. */
  'ticket.requester_changed': z.object({ before: id, after: id }),
  /** Words on it were erased: all that it said of its requester, or what some people wrote in it. */
  'ticket.redacted': z.object({ isWhole: z.boolean(), personIds: z.array(id) }),
  /** An act was taken back as far as it was about this ticket; what else the same request says is how it was before. */
  'ticket.undone': z.object({ actId: id }),
  'ticket.department_changed': z.object({ before: id.nullable(), after: id.nullable(), categoryBefore: id.nullable().optional() }),
}

type Own = typeof ticketEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
