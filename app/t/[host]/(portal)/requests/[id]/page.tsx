import { call } from '@orpc/server'
import { ArrowLeft, Clock } from 'lucide-react'
import { getFormatter, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { load } from '@/app/load'
import { signOut } from '@/app/t/actions'
import { requestHead, userHead } from '@/app/t/heads'
import { portalPage } from '@/app/t/portal-page'
import { signedInOrGuest } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { ResponseTimes } from '@/components/sla/response-times'
import { CloseOrReopen } from '@/components/tickets/close-or-reopen'
import { Conversation } from '@/components/tickets/conversation'
import { StatusBadge } from '@/components/tickets/labels'
import { LiveParticipation, LiveRequest } from '@/components/tickets/live-request'
import { PortalReply } from '@/components/tickets/portal-reply'
import { RateRequest } from '@/components/tickets/rate-request'
import { StateNotes } from '@/components/tickets/state-notes'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { ExactTime, ZoneNote } from '@/components/ui/time'
import { isError } from '@/lib/core/errors'
import type { CallContext } from '@/lib/procedure/context'
import { readParticipation } from '@/lib/tickets/conversation/participation'
import { listMessages } from '@/lib/tickets/conversation/queries'
import { getTicket } from '@/lib/tickets/ticket/queries'
import { isDone, type TicketStatus } from '@/lib/tickets/ticket/workflow'

export default portalPage(async function Request({ params }: { params: Promise<{ id: string }> }) {
  const t = await getTranslations('portalPages')
  const { desk, person } = await signedInOrGuest()
  const { id } = await params
  // A link from a mail opens one request, without live changes.
  const ownSince = person.onlyTicketId ? null : await userHead(person.id)
  const part = await load((context) => findPart(context, id))
  if (part) return <TakingPart part={part} person={person} since={ownSince} />
  const since = person.onlyTicketId ? null : await requestHead(id)
  const ticket = await load((context) => call(getTicket, { id }, { context }))
  const { items } = await load((context) => call(listMessages, { id }, { context }))
  const isOver = isDone(ticket.status)
  const { answerBy } = ticket
  return (
    <Texts of={['portal', 'tickets', 'sla']}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {since !== null && <LiveRequest ticketId={id} since={since} />}
        {person.onlyTicketId && <ByLink />}
        <RequestHeader request={ticket} isByLink={person.onlyTicketId !== null}>
          <ResponseTimes ticketId={ticket.id} timeZone={person.timeZone} />
          <CloseOrReopen ticket={ticket} timeZone={person.timeZone} />
        </RequestHeader>
        {answerBy && (
          <p className="flex items-center gap-2 text-sm text-muted">
            <Clock aria-hidden className="size-4 shrink-0" />
            <span>{t.rich('request.answerBy', { time: () => <ExactTime at={answerBy} timeZone={desk.timeZone} /> })}</span>
          </p>
        )}
        <RateRequest ticket={ticket} />
        <StateNotes ticket={{ ...ticket, reopenCount: 0 }} timeZone={person.timeZone} />
        <Conversation messages={items.filter(({ kind }) => kind !== 'note')} timeZone={person.timeZone} />
        {ticket.abilities.reply && <PortalReply ticketId={ticket.id} isDone={isOver} isNew={isOver && !ticket.abilities.reopen} />}
        <ZoneNote className="text-xs text-muted" />
      </div>
    </Texts>
  )
})

interface HeaderProps {
  request: { number: string; title: string; status: TicketStatus }
  /** A link from a mail opens one request: there is no list to go back to. */
  isByLink: boolean
  children?: ReactNode
}

/** One row: back to the list, what it is called, how it stands, and what can be done with it. */
async function RequestHeader({ request: { number, title, status }, isByLink, children }: HeaderProps) {
  const t = await getTranslations('portalPages')
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b pb-4">
      {!isByLink && (
        <Button asChild variant="ghost" size="small" className="-ms-2 self-start px-2 print:hidden">
          <Link href="/requests" aria-label={t('requests')} title={t('requests')}>
            <ArrowLeft aria-hidden className="rtl:-scale-x-100" />
          </Link>
        </Button>
      )}
      <h1 dir="auto" className="min-w-0 flex-1 basis-64 text-xl font-semibold wrap-anywhere">
        {title} <bdi className="text-base font-normal whitespace-nowrap text-muted">{number}</bdi>
      </h1>
      <div className="flex flex-wrap items-center gap-2">
        <StatusBadge status={status} forCustomer />
        {children}
      </div>
    </header>
  )
}

/** For who came by a link from a mail: how to see all their requests, and how to leave. */
async function ByLink() {
  const t = await getTranslations('portalPages')
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted print:hidden">
      <p>
        {t.rich('request.byLink', {
          link: (chunks) => (
            <Link href="/sign-in?next=/requests" className="text-link underline">
              {chunks}
            </Link>
          ),
        })}
      </p>
      {/* Where others use the device too. */}
      <form action={signOut}>
        <Button type="submit" variant="ghost" size="small">
          {t('request.endLink')}
        </Button>
      </form>
    </div>
  )
}

/** What the caller sees of a request that somebody else asked and in which they take part; null for any other. */
async function findPart(context: CallContext, id: string) {
  try {
    return await call(readParticipation, { id }, { context })
  } catch (error) {
    if (isError(error, 'NOT_FOUND')) return null
    throw error
  }
}

type Reader = Pick<Awaited<ReturnType<typeof signedInOrGuest>>['person'], 'id' | 'timeZone' | 'onlyTicketId'>
type Part = NonNullable<Awaited<ReturnType<typeof findPart>>>

/** A request as somebody sees it who takes part in it: what was said from then on. */
async function TakingPart({ part, person: { id, timeZone, onlyTicketId }, since }: { part: Part; person: Reader; since: number | null }) {
  const t = await getTranslations('portalPages')
  const format = await getFormatter()
  const isOver = isDone(part.status)
  return (
    <Texts of={['portal', 'tickets', 'sla']}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {since !== null && <LiveParticipation personId={id} since={since} />}
        {onlyTicketId && <ByLink />}
        <RequestHeader request={part} isByLink={onlyTicketId !== null} />
        <div className="grid gap-1">
          <p className="text-sm text-muted">
            {t.rich('request.takingPart', { name: part.requester, time: () => <ExactTime at={part.since} timeZone={timeZone} /> })}
          </p>
          <p dir="auto" className="text-sm text-muted">
            {t('request.participants', { names: format.list(part.people.map(({ name }) => name)) })}
          </p>
        </div>
        <Conversation messages={part.messages} timeZone={timeZone} />
        {part.mayReply && <PortalReply ticketId={part.id} isDone={isOver} isNew={false} isParticipant />}
        <ZoneNote className="text-xs text-muted" />
      </div>
    </Texts>
  )
}
