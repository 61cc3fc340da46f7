import { inBackground } from '../core/background'
import { newId } from '../core/id'
import { notify } from '../db/notify'
import { idsOf } from '../db/rows'
import { afterCommit, outsideUnitOfWork, type TenantTx } from '../db/scope'
import { env } from '../env'
import { log } from '../log/log'
import type { Job } from './define'
import { dispatchJobs } from './dispatch'

/** Where a process that leaves its jobs to the worker tells it that there are some. */
export const jobsChannel = 'baraza_jobs'

export interface EnqueueOptions {
  /** While a job of this name and key waits or runs, no second one is made. */
  uniqueKey?: string
  dueAt?: Date
}

/**
 * Writes the job into the open unit of work, the tenant's or the platform's. It
 * is handed to the runner after the commit; what a crash leaves, the sweep hands over.
 * @returns the job's id, of the one that waits already if the key is taken
 */
export async function enqueueJob<I>(
  { tx, tenantId }: { tx: Pick<TenantTx, '$queryRaw'>; tenantId: string | null },
  job: Job<I>,
  input: I,
  { uniqueKey, dueAt }: EnqueueOptions = {},
): Promise<string> {
  const id = newId()
  const checked = JSON.stringify(job.input.parse(input))
  const [added] = await idsOf(tx.$queryRaw`
    INSERT INTO platform.job (id, tenant_id, name, input, priority, unique_key, due_at)
    VALUES (${id}::uuid, ${tenantId}::uuid, ${job.id}, ${checked}::jsonb, ${job.priority}::platform."JobPriority",
      ${uniqueKey ?? null}, coalesce(${dueAt ?? null}, now()))
    ON CONFLICT DO NOTHING RETURNING id::text`)
  afterCommit(wakeJobs)
  if (added) return added
  const [waiting] = await idsOf(tx.$queryRaw`
    SELECT id::text FROM platform.job WHERE tenant_id IS NOT DISTINCT FROM ${tenantId}::uuid AND name = ${job.id}
      AND unique_key = ${uniqueKey} AND status IN ('queued', 'running', 'failed')`)
  return waiting ?? enqueueJob({ tx, tenantId }, job, input, { uniqueKey, dueAt }) // it ended in between
}

/** Hands what waits to the runner; returns at once. */
export const wakeJobs = () =>
  inBackground(
    'jobs',
    async () => {
      if (env().JOBS === 'off') return notify(jobsChannel, '')
      await outsideUnitOfWork(dispatchJobs)
    },
    (error) => log().error({ err: error }, 'jobs could not be handed to the runner; the sweep will do it'),
  )
