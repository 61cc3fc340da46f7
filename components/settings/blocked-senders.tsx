'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

/** Those whose emails are ignored. */
export function Unblock({ email }: { email: string }) {
  const t = useTranslations('settings.mail')
  const { run, isPending } = useAction(api.mail.unblockSender, { success: t('unblocked') })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ email })} aria-label={t('unblockNamed', { address: email })}>
      {t('unblock')}
    </Button>
  )
}
