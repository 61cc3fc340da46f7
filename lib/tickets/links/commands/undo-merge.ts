import { z } from 'zod'
import { invalid, notFound } from '../../../core/errors'
import { msg } from '../../../core/message'
import { agentProcedure } from '../../../procedure/builders'
import { refuseUnless } from '../../ticket/lock'
import { loadTicket, toStaffView } from '../../ticket/queries'
import { changeTicket, emitStatus } from '../../ticket/record'
import { ticketOutput } from '../../ticket/schema'
import { ticketStatuses } from '../../ticket/workflow'
import { canPart, lockBoth } from '../lock'
import { isUndoable } from '../queries'
import { undoDays } from '../schema'

const state = {
  status: z.enum(ticketStatuses),
  statusReason: z.string().nullable().default(null),
  heldAt: z.coerce.date().nullable().default(null),
  holdUntil: z.coerce.date().nullable().default(null),
  resolvedAt: z.coerce.date().nullable().default(null),
  closedAt: z.coerce.date().nullable().default(null),
  hasNewReply: z.boolean().default(false),
}

const moved = z.object({
  messageIds: z.array(z.string()),
  watcherIds: z.array(z.string()),
  ...state,
  /** What the other ticket's list row said. */
  snippet: z.string(),
  fromSnippet: z.string(),
  /** How the ticket was that took the other in, where its question reopened it or ended its hold. */
  woken: z.object({ ...state, reopenCount: z.number(), to: z.enum(ticketStatuses) }).nullish(),
})

export const undoTicketMerge = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/ticket/merges/{mergeId}/undo',
    tags: ['Tickets'],
    summary: `Undo a merge, within ${undoDays} days`,
  })
  .input(z.strictObject({ mergeId: z.uuid() }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const merge = await tx.ticketMerge.findFirst({ where: { tenantId, id: input.mergeId, undoneAt: null } })
    if (!merge) throw notFound('merge')
    if (!isUndoable(merge.createdAt, now)) throw invalid({ mergeId: [msg('tickets.mergeTooOld', { days: undoDays })] })
    const { from, into } = await lockBoth(context, merge.fromId, merge.intoId)
    for (const ticket of [from, into]) refuseUnless(canPart, context, ticket)
    if (into.mergedInto !== null) throw invalid({ mergeId: [msg('tickets.mergedSince', { number: into.number })] })
    const was = moved.parse(merge.moved)
    const { count } = await tx.ticketMerge.updateMany({ where: { tenantId, id: merge.id, undoneAt: null }, data: { undoneAt: now } })
    if (count === 0) throw notFound('merge')
    // What was split off or moved on since stays where it went.
    const back = await tx.ticketMessage.updateManyAndReturn({
      where: { tenantId, ticketId: into.id, id: { in: was.messageIds } },
      data: { ticketId: from.id },
      select: { kind: true },
    })
    const backPublic = back.filter(({ kind }) => kind !== 'note').length
    await tx.watcher.deleteMany({ where: { tenantId, ticketId: into.id, personId: { in: was.watcherIds } } })
    const { status, statusReason, heldAt, holdUntil, resolvedAt, closedAt, hasNewReply } = was
    await changeTicket(context, from, {
      ...{ status, statusReason, heldAt, holdUntil, resolvedAt, closedAt, hasNewReply },
      remindedAt: null,
      mergedIntoId: null,
      messageCount: { increment: back.length },
      publicMessageCount: { increment: backPublic },
      snippet: was.fromSnippet,
    })
    const isUntouched = into.snippet === was.fromSnippet
    const { to, ...asleep } = was.woken?.to === into.status ? was.woken : { to: into.status }
    await changeTicket(context, into, {
      ...asleep,
      messageCount: { decrement: back.length },
      publicMessageCount: { decrement: backPublic },
      ...(isUntouched ? { snippet: was.snippet } : {}),
    })
    emitStatus(context, from, was.status, { cause: 'undone' })
    if ('status' in asleep) emitStatus(context, into, asleep.status, { cause: 'undone' })
    emit('ticket.unmerged', { fromId: from.id, number: from.number }, { subjectId: into.id })
    return toStaffView(context.actor, await loadTicket(context, from.id))
  })
