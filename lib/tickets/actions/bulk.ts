import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { type Actor, hasAnywhere } from '../../actor/actor'
import { forbidden, invalid, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import type { Prisma } from '../../db/generated/tenant/client'
import { idsOf, rowsOf } from '../../db/rows'
import { holdFor, longestRunSeconds } from '../../events/act'
import type { Work } from '../../events/work'
import { enqueueJob } from '../../jobs/enqueue'
import { agentProcedure } from '../../procedure/builders'
import type { TenantContext } from '../../procedure/context'
import { wordsFor } from '../../procedure/words'
import { say } from '../../text/say'
import { maxSearchLength } from '../ticket/schema'
import { listFound } from '../views/lists'
import { viewNames } from '../views/schema'
import { actionKinds } from './action-kinds'
import { entryOf } from './action-registry'
import { bulkJob } from './jobs'
import { type Action, type BulkChange, type BulkOutput, bulkActions, bulkChange, bulkOutput, maxBulk } from './schema'

export const chosenInput = {
  ids: z
    .array(z.uuid())
    .min(1, msg('actions.chooseTickets'))
    .max(maxBulk, msg('actions.tooManyTickets', { maximum: maxBulk }))
    .optional(),
  /** In place of ids: the first of a view and a filter, as the list shows them. */
  all: z.strictObject({ view: z.union([z.enum(viewNames), z.uuid()]), q: z.string().trim().max(maxSearchLength).optional() }).optional(),
}

/** A change to many tickets: each is done alone, with the rights and the refusals it would have by hand. */
export const startBulk = agentProcedure
  .meta({ permission: 'ticket.view', body: 'list' })
  .route({
    method: 'POST',
    path: '/ticket/bulk',
    tags: ['Tickets'],
    summary: `Change up to ${maxBulk} tickets at once`,
    successStatus: 202,
  })
  .input(z.strictObject({ ...chosenInput, change: bulkChange }))
  .output(bulkOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    if (actor.kind !== 'person') throw forbidden('actions.personOnly')
    const actions = await preparedActions(context, input.change)
    const { ids } = await chosenTickets(context, input, input.change)
    const id = newId()
    const tenantId = tenant.ref.id
    await tx.bulkAction.create({
      data: { tenantId, id, personId: actor.id, change: actions as Prisma.InputJsonArray, total: ids.length, createdAt: now },
    })
    // One parameter, not four for each: somebody waits, and so do the others at an embedded database.
    await tx.$executeRaw`
      INSERT INTO bulk_item (tenant_id, bulk_id, position, ticket_id)
      SELECT ${tenantId}::uuid, ${id}::uuid, (place - 1)::int, ticket_id FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS asked (ticket_id, place)`
    await enqueueJob({ tx, tenantId }, bulkJob, { bulkId: id }, { uniqueKey: id })
    emit('bulk.started', { change: input.change, total: ids.length, isUndo: false }, { subjectId: id })
    return readBulk(context, id)
  })

/** It is done later in a person's name, with all they may do; a token of theirs that may do less asks for no more than that. */
function refuseUnlicensed(actor: Actor, { kind }: Action) {
  if (!hasAnywhere(actor, actionKinds[kind].permission)) throw forbidden()
}

/**
 * What a change does to each of its tickets.
 * @throws a typed error for what the caller may do to no ticket, or can't be done to any
 */
export async function preparedActions(work: Work, change: BulkChange): Promise<readonly Action[]> {
  refuseUnlicensed(work.actor, change)
  const actions = (await entryOf(change).prepare?.(work, change)) ?? [change]
  for (const action of actions) refuseUnlicensed(work.actor, action)
  return actions
}

interface Chosen {
  ids?: string[]
  all?: { view: string; q?: string }
}

/**
 * The tickets that are meant, of those that the caller may see; and of a whole view how many there are.
 * @param change leaves out the tickets that it needs besides
 * @throws NOT_FOUND where one of them is hidden
 */
export async function chosenTickets(
  work: Work,
  { ids: given, all }: Chosen,
  change?: BulkChange,
): Promise<{ ids: string[]; total: number }> {
  if (!given === !all) throw invalid({ ids: ['actions.idsOrView'] })
  // As the list shows them, in its order.
  const found = all ? await listFound(work, { ...all, limit: maxBulk, total: true }) : null
  const others = (change && entryOf(change).others?.(change)) ?? []
  const ids = (found ? found.items.map(({ id }) => id) : [...new Set(given)]).filter((id) => !others.includes(id))
  if (ids.length === 0) throw invalid({ ids: ['actions.noTickets'] })
  const { tx, tenant, actor } = work
  const seen = await idsOf(tx.$queryRaw`
    SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[]) AND ${visibleTo(actor)}`)
  const isSeen = new Set(seen)
  const hidden = ids.filter((id) => !isSeen.has(id))
  if (hidden.length > 0) throw notFound(msg('notFound.tickets', { count: hidden.length }))
  return { ids, total: found?.total ?? ids.length }
}

