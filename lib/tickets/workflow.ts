import type { TicketStatus } from './schema'

/** What a person may turn a ticket's status into, by where it stands. Assigning and replying move it by themselves. */
const moves: Record<TicketStatus, readonly TicketStatus[]> = {
  draft: ['created'],
  created: ['in_progress', 'hold', 'resolved', 'rejected'],
  assigned: ['in_progress', 'hold', 'resolved', 'rejected'],
  in_progress: ['hold', 'resolved', 'rejected'],
  hold: ['in_progress', 'resolved', 'rejected'],
  resolved: ['closed', 'assigned', 'created'],
  closed: ['assigned', 'created'],
  rejected: ['assigned', 'created'],
}

interface Standing {
  status: TicketStatus
  isAssigned: boolean
}

/** The status a ticket goes back to when it is opened again. */
export const reopenedStatus = (isAssigned: boolean): TicketStatus => (isAssigned ? 'assigned' : 'created')

export function allowedMoves({ status, isAssigned }: Standing): TicketStatus[] {
  const wrongReopening = reopenedStatus(!isAssigned)
  const isReopening = status === 'resolved' || status === 'closed' || status === 'rejected'
  return moves[status].filter((to) => !(isReopening && to === wrongReopening))
}

export const afterAssignment = ({ status }: Standing, willBeAssigned: boolean): TicketStatus =>
  status === 'created' && willBeAssigned ? 'assigned' : status === 'assigned' && !willBeAssigned ? 'created' : status

/** An agent's first reply is work begun. */
export const afterAgentReply = ({ status }: Standing): TicketStatus =>
  status === 'created' || status === 'assigned' ? 'in_progress' : status

/** A requester who writes again has not been helped yet. */
export function afterRequesterReply({ status, isAssigned }: Standing): TicketStatus {
  if (status === 'hold') return 'in_progress'
  return status === 'resolved' || status === 'closed' || status === 'rejected' ? reopenedStatus(isAssigned) : status
}
