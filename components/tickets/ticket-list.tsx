'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { Avatar } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import type { TicketOutput } from '@/lib/tickets/schema'
import { PriorityIcon, StatusBadge } from './labels'

interface Props {
  tickets: TicketOutput[]
  timeZone: string
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], [role=dialog]') !== null

/** Rows of tickets; j and k move, enter opens, / searches. */
export function TicketList({ tickets, timeZone }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const router = useRouter()
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      const rows = [...(list.current?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])]
      const at = rows.indexOf(document.activeElement as HTMLAnchorElement)
      if (event.key === 'j') rows[Math.min(at + 1, rows.length - 1)]?.focus()
      else if (event.key === 'k') rows[Math.max(at - 1, 0)]?.focus()
      else if (event.key === '/') document.querySelector<HTMLInputElement>('[data-shortcut="/"]')?.focus()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  return (
    <ul ref={list} className="divide-y border-b">
      {tickets.map((ticket) => (
        <li key={ticket.id}>
          <Link
            data-row
            href={`/agent/tickets/${ticket.id}`}
            onMouseEnter={() => router.prefetch(`/agent/tickets/${ticket.id}`)}
            prefetch={false}
            className="flex min-h-11 items-center gap-3 px-4 py-1.5 -outline-offset-2 hover:bg-surface"
          >
            <span className="w-2 shrink-0">
              {ticket.hasNewReply && (
                <span className="block size-2 rounded-full bg-accent" title="New reply">
                  <span className="sr-only">New reply</span>
                </span>
              )}
            </span>
            <PriorityIcon priority={ticket.priority} />
            <span className="hidden w-20 shrink-0 text-muted tabular-nums sm:block">{ticket.number}</span>
            <span className="min-w-0 flex-1">
              <span className={`block truncate ${ticket.hasNewReply ? 'font-semibold' : 'font-medium'}`}>{ticket.title}</span>
              <span className="block truncate text-xs text-muted">{ticket.snippet}</span>
            </span>
            <span className="hidden w-36 shrink-0 truncate lg:block">{ticket.requester.name}</span>
            <span className="hidden w-32 shrink-0 truncate text-muted xl:block">{ticket.department?.name}</span>
            <span className="hidden shrink-0 sm:block">
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
