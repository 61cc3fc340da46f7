import { z } from 'zod'
import { type Actor, has } from '../../actor/actor'
import { invalid, notFound } from '../../core/errors'
import { decodeCursor, instant, pageInput, toPage, totalOf } from '../../core/page'
import { flagInput, tagInput } from '../../core/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { asList, countOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import { type ArticleFacts, actionsFor, canWrite } from './policy'
import {
  type ArticleOutput,
  articleListed,
  articleOutput,
  articlePage,
  audience,
  type CategoryOutput,
  categoryOutput,
  localeInput,
} from './schema'
import { readRules } from './settings'
import { isOlderThanSource, isWithoutTranslation } from './translations'
import { isFor, workingCopiesOf } from './visible'
import { articleStatuses, isEditable } from './workflow'

/** Articles `o` that are others of the group of translations of `a`. */
export const translates = Prisma.sql`o.tenant_id = a.tenant_id AND o.id <> a.id
  AND coalesce(o.source_id, o.id) = coalesce(a.source_id, a.id)`

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

const categoryRow = categoryOutput.omit({ path: true })

/** The categories that the actor may see, parents before children, siblings in their order. */
export async function readCategories({ tx, tenant, actor }: Reading): Promise<CategoryOutput[]> {
  const texts = Prisma.sql`t.locale, t.name, t.description, t.slug, t.seo_title AS "seoTitle", t.seo_description AS "seoDescription",
    t.seo_keywords AS "seoKeywords"`
  const rows = await rowsOf(
    categoryRow,
    tx.$queryRaw`
      SELECT c.id::text, c.version, c.created_at AS "createdAt", c.updated_at AS "updatedAt", c.parent_id::text AS "parentId", c.level,
        c.locale, c.name, c.description, c.slug, c.seo_title AS "seoTitle", c.seo_description AS "seoDescription", c.seo_keywords AS "seoKeywords",
        c.icon, c.colour, c.sort_order AS "sortOrder", c.audience::text, c.effective_audience::text AS "effectiveAudience",
        c.is_featured AS "isFeatured", c.metadata,
        (SELECT count(*)::int FROM kb_article a WHERE a.tenant_id = c.tenant_id AND a.category_id = c.id AND a.deleted_at IS NULL
          AND ${isFor(actor, 'a')}) AS "articleCount",
        ${asList(Prisma.sql`SELECT ${texts} FROM kb_category_translation t WHERE t.tenant_id = c.tenant_id AND t.category_id = c.id ORDER BY t.locale`)} AS translations
      FROM kb_category c WHERE c.tenant_id = ${tenant.ref.id}::uuid AND c.deleted_at IS NULL AND ${isFor(actor, 'c')}
      ORDER BY c.sort_order, lower(c.name), c.id`,
  )
  return inTree(rows)
}

/** Rows of categories in the order of their tree, each with the names from the top to itself. */
export function inTree<T extends { id: string; parentId: string | null; name: string }>(rows: readonly T[]): (T & { path: string[] })[] {
  const below = Map.groupBy(rows, ({ parentId }) => parentId)
  const walk = (parentId: string | null, path: string[]): (T & { path: string[] })[] =>
    (below.get(parentId) ?? []).flatMap((row) => {
      const own = { ...row, path: [...path, row.name] }
      return [own, ...walk(row.id, own.path)]
    })
  return walk(null, [])
}

export async function loadCategory(work: Reading, id: string): Promise<CategoryOutput> {
  const row = (await readCategories(work)).find((each) => each.id === id)
  if (!row) throw notFound('kbCategory')
  return row
}

const listed = (
  actor: Actor,
) => Prisma.sql`a.id::text, a.version, a.created_at AS "createdAt", a.updated_at AS "updatedAt", a.title, a.slug, a.locale,
  a.source_id::text AS "sourceId", ${isOlderThanSource(actor, 'a')} AS "isOutdated", json_build_object('id', c.id, 'name', c.name) AS category, a.status::text, a.published_n IS NOT NULL AS "isPublished",
  a.audience::text, a.effective_audience::text AS "effectiveAudience", a.is_pinned AS "isPinned", a.is_featured AS "isFeatured", a.tags,
  CASE WHEN p.id IS NOT NULL THEN json_build_object('id', p.id, 'name', p.name) END AS author, a.review_at AS "reviewAt",
  a.scheduled_at AS "scheduledAt", a.published_at AS "publishedAt"`

