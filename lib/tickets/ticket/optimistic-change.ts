import type { Reference } from '../../core/schema'
import type { Priority } from '../../directory/values'
import { afterAssignment, allowedMoves, type TicketStatus } from './workflow'

/** What a change makes of a ticket before the server has answered. */
export interface TicketPatch {
  status?: TicketStatus
  priority?: Priority
  assignee?: { id: string; name: string } | null
  tags?: string[]
}

/** What of a ticket a patch may depend on. Lists leave out what they have no column for. */
export type Patched = { status: TicketStatus; assignee?: Reference | null; tags?: string[] }

export type OptimisticChange = (now: Patched) => TicketPatch

const state = ({ status, assignee }: Patched) => ({ status, isAssigned: Boolean(assignee) })

/** Whether a person may move a ticket there, as far as its list shows. */
export const mayMoveTo = (now: Patched, to: TicketStatus) => allowedMoves(state(now)).includes(to)

/** After it was assigned to someone, or to nobody. */
export const assigned =
  (assignee: Reference | null): OptimisticChange =>
  (now) => ({ assignee, status: afterAssignment(state(now), assignee !== null) })

/** After a move; one that the workflow does not have changes nothing. */
export const moved =
  (status: TicketStatus): OptimisticChange =>
  (now) =>
    mayMoveTo(now, status) ? { status } : {}

/** After its priority was changed. */
export const prioritised =
  (priority: Priority): OptimisticChange =>
  () => ({ priority })

/** After tags were added and removed, where its tags are known. */
export const tagged =
  (add: readonly string[], remove: readonly string[] = []): OptimisticChange =>
  ({ tags }) =>
    tags ? { tags: [...new Set([...tags, ...add])].filter((tag) => !remove.includes(tag)) } : {}
