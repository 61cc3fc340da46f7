import { call } from '@orpc/server'
import { TextCursorInput } from 'lucide-react'
import type { Metadata } from 'next'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { EditField } from '@/components/fields/edit-field'
import { kindNames } from '@/components/fields/kind-names'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { listDepartments } from '@/lib/directory/departments'
import { listFields } from '@/lib/tickets/fields/fields'

export const metadata: Metadata = { title: 'Custom fields' }

export default async function Fields() {
  const { person } = await signedIn()
  const { items } = await load((context) => call(listFields, undefined, { context }))
  const { items: departments } = await load((context) => call(listDepartments, undefined, { context }))
  const mayChange = person.permissions.includes('field.manage')
  const choices = { fields: items, departments: departments.map(({ id, name }) => ({ id, name })) }
  return (
    <>
      <PageHeader
        title="Custom fields"
        says="What you want to know of a ticket besides: on the ticket, on the portal’s form, in filters and in the API."
      >
        {mayChange && <EditField {...choices} />}
      </PageHeader>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<TextCursorInput />} title="No fields yet">
            A serial number, a region, an order: ask for what you look up every time.
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map((field) => (
              <li key={field.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <span className="min-w-0 flex-1">
                  <bdi className="block truncate font-medium">{field.name}</bdi>
                  <span className="block text-sm text-muted">
                    <code>{field.key}</code> · {kindNames[field.kind]}
                    {field.departmentId && ` · ${departments.find(({ id }) => id === field.departmentId)?.name ?? ''}`}
                    {field.showWhen && ` · when ${field.showWhen.key} is ${field.showWhen.equals}`}
                  </span>
                </span>
                {field.isRequired && <Badge>Needed</Badge>}
                {field.isPublic && <Badge>On the portal</Badge>}
                {mayChange && <EditField field={field} {...choices} />}
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  )
}
