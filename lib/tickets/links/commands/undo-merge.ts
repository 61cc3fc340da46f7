import { z } from 'zod'
import { invalid, notFound } from '../../../core/errors'
import { msg } from '../../../core/message'
import { idsOf, rowsOf } from '../../../db/rows'
import { withdraw } from '../../../events/act'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { partParticipants } from '../../conversation/participant'
import { refuseUnless } from '../../ticket/lock'
import { loadTicket, type TicketRow, toStaffView } from '../../ticket/queries'
import { changeTicket, emitStatus } from '../../ticket/record'
import { ticketOutput } from '../../ticket/schema'
import { canPart, lockBoth } from '../lock'
import { type Moved, moved, tellGiven, unchanged, withGiven } from '../merge'
import { isUndoable } from '../queries'
import { undoDays } from '../schema'

export const undoTicketMerge = agentProcedure
  .meta({ permission: 'ticket.update', isUndo: true })
  .route({
    method: 'POST',
    path: '/ticket/merges/{mergeId}/undo',
    tags: ['Tickets'],
    summary: `Undo a merge, within ${undoDays} days: all that it changed and nobody has changed since`,
  })
  .input(z.strictObject({ mergeId: z.uuid() }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const from = await undoMerge(context, { id: input.mergeId })
    return toStaffView(context.actor, await loadTicket(context, from.id))
  })

/**
 * Undoes a merge that stands.
 * @returns the ticket that was merged, as it was before it came apart
 */
export async function undoMerge(work: Work, which: { id: string } | { fromId: string; createdAt: Date }): Promise<TicketRow> {
  const { tx, tenant, now, emit } = work
  const tenantId = tenant.ref.id
  const merge = await tx.ticketMerge.findFirst({ where: { tenantId, ...which, undoneAt: null } })
  if (!merge) throw notFound('merge')
  if (!isUndoable(merge.createdAt, now)) throw invalid({ mergeId: [msg('tickets.mergeTooOld', { days: undoDays })] })
  const { from, into } = await lockBoth(work, merge.fromId, merge.intoId)
  for (const ticket of [from, into]) refuseUnless(canPart, work, ticket)
  if (into.mergedInto !== null) throw invalid({ mergeId: [msg('tickets.mergedSince', { number: into.number })] })
  for (const { actId, isShared } of await actsOf(work, merge))
    for (const subjectId of [from.id, into.id]) {
      const isOfOthersToo = isShared && subjectId === into.id
      if (!isOfOthersToo) emit('ticket.undone', { actId }, { subjectId })
      await withdraw(work, actId, subjectId, isOfOthersToo ? merge.createdAt : undefined)
    }
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
  await partParticipants(work, from.id, into.id, was.participants)
  await tx.ticketLink.deleteMany({ where: { tenantId, id: { in: was.linkIds } } })
  const { status, statusReason, heldAt, holdUntil, remindedAt, resolvedAt, closedAt, hasNewReply } = was
  await changeTicket(work, from, {
    ...{ status, statusReason, heldAt, holdUntil, remindedAt, resolvedAt, closedAt, hasNewReply },
    mergedIntoId: null,
    messageCount: { increment: back.length },
    publicMessageCount: { increment: backPublic },
    snippet: was.fromSnippet,
  })
  const given = unchanged(was, from, into)
  const requesterId = await earlierRequester(work, was, from, into)
  const isPrivate = { tenantId, intoId: into.id, undoneAt: null, from: { isPublic: false } }
  const isOpenAgain = was.madePrivate && !into.isPublic && (await tx.ticketMerge.count({ where: isPrivate })) === 0
  const asleep = await stateBefore(work, merge, was, into)
  await changeTicket(work, into, {
    ...asleep,
    ...withGiven(given, from, into, true),
    ...(isOpenAgain ? { isPublic: true } : {}),
    ...(requesterId ? { requesterId } : {}),
    // One that the other requester gave meanwhile was about what they saw: it goes with them.
    ...(requesterId ? { rating: was.rated?.rating ?? null, ratingComment: was.rated?.comment ?? null } : {}),
    messageCount: { decrement: back.length },
    publicMessageCount: { decrement: backPublic },
    ...(into.snippet === was.fromSnippet ? { snippet: was.snippet } : {}),
  })
  await tellGiven(work, given, from, into, true)
  if (isOpenAgain) emit('ticket.details_changed', { before: { isPublic: false }, after: { isPublic: true } }, { subjectId: into.id })
  if (requesterId) emit('ticket.requester_changed', { before: into.requesterId, after: requesterId }, { subjectId: into.id })
  const parted = was.participants.flatMap(({ contactId, was }) => (was ? [] : [contactId]))
  if (parted.length > 0) emit('ticket.participants_changed', { added: [], removed: parted }, { subjectId: into.id })
  emitStatus(work, from, was.status, { cause: 'undone' })
  if (asleep.status) emitStatus(work, into, asleep.status, { cause: 'undone' })
  emit('ticket.unmerged', { fromId: from.id, number: from.number, mergedAt: merge.createdAt.toISOString() }, { subjectId: into.id })
  return from
}

