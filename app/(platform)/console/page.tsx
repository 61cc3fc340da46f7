import { call } from '@orpc/server'
import { Building2 } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { CreateTenant, DeleteTenant, RestoreTenant, TenantActions } from '@/components/platform/tenants'
import { Button } from '@/components/ui/button'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listTenants } from '@/lib/platform/tenants'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('platformPages.tenants'))('title') })

/** What the list can be sorted by, as its address names it. */
const orders = { newest: '-created', oldest: 'created', name: 'name' } as const
type Order = keyof typeof orders

interface Asked {
  cursor?: string
  q?: string
  deleted?: string
  sort?: string
}

export default async function Tenants({ searchParams }: { searchParams: Promise<Asked> }) {
  const t = await getTranslations('platformPages.tenants')
  const { cursor, q, deleted, sort: given } = await searchParams
  const sort = (Object.keys(orders) as Order[]).find((name) => name === given) ?? 'newest'
  const found = { ...(q ? { q } : {}), ...(deleted ? { deleted } : {}) }
  const kept = { ...found, ...(sort === 'newest' ? {} : { sort }) }
  const { items, nextCursor } = await load((context) =>
    call(listTenants, { cursor, q: q || undefined, deleted: Boolean(deleted), sort: orders[sort] }, { context }),
  )
  return (
    <>
      <PageHeader title={t('title')} says={t('says')}>
        <div className="flex flex-wrap gap-2">
          <Button asChild>
            <Link href={deleted ? '/console' : '/console?deleted=1'}>{t(deleted ? 'showLiving' : 'showDeleted')}</Link>
          </Button>
          <CreateTenant />
        </div>
      </PageHeader>
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <search>
          <form>
            {sort !== 'newest' && <input type="hidden" name="sort" value={sort} />}
            {deleted && <input type="hidden" name="deleted" value={deleted} />}
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
        <nav aria-label={t('sort')} className="flex flex-wrap items-center gap-1 text-sm sm:ms-auto">
          <span className="text-muted">{t('sort')}</span>
          {(Object.keys(orders) as Order[]).map((name) => (
            <Link
              key={name}
              href={`/console?${new URLSearchParams({ ...found, sort: name })}`}
              aria-current={name === sort ? 'page' : undefined}
              className="rounded-md px-2.5 py-1 hover:bg-surface aria-[current=page]:bg-line/70 aria-[current=page]:font-medium"
            >
              {t(`sorts.${name}`)}
            </Link>
          ))}
        </nav>
      </div>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<Building2 />} title={t(q ? 'noMatch' : deleted ? 'noneDeleted' : 'none')}>
            {q || deleted ? null : t('noneSays')}
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map((tenant) => (
              <li key={tenant.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <div className="min-w-0 flex-1 basis-64">
                  <p className="flex flex-wrap items-center gap-2">
                    <Link href={`/console/tenants/${tenant.id}`} className="inline-block py-0.5 font-medium hover:underline">
                      {tenant.name}
                    </Link>
                    {!tenant.deletedAt && (
                      <Badge className={tenant.status === 'active' ? 'text-success' : 'text-danger'}>{t(`status.${tenant.status}`)}</Badge>
                    )}
                    <Badge>{t(`isolation.${tenant.isolation}`)}</Badge>
                  </p>
                  <p className="text-sm break-words text-muted">
                    {tenant.deletedAt ? (
                      tenant.origin
                    ) : (
                      <a href={tenant.origin} className="text-link underline">
                        {tenant.origin}
                      </a>
                    )}{' '}
                    · {t.rich('created', { time: () => <Time at={tenant.createdAt} timeZone="UTC" /> })}
                    {tenant.deletedAt && (
                      <>
                        {' · '}
                        {t.rich('deleted', { time: () => <Time at={tenant.deletedAt ?? tenant.createdAt} timeZone="UTC" /> })}
                        {' · '}
                        {tenant.restorableUntil
                          ? t.rich('restorable', { time: () => <Time at={tenant.restorableUntil ?? tenant.createdAt} timeZone="UTC" /> })
                          : t('purging')}
                      </>
                    )}
                    {tenant.statusReason && ` · ${tenant.statusReason}`}
                  </p>
                </div>
                {tenant.deletedAt ? (
                  tenant.restorableUntil && <RestoreTenant id={tenant.id} name={tenant.name} />
                ) : (
                  <>
                    <TenantActions id={tenant.id} version={tenant.version} name={tenant.name} status={tenant.status} />
                    <DeleteTenant id={tenant.id} version={tenant.version} name={tenant.name} status={tenant.status} />
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/console?${new URLSearchParams({ ...kept, cursor: nextCursor })}`}>{t('older')}</Link>
        </Button>
      )}
    </>
  )
}
