'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect } from 'react'

/** Where the reader was in a list. */
export interface ListPlace {
  /** Not known where they went on to another row meanwhile. */
  scroll?: number
  /** The row that has the focus. */
  at?: string
  /** How many rows stood above it. */
  index?: number
  chosen?: ReadonlySet<string>
  isWhole?: boolean
}

export interface Kept {
  href: string
  title: string
  page: ReactNode
}

export interface Queue {
  keep: (kept: Kept) => void
  /** Shows the list that is kept without asking the server; false if it is not that one. */
  showKept: (href: string) => boolean
  placeOf: (href: string) => ListPlace
  /** Opens a ticket: what is known of it shows until its page is there. */
  open: (id: string) => void
}

export const QueueContext = createContext<Queue | null>(null)
/** The address of a list that is kept, within it. */
export const KeptAt = createContext<string | null>(null)

export function useQueue(): Queue {
  const queue = useContext(QueueContext)
  if (!queue) throw new Error('outside the workspace')
  return queue
}

export const listPath = '/agent'
export const ticketPath = '/agent/tickets/'

/** The address of the page, within the host. */
export function useHere() {
  const path = usePathname()
  const query = useSearchParams().toString()
  return query ? `${path}?${query}` : path
}

/** Where the reader is or was in this list; `isKept` where it is shown again. */
export function usePlace(): { place: ListPlace; isKept: boolean } {
  const keptAt = useContext(KeptAt)
  const here = useHere()
  return { place: useQueue().placeOf(keptAt ?? here), isKept: keptAt !== null }
}

/** The page of a list, which stays at hand after it is left. */
export function KeptPage({ children }: { children: ReactNode }) {
  const { keep } = useQueue()
  const href = useHere()
  useEffect(() => {
    keep({ href, title: document.title, page: children })
  }, [keep, href, children])
  return children
}
