import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { DeliveryMenu, JobsList } from '@/components/settings/jobs-list'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
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
        <JobsList
          jobs={jobs.items}
          timeZone={person.timeZone}
          isPart={Boolean(cursor || jobs.nextCursor)}
          empty={<Empty title={t('none')}>{t('noneSays')}</Empty>}
        />
        {jobs.nextCursor && (
          <Button asChild className="mt-4">
            <Link href={`/settings/jobs?${new URLSearchParams({ cursor: jobs.nextCursor })}`}>{common('older')}</Link>
          </Button>
        )}
      </section>
      <section>
        <h2 className="text-lg font-semibold">{t('failedDeliveries')}</h2>
        <p className="mb-3 text-sm text-muted">{t('failedDeliveriesSays')}</p>
        <DataTable
          label={t('failedDeliveries')}
          isPart={Boolean(deliveries || dead.nextCursor)}
          empty={<Empty title={t('noneFailed')} />}
          columns={[{ name: t('subscriber') }, { name: t('event') }, { name: attempts('when'), from: 'sm' }]}
          rows={dead.items.map(({ eventId, subscriber, type, lastError, attempts: count, occurredAt }) => {
            const what = { who: t('someone'), subject: '', attributes: 'none' }
            return {
              id: eventId + subscriber,
              words: `${type} ${lastError ?? ''}`,
              menu: <DeliveryMenu eventId={eventId} subscriber={subscriber} />,
              cells: [
                subscriber,
                {
                  value: type,
                  show: (
                    <>
                      {audit.rich(type, { ...what, b: (chunks) => chunks })}
                      <span dir="auto" className="block text-xs text-danger wrap-anywhere">
                        {lastError}
                      </span>
                      <span className="block text-xs text-muted">{attempts('attempts', { count })}</span>
                    </>
                  ),
                },
                { value: occurredAt.getTime(), show: <Time at={occurredAt} timeZone={person.timeZone} className="text-muted" /> },
              ],
            }
          })}
        />
        {dead.nextCursor && (
          <Button asChild className="mt-4">
            <Link href={`/settings/jobs?${new URLSearchParams({ deliveries: dead.nextCursor })}`}>{common('older')}</Link>
          </Button>
        )}
      </section>
    </div>
  )
}
