'use client'

import { useTranslations } from 'next-intl'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { useChanges } from '@/components/realtime/provider'
import { channels } from '@/lib/realtime/schema'
import { mostCounted } from '@/lib/tickets/views/values'
import { api } from '@/lib/wiring/client'

interface Counts {
  mine: number
  unassigned: number
  open: number
  breaching: number
  /** Of these, past their target. */
  overdue: number
  unread: number
  mentions: number
  hold: number
  /** Of saved views, by id. */
  views: Record<string, number | null>
}

interface LiveCountsValue {
  counts: Counts | null
  miss: (view: string) => void
  refresh: () => void
}
const Context = createContext<LiveCountsValue>({ counts: null, miss: () => {}, refresh: () => {} })

/** Reads the numbers again, after something that nobody else is told of. */
export const useRefreshCounts = () => useContext(Context).refresh

/** Between pages the numbers stay what they were until they are read again. */
let kept: { of: string; counts: Counts } | undefined

interface Props {
  tenantId: string
  personId: string
  since: number
  children: ReactNode
}

/** Reads the numbers beside the views once the page is there, so that no page waits for them, and keeps them true. */
export function LiveCounts({ tenantId, personId, since, children }: Props) {
  const of = `${tenantId} ${personId}`
  const [now, setNow] = useState(kept?.of === of ? kept.counts : null)
  const asked = useRef(0)
  const read = useCallback(async () => {
    const turn = ++asked.current
    const counts = await api.tickets.counts()
    if (turn !== asked.current) return
    kept = { of, counts }
    setNow(counts)
  }, [of])
  const refresh = useCallback(() => void read().catch(() => {}), [read]) // the next change asks again
  // A page that is read anew has seen more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `since` says that the page was read anew
  useEffect(() => refresh(), [refresh, since])
  useChanges(channels.desk(tenantId), { since, gatherMs: 600 }, read)
  const missed = useRef(new Set<string>())
  // A view that was saved a moment ago: asked for once.
  const miss = useCallback(
    (view: string) => {
      if (missed.current.has(view)) return
      missed.current.add(view)
      refresh()
    },
    [refresh],
  )
  const shown = useMemo(() => ({ counts: now, miss, refresh }), [now, miss, refresh])
  return <Context value={shown}>{children}</Context>
}

/** How many tickets a view holds; `?` for a view whose filter says nothing any more. */
export function ViewCount({ view }: { view: string }) {
  const { counts, miss } = useContext(Context)
  const count = counts?.[view as Exclude<keyof Counts, 'views'>] ?? counts?.views[view]
  const isMissing = counts !== null && count === undefined
  useEffect(() => {
    if (isMissing) miss(view)
  }, [isMissing, miss, view])
  if (view === 'breaching' && counts?.overdue) return <OverdueCount overdue={counts.overdue} soon={counts.breaching - counts.overdue} />
  return <span className="count">{count === undefined ? '' : count === null ? '?' : upTo(count)}</span>
}

const upTo = (count: number) => (count >= mostCounted ? `${mostCounted - 1}+` : count)

/** What is past its target, apart from what will be soon. */
function OverdueCount({ overdue, soon }: { overdue: number; soon: number }) {
  const t = useTranslations('agent')
  return (
    // What only screen readers read stays with it where the views scroll.
    <span className="count relative" title={t('overdueCount', { overdue, soon })}>
      <span className="sr-only">{t('overdueCount', { overdue, soon })}</span>
      <span aria-hidden>
        <span className="font-semibold text-danger">{upTo(overdue)}</span>
        {soon > 0 && ` + ${soon}`}
      </span>
    </span>
  )
}
