import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { newId } from '../../../core/id'
import { msg } from '../../../core/message'
import { idsOf } from '../../../db/rows'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { workspaceTranslator } from '../../../text/translator'
import { refuseUnless } from '../../ticket/lock'
import { canUpdate } from '../../ticket/policy'
import { loadTicket, type TicketRow, toStaffView } from '../../ticket/queries'
import { changeTicket, emitStatus, statusChange } from '../../ticket/record'
import { ticketOutput, ticketRef } from '../../ticket/schema'
import { afterRequesterReply, isDone } from '../../ticket/workflow'
import { loadNamed, lockBoth, otherTicket } from '../lock'

export const mergeTickets = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/merge',
    tags: ['Tickets'],
    summary: 'Merge a ticket into another: its conversation moves there, and it closes',
  })
  .input(z.strictObject({ ...ticketRef.shape, into: otherTicket }))
  .output(z.object({ ticket: ticketOutput, mergeId: z.uuid() }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const intoId = (await loadNamed(context, input.into)).id
    if (intoId === input.id) throw invalid({ into: ['tickets.otherTicket'] })
    const { from, into } = await lockBoth(context, input.id, intoId)
    for (const ticket of [from, into]) refuseUnless(canUpdate, context, ticket)
    if (from.requesterId !== into.requesterId)
      throw invalid({ into: [msg('tickets.otherRequester', { from: from.number, into: into.number })] })
    // A question that waits for an answer waits on the ticket that takes it in, whatever that one's status was.
    const asks = await waitsForAnswer(context, from)
    const isAssigned = into.assigneeId !== null
    const status = asks ? afterRequesterReply({ status: into.status, isAssigned }) : into.status
    const messages = await tx.ticketMessage.updateManyAndReturn({
      where: { tenantId, ticketId: from.id },
      data: { ticketId: into.id },
      select: { id: true, kind: true },
    })
    const watcherIds = await idsOf(tx.$queryRaw`
      INSERT INTO watcher (tenant_id, ticket_id, person_id)
      SELECT tenant_id, ${into.id}::uuid, person_id FROM watcher WHERE tenant_id = ${tenantId}::uuid AND ticket_id = ${from.id}::uuid
      ON CONFLICT DO NOTHING RETURNING person_id::text AS id`)
    const snippets = { snippet: into.snippet, fromSnippet: from.snippet }
    const mergeId = newId()
    await tx.ticketMerge.create({
      data: {
        tenantId,
        id: mergeId,
        fromId: from.id,
        intoId: into.id,
        moved: {
          messageIds: messages.map(({ id }) => id),
          watcherIds,
          ...stateOf(from),
          ...snippets,
          ...(status === into.status ? {} : { woken: { ...stateOf(into), to: status } }),
        },
        createdAt: now,
      },
    })
    await changeTicket(context, from, {
      ...statusChange(context, from, 'closed'),
      mergedIntoId: into.id,
      messageCount: 0,
      publicMessageCount: 0,
      snippet: (await workspaceTranslator(tenant))('stored.mergedInto', { number: into.number }),
      hasNewReply: false,
    })
    // By what the requester saw last: a note does not decide which line their list shows.
    const isNewer = from.publicUpdatedAt > into.publicUpdatedAt
    await changeTicket(context, into, {
      ...statusChange(context, into, status, { cause: 'merged' }),
      messageCount: { increment: messages.length },
      publicMessageCount: { increment: messages.filter(({ kind }) => kind !== 'note').length },
      ...(isNewer ? { snippet: from.snippet } : {}),
      ...(from.hasNewReply || asks ? { hasNewReply: true } : {}),
      ...(asks ? { archivedAt: null } : {}),
    })
    emitStatus(context, from, 'closed', { cause: 'merged' })
    emitStatus(context, into, status, { cause: 'merged' })
    emit('ticket.merged', { fromId: from.id, intoId: into.id, number: from.number, messages: messages.length }, { subjectId: into.id })
    return { ticket: toStaffView(context.actor, await loadTicket(context, into.id)), mergeId }
  })

/** Whether the last word on an open ticket is of somebody who asks. */
async function waitsForAnswer({ tx, tenant }: Work, { id, status }: TicketRow): Promise<boolean> {
  if (status === 'draft' || isDone(status)) return false
  const where = { tenantId: tenant.ref.id, ticketId: id, kind: { not: 'note' as const } }
  const last = await tx.ticketMessage.findFirst({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], select: { authorKind: true } })
  return last?.authorKind === 'contact'
}

const stateOf = ({ status, statusReason, heldAt, holdUntil, resolvedAt, closedAt, hasNewReply, reopenCount }: TicketRow) => ({
  status,
  statusReason,
  heldAt: heldAt?.toISOString() ?? null,
  holdUntil: holdUntil?.toISOString() ?? null,
  resolvedAt: resolvedAt?.toISOString() ?? null,
  closedAt: closedAt?.toISOString() ?? null,
  hasNewReply,
  reopenCount,
})
