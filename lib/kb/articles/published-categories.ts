import { z } from 'zod'
import { notFound } from '../../core/errors'
import { Prisma } from '../../db/generated/tenant/client'
import { asList, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { publicProcedure } from '../../procedure/builders'
import { categoryRef, inLanguage } from './published'
import { inTree } from './queries'
import { localeInput, longestSlug } from './schema'
import { isFor, readableBy } from './visible'

// Categories as readers see them.

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

export const publishedCategory = z.object({
  id: z.uuid(),
  parentId: z.uuid().nullable(),
  level: z.int(),
  name: z.string(),
  description: z.string(),
  slug: z.string(),
  icon: z.string(),
  colour: z.string(),
  isFeatured: z.boolean(),
  seoTitle: z.string(),
  seoDescription: z.string(),
  seoKeywords: z.string(),
  /** Names from the top to itself. */
  path: z.array(z.string()),
  /** Articles in it that you may read. */
  articleCount: z.int(),
})
export type PublishedCategory = z.output<typeof publishedCategory>

export const listPublishedCategories = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/categories',
    tags: ['Public'],
    summary: 'List the categories of the knowledge base that you may read, parents before children',
  })
  .input(z.strictObject({ locale: localeInput.optional() }).default({}))
  .output(z.object({ items: z.array(publishedCategory) }))
  .handler(async ({ context, input: { locale } }) => ({ items: await readPublishedCategories(context, locale) }))

/** The categories that the actor may read, in a language or each in its own, parents before children. */
async function readPublishedCategories({ tx, tenant, actor }: Reading, locale = tenant.locale): Promise<PublishedCategory[]> {
  // not-words: SQL
  const text = (column: string) => Prisma.raw(`coalesce(x.${column}, c.${column})`)
  const counted = Prisma.sql`SELECT count(*)::int FROM kb_article a WHERE a.tenant_id = c.tenant_id AND a.category_id = c.id
    AND ${readableBy(actor)} AND ${inLanguage({ tenant, actor }, locale)}`
  const rows = await rowsOf(
    publishedCategory.omit({ path: true }),
    tx.$queryRaw`
      SELECT c.id::text, c.parent_id::text AS "parentId", c.level, ${text('name')} AS name, ${text('description')} AS description,
        ${text('slug')} AS slug, c.icon, c.colour, c.is_featured AS "isFeatured", ${text('seo_title')} AS "seoTitle",
        ${text('seo_description')} AS "seoDescription", ${text('seo_keywords')} AS "seoKeywords", (${counted}) AS "articleCount"
      FROM kb_category c LEFT JOIN kb_category_translation x ON x.tenant_id = c.tenant_id AND x.category_id = c.id AND x.locale = ${locale}
      WHERE c.tenant_id = ${tenant.ref.id}::uuid AND c.deleted_at IS NULL AND ${isFor(actor, 'c')}
      ORDER BY c.sort_order, lower(c.name), c.id`,
  )
  return inTree(rows)
}

const categoryPage = publishedCategory.omit({ path: true }).extend({
  /** The language of its texts. */
  locale: z.string(),
  /** From the top to itself. */
  path: z.array(categoryRef),
  /** The categories right below it. */
  children: z.array(publishedCategory),
  /** Its address in each language that it has texts in. */
  languages: z.array(z.object({ locale: z.string(), slug: z.string() })),
  /** Whether everybody may read it, signed in or not. */
  isPublic: z.boolean(),
})
export type PublishedCategoryPage = z.output<typeof categoryPage>

export const getPublishedCategory = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/categories/{slug}',
    tags: ['Public'],
    summary: 'Read a category by its address, or by one that it had: then the answer has another slug',
  })
  .input(z.strictObject({ slug: z.string().max(2 * longestSlug), locale: localeInput.optional() }))
  .output(categoryPage)
  .handler(async ({ context, input: { slug, locale = context.tenant.locale } }) => {
    const { tx, tenant, actor } = context
    const languages = Prisma.sql`SELECT c.locale, c.slug UNION ALL SELECT x.locale, x.slug FROM kb_category_translation x
      WHERE x.tenant_id = c.tenant_id AND x.category_id = c.id`
    const [found] = await rowsOf(
      categoryPage.pick({ id: true, isPublic: true, languages: true }),
      tx.$queryRaw`SELECT c.id::text, ${isFor({ kind: 'anonymous' }, 'c')} AS "isPublic", ${asList(languages)} AS languages
        FROM kb_slug s JOIN kb_category c ON c.tenant_id = s.tenant_id AND c.id = s.category_id
        WHERE s.tenant_id = ${tenant.ref.id}::uuid AND s.kind = 'category' AND s.slug = ${slug.normalize('NFC').toLowerCase()}
          AND c.deleted_at IS NULL AND ${isFor(actor, 'c')}
        ORDER BY s.locale = ${locale} DESC, s.locale = ${tenant.locale} DESC, s.locale LIMIT 1`,
    )
    const all = found ? await readPublishedCategories(context, locale) : []
    const own = all.find(({ id }) => id === found?.id)
    if (!found || !own) throw notFound('kbCategory')
    const path: PublishedCategory[] = []
    for (let at: PublishedCategory | undefined = own; at; at = all.find(({ id }) => id === at?.parentId)) path.unshift(at)
    return { ...own, ...found, locale, path, children: all.filter(({ parentId }) => parentId === own.id) }
  })
