import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { load } from '@/app/load'
import { AddGrant, CreateRole, EditRole, RemoveGrant } from '@/components/settings/roles'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { listPeople } from '@/lib/accounts/people'
import { listGrants, listRoles } from '@/lib/accounts/roles'
import { type Permission, permissions } from '@/lib/actor/permissions'
import { listDepartments } from '@/lib/directory/departments'

export const metadata: Metadata = { title: 'Roles and grants' }

export default async function Roles() {
  const { items: roles } = await load((context) => call(listRoles, undefined, { context }))
  const { items: grants } = await load((context) => call(listGrants, undefined, { context }))
  const { items: people } = await load((context) => call(listPeople, { limit: 200, kind: 'staff' }, { context }))
  const { items: departments } = await load((context) => call(listDepartments, undefined, { context }))
  return (
    <div className="grid gap-10">
      <section>
        <PageHeader
          title="Roles"
          says="Owner, admin, moderator, agent and customer are built in. A custom role replaces what one of them may do."
        >
          <CreateRole />
        </PageHeader>
        <Card>
          {roles.length === 0 ? (
            <Empty title="No custom roles">The built-in roles are enough for most teams.</Empty>
          ) : (
            <ul className="divide-y">
              {roles.map((role) => (
                <li key={role.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <div className="min-w-0 flex-1 basis-52">
                    <p className="font-medium">{role.name}</p>
                    <p className="text-sm text-muted">
                      {role.description && `${role.description} · `}
                      {role.permissions.length} permissions · {role.people} people
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
            <h2 className="text-lg font-semibold">Grants</h2>
            <p className="text-sm text-muted">A permission on one department or ticket, for one person or role.</p>
          </div>
          <AddGrant people={people} roles={roles} departments={departments} />
        </div>
        <Card>
          {grants.length === 0 ? (
            <Empty title="No grants">Use one to let somebody see a department they are not a member of.</Empty>
          ) : (
            <ul className="divide-y">
              {grants.map((grant) => {
                const who = grant.person?.name ?? grant.role?.name ?? ''
                const what = permissions[grant.permission as Permission] ?? grant.permission
                return (
                  <li key={grant.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                    <p className="min-w-0 flex-1 break-words">
                      <strong className="font-medium">{who}</strong>: {what} in {grant.objectName}
                    </p>
                    <RemoveGrant id={grant.id} says={`${who} loses: ${what} in ${grant.objectName}.`} />
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
