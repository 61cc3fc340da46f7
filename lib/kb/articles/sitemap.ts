import { z } from 'zod'
import { instant } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import { countOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { publicProcedure } from '../../procedure/builders'
import { localesOf } from './published'
import { readSettings } from './settings'
import { isFor, readableBy } from './visible'

/** Addresses in one part of the sitemap. Search engines take 50,000 at most, and 50 MB. */
export const mostInPart = 10_000

/** Whoever asks is told what everybody may read. */
const everybody = { kind: 'anonymous' } as const

type Reading = Pick<Work, 'tx' | 'tenant'>

const address = z.object({ locale: z.string(), slug: z.string() })
const sitemapEntry = z.object({
  locale: z.string(),
  slug: z.string(),
  changedAt: instant,
  /** It and its translations; of one without translations itself. */
  languages: z.array(address),
})
export type SitemapEntry = z.output<typeof sitemapEntry>

/** Those with a canonical address elsewhere are not ours to announce. */
const announced = ({ tenant }: Reading) => Prisma.sql`
  SELECT a.id, a.locale, a.slug, a.published_at, coalesce(a.source_id, a.id) AS origin
  FROM kb_article a JOIN kb_article_version v ON v.tenant_id = a.tenant_id AND v.article_id = a.id AND v.n = a.published_n
  WHERE a.tenant_id = ${tenant.ref.id}::uuid AND v.canonical_url IS NULL AND ${readableBy(everybody)}`

export const getKbSitemap = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/sitemap',
    tags: ['Public'],
    summary: 'Read what search engines are told of: languages, categories, and how many parts list the articles',
  })
  .output(z.object({ isPublic: z.boolean(), locales: z.array(z.string()), categories: z.array(address), parts: z.int() }))
  .handler(async ({ context }) => {
    const { tx, tenant } = context
    const locales = await localesOf(context, everybody)
    const articles = await countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM (${announced(context)}) all_of_them`)
    const categories = await rowsOf(
      address,
      tx.$queryRaw`
        SELECT n.locale, n.slug FROM kb_category c
        CROSS JOIN LATERAL (SELECT c.locale, c.slug UNION ALL SELECT x.locale, x.slug FROM kb_category_translation x
          WHERE x.tenant_id = c.tenant_id AND x.category_id = c.id) n
        WHERE c.tenant_id = ${tenant.ref.id}::uuid AND c.deleted_at IS NULL AND ${isFor(everybody, 'c')}
          AND EXISTS (SELECT 1 FROM kb_article a WHERE a.tenant_id = c.tenant_id AND a.category_id = c.id AND a.locale = n.locale
            AND ${readableBy(everybody)})
        ORDER BY n.locale, n.slug LIMIT ${mostInPart}`,
    )
    const { isPublic } = await readSettings(context)
    return { isPublic, locales, categories, parts: Math.ceil(articles / mostInPart) }
  })

export const getKbSitemapPart = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/sitemap/{part}',
    tags: ['Public'],
    summary: 'Read the addresses of the articles in one part of the sitemap, with those of their translations',
  })
  .input(z.strictObject({ part: z.coerce.number().int().min(1).max(1000) }))
  .output(z.object({ items: z.array(sitemapEntry) }))
  .handler(async ({ context, input: { part } }) => {
    const items = await rowsOf(
      sitemapEntry,
      context.tx.$queryRaw`
        WITH announced AS MATERIALIZED (${announced(context)}),
        part AS (SELECT * FROM announced ORDER BY origin, locale, id LIMIT ${mostInPart} OFFSET ${(part - 1) * mostInPart}),
        grouped AS (SELECT o.origin, json_agg(json_build_object('locale', o.locale, 'slug', o.slug) ORDER BY o.locale) AS languages
          FROM announced o WHERE o.origin IN (SELECT origin FROM part) GROUP BY o.origin)
        SELECT part.locale, part.slug, part.published_at AS "changedAt", grouped.languages
        FROM part JOIN grouped USING (origin) ORDER BY part.origin, part.locale, part.id`,
    )
    return { items }
  })
