import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { signOut } from '@/app/t/actions'
import { workspaceHeads } from '@/app/t/heads'
import { savedViews } from '@/app/t/saved-views'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Bell } from '@/components/notifications/bell'
import { BottomBar } from '@/components/palette/bottom-bar'
import { Navigation, WorkspacePalette } from '@/components/palette/navigation'
import { PeoplePictures } from '@/components/people/people-pictures'
import { LinkState } from '@/components/realtime/link-state'
import { RealtimeProvider } from '@/components/realtime/provider'
import { LiveCounts } from '@/components/tickets/live-counts'
import { NewTicketHost } from '@/components/tickets/new-ticket/host'
import { QueryProvider } from '@/components/tickets/queue/query-provider'
import { QueueShell } from '@/components/tickets/queue/shell'
import { TakeNext } from '@/components/tickets/queue/take-next'
import { Link } from '@/components/ui/link'
import { realtimeAccess } from '@/lib/realtime/access'

export default async function WorkspaceLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('agent')
  const { desk, person } = await signedIn()
  if (person.role === 'customer') redirect('/forbidden')
  const [since, { items }] = await Promise.all([workspaceHeads(desk.id, person.id), savedViews()])
  const mayCreate = person.permissions.includes('ticket.create')
  const mayTake = person.permissions.includes('ticket.assign')
  const saved = items.map(({ id, name }) => ({ id, name }))
  const mayWrite = person.permissions.includes('kb.write')
  const navigation = { saved, signOut, mayWrite, person: { id: person.id, name: person.name, role: person.role } }
  return (
    // What the navigation and the inbox need; the page of a ticket brings the rest.
    <Texts
      of={[
        'agent',
        'bell',
        'palette',
        'sla',
        'files',
        'tickets.actionFields',
        'tickets.attributes',
        'tickets.bulk',
        'tickets.canned',
        'tickets.choices',
        'tickets.filterHelp',
        'tickets.filters',
        'tickets.gone',
        'tickets.inbox',
        'tickets.keys',
        'tickets.macro',
        'tickets.menu',
        'tickets.move',
        'tickets.new',
        'tickets.properties',
        'tickets.scopes',
        'tickets.search',
        'tickets.sla',
        'tickets.sorts',
        'tickets.tags',
        'tickets.ticketInput',
        'tickets.unassigned',
        'tickets.undo',
        'tickets.views',
      ]}
    >
      <QueryProvider>
        <RealtimeProvider access={realtimeAccess()}>
          <LiveCounts tenantId={desk.id} personId={person.id} since={since.desk}>
            <div className="flex min-h-screen flex-col text-[14px] md:flex-row">
              <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
                {t('skip')}
              </a>
              <header className="flex shrink-0 print:hidden flex-col gap-3 border-b bg-surface px-3 py-1.5 md:sticky md:py-3 md:top-0 md:h-screen md:w-56 md:border-e md:border-b-0">
                <div className="flex items-center gap-2 ps-2">
                  <Link href="/agent" className="me-auto flex min-w-0 items-center gap-2 font-semibold">
                    <span aria-hidden className="size-4 shrink-0 rounded bg-accent" />
                    <span className="truncate">{desk.name}</span>
                  </Link>
                  <Bell personId={person.id} since={since.user} timeZone={person.timeZone} allAt="/agent/notifications" />
                </div>
                <LinkState />
                <Navigation {...navigation} />
              </header>
              <WorkspacePalette saved={saved} mayWrite={mayWrite} mayCreate={mayCreate} mayTake={mayTake} />
              <PeoplePictures />
              {mayCreate && (
                <NewTicketHost
                  me={{ id: person.id, name: person.name }}
                  timeZone={person.timeZone}
                  permissions={person.permissions}
                  undoSeconds={desk.undoSeconds}
                />
              )}
              <main id="content" className="min-w-0 flex-1 pb-(--bottom-bar)">
                <QueueShell timeZone={person.timeZone} everywhere={mayTake && <TakeNext me={person.id} undoSeconds={desk.undoSeconds} />}>
                  {children}
                </QueueShell>
              </main>
              <BottomBar {...navigation} mayCreate={mayCreate} />
            </div>
          </LiveCounts>
        </RealtimeProvider>
      </QueryProvider>
    </Texts>
  )
}
