'use client'

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { useChanges } from '@/components/realtime/provider'
import { api } from '@/lib/client'
import { channels } from '@/lib/realtime/schema'

interface Counts {
  mine: number
  unassigned: number
  open: number
  hold: number
}

const Context = createContext<Counts>({ mine: 0, unassigned: 0, open: 0, hold: 0 })

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

export const ViewCount = ({ view }: { view: keyof Counts }) => (
  <span className="ml-auto pl-2 text-xs text-muted tabular-nums">{useContext(Context)[view]}</span>
)