type Before = Partial<Omit<NonNullable<Moved['woken']>, 'to'>> & { archivedAt?: Date }

/** What the moved question did to the ticket that took it in; nothing where people have asked, answered or decided since. */
async function stateBefore(
  { tx, tenant }: Work,
  { id, createdAt }: { id: string; createdAt: Date },
  was: Moved,
  into: TicketRow,
): Promise<Before> {
  const tenantId = tenant.ref.id
  const since = await idsOf(tx.$queryRaw`
    SELECT e.id::text FROM event e WHERE e.tenant_id = ${tenantId}::uuid AND e.subject_id = ${into.id}::uuid AND e.occurred_at > ${createdAt}
      AND e.type IN ('ticket.replied', 'ticket.status_changed', 'ticket.archived')
    UNION ALL SELECT g.id::text FROM ticket_merge g WHERE g.tenant_id = ${tenantId}::uuid AND g.into_id = ${into.id}::uuid
      AND g.undone_at IS NULL AND g.created_at > ${createdAt} AND g.id <> ${id}::uuid
    LIMIT 1`)
  if (since.length > 0) return {}
  const { to, ...woken } = was.woken ?? { to: into.status }
  return {
    ...(to === into.status ? woken : {}),
    ...(was.madeUnread ? { hasNewReply: false } : {}),
    ...(was.archivedAt && !into.archivedAt ? { archivedAt: was.archivedAt } : {}),
  }
}

/** Whose ticket it was before it became the other's, if it still is theirs. Contacts that were merged since are one. */
async function earlierRequester({ tx, tenant }: Work, { requesterId: before }: Moved, from: TicketRow, into: TicketRow) {
  if (!before || into.requesterId !== from.requesterId) return null
  const tenantId = tenant.ref.id
  const [id] = await idsOf(tx.$queryRaw`
    WITH RECURSIVE way AS (
      SELECT ${before}::uuid AS id, 1 AS step
      UNION ALL SELECT g.into_id, w.step + 1 FROM contact_merge g JOIN way w ON g.from_id = w.id
      WHERE g.tenant_id = ${tenantId}::uuid AND g.undone_at IS NULL AND w.step < 50
    ) SELECT c.id::text FROM way w JOIN contact c ON c.tenant_id = ${tenantId}::uuid AND c.id = w.id AND c.deleted_at IS NULL ORDER BY w.step DESC LIMIT 1`)
  return id && id !== into.requesterId ? id : null
}

/** The act that merged them, for what of it has not been sent yet; `isShared` where it merged others into the same ticket that still are. */
const actsOf = ({ tx, tenant }: Work, { fromId, intoId, createdAt }: { fromId: string; intoId: string; createdAt: Date }) =>
  rowsOf(
    z.object({ actId: z.string(), isShared: z.boolean() }),
    tx.$queryRaw`
      SELECT e.request_id AS "actId", EXISTS (
        SELECT 1 FROM event o JOIN ticket_merge g ON g.tenant_id = o.tenant_id AND g.from_id::text = o.payload->>'fromId'
          AND g.into_id = o.subject_id AND g.created_at = o.occurred_at AND g.undone_at IS NULL
        WHERE o.tenant_id = e.tenant_id AND o.subject_id = e.subject_id AND o.type = e.type AND o.request_id = e.request_id AND o.id <> e.id
      ) AS "isShared"
      FROM event e WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ${intoId}::uuid
        AND e.type = 'ticket.merged' AND e.payload->>'fromId' = ${fromId} AND e.occurred_at = ${createdAt}`,
  )
