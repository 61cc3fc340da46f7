import { z } from 'zod'
import type { Actor } from '../../actor/actor'
import { notFound } from '../../core/errors'
import { decodePlace, encodePlace, instant, pageInput, pageOf, totalOf } from '../../core/page'
import { tagInput } from '../../core/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { asList, countOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { publicProcedure } from '../../procedure/builders'
import { translates } from './queries'
import { localeInput, longestSlug } from './schema'
import { readSettings } from './settings'
import { isFor, readableBy } from './visible'

// What readers see, named field by field. None of it needs a session; whoever has one sees what is for them.

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

const everybody = { kind: 'anonymous' } as const

export const categoryRef = z.object({ id: z.uuid(), name: z.string(), slug: z.string() })

export const publishedListed = z.object({
  id: z.uuid(),
  slug: z.string(),
  locale: z.string(),
  title: z.string(),
  excerpt: z.string(),
  category: categoryRef,
  tags: z.array(z.string()),
  isPinned: z.boolean(),
  isFeatured: z.boolean(),
  readingMinutes: z.int(),
  /** When it was published for the first time, and when it changed last. */
  publishedAt: instant,
  changedAt: instant,
})
export type PublishedListed = z.output<typeof publishedListed>

export const publishedArticle = publishedListed.extend({
  /** HTML that can do no harm, with anchors at its headings. */
  content: z.string(),
  /** From the top to its own category. */
  path: z.array(categoryRef),
  /** The article in other languages. */
  translations: z.array(z.object({ locale: z.string(), slug: z.string(), title: z.string() })),
  seoTitle: z.string(),
  seoDescription: z.string(),
  seoKeywords: z.string(),
  canonicalUrl: z.string().nullable(),
  /** Whether everybody may read it, signed in or not. */
  isPublic: z.boolean(),
})
export type PublishedArticle = z.output<typeof publishedArticle>

/** The name and slug of category `c` in a language, or its own where there is no translation. */
const named = (
  locale: Prisma.Sql,
) => Prisma.sql`(SELECT json_build_object('id', c.id, 'name', coalesce(x.name, c.name), 'slug', coalesce(x.slug, c.slug))
  FROM (SELECT 1) one LEFT JOIN kb_category_translation x ON x.tenant_id = c.tenant_id AND x.category_id = c.id AND x.locale = ${locale})`

/** The columns of `publishedListed`. */
export const publishedColumns = Prisma.sql`a.id::text, a.slug, a.locale, v.title, v.excerpt, ${named(Prisma.sql`a.locale`)} AS category, v.tags,
  a.is_pinned AS "isPinned", a.is_featured AS "isFeatured", v.reading_minutes AS "readingMinutes", a.first_published_at AS "publishedAt",
  a.published_at AS "changedAt"`

/** Published articles `a` with the version `v` that readers see, in their category `c`. */
export const publishedRows = Prisma.sql`kb_article a
  JOIN kb_article_version v ON v.tenant_id = a.tenant_id AND v.article_id = a.id AND v.n = a.published_n
  JOIN kb_category c ON c.tenant_id = a.tenant_id AND c.id = a.category_id`

const place = /^[tf]\|-?\d{1,7}\|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

