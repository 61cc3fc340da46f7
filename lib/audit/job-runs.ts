import { z } from 'zod'
import { invalid, notFound } from '../core/errors'
import { pageInput, pageOf } from '../core/page'
import { Prisma } from '../db/generated/tenant/client'
import { afterCommit, type TenantTx } from '../db/scope'
import { wakeJobs } from '../jobs/enqueue'
import { findJob, scheduledJobs } from '../jobs/registry'
import { jobRunner } from '../jobs/runner'
import type { JobOutput } from '../jobs/schema'
import { type JobStatus, jobOutput, jobPriorities, jobStatuses } from '../jobs/schema'
import { adminProcedure, platformProcedure } from '../procedure/builders'

const listInput = z.strictObject({ ...pageInput, status: z.enum(jobStatuses).optional() })
const jobRef = z.strictObject({ id: z.uuid() })

const jobRow = jobOutput.omit({ title: true, abilities: true })

type Reads = Pick<TenantTx, '$queryRaw'>

/** Both databases' roles see this one table; row-level security leaves a tenant its own rows. */
async function readPage(tx: Reads, isPlatform: boolean, { limit, cursor, status }: z.output<typeof listInput>) {
  if (cursor && !z.uuid().safeParse(cursor).success) throw invalid({ cursor: ['This is not a cursor of this list.'] })
  // Tenants have names for the platform only.
  const tenant = isPlatform ? Prisma.sql`(SELECT t.name FROM platform.tenant t WHERE t.id = j.tenant_id)` : Prisma.sql`NULL`
  const rows = await tx.$queryRaw`
    SELECT j.id::text, j.name, j.status::text, j.attempts, j.step, j.total_steps AS "totalSteps", j.message, j.last_error AS "lastError",
      j.created_at AS "createdAt", j.due_at AS "dueAt", j.finished_at AS "finishedAt", ${tenant} AS tenant
    FROM platform.job j
    WHERE (${status ?? null}::text IS NULL OR j.status::text = ${status ?? null}) AND (${cursor ?? null}::uuid IS NULL OR j.id < ${cursor ?? null}::uuid)
    ORDER BY j.id DESC LIMIT ${limit + 1}`
  const items = z.array(jobRow).parse(rows).slice(0, limit).map(present)
  return { items, nextCursor: (rows as unknown[]).length > limit ? (items.at(-1)?.id ?? null) : null }
}

const present = (row: z.output<typeof jobRow>): JobOutput => ({
  ...row,
  title: findJob(row.name)?.title ?? row.name,
  abilities: {
    retry: row.status === 'dead' || row.status === 'cancelled',
    cancel: row.status === 'queued' || row.status === 'failed' || row.status === 'running',
  },
})

async function change(tx: Pick<TenantTx, '$executeRaw'>, set: Prisma.Sql, from: readonly string[], id: string) {
  const count = await tx.$executeRaw`UPDATE platform.job SET ${set} WHERE id = ${id}::uuid AND status::text = ANY(${[...from]}::text[])`
  if (count === 0) throw notFound('job')
  afterCommit(wakeJobs)
  return { ok: true as const }
}

const anew = Prisma.sql`status = 'queued', attempts = 0, dispatched_at = NULL, lease_until = NULL, finished_at = NULL, due_at = now()`
const over = Prisma.sql`status = 'cancelled', finished_at = now()`
const retry = (tx: Pick<TenantTx, '$executeRaw'>, id: string) => change(tx, anew, ['dead', 'cancelled'], id)
const cancel = (tx: Pick<TenantTx, '$executeRaw'>, id: string) => change(tx, over, ['queued', 'failed', 'running'], id)

const ok = z.object({ ok: z.literal(true) })

export const listJobs = adminProcedure
  .meta({ permission: 'job.manage' })
  .route({ method: 'GET', path: '/jobs', tags: ['Jobs'], summary: "Read this desk's background work, newest first" })
  .input(listInput)
  .output(pageOf(jobOutput))
  .handler(({ context, input }) => readPage(context.tx, false, input))

export const retryJob = adminProcedure
  .meta({ permission: 'job.manage' })
  .route({ method: 'POST', path: '/jobs/{id}/retry', tags: ['Jobs'], summary: 'Run a job again' })
  .input(jobRef)
  .output(ok)
  .handler(({ context, input }) => retry(context.tx, input.id))

export const cancelJob = adminProcedure
  .meta({ permission: 'job.manage' })
  .route({ method: 'POST', path: '/jobs/{id}/cancel', tags: ['Jobs'], summary: 'Cancel a job; one that runs stops at its next step' })
  .input(jobRef)
  .output(ok)
  .handler(({ context, input }) => cancel(context.tx, input.id))

export const listAllJobs = platformProcedure
  .route({ method: 'GET', path: '/platform/jobs', tags: ['Platform'], summary: 'Read the background work of all desks, newest first' })
  .input(listInput)
  .output(pageOf(jobOutput))
  .handler(({ context, input }) => readPage(context.tx, true, input))

export const retryAnyJob = platformProcedure
  .route({ method: 'POST', path: '/platform/jobs/{id}/retry', tags: ['Platform'], summary: 'Run a job again' })
  .input(jobRef)
  .output(ok)
  .handler(({ context, input }) => retry(context.tx, input.id))

export const cancelAnyJob = platformProcedure
  .route({ method: 'POST', path: '/platform/jobs/{id}/cancel', tags: ['Platform'], summary: 'Cancel a job' })
  .input(jobRef)
  .output(ok)
  .handler(({ context, input }) => cancel(context.tx, input.id))

/** What runs and waits, by status, and what runs when. */
export const readWork = platformProcedure
  .route({ method: 'GET', path: '/platform/work', tags: ['Platform'], summary: 'Read how full the queues are and what is scheduled' })
  .output(
    z.object({
      runner: z.string(),
      queues: z.array(z.object({ priority: z.enum(jobPriorities), counts: z.record(z.enum(jobStatuses), z.number()) })),
      schedules: z.array(z.object({ name: z.string(), title: z.string(), cron: z.string() })),
    }),
  )
  .handler(async ({ context: { tx } }) => {
    const groups = await tx.job.groupBy({ by: ['priority', 'status'], _count: true })
    const countOf = (priority: string, status: string) => groups.find((g) => g.priority === priority && g.status === status)?._count ?? 0
    const queues = jobPriorities.map((priority) => ({
      priority,
      counts: Object.fromEntries(jobStatuses.map((status) => [status, countOf(priority, status)])) as Record<JobStatus, number>,
    }))
    const schedules = scheduledJobs().map(({ id, title, schedule }) => ({ name: id, title, cron: schedule as string }))
    return { runner: jobRunner().name, queues, schedules }
  })
