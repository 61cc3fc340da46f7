import { z } from 'zod'
import { invalid } from './errors'
import { flagInput } from './schema'
import { hasUnstorable } from './text'

/** What a page ended with may be an address in any script. */
const longestCursor = 1000

/** Page size and place, as every list takes them (50 unless asked, at most 200). */
export const pageInput = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(longestCursor).optional(),
  /** Rows to leave out, for callers that count pages; a cursor is faster. */
  offset: z.coerce.number().int().min(0).max(10_000).optional(),
  /** Whether the answer says how many there are in all. */
  total: flagInput.optional(),
}

/** What was asked of `pageInput`. */
export interface Page {
  limit: number
  cursor?: string
  offset?: number
  total?: boolean
}

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable(), total: z.number().int().optional() })

/** How many there are in all, where that was asked; wherever the page begins. */
export const totalOf = async ({ total }: Pick<Page, 'total'>, count: () => Promise<number>): Promise<{ total?: number }> =>
  total ? { total: await count() } : {}

/** An instant as it goes over the wire: ISO 8601 in UTC. */
export const instant = z.coerce.date()

/** One that somebody asks by; PostgreSQL and JavaScript both can read it. */
export const instantInput = instant.min(new Date('1970-01-01')).max(new Date('2400-01-01'))

/** What everything that people edit says of itself. */
export const stamps = { version: z.number().int(), createdAt: instant, updatedAt: instant }

/** The same of a row. */
export const stampsOf = ({ version, createdAt, updatedAt }: { version: number; createdAt: Date; updatedAt: Date }) => ({
  version,
  createdAt,
  updatedAt,
})

/** Says where a page ended: the sort key and the id of its last row, which may be gone by the time that the next page is asked for. */
export const encodeCursor = (at: Date, id: string): string => Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url')

/**
 * @param idShape of the last column by which the list is in order
 * @throws INVALID for anything `encodeCursor` did not make
 */
export function decodeCursor(cursor: string | undefined, idShape: z.ZodType<string> = z.uuid()): { at: Date; id: string } | null {
  if (cursor === undefined) return null
  try {
    const [at, id] = z.tuple([z.iso.datetime(), idShape]).parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    const date = new Date(at)
    // The database knows no year 0.
    if (date.getUTCFullYear() < 1) throw new Error('no date of ours')
    return { at: date, id }
  } catch {
    throw invalid({ cursor: ['cursor'] })
  }
}

/** The same for a list that can be sorted by several things: the order, the value it is sorted by, the row's id. */
export const encodePlace = (sort: string, value: string, id: string): string =>
  Buffer.from(JSON.stringify([sort, value, id])).toString('base64url')

const placeShape = z.tuple([z.string(), z.string().max(200), z.uuid()])

/** @throws INVALID for anything `encodePlace` did not make for this order */
export function decodePlace(cursor: string | undefined, sort: string, isValue: (value: string) => boolean) {
  if (cursor === undefined) return null
  try {
    const [order, value, id] = placeShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (order !== sort || hasUnstorable(value) || !isValue(value)) throw new Error('made for another list')
    return { value, id }
  } catch {
    throw invalid({ cursor: ['cursor'] })
  }
}

/** Cuts the one row too many that tells whether there is a next page. */
export function toPage<T extends { id: string }>(rows: T[], limit: number, sortKey: (row: T) => Date) {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(sortKey(last), last.id) : null }
}
