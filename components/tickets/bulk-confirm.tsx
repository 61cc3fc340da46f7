'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { controlsOf } from '@/lib/tickets/actions/action-kinds'
import type { BulkChange, BulkPreview } from '@/lib/tickets/actions/schema'

interface Props {
  change: BulkChange
  preview: BulkPreview
  isPending: boolean
  onCancel: () => void
  onConfirm: () => void
}

/** What a change of many tickets will do, and whom it will be told. */
export function BulkConfirm({ change: { kind }, preview: { chosen, changed, mailed }, isPending, onCancel, onConfirm }: Props) {
  const t = useTranslations('tickets.bulk')
  const common = useTranslations('common.actions')
  const ui = useTranslations('ui')
  const left = chosen - changed
  return (
    <Dialog title={common(kind)} isOpen onOpenChange={(isOpen) => !isOpen && onCancel()}>
      <div className="grid gap-4">
        <ul className="grid gap-1 text-sm">
          <li>{t('willChange', { count: changed })}</li>
          {left > 0 && <li>{t('willNotChange', { count: left })}</li>}
          <li>{t('willMail', { count: mailed })}</li>
        </ul>
        <div className="flex justify-end gap-2">
          <Button onClick={onCancel}>{ui('cancel')}</Button>
          <Button
            variant={controlsOf(kind).length === 0 ? 'danger' : 'primary'}
            isPending={isPending}
            disabled={changed === 0}
            onClick={onConfirm}
          >
            {t('confirm', { count: changed })}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
