import { newId } from '../core/id'
import { errorText } from '../core/text'
import { withTimeout } from '../core/with-timeout'
import type { Job as JobRow } from '../db/generated/platform/client'
import { withPlatform } from '../db/scope'
import { log } from '../log/log'
import { findTenant, type ResolvedTenant } from '../tenancy/resolve'
import { type Job, JobCancelledError, JobPostponedError } from './define'
import { findJob, sayJobDied } from './registry'

// not-words: what failed is told as it was logged
export const unknownJob = (name: string) => ({ status: 'dead' as const, lastError: `this version has no job called ${name}` })

/** Handed over again at another time, as if it had not been tried. The work of a workspace that is suspended or deleted waits until that is resumed or restored. */
const postponed = ({ attempts }: JobRow, dueAt?: Date) =>
  ({ status: 'queued', dispatchedAt: null, leaseUntil: null, attempts: attempts - 1, dueAt }) as const

/** Called at start by the only process on its database: whoever was running a job is gone. */
export const releaseJobs = () =>
  withPlatform(
    (tx) => tx.$executeRaw`UPDATE platform.job SET status = 'queued', dispatched_at = NULL, lease_until = NULL WHERE status = 'running'`,
  )

/**
 * Runs one job, whoever calls it. The row decides: what is done,
 * cancelled or under way elsewhere is left alone.
 * @throws what the job threw when it is to be tried again, so that the runner waits and calls once more
 */
export async function runJob(id: string) {
  const row = await claim(id)
  if (row) await runClaimed(row)
}

/** @throws as `runJob` does */
export async function runClaimed(row: JobRow) {
  const job = findJob(row.name)
  if (!job) return void (await finish(row, { ...unknownJob(row.name), finishedAt: new Date() }))
  let tenant: ResolvedTenant | null = null
  try {
    tenant = row.tenantId ? await findTenant({ id: row.tenantId }) : null
    if (row.tenantId && (!tenant || tenant.status === 'suspended')) return void (await finish(row, postponed(row)))
    const run = job.run({ input: job.input.parse(row.input), tenant, progress: (...said) => recordProgress(row, ...said) })
    await withTimeout(job.timeoutSeconds * 1000, job.id, run)
    await finish(row, { status: 'done', finishedAt: new Date(), lastError: null })
  } catch (error) {
    if (error instanceof JobCancelledError) return
    if (error instanceof JobPostponedError) return void (await finish(row, postponed(row, error.until)))
    const isLast = row.attempts > job.retries
    log().error({ err: error, jobId: row.id, job: job.id, tenantId: row.tenantId, dead: isLast }, 'a job failed')
    const lastError = errorText(error)
    const dueAt = new Date(Date.now() + job.retryDelaySeconds * 2 ** (row.attempts - 1) * 1000)
    const leaseUntil = new Date(dueAt.getTime() + 600_000) // by then the runner has tried again, or forgotten it
    await finish(row, isLast ? { status: 'dead', lastError, finishedAt: new Date() } : { status: 'failed', lastError, dueAt, leaseUntil })
    if (!isLast) throw error
    if (tenant)
      await sayJobDied(tenant, job.id).catch((failure) => log().error({ err: failure, job: job.id }, 'nobody was told of a dead job'))
  }
}

/** Runs what a schedule calls for. It keeps no row while it works; a failure is kept as one, to be seen and run again. */
export async function runScheduled(name: string) {
  const job = findJob(name)
  if (!job?.schedule) return log().warn({ job: name }, 'a schedule calls for a job this version does not have')
  try {
    await withTimeout(job.timeoutSeconds * 1000, job.id, job.run({ input: {}, tenant: null, progress: async () => {} }))
  } catch (error) {
    log().error({ err: error, job: job.id }, 'a scheduled job failed; it runs again at its next time')
    await recordFailedTurn(job, error as Error)
  }
}

async function recordFailedTurn(job: Job, error: Error) {
  await withPlatform(
    (tx) => tx.$executeRaw`
      INSERT INTO platform.job (id, name, input, priority, status, attempts, last_error, started_at, finished_at, dispatched_at)
      SELECT ${newId()}::uuid, ${job.id}, '{}', ${job.priority}::platform."JobPriority", 'dead', 1, ${errorText(error)}, now(), now(), now()
      WHERE NOT EXISTS (SELECT 1 FROM platform.job WHERE name = ${job.id} AND status = 'dead' AND created_at > now() - interval '1 hour')`,
  )
}

export async function claim(id: string): Promise<JobRow | undefined> {
  const longest = 3600
  return withPlatform(async (tx) => {
    const row = await tx.job.findUnique({ where: { id } })
    const seconds = (row && findJob(row.name)?.timeoutSeconds) ?? longest
    const taken = await tx.$executeRaw`
      UPDATE platform.job SET status = 'running', attempts = attempts + 1, started_at = now(), finished_at = NULL,
        lease_until = now() + make_interval(secs => ${seconds + 30}::float)
      WHERE id = ${id}::uuid AND (status IN ('queued', 'failed') OR (status = 'running' AND lease_until < now()))`
    return taken ? tx.job.findUniqueOrThrow({ where: { id } }) : undefined
  })
}

async function recordProgress(row: JobRow, step: number, totalSteps: number, message: string) {
  if (!(await finish(row, { step, totalSteps, message }))) throw new JobCancelledError(`${row.name} was cancelled`)
}

/** Writes unless someone cancelled the job or another process took it over. */
async function finish(row: JobRow, data: Partial<JobRow>): Promise<boolean> {
  const where = { id: row.id, status: 'running' as const, attempts: row.attempts }
  const { count } = await withPlatform((tx) => tx.job.updateMany({ where, data: data as never }))
  return count > 0
}
