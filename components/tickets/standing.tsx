import { CirclePause, CircleX, Link2, RotateCcw, Timer } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Time } from '@/components/ui/time'
import type { LinkOutput } from '@/lib/tickets/links/schema'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { isDone } from '@/lib/tickets/ticket/workflow'
import { Unlink } from './unlink'

const Line = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <p className="flex items-start gap-2 text-sm text-muted [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0">
    {icon}
    <span dir="auto" className="min-w-0 wrap-anywhere">
      {children}
    </span>
  </p>
)

/** Why a ticket stands where it stands, and what time will do to it. */
export function Standing({ ticket, timeZone }: { ticket: TicketOutput; timeZone: string }) {
  const { status, statusReason, holdUntil, closesAt, reopenCount } = ticket
  return (
    <>
      {status === 'hold' && (
        <Line icon={<CirclePause aria-hidden />}>
          On hold
          {holdUntil && (
            <>
              {' '}
              until <Exact at={holdUntil} timeZone={timeZone} />
            </>
          )}
          {statusReason && `: ${statusReason}`}
        </Line>
      )}
      {status === 'rejected' && statusReason && <Line icon={<CircleX aria-hidden />}>Rejected: {statusReason}</Line>}
      {closesAt && (
        <Line icon={<Timer aria-hidden />}>
          Closes <Time at={closesAt} timeZone={timeZone} /> if nobody writes
        </Line>
      )}
      {reopenCount > 0 && (
        <Line icon={<RotateCcw aria-hidden />}>
          Opened again {reopenCount === 1 ? 'once' : `${reopenCount} times`}
          {!isDone(status) && status !== 'hold' && statusReason && `: ${statusReason}`}
        </Line>
      )}
    </>
  )
}

const Exact = ({ at, timeZone }: { at: Date; timeZone: string }) => (
  <time dateTime={at.toISOString()}>
    {new Intl.DateTimeFormat('en-GB', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone,
    }).format(at)}
  </time>
)

const linkWords: Record<LinkOutput['kind'], { to: string; from: string }> = {
  follow_up: { to: 'Continues', from: 'Continued in' },
  relates: { to: 'Relates to', from: 'Relates to' },
  blocks: { to: 'Blocks', from: 'Blocked by' },
  duplicates: { to: 'Duplicates', from: 'Duplicated by' },
}

export const TicketLinks = ({ ticketId, links, mayUnlink }: { ticketId: string; links: LinkOutput[]; mayUnlink: boolean }) =>
  links.map(({ kind, direction, id, number, title }) => (
    <Line key={`${kind}-${direction}-${id}`} icon={<Link2 aria-hidden />}>
      {linkWords[kind][direction]}{' '}
      <Link href={`/agent/tickets/${id}`} className="text-link" title={title}>
        {number}
      </Link>{' '}
      <bdi>{title}</bdi>
      {mayUnlink && kind !== 'follow_up' && <Unlink ticketId={ticketId} otherId={id} kind={kind} number={number} />}
    </Line>
  ))
