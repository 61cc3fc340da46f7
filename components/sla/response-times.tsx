'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { drawnOnDemand } from '@/components/ui/on-demand'

const ResponseTimesDialog = drawnOnDemand(async () => (await import('./response-times-dialog')).ResponseTimesDialog)

/** A button, and behind it by when a customer is to be answered and how it went. */
export function ResponseTimes({ ticketId, timeZone }: { ticketId: string; timeZone: string }) {
  const t = useTranslations('sla.times')
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button size="small" variant="ghost" className="max-w-full min-w-0" onClick={() => setOpen(true)}>
        {t('title')}
      </Button>
      {isOpen && <ResponseTimesDialog ticketId={ticketId} timeZone={timeZone} onClose={close} onFailed={close} />}
    </>
  )
}
