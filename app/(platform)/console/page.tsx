import { call } from '@orpc/server'
import { Building2 } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { CreateTenant, TenantActions } from '@/components/platform/tenants'
import { Button } from '@/components/ui/button'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listTenants } from '@/lib/platform/tenants'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('platformPages.tenants'))('title') })

export default async function Tenants({ searchParams }: { searchParams: Promise<{ cursor?: string; q?: string }> }) {
  const t = await getTranslations('platformPages.tenants')
  const { cursor, q } = await searchParams
  const { items, nextCursor } = await load((context) => call(listTenants, { cursor, ...(q ? { q } : {}) }, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <CreateTenant />
      </PageHeader>
      <search className="mb-3 block">
        <form>
          <input
            name="q"
            type="search"
            defaultValue={q}
            aria-label={t('search')}
            placeholder={t('searchHint')}
            className="h-9 w-64 max-w-full rounded-md border bg-raised px-3 text-sm"
          />
        </form>
      </search>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<Building2 />} title={t(q ? 'noMatch' : 'none')}>
            {q ? null : t('noneSays')}
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map((tenant) => (
              <li key={tenant.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-center gap-2">
                    <span className="font-medium">{tenant.name}</span>
                    <Badge className={tenant.status === 'active' ? 'text-success' : 'text-danger'}>{t(`status.${tenant.status}`)}</Badge>
                    <Badge>{t(`isolation.${tenant.isolation}`)}</Badge>
                  </p>
                  <p className="text-sm break-words text-muted">
                    <a href={tenant.origin} className="text-link underline">
                      {tenant.origin}
                    </a>{' '}
                    · {t.rich('created', { time: () => <Time at={tenant.createdAt} timeZone="UTC" /> })}
                    {tenant.statusReason && ` · ${tenant.statusReason}`}
                  </p>
                </div>
                <TenantActions id={tenant.id} version={tenant.version} name={tenant.name} status={tenant.status} />
              </li>
            ))}
          </ul>
        )}
      </Card>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/console?${new URLSearchParams({ ...(q ? { q } : {}), cursor: nextCursor })}`}>{t('older')}</Link>
        </Button>
      )}
    </>
  )
}
