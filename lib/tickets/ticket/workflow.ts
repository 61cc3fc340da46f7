export const ticketStatuses = ['draft', 'created', 'assigned', 'in_progress', 'hold', 'resolved', 'closed', 'rejected'] as const
export type TicketStatus = (typeof ticketStatuses)[number]

/** What other systems call them. */
export const statusAliases: Record<string, TicketStatus> = {
  open: 'in_progress',
  submitted: 'created',
  pending: 'hold',
  on_hold: 'hold',
  postponed: 'hold',
}

/** Someone works on it or is still to do so. */
export const openStatuses = ['created', 'assigned', 'in_progress', 'hold'] as const satisfies readonly TicketStatus[]
/** Nobody works on it any more. */
export const doneStatuses = ['resolved', 'closed', 'rejected'] as const satisfies readonly TicketStatus[]

/** What a person may turn a ticket's status into, by where it stands. Assigning, replying and time move it by themselves. */
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

interface WorkflowState {
  status: TicketStatus
  isAssigned: boolean
}

export const isDone = (status: TicketStatus): boolean => (doneStatuses as readonly TicketStatus[]).includes(status)

/** Whether somebody can say how it was answered; what was rejected was not. */
export const isAnswered = (status: TicketStatus): boolean => status === 'resolved' || status === 'closed'

export const isReopening = (before: TicketStatus, after: TicketStatus): boolean => isDone(before) && !isDone(after)

/** Whether a move is one that says why. */
export const asksWhy = (from: TicketStatus, to: TicketStatus): boolean => to === 'hold' || to === 'rejected' || isReopening(from, to)

/** What customers see of a status: being on hold is the team's own affair and looks like work in progress. */
export const shownToCustomers = (status: TicketStatus): TicketStatus => (status === 'hold' ? 'in_progress' : status)

/** The status a ticket goes back to when it is opened again. */
export const reopenedStatus = (isAssigned: boolean): TicketStatus => (isAssigned ? 'assigned' : 'created')

export function allowedMoves({ status, isAssigned }: WorkflowState): TicketStatus[] {
  const wrongReopening = reopenedStatus(!isAssigned)
  return moves[status].filter((to) => !(isDone(status) && to === wrongReopening))
}

export const afterAssignment = ({ status }: WorkflowState, willBeAssigned: boolean): TicketStatus =>
  status === 'created' && willBeAssigned ? 'assigned' : status === 'assigned' && !willBeAssigned ? 'created' : status

/** An agent's first reply is work begun. */
export const afterAgentReply = ({ status }: WorkflowState): TicketStatus =>
  status === 'created' || status === 'assigned' ? 'in_progress' : status

/** A requester who writes again has not been helped yet. */
export function afterRequesterReply({ status, isAssigned }: WorkflowState): TicketStatus {
  if (status === 'hold') return 'in_progress'
  return isDone(status) ? reopenedStatus(isAssigned) : status
}

/** A ticket whose hold is over goes on where someone works on it, else it waits to be taken. */
export const afterHold = (isAssigned: boolean): TicketStatus => (isAssigned ? 'in_progress' : 'created')

export interface TransitionRules {
  /** 0: resolved tickets stay resolved. */
  closeAfterDays: number
  /** 0: a closed ticket is never opened again by an answer. */
  reopenDays: number
}

/** When the times that matter began; null for what is not so. */
export interface Times {
  status: TicketStatus
  heldAt: Date | null
  holdUntil: Date | null
  remindedAt: Date | null
  resolvedAt: Date | null
  closedAt: Date | null
}

export type ScheduledTransition = { what: 'wake' | 'remind' | 'close'; at: Date }

const dayMs = 86_400_000
const remindEveryDays = 3
const daysAfter = (at: Date, days: number) => new Date(at.getTime() + days * dayMs)

/** What time itself will do to a ticket next. Days are of 24 hours: these are no deadlines of anybody's work. */
export function nextScheduledTransition(
  { status, heldAt, holdUntil, remindedAt, resolvedAt }: Times,
  { closeAfterDays }: TransitionRules,
): ScheduledTransition | null {
  if (status === 'hold' && heldAt) {
    const remindAt = daysAfter(remindedAt ?? heldAt, remindEveryDays)
    return holdUntil && holdUntil <= remindAt ? { what: 'wake', at: holdUntil } : { what: 'remind', at: remindAt }
  }
  if (status === 'resolved' && resolvedAt && closeAfterDays > 0) return { what: 'close', at: daysAfter(resolvedAt, closeAfterDays) }
  return null
}

/** Whether a requester's answer comes too late to open a closed ticket again. */
export const isPastReopening = (
  { status, closedAt }: Pick<Times, 'status' | 'closedAt'>,
  { reopenDays }: TransitionRules,
  now: Date,
): boolean => status === 'closed' && closedAt !== null && daysAfter(closedAt, reopenDays) <= now

/** What a status may follow from beside a person who sets it; stored in events, said in words when it is shown. */
export const statusCauses = [
  'assignment',
  'first_response',
  'requester_reply',
  'participant_reply',
  'hold_ended',
  'no_reply',
  'merged',
  'undone',
] as const
export type StatusCause = (typeof statusCauses)[number]

/** Whether it followed from something else that was done, which is told on its own. A hold that ends is news. */
export const isAutomatic = (cause: StatusCause | undefined): boolean => cause !== undefined && cause !== 'hold_ended'
