import { z } from 'zod'
import { isError } from '../../core/errors'
import { idsOf, rowsOf } from '../../db/rows'
import { withTenant } from '../../db/scope'
import { asSystem } from '../../events/as-system'
import type { Work } from '../../events/work'
import { defineJob } from '../../jobs/define'
import { enqueueJob } from '../../jobs/enqueue'
import { forEachIsolated } from '../../log/for-each-isolated'
import { findTenant, listTenants, type ResolvedTenant } from '../../tenancy/resolve'
import { findArticle } from './queries'
import { publishVersion } from './record'

/** Clocks may differ by this much. */
const slackMs = 2000

/** Publishes an article at the time that was set for it. */
export const publishArticleJob = defineJob({
  id: 'kb.publish',
  title: 'publishArticle',
  input: z.object({ articleId: z.string() }),
  async run({ tenant, input }) {
    if (tenant) await asSystem(tenant, 'kb.schedule', (work) => publishDue(work, input.articleId))
  },
})

export const planPublication = ({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, articleId: string, at: Date) =>
  enqueueJob(
    { tx, tenantId: tenant.ref.id },
    publishArticleJob,
    { articleId },
    { dueAt: at, uniqueKey: `${articleId}:${at.toISOString()}` },
  )

/** The row decides, not the job: one that was planned for another time, or is published already, stays as it is. */
async function publishDue(work: Work, articleId: string) {
  const article = await findArticle(work, articleId, 'lock').catch((error) => {
    if (isError(error, 'NOT_FOUND')) return null
    throw error
  })
  if (article?.status !== 'scheduled' || !article.scheduledAt) return
  if (article.scheduledAt.getTime() > work.now.getTime() + slackMs) await planPublication(work, articleId, article.scheduledAt)
  else await publishVersion(work, article)
}

const atOnce = 500

/** Finds articles that no job is coming for. */
export const sweepArticlesJob = defineJob({
  id: 'kb.sweep',
  title: 'findArticles',
  input: z.object({}),
  schedule: '*/5 * * * *',
  priority: 'low',
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', async (tenant) => {
      await withTenant(tenant, async (tx) => {
        const overdue = await idsOf(tx.$queryRaw`
          SELECT id::text FROM kb_article WHERE tenant_id = ${tenant.id}::uuid AND status = 'scheduled' AND deleted_at IS NULL
            AND scheduled_at < now() - interval '1 minute' ORDER BY scheduled_at LIMIT ${atOnce}`)
        for (const articleId of overdue)
          await enqueueJob({ tx, tenantId: tenant.id }, publishArticleJob, { articleId }, { uniqueKey: `${articleId}:overdue` })
      })
    })
  },
})

const due = z.object({ id: z.string(), title: z.string(), at: z.date() })

/** Tells of each article whose review date has come, once for each date. */
export const remindOfReviews = (tenant: ResolvedTenant): Promise<number> =>
  asSystem(tenant, 'kb.reviews', async ({ tx, emit }) => {
    const rows = await rowsOf(
      due,
      tx.$queryRaw`
        UPDATE kb_article a SET reminded_review_at = a.review_at FROM (
          SELECT a.id FROM kb_article a WHERE a.tenant_id = ${tenant.ref.id}::uuid AND a.review_at <= now()
            AND a.reminded_review_at IS DISTINCT FROM a.review_at AND a.deleted_at IS NULL AND a.status <> 'archived'
          ORDER BY a.review_at LIMIT ${atOnce} FOR UPDATE SKIP LOCKED) d
        WHERE a.tenant_id = ${tenant.ref.id}::uuid AND a.id = d.id RETURNING a.id::text, a.title, a.review_at AS at`,
    )
    for (const { id, title, at } of rows) emit('kb.review_due', { name: title, at: at.toISOString() }, { subjectId: id })
    return rows.length
  })

export const remindOfReviewsJob = defineJob({
  id: 'kb.reviews',
  title: 'findReviews',
  input: z.object({}),
  schedule: '*/15 * * * *',
  priority: 'low',
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', async ({ id }) => {
      const tenant = await findTenant({ id })
      if (tenant?.status === 'active') for (let told = atOnce; told === atOnce; ) told = await remindOfReviews(tenant)
    })
  },
})
