import { call, ORPCError } from '@orpc/server'
import { z } from 'zod'
import { has, type TenantActor } from '../../actor/actor'
import { forbidden, invalid, isError } from '../../core/errors'
import { letLoopTurn } from '../../core/event-loop'
import { newId } from '../../core/id'
import type { ErrorText } from '../../core/message'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import { withTenant } from '../../db/scope'
import { workAs } from '../../events/as-system'
import type { Work } from '../../events/work'
import { isPicture } from '../../files/picture'
import { internalCaller } from '../../procedure/caller'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { pictureAddress } from '../articles/article-address'
import { createKbCategory, listKbCategories } from '../articles/categories'
import { publishArticle, submitArticle } from '../articles/commands/act'
import { insertArticle, newArticle, updateArticle } from '../articles/commands/write'
import { readContent, refuseEmpty } from '../articles/content'
import { bringPicture, knownPicture } from '../articles/pictures'
import { getArticle } from '../articles/queries'
import type { ArticleOutput } from '../articles/schema'
import { type ImportArchive, isArticleFile } from './import-archive'
import { readDocuments } from './import-document'
import { type PlannedArticle, planImport } from './import-plan'
import type { ImportOutcome } from './values'

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

/** What is found of one article while it is looked at: what it would become, or became. */
export interface ImportResult {
  outcome: ImportOutcome
  articleId: string | null
  /** Fields and pictures that were left out. */
  leftOut: string[]
  failure: { field: string | null; error: string } | null
}

/** An import that is under way: the articles in the order in which they are written. */
export interface OpenImport {
  planned: PlannedArticle[]
  /** Files that can't be read at all. */
  failed: ImportArchive['failed']
  /** Says what would become of an article as things are now. */
  foresee(article: PlannedArticle): Promise<ImportResult>
  /** Writes one, in units of work of its own. */
  write(article: PlannedArticle): Promise<ImportResult>
  /** Sets what is shown below those of them whose files say so, once all are there. */
  relate(written: readonly PlannedArticle[]): Promise<void>
}

interface Importer {
  tenant: ResolvedTenant
  actor: TenantActor
  authorId?: string
}

/**
 * Reads an archive and finds the articles that it had become before: by their ids in what they come from, or else by language and
 * address. Whoever writes the articles one after the other may stop anywhere, and goes on by doing the same again.
 */
