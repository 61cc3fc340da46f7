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
} from 'lucide-react'
import { Badge } from '@/components/ui/layout'
import type { Priority } from '@/lib/directory/schema'
import type { TicketSource, TicketType } from '@/lib/tickets/ticket/attributes'
import type { Metric } from '@/lib/tickets/ticket/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'

export const statusNames: Record<TicketStatus, string> = {
  draft: 'Draft',
  created: 'New',
  assigned: 'Assigned',
  in_progress: 'In progress',
  hold: 'On hold',
  resolved: 'Resolved',
  closed: 'Closed',
  rejected: 'Rejected',
}

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

export const typeNames: Record<TicketType, string> = { question: 'Question', incident: 'Incident', problem: 'Problem', task: 'Task' }

export const sourceNames: Record<TicketSource, string> = {
  email: 'Mail',
  web: 'Web',
  phone: 'Phone',
  chat: 'Chat',
  chatbot: 'Chatbot',
  api: 'API',
  internal: 'In person',
  customer_portal: 'Portal',
}

export function StatusBadge({ status, forCustomer }: { status: TicketStatus; forCustomer?: boolean }) {
  const { icon: Icon, tone } = statusIcons[status]
  const isBeingWorkedOn = forCustomer && (status === 'created' || status === 'assigned' || status === 'in_progress')
  return (
    <Badge className={tone}>
      <Icon aria-hidden className="size-3" />
      {isBeingWorkedOn ? 'Open' : statusNames[status]}
    </Badge>
  )
}

export const metricNames: Record<Metric, string> = { first_response: 'First reply', next_response: 'Next reply', resolution: 'Resolution' }

export const priorityNames: Record<Priority, string> = { low: 'Low', medium: 'Medium', high: 'High', urgent: 'Urgent' }

const priorityIcons: Record<Priority, { icon: LucideIcon; tone: string }> = {
  low: { icon: ArrowDown, tone: 'text-muted' },
  medium: { icon: Equal, tone: 'text-muted' },
  high: { icon: ArrowUp, tone: 'text-warning' },
  urgent: { icon: Flame, tone: 'text-danger' },
}

/** `isPlain`: its name stands beside it. */
export function PriorityIcon({ priority, isPlain }: { priority: Priority; isPlain?: boolean }) {
  const { icon: Icon, tone } = priorityIcons[priority]
  if (isPlain) return <Icon aria-hidden className={`size-4 shrink-0 ${tone}`} />
  return (
    <span title={`${priorityNames[priority]} priority`} className={tone}>
      <Icon aria-hidden className="size-4" />
      <span className="sr-only">{priorityNames[priority]} priority</span>
    </span>
  )
}
