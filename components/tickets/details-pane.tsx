'use client'

import { PanelBottom } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Sheet } from '@/components/ui/sheet'
import { ticketFrame } from './ticket-frame'

const openEvent = 'ticket-details'

/** On a phone, what opens the details of a ticket. */
export function DetailsButton() {
  const t = useTranslations('agent.ticket')
  return (
    <Button
      size="small"
      variant="ghost"
      aria-haspopup="dialog"
      onClick={() => window.dispatchEvent(new Event(openEvent))}
      className="md:hidden"
    >
      <PanelBottom aria-hidden /> {t('details')}
    </Button>
  )
}

/** What is known of a ticket, beside its conversation; on a phone in a sheet. */
export function DetailsPane({ label, children }: { label: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const open = () => setOpen(true)
    window.addEventListener(openEvent, open)
    return () => window.removeEventListener(openEvent, open)
  }, [])
  return (
    <>
      <aside aria-label={label} className={ticketFrame.details}>
        {!isOpen && children}
      </aside>
      <Sheet title={label} isOpen={isOpen} onOpenChange={setOpen}>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4 py-2">{isOpen && children}</div>
      </Sheet>
    </>
  )
}
