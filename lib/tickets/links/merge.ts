import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { forbidden, invalid, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { instant } from '../../core/page'
import { ok } from '../../core/schema'
import { idsOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { readFileOf, storeFile } from '../../files/attachments'
import { agentProcedure } from '../../procedure/builders'
import { workspaceTranslator } from '../../text/translator'
import { recordTicket } from '../conversation/record'
import { canUpdate } from '../ticket/policy'
import { factsOf, loadTicket, type TicketRow, toStaffView } from '../ticket/queries'
import { changeTicket, emitStatus, statusChange } from '../ticket/record'
import { ticketOutput, ticketRef, ticketTitle } from '../ticket/schema'
import { ticketStatuses } from '../ticket/workflow'
import { linkKinds } from './schema'

/** Links that people make; follow-ups make themselves. */
const madeKinds = linkKinds.filter((kind) => kind !== 'follow_up')

async function loadForUpdate(work: Work, id: string, lock?: 'lock'): Promise<TicketRow> {
  const ticket = await loadTicket(work, id, lock)
  if (!canUpdate(work.actor, factsOf(ticket))) throw forbidden()
  return ticket
}

/** A ticket by its number, with the prefix or without, or by its id: as people write it. One that is hidden from the asker is not there. */
async function findTicket({ tx, tenant, actor }: Work, text: string): Promise<string> {
  if (z.uuid().safeParse(text).success) return text
  const number = /^(?:[A-Za-z][A-Za-z0-9]*-)?#?(\d{1,9})$/.exec(text.trim())?.[1]
  if (!number) throw invalid({ other: ['tickets.enterNumber'] })
  const [id] = await idsOf(tx.$queryRaw`
    SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.number = ${Number(number)}::int AND t.deleted_at IS NULL
      AND ${visibleTo(actor)}`)
  if (!id) throw notFound(msg('notFound.ticketNumber', { number: text.trim() }))
  return id
}

const other = z.string().trim().min(1, msg('tickets.enterNumber')).max(60)

export const linkTickets = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'POST', path: '/ticket/{id}/links', tags: ['Tickets'], summary: 'Link a ticket to another', successStatus: 201 })
  .input(z.strictObject({ ...ticketRef.shape, other, kind: z.enum(madeKinds) }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const ticket = await loadForUpdate(context, input.id)
    const target = await loadTicket(context, await findTicket(context, input.other))
    if (target.id === ticket.id) throw invalid({ other: ['tickets.otherTicket'] })
    const tenantId = tenant.ref.id
    const { kind } = input
    if (kind === 'blocks' && (await reaches(context, target.id, ticket.id)))
      throw invalid({ other: [msg('tickets.blocksBack', { number: target.number })] })
    const { count } = await tx.ticketLink.createMany({
      data: [{ tenantId, id: newId(), kind, fromId: ticket.id, toId: target.id, createdAt: now }],
      skipDuplicates: true,
    })
    if (count > 0) emit('ticket.linked', { kind, otherId: target.id, isLinked: true, number: target.number }, { subjectId: ticket.id })
    return { ok: true as const }
  })

/** Whether one blocks the other, at whatever distance. */
async function reaches({ tx, tenant }: Work, fromId: string, toId: string): Promise<boolean> {
  const [found] = await idsOf(tx.$queryRaw`
    WITH RECURSIVE chain AS (
      SELECT to_id FROM ticket_link WHERE tenant_id = ${tenant.ref.id}::uuid AND kind = 'blocks' AND from_id = ${fromId}::uuid
      UNION SELECT k.to_id FROM ticket_link k JOIN chain c ON k.tenant_id = ${tenant.ref.id}::uuid AND k.kind = 'blocks' AND k.from_id = c.to_id
    ) SELECT to_id::text AS id FROM chain WHERE to_id = ${toId}::uuid LIMIT 1`)
  return found !== undefined
}

export const unlinkTickets = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'DELETE', path: '/ticket/{id}/links/{otherId}/{kind}', tags: ['Tickets'], summary: 'Remove a link' })
  .input(z.strictObject({ ...ticketRef.shape, otherId: z.uuid(), kind: z.enum(madeKinds) }))
  .output(ok)
  .handler(async ({ context, input: { id, otherId, kind } }) => {
    const { tx, tenant, emit } = context
    await loadForUpdate(context, id)
    const target = await loadTicket(context, otherId)
    const ends = [
      { fromId: id, toId: otherId },
      { fromId: otherId, toId: id },
    ]
    const { count } = await tx.ticketLink.deleteMany({ where: { tenantId: tenant.ref.id, kind, OR: ends } })
    if (count > 0) emit('ticket.linked', { kind, otherId, isLinked: false, number: target.number }, { subjectId: id })
    return { ok: true as const }
  })

const moved = z.object({
  messageIds: z.array(z.string()),
  watcherIds: z.array(z.string()),
  status: z.enum(ticketStatuses),
  statusReason: z.string().nullable().default(null),
  heldAt: z.coerce.date().nullable().default(null),
  holdUntil: z.coerce.date().nullable().default(null),
  resolvedAt: z.coerce.date().nullable().default(null),
  closedAt: z.coerce.date().nullable().default(null),
  hasNewReply: z.boolean().default(false),
  /** What the other ticket's list row said. */
  snippet: z.string(),
  fromSnippet: z.string(),
})

