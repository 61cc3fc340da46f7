import { z } from 'zod'
import { reachOf, visibleTo } from '../../access/visible-tickets'
import { type Actor, isStaff } from '../../actor/actor'
import { notFound } from '../../core/errors'
import { Prisma } from '../../db/generated/tenant/client'
import { checked, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { agentProcedure, customerProcedure } from '../../procedure/builders'
import type { Attribute } from './attribute'
import { attributeColumns, joinReferences, publicValueIn, selectAttributes, valueIn } from './attribute-columns'
import { type AttributeKey, attributeEntries } from './attributes'
import { knowEditions } from './overrun'
import { type AnsweredFacts, abilitiesOn, canView } from './policy'
import { emptyOf, isShown, type ShownAttributes, type TicketOutput, ticketOutput, ticketRef } from './schema'
import { isPastReopening, nextScheduledTransition, shownToCustomers, type Times } from './workflow'

/** What reading needs of a unit of work. */
export type Reading = Pick<Work, 'tenant' | 'actor' | 'tx' | 'now'>

export const ticketRow = z.object({
  id: z.string(),
  version: z.number(),
  publicVersion: z.number(),
  ...attributeColumns,
  isWatchedByActor: z.boolean(),
  /** The number of the ticket it was merged into. */
  mergedInto: z.string().nullable(),
  rules: z.object({ closeAfterDays: z.number(), reopenDays: z.number(), asksRating: z.boolean() }),
})
export type TicketRow = z.output<typeof ticketRow>

export const actorId = (actor: Actor) => (actor.kind === 'person' ? actor.id : null)

export const selectTicket = (work: Pick<Work, 'tenant' | 'actor'>, attributesRead = selectAttributes) => Prisma.sql`
  SELECT t.id::text, t.version, t.public_version AS "publicVersion", ${attributesRead},
    EXISTS (SELECT 1 FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id
            AND x.person_id = ${actorId(work.actor)}::uuid) AS "isWatchedByActor",
    CASE WHEN t.merged_into_id IS NOT NULL THEN
      (SELECT w.ticket_prefix || '-' || m.number FROM ticket m WHERE m.tenant_id = t.tenant_id AND m.id = t.merged_into_id) END AS "mergedInto",
    (SELECT json_build_object('closeAfterDays', r.close_after_days, 'reopenDays', r.reopen_days, 'asksRating', r.asks_rating)
      FROM workspace r WHERE r.tenant_id = ${work.tenant.ref.id}::uuid) AS rules
  FROM ticket t
  JOIN workspace w ON w.tenant_id = t.tenant_id
  JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
  ${joinReferences}
  WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND t.deleted_at IS NULL`

export const factsOf = (row: TicketRow): AnsweredFacts => ({
  ...row,
  isMerged: row.mergedInto !== null,
  isTooLate: isPastReopening(row, row.rules, new Date()),
  asksRating: row.rules.asksRating,
})

/** The tickets that `selectTicket` finds. */
export async function readTickets(work: Pick<Work, 'tx' | 'tenant'>, query: PromiseLike<unknown>): Promise<TicketRow[]> {
  // Checked below, once the calendars are there that its check counts on.
  const rows = (await query) as { clocks: { calendar: string | null }[] }[]
  const editions = rows.flatMap(({ clocks }) => clocks.flatMap(({ calendar }) => calendar ?? []))
  await knowEditions(work, editions)
  return checked(ticketRow, rows)
}

/** The deadline of the first response is told while it lies ahead. */
export const whileAhead = (dueAt: Date | null): Date | null => (dueAt && dueAt > new Date() ? dueAt : null)

const answerBy = ({ clocks }: TicketRow) => whileAhead(clocks.find(({ metric }) => metric === 'first_response')?.dueAt ?? null)

/** When a resolved ticket closes by itself. */
export function closesAt(row: Times & Pick<TicketRow, 'rules'>): Date | null {
  const transition = nextScheduledTransition(row, row.rules)
  return transition?.what === 'close' ? transition.at : null
}

const shownEntries = attributeEntries.filter(([, attribute]) => isShown(attribute))

/** What its attributes say, as they go out. */
function attributesOf(read: (key: AttributeKey, attribute: Attribute) => unknown): ShownAttributes {
  const said: Record<string, unknown> = {}
  for (const [key, attribute] of shownEntries) said[key] = read(key, attribute)
  return said as unknown as ShownAttributes
}

/** What staff see of a ticket. */
export const toStaffView = (actor: Actor, row: TicketRow): TicketOutput => ({
  ...attributesOf((key) => valueIn(row, key)),
  id: row.id,
  version: row.version,
  closesAt: closesAt(row),
  answerBy: answerBy(row),
  abilities: abilitiesOn(actor, factsOf(row)),
})

/**
 * What a customer sees of a ticket: the attributes that say so and nothing else. What is for staff has the same value on
 * every ticket, so that nothing staff do among themselves can be read from it.
 */
export const toCustomerView = (actor: Actor, row: TicketRow): TicketOutput => ({
  ...attributesOf((key, attribute) => (attribute.visibleTo === 'customer' ? publicValueIn(row, key) : emptyOf(attribute))),
  id: row.id,
  version: row.publicVersion,
  status: shownToCustomers(row.status),
  // Whoever rated it says to the team why; others of their organisation and who takes part see the rating.
  ratingComment: actor.kind === 'person' && actor.contactId !== row.requesterId ? null : row.ratingComment,
  // Why the team waits is its own affair; why a request was turned down is not.
  statusReason: row.status === 'rejected' ? row.statusReason : null,
  closesAt: closesAt(row),
  // A hold stops the clock, so from there on nothing is said that would tell it from work in progress.
  answerBy: row.status === 'created' || row.status === 'assigned' ? answerBy(row) : null,
  abilities: abilitiesOn(actor, factsOf(row)),
})

/** A ticket as the caller sees it. */
export const toView = (actor: Actor, row: TicketRow): TicketOutput =>
  isStaff(actor) ? toStaffView(actor, row) : toCustomerView(actor, row)

/** The version that the caller knows. */
export const versionFor = (actor: Actor, row: TicketRow): number => (isStaff(actor) ? row.version : row.publicVersion)

/**
 * One ticket as stored; null for one that is gone, or that the actor may not see. With `lock` the row is held until the unit
 * of work ends.
 */
export async function findTicket(work: Pick<Work, 'tenant' | 'actor' | 'tx'>, id: string, lock?: 'lock'): Promise<TicketRow | null> {
  const query = work.tx.$queryRaw`${selectTicket(work)} AND t.id = ${id}::uuid
    ${lock ? Prisma.sql`FOR UPDATE OF t` : Prisma.empty}`
  const [row] = await readTickets(work, query)
  return row && canView(work.actor, factsOf(row)) ? row : null
}

/**
 * The same, for a command or a page that needs it.
 * @throws NOT_FOUND also for a ticket the actor may not see
 */
export async function loadTicket(work: Pick<Work, 'tenant' | 'actor' | 'tx'>, id: string, lock?: 'lock'): Promise<TicketRow> {
  const row = await findTicket(work, id, lock)
  if (!row) throw notFound('ticket')
  return row
}

/**
 * A ticket whose row the caller holds, or holds from now on with `lock`, as it is now, also where a change of theirs took it out of their sight.
 * @throws NOT_FOUND for one that they deleted
 */
export async function readHeld(work: Pick<Work, 'tenant' | 'actor' | 'tx'>, id: string, lock?: 'lock'): Promise<TicketRow> {
  const query = work.tx.$queryRaw`${selectTicket(work)} AND t.id = ${id}::uuid ${lock ? Prisma.sql`FOR UPDATE OF t` : Prisma.empty}`
  const [row] = await readTickets(work, query)
  if (!row) throw notFound('ticket')
  return row
}

/** The same of several, in any order: those that are still there. With `free` each is held from now on, unless another unit of work holds it. */
export async function readAllHeld(
  work: Pick<Work, 'tenant' | 'actor' | 'tx'>,
  ids: readonly string[],
  lock?: 'free',
): Promise<TicketRow[]> {
  const query = work.tx.$queryRaw`${selectTicket(work)} AND t.id = ANY(${ids}::uuid[])
    ${lock ? Prisma.sql`FOR UPDATE OF t SKIP LOCKED` : Prisma.empty}`
  return readTickets(work, query)
}

export const getTicket = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}', tags: ['Tickets'], summary: 'Read one ticket' })
  .input(ticketRef)
  .output(ticketOutput)
  .handler(async ({ context, input }) => toView(context.actor, await loadTicket(context, input.id)))

