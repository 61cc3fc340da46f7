'use client'

import type { ListProps } from './queue/use-list'

export type ListAddress = Pick<ListProps, 'query' | 'columns'>

/** Where the reader came from: the list's address and its order, so that a ticket knows its neighbours. */
export interface InboxPlace {
  href: string
  ids: string[]
  /** What stood on the pages before this one, as far as the reader came through them. */
  earlier: string[]
  list: ListAddress | null
  /** Where the list goes on. */
  next: string | null
}

const key = 'inbox-place'
export const nowhere: InboxPlace = { href: '/agent', ids: [], earlier: [], list: null, next: null }

export function rememberPlace(place: Omit<InboxPlace, 'earlier'>) {
  const before = recallPlace()
  const cursor = place.list?.query.cursor
  const follows = cursor !== undefined && before.next === cursor
  const earlier = follows ? [...before.earlier, ...before.ids] : before.href === place.href ? before.earlier : []
  sessionStorage.setItem(key, JSON.stringify({ ...place, earlier }))
}

export function recallPlace(): InboxPlace {
  if (typeof window === 'undefined') return nowhere
  try {
    return { ...nowhere, ...JSON.parse(sessionStorage.getItem(key) ?? '{}') }
  } catch {
    return nowhere
  }
}
