import { z } from 'zod'
import { invalid, notFound } from '../../core/errors'
import { instant } from '../../core/page'
import { reference, versionInput } from '../../core/schema'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import { compareTexts } from './comparison'
import { readContent } from './content'
import { keepPictures } from './pictures'
import { isFreeToChange } from './policy'
import { findArticle, loadArticle } from './queries'
import { lockArticle, writeArticle } from './record'
import { articleFields, articleOutput, longestTitle } from './schema'
import { readRules } from './settings'
import { afterEdit, isEditable, withdrawn } from './workflow'

const number = z.coerce.number().int().min(1).max(1_000_000)
const mostVersions = 200

const listedVersion = z.object({
  n: z.int(),
  title: z.string(),
  publishedBy: reference.nullable(),
  publishedAt: instant,
  /** Whether it is the one that readers see. */
  isShown: z.boolean(),
})

const versionOutput = listedVersion.extend({
  content: z.string(),
  excerpt: z.string(),
  seoTitle: z.string(),
  seoDescription: z.string(),
  seoKeywords: z.string(),
  canonicalUrl: z.string().nullable(),
  tags: z.array(z.string()),
  readingMinutes: z.int(),
})

export const listVersions = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'GET',
    path: '/kb/articles/{id}/versions',
    tags: ['Knowledge base'],
    summary: 'List the versions of an article, the newest first',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.object({ items: z.array(listedVersion) }))
  .handler(async ({ context, input: { id } }) => {
    await findArticle(context, id)
    const { tx, tenant } = context
    const rows = tx.$queryRaw`
      SELECT v.n, v.title, v.created_at AS "publishedAt", v.n IS NOT DISTINCT FROM a.published_n AS "isShown",
        CASE WHEN p.id IS NOT NULL THEN json_build_object('id', p.id, 'name', p.name) END AS "publishedBy"
      FROM kb_article_version v JOIN kb_article a ON a.tenant_id = v.tenant_id AND a.id = v.article_id
      LEFT JOIN person p ON p.tenant_id = v.tenant_id AND p.id = v.published_by_id
      WHERE v.tenant_id = ${tenant.ref.id}::uuid AND v.article_id = ${id}::uuid ORDER BY v.n DESC LIMIT ${mostVersions}`
    return { items: await rowsOf(listedVersion, rows) }
  })

export const getVersion = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({ method: 'GET', path: '/kb/articles/{id}/versions/{n}', tags: ['Knowledge base'], summary: 'Read a version of an article' })
  .input(z.strictObject({ id: z.uuid(), n: number }))
  .output(versionOutput)
  .handler(async ({ context, input: { id, n } }) => {
    const { publishedN } = await findArticle(context, id)
    const { createdAt, publishedBy, ...version } = await findVersion(context, id, n)
    return { ...version, publishedBy, publishedAt: createdAt, isShown: n === publishedN }
  })

const part = z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() })

export const compareVersions = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'GET',
    path: '/kb/articles/{id}/versions/{n}/comparison',
    tags: ['Knowledge base'],
    summary: 'Compare a version of an article with another, or with the working copy: what was removed from it, and what was added',
  })
  .input(z.strictObject({ id: z.uuid(), n: number, with: number.optional() }))
  .output(z.object({ title: z.array(part), text: z.array(part) }))
  .handler(async ({ context, input: { id, n, with: other } }) => {
    await findArticle(context, id)
    const [before, after] = [
      await findVersion(context, id, n),
      other ? await findVersion(context, id, other) : await workingTexts(context, id),
    ]
    return { title: compareTexts(before.title, after.title), text: compareTexts(before.contentText, after.contentText) }
  })

export const compareDraft = agentProcedure
  .meta({ permission: 'kb.write', body: 'text', changesNothing: true })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/comparison',
    tags: ['Knowledge base'],
    summary:
      'Compare a text that is not saved with the working copy of an article: what the working copy lacks of it, and what it has beside',
  })
  .input(z.strictObject({ id: z.uuid(), title: z.string().max(longestTitle), content: articleFields.content }))
  .output(z.object({ title: z.array(part), text: z.array(part) }))
  .handler(async ({ context, input: { id, title, content } }) => {
    await findArticle(context, id)
    const now = await workingTexts(context, id)
    return { title: compareTexts(title, now.title), text: compareTexts(readContent(content).contentText, now.contentText) }
  })

export const restoreVersion = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/versions/{n}/restore',
    tags: ['Knowledge base'],
    summary: 'Put a version into the working copy; readers see it once it is published',
  })
  .input(z.strictObject({ id: z.uuid(), n: number, version: versionInput }))
  .output(articleOutput)
  .handler(async ({ context, input: { id, n, version } }) => {
    const article = await lockArticle(context, { id, version })
    if (!isEditable(article.status)) throw invalid({ id: ['kb.archived'] })
    const { createdAt: _, publishedBy: __, n: ___, ...texts } = await findVersion(context, id, n)
    const { actor } = context
    const edited = afterEdit(article.status, isFreeToChange(actor, await readRules(context)))
    // The time was set for another text.
    const status = edited === 'scheduled' ? 'approved' : edited
    await writeArticle(context, id, {
      ...texts,
      ...withdrawn(status),
      ...(status === 'approved' ? { scheduledAt: null, scheduledZone: null } : {}),
      status,
      ...(actor.kind === 'person' ? { editedById: actor.id } : {}),
    })
    await keepPictures(context, id, texts.content)
    context.emit('kb.version_restored', { name: article.title, n }, { subjectId: id })
    return loadArticle(context, id)
  })

async function findVersion({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, articleId: string, n: number) {
  const row = await tx.kbArticleVersion.findUnique({
    where: { tenantId_articleId_n: { tenantId: tenant.ref.id, articleId, n } },
    omit: { tenantId: true, articleId: true, publishedById: true },
    include: { publishedBy: { select: { id: true, name: true } } },
  })
  if (!row) throw notFound('kbVersion')
  return row
}

const workingTexts = ({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, id: string) =>
  tx.kbArticle.findUniqueOrThrow({
    where: { tenantId_id: { tenantId: tenant.ref.id, id } },
    select: { title: true, contentText: true },
  })
