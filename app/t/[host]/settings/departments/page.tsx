import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Categories } from '@/components/settings/categories'
import { CreateDepartment, EditDepartment } from '@/components/settings/departments'
import { Badge, Card, PageHeader } from '@/components/ui/layout'
import { listPeople } from '@/lib/accounts/queries'
import { listCategories } from '@/lib/directory/categories'
import { listDepartments } from '@/lib/directory/departments'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.departments'))('title') })

export default async function Departments() {
  const t = await getTranslations('settingsPages.departments')
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
      <Card>
        <ul className="divide-y">
          {items.map((department) => (
            <li key={department.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
              <div className="min-w-0 flex-1 basis-52">
                <p className="flex items-center gap-2">
                  <span className="font-medium">{department.name}</span>
                  {department.isDefault && <Badge>{t('default')}</Badge>}
                </p>
                <p className="text-sm text-muted">
                  {department.members.length > 0 ? department.members.map(({ name }) => name).join(', ') : t('noMembers')}
                  {department.lead && ` · ${t('lead', { name: department.lead.name })}`}
                </p>
              </div>
              {department.abilities.update && <EditDepartment department={department} people={people} />}
              <Categories
                departmentId={department.id}
                categories={categories.filter((category) => category.department.id === department.id)}
                mayChange={department.abilities.update}
              />
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
