import { ArrowLeft } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { Palette } from '@/components/palette/palette'
import { Link } from '@/components/ui/link'
import { NavLink } from '@/components/ui/nav-link'
import { viewNames } from '@/lib/tickets/views/schema'

const groups = [
  {
    name: 'nav.workspace',
    links: [
      { href: '/settings', name: 'general.title', needs: 'workspace.manage' },
      { href: '/settings/team-notifications', name: 'team.title', needs: 'workspace.manage' },
    ],
  },
  {
    name: 'nav.people',
    links: [
      { href: '/settings/people', name: 'people.title', needs: 'person.view' },
      { href: '/settings/roles', name: 'roles.title', needs: 'role.manage' },
      { href: '/settings/departments', name: 'departments.title', needs: 'person.view' },
    ],
  },
  {
    name: 'nav.workflow',
    links: [
      { href: '/settings/sla', name: 'sla', needs: 'sla.manage' },
      { href: '/settings/hours', name: 'hours', needs: 'sla.manage' },
      { href: '/settings/answers', name: 'canned.title', needs: 'ticket.note' },
      { href: '/settings/fields', name: 'fields.title', needs: 'field.manage' },
      { href: '/settings/removed', name: 'deleted.title', needs: 'ticket.delete' },
    ],
  },
  { name: 'nav.channels', links: [{ href: '/settings/domains', name: 'domains.title', needs: 'domain.manage' }] },
  {
    name: 'nav.security',
    links: [
      { href: '/settings/audit', name: 'audit.title', needs: 'audit.view' },
      { href: '/settings/jobs', name: 'jobs.title', needs: 'job.manage' },
    ],
  },
  {
    name: 'nav.you',
    links: [
      { href: '/settings/account', name: 'account.title', needs: null },
      { href: '/settings/notifications', name: 'notifications.title', needs: null },
      { href: '/settings/sessions', name: 'sessions.title', needs: null },
      { href: '/settings/tokens', name: 'tokens.title', needs: 'token.own' },
    ],
  },
] as const

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('settingsPages')
  const all = await getTranslations()
  const { desk, person } = await signedIn()
  const isStaff = person.role !== 'customer'
  const visible = groups
    .map(({ name, links }) => ({ name, links: links.filter(({ needs }) => needs === null || person.permissions.includes(needs)) }))
    .filter(({ links }) => links.length > 0)
  return (
    <div className="mx-auto flex min-h-screen max-w-6xl flex-col gap-4 p-4 text-[15px] md:flex-row md:gap-8 md:p-6">
      <header className="shrink-0 md:w-52">
        <Link href={isStaff ? '/agent' : '/'} className="mb-4 flex items-center gap-1.5 text-sm text-link">
          <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" /> {desk.name}
        </Link>
        <nav aria-label={t('nav.label')} className="flex gap-1 overflow-x-auto pb-1 md:grid md:gap-4 md:overflow-visible">
          {visible.map(({ name, links }) => (
            <div key={name} className="flex shrink-0 gap-1 md:grid md:gap-0">
              <p className="hidden px-2.5 pb-1 text-xs font-semibold text-muted uppercase md:block">{t(name)}</p>
              {links.map((link) => (
                <NavLink key={link.href} href={link.href}>
                  {t(link.name)}
                </NavLink>
              ))}
            </div>
          ))}
        </nav>
      </header>
      <main className="min-w-0 flex-1">
        {isStaff && (
          <Texts of={['palette']}>
            <Palette
              places={[
                ...viewNames.map((view) => ({ name: all(`tickets.views.${view}`), href: `/agent?view=${view}` })),
                ...visible.flatMap(({ links }) => links.map((link) => ({ name: t(link.name), href: link.href }))),
              ]}
            />
          </Texts>
        )}
        <Texts of={['settings', 'permissions', 'jobs', 'notifications']}>{children}</Texts>
      </main>
    </div>
  )
}
