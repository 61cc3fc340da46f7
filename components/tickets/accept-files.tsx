'use client'

import { ShieldCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

/** Files of somebody who was not signed in wait for this, a reply or an assignment. */
export function AcceptFiles({ ticketId }: { ticketId: string }) {
  const t = useTranslations('files')
  const { run, isPending } = useAction(api.files.accept, { success: t('accepted') })
  return (
    <p className="mt-2 flex flex-wrap items-center gap-2 text-sm text-muted">
      {t('waitsSays')}
      <Button size="small" isPending={isPending} onClick={() => void run({ id: ticketId })}>
        <ShieldCheck aria-hidden /> {t('accept')}
      </Button>
    </p>
  )
}
