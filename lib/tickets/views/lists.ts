import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { type Actor, isStaff } from '../../actor/actor'
import { invalid, notFound } from '../../core/errors'
import { writeFilter } from '../../core/filter'
import { msg } from '../../core/message'
import { decodePlace, encodePlace, type Page, pageInput, totalOf } from '../../core/page'
import { tagInput } from '../../core/schema'
import { orWritten, Written } from '../../core/written'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedEachTime } from '../../db/prepared'
import { textsOf } from '../../db/raw'
import { countOf, idsOf, rowsOf } from '../../db/rows'
import { priorityInput } from '../../directory/schema'
import { customerProcedure } from '../../procedure/builders'
import { selectShown } from '../ticket/attribute-columns'
import { orderNamed } from '../ticket/attribute-orders'
import { type CompiledFilter, compileFilter, throughIndex } from '../ticket/filter'
import { type Reading, readTickets, selectTicket, toView } from '../ticket/queries'
import { type WrittenTicket, writeForStaff } from '../ticket/representation'
import { maxSearchLength, statusInput, type TicketOutput } from '../ticket/schema'
import { compileStoredFilter } from '../ticket/stored-filter'
import { correct } from './correction'
import { excerptsOf } from './excerpts'
import { sharedWith } from './policy'
import { deskViews, sortOfView, sorts, type TicketSort, ticketPage, type ViewName, viewNames } from './schema'

/** How far the list is looked through for words before the index is asked. */
const lookedAtFirst = 1000

/** An order as it is asked for: `updated` upwards, `-updated` downwards. */
const readSort = (sort: TicketSort, actor: Actor) => ({ isDown: sort.startsWith('-'), order: orderNamed(sort.replace('-', ''), actor) })

export const listInput = {
  view: z.union([z.enum(viewNames), z.uuid()]).default('all'),
  /** The filter language; free words are looked for everywhere. */
  q: z
    .string()
    .trim()
    .max(maxSearchLength, msg('tickets.searchTooLong', { maximum: maxSearchLength }))
    .optional(),
}

export const listTickets = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket', tags: ['Tickets'], summary: 'List or search tickets, last changed first' })
  .input(
    z.strictObject({
      ...pageInput,
      ...listInput,
      sort: z.enum(sorts).optional(),
      status: statusInput.optional(),
      priority: priorityInput.optional(),
      departmentId: z.uuid().optional(),
      assigneeId: z.uuid().optional(),
      requesterId: z.uuid().optional(),
      tag: tagInput.optional(),
    }),
  )
  .output(orWritten(ticketPage))
  .handler(async ({ context, input }) => {
    const { q, view, status, priority, departmentId, assigneeId, requesterId, tag, sort, ...page } = input
    const given = { status, priority, department: departmentId, assignee: assigneeId, requester: requesterId, tag }
    const filters = Object.entries(given).flatMap(([name, value]) =>
      value ? [writeFilter({ kind: 'field', name, comparison: '=', values: [value], at: 0 })] : [],
    )
    if (sort && !readSort(sort, context.actor).order.isPublic && !isStaff(context.actor)) throw invalid({ sort: ['tickets.sort'] })
    // What customers may not filter by finds nothing, instead of telling what there is to find.
    if (!isStaff(context.actor) && (tag || departmentId || assigneeId || requesterId)) return nothing(input)
    const wanted = { ...page, view, q, sort }
    if (context.caller.kind !== 'rest' || !isStaff(context.actor)) return listFound(context, wanted, filters)
    return writtenPage(await findPage(context, wanted, filters, writeNamed))
  })

interface Wanted extends Page {
  view: string
  q?: string
  sort?: TicketSort
}

export const nothing = ({ total }: Pick<Page, 'total'>) => ({ items: [], nextCursor: null, ...(total ? { total: 0 } : {}) })

/** What a view and a search ask: the view's order and conditions, and the search apart from them. */
async function readAsked(work: Reading, { view, q }: Pick<Wanted, 'view' | 'q'>, filters: readonly string[] = []) {
  const { filter: stored, sort } = await readView(work, view)
  const filter = await compileStoredFilter(work, stored, filters)
  const asked = q ? await compileFilter(work, q) : null
  const conditions = [filter.condition]
  // The archive is the team's own: customers' lists go on showing what is in it.
  if (isStaff(work.actor) && !asked?.texts.length && !namesArchive(`${stored} ${q ?? ''}`))
    conditions.push(Prisma.sql`t.archived_at IS NULL`)
  return { sort, conditions, asked }
}

