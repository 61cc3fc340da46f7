import { call } from '@orpc/server'
import { CircleUser, Globe, Hand, Inbox, Layers, LogOut, Settings, UserX } from 'lucide-react'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { load } from '@/app/load'
import { signOut } from '@/app/t/actions'
import { signedIn } from '@/app/t/viewer'
import { Avatar } from '@/components/ui/layout'
import { NavLink } from '@/components/ui/nav-link'
import { countTickets } from '@/lib/tickets/queries'

export default async function WorkspaceLayout({ children }: { children: ReactNode }) {
  const { desk, person } = await signedIn()
  if (person.role === 'customer') redirect('/forbidden')
  const counts = await load((context) => call(countTickets, undefined, { context }))
  const views = [
    { view: 'mine', name: 'Mine', icon: <CircleUser />, count: counts.mine },
    { view: 'unassigned', name: 'Unassigned', icon: <UserX />, count: counts.unassigned },
    { view: 'open', name: 'All open', icon: <Inbox />, count: counts.open },
    { view: 'hold', name: 'On hold', icon: <Hand />, count: counts.hold },
    { view: 'all', name: 'Everything', icon: <Layers /> },
  ]
  return (
    <div className="flex min-h-screen flex-col text-[14px] md:flex-row">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
        Skip to the content
      </a>
      <header className="flex shrink-0 flex-col gap-3 border-b bg-surface p-3 md:sticky md:top-0 md:h-screen md:w-56 md:border-r md:border-b-0">
        <Link href="/agent" className="flex items-center gap-2 px-2 font-semibold">
          <span aria-hidden className="size-4 rounded bg-accent" />
          <span className="truncate">{desk.name}</span>
        </Link>
        <nav aria-label="Views" className="flex gap-1 overflow-x-auto md:flex-col [&_svg]:size-4 [&_svg]:shrink-0">
          {views.map(({ view, name, icon, count }) => (
            <NavLink key={view} href={`/agent?view=${view}`} className="shrink-0">
              {icon}
              {name}
              {count !== undefined && <span className="ml-auto pl-2 text-xs text-muted tabular-nums">{count}</span>}
            </NavLink>
          ))}
        </nav>
        <nav aria-label="More" className="mt-auto flex gap-1 overflow-x-auto border-t pt-2 md:flex-col [&_svg]:size-4 [&_svg]:shrink-0">
          <NavLink href="/settings" className="shrink-0">
            <Settings /> Settings
          </NavLink>
          <NavLink href="/" className="shrink-0">
            <Globe /> Portal
          </NavLink>
          <form action={signOut} className="shrink-0">
            <button type="submit" className="flex w-full items-center gap-2 rounded-md px-2.5 py-1.5 text-left text-sm hover:bg-line/50">
              <LogOut aria-hidden /> Sign out
            </button>
          </form>
          <Link href="/settings/account" className="hidden items-center gap-2 rounded-md px-2 py-1.5 hover:bg-line/50 md:flex">
            <Avatar name={person.name} />
            <span className="min-w-0">
              <span className="block truncate text-sm font-medium">{person.name}</span>
              <span className="block truncate text-xs text-muted">{person.role}</span>
            </span>
          </Link>
        </nav>
      </header>
      <main id="content" className="min-w-0 flex-1">
        {children}
      </main>
    </div>
  )
}
