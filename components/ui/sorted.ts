import { csvOf } from '@/lib/core/csv'
import { foldText } from '@/lib/core/words'

/** What a cell of a table is sorted by and found by, and how it looks where that is not its text. */
export type Cell<Shown = unknown> = string | number | null | { value: string | number | null; show: Shown }

export const valueIn = (cell: Cell | undefined) => (typeof cell === 'object' && cell !== null ? cell.value : (cell ?? null))

/** As a file has it: an instant in full, all else as it is. */
const written = (value: string | number | null, isTime: boolean) =>
  isTime && typeof value === 'number' ? new Date(value).toISOString() : value

/** Rows as a spreadsheet opens them, below the names of their columns. */
export const csvOfRows = (columns: readonly { name: string; isTime?: boolean }[], rows: readonly { cells: readonly Cell[] }[]): string =>
  csvOf([
    columns.map(({ name }) => name),
    ...rows.map(({ cells }) => columns.map(({ isTime = false }, at) => written(valueIn(cells[at]), isTime))),
  ])

export interface Order {
  column: number
  isDown: boolean
}

/** Rows in the order of one column: numbers by size, words as the language has them, what is empty last. */
export function sorted<R extends { cells: readonly Cell[] }>(rows: readonly R[], order: Order | null, locale: string): readonly R[] {
  if (!order) return rows
  const { compare } = new Intl.Collator(locale, { numeric: true })
  const sign = order.isDown ? -1 : 1
  return rows.toSorted((one, other) => {
    const [a, b] = [valueIn(one.cells[order.column]), valueIn(other.cells[order.column])]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b)))
  })
}

/** Rows in which every typed word is found, in whatever cell; case and accents do not matter. */
export function filtered<R extends { cells: readonly Cell[]; words?: string }>(rows: readonly R[], typed: string): readonly R[] {
  const wanted = foldText(typed).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return rows
  return rows.filter(({ cells, words }) => {
    const text = foldText([...cells.map(valueIn).filter((value) => typeof value === 'string'), words].join(' '))
    return wanted.every((word) => text.includes(word))
  })
}