/** A page of what a view and a search find, with `filters` besides. */
export const listFound = (work: Reading, wanted: Wanted, filters: readonly string[] = []) => findPage(work, wanted, filters, listNamed)

/** Reads those of some tickets that are still there for the caller, in the order of their ids as given. */
type ReadNamed<T> = (work: Reading, ids: readonly string[]) => Promise<T[]>

async function findPage<T extends { id: string }>(
  work: Reading,
  { view, q, sort, ...page }: Wanted,
  filters: readonly string[],
  readNamed: ReadNamed<T>,
) {
  const { conditions, asked, ...shown } = await readAsked(work, { view, q }, filters)
  const read = (filter: CompiledFilter | null) => readPage(work, { ...page, sort: sort ?? shown.sort }, conditions, readNamed, filter)
  const result = await read(asked)
  if (!q || !asked) return result
  // What was found holds all the words that it must hold, so that each of them is known.
  const isKnown = result.items.length > 0 && !asked.hasOptionalWords
  const corrected = isKnown ? null : await correct(work, q)
  if (!corrected) return { ...result, corrections: [], ...(await excerptsOf(work, result.items, asked)) }
  const mended = await compileFilter(work, corrected.filter)
  const found = await read(mended)
  return { ...found, corrections: corrected.corrections, ...(await excerptsOf(work, found.items, mended)) }
}

/** The ids of all that a view and a search find, in the view's order, as it is now. */
export async function idsFound(work: Reading, wanted: Pick<Wanted, 'view' | 'q'>, most: number): Promise<string[]> {
  const { sort, conditions, asked } = await readAsked(work, wanted)
  const { isDown, order } = readSort(sort, work.actor)
  const way = isDown ? Prisma.sql`DESC` : Prisma.sql`ASC`
  const read = async (filter: CompiledFilter | null) => {
    const all = [visibleTo(work.actor), ...conditions, ...(filter ? [await throughIndex(work, filter)] : [])]
    return idsOf(work.tx.$queryRaw`SELECT t.id::text FROM ticket t
      WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL AND ${Prisma.join(all, ' AND ')}
      ORDER BY ${order.by} ${way}, t.id ${way} LIMIT ${most}`)
  }
  const found = await read(asked)
  const isKnown = !asked || (found.length > 0 && !asked.hasOptionalWords)
  const corrected = isKnown ? null : await correct(work, wanted.q ?? '')
  return corrected ? read(await compileFilter(work, corrected.filter)) : found
}

const selectNamed = (work: Reading, ids: readonly string[], attributesRead?: Prisma.Sql) =>
  Prisma.sql`${selectTicket(work, attributesRead)} AND ${visibleTo(work.actor)} AND t.id = ANY(${ids}::uuid[])`

