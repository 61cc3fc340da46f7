import { isDeepStrictEqual } from 'node:util'
import { ORPCError } from '@orpc/server'
import { z } from 'zod'
import { forbidden, isError, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { errorText } from '../../core/text'
import { databaseKind } from '../../db/connection'
import type { BulkAction, BulkItem } from '../../db/generated/tenant/client'
import { isolated, withTenant } from '../../db/scope'
import { holdFor, withdraw } from '../../events/act'
import { workAs } from '../../events/as-system'
import type { Work } from '../../events/work'
import { defineJob } from '../../jobs/define'
import { actorOfPerson } from '../../procedure/authenticate'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { canView } from '../ticket/policy'
import { factsOf, loadTicket, readAllHeld, readHeld, type TicketRow } from '../ticket/queries'
import { entryOf, runActions } from './action-registry'
import { type BulkChange, bulkActions, stateOf, undoing } from './schema'
import { putAllBack } from './undo'

/** How many tickets one unit of work takes up: what a ticket costs alone is mostly its unit. */
const atOnce = 25
/** After how many milliseconds a unit begins no further ticket: the embedded database has one connection, and others wait for it. */
const unitMs = () => (databaseKind() === 'embedded' ? 50 : Number.POSITIVE_INFINITY)

/** What a run of the job is about. */
interface Run {
  tenant: ResolvedTenant
  bulk: BulkAction
  /** What it does to each ticket. */
  actions: readonly BulkChange[]
  isUndo: boolean
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
    const run: Run = { tenant, bulk, actions: bulkActions.parse(bulk.change), isUndo }
    const where = { tenantId, bulkId, status: isUndo ? ('done' as const) : ('waiting' as const) }
    // What came last goes first: a ticket that takes several in is as it was once the first has left it.
    const orderBy = { position: isUndo ? ('desc' as const) : ('asc' as const) }
    const items = await withTenant(tenant.ref, (tx) => tx.bulkItem.findMany({ where, orderBy }))
    // What was so already has nothing to be put back.
    const changed = items.filter(({ before, after }) => !(isUndo && before && isDeepStrictEqual(before, after)))
    const sayProgress = (left: number) => progress(changed.length - left, changed.length, isUndo ? 'undoing' : 'changing')
    const alone: BulkItem[] = []
    const needsOthers = othersOf(run).length > 0
    if (needsOthers) alone.push(...changed)
    for (let left = needsOthers ? [] : changed; left.length > 0; ) {
      await sayProgress(left.length)
      const unit = left.slice(0, atOnce)
      const rest = await doTogether(run, unit)
      alone.push(...rest.alone)
      left = [...rest.later, ...left.slice(unit.length)]
    }
    for (const [n, item] of alone.entries()) {
      if (n % atOnce === 0) await sayProgress(alone.length - n)
      await doAlone(run, item)
    }
    await withTenant(tenant.ref, (tx) => finish({ tx, tenant }, bulkId, isUndo))
  },
})

const othersOf = ({ actions }: Run) => actions.flatMap((action) => entryOf(action).others?.(action) ?? [])

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

interface Outcome {
  item: BulkItem
  status: 'done' | 'undone' | 'kept' | 'failed'
  before?: TicketRow
  error?: string
}

/** What a unit of work left: tickets that it had no time for, and those to be done alone. */
interface Rest {
  later: BulkItem[]
  alone: BulkItem[]
}

/**
 * Several tickets in one unit of work, together with the marks that they are done: a crash repeats nothing. Those that somebody else
 * holds, or that are deleted, are left to be done alone; all of them where the unit can't end.
 */
async function doTogether(run: Run, items: BulkItem[]): Promise<Rest> {
  try {
    return await inUnit(run, async (work) => {
      const until = performance.now() + unitMs()
      const ids = items.map(({ ticketId }) => ticketId)
      const free = new Map((await readAllHeld(work, ids, 'free')).map((ticket) => [ticket.id, ticket]))
      const outcomes: Outcome[] = []
      const rest: Rest = { later: [], alone: [] }
      for (const item of items) {
        const ticket = free.get(item.ticketId)
        if (!ticket) rest.alone.push(item)
        else if (outcomes.length > 0 && performance.now() > until) rest.later.push(item)
        else outcomes.push(await outcomeWithin(work, run, item, ticket))
      }
      await work.flush()
      await record(work, outcomes)
      return rest
    })
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    return { later: [], alone: items }
  }
}

/** As one of several: what a refused action wrote is taken back, so that the others stand. What it emitted can't be: then none of them do. */
async function outcomeWithin(work: Work, run: Run, item: BulkItem, ticket: TicketRow): Promise<Outcome> {
  let hasBegun = false
  const emit: Work['emit'] = (...event) => {
    hasBegun = true
    work.emit(...event)
  }
  try {
    return await isolated(() => outcomeOf({ ...work, emit }, run, item, ticket))
  } catch (error) {
    if (hasBegun || !(error instanceof ORPCError)) throw error
    return { item, status: run.isUndo ? 'kept' : 'failed', error: errorText(error) }
  }
}

