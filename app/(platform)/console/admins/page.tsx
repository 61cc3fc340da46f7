import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { AddAdmin, RemoveAdmin } from '@/components/platform/tenants'
import { Avatar, Badge, Card, PageHeader } from '@/components/ui/layout'
import { listAdmins } from '@/lib/platform/admins'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('platformPages.admins'))('title') })

export default async function Admins() {
  const t = await getTranslations('platformPages.admins')
  const common = await getTranslations('common')
  const { items } = await load((context) => call(listAdmins, undefined, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <AddAdmin />
      </PageHeader>
      <Card>
        <ul className="divide-y">
          {items.map((admin) => (
            <li key={admin.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
              <Avatar name={admin.name} />
              <div className="min-w-0 flex-1">
                <p className="flex items-center gap-2 font-medium">
                  {admin.name} {admin.isYou && <Badge>{common('you')}</Badge>}
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
