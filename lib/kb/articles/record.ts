import { conflict, forbidden, invalid } from '../../core/errors'
import { msg } from '../../core/message'
import type { Prisma } from '../../db/generated/tenant/client'
import type { Work } from '../../events/work'
import { announce } from '../../realtime/announce'
import { channels } from '../../realtime/schema'
import { excerptOf } from './content'
import { keepPicturesOfVersion } from './pictures'
import { type Refusal, refusalOf } from './policy'
import { type ArticleRow, factsOf, findArticle } from './queries'
import { readRules } from './settings'
import { followPublication } from './translations'
import { type ArticleAction, type ArticleStatus, afterAction } from './workflow'

/** Holds an article at the version its caller read. @throws CONFLICT at another */
export async function lockArticle(work: Work, { id, version }: { id: string; version: number }): Promise<ArticleRow> {
  const article = await findArticle(work, id, 'lock')
  if (article.version !== version) throw conflict('changedByOther', article.version)
  return article
}

/** What an action makes of an article that is locked. @throws FORBIDDEN or INVALID for what can't be done now */
export async function permitAction(work: Work, action: ArticleAction, article: ArticleRow): Promise<ArticleStatus> {
  const facts = factsOf(article)
  const refusal = refusalOf(work.actor, action, facts, await readRules(work))
  if (refusal) throw refused(refusal, article.status)
  return afterAction(facts, action) as ArticleStatus
}

function refused(refusal: Refusal, status: ArticleStatus) {
  if (refusal === 'permission') return forbidden()
  if (refusal === 'ownApproval') return forbidden('kb.ownApproval')
  if (refusal === 'needsApproval') return invalid({ id: ['kb.needsApproval'] })
  return invalid({ id: [msg('kb.notPossible', { status })] })
}

const personId = ({ actor }: Work) => (actor.kind === 'person' ? actor.id : null)

/** Changes an article, and tells whoever has it open. */
export async function writeArticle(work: Work, id: string, data: Prisma.KbArticleUncheckedUpdateInput) {
  const { tx, tenant } = work
  await tx.kbArticle.update({
    where: { tenantId_id: { tenantId: tenant.ref.id, id } },
    data: { ...data, version: { increment: 1 } },
    select: { id: true },
  })
  await announce(work, 'article.changed', [channels.article(id)])
}

/** Makes a version of the working copy, which is what readers see from now on. The article is locked. */
export async function publishVersion(work: Work, article: ArticleRow): Promise<number> {
  const { tx, tenant, now } = work
  const { id, title, content, excerpt, seoTitle, seoDescription, seoKeywords, canonicalUrl, tags, readingMinutes } = article
  const tenantId = tenant.ref.id
  const n = article.lastN + 1
  const { contentText } = await tx.kbArticle.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } }, select: { contentText: true } })
  const texts = {
    title,
    content,
    contentText,
    excerpt: excerptOf(excerpt, { content, contentText }),
    seoTitle,
    seoDescription,
    seoKeywords,
  }
  const publishedById = personId(work)
  await tx.kbArticleVersion.create({
    data: { tenantId, articleId: id, n, ...texts, canonicalUrl, tags, readingMinutes, publishedById, createdAt: now },
    select: { n: true },
  })
  await keepPicturesOfVersion(work, id, n)
  await followPublication(work, id, n)
  const approval = article.approvedAt ? {} : { approvedAt: now, approvedById: publishedById }
  await writeArticle(work, id, {
    ...{ status: 'published', publishedN: n, lastN: n, publishedAt: now, firstPublishedAt: article.firstPublishedAt ?? now },
    ...{ scheduledAt: null, scheduledZone: null, rejectionReason: null, lastReviewedAt: now, ...approval },
  })
  work.emit('kb.article_published', { name: title, before: article.status, n }, { subjectId: id })
  return n
}
