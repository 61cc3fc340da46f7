'use client'

import { useEffect } from 'react'
import { api } from '@/lib/wiring/client'
import { useRefreshCounts } from './live-counts'

interface Props {
  ticketId: string
  /** Whether something of it is unread. */
  isNews: boolean
  /** Its newest message: what comes while the ticket is open is read as well. */
  newestId: string | null
}

/** Looking at a ticket is what marks it as opened and its newest messages as seen; prefetching it is not. */
export function MarkRead({ ticketId, isNews, newestId }: Props) {
  const refreshCounts = useRefreshCounts()
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again with each new message
  useEffect(() => {
    // Losing this mark loses nothing but the mark; the next look sets it.
    if (isNews) api.tickets.markRead({ id: ticketId }).then(refreshCounts, () => {})
  }, [ticketId, isNews, newestId, refreshCounts])
  return null
}
