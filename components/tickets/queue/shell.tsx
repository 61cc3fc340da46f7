'use client'

import { usePathname, useRouter, useSelectedLayoutSegments } from 'next/navigation'
import { Activity, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { TicketPreview } from './preview'
import { type Kept, KeptAt, type ListPlace, listPath, type Queue, QueueContext, ticketPath, useHere } from './queue'

/** A ticket whose page is not there yet. */
interface Opening {
  id: string
  from: string
  /** Tickets that were asked for before it, whose pages may still come in between. */
  passed: readonly string[]
}

const isOnItsWay = ({ id, from, passed }: Opening, here: string) => here !== ticketPath + id && (here === from || passed.includes(here))

interface Props {
  timeZone: string
  /** Stands beside the page, whichever is shown: the kept list too. */
  everywhere: ReactNode
  children: ReactNode
}

/**
 * Keeps the list while a ticket is open: going back shows it as it was, at once. The router has the ticket's page still;
 * its next navigation, wherever that leads, goes from there.
 */
export function QueueShell({ timeZone, everywhere, children }: Props) {
  const router = useRouter()
  const here = useHere()
  const isList = usePathname() === listPath
  const isListLoaded = useSelectedLayoutSegments().length === 0
  const [kept, setKept] = useState<Kept | null>(null)
  const places = useRef(new Map<string, ListPlace>())
  const [opening, setOpening] = useState<Opening | null>(null)
  const isOpening = opening !== null && isOnItsWay(opening, here)
  // The page is there, or the reader has gone elsewhere.
  useEffect(() => setOpening((now) => (now && isOnItsWay(now, here) ? now : null)), [here])
  const isShownAgain = isList && !isListLoaded && kept?.href === here
  const isLost = isList && !isListLoaded && !isShownAgain
  useEffect(() => {
    // An address from the browser's history whose list is no longer kept.
    if (isLost) router.replace(here)
  }, [isLost, here, router])
  useBackToKept(isListLoaded ? null : kept, here)
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
        setOpening(null)
        // A page that is still on its way is not shown any more.
        if (href === here) window.history.replaceState(null, '', href)
        else window.history.pushState(null, '', href)
        return true
      },
      placeOf(href) {
        const place = places.current.get(href) ?? {}
        places.current.set(href, place)
        return place
      },
      open(id) {
        setOpening((before) => ({ id, from: here, passed: before ? [...before.passed, ticketPath + before.id] : [] }))
        router.push(ticketPath + id)
      },
    }),
    [kept, here, router],
  )
  return (
    <QueueContext value={queue}>
      {everywhere}
      <Activity mode={isShownAgain || isOpening ? 'hidden' : 'visible'}>{children}</Activity>
      {kept && !isListLoaded && (
        <Activity mode={isShownAgain && !isOpening ? 'visible' : 'hidden'}>
          <KeptAt value={kept.href}>{kept.page}</KeptAt>
        </Activity>
      )}
      {isOpening && <TicketPreview id={opening.id} timeZone={timeZone} />}
    </QueueContext>
  )
}

/** The browser's own way back shows the kept list as well, which the router would read anew after each refresh of the ticket. */
function useBackToKept(kept: Kept | null, here: string) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the router writes its state with each address
  useEffect(() => {
    if (!kept) return
    // What the router has now, under another address: as if the list was shown by a link.
    const { state } = window.history
    const onBack = (event: PopStateEvent) => {
      const { pathname, search } = window.location
      if ((search ? `${pathname}?${new URLSearchParams(search)}` : pathname) !== kept.href) return
      event.stopImmediatePropagation()
      History.prototype.replaceState.call(window.history, state, '', kept.href)
      window.history.replaceState(null, '', kept.href)
    }
    window.addEventListener('popstate', onBack, { capture: true })
    return () => window.removeEventListener('popstate', onBack, { capture: true })
  }, [kept, here])
}
