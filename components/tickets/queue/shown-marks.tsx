'use client'

import type { Priority } from '@/lib/directory/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { PriorityIcon, StatusBadge } from '../labels'
import { useShownTicket } from './query-provider'

/** Priority and status of the ticket that is open, with changes that wait for their answer. */
export function ShownMarks({ ticket }: { ticket: { id: string; version: number; priority: Priority; status: TicketStatus } }) {
  const { priority, status } = useShownTicket(ticket)
  return (
    <>
      <PriorityIcon priority={priority} />
      <StatusBadge status={status} />
    </>
  )
}
