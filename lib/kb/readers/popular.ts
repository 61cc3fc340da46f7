import { z } from 'zod'
import { rowsOf } from '../../db/rows'
import { publicProcedure } from '../../procedure/builders'
import { inLanguage, publishedColumns, publishedListed, publishedRows } from '../articles/published'
import { localeInput } from '../articles/schema'
import { readableBy } from '../articles/visible'

const most = 6
const days = 30

export const listPopularArticles = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/popular',
    tags: ['Public'],
    summary: 'List the articles that were read most in the last 30 days',
  })
  .input(z.strictObject({ locale: localeInput.optional() }).default({}))
  .output(z.object({ items: z.array(publishedListed) }))
  .handler(async ({ context, input: { locale = context.tenant.locale } }) => {
    const { tx, tenant, actor } = context
    const items = await rowsOf(
      publishedListed,
      tx.$queryRaw`
        SELECT ${publishedColumns} FROM (
          SELECT a.id, sum(d.views) AS views FROM kb_article_day d JOIN kb_article a ON a.tenant_id = d.tenant_id AND a.id = d.article_id
          WHERE d.tenant_id = ${tenant.ref.id}::uuid AND d.day > current_date - ${days}::int AND d.views > 0 AND ${readableBy(actor)}
            AND ${inLanguage(context, locale)}
          GROUP BY a.id ORDER BY views DESC, a.id LIMIT ${most}) p
        JOIN (${publishedRows}) ON a.tenant_id = ${tenant.ref.id}::uuid AND a.id = p.id ORDER BY p.views DESC, a.id`,
    )
    return { items }
  })
