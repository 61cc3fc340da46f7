import { z } from 'zod'
import { Prisma } from './generated/tenant/client'

/** Making a schema takes longer than checking a row. */
const lists = new WeakMap<z.ZodType, z.ZodType>()

/** Rows, each checked. */
export function checked<S extends z.ZodType>(schema: S, rows: unknown): z.output<S>[] {
  const list = lists.get(schema) ?? z.array(schema)
  lists.set(schema, list)
  return list.parse(rows) as z.output<S>[]
}

/** The rows of a raw query, each checked: what SQL joins and works out no compiler sees. */
export async function rowsOf<S extends z.ZodType>(schema: S, query: PromiseLike<unknown>): Promise<z.output<S>[]> {
  return checked(schema, await query)
}

/** The rows of a statement as one value of another, in their order: what is read together needs no statement of its own. */
export const asList = (select: Prisma.Sql): Prisma.Sql => Prisma.sql`(SELECT coalesce(json_agg(r), '[]') FROM (${select}) r)`

const identified = z.object({ id: z.string() })

/** The ids that a raw query gives as `id`. */
export const idsOf = async (query: PromiseLike<unknown>): Promise<string[]> => (await rowsOf(identified, query)).map(({ id }) => id)

/**
 * The condition that a column of ids is one of these. One is compared as such: of a list the planner expects ten when it plans for
 * all values, finds that dearer than planning for this one, and so plans anew each time.
 */
export const among = (ids: readonly string[]): Prisma.Sql =>
  ids.length === 1 ? Prisma.sql`= ${ids[0]}::uuid` : Prisma.sql`= ANY(${ids}::uuid[])`

/** What `SELECT count(*)::int AS count` found. */
export const countOf = async (query: Promise<unknown>): Promise<number> =>
  (await rowsOf(z.object({ count: z.int() }), query))[0]?.count ?? 0
