import { call, ORPCError } from '@orpc/server'
import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { type Actor, hasAnywhere, type PersonActor } from '../../actor/actor'
import type { Permission } from '../../actor/permissions'
import { forbidden, invalid, isError, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { errorText } from '../../core/text'
import type { Prisma } from '../../db/generated/tenant/client'
import { withTenant } from '../../db/scope'
import { priorities } from '../../directory/schema'
import type { Work } from '../../events/work'
import { defineJob } from '../../jobs/define'
import { enqueueJob } from '../../jobs/enqueue'
import { actorOfPerson } from '../../procedure/authenticate'
import { agentProcedure } from '../../procedure/builders'
import { internalCaller } from '../../procedure/caller'
import type { TenantContext } from '../../procedure/context'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { fillIn, seenBy as keptFor } from '../canned/canned-responses'
import { assignTicket } from '../ticket/commands/assign'
import { changeDepartment } from '../ticket/commands/change-department'
import { changeDetails } from '../ticket/commands/change-details'
import { changePriority } from '../ticket/commands/change-priority'
import { changeStatus } from '../ticket/commands/change-status'
import { changeTags } from '../ticket/commands/change-tags'
import { loadTicket, type TicketRow, toStaffView } from '../ticket/queries'
import { changeTicket, emitStatus, takenBack } from '../ticket/record'
import { archiveTicket, deleteTicket, restoreTicket } from '../ticket/removal'
import { maxSearchLength, ticketOutput, ticketRef } from '../ticket/schema'
import { ticketStatuses } from '../ticket/workflow'
import { listFound } from '../views/lists'
import { viewNames } from '../views/schema'
import { type BulkChange, type BulkOutput, bulkChange, bulkOutput, maxBulk } from './schema'

/** A change to many tickets: each is done alone, with the rights and the refusals it would have by hand. */
export const startBulk = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'POST',
    path: '/ticket/bulk',
    tags: ['Tickets'],
    summary: `Change up to ${maxBulk} tickets at once`,
    successStatus: 202,
  })
  .input(
    z.strictObject({
      ids: z.array(z.uuid()).min(1, 'Choose some tickets.').max(maxBulk, `Choose at most ${maxBulk} tickets.`).optional(),
      /** In place of ids: the first of a view and a filter, as the list shows them. */
      all: z
        .strictObject({ view: z.union([z.enum(viewNames), z.uuid()]), q: z.string().trim().max(maxSearchLength).optional() })
        .optional(),
      change: bulkChange,
    }),
  )
  .output(bulkOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    if (actor.kind !== 'person') throw forbidden('This is done for a person.')
    refuseUnlicensed(actor, input.change)
    if (!input.ids === !input.all) throw invalid({ ids: ['Say which tickets: by ids, or all of a view.'] })
    const ids = input.ids ? [...new Set(input.ids)] : await idsOf(context, input.all as NonNullable<typeof input.all>)
    if (ids.length === 0) throw invalid({ ids: ['There is no ticket to change.'] })
    const seen = await tx.$queryRaw<{ id: string }[]>`
      SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[]) AND ${visibleTo(actor)}`
    const isSeen = new Set(seen.map(({ id }) => id))
    const hidden = ids.filter((id) => !isSeen.has(id))
    if (hidden.length > 0) throw notFound(msg('notFound.tickets', { count: hidden.length }))
    const id = newId()
    const tenantId = tenant.ref.id
    await tx.bulkAction.create({
      data: { tenantId, id, personId: actor.id, change: input.change, total: ids.length, createdAt: now },
    })
    await tx.bulkItem.createMany({ data: ids.map((ticketId, position) => ({ tenantId, bulkId: id, position, ticketId })) })
    await enqueueJob({ tx, tenantId }, bulkJob, { bulkId: id }, { uniqueKey: id })
    emit('bulk.started', { change: input.change, total: ids.length, isUndo: false }, { subjectId: id })
    return readBulk(context, id)
  })

const needs: Record<BulkChange['kind'], Permission> = {
  assign: 'ticket.assign',
  status: 'ticket.update',
  priority: 'ticket.update',
  department: 'ticket.update',
  tags: 'ticket.update',
  archive: 'ticket.update',
  delete: 'ticket.delete',
}

