import { call } from '@orpc/server'
import { ArrowLeft } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signOut } from '@/app/t/actions'
import { requestHead } from '@/app/t/heads'
import { signedInOrGuest } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { ResponseTimes } from '@/components/sla/response-times'
import { CloseOrReopen } from '@/components/tickets/close-or-reopen'
import { Conversation } from '@/components/tickets/conversation'
import { StatusBadge } from '@/components/tickets/labels'
import { LiveRequest } from '@/components/tickets/live-request'
import { PortalReply } from '@/components/tickets/portal-reply'
import { StateNotes } from '@/components/tickets/state-notes'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { ExactTime, ZoneNote } from '@/components/ui/time'
import { listMessages } from '@/lib/tickets/conversation/queries'
import { getTicket } from '@/lib/tickets/ticket/queries'
import { isDone } from '@/lib/tickets/ticket/workflow'

export default async function Request({ params }: { params: Promise<{ id: string }> }) {
  const t = await getTranslations('portalPages')
  const { desk, person } = await signedInOrGuest()
  const { id } = await params
  // A link from a mail opens one request, without live changes.
  const since = person.onlyTicketId ? null : await requestHead(id)
  const ticket = await load((context) => call(getTicket, { id }, { context }))
  const { items } = await load((context) => call(listMessages, { id }, { context }))
  const isOver = isDone(ticket.status)
  const { answerBy } = ticket
  return (
    <Texts of={['portal', 'tickets', 'sla']}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {since !== null && <LiveRequest ticketId={id} since={since} />}
        {person.onlyTicketId ? (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
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
        ) : (
          <Link href="/requests" className="flex items-center gap-1 text-sm text-link">
            <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {t('requests')}
          </Link>
        )}
        <header className="grid gap-2">
          <h1 dir="auto" className="text-2xl font-semibold wrap-anywhere">
            {ticket.title}
          </h1>
          <div className="flex flex-wrap items-center gap-2 text-sm text-muted">
            {ticket.number} <StatusBadge status={ticket.status} forCustomer />
            {answerBy && <span>{t.rich('request.answerBy', { time: () => <ExactTime at={answerBy} timeZone={desk.timeZone} /> })}</span>}
            <ResponseTimes ticketId={ticket.id} timeZone={person.timeZone} />
            <span className="ms-auto">
              <CloseOrReopen ticket={ticket} timeZone={person.timeZone} />
            </span>
          </div>
          <ZoneNote className="text-xs text-muted" />
          <StateNotes ticket={{ ...ticket, reopenCount: 0 }} timeZone={person.timeZone} />
        </header>
        <Conversation messages={items.filter(({ kind }) => kind !== 'note')} timeZone={person.timeZone} />
        {ticket.abilities.reply && <PortalReply ticketId={ticket.id} isDone={isOver} isNew={isOver && !ticket.abilities.reopen} />}
      </div>
    </Texts>
  )
}
