'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useAction } from '@/components/ui/use-action'
import type { LinkOutput } from '@/lib/tickets/links/schema'
import { api } from '@/lib/wiring/client'

interface Props {
  ticketId: string
  otherId: string
  kind: Exclude<LinkOutput['kind'], 'follow_up'>
  number: string
}

export function Unlink({ ticketId: id, otherId, kind, number }: Props) {
  const t = useTranslations('tickets.links')
  const { run, isPending } = useAction(api.tickets.unlink)
  return (
    <button
      type="button"
      aria-label={t('remove', { number })}
      disabled={isPending}
      onClick={() => void run({ id, otherId, kind })}
      className="ms-1 inline-grid align-middle print:hidden"
    >
      <X aria-hidden className="size-3.5" />
    </button>
  )
}
