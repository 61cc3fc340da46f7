import { LogIn, LogOut } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { signOut } from '@/app/t/actions'
import { userHead } from '@/app/t/heads'
import { viewer } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Bell } from '@/components/notifications/bell'
import { RealtimeProvider } from '@/components/realtime/provider'
import { Button } from '@/components/ui/button'
import { NavLink } from '@/components/ui/nav-link'
import { realtimeAccess } from '@/lib/realtime/access'

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { desk, person, guest } = await viewer()
  const isStaff = person && person.role !== 'customer'
  const page = (
    <div className="flex min-h-screen flex-col">
      <header className="border-b">
        <div className="mx-auto flex max-w-4xl flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
          <Link href="/" className="mr-auto flex items-center gap-2 font-semibold">
            <span aria-hidden className="size-5 rounded bg-accent" />
            {desk.portalTitle ?? desk.name}
          </Link>
          <nav aria-label="Portal" className="order-last flex w-full flex-wrap items-center gap-1 sm:order-none sm:w-auto">
            <NavLink href="/submit">Submit a request</NavLink>
            {person && <NavLink href="/requests">My requests</NavLink>}
            {person && !isStaff && <NavLink href="/settings/account">Settings</NavLink>}
            {isStaff && <NavLink href="/agent">Workspace</NavLink>}
          </nav>
          {person && (
            <Texts of={['bell']}>
              <Bell personId={person.id} since={await userHead(person.id)} timeZone={person.timeZone} />
            </Texts>
          )}
          {person || guest ? (
            <form action={signOut}>
              <Button type="submit" variant="ghost" size="small" title={`Signed in as ${(person ?? guest)?.email}`}>
                <LogOut aria-hidden /> Sign out
              </Button>
            </form>
          ) : (
            <Button asChild variant="ghost" size="small">
              <Link href="/sign-in">
                <LogIn aria-hidden /> Sign in
              </Link>
            </Button>
          )}
        </div>
      </header>
      <main className="mx-auto w-full max-w-4xl flex-1 px-4 py-8">{children}</main>
      <footer className="border-t px-4 py-4 text-center text-sm text-muted">
        You can also write to{' '}
        <a href={`mailto:${desk.mail}`} className="text-link underline">
          {desk.mail}
        </a>
      </footer>
    </div>
  )
  return person ? <RealtimeProvider access={realtimeAccess()}>{page}</RealtimeProvider> : page
}