/** It is done later in a person's name, with all they may do; a token of theirs that may do less asks for no more than that. */
function refuseUnlicensed(actor: Actor, { kind }: BulkChange) {
  if (!hasAnywhere(actor, needs[kind])) throw forbidden()
}

async function idsOf(work: Work, { view, q }: { view: string; q?: string }): Promise<string[]> {
  // As the list shows them, in its order.
  const { items } = await listFound(work, { view, q, limit: maxBulk })
  return items.map(({ id }) => id)
}

export const getBulk = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/bulk/{id}', tags: ['Tickets'], summary: 'See how far a change of many tickets is' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(bulkOutput)
  .handler(({ context, input }) => readBulk(context, input.id))

export const undoBulk = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'POST',
    path: '/ticket/bulk/{id}/undo',
    tags: ['Tickets'],
    summary: 'Take a change of many tickets back, but for those somebody has changed since',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(bulkOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, emit } = context
    const tenantId = tenant.ref.id
    const before = await readBulk(context, input.id)
    const asked = await tx.bulkAction.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: input.id } }, select: { change: true } })
    refuseUnlicensed(actor, bulkChange.parse(asked.change))
    if (before.status === 'running') throw invalid({ id: ['It is still under way.'] })
    const { count } = await tx.bulkAction.updateMany({ where: { tenantId, id: input.id, status: 'done' }, data: { status: 'undoing' } })
    if (count === 0) return before
    await enqueueJob({ tx, tenantId }, bulkJob, { bulkId: input.id }, { uniqueKey: `undo:${input.id}` })
    emit('bulk.started', { change: { by: actor.kind }, total: before.done, isUndo: true }, { subjectId: input.id })
    return readBulk(context, input.id)
  })

/** A bulk action is its maker's own. */
async function readBulk({ tx, tenant, actor }: Pick<TenantContext, 'tx' | 'tenant' | 'actor'>, id: string): Promise<BulkOutput> {
  const tenantId = tenant.ref.id
  const personId = actor.kind === 'person' ? actor.id : undefined
  const bulk = await tx.bulkAction.findFirst({ where: { tenantId, id, personId } })
  if (!bulk) throw notFound('change')
  const counts = await tx.bulkItem.groupBy({ by: ['status'], where: { tenantId, bulkId: id }, _count: true })
  const count = (status: string) => counts.find((row) => row.status === status)?._count ?? 0
  const problems = await tx.$queryRaw<{ number: string; error: string }[]>`
    SELECT w.ticket_prefix || '-' || t.number AS number, i.error FROM bulk_item i
    JOIN ticket t ON t.tenant_id = i.tenant_id AND t.id = i.ticket_id JOIN workspace w ON w.tenant_id = i.tenant_id
    WHERE i.tenant_id = ${tenantId}::uuid AND i.bulk_id = ${id}::uuid AND i.error IS NOT NULL ORDER BY i.position LIMIT 10`
  return {
    id,
    status: bulk.status,
    total: bulk.total,
    done: count('done'),
    failed: count('failed'),
    undone: count('undone'),
    kept: count('kept'),
    problems,
  }
}

export const bulkJob = defineJob({
  id: 'tickets.bulk',
  title: 'changeTickets',
  input: z.object({ bulkId: z.string() }),
  priority: 'high',
  timeoutSeconds: 1800,
  async run({ tenant, input: { bulkId }, progress }) {
    if (!tenant) return
    const tenantId = tenant.ref.id
    const bulk = await withTenant(tenant.ref, (tx) => tx.bulkAction.findFirst({ where: { tenantId, id: bulkId } }))
    if (!bulk || (bulk.status !== 'running' && bulk.status !== 'undoing')) return
    const isUndo = bulk.status === 'undoing'
    const change = bulkChange.parse(bulk.change)
    const where = { tenantId, bulkId, status: isUndo ? ('done' as const) : ('waiting' as const) }
    const items = await withTenant(tenant.ref, (tx) => tx.bulkItem.findMany({ where, orderBy: { position: 'asc' } }))
    for (const [n, item] of items.entries()) {
      if (n % 20 === 0) await progress(n, items.length, isUndo ? 'undoing' : 'changing')
      const one = isUndo ? (work: As) => takeBack(work, change, item) : (work: As) => apply(work, change, item.ticketId)
      await doAlone(tenant, bulk.personId, { ...item, isUndo }, one)
    }
    const data = { status: isUndo ? ('undone' as const) : ('done' as const), finishedAt: new Date() }
    await withTenant(tenant.ref, (tx) => tx.bulkAction.updateMany({ where: { tenantId, id: bulkId }, data }))
  },
})

