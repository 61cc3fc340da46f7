import {
  ArrowDown,
  ArrowUp,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleX,
  Equal,
  Flame,
  type LucideIcon,
  ShieldAlert,
} from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Badge } from '@/components/ui/layout'
import type { Priority } from '@/lib/directory/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'

const statusIcons: Record<TicketStatus, { icon: LucideIcon; tone: string }> = {
  draft: { icon: CircleDashed, tone: 'text-muted' },
  created: { icon: Circle, tone: 'text-link' },
  assigned: { icon: CircleDot, tone: 'text-link' },
  in_progress: { icon: CircleDot, tone: 'text-link' },
  hold: { icon: CirclePause, tone: 'text-warning' },
  resolved: { icon: CircleCheck, tone: 'text-success' },
  closed: { icon: CircleCheck, tone: 'text-muted' },
  rejected: { icon: CircleX, tone: 'text-danger' },
}

export function StatusIcon({ status }: { status: TicketStatus }) {
  const { icon: Icon, tone } = statusIcons[status]
  return <Icon aria-hidden className={`size-4 shrink-0 ${tone}`} />
}

/** Where there is no room for a word: its icon, with the word on hover and for screen readers. */
export function StatusMark({ status }: { status: TicketStatus }) {
  const t = useTranslations('common')
  return (
    <span title={t(`status.${status}`)}>
      <StatusIcon status={status} />
      <span className="sr-only">{t(`status.${status}`)}</span>
    </span>
  )
}

export function StatusBadge({ status, forCustomer }: { status: TicketStatus; forCustomer?: boolean }) {
  const t = useTranslations('common')
  const { icon: Icon, tone } = statusIcons[status]
  const isBeingWorkedOn = forCustomer && (status === 'created' || status === 'assigned' || status === 'in_progress')
  return (
    <Badge className={tone}>
      <Icon aria-hidden className="size-3 shrink-0" />
      <span className="truncate">{isBeingWorkedOn ? t('openStatus') : t(`status.${status}`)}</span>
    </Badge>
  )
}

/** On a ticket whose sender failed authentication; in a list on a narrow screen the icon alone. */
export function UnverifiedBadge({ isShort }: { isShort?: boolean }) {
  const t = useTranslations('tickets.attributes')
  return (
    <span title={t('isUnverified')} className="shrink-0">
      <Badge className="text-danger">
        <ShieldAlert aria-hidden className="size-3 shrink-0" />
        <span className={isShort ? 'max-lg:sr-only' : undefined}>{t('isUnverified')}</span>
      </Badge>
    </span>
  )
}

const priorityIcons: Record<Priority, { icon: LucideIcon; tone: string }> = {
  low: { icon: ArrowDown, tone: 'text-muted' },
  medium: { icon: Equal, tone: 'text-muted' },
  high: { icon: ArrowUp, tone: 'text-warning' },
  urgent: { icon: Flame, tone: 'text-danger' },
}

/** `isPlain`: its name stands beside it. */
export function PriorityIcon({ priority, isPlain }: { priority: Priority; isPlain?: boolean }) {
  const t = useTranslations('common')
  const { icon: Icon, tone } = priorityIcons[priority]
  if (isPlain) return <Icon aria-hidden className={`size-4 shrink-0 ${tone}`} />
  return (
    <span title={t('priorityOf', { priority })} className={tone}>
      <Icon aria-hidden className="size-4" />
      <span className="sr-only">{t('priorityOf', { priority })}</span>
    </span>
  )
}
