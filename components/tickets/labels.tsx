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
import { drawnByStyle } from '@/components/ui/icon'
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

/** A ticket where one is chosen: how it stands, what it is about and whose it is. */
export const TicketName = ({ ticket: { status, title, number, requester } }: { ticket: NamedTicket }) => (
  <>
    <StatusMark status={status} />
    <span className="min-w-0 flex-1">
      <bdi className="block truncate">{title}</bdi>
      <span className="block truncate text-xs text-muted">
        {number} · <bdi>{requester.name}</bdi>
      </span>
    </span>
  </>
)

interface NamedTicket {
  status: TicketStatus
  title: string
  number: string
  requester: { name: string }
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

const sheet = (icon: LucideIcon) => `icon-${icon.displayName}`

/** The icons of a list once, for its rows to refer to: drawn in each row they were a third of the page. */
export function IconSheet() {
  const icons = [...Object.values(statusIcons), ...Object.values(priorityIcons)].map(({ icon }) => icon)
  return (
    <svg aria-hidden className="hidden">
      {[...new Set(icons)].map((Icon) => (
        <symbol key={sheet(Icon)} id={sheet(Icon)} viewBox="0 0 24 24">
          <Icon {...drawnByStyle} viewBox={undefined} aria-hidden={undefined} />
        </symbol>
      ))}
    </svg>
  )
}

/** The status in a row below an `IconSheet`; on a narrow screen its word is for screen readers and on hover. */
export function StatusLabel({ status }: { status: TicketStatus }) {
  const t = useTranslations('common')
  const { icon, tone } = statusIcons[status]
  const name = t(`status.${status}`)
  return (
    <span className={`badge ${tone}`} title={name}>
      <svg aria-hidden>
        <use href={`#${sheet(icon)}`} />
      </svg>
      <span>{name}</span>
    </span>
  )
}

/** The priority in a row below an `IconSheet`. */
export function PriorityMark({ priority }: { priority: Priority }) {
  const t = useTranslations('common')
  const { icon, tone } = priorityIcons[priority]
  return (
    <svg role="img" className={tone}>
      <title>{t('priorityOf', { priority })}</title>
      <use href={`#${sheet(icon)}`} />
    </svg>
  )
}

/** On a ticket whose sender failed authentication. */
export function UnverifiedBadge() {
  const t = useTranslations('tickets.attributes')
  return (
    <span title={t('isUnverified')} className="shrink-0">
      <Badge className="text-danger">
        <ShieldAlert aria-hidden className="size-3 shrink-0" />
        <span>{t('isUnverified')}</span>
      </Badge>
    </span>
  )
}

/** The same in a row: it leaves half of the place to the title, and is an icon alone on a narrow screen. */
export function UnverifiedLabel() {
  const t = useTranslations('tickets.attributes')
  return (
    <span className="badge row-doubt text-danger" title={t('isUnverified')}>
      <ShieldAlert aria-hidden {...drawnByStyle} />
      <span>{t('isUnverified')}</span>
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
