'use client'

import { CheckCheck, CircleAlert, Clock, Send } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { useAction } from '@/components/ui/use-action'
import { shownAddress } from '@/lib/core/mail-address'
import type { MailDelivery } from '@/lib/mail/schema'
import { isResendable, isSuppressed } from '@/lib/mail/values'
import { api } from '@/lib/wiring/client'

const icons = {
  queued: Clock,
  sent: Send,
  delivered: CheckCheck,
  bounced: CircleAlert,
  complained: CircleAlert,
  failed: CircleAlert,
}

/** What became of the mail that carried a message; what did not arrive can be sent again. */
export function Delivery({ delivery, mayResend, mayUnsuppress }: { delivery: MailDelivery; mayResend: boolean; mayUnsuppress: boolean }) {
  const t = useTranslations('common.delivery')
  const { run, isPending } = useAction(api.mail.resend, { success: t('resending') })
  const { mailId, status, reason, lastError, withheld, undelivered, again } = delivery
  const isAgain = again.resends > 0
  const isBad = status === 'bounced' || status === 'complained' || status === 'failed'
  const Icon = icons[status]
  return (
    <div className="mt-2 grid gap-1 text-xs text-muted">
      <p className={isBad ? 'flex flex-wrap items-center gap-x-2 gap-y-1 text-danger' : 'flex flex-wrap items-center gap-x-2 gap-y-1'}>
        <Icon aria-hidden className="size-3.5" />
        <span className="min-w-0 wrap-anywhere">
          {isAgain && status === 'queued' && again.missing.length > 0
            ? t('sendingAgain', { addresses: again.missing.map(shownAddress).join(', ') })
            : isAgain && status === 'sent'
              ? t('sentAgain')
              : t(`status.${status}`)}
        </span>
        {reason && <span className="min-w-0 wrap-anywhere">{t(`reasons.${reason}`)}</span>}
        {isSuppressed(delivery) && (
          <span>
            {reason !== 'suppressed' && t('isSuppressed', { count: again.missing.length })}{' '}
            {mayUnsuppress && (
              <Link href={`/settings/suppressions?q=${encodeURIComponent(again.missing[0] ?? '')}`} className="text-link underline">
                {t('showSuppressions')}
              </Link>
            )}
          </span>
        )}
        {mayResend && isResendable(delivery) && (
          <Button size="small" isPending={isPending} onClick={() => void run({ id: mailId })}>
            {t('resend')}
          </Button>
        )}
      </p>
      {undelivered.length > 0 && <p className="wrap-anywhere">{t('undelivered', { addresses: undelivered.join(', ') })}</p>}
      {withheld.length > 0 && status !== 'queued' && <p className="wrap-anywhere">{t('withheld', { addresses: withheld.join(', ') })}</p>}
      {isBad && lastError && (
        <details>
          <summary className="w-fit cursor-pointer py-1">{t('answer')}</summary>
          <p dir="auto" className="wrap-anywhere">
            {lastError}
          </p>
        </details>
      )}
    </div>
  )
}
