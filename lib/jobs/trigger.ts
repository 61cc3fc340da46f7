import { configure, type TriggerOptions, tasks } from '@trigger.dev/sdk'
import { env } from '../env'
import type { Dispatch, Job, JobRunner } from './define'

/** Trigger.dev calls back into `trigger/*.ts`, which run the same functions. */
export const triggerRunner: JobRunner = {
  name: 'Trigger.dev',
  async send(dispatches) {
    configure({ accessToken: env().TRIGGER_SECRET_KEY, baseURL: env().TRIGGER_API_URL })
    for (const [name, runs] of Map.groupBy(dispatches, ({ job }) => job.id)) {
      const items = runs.map((run) => ({ payload: { id: run.id }, options: optionsOf(run) }))
      const [first, second] = items
      if (second) await tasks.batchTrigger(name, items)
      else if (first) await tasks.trigger(name, first.payload, first.options)
    }
  },
}

// Seconds of head start over what was queued before it.
const headStart = { high: 600, normal: 60, low: 0 }

const optionsOf = ({ id, job, tenantId, dueAt, attempt }: Dispatch): TriggerOptions => ({
  // One that was postponed comes again, and counts no try.
  idempotencyKey: `${id}:${attempt}:${dueAt.getTime()}`,
  concurrencyKey: tenantId ?? undefined,
  delay: dueAt.getTime() > Date.now() ? dueAt : undefined,
  priority: headStart[job.priority],
  tags: tenantId ? [`tenant:${tenantId}`] : [],
})

/** What a job's shell tells Trigger.dev about it. */
export const shellOf = (job: Pick<Job, 'id' | 'retries' | 'retryDelaySeconds' | 'timeoutSeconds' | 'schedule'>) => ({
  id: job.id,
  // With the tenant as concurrency key: two of each tenant at once.
  queue: { concurrencyLimit: 2 },
  retry: { maxAttempts: job.retries + 1, factor: 2, minTimeoutInMs: job.retryDelaySeconds * 1000 },
  maxDuration: job.timeoutSeconds + 60,
  ...(job.schedule ? { cron: { pattern: job.schedule, timezone: 'UTC' } } : {}),
})