export const listTags = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/tags', tags: ['Tickets'], summary: 'List tags, the last used first' })
  .input(z.strictObject({ q: z.string().trim().max(40).optional(), limit: z.coerce.number().int().min(1).max(100).default(20) }))
  .output(z.object({ items: z.array(z.string()) }))
  .handler(async ({ context: { tx, tenant, actor }, input }) => {
    const begins = input.q?.toLowerCase() ?? ''
    if (reachOf(actor) === null) {
      const where = { tenantId: tenant.ref.id, name: { startsWith: begins } }
      const rows = await tx.tag.findMany({ where, orderBy: { usedAt: 'desc' }, take: input.limit })
      return { items: rows.map(({ name }) => name) }
    }
    // Where others put them is hidden from the asker: there are those on tickets they see, the newest ticket's first.
    const query = tx.$queryRaw`
      SELECT g.name FROM tag g CROSS JOIN LATERAL (
        SELECT x.ticket_id FROM ticket_tag x JOIN ticket t ON t.tenant_id = x.tenant_id AND t.id = x.ticket_id AND t.deleted_at IS NULL
        WHERE x.tenant_id = g.tenant_id AND x.name = g.name AND ${visibleTo(actor)} ORDER BY x.ticket_id DESC LIMIT 1) n
      WHERE g.tenant_id = ${tenant.ref.id}::uuid AND starts_with(g.name, ${begins})
      ORDER BY n.ticket_id DESC, g.name LIMIT ${input.limit}`
    return { items: (await rowsOf(z.object({ name: z.string() }), query)).map(({ name }) => name) }
  })
