'use client'

import { RotateCw } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { Button } from '@/components/ui/button'
import { Badge } from '@/components/ui/layout'
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

/** Jobs with how far they are; while one is under way the list keeps itself true. */
export function JobsList({ jobs, timeZone, isPlatform }: { jobs: JobOutput[]; timeZone: string; isPlatform?: boolean }) {
  const t = useTranslations('jobs')
  const router = useRouter()
  const isMoving = jobs.some(({ status }) => status === 'queued' || status === 'running')
  useEffect(() => {
    if (!isMoving) return
    const timer = setInterval(() => document.visibilityState === 'visible' && router.refresh(), refreshMs)
    return () => clearInterval(timer)
  }, [isMoving, router])
  return (
    <ul className="divide-y">
      {jobs.map((job) => (
        <li key={job.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
          <div className="min-w-0 flex-1 basis-64">
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{job.title}</span>
              <Badge className={tones[job.status]}>{t(`status.${job.status}`)}</Badge>
              {job.tenant && <span className="text-sm text-muted">{job.tenant}</span>}
            </p>
            <p className="text-sm wrap-anywhere text-muted">
              {job.status === 'running' && job.totalSteps > 0 && (
                <>{t('progress', { step: job.step, total: job.totalSteps, message: job.message ?? '' })} · </>
              )}
              {job.attempts > 1 && <>{t('attempts', { count: job.attempts })} · </>}
              <Time at={job.finishedAt ?? job.createdAt} timeZone={timeZone} />
            </p>
            {job.lastError && <p className="text-sm wrap-anywhere text-danger">{job.lastError}</p>}
          </div>
          <JobActions job={job} isPlatform={isPlatform} />
        </li>
      ))}
    </ul>
  )
}

function JobActions({ job, isPlatform }: { job: JobOutput; isPlatform?: boolean }) {
  const t = useTranslations('jobs')
  const retry = useAction(isPlatform ? api.platform.retryJob : api.jobs.retry, { success: t('restarted') })
  const cancel = useAction(isPlatform ? api.platform.cancelJob : api.jobs.cancel, { success: t('cancelled') })
  return (
    <div className="flex gap-2">
      {job.abilities.retry && (
        <Button size="small" isPending={retry.isPending} onClick={() => void retry.run({ id: job.id })}>
          <RotateCw aria-hidden /> {t('retry')}
        </Button>
      )}
      {job.abilities.cancel && (
        <Button size="small" variant="danger" isPending={cancel.isPending} onClick={() => void cancel.run({ id: job.id })}>
          {t('cancel')}
        </Button>
      )}
    </div>
  )
}

/** An event that one of its consumers could not handle. */
export function RetryDelivery({ eventId, subscriber }: { eventId: string; subscriber: string }) {
  const t = useTranslations('jobs')
  const { run, isPending } = useAction(api.deliveries.retry, { success: t('redelivering') })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ eventId, subscriber })}>
      <RotateCw aria-hidden /> {t('redeliver')}
    </Button>
  )
}