function inOrder<T extends { id: string }>(ids: readonly string[], rows: readonly T[]): T[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

export async function listNamed(work: Reading, ids: readonly string[]): Promise<TicketOutput[]> {
  if (ids.length === 0) return []
  const rows = await readTickets(work, work.tx.$queryRaw(selectNamed(work, ids)))
  return inOrder(ids, rows).map((row) => toView(work.actor, row))
}

/** The same for staff, as JSON. */
async function writeNamed(work: Reading, ids: readonly string[]): Promise<WrittenTicket[]> {
  if (ids.length === 0) return []
  return inOrder(ids, await writeForStaff(work, await textsOf(work.tx, selectNamed(work, ids, selectShown))))
}

const writtenPage = ({ items, ...rest }: { items: WrittenTicket[]; nextCursor: string | null }) =>
  new Written<z.output<typeof ticketPage>>(`{"items":[${items.map(({ json }) => json).join()}],${JSON.stringify(rest).slice(1)}`)

const namesArchive = (filter: string) => /\bis:\S*archived/.test(filter)

/** The filter and order of a view: one that every workspace has, or one that was saved and the caller may see. */
export async function readView({ tx, tenant, actor }: Reading, view: string): Promise<{ filter: string; sort: TicketSort }> {
  // To customers an order by deadlines would show what staff do among themselves, such as holds.
  if (Object.hasOwn(deskViews, view)) return { filter: deskViews[view as ViewName], sort: isStaff(actor) ? sortOfView(view) : '-updated' }
  const row = await tx.view.findFirst({
    where: { tenantId: tenant.ref.id, id: view, deletedAt: null, ...sharedWith(actor) },
    select: { filter: true, sort: true },
  })
  if (!row) throw notFound('view')
  return row as { filter: string; sort: TicketSort }
}

const looking = z.object({ looked: z.int(), ids: z.array(z.string()) })

const placeInList = z.object({ id: z.string(), place: z.string() })

type Whose = { contactId: string } | { participantId: string } | { organisationId: string }

/** The tickets that a contact asked for or takes part in, or of everybody at an organisation, as far as the caller may see them. */
export const readTicketsOf = (work: Reading, of: Whose, page: Page) =>
  readPage(
    work,
    page,
    [
      'contactId' in of
        ? Prisma.sql`t.requester_id = ${of.contactId}::uuid`
        : 'participantId' in of
          ? Prisma.sql`t.id IN (SELECT p.ticket_id FROM ticket_participant p
            WHERE p.tenant_id = t.tenant_id AND p.contact_id = ${of.participantId}::uuid AND p.removed_at IS NULL)`
          : Prisma.sql`t.requester_id IN (SELECT m.id FROM contact m WHERE m.tenant_id = t.tenant_id AND m.organisation_id = ${of.organisationId}::uuid)`,
    ],
    listNamed,
  )

/**
 * First which tickets, in their order, then what they are: what asks for an order is planned each time, and only the first
 * does; the second, with all that a ticket refers to, is prepared.
 */
export async function readPage<T>(
  work: Reading,
  input: Page & { sort?: TicketSort },
  conditions: Prisma.Sql[],
  readNamed: ReadNamed<T>,
  asked: CompiledFilter | null = null,
) {
  const { sort = '-updated', cursor, limit, offset } = input
  const { isDown, order } = readSort(sort, work.actor)
  const after = decodePlace(cursor, sort, order.isValue)
  const all = [visibleTo(work.actor), ...conditions]
  const whole = [...all]
  if (after)
    all.push(Prisma.sql`(${order.by}, t.id) ${isDown ? Prisma.sql`<` : Prisma.sql`>`} (${after.value}::${order.type}, ${after.id}::uuid)`)
  const way = isDown ? Prisma.sql`DESC` : Prisma.sql`ASC`
  if (asked) all.push(await findWords())
  const found = await rowsOf(
    placeInList,
    work.tx.$queryRaw`SELECT t.id::text, ${order.place} AS place FROM ticket t
      WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL AND ${Prisma.join(all, ' AND ')}
      ORDER BY ${order.by} ${way}, t.id ${way} LIMIT ${limit + 1} ${offset ? Prisma.sql`OFFSET ${offset}` : Prisma.empty}`,
  )
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor = found.length > limit && last ? encodePlace(sort, last.place, last.id) : null
  const items = await readNamed(
    work,
    shown.map(({ id }) => id),
  )
  return { items, nextCursor, ...(await totalOf(input, count)) }

  async function count(): Promise<number> {
    if (asked) whole.push(await throughIndex(work, asked))
    return countOf(work.tx.$queryRaw`SELECT ${plannedEachTime} count(*)::int AS count FROM ticket t
      WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL AND ${Prisma.join(whole, ' AND ')}`)
  }

  /** Words that are common fill the page from its first tickets; the index is asked for those that do not. */
  async function findWords(): Promise<Prisma.Sql> {
    const { condition, words } = asked as CompiledFilter
    if (!words) return condition
    const wanted = limit + (offset ?? 0)
    for (let most = lookedAtFirst, isFirst = true; ; isFirst = false) {
      const query = work.tx.$queryRaw`
        WITH first AS MATERIALIZED (SELECT t.tenant_id, t.id, t.number FROM ticket t
          WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL AND ${Prisma.join([...all, ...words.others], ' AND ')}
          ORDER BY ${order.by} ${way}, t.id ${way} LIMIT ${most})
        SELECT count(*)::int AS looked, coalesce(array_agg(t.id::text) FILTER (WHERE ${words.condition}), '{}') AS ids FROM first t`
      const [{ looked, ids } = { looked: 0, ids: [] }] = await rowsOf(looking, query)
      if (looked < most || ids.length > wanted) return Prisma.sql`t.id = ANY(${ids}::uuid[])`
      // Looked at once more, if at this rate ten times as many fill the page.
      if (!isFirst || ids.length * 10 <= wanted) return throughIndex(work, asked as CompiledFilter)
      most = Math.ceil((1.5 * most * wanted) / ids.length)
    }
  }
}
