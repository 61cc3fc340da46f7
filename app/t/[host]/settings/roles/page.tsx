import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { AddGrant, CreateRole, GrantMenu, RoleMenu } from '@/components/settings/roles'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { listPeople } from '@/lib/accounts/queries'
import { listGrants, listRoles } from '@/lib/accounts/roles'
import { isPermission } from '@/lib/actor/permissions'
import { listDepartments } from '@/lib/directory/departments'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.roles'))('title') })

export default async function Roles() {
  const t = await getTranslations('settingsPages.roles')
  const common = await getTranslations('common')
  const permissions = await getTranslations('permissions')
  const { items: roles } = await load((context) => call(listRoles, undefined, { context }))
  const { items: grants } = await load((context) => call(listGrants, undefined, { context }))
  const { items: people } = await load((context) => call(listPeople, { limit: 200, kind: 'staff' }, { context }))
  const { items: departments } = await load((context) => call(listDepartments, undefined, { context }))
  return (
    <div className="grid gap-10">
      <section>
        <PageHeader title={t('roles')} says={t('says')}>
          {roles.length > 0 && <CreateRole />}
        </PageHeader>
        <DataTable
          label={t('roles')}
          file="roles"
          columns={[
            { name: common('name') },
            { name: common('description'), from: 'lg' },
            { name: t('permissionCount'), isNumber: true, from: 'sm' },
            { name: t('peopleCount'), isNumber: true },
          ]}
          rows={roles.map((role) => ({
            id: role.id,
            cells: [role.name, role.description, role.permissions.length, role.people],
            menu: <RoleMenu role={role} />,
          }))}
          empty={
            <Empty title={t('none')} action={<CreateRole />}>
              {t('noneSays')}
            </Empty>
          }
        />
      </section>
      <section>
        <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
          <div>
            <h2 className="text-lg font-semibold">{t('grants')}</h2>
            <p className="text-sm text-muted">{t('grantsSays')}</p>
          </div>
          <AddGrant people={people} roles={roles} departments={departments} />
        </div>
        <DataTable
          label={t('grants')}
          columns={[{ name: t('grantTo') }, { name: t('permission') }, { name: t('object'), from: 'sm' }]}
          rows={grants.map((grant) => {
            const name = grant.person?.name ?? grant.role?.name ?? ''
            const permission = isPermission(grant.permission) ? permissions(grant.permission) : grant.permission
            return {
              id: grant.id,
              cells: [name, permission, grant.objectName],
              menu: (
                <GrantMenu
                  id={grant.id}
                  name={`${name}, ${grant.objectName}`}
                  says={t('revokeSays', { name, permission, object: grant.objectName })}
                />
              ),
            }
          })}
          empty={<Empty title={t('noGrants')}>{t('noGrantsSays')}</Empty>}
        />
      </section>
    </div>
  )
}
