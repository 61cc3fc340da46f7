'use client'

import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'

interface Place {
  waitingAt: HTMLElement | null
  hold: (element: HTMLElement | null) => void
}

const Context = createContext<Place>({ waitingAt: null, hold: () => {} })

/** Where a reply that waits to go out is shown. */
export const useWaitingPlace = () => useContext(Context).waitingAt

export function WaitingPlace({ children }: { children: ReactNode }) {
  const [waitingAt, hold] = useState<HTMLElement | null>(null)
  return <Context value={{ waitingAt, hold }}>{children}</Context>
}

/**
 * The conversation, which scrolls by itself on a wide screen: opens at its newest message, from
 * the top of one that does not fit, and stays there while it grows. Who has scrolled up to read is left alone, unless the newest is their own.
 */
export function ConversationPane({ label, newestOwn, children }: { label: string; newestOwn: string | null; children: ReactNode }) {
  const { hold } = useContext(Context)
  const pane = useRef<HTMLElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const end = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  useEffect(() => {
    const [outer, inner, mark] = [pane.current, content.current, end.current]
    if (!outer || !inner || !mark) return
    isAtEnd.current = !window.location.hash
    const follow = () => {
      if (!isAtEnd.current) return
      mark.scrollIntoView({ block: 'end' })
      const newest = [...inner.querySelectorAll('[data-message]')].at(-1)
      if (!newest || newest.getBoundingClientRect().top >= outer.getBoundingClientRect().top || outer.scrollHeight <= outer.clientHeight)
        return
      // Longer than the pane: it is read from its beginning.
      newest.scrollIntoView({ block: 'start' })
      isAtEnd.current = false
    }
    // Grown or shrunk; whether the end was in sight before is known, as that is told after the sizes.
    const sizes = new ResizeObserver(follow)
    const sight = new IntersectionObserver(([entry]) => {
      isAtEnd.current = entry?.isIntersecting ?? false
    })
    follow()
    sizes.observe(outer)
    sizes.observe(inner)
    sight.observe(mark)
    return () => {
      sizes.disconnect()
      sight.disconnect()
    }
  }, [])
  const own = useRef(newestOwn)
  useEffect(() => {
    if (newestOwn === own.current) return
    own.current = newestOwn
    end.current?.scrollIntoView({ block: 'end' })
  }, [newestOwn])
  return (
    <section
      ref={pane}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard too
      tabIndex={0}
      className="min-w-0 lg:min-h-0 lg:flex-1 lg:overflow-y-auto lg:px-4 print:overflow-visible"
    >
      <div ref={content}>
        {children}
        <div ref={hold} />
        <div ref={end} className="h-2" />
      </div>
    </section>
  )
}