const joined = Prisma.sql`kb_article a JOIN kb_category c ON c.tenant_id = a.tenant_id AND c.id = a.category_id
  LEFT JOIN person p ON p.tenant_id = a.tenant_id AND p.id = a.author_id`

export const listArticles = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'GET',
    path: '/kb/articles',
    tags: ['Knowledge base'],
    summary: 'List articles as their writers have them, the last changed first',
  })
  .input(
    z.strictObject({
      ...pageInput,
      /** Words of the title. */
      q: z.string().trim().max(200).optional(),
      status: z.enum(articleStatuses).optional(),
      categoryId: z.uuid().optional(),
      locale: localeInput.optional(),
      tag: tagInput.optional(),
      authorId: z.uuid().optional(),
      reviewerId: z.uuid().optional(),
      audience: audience.optional(),
      /** Those whose review date has come. */
      isDue: flagInput.optional(),
      /** Translations that are older than what they translate. */
      isOutdated: flagInput.optional(),
      /** Those that have no translation in this language. */
      missingIn: localeInput.optional(),
    }),
  )
  .output(articlePage)
  .handler(async ({ context: { tx, tenant, actor, now }, input: { limit, cursor, offset = 0, total, ...input } }) => {
    const where = [Prisma.sql`a.tenant_id = ${tenant.ref.id}::uuid`, workingCopiesOf(actor)]
    for (const word of (input.q ?? '').split(/\s+/).filter(Boolean).slice(0, 10))
      where.push(Prisma.sql`a.title ILIKE ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`)
    if (input.status) where.push(Prisma.sql`a.status = ${input.status}::"KbStatus"`)
    if (input.categoryId) where.push(Prisma.sql`a.category_id = ${input.categoryId}::uuid`)
    if (input.locale) where.push(Prisma.sql`a.locale = ${input.locale}`)
    if (input.tag) where.push(Prisma.sql`a.tags @> ARRAY[${input.tag}]::text[]`)
    if (input.authorId) where.push(Prisma.sql`a.author_id = ${input.authorId}::uuid`)
    if (input.reviewerId)
      where.push(
        Prisma.sql`EXISTS (SELECT 1 FROM kb_article_reviewer r WHERE r.tenant_id = a.tenant_id AND r.article_id = a.id AND r.person_id = ${input.reviewerId}::uuid)`,
      )
    if (input.audience) where.push(Prisma.sql`a.effective_audience = ${input.audience}::"KbAudience"`)
    if (input.isDue !== undefined)
      where.push(Prisma.sql`(a.review_at <= ${now} AND a.status <> 'archived') IS ${input.isDue ? Prisma.sql`TRUE` : Prisma.sql`NOT TRUE`}`)
    if (input.isOutdated !== undefined)
      where.push(Prisma.sql`${isOlderThanSource(actor, 'a')} IS ${input.isOutdated ? Prisma.sql`TRUE` : Prisma.sql`NOT TRUE`}`)
    if (input.missingIn) where.push(isWithoutTranslation(actor, input.missingIn))
    const all = Prisma.join(where, ' AND ')
    const after = decodeCursor(cursor)
    const query = tx.$queryRaw`
      SELECT ${listed(actor)} FROM ${joined} WHERE ${all}
        AND ${after ? Prisma.sql`(a.updated_at, a.id) < (${after.at}, ${after.id}::uuid)` : Prisma.sql`TRUE`}
      ORDER BY a.updated_at DESC, a.id DESC LIMIT ${limit + 1} OFFSET ${offset}`
    const count = () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM kb_article a WHERE ${all}`)
    return { ...toPage(await rowsOf(articleListed, query), limit, ({ updatedAt }) => updatedAt), ...(await totalOf({ total }, count)) }
  })

export const getArticle = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({ method: 'GET', path: '/kb/articles/{id}', tags: ['Knowledge base'], summary: 'Read an article as its writers have it' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(articleOutput)
  .handler(({ context, input }) => loadArticle(context, input.id))

const articleRow = articleOutput.omit({ actions: true, abilities: true }).extend({
  editedById: z.string().nullable(),
  approvedAt: instant.nullable(),
  firstPublishedAt: instant.nullable(),
  lastN: z.int(),
  categoryId: z.string(),
})
export type ArticleRow = z.output<typeof articleRow>

/**
 * Holds a group of translations, so that of two who add one at once the second sees what the first did.
 * @throws INVALID where there is one in the language, also one that the actor does not see
 */
export async function refuseTranslated({ tx, tenant }: Reading, sourceId: string, locale: string, field: 'locale' | 'id') {
  const tenantId = tenant.ref.id
  await tx.$queryRaw`SELECT id FROM kb_article WHERE tenant_id = ${tenantId}::uuid AND id = ${sourceId}::uuid FOR UPDATE`
  const where = { tenantId, locale, deletedAt: null, OR: [{ id: sourceId }, { sourceId }] }
  if (await tx.kbArticle.count({ where })) throw invalid({ [field]: ['kb.translated'] })
}

/** @throws NOT_FOUND for what is not there, or not for the actor */
export async function findArticle({ tx, tenant, actor }: Reading, id: string, lock?: 'lock'): Promise<ArticleRow> {
  const tenantId = tenant.ref.id
  if (lock) await tx.$queryRaw`SELECT id FROM kb_article a WHERE a.tenant_id = ${tenantId}::uuid AND a.id = ${id}::uuid FOR UPDATE`
  const reviewers = Prisma.sql`SELECT r.id, r.name FROM kb_article_reviewer x JOIN person r ON r.tenant_id = x.tenant_id AND r.id = x.person_id
    WHERE x.tenant_id = a.tenant_id AND x.article_id = a.id ORDER BY r.name, r.id`
  const translations = Prisma.sql`
    SELECT o.id, o.locale, o.title, o.status, o.published_n IS NOT NULL AS "isPublished", ${isOlderThanSource(actor, 'o')} AS "isOutdated"
    FROM kb_article o WHERE ${translates} AND ${workingCopiesOf(actor, 'o')} ORDER BY o.locale`
  const source = Prisma.sql`SELECT json_build_object('id', o.id, 'locale', o.locale, 'title', o.title, 'n', NULLIF(o.last_n, 0))
    FROM kb_article o WHERE o.tenant_id = a.tenant_id AND o.id = a.source_id AND ${workingCopiesOf(actor, 'o')}`
  const related = Prisma.sql`SELECT o.id, o.locale, o.title FROM kb_related x
    JOIN kb_article o ON o.tenant_id = x.tenant_id AND o.id = x.related_id
    WHERE x.tenant_id = a.tenant_id AND x.article_id = a.id AND ${workingCopiesOf(actor, 'o')} ORDER BY x.position`
  const [row] = await rowsOf(
    articleRow,
    tx.$queryRaw`
      SELECT ${listed(actor)}, a.source_n AS "sourceN", (${source}) AS source, a.content, a.excerpt, a.seo_title AS "seoTitle", a.seo_description AS "seoDescription", a.seo_keywords AS "seoKeywords",
        a.canonical_url AS "canonicalUrl", a.reading_minutes AS "readingMinutes", a.sort_order AS "sortOrder", a.metadata,
        a.rejection_reason AS "rejectionReason", a.last_reviewed_at AS "lastReviewedAt", a.scheduled_zone AS "scheduledZone",
        a.published_n AS "publishedN", a.edited_by_id::text AS "editedById",
        (SELECT json_build_object('id', e.id, 'name', e.name) FROM person e WHERE e.tenant_id = a.tenant_id AND e.id = a.edited_by_id) AS "editedBy", a.approved_at AS "approvedAt",
        a.first_published_at AS "firstPublishedAt", a.last_n AS "lastN", a.category_id::text AS "categoryId",
        ${asList(reviewers)} AS reviewers, ${asList(translations)} AS translations, ${asList(related)} AS related
      FROM ${joined} WHERE a.tenant_id = ${tenantId}::uuid AND a.id = ${id}::uuid AND ${workingCopiesOf(actor)}`,
  )
  if (!row) throw notFound('article')
  return row
}

export const factsOf = ({ status, isPublished, approvedAt, author, editedById, effectiveAudience }: ArticleRow): ArticleFacts => ({
  status,
  isPublished,
  isApproved: approvedAt !== null,
  authorId: author?.id ?? null,
  editedById,
  effectiveAudience,
})

export async function loadArticle(work: Reading, id: string): Promise<ArticleOutput> {
  const row = await findArticle(work, id)
  const { editedById: _, approvedAt: __, firstPublishedAt: ___, lastN: ____, categoryId: _____, ...shown } = row
  const { actor } = work
  return {
    ...shown,
    actions: actionsFor(actor, factsOf(row), await readRules(work)),
    abilities: { update: canWrite(actor, row) && isEditable(row.status), delete: has(actor, 'kb.manage') },
  }
}
