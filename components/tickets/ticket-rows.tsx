import { Card } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { PriorityIcon, StatusBadge } from './labels'

/** A short list of tickets beside something else. */
export function TicketRows({ tickets, timeZone, none }: { tickets: TicketOutput[]; timeZone: string; none: string }) {
  if (tickets.length === 0) return <p className="text-sm text-muted">{none}</p>
  return (
    <Card>
      <ul className="divide-y">
        {tickets.map(({ id, number, title, priority, status, updatedAt }) => (
          <li key={id}>
            <Link href={`/agent/tickets/${id}`} className="flex min-h-11 items-center gap-3 px-4 py-1.5 -outline-offset-2 hover:bg-surface">
              <PriorityIcon priority={priority} />
              <span className="hidden w-24 shrink-0 truncate text-muted tabular-nums sm:block">{number}</span>
              <bdi className="min-w-0 flex-1 truncate">{title}</bdi>
              <StatusBadge status={status} />
              <Time at={updatedAt} timeZone={timeZone} className="w-16 shrink-0 text-end text-xs text-muted" />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
