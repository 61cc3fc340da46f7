import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { InvitePeople } from '@/components/settings/invite-people'
import { PersonMenu } from '@/components/settings/people'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { Avatar, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Tabs } from '@/components/ui/tabs'
import { Time } from '@/components/ui/time'
import { listPeople } from '@/lib/accounts/queries'
import { listRoles } from '@/lib/accounts/roles'
import { roles as builtIn } from '@/lib/actor/permissions'
import { shownAddress } from '@/lib/core/mail-address'
import { listDepartments } from '@/lib/directory/departments'
import { SearchForm } from '../search-form'

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
  const isPart = Boolean(q || cursor || nextCursor)
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        {canManage && <InvitePeople choices={choices} />}
      </PageHeader>
      <Tabs
        label={t('kind')}
        tabs={(['staff', 'customers'] as const).map((each) => ({
          href: `/settings/people?kind=${each}`,
          name: t(each === 'staff' ? 'team' : 'customers'),
          isHere: each === kind,
        }))}
      />
      <DataTable
        label={t(kind === 'staff' ? 'team' : 'customers')}
        file="people"
        isPart={isPart}
        columns={[
          { name: common('name') },
          ...(kind === 'staff' ? [{ name: t('role') }, { name: common('departments'), from: 'lg' as const }] : []),
          { name: common('statusLabel'), from: 'sm' },
          { name: t('lastSignIn'), from: 'lg', isTime: true },
        ]}
        rows={items.map((row) => {
          const role = row.customRole?.name ?? common(`role.${row.role}`)
          const departmentNames = row.departments.map(({ name }) => name).join(', ')
          return {
            id: row.id,
            words: row.email,
            menu: <PersonMenu person={row} choices={choices} />,
            cells: [
              {
                value: row.name,
                show: (
                  <span className="flex items-center gap-3">
                    <Avatar name={row.name} person={row.id} />
                    <span className="min-w-0">
                      <bdi className="block">{row.name}</bdi>
                      <span className="block text-xs font-normal text-muted">{shownAddress(row.email)}</span>
                    </span>
                  </span>
                ),
              },
              ...(kind === 'staff' ? [role, departmentNames] : []),
              {
                value: t(`status.${row.status}`),
                show: <span className={row.status === 'active' ? 'text-muted' : 'text-warning'}>{t(`status.${row.status}`)}</span>,
              },
              row.lastSignInAt && {
                value: row.lastSignInAt.getTime(),
                show: <Time at={row.lastSignInAt} timeZone={person.timeZone} className="text-muted" />,
              },
            ],
          }
        })}
        empty={<Empty title={t('none')}>{t(q ? 'noneFound' : kind === 'customers' ? 'noCustomers' : 'noTeam')}</Empty>}
      >
        {isPart && <SearchForm label={t('search')} q={q ?? ''} kept={{ kind }} />}
      </DataTable>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/settings/people?${new URLSearchParams({ kind, ...(q ? { q } : {}), cursor: nextCursor })}`}>{t('more')}</Link>
        </Button>
      )}
    </>
  )
}
