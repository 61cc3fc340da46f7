import { call } from '@orpc/server'
import { Inbox as InboxIcon, Search } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { load } from '@/app/load'
import { workspaceHeads } from '@/app/t/heads'
import { signedIn } from '@/app/t/viewer'
import { Checklist } from '@/components/settings/checklist'
import { LiveInbox } from '@/components/tickets/live-inbox'
import { NewTicket } from '@/components/tickets/new-ticket'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/layout'
import { readChecklist } from '@/lib/settings/workspace'
import { listTickets } from '@/lib/tickets/queries'
import { maxSearchLength, type ViewName, viewNames } from '@/lib/tickets/schema'

const titles: Record<ViewName, string> = {
  mine: 'Mine',
  unassigned: 'Unassigned',
  open: 'All open',
  hold: 'On hold',
  done: 'Done',
  all: 'Everything',
}

type Query = Promise<{ view?: string; q?: string; cursor?: string }>

const viewOf = (name: string | undefined, otherwise: ViewName) => viewNames.find((view) => view === name) ?? otherwise

export async function generateMetadata({ searchParams }: { searchParams: Query }): Promise<Metadata> {
  return { title: titles[viewOf((await searchParams).view, 'mine')] }
}

export default async function Inbox({ searchParams }: { searchParams: Query }) {
  const { desk, person } = await signedIn()
  const { q: asked, cursor, view: given } = await searchParams
  const q = asked?.trim().slice(0, maxSearchLength)
  const view = viewOf(given, q ? 'all' : 'mine')
  const { desk: since } = await workspaceHeads(desk.id, person.id)
  const { items, nextCursor } = await load((context) => call(listTickets, { view, cursor, ...(q ? { q } : {}) }, { context }))
  const isAdmin = person.permissions.includes('workspace.manage')
  const { done } = isAdmin ? await load((context) => call(readChecklist, undefined, { context })) : { done: null }
  const older = new URLSearchParams({ view, ...(q ? { q } : {}), cursor: nextCursor ?? '' })
  return (
    <>
      <header className="flex flex-wrap items-center gap-3 border-b px-4 py-2.5">
        <h1 className="text-base font-semibold">{q ? `Results for “${q}”` : titles[view]}</h1>
        <search className="ml-auto max-w-full">
          <form className="relative">
            <input type="hidden" name="view" value="all" />
            <Search aria-hidden className="absolute top-2 left-2.5 size-4 text-muted" />
            <input
              name="q"
              type="search"
              defaultValue={q}
              aria-label="Search tickets"
              aria-keyshortcuts="/"
              placeholder="Number, title or requester"
              maxLength={maxSearchLength}
              data-shortcut="/"
              className="h-8 w-60 max-w-full rounded-md border bg-raised pr-2 pl-8 text-sm"
            />
          </form>
        </search>
        {person.permissions.includes('ticket.create') && <NewTicket />}
      </header>
      {done && <Checklist done={done} mail={desk.mail} />}
      {items.length === 0 ? (
        <Empty icon={<InboxIcon />} title={q ? 'Nothing matches' : view === 'mine' ? 'Nothing is waiting for you' : 'This view is empty'}>
          {q ? 'Try fewer words, or a ticket number.' : view === 'mine' ? 'Take a ticket from Unassigned, or enjoy the quiet.' : null}
        </Empty>
      ) : null}
      <LiveInbox
        tickets={items}
        timeZone={person.timeZone}
        tenantId={desk.id}
        since={since}
        query={{ view, ...(q ? { q } : {}) }}
        isFirstPage={!cursor}
      />
      {nextCursor && (
        <div className="p-4">
          <Button asChild>
            <Link href={`/agent?${older}`}>Older tickets</Link>
          </Button>
        </div>
      )}
    </>
  )
}
