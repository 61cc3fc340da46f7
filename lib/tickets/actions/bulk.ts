import { isDeepStrictEqual } from 'node:util'
import { ORPCError } from '@orpc/server'
import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { type Actor, hasAnywhere } from '../../actor/actor'
import { forbidden, invalid, isError, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { errorText } from '../../core/text'
import type { Prisma } from '../../db/generated/tenant/client'
import { idsOf, rowsOf } from '../../db/rows'
import { withTenant } from '../../db/scope'
import { holdFor, longestRunSeconds, withdraw } from '../../events/act'
import { workAs } from '../../events/as-system'
import type { Work } from '../../events/work'
import { defineJob } from '../../jobs/define'
import { enqueueJob } from '../../jobs/enqueue'
import { actorOfPerson } from '../../procedure/authenticate'
import { agentProcedure } from '../../procedure/builders'
import type { TenantContext } from '../../procedure/context'
import { wordsFor } from '../../procedure/words'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { say } from '../../text/say'
import { loadTicket, readHeld } from '../ticket/queries'
import { maxSearchLength } from '../ticket/schema'
import { listFound } from '../views/lists'
import { viewNames } from '../views/schema'
import { actionKinds } from './action-kinds'
import { actionOf, runActions } from './action-registry'
import { type BulkChange, type BulkOutput, bulkChange, bulkOutput, maxBulk, stateOf, undoing } from './schema'

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
    refuseUnlicensed(actor, input.change)
    const { ids } = await chosenTickets(context, input)
    const id = newId()
    const tenantId = tenant.ref.id
    await tx.bulkAction.create({
      data: { tenantId, id, personId: actor.id, change: input.change, total: ids.length, createdAt: now },
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
export function refuseUnlicensed(actor: Actor, { kind }: BulkChange) {
  if (!hasAnywhere(actor, actionKinds[kind].permission)) throw forbidden()
}

interface Chosen {
  ids?: string[]
  all?: { view: string; q?: string }
}

/**
 * The tickets that are meant, of those that the caller may see; and of a whole view how many there are.
 * @throws NOT_FOUND where one of them is hidden
 */
export async function chosenTickets(work: Work, { ids: given, all }: Chosen): Promise<{ ids: string[]; total: number }> {
  if (!given === !all) throw invalid({ ids: ['actions.idsOrView'] })
  // As the list shows them, in its order.
  const found = all ? await listFound(work, { ...all, limit: maxBulk, total: true }) : null
  const ids = found ? found.items.map(({ id }) => id) : [...new Set(given)]
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
    refuseUnlicensed(actor, bulkChange.parse(asked.change))
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
    // What was so already has nothing to be put back.
    const changed = items.filter(({ before, after }) => !(isUndo && before && isDeepStrictEqual(before, after)))
    for (const [n, item] of changed.entries()) {
      if (n % 20 === 0) await progress(n, changed.length, isUndo ? 'undoing' : 'changing')
      const one = isUndo ? (work: Work) => takeBack(work, change, item) : (work: Work) => apply(work, change, item.ticketId)
      await doAlone(tenant, bulk.personId, { ...item, isUndo }, one)
    }
    await withTenant(tenant.ref, (tx) => finish({ tx, tenant }, bulkId, isUndo))
  },
})

/** The window of a change begins at its end; what an undo could not put back leaves after all. */
async function finish({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, id: string, isUndo: boolean) {
  const tenantId = tenant.ref.id
  const { bulkUndoSeconds } = await tx.workspace.findUniqueOrThrow({ where: { tenantId }, select: { bulkUndoSeconds: true } })
  const seconds = isUndo ? 0 : bulkUndoSeconds
  const finishedAt = new Date()
  const leavesAt = isUndo ? null : new Date(finishedAt.getTime() + seconds * 1000)
  const data = { status: isUndo ? ('undone' as const) : ('done' as const), finishedAt, leavesAt }
  await tx.bulkAction.updateMany({ where: { tenantId, id }, data })
  await holdFor({ tx, tenant }, id, seconds)
}

type Outcome = Partial<Pick<Prisma.BulkItemUncheckedUpdateInput, 'before' | 'after'>> & { status: 'done' | 'undone' | 'kept' }

/** One ticket in one unit of work, together with the mark that it is done: a crash repeats nothing. */
async function doAlone(
  tenant: ResolvedTenant,
  personId: string,
  item: { bulkId: string; position: number; isUndo: boolean },
  one: (work: Work) => Promise<Outcome>,
) {
  const tenantId = tenant.ref.id
  const key = { tenantId_bulkId_position: { tenantId, bulkId: item.bulkId, position: item.position } }
  const attempt = () =>
    withTenant(tenant.ref, async (tx) => {
      const actor = await actorOfPerson(tx, tenantId, personId)
      if (!actor) throw forbidden('actions.personGone')
      // All tickets of a change are one act, named by its id.
      const outcome = await (item.isUndo
        ? workAs(tx, tenant, actor, one, newId(), { isUndo: true })
        : workAs(tx, tenant, actor, one, item.bulkId, { hold: 'bulk' }))
      await tx.bulkItem.update({ where: key, data: { ...outcome, error: null } })
    })
  try {
    await attempt().catch((error) => {
      if (!isError(error, 'CONFLICT')) throw error
      return attempt() // someone was quicker; once more on what they left
    })
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    const data = { status: item.isUndo ? ('kept' as const) : ('failed' as const), error: errorText(error) }
    await withTenant(tenant.ref, (tx) => tx.bulkItem.update({ where: key, data }))
  }
}

async function apply(work: Work, change: BulkChange, id: string): Promise<Outcome> {
  const ticket = await loadTicket(work, id, 'lock')
  await runActions(work, ticket, [change])
  await work.flush()
  return { status: 'done', before: asJson(stateOf(ticket)), after: asJson(await stateAfter(work, id)) }
}

const asJson = (state: object) => JSON.parse(JSON.stringify(state)) as Prisma.InputJsonObject

async function stateAfter(work: Work, id: string) {
  const where = { tenantId_id: { tenantId: work.tenant.ref.id, id } }
  const { deletedAt } = await work.tx.ticket.findUniqueOrThrow({ where, select: { deletedAt: true } })
  return deletedAt ? { deletedAt } : stateOf(await readHeld(work, id))
}

async function takeBack(
  work: Work,
  change: BulkChange,
  { bulkId, ticketId, before, after }: { bulkId: string; ticketId: string; before: unknown; after: unknown },
): Promise<Outcome> {
  // Null where its person was erased since.
  const given = undoing.safeParse({ before, after })
  const isUndone = given.success && (await actionOf(change.kind).undo?.(work, ticketId, given.data))
  if (isUndone) {
    work.emit('ticket.undone', { actId: bulkId }, { subjectId: ticketId })
    await withdraw(work, bulkId, ticketId)
  }
  return { status: isUndone ? 'undone' : 'kept' }
}
