'use client'

import { ArrowUp } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useMemo, useState } from 'react'
import { useChanges } from '@/components/realtime/provider'
import { channels } from '@/lib/realtime/schema'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import type { ColumnName, TicketSort } from '@/lib/tickets/views/schema'
import { api } from '@/lib/wiring/client'
import { BulkBar } from './bulk-bar'
import { type ListedRows, type ListedTicket, unpackRows } from './listed'
import { TicketList } from './ticket-list'
import { useSelection } from './use-selection'

interface Props {
  rows: ListedRows
  timeZone: string
  tenantId: string
  since: number
  query: { view: string; sort: TicketSort; q?: string }
  /** Where a search found its words, by ticket. */
  excerpts: Record<string, string>
  columns: ColumnName[]
  isDense: boolean
  /** Only the first page tells of what is new above it. */
  isFirstPage: boolean
  hasMore: boolean
  permissions: readonly string[]
}

/**
 * The list as it is now: rows change where they are, and what is new waits
 * behind a pill, so that nothing moves under the pointer.
 */
export function LiveInbox({
  rows,
  timeZone,
  tenantId,
  since,
  query,
  excerpts,
  columns,
  isDense,
  isFirstPage,
  hasMore,
  permissions,
}: Props) {
  const t = useTranslations('tickets.inbox')
  const router = useRouter()
  const tickets = useMemo(() => unpackRows(rows), [rows])
  const [fresh, setFresh] = useState<Map<string, TicketOutput>>(new Map())
  /** What the reader's own undo brings back is no news to them. */
  const [broughtBack, setBroughtBack] = useState<ReadonlySet<string>>(new Set())
  const shown = new Set(tickets.map(({ id }) => id))
  const arrived = isFirstPage ? [...fresh.keys()].filter((id) => !shown.has(id) && !broughtBack.has(id)).length : 0
  const selection = useSelection(tickets.map(({ id }) => id))
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server has read anew replaces what came in between
  useEffect(() => {
    setFresh(new Map())
    setBroughtBack((before) => new Set([...before].filter((id) => !shown.has(id))))
  }, [tickets])
  useChanges(channels.desk(tenantId), { since, gatherMs: 400 }, async () => {
    const page = await api.tickets.list({ ...query, limit: 50 })
    setFresh(new Map(page.items.map((ticket) => [ticket.id, ticket])))
  })
  return (
    <>
      <p role="status" className="sticky top-0 z-10 grid justify-items-center empty:hidden">
        {arrived > 0 && (
          <button
            type="button"
            onClick={() => router.refresh()}
            className="my-1.5 flex items-center gap-1.5 rounded-full bg-accent px-3 py-1 text-sm font-medium text-on-accent"
          >
            <ArrowUp aria-hidden className="size-4" /> {t('arrived', { count: arrived })}
          </button>
        )}
      </p>
      {tickets.length > 0 && (
        <TicketList
          tickets={tickets.map((ticket) => newer(ticket, fresh.get(ticket.id)))}
          timeZone={timeZone}
          excerpts={excerpts}
          searched={query.q}
          columns={columns}
          isDense={isDense}
          selection={selection}
        />
      )}
      <BulkBar
        selection={selection}
        query={query}
        hasMore={hasMore}
        permissions={permissions}
        onUndo={(ids) => setBroughtBack((before) => new Set([...before, ...ids]))}
      />
    </>
  )
}

const newer = (known: ListedTicket, read: TicketOutput | undefined): ListedTicket => (read && read.version >= known.version ? read : known)
