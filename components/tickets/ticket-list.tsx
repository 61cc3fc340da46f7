'use client'

import Link from 'next/link'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { useKeys } from '@/components/ui/keys'
import { Avatar } from '@/components/ui/layout'
import { Pending } from '@/components/ui/pending'
import { Time } from '@/components/ui/time'
import type { TicketOutput } from '@/lib/tickets/schema'
import { rememberPlace } from './inbox-place'
import { PriorityIcon, priorityNames, StatusBadge } from './labels'

interface Props {
  tickets: TicketOutput[]
  timeZone: string
}

/** Rows of tickets; j and k move, enter opens, / searches. */
export function TicketList({ tickets, timeZone }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const router = useRouter()
  const path = usePathname()
  const query = useSearchParams().toString()
  useEffect(() => {
    rememberPlace({ href: query ? `${path}?${query}` : path, ids: tickets.map(({ id }) => id) })
  }, [path, query, tickets])
  function move(step: number) {
    const rows = [...(list.current?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])]
    const at = rows.indexOf(document.activeElement as HTMLAnchorElement)
    rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus()
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    '/': () => document.querySelector<HTMLInputElement>('[data-shortcut="/"]')?.focus(),
  })

  return (
    <ul ref={list} className="divide-y border-b">
      {tickets.map((ticket) => (
        <li key={ticket.id}>
          <Link
            data-row
            href={`/agent/tickets/${ticket.id}`}
            onMouseEnter={() => router.prefetch(`/agent/tickets/${ticket.id}`)}
            prefetch={false}
            className="flex min-h-11 items-center gap-3 px-4 py-1 leading-tight -outline-offset-2 hover:bg-surface"
          >
            <Pending />
            <span className="w-2 shrink-0">
              {ticket.hasNewReply && (
                <span className="block size-2 rounded-full bg-accent" title="New reply">
                  <span className="sr-only">New reply</span>
                </span>
              )}
            </span>
            <span className="flex w-4 shrink-0 items-center gap-1.5 2xl:w-20">
              <PriorityIcon priority={ticket.priority} />
              <span aria-hidden className="hidden text-xs text-muted 2xl:inline">
                {priorityNames[ticket.priority]}
              </span>
            </span>
            <span className="hidden w-24 shrink-0 truncate text-muted tabular-nums sm:block">{ticket.number}</span>
            <span className="min-w-0 flex-1">
              <span dir="auto" className={`block truncate ${ticket.hasNewReply ? 'font-semibold' : 'font-medium'}`}>
                {ticket.title}
              </span>
              <span dir="auto" className="hidden truncate text-xs text-muted sm:block">
                {ticket.snippet}
              </span>
              <span className="flex items-center gap-2 pt-0.5 text-xs text-muted sm:hidden">
                <span className="shrink-0 tabular-nums">{ticket.number}</span>
                <span className="min-w-0 truncate">{ticket.requester.name}</span>
                <StatusBadge status={ticket.status} />
              </span>
            </span>
            <span className="hidden w-36 shrink-0 truncate lg:block">{ticket.requester.name}</span>
            <span className="hidden w-28 shrink-0 truncate text-muted xl:block">{ticket.department?.name}</span>
            <span className="hidden w-28 shrink-0 sm:block">
              <StatusBadge status={ticket.status} />
            </span>
            <span className="hidden w-7 shrink-0 sm:block">
              {ticket.assignee && (
                <span title={`Assigned to ${ticket.assignee.name}`}>
                  <Avatar name={ticket.assignee.name} />
                  <span className="sr-only">Assigned to {ticket.assignee.name}</span>
                </span>
              )}
            </span>
            <Time at={ticket.updatedAt} timeZone={timeZone} className="w-16 shrink-0 text-right text-xs text-muted" />
          </Link>
        </li>
      ))}
    </ul>
  )
}
