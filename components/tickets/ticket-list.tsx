'use client'

import Link from 'next/link'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { type ReactNode, useEffect, useRef } from 'react'
import { cn } from '@/components/ui/cn'
import { Highlight } from '@/components/ui/highlight'
import { useKeys } from '@/components/ui/keys'
import { Avatar, Badge } from '@/components/ui/layout'
import { Pending } from '@/components/ui/pending'
import { Time } from '@/components/ui/time'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import type { ColumnName } from '@/lib/tickets/views/schema'
import { rememberPlace } from './inbox-place'
import { PriorityIcon, priorityNames, StatusBadge, sourceNames, typeNames } from './labels'
import { SlaChip } from './sla-chip'
import type { Selection } from './use-selection'
import { columnTitles } from './view-titles'

interface Props {
  tickets: TicketOutput[]
  timeZone: string
  excerpts: Record<string, string>
  searched?: string
  columns: ColumnName[]
  isDense: boolean
  selection: Selection
}

/** Each column: how wide, from which width of the screen on, and what it shows. */
const cells: Record<ColumnName, { className: string; show: (ticket: TicketOutput, timeZone: string) => ReactNode }> = {
  requester: { className: 'w-36 hidden lg:block', show: ({ requester }) => <bdi>{requester.name}</bdi> },
  department: { className: 'w-28 hidden 2xl:block text-muted', show: ({ department }) => department?.name },
  category: { className: 'w-28 hidden xl:block text-muted', show: ({ category }) => category?.name },
  type: { className: 'w-20 hidden xl:block text-muted', show: ({ type }) => type && typeNames[type] },
  status: { className: 'w-28 hidden sm:block', show: ({ status }) => <StatusBadge status={status} /> },
  priority: { className: 'w-20 hidden md:block', show: ({ priority }) => priorityNames[priority] },
  assignee: {
    className: 'w-7 hidden sm:block',
    show: ({ assignee }) =>
      assignee && (
        <span title={`Assigned to ${assignee.name}`}>
          <Avatar name={assignee.name} />
          <span className="sr-only">Assigned to {assignee.name}</span>
        </span>
      ),
  },
  tags: {
    className: 'w-32 hidden 2xl:flex gap-1 overflow-hidden',
    show: ({ tags }) =>
      tags.slice(0, 2).map((tag) => (
        <Badge key={tag} className="min-w-0">
          <bdi className="truncate">{tag}</bdi>
        </Badge>
      )),
  },
  source: { className: 'w-20 hidden xl:block text-muted', show: ({ source }) => sourceNames[source] },
  created: {
    className: 'w-16 hidden md:block text-right text-xs text-muted',
    show: ({ createdAt }, zone) => <Time at={createdAt} timeZone={zone} />,
  },
  due: { className: 'w-16 hidden sm:block text-right text-xs', show: ({ dueAt }, zone) => dueAt && <Time at={dueAt} timeZone={zone} /> },
  sla: { className: 'w-36 hidden sm:block', show: ({ clocks }, zone) => <SlaChip clocks={clocks} timeZone={zone} /> },
  updated: { className: 'w-16 text-right text-xs text-muted', show: ({ updatedAt }, zone) => <Time at={updatedAt} timeZone={zone} /> },
}

/** Rows of tickets; j and k move, enter opens, x chooses, / searches. */
export function TicketList({ tickets, timeZone, excerpts, searched, columns, isDense, selection }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const router = useRouter()
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
      <div className="hidden items-center gap-3 border-b bg-surface py-1 pr-4 pl-3 text-xs text-muted sm:flex">
        <label className="flex w-6 shrink-0 justify-center">
          <input
            type="checkbox"
            aria-label="Choose all rows"
            className="size-4 accent-[var(--accent)]"
            checked={isSome && selection.ids.size === tickets.length}
            onChange={(event) => (event.target.checked ? selection.choosePage() : selection.clear())}
          />
        </label>
        <span className="w-2 shrink-0" />
        <span className="w-4 shrink-0" />
        <span className="w-24 shrink-0">Number</span>
        <span className="min-w-0 flex-1">Title</span>
        {shown.map((name) => (
          <span key={name} className={cn(cells[name].className, 'shrink-0 text-xs text-muted')}>
            {name === 'assignee' ? <span className="sr-only">Assignee</span> : columnTitles[name]}
          </span>
        ))}
      </div>
      <ul ref={list} aria-label="Tickets" className="divide-y border-b">
        {tickets.map((ticket) => {
          const isChosen = selection.ids.has(ticket.id)
          return (
            <li key={ticket.id} className={cn('group flex items-center pl-3 hover:bg-surface', isChosen && 'bg-accent/10')}>
              <label
                className={cn(
                  'flex w-6 shrink-0 justify-center',
                  !isSome && 'sm:opacity-0 sm:group-hover:opacity-100 sm:focus-within:opacity-100',
                )}
              >
                <input
                  type="checkbox"
                  aria-label={`Choose ${ticket.number}`}
                  className="size-4 accent-[var(--accent)]"
                  checked={isChosen}
                  onChange={() => {}}
                  onClick={(event) => (event.shiftKey ? selection.extendTo(ticket.id) : selection.toggle(ticket.id))}
                />
              </label>
              <Link
                data-row={ticket.id}
                href={`/agent/tickets/${ticket.id}`}
                onMouseEnter={() => router.prefetch(`/agent/tickets/${ticket.id}`)}
                prefetch={false}
                className={cn(
                  'flex min-w-0 flex-1 items-center gap-1.5 py-1 pr-4 pl-1 leading-tight -outline-offset-2 sm:gap-3 sm:pl-3',
                  isDense ? 'min-h-8' : 'min-h-11',
                )}
              >
                <Pending />
                <span className="w-2 shrink-0">
                  {ticket.hasNewReply && (
                    <span className="block size-2 rounded-full bg-accent" title="New reply">
                      <span className="sr-only">New reply</span>
                    </span>
                  )}
                </span>
                <span className="flex w-4 shrink-0 items-center">
                  <PriorityIcon priority={ticket.priority} />
                </span>
                <span className="hidden w-24 shrink-0 truncate text-muted tabular-nums sm:block">{ticket.number}</span>
                <span className="min-w-0 flex-1">
                  <span dir="auto" className={cn('block truncate', ticket.hasNewReply ? 'font-semibold' : 'font-medium')}>
                    <Highlight text={ticket.title} searched={searched} />
                  </span>
                  {!isDense && (
                    <span dir="auto" className="hidden truncate text-xs text-muted sm:block">
                      <Highlight text={excerpts[ticket.id] ?? ticket.snippet} searched={searched} />
                    </span>
                  )}
                  <span className="flex min-w-0 items-center gap-2 overflow-hidden pt-0.5 text-xs text-muted sm:hidden">
                    <span className="shrink-0 tabular-nums">{ticket.number}</span>
                    <bdi className="min-w-0 truncate">{ticket.requester.name}</bdi>
                    <StatusBadge status={ticket.status} />
                    <SlaChip clocks={ticket.clocks} timeZone={timeZone} isCompact />
                  </span>
                </span>
                {shown.map((name) => (
                  <span key={name} className={cn('shrink-0 truncate', cells[name].className)}>
                    {cells[name].show(ticket, timeZone)}
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
