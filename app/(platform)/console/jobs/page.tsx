import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { scheduleOf } from '@/components/platform/schedule'
import { JobsList } from '@/components/settings/jobs-list'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listAllJobs, readWork } from '@/lib/audit/job-runs'
import { readBacklog } from '@/lib/events/backlog'
import { jobStatuses } from '@/lib/jobs/schema'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('platformPages.jobs'))('title') })

const mostShown = 20
const shown = [undefined, 'running', 'failed', 'dead'] as const

export default async function Jobs({ searchParams }: { searchParams: Promise<{ cursor?: string; status?: string; tenant?: string }> }) {
  const t = await getTranslations('platformPages.jobs')
  const common = await getTranslations('common')
  const jobs = await getTranslations('jobs')
  const format = await getFormatter()
  const inWords = (cron: string) => {
    const schedule = scheduleOf(cron)
    if (!schedule) return cron
    const at = schedule.every === 'day' ? Date.UTC(2026, 0, 1, schedule.hour, schedule.minute) : 0
    return t(`schedule.${schedule.every}`, {
      minutes: 'minutes' in schedule ? schedule.minutes : 0,
      minute: 'minute' in schedule ? schedule.minute : 0,
      time: format.dateTime(at, 'time', { timeZone: 'UTC' }),
    })
  }
  const { cursor, status: given, tenant: tenantId } = await searchParams
  const ofTenant = tenantId ? { tenant: tenantId } : undefined
  const status = jobStatuses.find((name) => name === given)
  const work = await load((context) => call(readWork, undefined, { context }))
  // Behind the check of who asks; it looks into each workspace, which no unit of work of the platform can.
  const backlog = (await readBacklog()).slice(0, mostShown)
  const { items, nextCursor } = await load((context) => call(listAllJobs, { cursor, status, tenantId, limit: 50 }, { context }))
  return (
    <>
      <PageHeader title={t('title')} says={t('says', { runner: work.runner })} />
      <div className="mb-6 overflow-x-auto rounded-lg border bg-raised">
        <table className="w-full text-sm">
          <thead className="text-muted">
            <tr>
              <th className="px-4 py-2 font-medium">{t('queue')}</th>
              {jobStatuses.map((name) => (
                <th key={name} className="px-3 py-2 text-end font-medium">
                  {jobs(`status.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {work.queues.map(({ priority, counts }) => (
              <tr key={priority} className="border-t">
                <td className="px-4 py-2">{t(`priority.${priority}`)}</td>
                {jobStatuses.map((name) => (
                  <td key={name} className="px-3 py-2 text-end tabular-nums">
                    {counts[name]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h2 className="mb-3 text-lg font-semibold">{t('backlog')}</h2>
      <Card className="mb-6">
        {backlog.length === 0 ? (
          <p className="px-4 py-2.5 text-sm text-muted">{t('backlogNone')}</p>
        ) : (
          <ul className="divide-y">
            {backlog.map(({ tenant, jobs, deliveries, oldestDueAt }) => (
              <li key={tenant ?? ''} className="flex flex-wrap gap-3 px-4 py-2.5 text-sm">
                <span className="min-w-0 flex-1 font-medium wrap-anywhere">{tenant ?? t('backlogPlatform')}</span>
                <span className="text-muted">
                  {t.rich('backlogSays', { jobs, deliveries, time: () => <Time at={oldestDueAt} timeZone="UTC" /> })}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <nav aria-label={common('statusLabel')} className="mb-3 flex flex-wrap gap-2">
        {shown.map((choice) => (
          <Button key={choice ?? ''} asChild size="small" variant={choice === status ? 'primary' : 'secondary'}>
            <Link href={`/console/jobs?${new URLSearchParams({ ...ofTenant, ...(choice ? { status: choice } : {}) })}`}>
              {choice ? jobs(`status.${choice}`) : common('all')}
            </Link>
          </Button>
        ))}
      </nav>
      <JobsList jobs={items} timeZone="UTC" isPlatform isPart empty={<Empty title={t('none')} />} />
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/console/jobs?${new URLSearchParams({ ...ofTenant, ...(status ? { status } : {}), cursor: nextCursor })}`}>
            {common('older')}
          </Link>
        </Button>
      )}
      <h2 className="mt-8 mb-3 text-lg font-semibold">{t('schedules')}</h2>
      <Card>
        <ul className="divide-y">
          {work.schedules.map(({ name, title, cron }) => (
            <li key={name} className="flex flex-wrap gap-3 px-4 py-2.5 text-sm">
              <span className="min-w-0 flex-1">{title}</span>
              <span className="text-muted">{inWords(cron)}</span>
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
