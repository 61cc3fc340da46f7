'use client'

import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useLayoutEffect, useMemo, useState } from 'react'
import { useChanges } from '@/components/realtime/provider'
import { channels } from '@/lib/realtime/schema'
import type { ColumnName, TicketSort } from '@/lib/tickets/views/schema'
import { api } from '@/lib/wiring/client'
import { type ListedRows, type ListedTicket, unpackRows } from '../listed'
import { arrivedIn, type CachedList, knownTicket, listKey, newest, tell, withPending } from './cache'
import { usePending } from './query-provider'

export const pageLength = 50

export interface ListProps {
  /** As the page has read them. */
  rows: ListedRows
  excerpts: Record<string, string>
  /** Where the list goes on. */
  next: string | null
  tenantId: string
  since: number
  query: { view: string; sort: TicketSort; q?: string; cursor?: string }
  columns: ColumnName[]
}

/** Rows that a page brought and that are in the cache, where they may have changed since. */
const taken = new WeakSet<ListedRows>()

/**
 * The list as it is now: rows change where they are, with what the reader asked for and the server has not answered;
 * what is new waits until it is asked for.
 */
export function useList({ rows, excerpts, next, tenantId, since, query, columns }: ListProps) {
  const client = useQueryClient()
  const router = useRouter()
  const key = listKey({ ...query, columns })
  const read = useMemo<CachedList>(() => ({ tickets: unpackRows(rows), excerpts, next }), [rows, excerpts, next])
  const { data = read } = useQuery<CachedList>({
    queryKey: key,
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
    initialData: () => {
      taken.add(rows)
      return read
    },
  })
  const pending = usePending()
  const [fresh, setFresh] = useState<CachedList | null>(null)
  /** What the reader's own undo brings back is no news to them. */
  const [broughtBack, setBroughtBack] = useState<ReadonlySet<string>>(new Set())
  function show(list: CachedList) {
    const tickets = list.tickets.map((row) => {
      const known = knownTicket(client, row.id)
      return known && known.version > row.version ? (newest(row, known) as ListedTicket) : row
    })
    client.setQueryData<CachedList>(key, { ...list, tickets })
    setFresh(null)
    setBroughtBack((before) => new Set([...before].filter((id) => !tickets.some((ticket) => ticket.id === id))))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what the page has read anew replaces what is known
  useLayoutEffect(() => {
    if (taken.has(rows)) return
    taken.add(rows)
    show(read)
  }, [read])
  async function readNow(): Promise<CachedList> {
    const page = await api.tickets.list({ ...query, limit: pageLength })
    tell(client, page.items)
    return { tickets: page.items, excerpts: page.excerpts ?? {}, next: page.nextCursor }
  }
  useChanges(channels.desk(tenantId), { since, gatherMs: 400 }, async () => setFresh(await readNow()))
  const shown = new Set(data.tickets.map(({ id }) => id))
  const arrived = query.cursor || !fresh ? [] : arrivedIn(fresh.tickets, shown, data.next === null).filter(({ id }) => !broughtBack.has(id))
  return {
    tickets: data.tickets.map((ticket) => withPending(ticket, pending)),
    excerpts: data.excerpts,
    next: data.next,
    arrived: arrived.length,
    showArrived() {
      // Around an empty list the page says more than rows.
      if (fresh && shown.size > 0) show(fresh)
      else router.refresh()
    },
    async reload() {
      const list = await readNow()
      if (list.tickets.length > 0) show(list)
      else router.refresh()
    },
    bringBack: (ids: readonly string[]) => setBroughtBack((before) => new Set([...before, ...ids])),
  }
}
