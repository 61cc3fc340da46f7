'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import { cn } from '@/components/ui/cn'
import { Highlight } from '@/components/ui/highlight'
import { useKeys } from '@/components/ui/keys'
import { Link } from '@/components/ui/link'
import { Pending } from '@/components/ui/pending'
import type { ColumnName } from '@/lib/tickets/views/schema'
import { useAttributeWords } from './attribute-words'
import { Cell, cellClass, isNarrow } from './cells'
import { rememberPlace } from './inbox-place'
import { IconSheet, PriorityMark, UnverifiedLabel } from './labels'
import { type ListedTicket, phoneColumns } from './listed'
import type { Selection } from './use-selection'

interface Props {
  tickets: ListedTicket[]
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
    const id = document.activeElement?.matches('a[data-row]') && idOf(document.activeElement)
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
  const onPhone = phoneColumns.filter((name) => !shown.includes(name))
  const cells = [
    ...shown.map((name) => ({ name, className: cellClass(name) })),
    ...onPhone.map((name) => ({ name, className: `${cellClass(name)} phone-only` })),
  ]

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
        {tickets.map((ticket) => {
          const isChosen = selection.ids.has(ticket.id)
          const cell = { ticket, timeZone, isDense, words }
          return (
            <li key={ticket.id} className={isChosen ? 'bg-accent/10' : undefined}>
              <label>
                <input
                  type="checkbox"
                  aria-label={t('select', { number: ticket.number })}
                  checked={isChosen}
                  onChange={() => {}}
                  onClick={(event) => (event.shiftKey ? selection.extendTo(ticket.id) : selection.toggle(ticket.id))}
                />
              </label>
              <Link data-row="" href={`/agent/tickets/${ticket.id}`}>
                <Pending />
                <i>
                  {ticket.hasNewReply && <span title={words.label('hasNewReply')} role="img" aria-label={words.label('hasNewReply')} />}
                </i>
                <PriorityMark priority={ticket.priority} />
                <span className="row-number">{ticket.number}</span>
                <span className="row-main">
                  <span className="row-title">
                    {ticket.isUnverified && <UnverifiedLabel />}
                    <bdi className={ticket.hasNewReply ? 'font-semibold' : undefined}>
                      <Highlight text={ticket.title} searched={searched} />
                    </bdi>
                  </span>
                  {!isDense && (
                    <bdi className="row-snippet">
                      <Highlight text={excerpts[ticket.id] ?? ticket.snippet} searched={searched} />
                    </bdi>
                  )}
                </span>
                {cells.map(({ name, className }) => (
                  <Cell key={name} name={name} className={className} {...cell} />
                ))}
              </Link>
            </li>
          )
        })}
      </ul>
    </>
  )
}

const idOf = (row: Element | undefined | null) => row?.getAttribute('href')?.split('/').at(-1)
