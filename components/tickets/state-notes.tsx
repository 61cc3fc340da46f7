import { CirclePause, CircleX, Link2, RotateCcw, Smile, Timer } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Link } from '@/components/ui/link'
import { ExactTime, Time } from '@/components/ui/time'
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
export function StateNotes({ ticket, timeZone }: { ticket: TicketOutput; timeZone: string }) {
  const t = useTranslations('tickets.stateNotes')
  const ratings = useTranslations('tickets.choices.rating')
  const { status, statusReason, holdUntil, closesAt, reopenCount, rating, ratingComment } = ticket
  const rated = rating && t('rated', { rating: ratings(rating) })
  const held = holdUntil ? t.rich('onHoldUntil', { time: () => <ExactTime at={holdUntil} timeZone={timeZone} /> }) : t('onHold')
  const reopened = t('reopened', { count: reopenCount })
  return (
    <>
      {status === 'hold' && (
        <Line icon={<CirclePause aria-hidden />}>
          {statusReason ? t.rich('because', { says: () => held, reason: statusReason }) : held}
        </Line>
      )}
      {status === 'rejected' && statusReason && <Line icon={<CircleX aria-hidden />}>{t('rejected', { reason: statusReason })}</Line>}
      {rated && !ticket.abilities.rate && (
        <Line icon={<Smile aria-hidden />}>{ratingComment ? t.rich('because', { says: () => rated, reason: ratingComment }) : rated}</Line>
      )}
      {closesAt && <Line icon={<Timer aria-hidden />}>{t.rich('closes', { time: () => <Time at={closesAt} timeZone={timeZone} /> })}</Line>}
      {reopenCount > 0 && (
        <Line icon={<RotateCcw aria-hidden />}>
          {!isDone(status) && status !== 'hold' && statusReason
            ? t.rich('because', { says: () => reopened, reason: statusReason })
            : reopened}
        </Line>
      )}
    </>
  )
}

interface LinksProps {
  ticketId: string
  links: LinkOutput[]
  mayUnlink: boolean
}

export function TicketLinks({ ticketId, links, mayUnlink }: LinksProps) {
  const t = useTranslations('tickets.links')
  return links.map(({ kind, direction, id, number, title }) => (
    <Line key={`${kind}-${direction}-${id}`} icon={<Link2 aria-hidden />}>
      {t(`${kind}.${direction}`)}{' '}
      <Link href={`/agent/tickets/${id}`} className="text-link underline" title={title}>
        {number}
      </Link>{' '}
      <bdi>{title}</bdi>
      {mayUnlink && kind !== 'follow_up' && <Unlink ticketId={ticketId} otherId={id} kind={kind} number={number} />}
    </Line>
  ))
}
