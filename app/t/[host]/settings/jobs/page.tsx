import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { JobsList, RetryDelivery } from '@/components/settings/jobs-list'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listDeliveries } from '@/lib/audit/deliveries'
import { listJobs } from '@/lib/audit/job-runs'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.jobs'))('title') })

export default async function Jobs({ searchParams }: { searchParams: Promise<{ cursor?: string; deliveries?: string }> }) {
  const t = await getTranslations('settingsPages.jobs')
  const common = await getTranslations('common')
  const attempts = await getTranslations('jobs')
  const audit = await getTranslations('audit')
  const { person } = await signedIn()
  const { cursor, deliveries } = await searchParams
  const jobs = await load((context) => call(listJobs, { cursor, limit: 30 }, { context }))
  const dead = await load((context) => call(listDeliveries, { cursor: deliveries, limit: 30 }, { context }))
  return (
    <div className="grid gap-8">
      <section>
        <PageHeader title={t('title')} says={t('says')} />
        <Card>
          {jobs.items.length === 0 ? (
            <Empty title={t('none')}>{t('noneSays')}</Empty>
          ) : (
            <JobsList jobs={jobs.items} timeZone={person.timeZone} />
          )}
        </Card>
        {jobs.nextCursor && (
          <Button asChild className="mt-4">
            <Link href={`/settings/jobs?${new URLSearchParams({ cursor: jobs.nextCursor })}`}>{common('older')}</Link>
          </Button>
        )}
      </section>
      <section>
        <h2 className="text-lg font-semibold">{t('failedDeliveries')}</h2>
        <p className="mb-3 text-sm text-muted">{t('failedDeliveriesSays')}</p>
        <Card>
          {dead.items.length === 0 ? (
            <Empty title={t('noneFailed')} />
          ) : (
            <ul className="divide-y">
              {dead.items.map((delivery) => (
                <li key={delivery.eventId + delivery.subscriber} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <div className="min-w-0 flex-1 basis-64">
                    <p>
                      <strong className="font-medium">{delivery.subscriber}</strong>:{' '}
                      {audit.rich(delivery.type, { who: t('someone'), subject: '', attributes: 'none', b: (chunks) => chunks })}
                    </p>
                    <p className="text-sm wrap-anywhere text-danger">{delivery.lastError}</p>
                    <p className="text-sm text-muted">
                      {attempts('attempts', { count: delivery.attempts })} · <Time at={delivery.occurredAt} timeZone={person.timeZone} />
                    </p>
                  </div>
                  <RetryDelivery eventId={delivery.eventId} subscriber={delivery.subscriber} />
                </li>
              ))}
            </ul>
          )}
        </Card>
        {dead.nextCursor && (
          <Button asChild className="mt-4">
            <Link href={`/settings/jobs?${new URLSearchParams({ deliveries: dead.nextCursor })}`}>{common('older')}</Link>
          </Button>
        )}
      </section>
    </div>
  )
}
