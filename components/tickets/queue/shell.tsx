'use client'

import { usePathname, useRouter, useSearchParams, useSelectedLayoutSegments } from 'next/navigation'
import { Activity, createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'

/** Where the reader was in a list. */
export interface ListPlace {
  /** Not known where they went on to another row meanwhile. */
  scroll?: number
  /** The row that has the focus. */
  at?: string
  chosen?: ReadonlySet<string>
  isWhole?: boolean
}

interface Kept {
  href: string
  title: string
  page: ReactNode
}

interface Queue {
  keep: (kept: Kept) => void
  /** Shows the list that is kept without asking the server; false if it is not that one. */
  showKept: (href: string) => boolean
  placeOf: (href: string) => ListPlace
}

const Context = createContext<Queue | null>(null)
/** The address of a list that is kept, within it. */
const KeptAt = createContext<string | null>(null)

export function useQueue(): Queue {
  const queue = useContext(Context)
  if (!queue) throw new Error('outside the workspace')
  return queue
}

const listPath = '/agent'

function useHere() {
  const path = usePathname()
  const query = useSearchParams().toString()
  return query ? `${path}?${query}` : path
}

/**
 * Keeps the list while a ticket is open: going back shows it as it was, at once. The router has the ticket's page still;
 * its next navigation, wherever that leads, goes from there.
 */
export function QueueShell({ children }: { children: ReactNode }) {
  const router = useRouter()
  const here = useHere()
  const isList = usePathname() === listPath
  const isListLoaded = useSelectedLayoutSegments().length === 0
  const [kept, setKept] = useState<Kept | null>(null)
  const places = useRef(new Map<string, ListPlace>())
  const isShownAgain = isList && !isListLoaded && kept?.href === here
  const isLost = isList && !isListLoaded && !isShownAgain
  useEffect(() => {
    // An address from the browser's history whose list is no longer kept.
    if (isLost) router.replace(here)
  }, [isLost, here, router])
  useLayoutEffect(() => {
    if (!isShownAgain || !kept) return
    const before = document.title
    document.title = kept.title
    return () => {
      if (document.title === kept.title) document.title = before
    }
  }, [isShownAgain, kept])
  const queue = useMemo<Queue>(
    () => ({
      keep: setKept,
      showKept(href) {
        if (kept?.href !== href) return false
        window.history.pushState(null, '', href)
        return true
      },
      placeOf(href) {
        const place = places.current.get(href) ?? {}
        places.current.set(href, place)
        return place
      },
    }),
    [kept],
  )
  return (
    <Context value={queue}>
      <Activity mode={isShownAgain ? 'hidden' : 'visible'}>{children}</Activity>
      {kept && !isListLoaded && (
        <Activity mode={isShownAgain ? 'visible' : 'hidden'}>
          <KeptAt value={kept.href}>{kept.page}</KeptAt>
        </Activity>
      )}
    </Context>
  )
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
