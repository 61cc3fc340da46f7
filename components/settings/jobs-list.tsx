'use client'

import { RotateCw, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type ReactNode, useEffect } from 'react'
import { DataTable } from '@/components/ui/data-table'
import { Badge } from '@/components/ui/layout'
import { RowMenu } from '@/components/ui/row-menu'
import { Time } from '@/components/ui/time'
import { useAction } from '@/components/ui/use-action'
import type { JobOutput, JobStatus } from '@/lib/jobs/schema'
import { api } from '@/lib/wiring/client'

const tones: Record<JobStatus, string> = {
  queued: 'text-muted',
  running: 'text-link',
  failed: 'text-warning',
  done: 'text-success',
  dead: 'text-danger',
  cancelled: 'text-muted',
}

const refreshMs = 3000

interface Props {
  jobs: JobOutput[]
  timeZone: string
  isPlatform?: boolean
  /** There are more than these. */
  isPart?: boolean
  empty: ReactNode
}

/** Jobs with how far they are; while one is under way the list keeps itself true. */
export function JobsList({ jobs, timeZone, isPlatform, isPart, empty }: Props) {
  const t = useTranslations('jobs')
  const common = useTranslations('common')
  const router = useRouter()
  const isMoving = jobs.some(({ status }) => status === 'queued' || status === 'running')
  useEffect(() => {
    if (!isMoving) return
    const timer = setInterval(() => document.visibilityState === 'visible' && router.refresh(), refreshMs)
    return () => clearInterval(timer)
  }, [isMoving, router])
  return (
    <DataTable
      label={t('title')}
      isPart={isPart}
      empty={empty}
      columns={[{ name: t('job') }, { name: common('statusLabel') }, { name: t('when'), from: 'sm' }]}
      rows={jobs.map((job) => {
        const at = job.finishedAt ?? job.createdAt
        return {
          id: job.id,
          words: `${job.tenant ?? ''} ${job.lastError ?? ''}`,
          menu: <JobMenu job={job} isPlatform={isPlatform} />,
          cells: [
            {
              value: job.title,
              show: (
                <>
                  {job.title}
                  {job.tenant && <span className="block text-xs font-normal text-muted">{job.tenant}</span>}
                  {job.status === 'running' && job.totalSteps > 0 && (
                    <span className="block text-xs font-normal text-muted">
                      {t('progress', { step: job.step, total: job.totalSteps, message: job.message ?? '' })}
                    </span>
                  )}
                  {job.lastError && (
                    <span dir="auto" className="block text-xs font-normal text-danger">
                      {job.lastError}
                    </span>
                  )}
                </>
              ),
            },
            {
              value: t(`status.${job.status}`),
              show: (
                <>
                  <Badge className={tones[job.status]}>{t(`status.${job.status}`)}</Badge>
                  {job.attempts > 1 && <span className="block text-xs text-muted">{t('attempts', { count: job.attempts })}</span>}
                </>
              ),
            },
            { value: at.getTime(), show: <Time at={at} timeZone={timeZone} className="text-muted" /> },
          ],
        }
      })}
    />
  )
}

function JobMenu({ job: { id, title, abilities }, isPlatform }: { job: JobOutput; isPlatform?: boolean }) {
  const t = useTranslations('jobs')
  const retry = useAction(isPlatform ? api.platform.retryJob : api.jobs.retry, { success: t('restarted') })
  const cancel = useAction(isPlatform ? api.platform.cancelJob : api.jobs.cancel, { success: t('cancelled') })
  return (
    <RowMenu
      of={title}
      isPending={retry.isPending || cancel.isPending}
      actions={[
        abilities.retry && { name: t('retry'), icon: RotateCw, onUse: () => retry.run({ id }) },
        abilities.cancel && { name: t('cancel'), icon: X, isDangerous: true, onUse: () => cancel.run({ id }) },
      ]}
    />
  )
}

/** An event that one of its consumers could not handle. */
export function DeliveryMenu({ eventId, subscriber }: { eventId: string; subscriber: string }) {
  const t = useTranslations('jobs')
  const { run, isPending } = useAction(api.deliveries.retry, { success: t('redelivering') })
  return (
    <RowMenu
      of={subscriber}
      isPending={isPending}
      actions={[{ name: t('redeliver'), icon: RotateCw, onUse: () => run({ eventId, subscriber }) }]}
    />
  )
}