export const mergeTickets = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/merge',
    tags: ['Tickets'],
    summary: 'Merge a ticket into another: its conversation moves there, and it closes',
  })
  .input(z.strictObject({ ...ticketRef.shape, into: other }))
  .output(z.object({ ticket: ticketOutput, mergeId: z.uuid() }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const intoId = await findTicket(context, input.into)
    if (intoId === input.id) throw invalid({ into: ['tickets.otherTicket'] })
    // Both are held in one order, whoever comes first, so that two merges cannot make a circle.
    const held = new Map<string, TicketRow>()
    for (const id of [input.id, intoId].sort()) held.set(id, await loadForUpdate(context, id, 'lock'))
    const from = held.get(input.id) as TicketRow
    const into = held.get(intoId) as TicketRow
    for (const ticket of [from, into])
      if (await tx.ticket.count({ where: { tenantId, id: ticket.id, mergedIntoId: { not: null } } }))
        throw invalid({ into: [msg('tickets.alreadyMerged', { number: ticket.number })] })
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

const undoDays = 30
const isUndoable = (at: Date, now: Date) => at.getTime() > now.getTime() - undoDays * 86_400_000

const mergeRow = z.object({ id: z.uuid(), number: z.string(), at: instant })

export const listTicketMerges = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}/merges', tags: ['Tickets'], summary: 'List merged tickets' })
  .input(ticketRef)
  .output(z.object({ items: z.array(mergeRow.extend({ canUndo: z.boolean() })) }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, now } = context
    await loadTicket(context, input.id)
    const query = tx.$queryRaw`
      SELECT g.id::text, w.ticket_prefix || '-' || t.number AS number, g.created_at AS at FROM ticket_merge g
      JOIN ticket t ON t.tenant_id = g.tenant_id AND t.id = g.from_id JOIN workspace w ON w.tenant_id = g.tenant_id
      WHERE g.tenant_id = ${tenant.ref.id}::uuid AND g.into_id = ${input.id}::uuid AND g.undone_at IS NULL ORDER BY g.created_at DESC LIMIT 50`
    return { items: (await rowsOf(mergeRow, query)).map((row) => ({ ...row, canUndo: isUndoable(row.at, now) })) }
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
    const held = new Map<string, TicketRow>()
    for (const id of [merge.fromId, merge.intoId].sort()) held.set(id, await loadForUpdate(context, id, 'lock'))
    const from = held.get(merge.fromId) as TicketRow
    const into = held.get(merge.intoId) as TicketRow
    if (await tx.ticket.count({ where: { tenantId, id: into.id, mergedIntoId: { not: null } } }))
      throw invalid({ mergeId: [msg('tickets.mergedSince', { number: into.number })] })
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
    await changeTicket(context, into, {
      messageCount: { decrement: back.length },
      publicMessageCount: { decrement: backPublic },
      ...(isUntouched ? { snippet: was.snippet } : {}),
    })
    emitStatus(context, from, was.status, { cause: 'undone' })
    emit('ticket.unmerged', { fromId: from.id, number: from.number }, { subjectId: into.id })
    return toStaffView(context.actor, await loadTicket(context, from.id))
  })

export const splitMessage = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/comments/{messageId}/split',
    tags: ['Tickets'],
    summary: 'Split a message off into a new ticket, linked to this one',
    successStatus: 201,
  })
  .input(z.strictObject({ ...ticketRef.shape, messageId: z.uuid(), title: ticketTitle }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const ticket = await loadForUpdate(context, input.id, 'lock')
    const message = await tx.ticketMessage.findFirst({ where: { tenantId, id: input.messageId, ticketId: ticket.id } })
    if (!message) throw notFound('message')
    if (message.kind !== 'reply') throw invalid({ messageId: ['tickets.splitReply'] })
    const requesterId = message.contactId ?? ticket.requesterId
    const { id } = await recordTicket(context, {
      title: input.title,
      bodyText: message.bodyText,
      bodyHtml: message.bodyHtml,
      author: { kind: message.authorKind, id: message.personId ?? message.contactId },
      requesterId,
      departmentId: ticket.departmentId,
      source: message.source,
      acknowledge: false,
    })
    // The files are copied with the words they belong to.
    const first = await tx.ticketMessage.findFirstOrThrow({ where: { tenantId, ticketId: id }, select: { id: true } })
    for (const file of await tx.attachment.findMany({ where: { tenantId, messageId: message.id }, orderBy: { createdAt: 'asc' } })) {
      const bytes = await readFileOf(tenant.ref, file.id)
      if (bytes)
        await storeFile(
          context,
          { name: file.name, contentType: file.contentType, bytes },
          { personId: file.personId, messageId: first.id },
        )
    }
    await tx.ticketLink.create({ data: { tenantId, id: newId(), kind: 'relates', fromId: id, toId: ticket.id, createdAt: now } })
    const made = await loadTicket({ ...context, actor: { kind: 'system', name: 'split' } }, id)
    emit('ticket.split', { messageId: message.id, newId: id, number: made.number }, { subjectId: ticket.id })
    await changeTicket(context, ticket, {})
    return toStaffView(context.actor, made)
  })
