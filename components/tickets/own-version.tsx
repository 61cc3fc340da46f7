'use client'

import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react'

interface OwnVersion {
  /** The version a change is made at: what was read, and what one did to it oneself. */
  read: () => number
  /** One's own change went through. If it was the only one, it is no reason for a conflict. */
  note: (after: number) => void
}

const Context = createContext<OwnVersion | null>(null)

/**
 * Whoever replies and then changes the priority must not be told that somebody
 * changed the ticket meanwhile, although the page is a moment behind.
 */
export function OwnVersionProvider({ version, children }: { version: number; children: ReactNode }) {
  const known = useRef(version)
  useEffect(() => {
    known.current = Math.max(known.current, version)
  }, [version])
  const value = useMemo<OwnVersion>(
    () => ({
      read: () => known.current,
      note(after) {
        if (after === known.current + 1) known.current = after
      },
    }),
    [],
  )
  return <Context value={value}>{children}</Context>
}

export function useOwnVersion(): OwnVersion {
  const value = useContext(Context)
  if (!value) throw new Error('outside a ticket')
  return value
}
