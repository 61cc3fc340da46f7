import {
  AlarmClock,
  Bookmark,
  CircleUser,
  Globe,
  Hand,
  Inbox,
  Layers,
  LogOut,
  MessageCircle,
  Settings,
  Timer,
  Users,
  UserX,
} from 'lucide-react'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { signOut } from '@/app/t/actions'
import { workspaceHeads } from '@/app/t/heads'
import { savedViews } from '@/app/t/saved-views'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Bell } from '@/components/notifications/bell'
import { Palette } from '@/components/palette/palette'
import { LinkState } from '@/components/realtime/link-state'
import { RealtimeProvider } from '@/components/realtime/provider'
import { LiveCounts, ViewCount } from '@/components/tickets/live-counts'
import { Avatar } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { NavLink } from '@/components/ui/nav-link'
import { realtimeAccess } from '@/lib/realtime/access'

export default async function WorkspaceLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('agent')
  const all = await getTranslations()
  const { desk, person } = await signedIn()
  if (person.role === 'customer') redirect('/forbidden')
  const [since, { items: saved }] = await Promise.all([workspaceHeads(desk.id, person.id), savedViews()])
  const views = [
    { view: 'mine', icon: <CircleUser /> },
    { view: 'unassigned', icon: <UserX /> },
    { view: 'open', icon: <Inbox /> },
    { view: 'breaching', icon: <AlarmClock /> },
    { view: 'unread', icon: <MessageCircle /> },
    { view: 'hold', icon: <Hand /> },
    { view: 'all', icon: <Layers /> },
  ] as const
  return (
    <RealtimeProvider access={realtimeAccess()}>
      <LiveCounts tenantId={desk.id} personId={person.id} since={since.desk}>
        <div className="flex min-h-screen flex-col text-[14px] md:flex-row">
          <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
            {t('skip')}
          </a>
          <header className="flex shrink-0 print:hidden flex-col gap-3 border-b bg-surface p-3 md:sticky md:top-0 md:h-screen md:w-56 md:border-e md:border-b-0">
            <div className="flex items-center gap-2 ps-2">
              <Link href="/agent" className="me-auto flex min-w-0 items-center gap-2 font-semibold">
                <span aria-hidden className="size-4 shrink-0 rounded bg-accent" />
                <span className="truncate">{desk.name}</span>
              </Link>
              <Texts of={['bell']}>
                <Bell personId={person.id} since={since.user} timeZone={person.timeZone} />
              </Texts>
            </div>
            <LinkState />
            <nav
              aria-label={t('views')}
              className="flex gap-1 overflow-x-auto md:min-h-0 md:flex-col md:overflow-y-auto [&_svg]:size-4 [&_svg]:shrink-0"
            >
              {views.map(({ view, icon }) => (
                <NavLink key={view} href={`/agent?view=${view}`} className="shrink-0">
                  {icon}
                  {all(`tickets.views.${view}`)}
                  {view !== 'all' && <ViewCount view={view} />}
                </NavLink>
              ))}
              {saved.map(({ id, name }) => (
                <NavLink key={id} href={`/agent?view=${id}`} className="max-w-48 shrink-0 md:max-w-none">
                  <Bookmark />
                  <bdi className="truncate">{name}</bdi>
                  <ViewCount view={id} />
                </NavLink>
              ))}
            </nav>
            <nav
              aria-label={t('more')}
              className="mt-auto flex gap-1 overflow-x-auto border-t pt-2 md:flex-col [&_svg]:size-4 [&_svg]:shrink-0"
            >
              <NavLink href="/agent/contacts" className="shrink-0">
                <Users /> {t('contacts')}
              </NavLink>
              <NavLink href="/agent/sla" className="shrink-0">
                <Timer /> {t('sla')}
              </NavLink>
              <NavLink href="/settings" className="shrink-0">
                <Settings /> {t('settings')}
              </NavLink>
              <NavLink href="/" className="shrink-0">
                <Globe /> {t('portal')}
              </NavLink>
              <form action={signOut} className="shrink-0">
                <button
                  type="submit"
                  className="flex w-full items-center gap-2 rounded-md px-2.5 py-1.5 text-start text-sm hover:bg-line/50"
                >
                  <LogOut aria-hidden /> {t('signOut')}
                </button>
              </form>
              <Link href="/settings/account" className="hidden items-center gap-2 rounded-md px-2 py-1.5 hover:bg-line/50 md:flex">
                <Avatar name={person.name} />
                <span className="min-w-0">
                  <span className="block truncate text-sm font-medium">{person.name}</span>
                  <span className="block truncate text-xs text-muted">{all(`common.role.${person.role}`)}</span>
                </span>
              </Link>
            </nav>
          </header>
          <Texts of={['palette']}>
            <Palette
              places={[
                ...views.map(({ view }) => ({ name: all(`tickets.views.${view}`), href: `/agent?view=${view}` })),
                ...saved.map(({ id, name }) => ({ name, href: `/agent?view=${id}` })),
                { name: t('contacts'), href: '/agent/contacts' },
                { name: t('organisations'), href: '/agent/contacts?of=organisations' },
                { name: t('sla'), href: '/agent/sla' },
                { name: t('settings'), href: '/settings' },
                { name: t('portal'), href: '/' },
              ]}
            />
          </Texts>
          <main id="content" className="min-w-0 flex-1">
            {/* What the inbox needs; the page of a ticket brings the rest. */}
            <Texts
              of={[
                'sla',
                'files',
                'tickets.actionFields',
                'tickets.attributes',
                'tickets.bulk',
                'tickets.canned',
                'tickets.choices',
                'tickets.filterHelp',
                'tickets.gone',
                'tickets.inbox',
                'tickets.new',
                'tickets.scopes',
                'tickets.search',
                'tickets.sla',
                'tickets.sorts',
                'tickets.unassigned',
                'tickets.undo',
              ]}
            >
              {children}
            </Texts>
          </main>
        </div>
      </LiveCounts>
    </RealtimeProvider>
  )
}
