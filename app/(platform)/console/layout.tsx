import { Building2, Cog, LogOut, UserCog } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { signOutOfPlatform } from '@/app/(platform)/actions'
import { Texts } from '@/app/texts'
import { Link } from '@/components/ui/link'
import { NavLink } from '@/components/ui/nav-link'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('platformPages')
  return { title: { default: t('titled', { title: t('console.title') }), template: t('titled', { title: '%s' }) } }
}

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('platformPages')
  return (
    <div className="mx-auto flex min-h-screen max-w-6xl flex-col gap-4 p-4 text-[15px] md:flex-row md:gap-8 md:p-6">
      <header className="shrink-0 md:w-48">
        <Link href="/" className="mb-4 block px-2.5 font-semibold">
          {t('product')}
        </Link>
        <nav aria-label={t('console.title')} className="flex gap-1 overflow-x-auto md:grid [&_svg]:size-4 [&_svg]:shrink-0">
          <NavLink href="/console">
            <Building2 /> {t('console.tenants')}
          </NavLink>
          <NavLink href="/console/jobs">
            <Cog /> {t('console.jobs')}
          </NavLink>
          <NavLink href="/console/admins">
            <UserCog /> {t('console.admins')}
          </NavLink>
          <form action={signOutOfPlatform}>
            <button type="submit" className="flex items-center gap-2 rounded-md px-2.5 py-1.5 text-sm hover:bg-line/50">
              <LogOut aria-hidden /> {t('console.signOut')}
            </button>
          </form>
        </nav>
      </header>
      <main className="min-w-0 flex-1">
        <Texts of={['platform', 'jobs']}>{children}</Texts>
      </main>
    </div>
  )
}
