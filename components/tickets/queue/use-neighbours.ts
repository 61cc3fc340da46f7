'use client'

import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import type { AfterResolve } from '@/lib/accounts/schema'
import { api } from '@/lib/wiring/client'
import { type InboxPlace, nowhere, recallPlace, rememberPlace } from '../inbox-place'
import { type CachedList, listKey, tell } from './cache'
import { useQueue } from './queue'
import { pageLength } from './use-list'

/** So near to the end of what is known of a list, its next page is read. */
const readAhead = 2

/** Where a ticket stands in the list that the reader came from, which goes on past its page, and the ways on and back. */
export function useNeighbours(ticketId: string) {
  const client = useQueryClient()
  const router = useRouter()
  const { open, showKept, placeOf } = useQueue()
  const [place, setPlace] = useState<InboxPlace>(nowhere)
  useEffect(() => setPlace(recallPlace()), [])
  const ids = [...place.earlier, ...place.ids]
  const at = ids.indexOf(ticketId)
  const isNearEnd = at >= 0 && at >= ids.length - readAhead && place.next !== null
  useEffect(() => {
    if (!isNearEnd) return
    let isOver = false
    readOn(client, place).then(
      (after) => !isOver && setPlace(after),
      () => {}, // the next ticket tries again
    )
    return () => {
      isOver = true
    }
  }, [isNearEnd, client, place])
  const neighbour = (step: number): string | null => (at < 0 ? null : (ids[at + step] ?? null))
  const { href } = place
  function leave() {
    const left = placeOf(href)
    if (left.at !== ticketId) Object.assign(left, { at: ticketId, scroll: undefined })
    if (!showKept(href)) router.push(href)
  }
  /** @returns false: the ticket is shown still */
  function goOn(to: AfterResolve): boolean {
    const next = neighbour(1)
    if (to === 'stay') return false
    if (to === 'next' && next) open(next)
    else leave()
    return true
  }
  return { href, at, count: ids.length, hasMore: place.next !== null, neighbour, leave, goOn }
}

/** Reads the page that follows and appends it to the list. */
async function readOn(client: QueryClient, place: InboxPlace): Promise<InboxPlace> {
  const { list, next } = place
  if (!list || !next) return place
  const page = await client.fetchQuery({
    queryKey: ['ticket-list-more', list.query, next],
    queryFn: () => api.tickets.list({ ...list.query, cursor: next, limit: pageLength }),
    staleTime: 60_000,
  })
  tell(client, page.items)
  const known = new Set([...place.earlier, ...place.ids])
  const more = page.items.filter(({ id }) => !known.has(id))
  const after = { ...place, ids: [...place.ids, ...more.map(({ id }) => id)], next: page.nextCursor }
  client.setQueryData<CachedList>(listKey({ ...list.query, columns: list.columns }), (shown) => {
    if (shown?.next !== next) return shown
    const excerpts = { ...shown.excerpts, ...page.excerpts }
    return { tickets: [...shown.tickets, ...more], excerpts, next: page.nextCursor }
  })
  rememberPlace(after)
  return after
}
