import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { load } from '@/app/load'
import { AddAdmin, RemoveAdmin } from '@/components/platform/tenants'
import { Avatar, Badge, Card, PageHeader } from '@/components/ui/layout'
import { listAdmins } from '@/lib/platform/admins'

export const metadata: Metadata = { title: 'Administrators' }

export default async function Admins() {
  const { items } = await load((context) => call(listAdmins, undefined, { context }))
  return (
    <>
      <PageHeader title="Administrators" says="Who operates this installation. They live outside all tenants and see none of their data.">
        <AddAdmin />
      </PageHeader>
      <Card>
        <ul className="divide-y">
          {items.map((admin) => (
            <li key={admin.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
              <Avatar name={admin.name} />
              <div className="min-w-0 flex-1">
                <p className="flex items-center gap-2 font-medium">
                  {admin.name} {admin.isYou && <Badge>You</Badge>}
                </p>
                <p className="text-sm break-words text-muted">{admin.email}</p>
              </div>
              {!admin.isYou && <RemoveAdmin id={admin.id} name={admin.name} />}
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
