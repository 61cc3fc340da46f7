import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { load } from '@/app/load'
import { BarsCard } from '@/components/charts/bars-card'
import { DeleteTenant, RestoreTenant, TenantActions } from '@/components/platform/tenants'
import { JobsList } from '@/components/settings/jobs-list'
import { Button } from '@/components/ui/button'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listAllJobs } from '@/lib/audit/job-runs'
import { sizeInWords } from '@/lib/files/values'
import { readTenant } from '@/lib/platform/tenants'
import { readUsage, type Usage } from '@/lib/platform/usage'
import { findTenant } from '@/lib/tenancy/resolve'

interface Props {
  params: Promise<{ id: string }>
}

const read = async (params: Props['params']) => {
  const { id } = await params
  return load((context) => call(readTenant, { id }, { context }))
}

export const generateMetadata = async ({ params }: Props): Promise<Metadata> => ({ title: (await read(params)).name })

/** A workspace as its operator sees it: how much it is used and what fails, nothing of what is written in it. */
export default async function TenantPage({ params }: Props) {
  const t = await getTranslations('platformPages.tenant')
  const list = await getTranslations('platformPages.tenants')
  const tenant = await read(params)
  const { id, version, name, status } = tenant
  const found = tenant.deletedAt ? null : await findTenant({ id })
  // Behind the check of who asks.
  const usage = found && found.status !== 'preparing' ? await readUsage(found) : null
  const failing = await load((context) =>
    Promise.all((['failed', 'dead'] as const).map((status) => call(listAllJobs, { tenantId: id, status, limit: 10 }, { context }))),
  )
  const jobs = failing.flatMap(({ items }) => items)
  return (
    <>
      <PageHeader title={name}>
        <div className="flex flex-wrap gap-2">
          <Button asChild size="small">
            <Link href={`/console/jobs?tenant=${id}`}>{t('allJobs')}</Link>
          </Button>
          {tenant.deletedAt ? (
            tenant.restorableUntil && <RestoreTenant id={id} name={name} />
          ) : (
            <>
              <TenantActions id={id} version={version} name={name} status={status} />
              <DeleteTenant id={id} version={version} name={name} status={status} />
            </>
          )}
        </div>
      </PageHeader>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
        <Card className="p-4">
          <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
            <Fact name={t('address')}>
              <a href={tenant.origin} className="text-link underline wrap-anywhere">
                {tenant.origin}
              </a>
            </Fact>
            <Fact name={t('status')}>
              <Badge className={status === 'active' ? 'text-success' : 'text-danger'}>{list(`status.${status}`)}</Badge>{' '}
              {tenant.statusReason}
            </Fact>
            <Fact name={t('isolation')}>{list(`isolation.${tenant.isolation}`)}</Fact>
            <Fact name={t('owner')}>
              {usage?.owners.map((owner) => (
                <a key={owner.email} href={`mailto:${owner.email}`} className="block text-link underline wrap-anywhere">
                  {owner.name}
                </a>
              )) ?? t('none')}
            </Fact>
            <Fact name={t('created')}>
              <Time at={tenant.createdAt} timeZone="UTC" />
            </Fact>
            <Fact name={t('lastActivity')}>{usage?.lastActivityAt ? <Time at={usage.lastActivityAt} timeZone="UTC" /> : t('none')}</Fact>
          </dl>
        </Card>
        {usage && <InUse usage={usage} />}
        <Section title={t('domains')}>
          {tenant.domains.length === 0 ? (
            <p className="px-4 py-3 text-sm text-muted">{t('noDomains')}</p>
          ) : (
            <ul className="divide-y">
              {tenant.domains.map(({ hostname, status, isPrimary, checkedAt, lastError }) => (
                <li key={hostname} className="flex flex-wrap items-center gap-2 px-4 py-2.5 text-sm">
                  <span className="font-medium wrap-anywhere">{hostname}</span>
                  <Badge className={status === 'verified' ? 'text-success' : status === 'failed' ? 'text-danger' : 'text-muted'}>
                    {t(`domain.${status}`)}
                  </Badge>
                  {isPrimary && <Badge>{t('primary')}</Badge>}
                  {checkedAt && (
                    <span className="text-muted">{t.rich('checked', { time: () => <Time at={checkedAt} timeZone="UTC" /> })}</span>
                  )}
                  {lastError && <span className="w-full text-danger wrap-anywhere">{lastError}</span>}
                </li>
              ))}
            </ul>
          )}
        </Section>
        <Section title={t('failing')}>
          <JobsList jobs={jobs} timeZone="UTC" isPlatform empty={<Empty title={t('noneFailing')} />} />
        </Section>
      </div>
    </>
  )
}

async function InUse({ usage }: { usage: Usage }) {
  const t = await getTranslations('platformPages.tenant')
  const format = await getFormatter()
  const { mail, weeks } = usage
  return (
    <>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Figure name={t('openTickets')} value={format.number(usage.openTickets)} />
        <Figure name={t('people')} value={format.number(usage.staff)} says={t('customers', { count: usage.customers })} />
        <Figure name={t('storage')} value={sizeInWords(usage.storedBytes)} />
        <Figure
          name={t('mail')}
          value={format.number(mail.sent)}
          says={t('mailSays', { failed: mail.failed, unread: mail.unread })}
          isBad={mail.failed > 0}
        />
      </ul>
      {mail.failingMailboxes > 0 && (
        <p role="alert" className="rounded-md border border-danger/40 px-4 py-2.5 text-sm text-danger wrap-anywhere">
          {t('mailboxes', { count: mail.failingMailboxes })} {mail.lastError}
        </p>
      )}
      <BarsCard
        title={t('newTickets')}
        of={t('week')}
        none={t('noTickets')}
        series={[{ key: 'tickets', name: t('tickets'), colour: 'accent' }]}
        points={weeks.map(({ from, tickets }) => ({
          name: format.dateTime(from, 'date', { timeZone: 'UTC', year: undefined }),
          label: format.dateTime(from, 'date', { timeZone: 'UTC' }),
          values: { tickets },
        }))}
      />
    </>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-sm text-muted">{name}</dt>
    <dd>{children}</dd>
  </div>
)

function Figure({ name, value, says, isBad }: { name: string; value: string; says?: string; isBad?: boolean }) {
  return (
    <li className="rounded-lg border bg-raised px-4 py-3">
      <span className="block text-sm text-muted">{name}</span>
      <span className="block text-2xl font-semibold tabular-nums">
        <bdi dir="ltr">{value}</bdi>
      </span>
      {says && <span className={isBad ? 'text-sm text-danger' : 'text-sm text-muted'}>{says}</span>}
    </li>
  )
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
    <h2 className="text-lg font-semibold">{title}</h2>
    <Card>{children}</Card>
  </div>
)
