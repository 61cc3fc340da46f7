import { call, ORPCError } from '@orpc/server'
import { z } from 'zod'
import type { Actor } from '../../actor/actor'
import { letLoopTurn } from '../../core/event-loop'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import { withTenant } from '../../db/scope'
import { internalCaller } from '../../procedure/caller'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { createKbCategory, listKbCategories } from '../articles/categories'
import { publishArticle, submitArticle } from '../articles/commands/act'
import { createArticle, updateArticle } from '../articles/commands/write'
import { readContent } from '../articles/content'
import { getArticle } from '../articles/queries'
import type { ArticleOutput } from '../articles/schema'
import { type ImportFile, type PlannedArticle, planImport } from './import-plan'

export interface ImportReport {
  created: string[]
  updated: string[]
  unchanged: string[]
  /** Files of which nothing was written, and why: an error's text, to be said in the reader's language. */
  failed: { path: string; field: string | null; error: string }[]
  /** Fields and pictures of files that were left out. */
  leftOut: { path: string; what: string[] }[]
}

/** What an article without a category is put into. */
const unsorted = 'Other'

/**
 * Writes the articles of a folder of Markdown files, each in units of work of its own: what one of them does wrong stops no other, and
 * whoever runs it again goes on where it ended. An article is known again by its language and its address, so that a second run writes only
 * what changed. Files without `draft` are published, or submitted for review where the workspace asks for approval.
 */
export async function importArticles(
  tenant: ResolvedTenant,
  actor: Actor,
  files: readonly ImportFile[],
  {
    isDry = false,
    authorId,
    onStep = () => {},
  }: { isDry?: boolean; authorId?: string; onStep?: (done: number, total: number) => void } = {},
): Promise<ImportReport> {
  const context = { caller: internalCaller({ tenant, actor }) }
  const planned = planImport(files, tenant.locale)
  const known = await findArticles(tenant, planned)
  const categories = new Map((await call(listKbCategories, undefined, { context })).items.map(({ id, name }) => [keyOf(name), id]))
  const sources = new Map<string, string>()
  const report: ImportReport = { created: [], updated: [], unchanged: [], failed: [], leftOut: [] }

  const categoryOf = async (article: PlannedArticle) => {
    const name = article.category ?? unsorted
    const found = categories.get(keyOf(name))
    if (found) return found
    const { id } = await call(createKbCategory, { name }, { context })
    categories.set(keyOf(name), id)
    return id
  }

  /** Locks nothing between the calls: whoever changes an article meanwhile makes its file fail, and is not overwritten. */
  const write = async (article: PlannedArticle): Promise<'created' | 'updated' | 'unchanged'> => {
    const id = known.get(addressOf(article))
    const before = id ? await call(getArticle, { id }, { context }) : null
    const content = readContent(article.html).content
    const isSame = before !== null && before.content === content && isAsPlanned(before, article)
    if (before) sources.set(article.group, sources.get(article.group) ?? before.sourceId ?? before.id)
    const isDone = isSame && (article.isDraft || before.isPublished || before.status === 'in_review')
    if (isDry || isDone) return isDone ? 'unchanged' : before ? 'updated' : 'created'
    const fields = {
      ...saidOf(article),
      content: article.html,
      categoryId: before && !article.category ? undefined : await categoryOf(article),
    }
    const after = before
      ? isSame
        ? before
        : await call(updateArticle, { id: before.id, version: before.version, ...fields }, { context })
      : await call(
          createArticle,
          {
            ...fields,
            authorId,
            slug: article.slug,
            locale: article.locale,
            categoryId: fields.categoryId as string,
            sourceId: sources.get(article.group),
          },
          { context },
        )
    if (!before && !sources.has(article.group)) sources.set(article.group, after.id)
    if (!article.isDraft) await finish(after)
    return before ? 'updated' : 'created'
  }

  const finish = async ({ id, version, actions }: ArticleOutput) => {
    if (actions.includes('publish')) await call(publishArticle, { id, version }, { context })
    else if (actions.includes('submit')) await call(submitArticle, { id, version }, { context })
  }

  for (const [index, article] of planned.entries()) {
    try {
      report[await write(article)].push(article.path)
      if (article.leftOut.length > 0) report.leftOut.push({ path: article.path, what: article.leftOut })
    } catch (thrown) {
      if (!(thrown instanceof ORPCError)) throw thrown
      const [field, texts] = Object.entries((thrown.data as { fields?: Record<string, string[]> } | undefined)?.fields ?? {})[0] ?? []
      report.failed.push({ path: article.path, field: field ?? null, error: texts?.[0] ?? thrown.message })
    }
    onStep(index + 1, planned.length)
    await letLoopTurn()
  }
  if (!isDry) await relate(tenant, planned)
  return report
}

