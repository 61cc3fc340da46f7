import { Building2, Cog, LogOut, UserCog } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { signOutOfPlatform } from '@/app/(platform)/actions'
import { NavLink } from '@/components/ui/nav-link'

export const metadata: Metadata = { title: { default: 'Console · Baraza', template: '%s · Baraza' } }

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-screen max-w-6xl flex-col gap-4 p-4 text-[15px] md:flex-row md:gap-8 md:p-6">
      <header className="shrink-0 md:w-48">
        <Link href="/" className="mb-4 block px-2.5 font-semibold">
          Baraza
        </Link>
        <nav aria-label="Console" className="flex gap-1 overflow-x-auto md:grid [&_svg]:size-4 [&_svg]:shrink-0">
          <NavLink href="/console">
            <Building2 /> Tenants
          </NavLink>
          <NavLink href="/console/jobs">
            <Cog /> Jobs
          </NavLink>
          <NavLink href="/console/admins">
            <UserCog /> Administrators
          </NavLink>
          <form action={signOutOfPlatform}>
            <button type="submit" className="flex items-center gap-2 rounded-md px-2.5 py-1.5 text-sm hover:bg-line/50">
              <LogOut aria-hidden /> Sign out
            </button>
          </form>
        </nav>
      </header>
      <main className="min-w-0 flex-1">{children}</main>
    </div>
  )
}
