'use client'

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { useChanges } from '@/components/realtime/provider'
import { channels } from '@/lib/realtime/schema'
import { mostCounted } from '@/lib/tickets/views/schema'
import { api } from '@/lib/wiring/client'

interface Counts {
  mine: number
  unassigned: number
  open: number
  breaching: number
  unread: number
  hold: number
  /** Of saved views, by id. */
  views: Record<string, number | null>
}

const Context = createContext<Counts>({ mine: 0, unassigned: 0, open: 0, breaching: 0, unread: 0, hold: 0, views: {} })

/** Keeps the numbers beside the views true. */
export function LiveCounts({
  counts,
  tenantId,
  since,
  children,
}: {
  counts: Counts
  tenantId: string
  since: number
  children: ReactNode
}) {
  const [now, setNow] = useState(counts)
  useEffect(() => setNow(counts), [counts])
  useChanges(channels.desk(tenantId), { since, gatherMs: 600 }, () => api.tickets.counts().then(setNow))
  return <Context value={now}>{children}</Context>
}

/** How many tickets a view holds; `?` for a view whose filter says nothing any more. */
export function ViewCount({ view }: { view: string }) {
  const { views, ...own } = useContext(Context)
  const count = own[view as keyof typeof own] ?? views[view]
  const shown = count === undefined ? '' : count === null ? '?' : count >= mostCounted ? `${mostCounted - 1}+` : count
  return <span className="ms-auto ps-2 text-xs text-muted tabular-nums">{shown}</span>
}
