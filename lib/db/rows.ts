import { z } from 'zod'

/** The rows of a raw query, each checked: what SQL joins and works out no compiler sees. */
export async function rowsOf<S extends z.ZodType>(schema: S, query: PromiseLike<unknown>): Promise<z.output<S>[]> {
  return z.array(schema).parse(await query)
}

const identified = z.object({ id: z.string() })

/** The ids that a raw query gives as `id`. */
export const idsOf = async (query: PromiseLike<unknown>): Promise<string[]> => (await rowsOf(identified, query)).map(({ id }) => id)

/** What `SELECT count(*)::int AS count` found. */
export const countOf = async (query: Promise<unknown>): Promise<number> =>
  (await rowsOf(z.object({ count: z.int() }), query))[0]?.count ?? 0
