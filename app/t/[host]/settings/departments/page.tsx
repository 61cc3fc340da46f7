import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Categories } from '@/components/settings/categories'
import { CreateDepartment, EditDepartment } from '@/components/settings/departments'
import { Badge, Card, PageHeader } from '@/components/ui/layout'
import { listPeople } from '@/lib/accounts/people'
import { listCategories } from '@/lib/directory/categories'
import { listDepartments } from '@/lib/directory/departments'

export const metadata: Metadata = { title: 'Departments' }

export default async function Departments() {
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
      <PageHeader title="Departments" says="Agents see the tickets of the departments they belong to.">
        {canManage && <CreateDepartment people={people} />}
      </PageHeader>
      {canManage && (
        <p className="mb-4 text-sm text-muted">
          Mail to <strong className="font-medium text-foreground select-all">{desk.mail}</strong> becomes a ticket of the default
          department. Let your own support address forward to it.
        </p>
      )}
      <Card>
        <ul className="divide-y">
          {items.map((department) => (
            <li key={department.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
              <div className="min-w-0 flex-1 basis-52">
                <p className="flex items-center gap-2">
                  <span className="font-medium">{department.name}</span>
                  {department.isDefault && <Badge>Default</Badge>}
                </p>
                <p className="text-sm text-muted">
                  {department.members.length > 0 ? department.members.map(({ name }) => name).join(', ') : 'No members yet'}
                  {department.lead && ` · led by ${department.lead.name}`}
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