interface As {
  work: Pick<Work, 'tenant' | 'tx' | 'now'> & { actor: PersonActor }
  context: { caller: ReturnType<typeof internalCaller> }
}
type Outcome = Partial<Pick<Prisma.BulkItemUncheckedUpdateInput, 'before' | 'versionAfter'>> & { status: 'done' | 'undone' | 'kept' }

/** One ticket in one unit of work, together with the mark that it is done: a crash repeats nothing. */
async function doAlone(
  tenant: ResolvedTenant,
  personId: string,
  item: { bulkId: string; position: number; isUndo: boolean },
  one: (as: As) => Promise<Outcome>,
) {
  const tenantId = tenant.ref.id
  const key = { tenantId_bulkId_position: { tenantId, bulkId: item.bulkId, position: item.position } }
  const attempt = () =>
    withTenant(tenant.ref, async (tx) => {
      const actor = await actorOfPerson(tx, tenantId, personId)
      if (!actor) throw forbidden('Whoever asked for this may no longer act.')
      const outcome = await one({ work: { tenant, tx, now: new Date(), actor }, context: { caller: internalCaller({ tenant, actor }) } })
      await tx.bulkItem.update({ where: key, data: { ...outcome, error: null } })
    })
  try {
    await attempt().catch((error) => {
      if (!isError(error, 'CONFLICT')) throw error
      return attempt() // somebody was quicker; once more on what they left
    })
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    const data = { status: item.isUndo ? ('kept' as const) : ('failed' as const), error: errorText(error) }
    await withTenant(tenant.ref, (tx) => tx.bulkItem.update({ where: key, data }))
  }
}

async function apply({ work, context }: As, change: BulkChange, id: string): Promise<Outcome> {
  const ticket = await loadTicket(work, id, 'lock')
  await changeOne(context, ticket, change)
  const rows = await work.tx.$queryRaw<{ version: number }[]>`
    SELECT version FROM ticket WHERE tenant_id = ${work.tenant.ref.id}::uuid AND id = ${id}::uuid`
  return { status: 'done', before: standing(ticket), versionAfter: rows[0]?.version ?? ticket.version }
}

/** One change of one ticket, by the same procedure as by hand. */
export async function changeOne(context: As['context'], ticket: TicketRow, change: BulkChange): Promise<unknown> {
  const ref = { id: ticket.id, version: ticket.version }
  const c = { context }
  switch (change.kind) {
    case 'assign':
      return call(assignTicket, { ...ref, assigneeId: change.assigneeId }, c)
    case 'status':
      return call(changeStatus, { ...ref, status: change.status, reason: change.reason }, c)
    case 'priority':
      return call(changePriority, { ...ref, priority: change.priority }, c)
    case 'department':
      return call(changeDepartment, { ...ref, departmentId: change.departmentId }, c)
    case 'tags': {
      const tags = [...ticket.tags.filter((tag) => !change.remove.includes(tag)), ...change.add]
      return call(changeTags, { ...ref, tags }, c)
    }
    case 'archive':
      return call(archiveTicket, { ...ref, isArchived: change.isArchived }, c)
    case 'delete':
      return call(deleteTicket, ref, c)
  }
}

const standing = (ticket: TicketRow): Prisma.InputJsonObject => ({
  assigneeId: ticket.assigneeId,
  status: ticket.status,
  statusReason: ticket.statusReason,
  heldAt: ticket.heldAt?.toISOString() ?? null,
  holdUntil: ticket.holdUntil?.toISOString() ?? null,
  resolvedAt: ticket.resolvedAt?.toISOString() ?? null,
  closedAt: ticket.closedAt?.toISOString() ?? null,
  reopenCount: ticket.reopenCount,
  priority: ticket.priority,
  departmentId: ticket.departmentId,
  categoryId: ticket.categoryId,
  tags: ticket.tags,
  isArchived: ticket.archivedAt !== null,
})