export const getBulk = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/bulk/{id}', tags: ['Tickets'], summary: 'Read the progress of a bulk change' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(bulkOutput)
  .handler(({ context, input }) => readBulk(context, input.id))

export const undoBulk = agentProcedure
  .meta({ permission: 'ticket.view', isUndo: true })
  .route({
    method: 'POST',
    path: '/ticket/bulk/{id}/undo',
    tags: ['Tickets'],
    summary: 'Undo a bulk change, except on tickets that have changed since',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(bulkOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, emit } = context
    const tenantId = tenant.ref.id
    const before = await readBulk(context, input.id)
    const asked = await tx.bulkAction.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: input.id } }, select: { change: true } })
    for (const action of bulkActions.parse(asked.change)) refuseUnlicensed(actor, action)
    if (before.status === 'running') throw invalid({ id: ['actions.running'] })
    const { count } = await tx.bulkAction.updateMany({ where: { tenantId, id: input.id, status: 'done' }, data: { status: 'undoing' } })
    if (count === 0) return before
    // Nothing more leaves until it is known which tickets are put back.
    await holdFor(context, input.id, longestRunSeconds)
    await enqueueJob({ tx, tenantId }, bulkJob, { bulkId: input.id }, { uniqueKey: `undo:${input.id}` })
    emit('bulk.started', { change: { by: actor.kind }, total: before.done, isUndo: true }, { subjectId: input.id })
    return readBulk(context, input.id)
  })

const problemRow = z.object({ number: z.string(), error: z.string() })
const statusRow = z.object({ status: z.string(), count: z.int() })
const reasonRow = z.object({ error: z.string(), count: z.int() })

/** A bulk action is its maker's own. */
async function readBulk(
  { tx, tenant, actor, caller }: Pick<TenantContext, 'tx' | 'tenant' | 'actor' | 'caller'>,
  id: string,
): Promise<BulkOutput> {
  const tenantId = tenant.ref.id
  const personId = actor.kind === 'person' ? actor.id : undefined
  const bulk = await tx.bulkAction.findFirst({ where: { tenantId, id, personId } })
  if (!bulk) throw notFound('change')
  // What is erased of a person is null on both sides.
  const statuses = tx.$queryRaw`
    SELECT CASE WHEN status = 'done' AND before = after AND before <> 'null' THEN 'already' ELSE status::text END AS status, count(*)::int AS count
    FROM bulk_item WHERE tenant_id = ${tenantId}::uuid AND bulk_id = ${id}::uuid GROUP BY 1`
  const counts = await rowsOf(statusRow, statuses)
  const count = (status: string) => counts.find((row) => row.status === status)?.count ?? 0
  const query = tx.$queryRaw`
    SELECT w.ticket_prefix || '-' || t.number AS number, i.error FROM bulk_item i
    JOIN ticket t ON t.tenant_id = i.tenant_id AND t.id = i.ticket_id JOIN workspace w ON w.tenant_id = i.tenant_id
    WHERE i.tenant_id = ${tenantId}::uuid AND i.bulk_id = ${id}::uuid AND i.error IS NOT NULL ORDER BY i.position LIMIT 10`
  const problems = await rowsOf(problemRow, query)
  const grouped = tx.$queryRaw`
    SELECT error, count(*)::int AS count FROM bulk_item WHERE tenant_id = ${tenantId}::uuid AND bulk_id = ${id}::uuid AND error IS NOT NULL
    GROUP BY error ORDER BY count(*) DESC, error LIMIT 10`
  const reasons = await rowsOf(reasonRow, grouped)
  const words = await wordsFor(caller)
  return {
    id,
    status: bulk.status,
    total: bulk.total,
    leavesAt: bulk.leavesAt,
    done: count('done'),
    already: count('already'),
    failed: count('failed'),
    undone: count('undone'),
    kept: count('kept'),
    reasons: reasons.map(({ error, count: tickets }) => ({ error: say(error, words), count: tickets })),
    problems: problems.map(({ number, error }) => ({ number, error: say(error, words) })),
  }
}
