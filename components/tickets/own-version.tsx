'use client'

import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react'
import type { AfterResolve } from '@/lib/accounts/schema'

interface OwnVersion {
  /** How long a change of one's own can be undone. */
  undoSeconds: number
  /** What the reader wants to see once the ticket was resolved. */
  afterResolve: AfterResolve
  /** Makes one's own changes one after the other, each at the version that was read or that the one before it left. */
  inTurn: <O>(change: (version: number) => Promise<O>, versionOf: (output: O) => number | undefined) => Promise<O>
}

const Context = createContext<OwnVersion | null>(null)

interface Props extends Pick<OwnVersion, 'undoSeconds' | 'afterResolve'> {
  version: number
  children: ReactNode
}

/**
 * Whoever replies and then changes the priority must not be told that someone
 * changed the ticket meanwhile, although the page is a moment behind.
 */
export function OwnVersionProvider({ version, undoSeconds, afterResolve, children }: Props) {
  const known = useRef(version)
  const last = useRef<Promise<unknown>>(Promise.resolve())
  useEffect(() => {
    known.current = Math.max(known.current, version)
  }, [version])
  const value = useMemo<OwnVersion>(
    () => ({
      undoSeconds,
      afterResolve,
      inTurn(change, versionOf) {
        const made = last.current.then(async () => {
          const output = await change(known.current)
          const after = versionOf(output)
          // Only if it was the only change meanwhile: what others did is still to be seen.
          if (after === known.current + 1) known.current = after
          return output
        })
        last.current = made.catch(() => {}) // said by whoever asked for it
        return made
      },
    }),
    [undoSeconds, afterResolve],
  )
  return <Context value={value}>{children}</Context>
}

export function useOwnVersion(): OwnVersion {
  const value = useContext(Context)
  if (!value) throw new Error('outside a ticket')
  return value
}
