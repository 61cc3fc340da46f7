import { call } from '@orpc/server'
import { Inbox } from 'lucide-react'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { load } from '@/app/load'
import { signedInOrGuest } from '@/app/t/viewer'
import { RequestState } from '@/components/tickets/request-state'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { SearchInput } from '@/components/ui/field'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time, ZoneNote } from '@/components/ui/time'
import { listParticipations } from '@/lib/tickets/conversation/participation'
import { maxSearchLength } from '@/lib/tickets/ticket/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { listOwnTickets } from '@/lib/tickets/views/own-requests'
import { requestStates } from '@/lib/tickets/views/schema'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('portalPages'))('requests') })

const pageSize = 25

interface Asked {
  of?: string
  state?: string
  q?: string
  cursor?: string
  part?: string
}

export default async function Requests({ searchParams }: { searchParams: Promise<Asked> }) {
  const t = await getTranslations('portalPages')
  const { person } = await signedInOrGuest()
  if (person.onlyTicketId) redirect(`/requests/${person.onlyTicketId}`)
  const { cursor, part, ...asked } = await searchParams
  const of = person.sharesRequests && asked.of === 'organisation' ? 'organisation' : 'me'
  const state = requestStates.find((name) => name === asked.state)
  // An address may have it twice.
  const q = ([asked.q].flat()[0] ?? '').trim().slice(0, maxSearchLength)
  const { items, nextCursor, waitingIds } = await load((context) =>
    call(listOwnTickets, { of, state, q: q || undefined, cursor, limit: pageSize }, { context }),
  )
  const isNarrowed = state !== undefined || q !== ''
  const isAlone = of === 'me' && !isNarrowed && !cursor
  const parts = isAlone ? await load((context) => call(listParticipations, { cursor: part, limit: pageSize }, { context })) : null
  // Whoever asked nothing, and was put in Cc, is not told first that there is nothing.
  const isPartOnly = items.length === 0 && parts !== null && parts.items.length > 0
  const here = { of, state, q }
  return (
    <>
      <PageHeader title={t('requests')}>
        <Button asChild variant="primary">
          <Link href="/submit">{t('submit')}</Link>
        </Button>
      </PageHeader>
      {!isPartOnly && (
        <>
          <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2 print:hidden">
            <nav aria-label={t('list.state')} className="-mx-1 flex flex-wrap gap-1">
              {[undefined, ...requestStates].map((each) => (
                <Tab key={each ?? ''} href={addressOf({ ...here, state: each })} isHere={each === state}>
                  {t(`list.states.${each ?? 'all'}`)}
                </Tab>
              ))}
            </nav>
            <search className="min-w-48 flex-1 sm:ms-auto sm:max-w-64">
              <form key={addressOf(here)} action="/requests">
                {of !== 'me' && <input type="hidden" name="of" value={of} />}
                {state && <input type="hidden" name="state" value={state} />}
                <SearchInput name="q" defaultValue={q} maxLength={200} aria-label={t('list.search')} placeholder={t('list.search')} />
              </form>
            </search>
          </div>
          {person.sharesRequests && (
            <nav aria-label={t('list.whose')} className="-mx-1 mb-3 flex gap-1">
              {(['me', 'organisation'] as const).map((each) => (
                <Tab key={each} href={addressOf({ ...here, of: each })} isHere={each === of}>
                  {t(each === 'me' ? 'list.mine' : 'list.organisation')}
                </Tab>
              ))}
            </nav>
          )}
          <Card>
            {items.length > 0 ? (
              <ul className="divide-y">
                {items.map((ticket) => (
                  <Row
                    key={ticket.id}
                    request={ticket}
                    isWaiting={waitingIds.includes(ticket.id)}
                    at={ticket.updatedAt}
                    timeZone={person.timeZone}
                  >
                    {of === 'organisation' && <bdi className="truncate">{ticket.requester.name}</bdi>}
                    <span className="min-w-0 flex-1 truncate">{ticket.snippet}</span>
                  </Row>
                ))}
              </ul>
            ) : isNarrowed ? (
              <Empty icon={<Inbox />} title={q ? t('list.noMatch', { words: q }) : t(`list.empty.${state ?? 'open'}`)}>
                <Link href={addressOf({ of })} className="text-link underline">
                  {t('list.showAll')}
                </Link>
              </Empty>
            ) : (
              <Empty icon={<Inbox />} title={t('list.none')}>
                {t('list.noneSays', { email: person.email })}
              </Empty>
            )}
          </Card>
        </>
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
          <Link href={addressOf({ ...here, cursor: nextCursor })}>{t('list.older')}</Link>
        </Button>
      )}
    </>
  )
}

/** The list narrowed so; what is not chosen is not named. */
function addressOf({ of, ...rest }: { of: string; state?: string; q?: string; cursor?: string }): string {
  const named = Object.entries({ ...(of === 'me' ? {} : { of }), ...rest }).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return `/requests${named.length > 0 ? `?${new URLSearchParams(named)}` : ''}`
}

const Tab = ({ href, isHere, children }: { href: string; isHere: boolean; children: ReactNode }) => (
  <Link
    href={href}
    aria-current={isHere ? 'page' : undefined}
    className="rounded-md px-2.5 py-1 text-sm hover:bg-surface aria-[current=page]:bg-line/70 aria-[current=page]:font-medium"
  >
    {children}
  </Link>
)

interface RowProps {
  request: { id: string; number: string; title: string; status: TicketStatus }
  isWaiting?: boolean
  at: Date
  timeZone: string
  children: ReactNode
}

function Row({ request: { id, number, title, status }, isWaiting = false, at, timeZone, children }: RowProps) {
  return (
    <li>
      <Link href={`/requests/${id}`} className="grid grid-cols-[minmax(0,1fr)] gap-1 px-4 py-3 hover:bg-surface">
        <span className="flex flex-wrap items-center gap-2">
          <span dir="auto" className="min-w-0 flex-1 truncate font-medium">
            {title}
          </span>
          <RequestState status={status} isWaiting={isWaiting} />
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
