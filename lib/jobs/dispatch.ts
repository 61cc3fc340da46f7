import { isStopping } from '../core/background'
import { withPlatform } from '../db/scope'
import { findJob } from './registry'
import { unknownJob } from './run'
import { jobRunner } from './runner'

/** Hands over the jobs that were written and not handed to the runner yet. */
export async function dispatchJobs() {
  while (!isStopping()) {
    const rows = await withPlatform((tx) =>
      tx.job.findMany({
        where: { status: 'queued', dispatchedAt: null, OR: [{ tenantId: null }, { tenant: { status: 'active', deletedAt: null } }] },
        orderBy: { dueAt: 'asc' },
        take: 100,
      }),
    )
    const known = rows.flatMap(({ id, name, tenantId, dueAt, attempts: attempt }) => {
      const job = findJob(name)
      return job ? [{ id, job, tenantId, dueAt, attempt }] : []
    })
    if (known.length > 0) await jobRunner().send(known)
    for (const { id, name } of rows)
      if (!findJob(name)) await withPlatform((tx) => tx.job.update({ where: { id }, data: unknownJob(name) }))
    // Sent twice after a crash in between; the row lets only one of them run.
    await withPlatform((tx) => tx.job.updateMany({ where: { id: { in: rows.map(({ id }) => id) } }, data: { dispatchedAt: new Date() } }))
    if (rows.length < 100) return
  }
}

/** Puts back what a crash left running and what the runner forgot to try again. */
export async function sweepJobs() {
  await withPlatform(
    (tx) => tx.$executeRaw`
      UPDATE platform.job SET status = 'queued', dispatched_at = NULL, lease_until = NULL
      WHERE (status = 'running' AND lease_until < now()) OR (status = 'failed' AND lease_until < now())`,
  )
  await dispatchJobs()
}
