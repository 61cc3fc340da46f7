import { z } from 'zod'
import { notFound } from '../../core/errors'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedEachTime } from '../../db/prepared'
import { idsOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { publicProcedure } from '../../procedure/builders'
import { type PublishedListed, publishedColumns, publishedListed, publishedRows } from '../articles/published'
import { isFor, readableBy } from '../articles/visible'

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

/** What is like an article is no more than this many. */
const mostLike = 4
/** Of an article those words that say most of it. */
const mostTerms = 16
/** A word that stands in more articles than this says nothing of one. */
const mostArticles = 2000
/** What shares less than this of what an article says is not like it. */
const leastShared = 0.12

export const listRelatedArticles = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/articles/{id}/related',
    tags: ['Public'],
    summary: 'List what else there is to read after an article: what its writers chose, or else what is like it',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.object({ items: z.array(publishedListed) }))
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, actor } = context
    const [own] = await idsOf(tx.$queryRaw`
      SELECT a.id::text FROM kb_article a WHERE a.tenant_id = ${tenant.ref.id}::uuid AND a.id = ${id}::uuid AND ${readableBy(actor)}`)
    if (!own) throw notFound('article')
    const chosen = await chosenFor(context, id)
    return { items: chosen.length > 0 ? chosen : await likeIt(context, id) }
  })

/**
 * What the writers chose, in the language of the article where there is a translation. A translation for which nothing was chosen has what
 * was chosen for its source.
 */
const chosenFor = ({ tx, tenant, actor }: Reading, id: string): Promise<PublishedListed[]> => {
  const chosen = Prisma.sql`
    SELECT r.related_id, r.position, w.locale, w.id AS own_id, coalesce(w.source_id, w.id) AS own_group FROM kb_article w
    JOIN kb_related r ON r.tenant_id = w.tenant_id AND (r.article_id = w.id OR r.article_id = w.source_id AND NOT EXISTS (
      SELECT 1 FROM kb_related x WHERE x.tenant_id = w.tenant_id AND x.article_id = w.id))
    WHERE w.tenant_id = ${tenant.ref.id}::uuid AND w.id = ${id}::uuid`
  return rowsOf(
    publishedListed,
    tx.$queryRaw`
      SELECT ${publishedColumns} FROM (
        SELECT DISTINCT ON (coalesce(o.source_id, o.id)) o.id, h.position FROM (${chosen}) h
        JOIN kb_article e ON e.tenant_id = ${tenant.ref.id}::uuid AND e.id = h.related_id
        JOIN kb_article o ON o.tenant_id = e.tenant_id AND coalesce(o.source_id, o.id) = coalesce(e.source_id, e.id)
        WHERE (o.id = e.id OR o.locale = h.locale) AND coalesce(o.source_id, o.id) <> h.own_group AND ${readableBy(actor, 'o')}
        ORDER BY coalesce(o.source_id, o.id), o.locale = h.locale DESC, h.position) p
      JOIN (${publishedRows}) ON a.tenant_id = ${tenant.ref.id}::uuid AND a.id = p.id
      ORDER BY p.position, a.id`,
  )
}

/**
 * The articles that share most of the words that say most of an article, in its language. How much a word says is counted over what the
 * reader may see, as the search does.
 */
const likeIt = ({ tx, tenant, actor }: Reading, id: string): Promise<PublishedListed[]> => {
  const tenantId = Prisma.sql`${tenant.ref.id}::uuid`
  const inText = (alias: 'p' | 's') => Prisma.raw(`(${alias}.document / (${alias}.document + 0.5 + ${alias}.document_length / 400.0))`) // not-words: SQL
  const own = Prisma.sql`
    SELECT ${plannedEachTime} p.language, p.term, d.idf * d.idf * ${inText('p')} AS weight, ${inText('p')} AS part FROM kb_posting p
    CROSS JOIN LATERAL (
      SELECT ln(1 + (SELECT sum(o.articles) FROM kb_search_total o WHERE o.tenant_id = p.tenant_id AND o.language = p.language
        AND ${isFor(actor, 'o')}) / sum(t.articles)) AS idf, sum(t.articles) AS articles
      FROM kb_term t WHERE t.tenant_id = p.tenant_id AND t.language = p.language AND t.term = p.term AND ${isFor(actor, 't')}) d
    WHERE p.tenant_id = ${tenantId} AND p.article_id = ${id}::uuid AND d.articles BETWEEN 2 AND ${mostArticles}
    ORDER BY weight DESC, p.term LIMIT ${mostTerms}`
  return rowsOf(
    publishedListed,
    tx.$queryRaw`
      WITH own AS MATERIALIZED (${own}),
      alike AS (
        SELECT s.article_id AS id, sum(w.weight * ${inText('s')}) AS score FROM own w
        JOIN kb_posting s ON s.tenant_id = ${tenantId} AND s.language = w.language AND s.term = w.term
        JOIN kb_article a ON a.tenant_id = s.tenant_id AND a.id = s.article_id
        JOIN kb_article e ON e.tenant_id = s.tenant_id AND e.id = ${id}::uuid
        WHERE coalesce(a.source_id, a.id) <> coalesce(e.source_id, e.id) AND ${readableBy(actor)}
        GROUP BY s.article_id
        HAVING sum(w.weight * ${inText('s')}) >= ${leastShared} * (SELECT sum(o.weight * o.part) FROM own o)
        ORDER BY score DESC, s.article_id LIMIT ${mostLike})
      SELECT ${publishedColumns} FROM alike p JOIN (${publishedRows}) ON a.tenant_id = ${tenantId} AND a.id = p.id ORDER BY p.score DESC, a.id`,
  )
}
