'use client'

/** Where the reader came from: the list's address and its order, so that a ticket knows its neighbours. */
export interface InboxPlace {
  href: string
  ids: string[]
}

const key = 'inbox-place'

export const rememberPlace = (place: InboxPlace) => sessionStorage.setItem(key, JSON.stringify(place))

export function recallPlace(): InboxPlace {
  const nowhere = { href: '/agent', ids: [] }
  if (typeof window === 'undefined') return nowhere
  try {
    return { ...nowhere, ...JSON.parse(sessionStorage.getItem(key) ?? '{}') }
  } catch {
    return nowhere
  }
}
