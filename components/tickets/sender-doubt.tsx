'use client'

import { createContext, type ReactNode, useContext, useMemo, useOptimistic, useTransition } from 'react'
import { UnverifiedBadge } from './labels'

interface Doubt {
  isUnverified: boolean
  /** It was in doubt, and is confirmed at this moment. */
  isConfirmedNow: boolean
  /** Shows what is wanted until the page says how it is. */
  showDuring: (isUnverified: boolean, change: () => Promise<unknown>) => void
}

const SenderContext = createContext<Doubt>({ isUnverified: false, isConfirmedNow: false, showDuring: () => {} })

export const useSenderDoubt = () => useContext(SenderContext)

/** Whether the sender of a ticket is in doubt: what is said at the ticket and at its message changes at once. */
export function SenderDoubt({ isUnverified, children }: { isUnverified: boolean; children: ReactNode }) {
  const [shown, show] = useOptimistic(isUnverified)
  const [, start] = useTransition()
  const value = useMemo<Doubt>(
    () => ({
      isUnverified: shown,
      isConfirmedNow: isUnverified && !shown,
      showDuring: (wanted, change) =>
        start(async () => {
          show(wanted)
          await change()
        }),
    }),
    [isUnverified, shown, show],
  )
  return <SenderContext value={value}>{children}</SenderContext>
}

/** Beside the number of a ticket. */
export function SenderInDoubt() {
  return useSenderDoubt().isUnverified ? <UnverifiedBadge /> : null
}
