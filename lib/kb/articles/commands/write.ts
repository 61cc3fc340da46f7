import { z } from 'zod'
import { has } from '../../../actor/actor'
import { conflict, forbidden, invalid } from '../../../core/errors'
import { newId } from '../../../core/id'
import { versionInput } from '../../../core/schema'
import { idsOf } from '../../../db/rows'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { holdCategory } from '../category-tree'
import { readContent, refuseEmpty } from '../content'
import { difference } from '../difference'
import { keepPictures } from '../pictures'
import { isFreeToChange, needsAnother } from '../policy'
import { type ArticleRow, factsOf, findArticle, loadArticle, refuseTranslated } from '../queries'
import { lockArticle, writeArticle } from '../record'
import { type ArticleOutput, articleFields, articleOutput, isWider, localeInput, narrower } from '../schema'
import { readRules } from '../settings'
import { takeSlug } from '../slug'
import { currentN, outdateTranslations } from '../translations'
import { workingCopiesOf } from '../visible'
import { afterEdit, isEditable, withdrawn } from '../workflow'

const { title, categoryId, ...others } = articleFields
const changeable = z.object({ title, categoryId, ...others }).partial().shape

/** What a new article takes. */
export const newArticle = z.strictObject({
  title,
  categoryId,
  /** The workspace's language unless it says otherwise. */
  locale: localeInput.optional(),
  /** The article that it translates. */
  sourceId: z.uuid().optional(),
  ...z.object(others).partial().shape,
})

export const createArticle = agentProcedure
  .meta({ permission: 'kb.write', body: 'text' })
  .route({ method: 'POST', path: '/kb/articles', tags: ['Knowledge base'], summary: 'Create an article, as a draft', successStatus: 201 })
  .input(newArticle)
  .output(articleOutput)
  .handler(({ context, input }) => insertArticle(context, input))

/** Writes a new article within a unit of work; whoever calls it has asked whether the actor may write articles. */
export async function insertArticle(work: Work, input: z.output<typeof newArticle>): Promise<ArticleOutput> {
  const { tx, tenant, actor, now, emit } = work
  const {
    slug: wanted,
    content = '',
    reviewerIds = [],
    relatedIds = [],
    sourceId,
    locale = tenant.locale,
    authorId,
    metadata = {},
    ...given
  } = input
  const category = await holdCategory(work, input.categoryId)
  const source = sourceId ? await findSource(work, sourceId, locale) : null
  await refuseNonStaff(work, { authorId, reviewerIds })
  const id = newId()
  const audience = given.audience ?? 'public'
  const tenantId = tenant.ref.id
  const own = actor.kind === 'person' ? actor.id : null
  const slug = newId()
  await tx.kbArticle.create({
    data: {
      ...{ ...given, ...readContent(content), tenantId, id, locale, slug, audience, metadata: metadata as object },
      ...{ sourceId: source, sourceN: source ? await currentN(work, source) : null },
      ...{
        effectiveAudience: narrower(audience, category.effectiveAudience),
        authorId: authorId ?? own,
        editedById: own,
        createdAt: now,
      },
    },
    select: { id: true },
  })
  const taken = await takeSlug(work, { kind: 'article', id, locale }, input.title, wanted)
  await tx.$executeRaw`UPDATE kb_article SET slug = ${taken} WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid`
  await setReviewers(work, id, reviewerIds)
  await setRelated(work, id, relatedIds)
  if (content) await keepPictures(work, id, content)
  emit('kb.article_created', { name: input.title, locale }, { subjectId: id })
  return loadArticle(work, id)
}

/** The article of a group of translations that the others point to. */
async function findSource(work: Work, id: string, locale: string): Promise<string> {
  const { sourceId } = await findArticle(work, id)
  await refuseTranslated(work, sourceId ?? id, locale, 'locale')
  return sourceId ?? id
}

/** What readers are touched by at once, whatever is published later. */
const atOnce = ['slug', 'categoryId', 'audience', 'isPinned', 'isFeatured', 'sortOrder'] as const
/** What a version is made of. */
const ofVersion = ['title', 'content', 'excerpt', 'seoTitle', 'seoDescription', 'seoKeywords', 'canonicalUrl', 'tags'] as const
/** What a translation says in another language. */
const translated = ['title', 'content', 'excerpt'] as const
/** One who writes saves every few seconds: that is told once in so long. */
const quietMs = 10 * 60_000

