'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { useAction } from '@/components/ui/use-action'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { MoveDialog } from './move-dialog'

/** Requesters close their own request, or reopen it. */
export function CloseOrReopen({ ticket: { id, version, abilities }, timeZone }: { ticket: TicketOutput; timeZone: string }) {
  const t = useTranslations('portal.closeOrReopen')
  const [asks, setAsks] = useState(false)
  const close = useAction(api.tickets.close, { success: t('closed') })
  const reopen = useAction(api.tickets.reopen, { isForm: true, success: t('reopened'), onDone: () => setAsks(false) })
  return (
    <div className="flex flex-wrap gap-2">
      {abilities.close && (
        <ConfirmButton
          action={t('close')}
          title={t('closeTitle')}
          says={t('closeSays')}
          isPending={close.isPending}
          onConfirm={() => close.run({ id, version })}
        />
      )}
      {abilities.reopen && (
        <Button size="small" onClick={() => setAsks(true)}>
          {t('reopen')}
        </Button>
      )}
      <MoveDialog
        to={asks ? 'created' : null}
        timeZone={timeZone}
        error={reopen.error}
        isPending={reopen.isPending}
        onCancel={() => setAsks(false)}
        onMove={({ reason = '' }) => void reopen.run({ id, version, reason })}
      />
    </div>
  )
}