const keyOf = (name: string) => name.toLowerCase().trim()
const addressOf = ({ locale, slug }: { locale: string; slug: string }) => `${locale}/${slug}`

/** Of each planned article the one that has its address. */
async function findArticles(tenant: ResolvedTenant, planned: readonly PlannedArticle[]): Promise<Map<string, string>> {
  const row = z.object({ id: z.string(), locale: z.string(), slug: z.string() })
  const rows = await withTenant(tenant.ref, (tx) =>
    rowsOf(
      row,
      tx.$queryRaw`
        SELECT a.id::text, s.locale, s.slug FROM unnest(${planned.map(({ locale }) => locale)}::text[], ${planned.map(({ slug }) => slug)}::text[]) AS p(locale, slug)
        JOIN kb_slug s ON s.tenant_id = ${tenant.ref.id}::uuid AND s.kind = 'article' AND s.locale = p.locale AND s.slug = p.slug
        JOIN kb_article a ON a.tenant_id = s.tenant_id AND a.id = s.article_id AND a.deleted_at IS NULL`,
    ),
  )
  return new Map(rows.map((found) => [addressOf(found), found.id]))
}

/** Sets what is shown below the articles whose files say so, once all of them are there. */
async function relate(tenant: ResolvedTenant, planned: readonly PlannedArticle[]) {
  const said = planned.filter(({ related }) => related !== null)
  const rows = said.flatMap(({ locale, slug, related }) => related?.map((to, position) => ({ locale, slug, to, position })) ?? [])
  const ofTenant = Prisma.sql`${tenant.ref.id}::uuid`
  await withTenant(tenant.ref, async (tx) => {
    await tx.$executeRaw`
      DELETE FROM kb_related r USING kb_slug s, unnest(${said.map(({ locale }) => locale)}::text[], ${said.map(({ slug }) => slug)}::text[]) AS p(locale, slug)
      WHERE s.tenant_id = ${ofTenant} AND s.kind = 'article' AND s.locale = p.locale AND s.slug = p.slug
        AND r.tenant_id = s.tenant_id AND r.article_id = s.article_id`
    await tx.$executeRaw`
      INSERT INTO kb_related (tenant_id, article_id, related_id, position)
      SELECT DISTINCT ON (a.id, b.id) a.tenant_id, a.id, b.id, p.position
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS p(locale text, slug text, "to" text, position smallint)
      JOIN kb_slug s ON s.tenant_id = ${ofTenant} AND s.kind = 'article' AND s.locale = p.locale AND s.slug = p.slug
      JOIN kb_slug o ON o.tenant_id = s.tenant_id AND o.kind = 'article' AND o.locale = p.locale AND o.slug = p.to
      JOIN kb_article a ON a.tenant_id = s.tenant_id AND a.id = s.article_id AND a.deleted_at IS NULL
      JOIN kb_article b ON b.tenant_id = s.tenant_id AND b.id = o.article_id AND b.deleted_at IS NULL AND b.id <> a.id
      ORDER BY a.id, b.id, p.position`
  })
}

const said = [
  'title',
  'excerpt',
  'tags',
  'audience',
  'isPinned',
  'isFeatured',
  'seoTitle',
  'seoDescription',
  'seoKeywords',
  'canonicalUrl',
] as const

/** The fields that a file has. */
function saidOf(article: PlannedArticle) {
  const fields = Object.fromEntries(said.filter((key) => article[key] !== null).map((key) => [key, article[key]]))
  const { metadata } = article
  return { ...fields, title: article.title, ...(Object.keys(metadata).length > 0 ? { metadata } : {}) }
}

const isAsPlanned = (before: ArticleOutput, article: PlannedArticle): boolean =>
  (article.category === null || keyOf(before.category.name) === keyOf(article.category)) &&
  Object.entries(saidOf(article)).every(([key, value]) => JSON.stringify(before[key as keyof ArticleOutput]) === JSON.stringify(value))
