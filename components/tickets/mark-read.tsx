'use client'

import { useEffect } from 'react'
import { api } from '@/lib/wiring/client'

/** Looking at a ticket is what marks it as opened and its newest reply as seen; prefetching it is not. */
export function MarkRead({ ticketId, isNews }: { ticketId: string; isNews: boolean }) {
  useEffect(() => {
    // Losing this mark loses nothing but the mark; the next look sets it.
    if (isNews) api.tickets.markRead({ id: ticketId }).catch(() => {})
  }, [ticketId, isNews])
  return null
}
