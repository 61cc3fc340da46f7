import { ArrowLeft } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Palette } from '@/components/palette/palette'
import { PeoplePictures } from '@/components/people/people-pictures'
import { SettingsMenu } from '@/components/settings/settings-menu'
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
      <header className="sticky top-0 z-20 flex shrink-0 items-center gap-3 border-b bg-surface px-3 py-2 print:hidden md:block md:h-screen md:p-3 md:w-56 md:overflow-y-auto md:border-e md:border-b-0">
        <Link
          href={isStaff ? '/agent' : '/'}
          className="me-auto flex min-w-0 items-center gap-1.5 px-1 text-sm text-link md:mb-3 md:px-2.5"
        >
          <ArrowLeft aria-hidden className="size-4 shrink-0 rtl:-scale-x-100" /> <span className="truncate">{desk.name}</span>
        </Link>
        <SettingsMenu
          label={t('nav.label')}
          groups={visible.map(({ name, pages }) => ({
            title: t(`nav.${name}`),
            pages: pages.map((page) => ({ name: t(page.title), href: addressOf(page) })),
          }))}
        />
        <nav aria-label={t('nav.label')} className="hidden gap-4 md:grid">
          {visible.map(({ name, pages }) => (
            <div key={name} className="grid">
              <p className="px-2.5 pb-1 text-xs font-semibold text-muted uppercase">{t(`nav.${name}`)}</p>
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
