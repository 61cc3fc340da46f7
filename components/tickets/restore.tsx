'use client'

import { Undo2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

export function Restore({ id }: { id: string }) {
  const t = useTranslations('tickets')
  const { run, isPending } = useAction(api.tickets.restore, { success: t('restored') })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ id })}>
      <Undo2 aria-hidden /> {t('restore')}
    </Button>
  )
}