export const listPublishedArticles = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/articles',
    tags: ['Public'],
    summary: 'List the published articles that you may read: pinned ones first, then by their order, the newest first',
  })
  .input(
    z.strictObject({
      ...pageInput,
      /** As many as the knowledge base shows on a page, unless it says otherwise. */
      limit: z.coerce.number().int().min(1).max(200).optional(),
      /** A language, with articles in the workspace's own where there is no translation; all without it. */
      locale: localeInput.optional(),
      categoryId: z.uuid().optional(),
      tag: tagInput.optional(),
      isFeatured: z.union([z.boolean(), z.stringbool()]).optional(),
    }),
  )
  .output(pageOf(publishedListed))
  .handler(async ({ context, input: { limit: asked, cursor, offset = 0, total, locale, categoryId, tag, isFeatured } }) => {
    const { tx, tenant, actor } = context
    const limit = asked ?? (await readSettings(context)).articlesPerPage
    const where = [Prisma.sql`a.tenant_id = ${tenant.ref.id}::uuid`, readableBy(actor)]
    if (categoryId) where.push(Prisma.sql`a.category_id = ${categoryId}::uuid`)
    if (tag) where.push(Prisma.sql`v.tags @> ARRAY[${tag}]::text[]`)
    if (isFeatured !== undefined) where.push(Prisma.sql`a.is_featured = ${isFeatured}`)
    if (locale) where.push(inLanguage(context, locale))
    const all = Prisma.join(where, ' AND ')
    const after = decodePlace(
      cursor,
      'published',
      (value) => place.test(value) && z.iso.datetime().safeParse(value.split('|')[2]).success && !value.includes('|0000'),
    )
    const [pinned, order, at] = after?.value.split('|') ?? []
    const beyond = after
      ? Prisma.sql`(a.is_pinned, -a.sort_order, a.published_at, a.id) < (${pinned === 't'}, ${Number(order)}::int, ${at}::timestamptz, ${after.id}::uuid)`
      : Prisma.sql`TRUE`
    const found = await rowsOf(
      publishedListed.extend({ sortOrder: z.int() }),
      tx.$queryRaw`SELECT ${publishedColumns}, a.sort_order AS "sortOrder" FROM ${publishedRows} WHERE ${all} AND ${beyond}
        ORDER BY a.is_pinned DESC, -a.sort_order DESC, a.published_at DESC, a.id DESC LIMIT ${limit + 1} OFFSET ${offset}`,
    )
    const items = found.slice(0, limit)
    const last = items.at(-1)
    const end = last && `${last.isPinned ? 't' : 'f'}|${-last.sortOrder}|${last.changedAt.toISOString()}`
    const nextCursor = found.length > limit && last && end ? encodePlace('published', end, last.id) : null
    const count = () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM ${publishedRows} WHERE ${all}`)
    return { items: items.map(({ sortOrder: _, ...item }) => item), nextCursor, ...(await totalOf({ total }, count)) }
  })

/** How many articles the help centre begins with, of each kind. */
const mostAtStart = 6

export const listFeaturedArticles = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/featured',
    tags: ['Public'],
    summary: 'List the articles that the help centre begins with: pinned and featured ones, and the newest',
  })
  .input(z.strictObject({ locale: localeInput.optional() }).default({}))
  .output(z.object({ featured: z.array(publishedListed), newest: z.array(publishedListed) }))
  .handler(async ({ context, input: { locale = context.tenant.locale } }) => {
    const { tx, tenant, actor } = context
    const readable = Prisma.sql`a.tenant_id = ${tenant.ref.id}::uuid AND ${readableBy(actor)} AND ${inLanguage(context, locale)}`
    const featured = await rowsOf(
      publishedListed,
      tx.$queryRaw`SELECT ${publishedColumns} FROM ${publishedRows} WHERE ${readable} AND (a.is_pinned OR a.is_featured)
        ORDER BY a.is_pinned DESC, a.sort_order, a.published_at DESC, a.id DESC LIMIT ${mostAtStart}`,
    )
    const newest = await rowsOf(
      publishedListed,
      tx.$queryRaw`SELECT ${publishedColumns} FROM ${publishedRows} WHERE ${readable} ORDER BY a.first_published_at DESC, a.id DESC LIMIT ${mostAtStart}`,
    )
    return { featured, newest }
  })

/** In this language, or else in the workspace's own: of translations of one article that can be read, one. Which have one is read once. */
export const inLanguage = ({ tenant, actor }: Pick<Reading, 'tenant' | 'actor'>, locale: string): Prisma.Sql =>
  locale === tenant.locale
    ? Prisma.sql`a.locale = ${locale}`
    : Prisma.sql`(a.locale = ${locale} OR a.locale = ${tenant.locale} AND coalesce(a.source_id, a.id) NOT IN (
        SELECT coalesce(o.source_id, o.id) FROM kb_article o
        WHERE o.tenant_id = ${tenant.ref.id}::uuid AND o.locale = ${locale} AND ${readableBy(actor, 'o')}))`

export const getPublishedArticle = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/articles/{slug}',
    tags: ['Public'],
    summary: 'Read a published article by its address, or by one that it had: then the answer has another slug',
  })
  .input(z.strictObject({ slug: z.string().max(2 * longestSlug), locale: localeInput.optional() }))
  .output(publishedArticle)
  .handler(({ context, input }) => readPublished(context, input))

/** @throws NOT_FOUND for one that is not there, or not for the actor: nobody learns which */
export async function readPublished(
  { tx, tenant, actor }: Reading,
  { slug, locale }: { slug: string; locale?: string },
): Promise<PublishedArticle> {
  const path = Prisma.sql`
    WITH RECURSIVE up AS (
      SELECT c.*, 1 AS step FROM kb_category c WHERE c.tenant_id = a.tenant_id AND c.id = a.category_id
      UNION ALL SELECT c.*, up.step + 1 FROM kb_category c JOIN up ON c.tenant_id = up.tenant_id AND c.id = up.parent_id)
    SELECT c.id, coalesce(x.name, c.name) AS name, coalesce(x.slug, c.slug) AS slug FROM up c
    LEFT JOIN kb_category_translation x ON x.tenant_id = c.tenant_id AND x.category_id = c.id AND x.locale = a.locale ORDER BY c.step DESC`
  const translations = Prisma.sql`SELECT o.locale, o.slug, w.title FROM kb_article o
    JOIN kb_article_version w ON w.tenant_id = o.tenant_id AND w.article_id = o.id AND w.n = o.published_n
    WHERE ${translates} AND ${readableBy(actor, 'o')}
    ORDER BY o.locale`
  const [row] = await rowsOf(
    publishedArticle,
    tx.$queryRaw`
      SELECT ${publishedColumns}, v.content, v.seo_title AS "seoTitle", v.seo_description AS "seoDescription", v.seo_keywords AS "seoKeywords",
        v.canonical_url AS "canonicalUrl", ${isFor(everybody, 'a')} AS "isPublic", ${asList(path)} AS path, ${asList(translations)} AS translations
      FROM kb_slug s JOIN ${publishedRows} ON a.tenant_id = s.tenant_id AND a.id = s.article_id
      WHERE s.tenant_id = ${tenant.ref.id}::uuid AND s.kind = 'article' AND s.slug = ${slug.normalize('NFC').toLowerCase()} AND ${readableBy(actor)}
      ORDER BY s.locale = ${locale ?? tenant.locale} DESC, s.locale = ${tenant.locale} DESC, s.locale LIMIT 1`,
  )
  if (!row) throw notFound('article')
  return row
}

export const getPublishedSettings = publicProcedure
  .meta({ permission: 'public' })
  .route({ method: 'GET', path: '/public/kb', tags: ['Public'], summary: 'Read what the knowledge base is called and how it is shown' })
  .output(
    z.object({
      title: z.string(),
      description: z.string(),
      /** Whether you may read what is public. */
      isOpen: z.boolean(),
      /** The languages in which there are articles that you may read. */
      locales: z.array(z.string()),
      articlesPerPage: z.int(),
      hasVotes: z.boolean(),
      hasComments: z.boolean(),
    }),
  )
  .handler(async ({ context }) => {
    const { title, description, isPublic, articlesPerPage, hasVotes, hasComments } = await readSettings(context)
    const isSignedIn = context.actor.kind === 'system' || (context.actor.kind === 'person' && !context.actor.onlyTicketId)
    const locales = await localesOf(context, context.actor)
    return {
      title: title ?? context.tenant.name,
      description,
      isOpen: isPublic || isSignedIn,
      locales,
      articlesPerPage,
      hasVotes,
      hasComments,
    }
  })

/** The languages in which there is an article that an actor may read: each is looked up where it begins, however many articles there are. */
export async function localesOf({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, actor: Actor): Promise<string[]> {
  const rows = await rowsOf(
    z.object({ locale: z.string() }),
    tx.$queryRaw`
      WITH RECURSIVE known AS (
        SELECT min(s.locale) AS locale FROM kb_slug s WHERE s.tenant_id = ${tenant.ref.id}::uuid AND s.kind = 'article'
        UNION ALL SELECT (SELECT min(s.locale) FROM kb_slug s WHERE s.tenant_id = ${tenant.ref.id}::uuid AND s.kind = 'article'
          AND s.locale > known.locale) FROM known WHERE known.locale IS NOT NULL)
      SELECT known.locale FROM known WHERE EXISTS (SELECT 1 FROM kb_article a WHERE a.tenant_id = ${tenant.ref.id}::uuid
        AND a.locale = known.locale AND ${readableBy(actor)}) ORDER BY known.locale`,
  )
  return rows.map(({ locale }) => locale)
}
