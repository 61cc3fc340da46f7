'use client'

import { QueryClient, QueryClientProvider, skipToken, useMutationState, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { changeKey, newest, type PendingChange, ticketKey, withPending } from './cache'

const keepMs = 15 * 60_000

/** What lists and tickets know, for as long as the workspace is open. */
export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, gcTime: keepMs, retry: 1 } } }),
  )
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}

/** The changes that wait for the server's answer. */
export const usePending = (): PendingChange[] =>
  useMutationState({
    filters: { mutationKey: changeKey, status: 'pending' },
    select: ({ state }) => state.variables as PendingChange,
  })

/** A ticket that the page has read, as it is to be shown: with newer answers, and with changes that wait. */
export function useShownTicket<T extends { id: string; version: number }>(ticket: T): T {
  const { data } = useQuery<TicketOutput>({ queryKey: ticketKey(ticket.id), queryFn: skipToken })
  return withPending(data ? newest({ ...ticket, ...data }, ticket) : ticket, usePending())
}