export async function openImport({ tenant, actor, authorId }: Importer, archive: ImportArchive): Promise<OpenImport> {
  const context = { caller: internalCaller({ tenant, actor }) }
  const unit = <T>(work: (work: Work) => Promise<T>) => withTenant(tenant.ref, (tx) => workAs(tx, tenant, actor, work))
  const planned = planImport(await readDocuments(tenant.ref.id, archive.documents), tenant.locale)
  const known = await findArticles(tenant, planned)
  const categories = new CategoriesByName((await call(listKbCategories, undefined, { context })).items)
  const sources = new Map<string, string>()
  const addresses = new Set<string>()

  /** Creates those of its path that are not there. */
  const categoryOf = async ({ category }: PlannedArticle): Promise<string> => {
    const names = category ?? [unsorted]
    let parentId: string | null = null
    for (let n = 1; n <= names.length; n++) {
      const some = names.slice(0, n)
      const found = categories.find(some)
      if (found) parentId = found
      else {
        const made: { id: string; path: string[] } = await call(createKbCategory, { name: some.at(-1) as string, parentId }, { context })
        categories.add(made)
        parentId = made.id
      }
    }
    return parentId as string
  }

  /** The text with the pictures that are there; others are taken out of it. `bring` says the address of one. */
  const withPictures = async (article: PlannedArticle, bring: (bytes: Uint8Array) => Promise<string | null>) => {
    const addressOf = new Map<string, string>()
    const missing: string[] = []
    for (const [src, at] of article.pictures) {
      const name = 'file' in at ? at.file : 'data:'
      try {
        const bytes = 'file' in at ? await archive.picture(at.file) : at.bytes
        const address = bytes && (await bring(bytes))
        if (address) addressOf.set(src, address)
        else missing.push(name)
      } catch (error) {
        if (!isError(error, 'INVALID')) throw error
        missing.push(name)
      }
    }
    const html = article.html.replace(/<img\b[^<>]*\bsrc="([^"]*)"[^<>]*>/g, (whole, src: string) => {
      const address = addressOf.get(src)
      if (address) return whole.replace(`src="${src}"`, `src="${address}"`)
      return article.pictures.has(src) ? '' : whole
    })
    return { html, leftOut: [...article.leftOut, ...missing] }
  }

  /** As it is now, and its text as it will be; with what is known of its pictures. */
  const look = async (article: PlannedArticle) => {
    if (article.failure) throw invalid({ [article.failure.field]: [article.failure.error] })
    const id = known.get(article)
    // Somebody may have deleted it meanwhile.
    const before = id ? await call(getArticle, { id }, { context }) : null
    if (before) sources.set(article.group, sources.get(article.group) ?? before.sourceId ?? before.id)
    return before
  }
  const isDone = (before: ArticleOutput, article: PlannedArticle) => article.isDraft || before.isPublished || before.status === 'in_review'

  const compare = (before: ArticleOutput | null, article: PlannedArticle, html: string) => {
    const { content } = readContent(html)
    if (!article.isDraft) refuseEmpty({ content })
    return before !== null && before.content === content && isAsPlanned(before, article)
  }

  const guarded = async (article: PlannedArticle, body: () => Promise<ImportResult>): Promise<ImportResult> => {
    try {
      return await body()
    } catch (thrown) {
      if (!(thrown instanceof ORPCError)) throw thrown
      const [field, texts] = Object.entries((thrown.data as { fields?: Record<string, string[]> } | undefined)?.fields ?? {})[0] ?? []
      const failure = { field: field || null, error: texts?.[0] ?? thrown.message }
      return { outcome: 'fail', articleId: known.get(article) ?? null, leftOut: article.leftOut, failure }
    }
  }

  const foresee = (article: PlannedArticle) =>
    guarded(article, async () => {
      const before = await look(article)
      // Of one that is not there yet, each picture that can be read counts.
      let hasNew = false
      const { html, leftOut } = await withPictures(article, async (bytes) => {
        const found = before && (await unit((work) => knownPicture(work, before.id, bytes)))
        if (found) return found.address
        if (!(await isPicture(bytes))) return null
        hasNew = true
        return pictureAddress(newId())
      })
      const isSame = compare(before, article, html) && !hasNew
      if (!before) refuseTwice(addresses, article)
      checked(newArticle.omit({ categoryId: true }), { ...saidOf(article), content: html })
      const outcome = before ? (isSame && isDone(before, article) ? 'unchanged' : 'update') : 'create'
      return { outcome, articleId: before?.id ?? null, leftOut, failure: null }
    })

  /** Locks nothing between the calls: whoever changes an article meanwhile makes its file fail, and is not overwritten. */
  const write = (article: PlannedArticle) =>
    guarded(article, async () => {
      const found = await look(article)
      if (!found) compare(null, article, article.html)
      const categoryId = found && !article.category ? undefined : await categoryOf(article)
      const before = found ?? (await create(article, categoryId as string))
      const bring = async (bytes: Uint8Array) => (await bringPicture({ tenant, piece: unit, conclude: unit }, before.id, bytes)).address
      const { html, leftOut } = await withPictures(article, bring)
      const isSame = compare(before, article, html)
      const after = isSame
        ? before
        : await call(updateArticle, { ...saidOf(article), id: before.id, version: before.version, content: html, categoryId }, { context })
      const isUnchanged = isSame && isDone(before, article)
      if (!article.isDraft && !isUnchanged) await finish(after)
      return { outcome: !found ? 'create' : isUnchanged ? 'unchanged' : 'update', articleId: before.id, leftOut, failure: null }
    })

  /** With its origin in one unit of work: after a crash it is known again. */
  const create = async (article: PlannedArticle, categoryId: string): Promise<ArticleOutput> => {
    const fields = checked(newArticle, {
      ...saidOf(article),
      ...{ content: article.pictures.size === 0 ? article.html : '', categoryId, authorId, locale: article.locale },
      ...{ slug: article.isKnownByAddress ? article.slug : undefined, sourceId: sources.get(article.group) },
    })
    const made = await unit(async (work) => {
      if (!has(work.actor, 'kb.write')) throw forbidden()
      const row = await insertArticle(work, fields)
      await keepOrigin(work, article, row.id)
      return row
    })
    known.set(article, made.id)
    if (!sources.has(article.group)) sources.set(article.group, made.id)
    return made
  }

  const finish = async ({ id, version, actions }: ArticleOutput) => {
    if (actions.includes('publish')) await call(publishArticle, { id, version }, { context })
    else if (actions.includes('submit')) await call(submitArticle, { id, version }, { context })
  }

  return { planned, failed: archive.failed, foresee, write, relate: (written) => relate(tenant, written) }
}

/**
 * Writes the articles of an archive, each in units of work of its own: what one of them does wrong stops no other. A second run writes
 * only what changed. Files without `draft` are published, or submitted for review where the workspace asks for approval.
 */
export async function importArchive(
  importer: Importer,
  archive: ImportArchive,
  { isDry = false, onStep = () => {} }: { isDry?: boolean; onStep?: (done: number, total: number) => void } = {},
): Promise<ImportReport> {
  const opened = await openImport(importer, archive)
  const report: ImportReport = { created: [], updated: [], unchanged: [], failed: [], leftOut: [] }
  for (const { path, error } of opened.failed) report.failed.push({ path, field: null, error })
  const written: PlannedArticle[] = []
  const listOf = { create: report.created, update: report.updated, unchanged: report.unchanged }
  for (const [index, article] of opened.planned.entries()) {
    const { outcome, leftOut, failure } = await (isDry ? opened.foresee(article) : opened.write(article))
    if (failure) report.failed.push({ path: article.path, ...failure })
    else {
      listOf[outcome as keyof typeof listOf].push(article.path)
      written.push(article)
    }
    if (leftOut.length > 0 && !failure) report.leftOut.push({ path: article.path, what: leftOut })
    onStep(index + 1, opened.planned.length)
    await letLoopTurn()
  }
  if (!isDry) await opened.relate(written)
  return report
}

