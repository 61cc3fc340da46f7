'use client'

import { ShieldAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'
import { useAction } from '@/components/ui/use-action'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'

/** What a ticket whose sender failed authentication waits for. */
export function ConfirmSender({ ticket: { id, number, isUnverified, abilities } }: { ticket: TicketOutput }) {
  const t = useTranslations('tickets')
  const own = useOwnVersion()
  const set = (isConfirmed: boolean) =>
    own.inTurn(
      (version) => api.tickets.confirmSender({ id, isConfirmed, version }),
      (after) => after.version,
    )
  const doubt = useAction(() => set(false), { success: t('sender.doubted', { number }) })
  const confirm = useAction(() => set(true), {
    onDone: () =>
      void toast.success(t('sender.confirmed', { number }), {
        duration: 10_000,
        action: { label: t('undo'), onClick: () => void doubt.run(undefined) },
      }),
  })
  if (!isUnverified) return null
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-danger/40 px-3 py-2 text-sm print:hidden">
      <ShieldAlert aria-hidden className="size-4 shrink-0 text-danger" />
      <p className="min-w-0 flex-1 basis-60">{t('sender.says')}</p>
      {abilities.update && (
        <Button size="small" isPending={confirm.isPending} onClick={() => void confirm.run(undefined)}>
          {t('sender.confirm')}
        </Button>
      )}
    </div>
  )
}