const stood = z.object({
  assigneeId: z.uuid().nullable(),
  status: z.enum(ticketStatuses),
  statusReason: z.string().nullable(),
  heldAt: z.coerce.date().nullable(),
  holdUntil: z.coerce.date().nullable(),
  resolvedAt: z.coerce.date().nullable(),
  closedAt: z.coerce.date().nullable(),
  reopenCount: z.number(),
  priority: z.enum(priorities),
  departmentId: z.uuid().nullable(),
  categoryId: z.uuid().nullable(),
  tags: z.array(z.string()),
  isArchived: z.boolean(),
})

async function takeBack(
  { work, context }: As,
  change: BulkChange,
  item: { ticketId: string; before: unknown; versionAfter: number | null },
): Promise<Outcome> {
  const { tx, tenant } = work
  const id = item.ticketId
  // Null where its person was erased since.
  if (item.before === null) return { status: 'kept' }
  const before = stood.parse(item.before)
  const [row] = await tx.$queryRaw<{ version: number }[]>`
    SELECT version FROM ticket WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ${id}::uuid FOR UPDATE`
  if (!row || row.version !== item.versionAfter) return { status: 'kept' }
  const at = { id, version: row.version }
  const c = { context }
  if (change.kind === 'delete') await call(restoreTicket, { id }, c)
  else if (change.kind === 'archive') await call(archiveTicket, { ...at, isArchived: before.isArchived }, c)
  else if (change.kind === 'priority') await call(changePriority, { ...at, priority: before.priority }, c)
  else if (change.kind === 'tags') await call(changeTags, { ...at, tags: before.tags }, c)
  else if (change.kind === 'department') {
    if (!before.departmentId) return { status: 'kept' }
    const { ticket } = await call(changeDepartment, { ...at, departmentId: before.departmentId }, c)
    // One that was removed since is not brought back.
    const isKnown =
      before.categoryId && (await tx.category.count({ where: { tenantId: tenant.ref.id, id: before.categoryId, deletedAt: null } }))
    if (ticket && isKnown) await call(changeDetails, { id, version: ticket.version, categoryId: before.categoryId }, c)
  } else {
    const after = change.kind === 'assign' ? await call(assignTicket, { ...at, assigneeId: before.assigneeId }, c) : null
    if (after?.status !== before.status) await call(restoreStatus, { id, before }, c)
  }
  return { status: 'undone' }
}

/** Puts a status back with all that belongs to it, which no move of the workflow does. */
const restoreStatus = agentProcedure
  .meta({ permission: 'ticket.update' })
  .input(z.object({ id: z.uuid(), before: stood }))
  .handler(async ({ context, input: { id, before } }) => {
    const ticket = await loadTicket(context, id, 'lock')
    if (ticket.status === before.status) return
    const { status, statusReason, heldAt, holdUntil, resolvedAt, closedAt, reopenCount } = before
    await changeTicket(context, ticket, { status, statusReason, heldAt, holdUntil, remindedAt: null, resolvedAt, closedAt, reopenCount })
    emitStatus(context, ticket, status, takenBack, true)
  })

export const applyMacro = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/macros/{macroId}',
    tags: ['Answers'],
    summary: 'Make the changes of a macro, all or none, and read its text',
  })
  .input(z.strictObject({ ...ticketRef.shape, macroId: z.uuid() }))
  .output(z.object({ ticket: ticketOutput.nullable(), bodyHtml: z.string().nullable(), isNote: z.boolean() }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor } = context
    await loadTicket(context, input.id)
    const macro = await tx.macro.findFirst({ where: { tenantId: tenant.ref.id, id: input.macroId, deletedAt: null, ...keptFor(actor) } })
    if (!macro) throw notFound('macro')
    const bodyHtml = macro.bodyHtml && (await fillIn(context, input.id, macro.bodyHtml))
    const inside = { caller: internalCaller({ tenant, actor }, context.caller.requestId) }
    for (const change of z.array(bulkChange).parse(macro.changes)) {
      // Each change stands on the one before.
      const ticket = await loadTicket(context, input.id, 'lock').catch(() => null)
      if (ticket) await changeOne(inside, ticket, change)
    }
    const after = await loadTicket(context, input.id).catch(() => null) // it may have gone out of sight
    return { ticket: after && toStaffView(actor, after), bodyHtml, isNote: macro.isNote }
  })