/** The Markdown files of a folder. */
export const importArticles = async (
  tenant: ResolvedTenant,
  actor: TenantActor,
  files: readonly ImportFile[],
  { authorId, ...options }: { authorId?: string; isDry?: boolean; onStep?: (done: number, total: number) => void } = {},
): Promise<ImportReport> => importArchive({ tenant, actor, authorId }, archiveOf(files), options)

/** What they would become. */
export const plannedFiles = async (tenant: ResolvedTenant, files: readonly ImportFile[]): Promise<PlannedArticle[]> =>
  planImport(await readDocuments(tenant.ref.id, archiveOf(files).documents), tenant.locale)

export interface ImportFile {
  /** Relative to the folder that is imported, with `/`. */
  path: string
  text: string
}

const archiveOf = (files: readonly ImportFile[]): ImportArchive => ({
  documents: files.filter((file) => isArticleFile(file.path)).map(({ path, text }) => ({ path, text, format: 'markdown' })),
  failed: [],
  picture: async () => null,
})

/** @throws INVALID as a procedure does for its input */
function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw invalid({ [String(issue?.path[0] ?? '')]: [issue?.message as ErrorText] })
}

/** Of two new files with one address the second fails, as it will when it is written. */
function refuseTwice(addresses: Set<string>, article: PlannedArticle) {
  const address = addressOf(article)
  if (article.isKnownByAddress && addresses.has(address)) throw invalid({ slug: ['kb.slugTaken'] })
  addresses.add(address)
}

const keyOf = (name: string) => name.toLowerCase().trim()
const addressOf = ({ locale, slug }: { locale: string; slug: string }) => `${locale}/${slug}`

class CategoriesByName {
  #byPath = new Map<string, string>()
  #byName = new Map<string, string>()

  constructor(categories: readonly { id: string; path: string[] }[]) {
    for (const each of categories) this.add(each)
  }

  add({ id, path }: { id: string; path: string[] }) {
    this.#byPath.set(path.map(keyOf).join('\n'), id)
    const name = keyOf(path.at(-1) as string)
    if (!this.#byName.has(name)) this.#byName.set(name, id)
  }

  /** One name alone may stand on any level. */
  find(path: readonly string[]): string | undefined {
    return this.#byPath.get(path.map(keyOf).join('\n')) ?? (path.length === 1 ? this.#byName.get(keyOf(path[0] as string)) : undefined)
  }
}

async function keepOrigin({ tx, tenant, now }: Work, { origin }: PlannedArticle, articleId: string) {
  if (!origin) return
  await tx.$executeRaw`
    INSERT INTO kb_origin (tenant_id, source, external_id, article_id, created_at)
    VALUES (${tenant.ref.id}::uuid, ${origin.source}, ${origin.externalId}, ${articleId}::uuid, ${now})
    ON CONFLICT (tenant_id, source, external_id) DO UPDATE SET article_id = excluded.article_id`
}

/** Of each planned article the one that it became before: by its id where it comes from, or else by its address. */
async function findArticles(tenant: ResolvedTenant, planned: readonly PlannedArticle[]): Promise<Map<PlannedArticle, string>> {
  const row = z.object({ at: z.int(), id: z.string() })
  const wanted = planned.map(({ locale, slug, origin, isKnownByAddress }, at) => ({
    ...{ at, locale, slug: isKnownByAddress ? slug : null, source: origin?.source ?? null, external: origin?.externalId ?? null },
  }))
  const rows = await withTenant(tenant.ref, (tx) =>
    rowsOf(
      row,
      tx.$queryRaw`
        SELECT DISTINCT ON (p.at) p.at, a.id::text
        FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS p(at int, locale text, slug text, source text, external text)
        LEFT JOIN kb_origin o ON o.tenant_id = ${tenant.ref.id}::uuid AND o.source = p.source AND o.external_id = p.external
        LEFT JOIN kb_slug s ON s.tenant_id = ${tenant.ref.id}::uuid AND s.kind = 'article' AND s.locale = p.locale AND s.slug = p.slug
        JOIN kb_article a ON a.tenant_id = ${tenant.ref.id}::uuid AND a.id IN (o.article_id, s.article_id) AND a.deleted_at IS NULL
        ORDER BY p.at, (a.id = o.article_id) DESC NULLS LAST`,
    ),
  )
  return new Map(rows.map(({ at, id }) => [planned[at] as PlannedArticle, id]))
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
  (article.category === null || keyOf(before.category.name) === keyOf(article.category.at(-1) as string)) &&
  Object.entries(saidOf(article)).every(([key, value]) => JSON.stringify(before[key as keyof ArticleOutput]) === JSON.stringify(value))
