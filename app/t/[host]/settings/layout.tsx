import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { signedIn } from '@/app/t/viewer'
import { NavLink } from '@/components/ui/nav-link'

const groups = [
  {
    name: 'Workspace',
    links: [
      { href: '/settings', name: 'General', needs: 'workspace.manage' },
      { href: '/settings/team-notifications', name: 'Team notifications', needs: 'workspace.manage' },
    ],
  },
  {
    name: 'People',
    links: [
      { href: '/settings/people', name: 'People', needs: 'person.view' },
      { href: '/settings/roles', name: 'Roles and grants', needs: 'role.manage' },
      { href: '/settings/departments', name: 'Departments', needs: 'person.view' },
    ],
  },
  {
    name: 'Workflow',
    links: [
      { href: '/settings/sla', name: 'SLA policies', needs: 'sla.manage' },
      { href: '/settings/hours', name: 'Working hours', needs: 'sla.manage' },
      { href: '/settings/answers', name: 'Answers and macros', needs: 'ticket.note' },
      { href: '/settings/fields', name: 'Custom fields', needs: 'field.manage' },
      { href: '/settings/removed', name: 'Removed tickets', needs: 'ticket.delete' },
    ],
  },
  { name: 'Channels', links: [{ href: '/settings/domains', name: 'Domains', needs: 'domain.manage' }] },
  {
    name: 'Security',
    links: [
      { href: '/settings/audit', name: 'Audit trail', needs: 'audit.view' },
      { href: '/settings/jobs', name: 'Background work', needs: 'job.manage' },
    ],
  },
  {
    name: 'You',
    links: [
      { href: '/settings/account', name: 'Profile and password', needs: null },
      { href: '/settings/notifications', name: 'Notifications', needs: null },
      { href: '/settings/sessions', name: 'Sessions', needs: null },
      { href: '/settings/tokens', name: 'API tokens', needs: 'token.own' },
    ],
  },
]

export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { desk, person } = await signedIn()
  const isStaff = person.role !== 'customer'
  const visible = groups
    .map(({ name, links }) => ({ name, links: links.filter(({ needs }) => needs === null || person.permissions.includes(needs)) }))
    .filter(({ links }) => links.length > 0)
  return (
    <div className="mx-auto flex min-h-screen max-w-6xl flex-col gap-4 p-4 text-[15px] md:flex-row md:gap-8 md:p-6">
      <header className="shrink-0 md:w-52">
        <Link href={isStaff ? '/agent' : '/'} className="mb-4 flex items-center gap-1.5 text-sm text-link">
          <ArrowLeft aria-hidden className="size-4" /> {desk.name}
        </Link>
        <nav aria-label="Settings" className="flex gap-1 overflow-x-auto pb-1 md:grid md:gap-4 md:overflow-visible">
          {visible.map(({ name, links }) => (
            <div key={name} className="flex shrink-0 gap-1 md:grid md:gap-0">
              <p className="hidden px-2.5 pb-1 text-xs font-semibold text-muted uppercase md:block">{name}</p>
              {links.map((link) => (
                <NavLink key={link.href} href={link.href}>
                  {link.name}
                </NavLink>
              ))}
            </div>
          ))}
        </nav>
      </header>
      <main className="min-w-0 flex-1">{children}</main>
    </div>
  )
}
