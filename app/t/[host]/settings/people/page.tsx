import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { EditPerson, InvitePerson } from '@/components/settings/people'
import { Button } from '@/components/ui/button'
import { Avatar, Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listPeople } from '@/lib/accounts/queries'
import { listRoles } from '@/lib/accounts/roles'
import { roles as builtIn } from '@/lib/actor/permissions'
import { shownAddress } from '@/lib/core/mail-address'
import { listDepartments } from '@/lib/directory/departments'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.people'))('title') })

export default async function People({ searchParams }: { searchParams: Promise<{ cursor?: string; kind?: string; q?: string }> }) {
  const t = await getTranslations('settingsPages.people')
  const common = await getTranslations('common')
  const { person } = await signedIn()
  const { cursor, q: asked, kind: given } = await searchParams
  const q = asked?.trim().slice(0, 200)
  const kind = given === 'customers' ? 'customers' : 'staff'
  const { items, nextCursor } = await load((context) => call(listPeople, { kind, cursor, ...(q ? { q } : {}) }, { context }))
  const { items: departments } = await load((context) => call(listDepartments, undefined, { context }))
  const canManage = person.permissions.includes('person.manage')
  const roles = person.permissions.includes('role.manage') ? (await load((context) => call(listRoles, undefined, { context }))).items : []
  const choices = { departments, customRoles: roles, roles: builtIn.slice(builtIn.indexOf(person.role)) }
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        {canManage && <InvitePerson choices={choices} />}
      </PageHeader>
      <nav aria-label={t('kind')} className="mb-3 flex gap-2">
        <Button asChild size="small" variant={kind === 'staff' ? 'primary' : 'secondary'}>
          <Link href="/settings/people">{t('team')}</Link>
        </Button>
        <Button asChild size="small" variant={kind === 'customers' ? 'primary' : 'secondary'}>
          <Link href="/settings/people?kind=customers">{t('customers')}</Link>
        </Button>
      </nav>
      <Card>
        {items.length === 0 ? (
          <Empty title={t('none')}>{t(kind === 'customers' ? 'noCustomers' : 'noTeam')}</Empty>
        ) : (
          <ul className="divide-y">
            {items.map((row) => (
              <li key={row.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <Avatar name={row.name} />
                <div className="min-w-0 flex-1 basis-52">
                  <p className="flex flex-wrap items-center gap-2">
                    <span className="font-medium">{row.name}</span>
                    <Badge>{row.customRole?.name ?? common(`role.${row.role}`)}</Badge>
                    {row.status !== 'active' && <Badge className="text-warning">{t(`status.${row.status}`)}</Badge>}
                  </p>
                  <p className="text-sm break-words text-muted">
                    {shownAddress(row.email)}
                    {row.departments.length > 0 && ` · ${row.departments.map(({ name }) => name).join(', ')}`}
                    {row.lastSignInAt && (
                      <>
                        {' · '}
                        {t.rich('signedIn', { time: () => <Time at={row.lastSignInAt ?? ''} timeZone={person.timeZone} /> })}
                      </>
                    )}
                  </p>
                </div>
                <EditPerson person={row} choices={choices} />
              </li>
            ))}
          </ul>
        )}
      </Card>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/settings/people?${new URLSearchParams({ kind, cursor: nextCursor })}`}>{t('more')}</Link>
        </Button>
      )}
    </>
  )
}
