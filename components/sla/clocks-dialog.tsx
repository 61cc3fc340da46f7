'use client'

import { Fragment, type ReactNode, useEffect, useState } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { Skeleton } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import type { LedgerOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'

export type LedgerClock = LedgerOutput['clocks'][number]

interface Props {
  ticketId: string
  title: string
  says: string
  /** What is said of a ticket without clocks. */
  none: string
  clock: (clock: LedgerClock) => ReactNode
  /** What follows the clocks. */
  after?: (clocks: readonly LedgerClock[]) => ReactNode
  onClose: () => void
}

/** The clocks of a ticket, read when it is opened. */
export function ClocksDialog({ ticketId, title, says, none, clock, after, onClose }: Props) {
  const [found, setFound] = useState<LedgerOutput | null>(null)
  const { run } = useAction(api.sla.ledger, {
    onDone: (ledger) => {
      setFound(ledger)
      return false
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once, when it is opened
  useEffect(() => void run({ id: ticketId }), [])
  return (
    <Dialog title={title} says={says} isOpen onOpenChange={onClose}>
      {!found && <Skeleton className="h-40" />}
      {found?.clocks.length === 0 && <p className="text-sm text-muted">{none}</p>}
      <div className="grid gap-6">
        {found?.clocks.map((each) => (
          <Fragment key={`${each.metric} ${each.cycle}`}>{clock(each)}</Fragment>
        ))}
        {found && after?.(found.clocks)}
      </div>
    </Dialog>
  )
}
