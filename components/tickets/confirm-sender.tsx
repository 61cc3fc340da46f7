'use client'

import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Badge } from '@/components/ui/layout'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'
import { useSenderDoubt } from './sender-doubt'

/**
 * What is said of who sent a mail whose sender failed authentication.
 * @param isDecided it began the ticket, so what is decided of that one's sender is true of it
 * @param confirmed by whom and when, as words
 */
export function FailedSender({ isDecided, confirmed }: { isDecided: boolean; confirmed: string | null }) {
  const t = useTranslations('tickets.conversation')
  const { isUnverified, isConfirmedNow } = useSenderDoubt()
  if (isDecided && !isUnverified && (confirmed !== null || isConfirmedNow))
    return (
      <span title={confirmed ?? undefined}>
        <Badge>
          <ShieldCheck aria-hidden className="size-3" /> {t('confirmedSender')}
          {confirmed && <span className="sr-only">{confirmed}</span>}
        </Badge>
      </span>
    )
  return (
    <span title={t('unverifiedSays')}>
      <Badge className="text-danger">
        <ShieldAlert aria-hidden className="size-3" /> {t('unverified')}
      </Badge>
    </span>
  )
}

/** Before a reply goes to whoever may not have written: whose address it is. */
export function DoubtedAddressee({ address }: { address: string | undefined }) {
  const t = useTranslations('tickets.addressees')
  const { isUnverified } = useSenderDoubt()
  return isUnverified && address ? <span className="block wrap-anywhere">{t('unverified', { address })}</span> : null
}

/** What a ticket whose sender failed authentication waits for. */
export function ConfirmSender({ ticket: { id, number, abilities } }: { ticket: TicketOutput }) {
  const { isUnverified, showDuring } = useSenderDoubt()
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
        action: { label: t('undo'), onClick: () => showDuring(true, () => doubt.run(undefined)) },
      }),
  })
  if (!isUnverified) return null
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-danger/40 px-3 py-2 text-sm print:hidden">
      <ShieldAlert aria-hidden className="size-4 shrink-0 text-danger" />
      <p className="min-w-0 flex-1 basis-60">{t('sender.says')}</p>
      {abilities.update && (
        <Button size="small" isPending={confirm.isPending} onClick={() => showDuring(false, () => confirm.run(undefined))}>
          {t('sender.confirm')}
        </Button>
      )}
    </div>
  )
}