/** One ticket in a unit of work of its own, which waits for whoever holds it. */
async function doAlone(run: Run, item: BulkItem) {
  const attempt = () =>
    inUnit(run, async (work) => {
      if (!run.isUndo) for (const id of [item.ticketId, ...othersOf(run)].sort()) await readHeld(work, id, 'lock')
      const outcome = await outcomeOf(work, run, item, run.isUndo ? null : await loadTicket(work, item.ticketId, 'lock'))
      await work.flush()
      await record(work, [outcome])
    })
  try {
    await attempt().catch((error) => {
      if (!isError(error, 'CONFLICT')) throw error
      return attempt() // someone was quicker; once more on what they left
    })
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    const { tenant, isUndo } = run
    await withTenant(tenant.ref, (tx) =>
      record({ tx, tenant, actor: { kind: 'system', name: 'bulk' } }, [
        { item, status: isUndo ? 'kept' : 'failed', error: errorText(error) },
      ]),
    )
  }
}

/** All tickets of a change are one act, named by its id. */
const inUnit = <T>({ tenant, bulk, isUndo }: Run, body: (work: Work) => Promise<T>): Promise<T> =>
  withTenant(tenant.ref, async (tx) => {
    const actor = await actorOfPerson(tx, tenant.ref.id, bulk.personId)
    if (!actor) throw forbidden('actions.personGone')
    return isUndo ? workAs(tx, tenant, actor, body, newId(), { isUndo }) : workAs(tx, tenant, actor, body, bulk.id, { hold: 'bulk' })
  })

async function outcomeOf(work: Work, { actions, isUndo }: Run, item: BulkItem, ticket: TicketRow | null): Promise<Outcome> {
  if (isUndo) return { item, status: await takeBack(work, actions, item) }
  if (!ticket || !canView(work.actor, factsOf(ticket))) throw notFound('ticket')
  await runActions(work, ticket, actions)
  return { item, status: 'done', before: ticket }
}

async function takeBack(
  work: Work,
  actions: readonly BulkChange[],
  { bulkId, ticketId, before, after }: BulkItem,
): Promise<'undone' | 'kept'> {
  // Null where its person was erased since.
  const given = undoing.safeParse({ before, after })
  if (!given.success) return 'kept'
  const [action, ...others] = actions
  if (action && others.length === 0) {
    if (!(await entryOf(action).undo?.(work, ticketId, given.data, { id: bulkId, action }))) return 'kept'
  } else {
    const kinds = actions.map(({ kind }) => kind)
    await putAllBack(work, ticketId, kinds, given.data)
  }
  work.emit('ticket.undone', { actId: bulkId }, { subjectId: ticketId })
  await withdraw(work, bulkId, ticketId)
  return 'undone'
}

/** Marks what became of tickets, with what stands there now. */
async function record(work: Pick<Work, 'tx' | 'tenant' | 'actor'>, outcomes: readonly Outcome[]) {
  if (outcomes.length === 0) return
  const changed = outcomes.flatMap(({ item, before }) => (before ? [item.ticketId] : []))
  const after = await statesAfter(work, changed)
  const rows = outcomes.map(({ item, status, before, error = null }) => ({
    position: item.position,
    status,
    error,
    before: before ? stateOf(before) : null,
    after: after.get(item.ticketId) ?? null,
  }))
  const { bulkId } = (outcomes[0] as Outcome).item
  await work.tx.$executeRaw`
    UPDATE bulk_item i SET status = v.status::"BulkItemStatus", error = v.error, before = coalesce(v.before, i.before), after = coalesce(v.after, i.after)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v (position int, status text, error text, before jsonb, after jsonb)
    WHERE i.tenant_id = ${work.tenant.ref.id}::uuid AND i.bulk_id = ${bulkId}::uuid AND i.position = v.position`
}

/** How tickets stand; of one that is deleted, since when. */
async function statesAfter(work: Pick<Work, 'tx' | 'tenant' | 'actor'>, ids: string[]): Promise<Map<string, object>> {
  if (ids.length === 0) return new Map()
  const { tx, tenant } = work
  const states = new Map<string, object>((await readAllHeld(work, ids)).map((ticket) => [ticket.id, stateOf(ticket)]))
  const gone = ids.filter((id) => !states.has(id))
  if (gone.length === 0) return states
  const where = { tenantId: tenant.ref.id, id: { in: gone } }
  for (const { id, deletedAt } of await tx.ticket.findMany({ where, select: { id: true, deletedAt: true } })) states.set(id, { deletedAt })
  return states
}
