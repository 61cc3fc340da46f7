import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Reference } from '@/lib/core/schema'
import { api } from '@/lib/wiring/client'

const freshMs = 5 * 60_000

export interface TicketChoices {
  people: readonly Reference[]
  departments: readonly Reference[]
  isKnown: boolean
  /** They were asked for and are on their way. */
  isLoading: boolean
  /** Asks for them; once they are known, all tickets have them. */
  want: () => void
}

/** Whom a ticket can be assigned to and where it can go: read once somebody is about to choose. */
export function useTicketChoices(): TicketChoices {
  const [isWanted, setWanted] = useState(false)
  const { data, isFetching } = useQuery({
    queryKey: ['ticket-choices'],
    queryFn: () => api.tickets.choices(),
    enabled: isWanted,
    staleTime: freshMs,
    retry: 1,
  })
  const want = useCallback(() => setWanted(true), [])
  return {
    people: data?.people ?? [],
    departments: data?.departments ?? [],
    isKnown: data !== undefined,
    isLoading: isFetching && !data,
    want,
  }
}
