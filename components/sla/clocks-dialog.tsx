'use client'

import { Fragment, type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Skeleton } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import type { LedgerOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'

export type LedgerClock = LedgerOutput['clocks'][number]

interface Props {
  ticketId: string
  /** What stands on the button. */
  label: ReactNode
  title: string
  says: string
  /** What is said of a ticket without clocks. */
  none: string
  clock: (clock: LedgerClock) => ReactNode
  /** What follows the clocks. */
  after?: (clocks: readonly LedgerClock[]) => ReactNode
}

/** A button, and behind it the clocks of a ticket, read when it is pressed. */
export function ClocksDialog({ ticketId, label, title, says, none, clock, after }: Props) {
  const [isOpen, setOpen] = useState(false)
  const [found, setFound] = useState<LedgerOutput | null>(null)
  const { run } = useAction(api.sla.ledger, {
    onDone: (ledger) => {
      setFound(ledger)
      return false
    },
  })
  function open() {
    setFound(null)
    setOpen(true)
    void run({ id: ticketId })
  }
  return (
    <>
      <Button size="small" variant="ghost" className="max-w-full min-w-0" onClick={open}>
        {label}
      </Button>
      <Dialog title={title} says={says} isOpen={isOpen} onOpenChange={setOpen}>
        {!found && <Skeleton className="h-40" />}
        {found?.clocks.length === 0 && <p className="text-sm text-muted">{none}</p>}
        <div className="grid gap-6">
          {found?.clocks.map((each) => (
            <Fragment key={`${each.metric} ${each.cycle}`}>{clock(each)}</Fragment>
          ))}
          {found && after?.(found.clocks)}
        </div>
      </Dialog>
    </>
  )
}
