'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import { cn } from '@/components/ui/cn'
import { Highlight } from '@/components/ui/highlight'
import { useKeys } from '@/components/ui/keys'
import { Link } from '@/components/ui/link'
import { Pending } from '@/components/ui/pending'
import { Time } from '@/components/ui/time'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import type { ColumnName } from '@/lib/tickets/views/schema'
import { useAttributeWords } from './attribute-words'
import { Cell, cellClass, isNarrow } from './cells'
import { rememberPlace } from './inbox-place'
import { PriorityIcon, StatusMark, UnverifiedBadge } from './labels'
import { SlaChip } from './sla-chip'
import type { Selection } from './use-selection'

interface Props {
  tickets: TicketOutput[]
  timeZone: string
  excerpts: Record<string, string>
  searched?: string
  columns: ColumnName[]
  isDense: boolean
  selection: Selection
}

/** Rows of tickets; j and k move, enter opens, x chooses, / searches. */
export function TicketList({ tickets, timeZone, excerpts, searched, columns, isDense, selection }: Props) {
  const t = useTranslations('tickets.inbox')
  const words = useAttributeWords()
  const list = useRef<HTMLUListElement>(null)
  const path = usePathname()
  const query = useSearchParams().toString()
  useEffect(() => {
    rememberPlace({ href: query ? `${path}?${query}` : path, ids: tickets.map(({ id }) => id) })
  }, [path, query, tickets])
  const rows = () => [...(list.current?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])]
  function move(step: number) {
    const found = rows()
    const at = found.indexOf(document.activeElement as HTMLAnchorElement)
    found[Math.min(Math.max(at + step, 0), found.length - 1)]?.focus()
  }
  function choose(toThere: boolean) {
    const id = (document.activeElement as HTMLElement | null)?.dataset.row
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
    '/': () => document.querySelector<HTMLInputElement>('[data-shortcut="/"]')?.focus(),
  })
  const isSome = selection.ids.size > 0
  const shown = columns.filter((name) => name !== 'priority' || !isDense)

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
          <span key={name} className={cn(cellClass(name), 'shrink-0 text-xs text-muted')}>
            {isNarrow(name) ? <span className="sr-only">{words.column(name)}</span> : words.column(name)}
          </span>
        ))}
      </div>
      <ul ref={list} aria-label={t('tickets')} className="divide-y border-b">
        {tickets.map((ticket) => {
          const isChosen = selection.ids.has(ticket.id)
          return (
            <li key={ticket.id} className={cn('group flex items-center ps-3 hover:bg-surface', isChosen && 'bg-accent/10')}>
              <label
                className={cn(
                  'flex w-6 shrink-0 justify-center',
                  !isSome && 'sm:opacity-0 sm:group-hover:opacity-100 sm:focus-within:opacity-100',
                )}
              >
                <input
                  type="checkbox"
                  aria-label={t('select', { number: ticket.number })}
                  className="size-4 accent-[var(--accent)]"
                  checked={isChosen}
                  onChange={() => {}}
                  onClick={(event) => (event.shiftKey ? selection.extendTo(ticket.id) : selection.toggle(ticket.id))}
                />
              </label>
              <Link
                data-row={ticket.id}
                href={`/agent/tickets/${ticket.id}`}
                className={cn(
                  'flex min-w-0 flex-1 items-center gap-1.5 py-1 pe-4 ps-1 leading-tight -outline-offset-2 sm:gap-3 sm:ps-3',
                  isDense ? 'min-h-8' : 'min-h-11',
                )}
              >
                <Pending />
                <span className="w-2 shrink-0">
                  {ticket.hasNewReply && (
                    <span className="block size-2 rounded-full bg-accent" title={words.label('hasNewReply')}>
                      <span className="sr-only">{words.label('hasNewReply')}</span>
                    </span>
                  )}
                </span>
                <span className="flex w-4 shrink-0 items-center">
                  <PriorityIcon priority={ticket.priority} />
                </span>
                <span className="hidden w-24 shrink-0 truncate text-muted tabular-nums sm:block">{ticket.number}</span>
                <span className="min-w-0 flex-1">
                  <span className="flex items-baseline gap-2">
                    {ticket.isUnverified && <UnverifiedBadge isShort />}
                    <span dir="auto" className={cn('min-w-0 flex-1 truncate', ticket.hasNewReply ? 'font-semibold' : 'font-medium')}>
                      <Highlight text={ticket.title} searched={searched} />
                    </span>
                    <Time at={ticket.updatedAt} timeZone={timeZone} className="shrink-0 text-xs text-muted sm:hidden" />
                  </span>
                  {!isDense && (
                    <span dir="auto" className="hidden truncate text-xs text-muted sm:block">
                      <Highlight text={excerpts[ticket.id] ?? ticket.snippet} searched={searched} />
                    </span>
                  )}
                  <span className="flex min-w-0 items-center gap-2 pt-0.5 text-xs text-muted sm:hidden">
                    <StatusMark status={ticket.status} />
                    <bdi className="min-w-0 flex-1 truncate">{ticket.requester.name}</bdi>
                    <span className="max-w-3/4 shrink-0">
                      <SlaChip clocks={ticket.clocks} timeZone={timeZone} name="hidden" />
                    </span>
                  </span>
                </span>
                {shown.map((name) => (
                  <span key={name} className={cn('shrink-0 truncate max-sm:hidden', cellClass(name))}>
                    <Cell ticket={ticket} name={name} timeZone={timeZone} isDense={isDense} />
                  </span>
                ))}
              </Link>
            </li>
          )
        })}
      </ul>
    </>
  )
}
