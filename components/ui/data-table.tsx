'use client'

import { ArrowDown, ArrowUp, Download } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from './button'
import { cn } from './cn'
import { SearchInput } from './field'
import { Empty } from './layout'
import { save } from './save'
import { type Cell, csvOfRows, filtered, type Order, sorted } from './sorted'

export interface Column {
  name: string
  /** A narrower screen does not show it. */
  from?: 'sm' | 'lg'
  isNumber?: boolean
  /** Its words are long, such as addresses, and may break anywhere. */
  isLong?: boolean
  /** Its values are instants, in milliseconds. */
  isTime?: boolean
}

export interface TableRow {
  id: string
  /** One for each column. */
  cells: readonly Cell<ReactNode>[]
  /** What it is found by as well, such as words that only its menu shows. */
  words?: string
  menu?: ReactNode
}

interface Props {
  /** What the rows are, for screen readers. */
  label: string
  columns: readonly Column[]
  rows: readonly TableRow[]
  /** Only a part of the rows is here: what filters and sorts them is elsewhere. */
  isPart?: boolean
  /** What the file of an export is called; without it nothing is exported. */
  file?: string
  /** Shown in place of the table while there are no rows. */
  empty: ReactNode
  /** Stands beside the filter. */
  children?: ReactNode
}

/** Fewer rows than these are seen at a glance. */
const fewRows = 6
const shownFrom = { sm: 'hidden sm:table-cell', lg: 'hidden lg:table-cell' }

/** A list of the settings: dense rows that can be filtered and sorted, each with its menu at the end. */
export function DataTable({ label, columns, rows, isPart = false, file, empty, children }: Props) {
  const t = useTranslations('ui')
  const locale = useLocale()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const [order, setOrder] = useState<Order | null>(null)
  // What was typed before this page came alive counts as well.
  useEffect(() => setTyped(field.current?.value ?? ''), [])
  const shown = sorted(filtered(rows, typed), order, locale)
  const hasFilter = !isPart && (rows.length >= fewRows || typed !== '')
  const mayExport = file !== undefined && !isPart && rows.length > 0
  const hasMenu = rows.some(({ menu }) => menu)
  const sortBy = (column: number) =>
    setOrder(order?.column !== column ? { column, isDown: false } : order.isDown ? null : { column, isDown: true })
  return (
    <>
      {(hasFilter || mayExport || children) && (
        <div className="mb-2 flex flex-wrap items-center gap-2">
          {hasFilter && (
            <SearchInput
              ref={field}
              aria-label={t('filterRows', { label })}
              placeholder={t('filter')}
              onInput={(event) => setTyped(event.currentTarget.value)}
              className="w-56"
            />
          )}
          {children}
          {mayExport && (
            <Button
              size="small"
              variant="ghost"
              className="ms-auto"
              onClick={() => save(`${file}.csv`, 'text/csv', csvOfRows(columns, shown))}
            >
              <Download aria-hidden /> {t('export')}
            </Button>
          )}
        </div>
      )}
      {hasFilter && typed && (
        <p role="status" className="sr-only">
          {t('rowsFound', { count: shown.length })}
        </p>
      )}
      <section className="relative overflow-x-auto rounded-lg border bg-raised">
        {shown.length === 0 ? (
          rows.length === 0 ? (
            empty
          ) : (
            <Empty title={t('noMatches')} />
          )
        ) : (
          <table className="w-full text-sm">
            <caption className="sr-only">{label}</caption>
            <thead className="border-b text-xs text-muted">
              <tr>
                {columns.map((column, at) => (
                  <Head key={column.name} column={column} isFirst={at === 0} order={order?.column === at ? order : null}>
                    {isPart ? null : () => sortBy(at)}
                  </Head>
                ))}
                {hasMenu && (
                  <td>
                    <span className="sr-only">{t('actions')}</span>
                  </td>
                )}
              </tr>
            </thead>
            <tbody className="divide-y">
              {shown.map((row) => (
                <Row key={row.id} columns={columns} row={row} hasMenu={hasMenu} />
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  )
}

interface HeadProps {
  column: Column
  isFirst: boolean
  /** Set where the rows are sorted by this column. */
  order: Order | null
  /** Sorts by it. */
  children: (() => void) | null
}

function Head({ column: { name, from, isNumber }, isFirst, order, children: sort }: HeadProps) {
  const Arrow = order?.isDown ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={order ? (order.isDown ? 'descending' : 'ascending') : undefined}
      className={cn('h-8 font-medium', isFirst ? 'ps-4 pe-3' : 'px-3', from && shownFrom[from], isNumber && 'text-end')}
    >
      {sort ? (
        <button
          type="button"
          onClick={sort}
          className={cn(
            'group -mx-1.5 inline-flex items-center gap-1 rounded px-1.5 py-0.5 hover:bg-surface',
            isNumber && 'flex-row-reverse',
          )}
        >
          {name}
          <Arrow aria-hidden className={cn('size-3', order ? 'opacity-100' : 'opacity-0 group-hover:opacity-50')} />
        </button>
      ) : (
        name
      )}
    </th>
  )
}

function Row({ columns, row, hasMenu }: { columns: readonly Column[]; row: TableRow; hasMenu: boolean }) {
  return (
    <tr className="hover:bg-surface">
      {row.cells.map((cell, at) => {
        const { name = '', from, isNumber, isLong } = columns[at] ?? {}
        const content = typeof cell === 'object' && cell !== null ? cell.show : cell
        return at === 0 ? (
          <th key={name} scope="row" className="min-w-20 py-1.5 sm:min-w-32 ps-4 pe-3 text-start font-medium wrap-anywhere">
            {content}
          </th>
        ) : (
          <td
            key={name}
            className={cn(
              'px-3 py-1.5',
              isLong ? 'wrap-anywhere' : 'wrap-break-word',
              from && shownFrom[from],
              isNumber && 'text-end tabular-nums',
            )}
          >
            {content}
          </td>
        )
      })}
      {hasMenu && <td className="w-10 py-0.5 ps-1 pe-2 text-end">{row.menu}</td>}
    </tr>
  )
}
