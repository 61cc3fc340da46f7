import { ArrowLeft } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Palette } from '@/components/palette/palette'
import { PeoplePictures } from '@/components/people/people-pictures'
import { Link } from '@/components/ui/link'
import { NavLink } from '@/components/ui/nav-link'
import { viewNames } from '@/lib/tickets/views/schema'
import { addressOf, settingsPages } from './pages'

const keysOf = <K extends string>(of: Record<K, unknown>) => Object.keys(of) as K[]

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('settingsPages')
  const agent = await getTranslations('agent')
  const all = await getTranslations()
  const { desk, person } = await signedIn()
  const isStaff = person.role !== 'customer'
  const visible = keysOf(settingsPages)
    .map((name) => ({ name, pages: settingsPages[name].filter(({ needs }) => needs === null || person.permissions.includes(needs)) }))
    .filter(({ pages }) => pages.length > 0)
  return (
    <div className="flex min-h-screen flex-col text-[15px] md:flex-row">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
        {agent('skip')}
      </a>
      <header className="shrink-0 border-b bg-surface p-3 print:hidden md:sticky md:top-0 md:h-screen md:w-56 md:overflow-y-auto md:border-e md:border-b-0">
        <Link href={isStaff ? '/agent' : '/'} className="mb-3 flex items-center gap-1.5 px-2.5 text-sm text-link">
          <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {desk.name}
        </Link>
        <nav aria-label={t('nav.label')} className="flex gap-1 overflow-x-auto pb-1 md:grid md:gap-4 md:overflow-visible">
          {visible.map(({ name, pages }) => (
            <div key={name} className="flex shrink-0 gap-1 md:grid md:gap-0">
              <p className="hidden px-2.5 pb-1 text-xs font-semibold text-muted uppercase md:block">{t(`nav.${name}`)}</p>
              {pages.map((page) => (
                <NavLink key={page.folder} href={addressOf(page)}>
                  {t(page.title)}
                </NavLink>
              ))}
            </div>
          ))}
        </nav>
      </header>
      <main id="content" className="min-w-0 flex-1 p-4 md:px-8 md:py-6">
        <div className="mx-auto max-w-5xl">
          <Texts of={['palette', 'settings', 'permissions', 'jobs', 'notifications']}>
            {isStaff && (
              <Palette
                mayCreate={person.permissions.includes('ticket.create')}
                places={[
                  ...viewNames.map((view) => ({ name: all(`tickets.views.${view}`), href: `/agent?view=${view}` })),
                  ...visible.flatMap(({ pages }) => pages.map((page) => ({ name: t(page.title), href: addressOf(page) }))),
                ]}
              />
            )}
            {isStaff && <PeoplePictures />}
            {children}
          </Texts>
        </div>
      </main>
    </div>
  )
}
