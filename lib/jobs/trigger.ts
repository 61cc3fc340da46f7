import { configure, tasks } from '@trigger.dev/sdk'
import { env } from '../env'
import type { Dispatch, JobRunner } from './runner'

const priorities = { high: 600, normal: 0, low: -600 }

/** Trigger.dev calls back into `trigger/*.ts`, which run the same functions. */
export const triggerRunner: JobRunner = {
  name: 'Trigger.dev',
  async send({ id, job, tenantId, dueAt, attempt }: Dispatch) {
    configure({ accessToken: env().TRIGGER_SECRET_KEY, baseURL: env().TRIGGER_API_URL })
    await tasks.trigger(
      job.id,
      { id },
      {
        idempotencyKey: `${id}:${attempt}`,
        concurrencyKey: tenantId ?? undefined,
        delay: dueAt.getTime() > Date.now() ? dueAt : undefined,
        // Seconds of head start over what was queued before it.
        priority: Math.max(0, priorities[job.priority]),
        tags: tenantId ? [`tenant:${tenantId}`] : [],
      },
    )
  },
}
