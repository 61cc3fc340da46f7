'use client'

import { useEffect } from 'react'
import { api } from '@/lib/wiring/client'

/** Looking at a ticket is what marks its newest reply as seen; prefetching it is not. */
export function MarkRead({ ticketId, hasNewReply }: { ticketId: string; hasNewReply: boolean }) {
  useEffect(() => {
    // Losing this mark loses nothing but the mark; the next look sets it.
    if (hasNewReply) api.tickets.markRead({ id: ticketId }).catch(() => {})
  }, [ticketId, hasNewReply])
  return null
}
