'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { cn } from './cn'

/** A table wider than its place: what is beyond an edge is announced there, and reached by scrolling, also with the keyboard. */
export function ScrollTable({ label, children }: { label: string; children: ReactNode }) {
  const place = useRef<HTMLElement>(null)
  const [beyond, setBeyond] = useState({ start: false, end: false })
  useEffect(() => {
    const shown = place.current
    if (!shown) return
    const look = () => {
      const from = Math.abs(shown.scrollLeft) // negative from right to left
      setBeyond({ start: from > 1, end: from + shown.clientWidth < shown.scrollWidth - 1 })
    }
    look()
    const watch = new ResizeObserver(look)
    watch.observe(shown)
    for (const inner of shown.children) watch.observe(inner)
    shown.addEventListener('scroll', look, { passive: true })
    return () => {
      watch.disconnect()
      shown.removeEventListener('scroll', look)
    }
  }, [])
  return (
    <div className="relative min-w-0">
      <section
        ref={place}
        aria-label={label}
        tabIndex={beyond.start || beyond.end ? 0 : undefined}
        className="overflow-x-auto rounded-lg border bg-raised"
      >
        {children}
      </section>
      {beyond.start && <Edge side="start" />}
      {beyond.end && <Edge side="end" />}
    </div>
  )
}

function Edge({ side }: { side: 'start' | 'end' }) {
  const Icon = side === 'start' ? ChevronLeft : ChevronRight
  return (
    <span
      aria-hidden
      className={cn(
        'pointer-events-none absolute inset-y-px flex w-7 items-center justify-center from-raised to-transparent text-muted',
        side === 'start'
          ? 'start-px rounded-s-lg bg-linear-to-r rtl:bg-linear-to-l'
          : 'end-px rounded-e-lg bg-linear-to-l rtl:bg-linear-to-r',
      )}
    >
      <Icon className="size-4 rtl:-scale-x-100" />
    </span>
  )
}
