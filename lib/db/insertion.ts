import { cleanText } from '../core/text'
import { Prisma } from './generated/tenant/client'
import { identifier } from './references'

/** The columns of a row, and the row as the source of a statement that inserts it. */
export interface Insertion {
  columns: Prisma.Sql
  /** As `source`, with the columns by their names. */
  record: (source: string) => Prisma.Sql
}

/**
 * A row to insert by a raw statement, which can insert others with it: a round trip less each, and a third of what a call of the
 * model costs. What has a default in the models alone (ids, times) has to be given.
 * @param row by the names of the model's fields; what is undefined is left to the database
 */
export function insertionOf(table: string, row: Record<string, unknown>): Insertion {
  const named = inColumns(row)
  return {
    columns: Prisma.join(Object.keys(named).map(identifier)),
    record: (source) => Prisma.sql`json_populate_record(NULL::${identifier(table)}, ${jsonOf(named)}::json) AS ${identifier(source)}`,
  }
}

/** A statement that inserts rows, all with the same fields. */
export function insertAll(table: string, rows: readonly Record<string, unknown>[]): Prisma.Sql {
  const all = rows.map(inColumns)
  const columns = Prisma.join(Object.keys(all[0] ?? {}).map(identifier))
  return Prisma.sql`INSERT INTO ${identifier(table)} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${identifier(table)}, ${jsonOf(all)}::json)`
}

/** Has a statement done as a part of another one, which it stands before: sending it and starting it alone costs as much as it does. */
export const beginningWith = (part: Prisma.Sql | undefined): Prisma.Sql => (part ? Prisma.sql`WITH part AS (${part})` : Prisma.empty)

/** What a statement sets of a row `t`, and where it takes it from, as `v`; a number may go up by `increment`, and down by `decrement`. */
export function changeOf(table: string, data: Record<string, unknown>): { set: Prisma.Sql; source: Prisma.Sql } {
  const named = inColumns(data)
  const values: Record<string, unknown> = {}
  const set = Object.entries(named).map(([column, value]) => {
    const by = stepIn(value)
    values[column] = by === null ? value : by
    return by === null
      ? Prisma.sql`${identifier(column)} = v.${identifier(column)}`
      : Prisma.sql`${identifier(column)} = t.${identifier(column)} + v.${identifier(column)}`
  })
  return { set: Prisma.join(set), source: Prisma.sql`json_populate_record(NULL::${identifier(table)}, ${jsonOf(values)}::json) AS v` }
}

/** By how much a number goes up or down; null for a value of its own. */
export function stepIn(given: unknown): number | null {
  if (typeof given !== 'object' || given === null) return null
  if ('increment' in given) return Number(given.increment)
  return 'decrement' in given ? -Number(given.decrement) : null
}

const inColumns = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).flatMap(([name, value]) => (value === undefined ? [] : [[columnOf(name), value]])))

const jsonOf = (value: unknown): string => JSON.stringify(value, (_, each) => (typeof each === 'string' ? cleanText(each) : each))

const columns = new Map<string, string>()

/** Every column has the name of its field, in the database's spelling. */
export function columnOf(field: string): string {
  const known = columns.get(field)
  if (known) return known
  const column = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  columns.set(field, column)
  return column
}
