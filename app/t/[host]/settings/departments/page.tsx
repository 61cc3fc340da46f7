import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Categories } from '@/components/settings/categories'
import { CreateDepartment, DepartmentMenu } from '@/components/settings/departments'
import { DataTable } from '@/components/ui/data-table'
import { Badge, PageHeader } from '@/components/ui/layout'
import { listPeople } from '@/lib/accounts/queries'
import { listCategories } from '@/lib/directory/categories'
import { listDepartments } from '@/lib/directory/departments'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.departments'))('title') })

export default async function Departments() {
  const t = await getTranslations('settingsPages.departments')
  const common = await getTranslations('common')
  const { person, desk } = await signedIn()
  const [{ items }, { items: people }, { items: categories }] = await load((context) =>
    Promise.all([
      call(listDepartments, undefined, { context }),
      call(listPeople, { limit: 200, kind: 'staff' }, { context }),
      call(listCategories, {}, { context }),
    ]),
  )
  const canManage = person.permissions.includes('department.manage')
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        {canManage && <CreateDepartment people={people} />}
      </PageHeader>
      {canManage && (
        <p className="mb-4 text-sm text-muted">
          {t.rich('mail', {
            mail: desk.mail,
            address: (chunks) => <strong className="font-medium text-foreground select-all">{chunks}</strong>,
          })}
        </p>
      )}
      <DataTable
        label={t('title')}
        file="departments"
        columns={[
          { name: common('name') },
          { name: t('members'), from: 'sm' },
          { name: t('leadColumn'), from: 'lg' },
          { name: t('categories') },
        ]}
        rows={items.map((department) => ({
          id: department.id,
          menu: <DepartmentMenu department={department} people={people} />,
          cells: [
            {
              value: department.name,
              show: (
                <span className="flex flex-wrap items-center gap-2">
                  <bdi>{department.name}</bdi>
                  {department.isDefault && <Badge>{t('default')}</Badge>}
                </span>
              ),
            },
            department.members.map(({ name }) => name).join(', ') || {
              value: null,
              show: <span className="text-muted">{t('noMembers')}</span>,
            },
            department.lead?.name ?? null,
            {
              value: null,
              show: (
                <Categories
                  departmentId={department.id}
                  categories={categories.filter((category) => category.department.id === department.id)}
                  mayChange={department.abilities.update}
                />
              ),
            },
          ],
        }))}
        empty={null}
      />
    </>
  )
}
