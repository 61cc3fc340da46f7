import { newId } from '../../lib/core/id'
import { withTenant } from '../../lib/db/scope'
import { indexAll } from '../../lib/kb/search/jobs'
import { blocksOfText } from '../../lib/kb/search/passages'
import { findAnswers } from '../../lib/kb/search/question'
import type { ResolvedTenant } from '../../lib/tenancy/resolve'
import type { Answer, Article } from './plain'

const escaped = (text: string) => text.replace(/[&<>]/g, (each) => `&#${each.charCodeAt(0)};`)

/** As an editor would write it. */
export const htmlOf = (text: string): string =>
  blocksOfText(text)
    .map((block) => (block.level ? `<h${block.level}>${escaped(block.text)}</h${block.level}>` : `<p>${escaped(block.text)}</p>`))
    .join('')

/** Publishes articles in a workspace by rows, as an import in bulk would, and has them indexed. */
export async function publishAll(tenant: ResolvedTenant, articles: readonly Article[]) {
  const tenantId = tenant.ref.id
  await withTenant(tenant.ref, async (tx) => {
    await tx.kbSettings.upsert({ where: { tenantId }, create: { tenantId }, update: {} })
    const categoryId = newId()
    await tx.kbCategory.create({ data: { tenantId, id: categoryId, locale: 'en', name: 'Everything', slug: `everything-${categoryId}` } })
    const rows = articles.map((article) => ({ ...article, id: newId(), html: htmlOf(article.text) }))
    const now = new Date()
    await tx.kbArticle.createMany({
      data: rows.map(({ id, slug, language, title, html }) => ({
        ...{ tenantId, id, categoryId, locale: language, slug, title, content: html },
        ...{ status: 'published' as const, publishedN: 1, lastN: 1, publishedAt: now, firstPublishedAt: now },
      })),
    })
    const seo = { seoTitle: '', seoDescription: '', seoKeywords: '' }
    await tx.kbArticleVersion.createMany({
      data: rows.map(({ id, title, html, excerpt, keywords }) => ({
        ...seo,
        excerpt,
        tenantId,
        articleId: id,
        n: 1,
        title,
        content: html,
        contentText: '',
        tags: keywords.split('\n').filter(Boolean),
        readingMinutes: 1,
      })),
    })
  })
  await indexAll(tenant.ref)
}

/** Asks as anybody on the portal does; articles in other languages are looked through too. */
export const productSearch =
  (tenant: ResolvedTenant) =>
  async (query: string, language: string): Promise<Answer> => {
    const { found, isAnswered } = await withTenant(tenant.ref, (tx) =>
      findAnswers({ tx, tenant, actor: { kind: 'anonymous' } }, { query, language, limit: 10 }),
    )
    return { found: found.map(({ slug, score }) => ({ slug, score })), confidence: found[0]?.confidence ?? 0, isAnswered }
  }
