import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { newId } from '../../../core/id'
import { msg } from '../../../core/message'
import { idsOf } from '../../../db/rows'
import { agentProcedure } from '../../../procedure/builders'
import { workspaceTranslator } from '../../../text/translator'
import { refuseUnless } from '../../ticket/lock'
import { canUpdate } from '../../ticket/policy'
import { loadTicket, type TicketRow, toStaffView } from '../../ticket/queries'
import { changeTicket, emitStatus, statusChange } from '../../ticket/record'
import { ticketOutput, ticketRef } from '../../ticket/schema'
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
        moved: { messageIds: messages.map(({ id }) => id), watcherIds, ...stateOf(from), ...snippets },
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
      messageCount: { increment: messages.length },
      publicMessageCount: { increment: messages.filter(({ kind }) => kind !== 'note').length },
      ...(isNewer ? { snippet: from.snippet } : {}),
      ...(from.hasNewReply ? { hasNewReply: true } : {}),
    })
    emitStatus(context, from, 'closed', { cause: 'merged' })
    emit('ticket.merged', { fromId: from.id, intoId: into.id, number: from.number, messages: messages.length }, { subjectId: into.id })
    return { ticket: toStaffView(context.actor, await loadTicket(context, into.id)), mergeId }
  })

const stateOf = ({ status, statusReason, heldAt, holdUntil, resolvedAt, closedAt, hasNewReply }: TicketRow) => ({
  status,
  statusReason,
  heldAt: heldAt?.toISOString() ?? null,
  holdUntil: holdUntil?.toISOString() ?? null,
  resolvedAt: resolvedAt?.toISOString() ?? null,
  closedAt: closedAt?.toISOString() ?? null,
  hasNewReply,
})