export const updateArticle = agentProcedure
  .meta({ permission: 'kb.write', body: 'text' })
  .route({
    method: 'PUT',
    path: '/kb/articles/{id}',
    tags: ['Knowledge base'],
    summary: 'Edit the working copy of an article; readers see it once it is published',
  })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...changeable }))
  .output(articleOutput)
  .handler(async ({ context, input: { id, version, ...input } }) => {
    const { actor, now, emit } = context
    const seen = await findArticle(context, id)
    if (seen.version !== version) throw conflict('changedByOther', seen.version)
    // The category first, then the article: whoever moves categories locks in this order too.
    const category = await holdCategory(context, input.categoryId ?? seen.categoryId)
    const before = await lockArticle(context, { id, version })
    if (!isEditable(before.status)) throw invalid({ id: ['kb.archived'] })
    const { slug: wanted, content, reviewerIds, relatedIds, metadata, audience = before.audience, ...given } = input
    await refuseNonStaff(context, { authorId: input.authorId, reviewerIds })
    const effectiveAudience = narrower(audience, category.effectiveAudience)
    const relates = relatedIds !== undefined && relatedIds.join() !== before.related.map((each) => each.id).join()
    const touches = relates || atOnce.some((key) => input[key] !== undefined && input[key] !== before[key])
    if (touches && goesOut(before) && !has(actor, 'kb.publish')) throw forbidden('kb.takesEffect')
    const rules = await readRules(context)
    // What was approved was approved for the readers that it had.
    const isWidened = isWider(effectiveAudience, before.effectiveAudience)
    if (isWidened && goesOut(before) && needsAnother(actor, factsOf(before), rules)) throw forbidden('kb.ownApproval')
    const read = content === undefined ? undefined : readContent(content)
    const isNewText = ofVersion.some((key) => input[key] !== undefined && changed(key, before, { ...input, ...read }))
    const status = isNewText ? afterEdit(before.status, isFreeToChange(actor, rules)) : before.status
    if (status === 'scheduled') refuseEmpty({ content: before.content, ...read })
    const slug = wanted === undefined ? before.slug : await takeSlug(context, { kind: 'article', id, locale: before.locale }, '', wanted)
    const editedById = actor.kind === 'person' && isNewText ? { editedById: actor.id } : {}
    await writeArticle(context, id, {
      ...{ ...given, ...read, ...(metadata && { metadata: metadata as object }), audience, effectiveAudience, slug, status },
      ...{ ...editedById, ...(isNewText || (isWidened && !goesOut(before)) ? withdrawn(status) : {}) },
    })
    if (read && read.content !== before.content) await keepPictures(context, id, read.content)
    if (before.lastN === 0 && translated.some((key) => input[key] !== undefined && changed(key, before, { ...input, ...read })))
      await outdateTranslations(context, id)
    if (reviewerIds) await setReviewers(context, id, reviewerIds)
    if (relates) await setRelated(context, id, relatedIds)
    const after = await loadArticle(context, id)
    const told = difference(before as unknown as typeof after, after)
    if (isNewText && input.content !== undefined && changed('content', before, after)) told.after.content = true
    const { updatedAt: _, translations: __, ...rest } = told.after
    const isSameSession =
      actor.kind === 'person' &&
      before.editedById === actor.id &&
      now.getTime() - before.updatedAt.getTime() < quietMs &&
      status === before.status
    const isOnlyText = Object.keys(rest).every((key) => (ofVersion as readonly string[]).includes(key) || key === 'readingMinutes')
    if (!(isSameSession && isOnlyText)) emit('kb.article_changed', { ...told, after: rest }, { subjectId: id })
    return after
  })

/** Whether readers see it, or will without anybody looking at it again. */
const goesOut = ({ isPublished, status }: ArticleRow) => isPublished || status === 'approved' || status === 'scheduled'

const changed = (key: (typeof ofVersion)[number], before: ArticleRow, after: Partial<Pick<ArticleRow, (typeof ofVersion)[number]>>) =>
  JSON.stringify(before[key]) !== JSON.stringify(after[key])

async function setReviewers({ tx, tenant }: Work, articleId: string, personIds: readonly string[]) {
  const tenantId = tenant.ref.id
  await tx.kbArticleReviewer.deleteMany({ where: { tenantId, articleId } })
  const data = [...new Set(personIds)].map((personId) => ({ tenantId, articleId, personId }))
  if (data.length > 0) await tx.kbArticleReviewer.createMany({ data })
}

/**
 * Sets what is shown below an article. What the actor does not see stays as it was, behind the others.
 * @throws INVALID for the article itself, and for one that the actor does not see
 */
async function setRelated({ tx, tenant, actor }: Work, articleId: string, relatedIds: readonly string[]) {
  const tenantId = tenant.ref.id
  if (relatedIds.includes(articleId)) throw invalid({ relatedIds: ['kb.relatedToItself'] })
  const seen = await idsOf(tx.$queryRaw`
    SELECT o.id::text FROM kb_article o
    WHERE o.tenant_id = ${tenantId}::uuid AND o.id = ANY(${relatedIds}::uuid[]) AND ${workingCopiesOf(actor, 'o')}`)
  if (seen.length !== relatedIds.length) throw invalid({ relatedIds: ['kb.relatedMissing'] })
  await tx.$executeRaw`
    DELETE FROM kb_related r USING kb_article o
    WHERE r.tenant_id = ${tenantId}::uuid AND r.article_id = ${articleId}::uuid AND o.tenant_id = r.tenant_id AND o.id = r.related_id
      AND ${workingCopiesOf(actor, 'o')}`
  if (relatedIds.length === 0) return
  await tx.$executeRaw`UPDATE kb_related SET position = 100 WHERE tenant_id = ${tenantId}::uuid AND article_id = ${articleId}::uuid`
  await tx.kbRelated.createMany({ data: relatedIds.map((relatedId, position) => ({ tenantId, articleId, relatedId, position })) })
}

/** @throws INVALID for an author or a reviewer who is not of the team */
async function refuseNonStaff(
  { tx, tenant }: Work,
  { authorId, reviewerIds = [] }: { authorId?: string; reviewerIds?: readonly string[] },
) {
  const wanted = [...new Set([...reviewerIds, ...(authorId ? [authorId] : [])])]
  if (wanted.length === 0) return
  const where = { tenantId: tenant.ref.id, id: { in: wanted }, deletedAt: null, role: { not: 'customer' as const } }
  if ((await tx.person.count({ where })) !== wanted.length) throw invalid({ [authorId ? 'authorId' : 'reviewerIds']: ['kb.staffOnly'] })
}
