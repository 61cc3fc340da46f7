import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { AddGrant, CreateRole, EditRole, RemoveGrant } from '@/components/settings/roles'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { listPeople } from '@/lib/accounts/queries'
import { listGrants, listRoles } from '@/lib/accounts/roles'
import { isPermission } from '@/lib/actor/permissions'
import { listDepartments } from '@/lib/directory/departments'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.roles'))('title') })

export default async function Roles() {
  const t = await getTranslations('settingsPages.roles')
  const permissions = await getTranslations('permissions')
  const { items: roles } = await load((context) => call(listRoles, undefined, { context }))
  const { items: grants } = await load((context) => call(listGrants, undefined, { context }))
  const { items: people } = await load((context) => call(listPeople, { limit: 200, kind: 'staff' }, { context }))
  const { items: departments } = await load((context) => call(listDepartments, undefined, { context }))
  return (
    <div className="grid gap-10">
      <section>
        <PageHeader title={t('roles')} says={t('says')}>
          <CreateRole />
        </PageHeader>
        <Card>
          {roles.length === 0 ? (
            <Empty title={t('none')}>{t('noneSays')}</Empty>
          ) : (
            <ul className="divide-y">
              {roles.map((role) => (
                <li key={role.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <div className="min-w-0 flex-1 basis-52">
                    <p className="font-medium">{role.name}</p>
                    <p className="text-sm text-muted">
                      {role.description && `${role.description} · `}
                      {t('permissions', { count: role.permissions.length })} · {t('people', { count: role.people })}
                    </p>
                  </div>
                  <EditRole role={role} />
                </li>
              ))}
            </ul>
          )}
        </Card>
      </section>
      <section>
        <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
          <div>
            <h2 className="text-lg font-semibold">{t('grants')}</h2>
            <p className="text-sm text-muted">{t('grantsSays')}</p>
          </div>
          <AddGrant people={people} roles={roles} departments={departments} />
        </div>
        <Card>
          {grants.length === 0 ? (
            <Empty title={t('noGrants')}>{t('noGrantsSays')}</Empty>
          ) : (
            <ul className="divide-y">
              {grants.map((grant) => {
                const name = grant.person?.name ?? grant.role?.name ?? ''
                const permission = isPermission(grant.permission) ? permissions(grant.permission) : grant.permission
                const said = { name, permission, object: grant.objectName }
                return (
                  <li key={grant.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                    <p className="min-w-0 flex-1 break-words">
                      {t.rich('grant', { ...said, who: (chunks) => <strong className="font-medium">{chunks}</strong> })}
                    </p>
                    <RemoveGrant id={grant.id} says={t('revokeSays', said)} />
                  </li>
                )
              })}
            </ul>
          )}
        </Card>
      </section>
    </div>
  )
}
