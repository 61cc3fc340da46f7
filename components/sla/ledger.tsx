'use client'

import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { drawnOnDemand } from '@/components/ui/on-demand'

const LedgerDialog = drawnOnDemand(async () => (await import('./ledger-dialog')).LedgerDialog)

/** A button, and behind it every minute of a ticket's clocks. */
export function Ledger({ ticketId, timeZone, children }: { ticketId: string; timeZone: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button size="small" variant="ghost" className="max-w-full min-w-0" onClick={() => setOpen(true)}>
        {children}
      </Button>
      {isOpen && <LedgerDialog ticketId={ticketId} timeZone={timeZone} onClose={close} onFailed={close} />}
    </>
  )
}
