import type { Messages } from 'use-intl/core'
import { z } from 'zod'
import en from '../../messages/en.json'
import { invalid, notFound } from '../core/errors'
import { pageInput, pageOf, totalOf } from '../core/page'
import { Prisma } from '../db/generated/tenant/client'
import { countOf } from '../db/rows'
import { afterCommit, type TenantTx } from '../db/scope'
import { wakeJobs } from '../jobs/enqueue'
import { findJob, scheduledJobs } from '../jobs/registry'
import { jobRunner } from '../jobs/runner'
import type { JobOutput } from '../jobs/schema'
import { type JobStatus, jobOutput, jobPriorities, jobStatuses } from '../jobs/schema'
import { adminProcedure, platformProcedure } from '../procedure/builders'
import type { Caller } from '../procedure/context'
import { wordsFor } from '../procedure/words'
import type { Translator } from '../text/translator'

const listInput = z.strictObject({ ...pageInput, status: z.enum(jobStatuses).optional() })
const jobRef = z.strictObject({ id: z.uuid() })

const jobRow = jobOutput.omit({ title: true, abilities: true })

type Reads = Pick<TenantTx, '$queryRaw'>

/** Both databases' roles see this one table; row-level security leaves a tenant its own rows. */
async function readPage(
  { tx, caller }: { tx: Reads; caller: Caller },
  isPlatform: boolean,
  { limit, cursor, offset = 0, total, status, tenantId }: z.output<typeof listInput> & { tenantId?: string },
) {
  if (cursor && !z.uuid().safeParse(cursor).success) throw invalid({ cursor: ['cursor'] })
  // Tenants have names for the platform only.
  const tenant = isPlatform ? Prisma.sql`(SELECT t.name FROM platform.tenant t WHERE t.id = j.tenant_id)` : Prisma.sql`NULL`
  const which = Prisma.sql`(${status ?? null}::text IS NULL OR j.status::text = ${status ?? null})
    AND (${tenantId ?? null}::uuid IS NULL OR j.tenant_id = ${tenantId ?? null}::uuid)`
  const rows = await tx.$queryRaw`
    SELECT j.id::text, j.name, j.status::text, j.attempts, j.step, j.total_steps AS "totalSteps", j.message, j.last_error AS "lastError",
      j.created_at AS "createdAt", j.due_at AS "dueAt", j.finished_at AS "finishedAt", ${tenant} AS tenant
    FROM platform.job j
    WHERE ${which} AND (${cursor ?? null}::uuid IS NULL OR j.id < ${cursor ?? null}::uuid)
    ORDER BY j.id DESC LIMIT ${limit + 1} OFFSET ${offset}`
  const t = await wordsFor(caller)
  const items = z
    .array(jobRow)
    .parse(rows)
    .slice(0, limit)
    .map((row) => toJobOutput(row, t))
  return {
    items,
    nextCursor: (rows as unknown[]).length > limit ? (items.at(-1)?.id ?? null) : null,
    ...(await totalOf({ total }, () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM platform.job j WHERE ${which}`))),
  }
}

/** Rows of an earlier version may hold words instead. */
const isProgress = (message: string): message is keyof Messages['jobProgress'] => message in en.jobProgress

const titleOf = (name: string, t: Translator) => {
  const job = findJob(name)
  return job ? t(`jobTitles.${job.title}`) : name
}

const toJobOutput = (row: z.output<typeof jobRow>, t: Translator): JobOutput => ({
  ...row,
  title: titleOf(row.name, t),
  message: row.message && isProgress(row.message) ? t(`jobProgress.${row.message}`) : row.message,
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
  .route({ method: 'GET', path: '/jobs', tags: ['Jobs'], summary: "List this workspace's jobs, newest first" })
  .input(listInput)
  .output(pageOf(jobOutput))
  .handler(({ context, input }) => readPage(context, false, input))

export const retryJob = adminProcedure
  .meta({ permission: 'job.manage' })
  .route({ method: 'POST', path: '/jobs/{id}/retry', tags: ['Jobs'], summary: 'Run a job again' })
  .input(jobRef)
  .output(ok)
  .handler(({ context, input }) => retry(context.tx, input.id))

export const cancelJob = adminProcedure
  .meta({ permission: 'job.manage' })
  .route({ method: 'POST', path: '/jobs/{id}/cancel', tags: ['Jobs'], summary: 'Cancel a job; a running job stops at its next step' })
  .input(jobRef)
  .output(ok)
  .handler(({ context, input }) => cancel(context.tx, input.id))

export const listAllJobs = platformProcedure
  .route({ method: 'GET', path: '/platform/jobs', tags: ['Platform'], summary: 'List the jobs of all workspaces, newest first' })
  .input(listInput.extend({ tenantId: z.uuid().optional() }))
  .output(pageOf(jobOutput))
  .handler(({ context, input }) => readPage(context, true, input))

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
  .route({ method: 'GET', path: '/platform/work', tags: ['Platform'], summary: 'Read queue sizes and schedules' })
  .output(
    z.object({
      runner: z.string(),
      queues: z.array(z.object({ priority: z.enum(jobPriorities), counts: z.record(z.enum(jobStatuses), z.number()) })),
      schedules: z.array(z.object({ name: z.string(), title: z.string(), cron: z.string() })),
    }),
  )
  .handler(async ({ context: { tx, caller } }) => {
    const t = await wordsFor(caller)
    const groups = await tx.job.groupBy({ by: ['priority', 'status'], _count: true })
    const countOf = (priority: string, status: string) => groups.find((g) => g.priority === priority && g.status === status)?._count ?? 0
    const queues = jobPriorities.map((priority) => ({
      priority,
      counts: Object.fromEntries(jobStatuses.map((status) => [status, countOf(priority, status)])) as Record<JobStatus, number>,
    }))
    const schedules = scheduledJobs().map(({ id, schedule }) => ({ name: id, title: titleOf(id, t), cron: schedule as string }))
    return { runner: jobRunner().name, queues, schedules }
  })
