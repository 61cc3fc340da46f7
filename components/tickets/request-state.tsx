import { Reply } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '@/components/ui/layout'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { StatusBadge } from './labels'

/** How a request stands in a customer's list: that it waits for them says more than its status. */
export function RequestState({ status, isWaiting }: { status: TicketStatus; isWaiting: boolean }) {
  const t = useTranslations('portalPages.list.states')
  if (!isWaiting) return <StatusBadge status={status} forCustomer />
  return (
    <Badge className="border-link/40 text-link">
      <Reply aria-hidden className="size-3 shrink-0" /> {t('waiting')}
    </Badge>
  )
}
