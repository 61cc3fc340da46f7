import { z } from 'zod'
import { isStaff } from '../../../actor/actor'
import { invalid } from '../../../core/errors'
import { msg } from '../../../core/message'
import { reasonInput, versionInput } from '../../../core/schema'
import type { Work } from '../../../events/work'
import { agentProcedure, customerProcedure } from '../../../procedure/builders'
import { lockAtVersion, refuseUnless, reload } from '../lock'
import { canClose, canReopen, canUpdate } from '../policy'
import { factsOf, type TicketRow, toStaffView } from '../queries'
import { changeHold, moveTicket } from '../record'
import { statusInput, ticketOutput, ticketRef } from '../schema'
import type { TicketStatus } from '../workflow'
import { allowedMoves, isDone, reopenedStatus } from '../workflow'

export const changeStatus = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/status', tags: ['Tickets'], summary: 'Change the status' })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      status: statusInput,
      reason: z.string().trim().max(1000).optional(),
      /** With `hold`: when the ticket comes back by itself. Without it, people are reminded every 3 days. One on hold already takes a new one. */
      holdUntil: z.iso.datetime({ offset: true }).optional(),
      version: versionInput,
    }),
  )
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canUpdate, context, ticket)
    const holdUntil = input.holdUntil === undefined ? undefined : new Date(input.holdUntil)
    const isChanged = await setStatus(context, ticket, input.status, { reason: input.reason, holdUntil })
    return isChanged ? reload(context, ticket.id) : toStaffView(context.actor, ticket)
  })

const longestHoldMs = 366 * 86_400_000

/**
 * @param holdUntil of a ticket that is on hold already: undefined leaves its end as it is, null takes it away
 * @throws INVALID for a move that the workflow does not have
 */
export async function setStatus(
  work: Work,
  ticket: TicketRow,
  status: TicketStatus,
  { reason, holdUntil }: { reason?: string; holdUntil?: Date | null },
): Promise<boolean> {
  const isHeld = status === 'hold' && ticket.status === 'hold'
  if (isHeld && holdUntil !== undefined && !isSameTime(holdUntil, ticket.holdUntil)) {
    refuseHoldEnd(work, status, holdUntil)
    await changeHold(work, ticket, holdUntil, reason ? { reason } : {})
    return true
  }
  if (status === ticket.status) return false
  const moves = allowedMoves({ status: ticket.status, isAssigned: ticket.assigneeId !== null })
  if (!moves.includes(status)) throw invalid({ status: [msg('tickets.noMove', { from: ticket.status, to: status })] })
  refuseHoldEnd(work, status, holdUntil)
  await moveTicket(work, ticket, status, { reason: reason || null, holdUntil: holdUntil ?? null })
  return true
}

const isSameTime = (one: Date | null, other: Date | null) => one?.getTime() === other?.getTime()

function refuseHoldEnd({ now }: Work, status: TicketStatus, holdUntil: Date | null | undefined) {
  if (holdUntil && status !== 'hold') throw invalid({ holdUntil: ['tickets.holdEnd'] })
  if (holdUntil && (holdUntil <= now || holdUntil.getTime() > now.getTime() + longestHoldMs))
    throw invalid({ holdUntil: ['tickets.holdWithinYear'] })
}

export const closeTicket = customerProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'POST', path: '/ticket/{id}/close', tags: ['Tickets'], summary: 'Close your own request' })
  .input(z.strictObject({ ...ticketRef.shape, reason: z.string().trim().max(1000).optional(), version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canClose, context, ticket)
    await moveTicket(context, ticket, 'closed', { reason: input.reason || null })
    return reload(context, ticket.id)
  })

export const reopenTicket = customerProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'POST', path: '/ticket/{id}/reopen', tags: ['Tickets'], summary: 'Reopen your own request' })
  .input(z.strictObject({ ...ticketRef.shape, reason: reasonInput, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!isDone(ticket.status)) throw invalid({ id: ['tickets.isOpen'] })
    if (!isStaff(context.actor) && factsOf(ticket).isTooLate) throw invalid({ id: ['tickets.closedTooLong'] })
    refuseUnless(canReopen, context, ticket)
    await moveTicket(context, ticket, reopenedStatus(ticket.assigneeId !== null), { reason: input.reason })
    return reload(context, ticket.id)
  })
