import { call } from '@orpc/server'
import { Inbox } from 'lucide-react'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { load } from '@/app/load'
import { signedInOrGuest } from '@/app/t/viewer'
import { StatusBadge } from '@/components/tickets/labels'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time, ZoneNote } from '@/components/ui/time'
import { listParticipations } from '@/lib/tickets/conversation/participation'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { listOwnTickets, listTickets } from '@/lib/tickets/views/lists'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('portalPages'))('requests') })

export default async function Requests({ searchParams }: { searchParams: Promise<{ cursor?: string; of?: string; part?: string }> }) {
  const t = await getTranslations('portalPages')
  const { person } = await signedInOrGuest()
  if (person.onlyTicketId) redirect(`/requests/${person.onlyTicketId}`)
  const { cursor, of, part } = await searchParams
  const isShared = person.sharesRequests && of === 'organisation'
  const list = isShared ? listTickets : listOwnTickets
  const { items, nextCursor } = await load((context) => call(list, { cursor, limit: 25 }, { context }))
  const isAlone = !isShared && !cursor
  const parts = isAlone ? await load((context) => call(listParticipations, { cursor: part, limit: 25 }, { context })) : null
  // Whoever asked nothing, and was put in Cc, is not told first that there is nothing.
  const isPartOnly = items.length === 0 && parts !== null && parts.items.length > 0
  return (
    <>
      <PageHeader title={t('requests')}>
        <Button asChild variant="primary">
          <Link href="/submit">{t('submit')}</Link>
        </Button>
      </PageHeader>
      {person.sharesRequests && (
        <nav aria-label={t('list.whose')} className="mb-3 flex gap-1 text-sm">
          {[
            { of: 'me', name: t('list.mine'), isHere: !isShared },
            { of: 'organisation', name: t('list.organisation'), isHere: isShared },
          ].map((tab) => (
            <Link
              key={tab.of}
              href={`/requests?of=${tab.of}`}
              aria-current={tab.isHere ? 'page' : undefined}
              className="rounded-md px-2.5 py-1 hover:bg-surface aria-[current=page]:bg-line/70 aria-[current=page]:font-medium"
            >
              {tab.name}
            </Link>
          ))}
        </nav>
      )}
      {!isPartOnly && (
        <Card>
          {items.length === 0 ? (
            <Empty icon={<Inbox />} title={t('list.none')}>
              {t('list.noneSays', { email: person.email })}
            </Empty>
          ) : (
            <ul className="divide-y">
              {items.map((ticket) => (
                <Row key={ticket.id} request={ticket} at={ticket.updatedAt} timeZone={person.timeZone}>
                  {isShared && <bdi className="truncate">{ticket.requester.name}</bdi>}
                  <span className="min-w-0 flex-1 truncate">{ticket.snippet}</span>
                </Row>
              ))}
            </ul>
          )}
        </Card>
      )}
      {parts && parts.items.length > 0 && (
        <section aria-labelledby="taking-part" className={cn('grid gap-3', !isPartOnly && 'mt-6')}>
          <h2 id="taking-part" className="font-semibold">
            {t('list.takingPart')}
          </h2>
          <Card>
            <ul className="divide-y">
              {parts.items.map((part) => (
                <Row key={part.id} request={part} at={part.updatedAt ?? part.since} timeZone={person.timeZone}>
                  <bdi className="min-w-0 flex-1 truncate">{part.requester}</bdi>
                </Row>
              ))}
            </ul>
          </Card>
          {parts.nextCursor && (
            <Button asChild className="justify-self-start">
              <Link href={`/requests?part=${parts.nextCursor}#taking-part`}>{t('list.older')}</Link>
            </Button>
          )}
        </section>
      )}
      {items.length + (parts?.items.length ?? 0) > 0 && <ZoneNote className="mt-3 text-xs text-muted" />}
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/requests?of=${isShared ? 'organisation' : 'me'}&cursor=${nextCursor}`}>{t('list.older')}</Link>
        </Button>
      )}
    </>
  )
}

interface RowProps {
  request: { id: string; number: string; title: string; status: TicketStatus }
  at: Date
  timeZone: string
  children: ReactNode
}

function Row({ request: { id, number, title, status }, at, timeZone, children }: RowProps) {
  return (
    <li>
      <Link href={`/requests/${id}`} className="grid grid-cols-[minmax(0,1fr)] gap-1 px-4 py-3 hover:bg-surface">
        <span className="flex flex-wrap items-center gap-2">
          <span dir="auto" className="min-w-0 flex-1 truncate font-medium">
            {title}
          </span>
          <StatusBadge status={status} forCustomer />
        </span>
        <span className="flex gap-3 text-sm text-muted">
          <span>{number}</span>
          {children}
          <Time at={at} timeZone={timeZone} />
        </span>
      </Link>
    </li>
  )
}
