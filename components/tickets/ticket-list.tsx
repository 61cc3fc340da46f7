'use client'

import { useTranslations } from 'next-intl'
import { type RefObject, useCallback, useEffect, useMemo, useRef } from 'react'
import { cn } from '@/components/ui/cn'
import { useKeys } from '@/components/ui/keys'
import type { ColumnName } from '@/lib/tickets/views/schema'
import { useAttributeWords } from './attribute-words'
import { cellClass, isNarrow } from './cells'
import { rememberPlace } from './inbox-place'
import { IconSheet } from './labels'
import type { ListedTicket } from './listed'
import { useHere, usePlace, useQueue } from './queue/queue'
import type { ListProps } from './queue/use-list'
import { rowFrom, ticketOf } from './queue/use-place'
import { cellsOf, TicketRow } from './ticket-row'
import type { Selection } from './use-selection'

interface Props {
  list: RefObject<HTMLUListElement | null>
  tickets: ListedTicket[]
  timeZone: string
  excerpts: Record<string, string>
  query: ListProps['query']
  columns: ColumnName[]
  next: string | null
  isDense: boolean
  selection: Selection
}

/** Rows of tickets; j and k move, enter opens, x chooses. */
export function TicketList({ list, tickets, timeZone, excerpts, query, columns, next, isDense, selection }: Props) {
  const t = useTranslations('tickets.inbox')
  const words = useAttributeWords()
  const href = useHere()
  useEffect(() => {
    rememberPlace({ href, ids: tickets.map(({ id }) => id), list: { query, columns }, next })
  }, [href, tickets, query, columns, next])
  const { open } = useQueue()
  const { place } = usePlace()
  const move = (step: 1 | -1) => rowFrom(list.current, place, step)?.focus()
  function choose(toThere: boolean) {
    const id = document.activeElement?.matches('a[data-row]') && ticketOf(document.activeElement)
    if (!id) return false
    if (toThere) selection.extendTo(id)
    else selection.toggle(id)
  }
  const chooseUpTo = () => choose(true)
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => choose(false),
    X: chooseUpTo,
  })
  const isSome = selection.ids.size > 0
  const shown = columns.filter((name) => name !== 'priority' || !isDense)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown follows from the two
  const cells = useMemo(() => cellsOf(shown), [columns.join(), isDense])
  const latest = useRef(selection)
  useEffect(() => {
    latest.current = selection
  })
  const chooseRow = useCallback((id: string, isRange: boolean) => (isRange ? latest.current.extendTo(id) : latest.current.toggle(id)), [])

  return (
    <>
      <div className="hidden items-center gap-3 border-b bg-surface py-1 pe-4 ps-3 text-xs text-muted sm:flex">
        <label className="flex w-6 shrink-0 justify-center">
          <input
            type="checkbox"
            aria-label={t('selectAll')}
            className="size-4 accent-[var(--accent)]"
            checked={isSome && selection.ids.size === tickets.length}
            onChange={(event) => (event.target.checked ? selection.choosePage() : selection.clear())}
          />
        </label>
        <span className="w-2 shrink-0" />
        <span className="w-4 shrink-0" />
        <span className="w-24 shrink-0">{words.label('number')}</span>
        <span className="min-w-0 flex-1">{words.label('title')}</span>
        {shown.map((name) => (
          <span key={name} className={cn(cellClass(name), 'text-muted')}>
            {isNarrow(name) ? <span className="sr-only">{words.column(name)}</span> : words.column(name)}
          </span>
        ))}
      </div>
      <IconSheet />
      <ul
        ref={list}
        aria-label={t('tickets')}
        className="rows divide-y border-b"
        data-choosing={isSome || undefined}
        data-dense={isDense || undefined}
      >
        {tickets.map((ticket) => (
          <TicketRow
            key={ticket.id}
            ticket={ticket}
            isChosen={selection.ids.has(ticket.id)}
            excerpt={excerpts[ticket.id]}
            {...{ cells, timeZone, isDense, open }}
            searched={query.q}
            choose={chooseRow}
          />
        ))}
      </ul>
    </>
  )
}
