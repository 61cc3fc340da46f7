import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { newId } from '../../../core/id'
import { msg } from '../../../core/message'
import { idsOf } from '../../../db/rows'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { workspaceTranslator } from '../../../text/translator'
import { mergeParticipants } from '../../conversation/participant'
import { refuseUnless } from '../../ticket/lock'
import { canUpdate } from '../../ticket/policy'
import { loadTicket, type TicketRow, toStaffView } from '../../ticket/queries'
import { changeTicket, emitStatus, statusChange } from '../../ticket/record'
import { ticketOutput, ticketRef } from '../../ticket/schema'
import { afterRequesterReply } from '../../ticket/workflow'
import { loadNamed, lockBoth, otherTicket } from '../lock'
import { copyLinks, lacking, stateOf, tellGiven, waitsSince, withGiven } from '../merge'

export const mergeTickets = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/merge',
    tags: ['Tickets'],
    summary: 'Merge a ticket into another: its conversation and what the other lacks move there, and it closes',
  })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      into: otherTicket,
      /** Whose ticket it becomes, where the two have different requesters: that of the ticket that is merged, or of the one that takes it in. */
      requester: z.enum(['from', 'into']).optional(),
    }),
  )
  .output(z.object({ ticket: ticketOutput, mergeId: z.uuid() }))
  .handler(async ({ context, input }) => {
    const intoId = (await loadNamed(context, input.into)).id
    if (intoId === input.id) throw invalid({ into: ['tickets.otherTicket'] })
    const { from, into } = await lockBoth(context, input.id, intoId)
    const mergeId = await merge(context, from, into, input.requester)
    return { ticket: toStaffView(context.actor, await loadTicket(context, into.id)), mergeId }
  })

/**
 * Merges a ticket into another.
 * @param from held by the caller, as is the other
 * @param requester whose ticket it becomes, where the two have different requesters
 * @returns the id of the merge, by which it is undone
 * @throws INVALID where a requester would have to be chosen
 */
export async function merge(work: Work, from: TicketRow, into: TicketRow, requester: 'from' | 'into' | undefined): Promise<string> {
  const { tx, tenant, now, emit } = work
  const tenantId = tenant.ref.id
  for (const ticket of [from, into]) refuseUnless(canUpdate, work, ticket)
  const isOfTwo = from.requesterId !== into.requesterId
  if (isOfTwo && !requester) throw invalid({ into: [msg('tickets.otherRequester', { from: from.number, into: into.number })] })
  const madePrivate = into.isPublic && !from.isPublic
  const givesRequester = isOfTwo && requester === 'from'
  // A question that waits for an answer waits on the ticket that takes it in, whatever that one's status was.
  const askedAt = await waitsSince(work, from)
  const isAssigned = into.assigneeId !== null
  const status = askedAt ? afterRequesterReply({ status: into.status, isAssigned }) : into.status
  const participants = await mergeParticipants(work, from.id, into.id)
  const messages = await moveMessages(work, from.id, into.id)
  const given = lacking(from, into)
  const mergeId = newId()
  await tx.ticketMerge.create({
    data: {
      tenantId,
      id: mergeId,
      fromId: from.id,
      intoId: into.id,
      moved: {
        messageIds: messages.map(({ id }) => id),
        ...stateOf(from),
        snippet: into.snippet,
        fromSnippet: from.snippet,
        ...(status === into.status ? {} : { woken: { ...stateOf(into), reopenCount: into.reopenCount, to: status } }),
        madeUnread: !into.hasNewReply && (from.hasNewReply || askedAt !== null),
        archivedAt: askedAt ? (into.archivedAt?.toISOString() ?? null) : null,
        watcherIds: await copyWatchers(work, from.id, into.id),
        participants,
        ...given,
        madePrivate,
        linkIds: await copyLinks(work, from.id, into.id),
        requesterId: givesRequester ? into.requesterId : null,
        rated: givesRequester && into.rating ? { rating: into.rating, comment: into.ratingComment } : null,
      },
      createdAt: now,
    },
  })
  await changeTicket(work, from, {
    ...statusChange(work, from, 'closed'),
    mergedIntoId: into.id,
    messageCount: 0,
    publicMessageCount: 0,
    snippet: (await workspaceTranslator(tenant))('stored.mergedInto', { number: into.number }),
    hasNewReply: false,
  })
  // By what the requester saw last: a note does not decide which line their list shows.
  const isNewer = from.publicUpdatedAt > into.publicUpdatedAt
  await changeTicket(work, into, {
    ...statusChange(work, into, status, { cause: 'merged' }),
    ...withGiven(given, from, into),
    ...(madePrivate ? { isPublic: false } : {}),
    // How it was rated was what its requester said.
    ...(givesRequester ? { requesterId: from.requesterId, rating: null, ratingComment: null } : {}),
    messageCount: { increment: messages.length },
    publicMessageCount: { increment: messages.filter(({ kind }) => kind !== 'note').length },
    ...(isNewer ? { snippet: from.snippet } : {}),
    ...(from.hasNewReply || askedAt ? { hasNewReply: true } : {}),
    ...(askedAt ? { archivedAt: null } : {}),
  })
  await tellGiven(work, given, from, into)
  if (madePrivate) emit('ticket.details_changed', { before: { isPublic: true }, after: { isPublic: false } }, { subjectId: into.id })
  if (givesRequester) emit('ticket.requester_changed', { before: into.requesterId, after: from.requesterId }, { subjectId: into.id })
  const joined = participants.flatMap(({ contactId, was }) => (was ? [] : [contactId]))
  if (joined.length > 0) emit('ticket.participants_changed', { added: joined, removed: [] }, { subjectId: into.id })
  emitStatus(work, from, 'closed', { cause: 'merged' })
  emitStatus(work, into, status, { cause: 'merged' })
  const payload = { fromId: from.id, intoId: into.id, number: from.number, messages: messages.length }
  emit('ticket.merged', { ...payload, askedAt: askedAt?.toISOString() ?? null }, { subjectId: into.id })
  return mergeId
}

const moveMessages = ({ tx, tenant }: Work, fromId: string, intoId: string) =>
  tx.ticketMessage.updateManyAndReturn({
    where: { tenantId: tenant.ref.id, ticketId: fromId },
    data: { ticketId: intoId },
    select: { id: true, kind: true },
  })

const copyWatchers = ({ tx, tenant }: Work, fromId: string, intoId: string): Promise<string[]> =>
  idsOf(tx.$queryRaw`
    INSERT INTO watcher (tenant_id, ticket_id, person_id)
    SELECT tenant_id, ${intoId}::uuid, person_id FROM watcher WHERE tenant_id = ${tenant.ref.id}::uuid AND ticket_id = ${fromId}::uuid
    ON CONFLICT DO NOTHING RETURNING person_id::text AS id`)
